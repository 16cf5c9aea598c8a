"""What the bot does by itself every so often: a cog with rounds."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from discord.ext import commands, tasks

from bot.services.errors import RecordsAway

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)


class PeriodicCog(commands.Cog):
    """Calls `look` `every` so often, from when the bot is ready until the cog is unloaded. A round that fails is logged
    as `failed` and does not end the others; one for which the records are away is left out."""

    every: ClassVar[timedelta]
    failed: ClassVar[str]

    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self.rounds.change_interval(seconds=self.every.total_seconds())

    async def look(self) -> None:
        """One round."""
        raise NotImplementedError

    @property
    def wanted(self) -> bool:
        """Whether there are rounds at all."""
        return True

    @tasks.loop(hours=1)
    async def rounds(self) -> None:
        try:
            await self.look()
        except RecordsAway:
            return
        except Exception:  # a loop that dies looks at nothing ever again
            logger.exception(self.failed)

    @commands.Cog.listener("on_ready")
    async def begin_rounds(self) -> None:
        # Discord says "ready" after every lost connection.
        if self.wanted and not self.rounds.is_running():
            self.rounds.start()

    async def cog_unload(self) -> None:
        self.rounds.cancel()
