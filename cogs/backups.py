"""Backups that the running bot makes by itself, where its settings want them."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from discord.ext import commands, tasks

from bot.client import ClanBot
from bot.services.backups import TROUBLES, kept_in, thin_out
from db.dumps import BusyError

logger = logging.getLogger(__name__)
EVERY_MINUTES = 5.0


class Backups(commands.Cog):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self.folder = bot.options.backup_dir or bot.options.data_dir / "backups"
        self.wanted = bot.options.backup_every is not None and bot.own_shards.are_first
        bot.health.backups.wanted = self.wanted

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        # Discord says "ready" after every lost connection.
        if self.wanted and not self.look.is_running():
            self.look.start()

    async def cog_unload(self) -> None:
        self.look.cancel()

    @tasks.loop(minutes=EVERY_MINUTES)
    async def look(self) -> None:
        """Make a backup where the newest is old enough. A failure is told and tried again in the next round."""
        state, every = self.bot.health.backups, self.bot.options.backup_every
        try:
            newest = next(iter(await asyncio.to_thread(kept_in, self.folder)), None)
            state.newest = None if newest is None else newest[0]
            now = datetime.now(UTC)
            if every is None or (state.newest is not None and now - state.newest < every):
                return
            made = await self.bot.services.backups.make(self.folder)
            state.newest, state.failure = made.manifest.made_at, None
            await asyncio.to_thread(thin_out, self.folder, self.bot.options.backup_keep)
        except BusyError:
            return  # another process of this bot makes one
        except TROUBLES as error:
            state.failure = type(error).__name__
            # Their words are ours and PostgreSQL's; an address in them has no password.
            logger.error("No backup was made: %s", error, exc_info=False)  # noqa: TRY400
        except Exception as error:  # a loop that dies makes no backup ever again
            state.failure = type(error).__name__
            logger.exception("No backup was made")


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Backups(bot))
