"""Looking at the roster: who is in the clan, and one player's card. Changing it is cogs/admin_roster.py."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_players, complete_roster_filters
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.drawing import drawn
from bot.permissions import everyone
from bot.rendering.profile import draw_profile
from bot.rendering.theme import THEMES, theme_called
from bot.roster_texts import page_title, player_lines
from bot.services.errors import NotFound
from bot.services.player import PlayerStatus
from bot.services.teams import called
from bot.typed import unquoted
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.who import player_meant
from bot.wording import escape
from mkw.ids import ServerId, TeamId

PLAYERS_A_PAGE = 20
PICTURE_NAME = "profile.png"
NO_TEAM = frozenset({"no team", "none", "teamless"})
EVERYBODY = frozenset({"", "all", "everybody", "list"})
_SAID = {"members": "member", "trials": "trial", "allies": "ally", "guests": "ally"}


class Looking(commands.Cog, name="Looking at players"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("players", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("players")

    @command("roster", example="roster trial", topic="Players")
    @app_commands.describe(who="member, trial, ally, former, or a team; nothing: everybody")
    @app_commands.autocomplete(who=complete_roster_filters)
    @everyone()
    async def roster(self, ctx: ClanContext, *, who: str | None = None) -> None:
        """Show the clan: everybody, one status or one team."""
        await send_pages(ctx, "players", argument=await self._filter(ctx.server_id, unquoted(who or "")))

    @command("profile", example="profile Comet", topic="Players", aliases=("card",))
    @app_commands.describe(player="A player, a mention or `me`; nothing: you", style="How it is drawn")
    @app_commands.autocomplete(player=complete_players)
    @app_commands.choices(style=[app_commands.Choice(name=one, value=one) for one in THEMES])
    @everyone()
    @cooldown(person=10, server=40)
    async def profile(self, ctx: ClanContext, *, player: str | None = None, style: str = "dark") -> None:
        """Draw a player's card: who they are, their averages and their form."""
        found = await player_meant(ctx, player or "", removed_too=True)
        profile = await self.bot.services.profiles.get(ctx.server_id, found.player_id)
        settings = await self.bot.services.settings.get(ctx.server_id)
        theme = theme_called(style)
        picture = await drawn(lambda: draw_profile(profile, clan=settings.clan_name or "", theme=theme))
        words = f"Profile of {found.name}"[:1000]
        file = discord.File(io.BytesIO(picture), filename=PICTURE_NAME, description=words)
        embed = discord.Embed(title=escape(found.name, limit=80)).set_image(url=f"attachment://{PICTURE_NAME}")
        if found.aliases:
            embed.set_footer(text="Also: " + ", ".join(found.aliases[:8])[:300])
        await ctx.answer(embed=embed, file=file)

    async def _filter(self, server_id: ServerId, text: str) -> str:
        """As a page's buttons carry it: a status, `team:7`, or nothing for everybody. Raises NotFound."""
        word = text.casefold()
        word = _SAID.get(word, word)
        if word in EVERYBODY:
            return ""
        if word in NO_TEAM:
            return "team:0"
        if word in set(PlayerStatus):
            return word
        teams = await self.bot.services.teams.all(server_id)
        team = called(teams, text)
        if team is None:
            raise NotFound(
                f"{text[:60]} is no status and no team; a roster is shown of member, trial, ally, former, or a team.",
                suggestions=tuple(one.name for one in teams[:5]),
            )
        return f"team:{team.team_id}"

    async def _page(self, request: PageRequest) -> Page:
        server_id = request.server_id
        teams = {team.team_id: team for team in await self.bot.services.teams.all(server_id)}
        players = await self.bot.services.roster.players(server_id)
        wanted = request.argument
        team = None
        if wanted.startswith("team:"):
            number = TeamId(int(wanted[5:]))
            team = teams.get(number)
            players = tuple(one for one in players if (one.team_id or 0) == number)
        elif wanted:
            players = tuple(one for one in players if one.status.value == wanted)
        title = page_title(wanted, team, len(players))
        page = page_of_lines(
            title, player_lines(players, teams, team=team), request.page, size=PLAYERS_A_PAGE,
            empty=_empty(wanted),
        )  # fmt: skip
        page.embed.colour = discord.Colour.from_str(team.colour) if team is not None and team.colour else None
        if page.pages > 1:
            page.embed.set_footer(text=f"{len(players)} players")
        return page


def _empty(wanted: str) -> str:
    if wanted:
        return "Nobody."
    return "Nobody is on the roster yet. `player add Comet` adds somebody; *Link player* below a picture too."


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Looking(bot))
