"""The roster and the names players are read as. Everybody may look, editors change."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_aliases, complete_players
from bot.context import ClanContext
from bot.declaring import group, part
from bot.permissions import editors_only
from bot.services.errors import BadInput
from bot.services.roster import Player, PlayerStatus
from bot.typed import unquoted
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.wording import escape
from mkw.ids import ChannelId, ServerId

PLAYERS_A_PAGE = 20
STATUS_ORDER = {status: place for place, status in enumerate(PlayerStatus)}


class Roster(commands.Cog, name="Players"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("players", self._players_page)
        self.bot.page_makers.register("aliases", self._aliases_page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("players")
        self.bot.page_makers.remove("aliases")

    @group("player", fallback="list", example="player list", aliases=("players",))
    async def player(self, ctx: ClanContext) -> None:
        """List the roster."""
        if ctx.subcommand_passed is not None and ctx.subcommand_passed.casefold() != "list":
            raise BadInput("`player` knows add, remove, rename, status and list.")
        await send_pages(ctx, "players")

    @part(player, "add", example="player add Big Comet")
    @app_commands.describe(name="As the roster shows it", status="member, trial, ally or former")
    @editors_only()
    async def player_add(self, ctx: ClanContext, *, name: str, status: PlayerStatus = PlayerStatus.MEMBER) -> None:
        """Put somebody on the roster."""
        player = await self.bot.services.roster.add(ctx.actor, unquoted(name), status=status)
        await self._done(ctx, f"{_bold(player)} is on the roster as {player.status.value}.")

    @part(player, "remove", example="player remove Big Comet")
    @app_commands.describe(player="Who")
    @app_commands.autocomplete(player=complete_players)
    @editors_only()
    async def player_remove(self, ctx: ClanContext, *, player: str) -> None:
        """Take somebody off the roster; their lines in wars stay."""
        found = await self._find(ctx, player)
        await self.bot.services.roster.remove(ctx.actor, found.player_id)
        await self._done(ctx, f"{_bold(found)} is off the roster. Their wars stay; `undo` brings them back.")

    @part(player, "rename", example='player rename "Big Comet" Comet')
    @app_commands.describe(player="Who", name="The new name; the old one becomes an alias")
    @app_commands.autocomplete(player=complete_players)
    @editors_only()
    async def player_rename(self, ctx: ClanContext, player: str, *, name: str) -> None:
        """Give somebody a new name; the old one becomes an alias."""
        found = await self._find(ctx, player)
        renamed = await self.bot.services.roster.rename(ctx.actor, found.player_id, unquoted(name))
        await self._done(ctx, f"{_bold(found)} is called {_bold(renamed)} now.")

    @part(player, "status", example='player status "Big Comet" trial')
    @app_commands.describe(player="Who", status="member, trial, ally or former")
    @app_commands.autocomplete(player=complete_players)
    @editors_only()
    async def player_status(self, ctx: ClanContext, player: str, status: PlayerStatus) -> None:
        """Make somebody a member, trial, ally or former member."""
        found = await self._find(ctx, player)
        changed = await self.bot.services.roster.set_status(ctx.actor, found.player_id, status)
        await self._done(ctx, f"{_bold(changed)} is {changed.status.value} now.")

    @group("alias", fallback="list", example="alias list Comet", aliases=("aliases",))
    @app_commands.describe(player="Only this player's")
    @app_commands.autocomplete(player=complete_players)
    async def alias(self, ctx: ClanContext, *, player: str | None = None) -> None:
        """List the other names players are read as."""
        name = unquoted(player or "")
        if ctx.interaction is None and name.casefold().split(" ")[0] == "list":
            name = unquoted(name[4:])
        found = await self._find(ctx, name) if name else None
        await send_pages(ctx, "aliases", argument=str(found.player_id) if found else "")

    @part(alias, "add", example='alias add "Big Comet" C0met')
    @app_commands.describe(player="Who", alias="Another name they are drawn as")
    @app_commands.autocomplete(player=complete_players)
    @editors_only()
    async def alias_add(self, ctx: ClanContext, player: str, *, alias: str) -> None:
        """Teach another name a player is read as."""
        found = await self._find(ctx, player)
        await self.bot.services.roster.add_alias(ctx.actor, found.player_id, unquoted(alias))
        await self._done(ctx, f"{escape(unquoted(alias), limit=80)} is read as {_bold(found)} from now on.")

    @part(alias, "remove", example='alias remove "Big Comet" C0met')
    @app_commands.describe(player="Who", alias="The name that is not theirs")
    @app_commands.autocomplete(player=complete_players, alias=complete_aliases)
    @editors_only()
    async def alias_remove(self, ctx: ClanContext, player: str, *, alias: str) -> None:
        """Forget another name of a player."""
        found = await self._find(ctx, player)
        await self.bot.services.roster.remove_alias(ctx.actor, found.player_id, unquoted(alias))
        await self._done(ctx, f"{escape(unquoted(alias), limit=80)} is not read as {_bold(found)} any more.")

    async def _done(self, ctx: ClanContext, text: str) -> None:
        """Answer, and show what the newest open review of the channel makes of the roster now."""
        review = await self.bot.services.reviews.newest_open(ctx.server_id, ChannelId(ctx.channel.id))
        if review is not None:
            await self.bot.answers.refresh(review.server_id, review.upload_id)
        await ctx.answer(text)

    async def _find(self, ctx: ClanContext, text: str) -> Player:
        return await self.bot.services.roster.find(ctx.server_id, unquoted(text))

    async def _players_page(self, request: PageRequest) -> Page:
        players = await self._players(request)
        ordered = sorted(players, key=lambda player: (STATUS_ORDER[player.status], player.name.casefold()))
        lines = [_player_line(player) for player in ordered]
        return page_of_lines(
            "Players", lines, request.page, size=PLAYERS_A_PAGE,
            empty="Nobody is on the roster yet. `player add Comet` adds somebody; *Link player* below a picture too.",
        )  # fmt: skip

    async def _aliases_page(self, request: PageRequest) -> Page:
        players = [
            player
            for player in await self._players(request)
            if player.aliases and request.argument in ("", str(player.player_id))
        ]
        lines = [f"{_bold(player)}: {_aliases(player)}" for player in players]
        return page_of_lines("Aliases", lines, request.page, size=PLAYERS_A_PAGE, empty="There are no aliases yet.")

    async def _players(self, request: PageRequest) -> tuple[Player, ...]:
        if request.guild is None:
            raise commands.NoPrivateMessage
        return await self.bot.services.roster.players(ServerId(request.guild.id))


def _bold(player: Player) -> str:
    return f"**{escape(player.name, limit=80)}**"


def _player_line(player: Player) -> str:
    status = "" if player.status is PlayerStatus.MEMBER else f" · {player.status.value}"
    return f"{_bold(player)}{status}"


def _aliases(player: Player) -> str:
    shown = ", ".join(escape(alias, limit=40) for alias in player.aliases[:8])
    return shown + (f" and {len(player.aliases) - 8} more" if len(player.aliases) > 8 else "")


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Roster(bot))
