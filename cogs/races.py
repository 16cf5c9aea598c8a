"""What races come to: tracks, picks and places."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import Options, Question, is_clan, one_player, scope_of, understand, without_opponent
from bot.client import ClanBot
from bot.completion import complete_opponents, complete_players, complete_seasons
from bot.context import ClanContext
from bot.declaring import command
from bot.graphing import Kind, draw
from bot.permissions import everyone
from bot.race_statistics_texts import NO_RACES, picks_embed, places_embed, split_order, track_lines
from bot.services.errors import BadInput
from bot.statistics_texts import ROWS_A_PAGE, add_to_footer, scope_note
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.wording import escape
from cogs.statistics import FILTERS, LAST, OPPONENT, PICTURE, SEASON, clan_name
from mkw.ids import PlayerId
from mkw.picks import judged, picks
from mkw.races import TrackOrder, by_track, race_statistics

TOPIC = "Races and tracks"


class Races(commands.Cog, name=TOPIC):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("tracks", self._tracks_page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("tracks")

    @command("tracks", example="tracks Comet min 3 by place", aliases=("track",))
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: the clan. `by place` sorts",
        minimum="Leave out tracks with fewer races", last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def tracks(
        self, ctx: ClanContext, *, player: str | None = None,
        minimum: app_commands.Range[int, 1, 10000] | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, opponent: str | None = None, season: str | None = None,
        filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show how the clan or a player does on each track."""
        order, words = split_order(player or "")
        more, said = split_order(filters or "")
        options = Options(last, opponent, season, said or None, minimum=minimum)
        asked = await understand(ctx.services, ctx.server_id, words, options)
        found = await one_player(ctx, asked) if asked.names and not is_clan(asked) else None
        number = found.player_id if found is not None else 0
        order = more if order is TrackOrder.DIFFERENTIAL else order
        await send_pages(ctx, "tracks", argument=f"{number} {order} {asked.written}".strip())

    @command("picks", example="picks CB", aliases=("pick", "avoid"))
    @app_commands.describe(
        opponent="Who you meet, by tag; nothing: anybody", minimum="Leave out tracks with fewer races",
        last=LAST, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def picks(
        self, ctx: ClanContext, *, opponent: str | None = None,
        minimum: app_commands.Range[int, 1, 10000] | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Say which tracks to pick and which to avoid, and how sure that is."""
        options = Options(last, None, season, filters, minimum=minimum)
        asked = await understand(ctx.services, ctx.server_id, opponent, options)
        tag = asked.wanted.opponent or asked.words.text or None
        plain = without_opponent(asked)
        scope = await scope_of(ctx.services, ctx.server_id, plain)
        every = await ctx.services.statistics.races_of(scope)
        against = None
        if tag is not None:
            met = scope.record.against(scope.clan(tag)).wars
            against = every.within(met)
        found = await asyncio.to_thread(picks, every, against, minimum=scope.minimum)
        embed = picks_embed(found, tag, judged(every if against is None else against))
        await ctx.answer(embed=add_to_footer(embed, scope_note(plain, scope.rooms)))

    @command("places", example="places Comet last 20", aliases=("place", "positions"))
    @app_commands.describe(
        player="A player, a mention or `me`; nothing: the clan",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.autocomplete(player=complete_players, opponent=complete_opponents, season=complete_seasons)
    @everyone()
    async def places(
        self, ctx: ClanContext, *, player: str | None = None, last: app_commands.Range[int, 1, 100000] | None = None,
        opponent: str | None = None, season: str | None = None, filters: str | None = None,
    ) -> None:  # fmt: skip
        """Show places, races won, halves, comebacks, best and worst race."""
        asked = await understand(ctx.services, ctx.server_id, player, Options(last, opponent, season, filters))
        found = await one_player(ctx, asked) if asked.names and not is_clan(asked) else None
        of = [] if found is None else [found.player_id]
        scope = await scope_of(ctx.services, ctx.server_id, asked, of)
        races = await ctx.services.statistics.races_of(scope, *of)
        clan = await clan_name(ctx)
        note = scope_note(asked, scope.rooms)
        who = clan if found is None else found.name
        embed = places_embed(who, await asyncio.to_thread(race_statistics, races, scope.rooms.chosen))
        add_to_footer(embed, note)
        pairs = [] if found is None else [(found.name, found.player_id)]
        drawn = await draw(Kind.PLACES, scope, pairs, clan=clan, note=note, races=races)
        if drawn.picture is None:
            await ctx.answer(embed=embed)
            return
        embed.set_image(url=f"attachment://{PICTURE}")
        await ctx.answer(embed=embed, file=discord.File(io.BytesIO(drawn.picture), filename=PICTURE))

    async def _tracks_page(self, request: PageRequest) -> Page:
        number, order, asked = await self._asked(request)
        of = [PlayerId(number)] if number else []
        scope = await scope_of(self.bot.services, request.server_id, asked, of)
        races = await self.bot.services.statistics.races_of(scope, *of)
        found = await asyncio.to_thread(by_track, races, minimum=scope.minimum, order=order)
        lines = track_lines(found, order)
        title = "Tracks" + (f" of {escape(scope.name(of[0]), limit=60)}" if of else "")
        empty = "No track has that many races." if (races.track >= 0).any() else NO_RACES
        page = page_of_lines(title, lines[1:], request.page, size=ROWS_A_PAGE, empty=empty, fixed=True)
        if lines:
            shown = str(page.embed.description).replace("```\n", f"```\n{lines[0]}\n", 1)
            page.embed.description = f"*points a race above the opponents'*\n{shown}"
        untold = int((races.track < 0).sum())
        add_to_footer(
            page.embed, scope_note(asked, scope.rooms), f"{untold} races without a track left out" if untold else ""
        )
        return page

    async def _asked(self, request: PageRequest) -> tuple[int, TrackOrder, Question]:
        number, order, words = [*request.argument.split(" ", 2), ""][:3]
        if not number.isdecimal() or order not in set(TrackOrder):
            raise BadInput("That list is of another time; ask for it anew.")
        return int(number), TrackOrder(order), await understand(self.bot.services, request.server_id, words)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Races(bot))
