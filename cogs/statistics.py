"""What people ask about themselves, each other and the clan. Opponents and line-ups are cogs/matchups.py."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import (
    Options,
    Question,
    is_clan,
    is_team,
    one_player,
    player_called,
    players_named,
    scope_of,
    understand,
    wanted_metric,
)
from bot.client import ClanBot
from bot.completion import complete_metrics, complete_opponents, complete_players, complete_seasons
from bot.context import ClanContext
from bot.declaring import command
from bot.filter_words import FILTERS_HELP
from bot.graphing import Drawn, Kind, draw
from bot.permissions import everyone
from bot.race_statistics_texts import NO_RACES
from bot.services.errors import BadInput
from bot.services.player import Player
from bot.statistics_texts import (
    ROWS_A_PAGE,
    add_to_footer,
    compare_text,
    form_embed,
    form_lines,
    leaderboard_lines,
    metrics_text,
    player_embed,
    scope_note,
    team_embed,
)
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.wording import escape
from mkw.ids import ServerId
from mkw.metrics import AVERAGE, BY_KEY
from mkw.numerals import as_few_digits
from mkw.statistics import player_statistics, team_statistics

MOST_COMPARED = 6
LAST = "Only this many newest wars"
OPPONENT = "Only wars against this tag"
SEASON = "Only wars of this season"
FILTERS = "Any filter, such as: since 2026-01-01, 24p, 6v6, min 5, status member"
PICTURE = "graph.png"


async def clan_name(ctx: ClanContext) -> str:
    return (await ctx.services.settings.get(ctx.server_id)).clan


class Statistics(commands.Cog, name="Statistics"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self._expected = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Large records are read before somebody asks; Discord says ready after every lost connection too."""
        if not self._expected:
            self._expected = True
            server_ids = [ServerId(guild.id) for guild in self.bot.guilds]
            self.bot.work.start(self.bot.services.follow.expect(server_ids), name="large records after a start")

    async def cog_load(self) -> None:
        self.bot.page_makers.register("board", self._board_page)
        self.bot.page_makers.register("form", self._form_page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("board")
        self.bot.page_makers.remove("form")

    @command("stats", example="stats Comet last 10", aliases=("stat", "average", "avg"))
    @app_commands.describe(
        player="A player, a mention, `me` or `team`; nothing: you",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def stats(
        self, ctx: ClanContext, *, player: str | None = None, last: app_commands.Range[int, 1, 100000] | None = None,
        opponent: str | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show a player's averages, record and last wars; `team` shows the clan's, `team Blue` a team's."""
        asked = await understand(ctx.services, ctx.server_id, player, Options(last, opponent, season, filters))
        if is_clan(asked) or is_team(asked, player):
            scope = await scope_of(ctx.services, ctx.server_id, asked)
            numbers = team_statistics(scope.newest.wars)
            await ctx.answer(embed=team_embed(await clan_name(ctx), numbers, note=scope_note(asked, scope.rooms)))
            return
        found = await one_player(ctx, asked)
        scope = await scope_of(ctx.services, ctx.server_id, asked, [found.player_id])
        of_player = player_statistics(scope.played(found.player_id))
        await ctx.answer(embed=player_embed(found.name, of_player, note=scope_note(asked, scope.rooms)))

    @command("leaderboard", example="leaderboard last10", aliases=("lb", "top"))
    @app_commands.describe(
        by="What to sort by, and any filter: winrate vs CB min 5", minimum="Leave out players with fewer wars",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(by=complete_metrics, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def leaderboard(
        self, ctx: ClanContext, *, by: str | None = None,
        minimum: app_commands.Range[float, 0.0, 10000.0] | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, opponent: str | None = None, season: str | None = None,
        filters: str | None = None,
    ) -> None:  # fmt: skip
        """Rank the players by any metric; `filters` lists them."""
        options = Options(last, opponent, season, filters, minimum=minimum)
        asked = await understand(ctx.services, ctx.server_id, by, options)
        _, asked = wanted_metric(asked, AVERAGE)
        await send_pages(ctx, "board", argument=asked.written)

    @command("form", example="form Comet")
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: everybody, who is in form first",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def form(
        self, ctx: ClanContext, *, player: str | None = None, last: app_commands.Range[int, 1, 100000] | None = None,
        opponent: str | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show who is in form, or one player's form with its curve."""
        asked = await understand(ctx.services, ctx.server_id, player, Options(last, opponent, season, filters))
        if not asked.names or is_clan(asked):
            await send_pages(ctx, "form", argument=asked.written)
            return
        found = await one_player(ctx, asked)
        scope = await scope_of(ctx.services, ctx.server_id, asked, [found.player_id])
        note = scope_note(asked, scope.rooms)
        embed = form_embed(found.name, scope.played(found.player_id), note=note)
        await _with_graph(
            ctx, embed, await draw(Kind.FORM, scope, [(found.name, found.player_id)], clan="", note=note)
        )  # fmt: skip

    @command("compare", example="compare Comet, Pixel", aliases=("cmp",))
    @app_commands.describe(
        players="2 to 6 players, with commas between them",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def compare(
        self, ctx: ClanContext, *, players: str, last: app_commands.Range[int, 1, 100000] | None = None,
        opponent: str | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Set 2 to 6 players side by side, in numbers and as a picture."""
        asked = await understand(ctx.services, ctx.server_id, players, Options(last, opponent, season, filters))
        found = await compared(ctx, asked)
        scope = await scope_of(ctx.services, ctx.server_id, asked, [player.player_id for player in found])
        note = scope_note(asked, scope.rooms)
        names = [player.name for player in found]
        text = compare_text(names, [scope.played(player.player_id) for player in found])
        embed = discord.Embed(title=" · ".join(escape(name, limit=30) for name in names)[:250], description=text)
        add_to_footer(embed, note)
        pairs = [(player.name, player.player_id) for player in found]
        await _with_graph(ctx, embed, await draw(Kind.COMPARE, scope, pairs, clan="", note=note))

    @command("filters", example="filters", aliases=("metrics",))
    @everyone()
    async def filters(self, ctx: ClanContext) -> None:
        """List the filters and metrics that every statistic takes."""
        embed = discord.Embed(title="Filters and metrics")
        embed.description = f"Filters combine, in any order: {FILTERS_HELP}\n\n**Sort by**\n{metrics_text()}"
        await ctx.answer(embed=embed)

    async def _board_page(self, request: PageRequest) -> Page:
        asked, server_id = await self._asked_by_page(request)
        metric = asked.metric or AVERAGE
        board = await self.bot.services.statistics.leaderboard(server_id, metric, asked.wanted)
        page = page_of_lines(
            f"Leaderboard by {metric.name}", leaderboard_lines(board), request.page, size=ROWS_A_PAGE,
            empty="Nobody has a war yet. Post a picture of a result.", fixed=True,
        )  # fmt: skip
        if board.rows:
            page.embed.description = f"*{metric.meaning}*\n{page.embed.description}"
        elif len((await self.bot.services.statistics.record(server_id)).wars):
            no_races = "Nobody has that many races." if board.hidden else NO_RACES
            page.embed.description = no_races if metric.of_races else "Nobody has a war that fits."
        what = "races" if metric.of_races else "wars"
        hidden = (
            f"{board.hidden} with fewer than {as_few_digits(board.minimum)} {what} left out" if board.hidden else ""
        )
        add_to_footer(page.embed, scope_note(asked, board.rooms), hidden)
        return page

    async def _form_page(self, request: PageRequest) -> Page:
        asked, server_id = await self._asked_by_page(request)
        scope = await scope_of(self.bot.services, server_id, asked)
        lines = await asyncio.to_thread(form_lines, scope)
        page = page_of_lines(
            "Who is in form", lines, request.page, size=ROWS_A_PAGE, empty="Nobody has a war that fits.", fixed=True
        )
        if lines:
            page.embed.description = f"*{BY_KEY['form'].meaning}; beside it against the own average*\n" + str(
                page.embed.description
            )
        add_to_footer(page.embed, scope_note(asked, scope.rooms))
        return page

    async def _asked_by_page(self, request: PageRequest) -> tuple[Question, ServerId]:
        server_id = request.server_id
        return await understand(self.bot.services, server_id, _of_before(request.argument)), server_id


def _of_before(argument: str) -> str:
    """Buttons of the first release carry `average/0`: the metric and the minimum."""
    metric, slash, minimum = argument.partition("/")
    return f"by {metric} min {minimum or 0}" if slash and " " not in argument else argument


async def compared(ctx: ClanContext, asked: Question) -> list[Player]:
    """2 to 6 players; one alone is set beside whoever asks. Raises BadInput."""
    found = await players_named(ctx, asked.names)
    if len(found) == 1:
        mine = await player_called(ctx, "me")
        found = [mine, found[0]] if mine.player_id != found[0].player_id else found
    if not 2 <= len(found) <= MOST_COMPARED:
        raise BadInput(f"Name 2 to {MOST_COMPARED} players, such as `compare Comet, Pixel`; {len(found)} were named.")
    return found


async def _with_graph(ctx: ClanContext, embed: discord.Embed, drawn: Drawn) -> None:
    if drawn.picture is None:
        await ctx.answer(embed=embed)
        return
    embed.set_image(url=f"attachment://{PICTURE}")
    await ctx.answer(embed=embed, file=discord.File(io.BytesIO(drawn.picture), filename=PICTURE))


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Statistics(bot))
