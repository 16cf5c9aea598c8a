"""The seasons of a server. Everybody may look at them."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_seasons
from bot.context import ClanContext
from bot.declaring import group, part
from bot.filter_words import day_of
from bot.permissions import everyone, moderators_only
from bot.services.seasons import Season
from bot.typed import unquoted
from bot.wording import escape


class Seasons(commands.Cog, name="Seasons"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @group("season", fallback="list", example="season", aliases=("seasons",))
    @everyone()
    async def season(self, ctx: ClanContext) -> None:
        """List the seasons."""
        every = await ctx.services.seasons.everything(ctx.server_id)
        lines = [_line(season) for season in every]
        empty = "No season is set. `season add 1 2026-01-01 2026-03-31` sets one; `stats season 1` is about it then."
        await ctx.answer(embed=discord.Embed(title="Seasons", description="\n".join(lines)[:4000] or empty))

    @part(season, "add", example="season add 1 2026-01-01 2026-03-31")
    @app_commands.describe(
        name="What it is called; a name with spaces in quotes", first="Its first day, such as 2026-01-01",
        last="Its last day, included",
    )  # fmt: skip
    @moderators_only()
    async def season_add(self, ctx: ClanContext, name: str, first: str, last: str) -> None:
        """Add a season from one day to another, both included."""
        today = (await ctx.services.statistics.today(ctx.server_id)).date()
        season = await ctx.services.seasons.add(
            ctx.actor, unquoted(name), day_of(first, today), day_of(last, today, end=True)
        )
        await ctx.answer(f"Added {_line(season)}. `undo` takes it back.")

    @part(season, "remove", example="season remove 1")
    @app_commands.describe(name="Which season")
    @app_commands.autocomplete(name=complete_seasons)
    @moderators_only()
    async def season_remove(self, ctx: ClanContext, *, name: str) -> None:
        """Remove a season; its wars stay."""
        season = await ctx.services.seasons.remove(ctx.actor, unquoted(name))
        await ctx.answer(f"Removed {_line(season)}. `undo` brings it back.")


def _line(season: Season) -> str:
    return f"**{escape(season.name, limit=40)}** · {season.first_day} to {season.last_day}"


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Seasons(bot))
