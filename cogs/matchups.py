"""Opponents, head to head, records, streaks, and who plays well together."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.asking import (
    Options,
    Question,
    is_clan,
    one_player,
    player_called,
    players_named,
    scope_of,
    understand,
    without_opponent,
)
from bot.client import ClanBot
from bot.completion import complete_opponents, complete_players, complete_seasons
from bot.context import ClanContext
from bot.declaring import command
from bot.matchup_texts import (
    best_against,
    clan_meeting_embed,
    lineup_embed,
    opponent_lines,
    pair_lines,
    participation_text,
    player_meeting_embed,
    records_embed,
    streaks_embed,
)
from bot.permissions import everyone
from bot.services.errors import BadInput, NotFound
from bot.services.player import Player
from bot.services.roster import named
from bot.services.statistics import Scope
from bot.statistics_texts import ROWS_A_PAGE, add_to_footer, scope_note
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.wording import escape
from cogs.statistics import FILTERS, LAST, OPPONENT, SEASON, clan_name
from mkw.filters import clan_called
from mkw.ids import PlayerId
from mkw.matchups import clan_meeting, opponents, opponents_of, participation, player_meeting, shared
from mkw.streaks import clan_records, hot_streaks, streaks
from mkw.together import Chemistry

TOPIC = "Opponents and line-ups"
PAIR_MINIMUM = 3  # wars together under which a pair is not listed, unless the reader sets one


class Matchups(commands.Cog, name=TOPIC):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        for kind, maker in (("foes", self._foes_page), ("duos", self._duos_page), ("played", self._played_page)):
            self.bot.page_makers.register(kind, maker)

    async def cog_unload(self) -> None:
        for kind in ("foes", "duos", "played"):
            self.bot.page_makers.remove(kind)

    @command("opponents", example="opponents min 3", aliases=("foes",))
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: the clan", minimum="Leave out opponents met less often",
        last=LAST, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, season=complete_seasons)
    @everyone()
    async def opponents(
        self, ctx: ClanContext, *, player: str | None = None,
        minimum: app_commands.Range[int, 1, 10000] | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """List the opponents, those we do best against first."""
        options = Options(last, None, season, filters, minimum=minimum)
        asked = await understand(ctx.services, ctx.server_id, player, options)
        await self._send(ctx, "foes", asked)

    @command("head2head", example="head2head CB", aliases=("h2h", "versus"))
    @app_commands.describe(
        who="A clan's tag, or two players with a comma between them", last=LAST, season=SEASON, filters=FILTERS
    )
    @app_commands.autocomplete(who=complete_opponents, season=complete_seasons)
    @everyone()
    async def head2head(
        self, ctx: ClanContext, *, who: str, last: app_commands.Range[int, 1, 100000] | None = None,
        season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show how we stand against a clan, or two players against each other."""
        asked = await understand(ctx.services, ctx.server_id, who, Options(last, None, season, filters))
        tag, players = await self._sides(ctx, asked)
        plain = without_opponent(asked)
        if tag is None:
            scope = await scope_of(ctx.services, ctx.server_id, plain, [player.player_id for player in players])
            first, second = (scope.record.of(player.player_id) for player in players)
            first, second = (one.newest(asked.wanted.last) for one in shared(first, second))
            meeting = player_meeting(first, second)
            embed = player_meeting_embed(players[0].name, players[1].name, meeting)
        else:
            asked = Question(asked.words, replace(asked.wanted, opponent=tag))
            scope = await scope_of(ctx.services, ctx.server_id, asked)
            record = scope.newest
            clan = scope.clan(tag)
            best = await asyncio.to_thread(lambda: best_against(scope, list(record.everybody())))
            embed = clan_meeting_embed(await clan_name(ctx), clan_meeting(record, clan), best)
        await ctx.answer(embed=add_to_footer(embed, scope_note(plain, scope.rooms)))

    @command("records", example="records", aliases=("record",))
    @app_commands.describe(last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS)
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def records(
        self, ctx: ClanContext, *, filters: str | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, opponent: str | None = None, season: str | None = None,
    ) -> None:  # fmt: skip
        """Show the clan's records: scores, totals, margins and streaks."""
        asked = await understand(ctx.services, ctx.server_id, filters, Options(last, opponent, season))
        _no_names(asked, "records")
        scope = await scope_of(ctx.services, ctx.server_id, asked)
        embed = records_embed(await clan_name(ctx), clan_records(scope.newest), scope.name)
        await ctx.answer(embed=add_to_footer(embed, scope_note(asked, scope.rooms)))

    @command("streaks", example="streaks Comet", aliases=("streak",))
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: the clan",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def streaks(
        self, ctx: ClanContext, *, player: str | None = None, last: app_commands.Range[int, 1, 100000] | None = None,
        opponent: str | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show wars won and lost in a row, now and at most."""
        asked = await understand(ctx.services, ctx.server_id, player, Options(last, opponent, season, filters))
        if not asked.names or is_clan(asked):
            scope = await scope_of(ctx.services, ctx.server_id, asked)
            embed = streaks_embed(await clan_name(ctx), streaks(scope.newest.wars))
        else:
            found = await one_player(ctx, asked)
            scope = await scope_of(ctx.services, ctx.server_id, asked, [found.player_id])
            played = scope.played(found.player_id)
            embed = streaks_embed(found.name, streaks(played.wars), hot_streaks(played))
        await ctx.answer(embed=add_to_footer(embed, scope_note(asked, scope.rooms)))

    @command("participation", example="participation last 30", aliases=("activity",))
    @app_commands.describe(last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS)
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def participation(
        self, ctx: ClanContext, *, filters: str | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, opponent: str | None = None, season: str | None = None,
    ) -> None:  # fmt: skip
        """Show how many of the wars each player was in."""
        asked = await understand(ctx.services, ctx.server_id, filters, Options(last, opponent, season))
        _no_names(asked, "participation")
        await self._send(ctx, "played", asked)

    @command("duo", example="duo Comet", aliases=("duos", "chemistry", "composition"))
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: all pairs", minimum="Leave out pairs with fewer wars together",
        last=LAST, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, season=complete_seasons)
    @everyone()
    async def duo(
        self, ctx: ClanContext, *, player: str | None = None,
        minimum: app_commands.Range[int, 1, 10000] | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show who plays well together."""
        options = Options(last, None, season, filters, minimum=minimum)
        asked = await understand(ctx.services, ctx.server_id, player, options)
        await self._send(ctx, "duos", asked)

    @command("lineup", example="lineup Comet, Pixel, Marlin, Willow, Juniper, Tango, me vs CB")
    @app_commands.describe(
        players="Who can play, with commas between them; nothing: every member", opponent="Who you meet",
        last=LAST, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def lineup(
        self, ctx: ClanContext, *, players: str | None = None, opponent: str | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Propose the best six of those who can play."""
        asked = await understand(ctx.services, ctx.server_id, players, Options(last, opponent, season, filters))
        against, plain = asked.wanted.opponent, without_opponent(asked)
        scope = await scope_of(ctx.services, ctx.server_id, plain)
        wanted = [player.player_id for player in await players_named(ctx, asked.names)] or _busiest(scope)
        found = await ctx.services.statistics.lineups(scope, wanted, against=against)
        await ctx.answer(
            embed=add_to_footer(lineup_embed(found, wanted, scope.name, against), scope_note(plain, scope.rooms))
        )

    # --- pages ------------------------------------------------------------------------------------------------------

    async def _send(self, ctx: ClanContext, kind: str, asked: Question) -> None:
        """The player is carried by number: a page turned next year is about the same one."""
        player = await one_player(ctx, asked) if asked.names and not is_clan(asked) else None
        number = player.player_id if player is not None else 0
        await send_pages(ctx, kind, argument=f"{number} {asked.written}".strip())

    async def _asked(self, request: PageRequest) -> tuple[Question, Scope, PlayerId | None]:
        server_id = request.server_id
        number, _, words = request.argument.partition(" ")
        asked = await understand(self.bot.services, server_id, words)
        player_id = PlayerId(int(number)) if int(number) else None
        of = [] if player_id is None else [player_id]
        return asked, await scope_of(self.bot.services, server_id, asked, of), player_id

    async def _foes_page(self, request: PageRequest) -> Page:
        asked, scope, player_id = await self._asked(request)
        least = max(1, round(scope.minimum))
        if player_id is None:
            lines, who = opponent_lines(opponents(scope.newest, least), player=False), ""
        else:
            lines = opponent_lines(opponents_of(scope.played(player_id), least), player=True)
            who = f" of {escape(scope.name(player_id), limit=60)}"
        return _fixed(f"Opponents{who}", lines, request, asked, scope, header=True)

    async def _duos_page(self, request: PageRequest) -> Page:
        asked, scope, player_id = await self._asked(request)
        least = round(scope.minimum) if asked.wanted.minimum is not None else PAIR_MINIMUM
        model: Chemistry = await self.bot.services.statistics.chemistry(scope)
        there = {player.player_id for player in scope.roster}
        pairs = [pair for pair in model.pairs(least) if {pair.first, pair.second} <= there]
        if player_id is not None:
            pairs = [pair for pair in pairs if player_id in (pair.first, pair.second)]
        title = "Who plays well together" if player_id is None else f"Best beside {scope.name(player_id)}"
        lines = pair_lines(pairs, scope.name, of=player_id)
        page = _fixed(escape(title, limit=100), lines, request, asked, scope)
        if lines:
            page.embed.description = (
                "*points a war above what they make on average, and wars together*\n" + str(page.embed.description)
            )  # fmt: skip
        else:
            page.embed.description = f"No two have {least} wars together that fit; `min 1` shows fewer."
        return page

    async def _played_page(self, request: PageRequest) -> Page:
        asked, scope, _ = await self._asked(request)
        there = {player.player_id for player in scope.roster}
        found = [row for row in participation(scope.newest) if row[0] in there]
        lines = participation_text(found, scope.name)
        return _fixed(f"In how many of {len(scope.newest.wars)} wars", lines, request, asked, scope)

    # --- who is meant -----------------------------------------------------------------------------------------------

    async def _sides(self, ctx: ClanContext, asked: Question) -> tuple[str | None, list[Player]]:
        """(tag, nobody) for a clan; (None, two players) for players. A name that is both is the player."""
        vs = asked.wanted.opponent
        names = list(asked.names) + ([vs] if vs else [])
        if not names:
            raise BadInput("Name a clan's tag or two players, such as `head2head CB` or `head2head Comet, Pixel`.")
        roster = await ctx.services.roster.players(ctx.server_id)
        record = await ctx.services.statistics.record(ctx.server_id)
        whole = " ".join(names)
        if named(roster, whole) is None and clan_called(record, whole) is not None:
            return whole, []
        try:
            players = await players_named(ctx, names)
        except NotFound:
            if len(names) == 1 and len(whole.split()) == 1:
                await ctx.services.statistics.scope(ctx.server_id, replace(asked.wanted, opponent=whole))  # raises
            raise
        if len(players) == 1:
            players = [await player_called(ctx, "me"), *players]
        if len(players) != 2 or players[0].player_id == players[1].player_id:
            raise BadInput("Two players or one clan: `head2head Comet, Pixel`, `head2head CB`.")
        return None, players


def _busiest(scope: Scope) -> list[PlayerId]:
    """Members with a war that fits, those with the most wars first, as many as can be chosen from."""
    there = {player.player_id for player in scope.roster}
    return [player for player, *_ in participation(scope.newest) if player in there][:12]


def _fixed(
    title: str, lines: list[str], request: PageRequest, asked: Question, scope: Scope, *, header: bool = False
) -> Page:  # fmt: skip
    page = page_of_lines(
        title, lines[1:] if header else lines, request.page, size=ROWS_A_PAGE, empty="No war that fits is kept.",
        fixed=True,
    )  # fmt: skip
    if header and lines:
        page.embed.description = str(page.embed.description).replace("```\n", f"```\n{lines[0]}\n", 1)
    add_to_footer(page.embed, scope_note(asked, scope.rooms))
    return page


def _no_names(asked: Question, name: str) -> None:
    if asked.names and not is_clan(asked):
        raise BadInput(
            f"`{asked.words.text[:40]}` is no filter I know; `{name} last 30`, or `filters` for all of them."
        )


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Matchups(bot))
