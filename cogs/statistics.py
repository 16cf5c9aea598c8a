"""What people ask about themselves, each other and the clan."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_players
from bot.context import ClanContext
from bot.declaring import command
from bot.services.errors import BadInput, NotFound
from bot.services.roster import Player
from bot.services.statistics import Metric
from bot.statistics_texts import METRIC_NAMES, ROWS_A_PAGE, leaderboard_lines, metric_of, player_embed, team_embed
from bot.typed import mentioned_user, split_last, unquoted
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from mkw.ids import ServerId

TEAM_WORDS = frozenset({"team", "clan", "us"})


class Statistics(commands.Cog, name="Statistics"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("board", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("board")

    @command("stats", example="stats Comet last 10", aliases=("stat",))
    @app_commands.describe(
        player="A player, a mention, `me` or `team`; nothing: you", last="Only this many newest wars"
    )
    @app_commands.autocomplete(player=complete_players)
    async def stats(
        self, ctx: ClanContext, *, player: str | None = None, last: app_commands.Range[int, 1, 10000] | None = None
    ) -> None:
        """Show a player's averages, record and last wars; `team` shows the clan's."""
        name, typed_last = split_last(player or "")
        last = last if last is not None else typed_last
        statistics = self.bot.services.statistics
        if name.casefold() in TEAM_WORDS:
            await ctx.answer(
                embed=team_embed(await self._clan(ctx), await statistics.team(ctx.server_id, last=last), last=last)
            )
            return
        found = await self._player(ctx, name)
        of_player = await statistics.player(ctx.server_id, found.player_id, last=last)
        await ctx.answer(embed=player_embed(found.name, of_player, last=last))

    @command("leaderboard", example="leaderboard last10", aliases=("lb", "top"))
    @app_commands.describe(by="What to sort by", minimum="Leave out players with fewer wars")
    @app_commands.choices(by=[app_commands.Choice(name=METRIC_NAMES[metric], value=metric.value) for metric in Metric])
    async def leaderboard(
        self, ctx: ClanContext, *, by: str = Metric.AVERAGE.value,
        minimum: app_commands.Range[float, 0.0, 10000.0] = 0.0,
    ) -> None:  # fmt: skip
        """Rank the players: by average, last10, wars, winrate, differential or highest."""
        metric = metric_of(unquoted(by))
        if metric is None:
            raise BadInput(f"A leaderboard is sorted by {', '.join(metric.value for metric in Metric)}.")
        await send_pages(ctx, "board", argument=f"{metric.value}/{minimum:g}")

    async def _page(self, request: PageRequest) -> Page:
        if request.guild is None:
            raise commands.NoPrivateMessage
        name, _, minimum = request.argument.partition("/")
        metric = metric_of(name) or Metric.AVERAGE
        board = await self.bot.services.statistics.leaderboard(
            ServerId(request.guild.id), metric, minimum_wars=float(minimum or 0)
        )
        page = page_of_lines(
            f"Leaderboard by {METRIC_NAMES[metric]}", leaderboard_lines(board), request.page,
            size=ROWS_A_PAGE, empty="Nobody has a war yet. Post a picture of a result.",
            fixed=True,
        )  # fmt: skip
        if board.hidden:
            page.embed.set_footer(text=f"{board.hidden} with fewer than {board.minimum_wars:g} wars left out")
        return page

    async def _player(self, ctx: ClanContext, name: str) -> Player:
        """Raises NotFound."""
        user_id = mentioned_user(name)
        if user_id is None and name.casefold() not in ("", "me"):
            return await self.bot.services.roster.find(ctx.server_id, name)
        user = ctx.author if user_id is None else self._mentioned(ctx, user_id)
        players = await self.bot.services.roster.players(ctx.server_id)
        for player in players:
            if player.discord_user_id == (user_id or ctx.author.id):
                return player
        # Most people are called on the server what they are called in the game.
        for shown in (user.display_name, user.name) if user is not None else ():
            try:
                return await self.bot.services.roster.find(ctx.server_id, shown)
            except NotFound:
                continue
        who = "you are" if user_id is None else "they are"
        raise NotFound(f"Which player {who} is not known; ask with the roster's name, such as `stats Comet`.")

    @staticmethod
    def _mentioned(ctx: ClanContext, user_id: int) -> discord.User | discord.Member | None:
        among = next((user for user in ctx.message.mentions if user.id == user_id), None)
        return among or (ctx.guild.get_member(user_id) if ctx.guild is not None else None)

    async def _clan(self, ctx: ClanContext) -> str:
        settings = await self.bot.services.settings.get(ctx.server_id)
        return settings.clan_name or (settings.clan_tags[0] if settings.clan_tags else "The clan")


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Statistics(bot))
