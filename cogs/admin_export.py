"""A server's whole record taken along, and brought in where there is none yet."""

from __future__ import annotations

import logging

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.permissions import admins_only
from bot.private_files import send_privately
from bot.services.exporting import Exported, Kind
from mkw.numerals import whole

logger = logging.getLogger(__name__)
_CALLED = {
    "wars": ("war", "wars"),
    "players": ("player", "players"),
    "teams": ("team", "teams"),
    "seasons": ("season", "seasons"),
    "uploads": ("upload", "uploads"),
    "changes": ("change in the log", "changes in the log"),
}


class Export(commands.Cog, name="Taking it along"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("export", example="export csv", topic="Setting up", private=True)
    @app_commands.describe(kind="json can be brought in again, csv is for spreadsheets; nothing: json")
    @admins_only(hide=True)
    @cooldown(person=4, server=6)
    async def export(self, ctx: ClanContext, kind: Kind = Kind.JSON) -> None:
        """Have everything this server owns as one file: JSON, or CSV for spreadsheets."""
        async with ctx.typing(ephemeral=True):
            exported = await self.bot.services.exporting.export(ctx.server_id, kind)
            logger.info("Server %s was exported as %s by user %s", ctx.server_id, kind, ctx.author.id)
            await send_privately(ctx, f"Everything of this server: {counted(exported)}.", exported.file, exported.name)


def counted(exported: Exported) -> str:
    """`12 wars, 7 players, 30 changes in the log`"""
    there = [(name, exported.counts[name]) for name in _CALLED if exported.counts[name]]
    return ", ".join(f"{whole(count)} {_CALLED[name][count != 1]}" for name, count in there) or "only its settings yet"


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Export(bot))
