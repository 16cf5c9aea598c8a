"""A server's whole record taken along, and brought in where there is none yet."""

from __future__ import annotations

import logging
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.permissions import admins_only
from bot.private_files import largest, send_privately
from bot.services.exporting import Exported, Kind
from mkw.numerals import count_of, whole

What = Literal["json", "csv", "pictures"]
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
    @app_commands.describe(kind="json can be brought in again, csv is for spreadsheets, pictures come as zips")
    @admins_only(hide=True)
    @cooldown(person=4, server=6)
    async def export(self, ctx: ClanContext, kind: What = "json") -> None:
        """Have everything this server owns: JSON, CSV for spreadsheets, or its pictures as zip files."""
        async with ctx.typing(ephemeral=True):
            if kind == "pictures":
                await self._pictures(ctx)
                return
            exported = await self.bot.services.exporting.export(ctx.server_id, Kind(kind))
            logger.info("Server %s was exported as %s by user %s", ctx.server_id, kind, ctx.author.id)
            await send_privately(ctx, f"Everything of this server: {counted(exported)}.", exported.file, exported.name)

    async def _pictures(self, ctx: ClanContext) -> None:
        """One zip a message; each is whole by itself, so none needs the others."""
        name = f"clan-{discord.utils.utcnow():%Y-%m-%d}-pictures"
        number = count = 0
        async for pack in self.bot.services.pictures.export(ctx.server_id, largest(ctx)):
            number, count = number + 1, count + pack.count
            text = f"Zip {number} of this server's pictures, {whole(pack.count)} of them. `import pictures` takes it."
            await send_privately(ctx, text, pack.file, f"{name}-{number:03}.zip", more=True)
        logger.info("Pictures of server %s were exported by user %s", ctx.server_id, ctx.author.id)
        where = " by direct message" if ctx.interaction is None else ""
        await ctx.answer(f"{count_of(count, 'picture')} in {count_of(number, 'zip')}, sent{where}.", private=True)


def counted(exported: Exported) -> str:
    """`12 wars, 7 players, 30 changes in the log`"""
    there = [(name, exported.counts[name]) for name in _CALLED if exported.counts[name]]
    return ", ".join(f"{whole(count)} {_CALLED[name][count != 1]}" for name, count in there) or "only its settings yet"


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Export(bot))
