"""The teams of a clan: everybody may look, moderators change."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_player_list, complete_teams
from bot.context import ClanContext
from bot.declaring import group, part
from bot.permissions import everyone, moderators_only
from bot.roster_texts import names
from bot.services.errors import BadInput
from bot.services.teams import Team
from bot.typed import unquoted
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.who import players_meant
from bot.wording import escape
from mkw.colours import WORDS

TEAMS_A_PAGE = 15
NONE = frozenset({"none", "no", "-", "nobody"})


async def complete_colours(_: discord.Interaction[ClanBot], current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=word, value=word) for word in WORDS if current.casefold() in word][:25]


class Teams(commands.Cog, name="Teams"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("teams", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("teams")

    @group("team", fallback="list", example="team list", aliases=("teams",))
    @everyone()
    async def team(self, ctx: ClanContext) -> None:
        """List the clan's teams."""
        if ctx.subcommand_passed is not None and ctx.subcommand_passed.casefold() != "list":
            raise BadInput("`team` knows add, edit, remove, assign and list; `roster Blue` shows who is in one.")
        await send_pages(ctx, "teams")

    @part(team, "add", example='team add "Comet Blue" CRB blue')
    @app_commands.describe(
        name="What it is called", tag="What its players wear", colour="#2f6fed, or a word such as blue"
    )
    @app_commands.autocomplete(colour=complete_colours)
    @moderators_only()
    async def team_add(self, ctx: ClanContext, name: str, tag: str | None = None, colour: str | None = None) -> None:
        """Make a team, with its tag and colour; names with spaces in quotes."""
        team = await self.bot.services.teams.add(ctx.actor, name, tag=tag, colour=colour)
        quoted = f'"{team.name}"' if " " in team.name else team.name
        await ctx.answer(
            f"{_bold(team)} is a team now. `team assign {escape(quoted, limit=60)} Comet, Pixel` puts players into it.",
            embed=_swatch(team),
        )

    @part(team, "edit", example="team edit Blue colour #2f6fed")
    @app_commands.describe(team="Which", what="What to change", value="What it should be; none takes it away")
    @app_commands.autocomplete(team=complete_teams)
    @moderators_only()
    async def team_edit(
        self, ctx: ClanContext, team: str, what: Literal["name", "tag", "colour", "color"], *, value: str
    ) -> None:
        """Change a team's name, tag or colour."""
        found = await self.bot.services.teams.find(ctx.server_id, team)
        value = unquoted(value)
        if what != "name" and value.casefold() in NONE:
            value = ""
        edit = self.bot.services.teams.edit
        if what == "name":
            changed = await edit(ctx.actor, found.team_id, name=value)
        elif what == "tag":
            changed = await edit(ctx.actor, found.team_id, tag=value)
        else:
            changed = await edit(ctx.actor, found.team_id, colour=value)
        what = "colour" if what == "color" else what
        await ctx.answer(
            f"{_bold(changed)}: {what} is {escape(value or 'none', limit=60)} now.", embed=_swatch(changed)
        )

    @part(team, "remove", example="team remove Blue")
    @app_commands.describe(team="Which")
    @app_commands.autocomplete(team=complete_teams)
    @moderators_only()
    async def team_remove(self, ctx: ClanContext, *, team: str) -> None:
        """Remove a team; its players stay, without one."""
        found = await self.bot.services.teams.find(ctx.server_id, unquoted(team))
        removed, members = await self.bot.services.teams.remove(ctx.actor, found.team_id)
        left = {0: "Nobody was in it.", 1: "Its player has no team now."}.get(
            members, f"Its {members} players have no team now."
        )
        await ctx.answer(f"{_bold(removed)} is removed. {left} `undo` brings it back.")

    @part(team, "assign", example='team assign Blue Comet, Pixel, "Big Star"')
    @app_commands.describe(team="Which; none takes them out", players="One, or several with commas between them")
    @app_commands.autocomplete(team=complete_teams, players=complete_player_list)
    @moderators_only()
    async def team_assign(self, ctx: ClanContext, team: str, *, players: str) -> None:
        """Put one or several players into a team; `none` takes them out."""
        teams = self.bot.services.teams
        wanted = None if team.casefold() in NONE else await teams.find(ctx.server_id, team)
        found = await players_meant(ctx, players)
        moved = await teams.assign(
            ctx.actor, [one.player_id for one in found], None if wanted is None else wanted.team_id
        )
        are = "is" if len(moved or found) == 1 else "are"
        where = "in no team" if wanted is None else f"in {_bold(wanted)}"
        text = f"{names(moved)} {are} {where} now." if moved else f"{names(found)} {are} {where} already."
        await ctx.answer(text)

    async def _page(self, request: PageRequest) -> Page:
        server_id = request.server_id
        players = await self.bot.services.roster.players(server_id)
        lines = []
        for team in await self.bot.services.teams.all(server_id):
            count = sum(player.team_id == team.team_id for player in players)
            parts = [
                _bold(team),
                *([escape(team.tag, limit=20)] if team.tag else []),
                *([team.colour] if team.colour else []),
            ]
            lines.append(" · ".join([*parts, "1 player" if count == 1 else f"{count} players"]))
        return page_of_lines(
            "Teams", lines, request.page, size=TEAMS_A_PAGE,
            empty='There are no teams yet. `team add "Comet Blue" CRB blue` makes one.',
        )  # fmt: skip


def _bold(team: Team) -> str:
    return f"**{escape(team.name, limit=80)}**"


def _swatch(team: Team) -> discord.Embed:
    """The team in its colour."""
    colour = discord.Colour.from_str(team.colour) if team.colour else None
    parts = [f"tag {escape(team.tag, limit=40)}" if team.tag else "no tag", team.colour or "no colour"]
    return discord.Embed(title=escape(team.name, limit=80), description=" · ".join(parts), colour=colour)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Teams(bot))
