"""Pictures that were posted while nobody looked: the bot was away, its connection was lost for good, its disk was full.

Discord's history still has them, and the records know which were taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.pictures_sent import attachments_of
from bot.services.errors import RecordsAway
from bot.services.intake import SeenUpTo
from mkw.ids import AttachmentId

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
MOST_MESSAGES = 1000  # of a channel that are looked through, the newest
AT_ONCE = 10  # messages whose pictures are in hand at a time
PAUSES = (10.0, 20.0, 30.0, 60.0, 120.0)  # seconds between two tries; the last one again and again

T = TypeVar("T")
Take = Callable[[discord.Message, Sequence[discord.Attachment]], Awaitable[None]]


class CatchingUp:
    """`take` gets what was missed, and is set by whoever takes pictures."""

    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._one_at_a_time = asyncio.Lock()
        self._trying: asyncio.Task[None] | None = None
        self._again = False
        self.take: Take | None = None

    async def now(self) -> None:
        """Look through every watched channel. Raises RecordsAway."""
        async with self._one_at_a_time:
            for seen in await self._bot.services.intake.seen_up_to():
                await self._channel(seen)

    def soon(self) -> None:
        """Try until everything missed is taken; call it again where something is missed during a try. One such task at
        a time."""
        self._again = True
        if self._trying is None or self._trying.done():
            self._trying = self._bot.work.start(self._keep_trying(), name="catch up")

    async def _keep_trying(self) -> None:
        tries = 0
        while self._again and not self._bot.closing:
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
            self._again = False
            try:
                await self.now()
            except RecordsAway:
                self._again = True

    async def _channel(self, seen: SeenUpTo) -> None:
        channel = self._bot.get_channel(seen.channel_id)
        if not isinstance(channel, discord.abc.Messageable) or self.take is None:
            return
        try:
            history = channel.history(after=seen.after, limit=MOST_MESSAGES, oldest_first=False)
            messages = [message async for message in history]
        except discord.HTTPException as failure:
            logger.info("Channel %s cannot be caught up: %s", seen.channel_id, failure)
            self._again = self._again or failure.status >= 500
            return
        own_id = getattr(self._bot.user, "id", None)
        sent = {message: attachments_of(message) for message in reversed(messages) if message.author.id != own_id}
        every = [AttachmentId(one.id) for attachments in sent.values() for one in attachments]
        unknown = await self._bot.services.intake.unknown(seen.server_id, every) if every else frozenset()
        missed = [(message, [one for one in each if one.id in unknown]) for message, each in sent.items()]
        for some in batched([(message, each) for message, each in missed if each], AT_ONCE):
            await asyncio.gather(*(self.take(message, each) for message, each in some))


def batched(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """In order, `size` at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))
