"""Statistics as pictures."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import Options, is_clan, one_player, scope_of, understand
from bot.client import ClanBot
from bot.completion import complete_opponents, complete_seasons
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.graphing import KINDS, OF_ONE_PLAYER, Kind, draw, kind_of, split_theme
from bot.permissions import everyone
from bot.services.errors import BadInput
from bot.services.player import Player
from bot.statistics_texts import scope_note
from bot.typed import whole_number
from bot.war_editing import war_meant
from bot.war_graph import war_graph
from bot.wording import escape
from cogs.statistics import FILTERS, LAST, OPPONENT, PICTURE, SEASON, clan_name, compared


class Graphs(commands.Cog, name="Graphs"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("graph", example="graph form Comet last 30", aliases=("chart", "plot"))
    @app_commands.describe(
        kind="What to draw", who="A player, several for compare; nothing: the clan or you; `light` for a light one",
        last=LAST, opponent=OPPONENT, season=SEASON, filters=FILTERS,
    )  # fmt: skip
    @app_commands.choices(
        kind=[app_commands.Choice(name=f"{kind.value}: {text}", value=kind.value) for kind, text in KINDS.items()]
    )
    @app_commands.autocomplete(opponent=complete_opponents, season=complete_seasons)
    @everyone()
    @cooldown(person=16, server=60)
    async def graph(
        self, ctx: ClanContext, kind: str, *, who: str | None = None,
        last: app_commands.Range[int, 1, 100000] | None = None, opponent: str | None = None, season: str | None = None,
        filters: str | None = None,
    ) -> None:  # fmt: skip
        """Draw form, scores, difference, cumulative, opponents, heatmap, compare, places or races."""
        wanted = kind_of(kind)
        if wanted is None:
            raise BadInput(f"A graph is one of {', '.join(f'`{one}`' for one in KINDS)}, such as `graph form Comet`.")
        theme, words = split_theme((who or "").split())
        if wanted is Kind.RACES:
            await self._one_war(ctx, words, theme)
            return
        asked = await understand(ctx.services, ctx.server_id, " ".join(words), Options(last, opponent, season, filters))
        players: list[Player] = []
        if wanted is Kind.COMPARE:
            players = await compared(ctx, asked)
        elif wanted in OF_ONE_PLAYER or (asked.names and not is_clan(asked)):
            players = [await one_player(ctx, asked)]
        scope = await scope_of(ctx.services, ctx.server_id, asked, [player.player_id for player in players])
        clan = await clan_name(ctx)
        of = [player.player_id for player in players]
        races = await ctx.services.statistics.races_of(scope, *of) if wanted is Kind.PLACES else None
        drawn = await draw(
            wanted, scope, [(player.name, player.player_id) for player in players], clan=clan,
            note=scope_note(asked, scope.rooms), theme=theme, races=races,
        )  # fmt: skip
        if drawn.picture is None:
            raise BadInput(drawn.words or "There is nothing to draw.")
        names = ", ".join(escape(player.name, limit=40) for player in players) or escape(clan, limit=80)
        embed = discord.Embed(title=f"{names} · {wanted}"[:250]).set_image(url=f"attachment://{PICTURE}")
        alone = f"A graph of {KINDS[wanted]}: {names}"[:1000]
        await ctx.answer(
            embed=embed, file=discord.File(io.BytesIO(drawn.picture), filename=PICTURE, description=alone)
        )  # fmt: skip

    async def _one_war(self, ctx: ClanContext, words: list[str], theme: str) -> None:
        """`graph races 12`: race by race; nothing: the newest war."""
        number = whole_number(words[0].lstrip("#"), "The war's number") if words else None
        war = await war_meant(ctx, number)
        embed, file = await war_graph(ctx.services, ctx.server_id, war, theme=theme)
        await ctx.answer(embed=embed, file=file)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Graphs(bot))
