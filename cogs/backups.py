"""Backups that the running bot makes by itself, where its settings want them."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.client import ClanBot
from bot.periodic import PeriodicCog
from bot.services.backups import TROUBLES, kept_in, thin_out
from db.dumps import BusyError

logger = logging.getLogger(__name__)


class Backups(PeriodicCog):
    every = timedelta(minutes=5)
    failed = "No backup was made"

    def __init__(self, bot: ClanBot) -> None:
        super().__init__(bot)
        self.folder = bot.options.backup_dir or bot.options.data_dir / "backups"
        bot.health.backups.wanted = self.wanted

    @property
    def wanted(self) -> bool:
        return self.bot.options.backup_every is not None and self.bot.own_shards.are_first

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
        except Exception as error:
            state.failure = type(error).__name__
            raise


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Backups(bot))
