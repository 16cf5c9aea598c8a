"""How the process stands, for whoever runs it."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command
from bot.health_texts import health_embed
from bot.permissions import operator_only


class Health(commands.Cog, name="Running the bot"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("health", example="health", private=True, anywhere=True)
    @operator_only()
    async def health(self, ctx: ClanContext) -> None:
        """Show how the bot itself stands: what answers, how fast, and what went wrong."""
        health = self.bot.health
        await ctx.answer(
            embed=health_embed(
                await health.parts(), health.metrics, health.since.timestamp(), health.backups, health.shared
            ),
            private=True,
        )


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Health(bot))
