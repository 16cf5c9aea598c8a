"""Changing the roster and the names players are read as. Everybody may look, moderators change."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_aliases, complete_countries, complete_player_list, complete_players
from bot.context import ClanContext
from bot.declaring import group, part
from bot.permissions import TRUSTED_FOR_ONESELF, everyone, for_oneself, moderators_only, require_level
from bot.roster_texts import bold, names
from bot.services.errors import BadInput
from bot.services.levels import Level
from bot.services.roster import Player, PlayerStatus
from bot.typed import last_word, unquoted
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.who import player_meant, players_meant
from bot.wording import escape
from mkw.countries import country_name, country_of, flag
from mkw.ids import ChannelId

PLAYERS_A_PAGE = 20
NOWHERE = frozenset({"none", "no", "-", "nowhere"})


class Roster(commands.Cog, name="Players"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("aliases", self._aliases_page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("aliases")

    @group("player", fallback="list", example="player list", aliases=("players",))
    @everyone()
    async def player(self, ctx: ClanContext) -> None:
        """List the roster."""
        if ctx.subcommand_passed is not None and ctx.subcommand_passed.casefold() != "list":
            raise BadInput(
                "`player` knows add, remove, rename, status, country and list; `profile` draws a player's card."
            )
        await send_pages(ctx, "players")

    @part(player, "add", example="player add Big Comet")
    @app_commands.describe(name="As the roster shows it", status="member, trial, ally or former")
    @moderators_only()
    async def player_add(self, ctx: ClanContext, *, name: str, status: PlayerStatus = PlayerStatus.MEMBER) -> None:
        """Put somebody on the roster."""
        player = await self.bot.services.roster.add(ctx.actor, unquoted(name), status=status)
        await self._done(ctx, f"{bold(player)} is on the roster as {player.status.value}.")

    @part(player, "remove", example="player remove Big Comet")
    @app_commands.describe(player="Who")
    @app_commands.autocomplete(player=complete_players)
    @moderators_only()
    async def player_remove(self, ctx: ClanContext, *, player: str) -> None:
        """Take somebody off the roster; their lines in wars stay."""
        found = await player_meant(ctx, player)
        await self.bot.services.roster.remove(ctx.actor, found.player_id)
        await self._done(ctx, f"{bold(found)} is off the roster. Their wars stay; `undo` brings them back.")

    @part(player, "rename", example='player rename "Big Comet" Comet')
    @app_commands.describe(player="Who", name="The new name; the old one becomes an alias")
    @app_commands.autocomplete(player=complete_players)
    @moderators_only()
    async def player_rename(self, ctx: ClanContext, player: str, *, name: str) -> None:
        """Give somebody a new name; the old one becomes an alias."""
        found = await player_meant(ctx, player)
        renamed = await self.bot.services.roster.rename(ctx.actor, found.player_id, unquoted(name))
        await self._done(ctx, f"{bold(found)} is called {bold(renamed)} now.")

    @part(player, "status", example='player status Comet, "Big Star" trial')
    @app_commands.describe(players="One, or several with commas between them", status="member, trial, ally or former")
    @app_commands.autocomplete(players=complete_player_list)
    @moderators_only()
    async def player_status(self, ctx: ClanContext, *, players: str, status: PlayerStatus | None = None) -> None:
        """Make one or several a member, trial, ally or former member."""
        if status is None:
            players, word = last_word(players)
            try:
                status = PlayerStatus(word)
            except ValueError:
                raise BadInput(
                    "The status stands last, and is member, trial, ally or former: `player status Comet, Pixel trial`."
                ) from None
        found = await players_meant(ctx, players)
        changed = await self.bot.services.roster.set_status(ctx.actor, [one.player_id for one in found], status)
        if changed:
            await self._done(ctx, f"{names(changed)} {_are(changed)} {status.value} now.")
        else:
            await ctx.answer(f"{names(found)} {_are(found)} {status.value} already.")

    @part(player, "country", example="player country Comet DE")
    @app_commands.describe(
        players="One, or several with commas between them", country="Such as DE, 🇩🇪 or Germany; none"
    )
    @app_commands.autocomplete(players=complete_player_list, country=complete_countries)
    @for_oneself(TRUSTED_FOR_ONESELF)
    async def player_country(self, ctx: ClanContext, *, players: str, country: str | None = None) -> None:
        """Say where you are from, `player country me DE`, or, for moderators, anybody; `none` takes it away."""
        if country is None:
            players, country = _country_last(players)
        code = None if country.casefold() in NOWHERE else country_of(country)
        if code is None and country.casefold() not in NOWHERE:
            raise BadInput(
                f"{country[:40]} is no country I know; two letters such as DE, a flag or an English name are."
            )
        found = await players_meant(ctx, players)
        if any(one.discord_user_id != ctx.author.id for one in found):
            await require_level(self.bot, ctx.author, ctx.server_id, Level.MODERATOR)
        await self.bot.services.roster.set_country(ctx.actor, [one.player_id for one in found], code)
        where = "from nowhere in particular" if code is None else f"from {flag(code)} {country_name(code)}"
        await self._done(ctx, f"{names(found)} {_are(found)} {where} now.")

    @group("alias", fallback="list", example="alias list Comet", aliases=("aliases",))
    @app_commands.describe(player="Only this player's")
    @app_commands.autocomplete(player=complete_players)
    @everyone()
    async def alias(self, ctx: ClanContext, *, player: str | None = None) -> None:
        """List the other names players are read as."""
        name = unquoted(player or "")
        if ctx.interaction is None and name.casefold().split(" ")[0] == "list":
            name = unquoted(name[4:])
        found = await player_meant(ctx, name) if name else None
        await send_pages(ctx, "aliases", argument=str(found.player_id) if found else "")

    @part(alias, "add", example='alias add "Big Comet" C0met')
    @app_commands.describe(player="Who", alias="Another name they are drawn as")
    @app_commands.autocomplete(player=complete_players)
    @moderators_only()
    async def alias_add(self, ctx: ClanContext, player: str, *, alias: str) -> None:
        """Teach another name a player is read as."""
        found = await player_meant(ctx, player)
        await self.bot.services.roster.add_alias(ctx.actor, found.player_id, unquoted(alias))
        await self._done(ctx, f"{escape(unquoted(alias), limit=80)} is read as {bold(found)} from now on.")

    @part(alias, "remove", example='alias remove "Big Comet" C0met')
    @app_commands.describe(player="Who", alias="The name that is not theirs")
    @app_commands.autocomplete(player=complete_players, alias=complete_aliases)
    @moderators_only()
    async def alias_remove(self, ctx: ClanContext, player: str, *, alias: str) -> None:
        """Forget another name of a player."""
        found = await player_meant(ctx, player)
        await self.bot.services.roster.remove_alias(ctx.actor, found.player_id, unquoted(alias))
        await self._done(ctx, f"{escape(unquoted(alias), limit=80)} is not read as {bold(found)} any more.")

    async def _done(self, ctx: ClanContext, text: str) -> None:
        """Answer, and show what the newest open review of the channel makes of the roster now."""
        await self.bot.answers.refresh_newest(ctx.server_id, ChannelId(ctx.channel.id))
        await ctx.answer(text)

    async def _aliases_page(self, request: PageRequest) -> Page:
        players = [
            player
            for player in await self.bot.services.roster.players(request.server_id)
            if player.aliases and request.argument in ("", str(player.player_id))
        ]
        lines = [f"{bold(player)}: {_aliases(player)}" for player in players]
        return page_of_lines("Aliases", lines, request.page, size=PLAYERS_A_PAGE, empty="There are no aliases yet.")


def _are(players: tuple[Player, ...]) -> str:
    return "is" if len(players) == 1 else "are"


def _country_last(text: str) -> tuple[str, str]:
    """`Comet, Pixel United States` -> ("Comet, Pixel", "United States"): the longest end that is a country."""
    words = text.split(" ")
    for start in range(max(1, len(words) - 5), len(words)):
        end = unquoted(" ".join(words[start:]))
        if country_of(end) is not None:
            return " ".join(words[:start]).strip(), end
    return last_word(text)


def _aliases(player: Player) -> str:
    shown = ", ".join(escape(alias, limit=40) for alias in player.aliases[:8])
    return shown + (f" and {len(player.aliases) - 8} more" if len(player.aliases) > 8 else "")


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Roster(bot))
