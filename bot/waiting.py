"""Who waits for a reading is told how long the queue is: one message a channel, kept up to date, and taken away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord

from mkw.ids import ServerId, UploadId
from mkw.numerals import whole

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
Key = tuple[ServerId, UploadId]
SHOWN_AFTER = 4.0  # seconds; who waits less need not know
EDIT_EVERY = 6.0  # seconds between two edits, where few channels wait
EDITS_A_SECOND = 5.0  # of all channels together: Discord allows a bot fifty requests
_MARK = "in the queue."


@dataclass
class _Channel:
    waiting: dict[Key, discord.Message] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    shown: discord.Message | None = None
    text: str = ""


class Waiting:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._channels: dict[int, _Channel] = {}

    @contextlib.contextmanager
    def told(self, message: discord.Message, key: Key) -> Iterator[None]:
        """Around the reading of a picture of that message."""
        if not self._bot.services.intake.order.is_full:
            yield
            return
        channel_id = message.channel.id
        here = self._channels.setdefault(channel_id, _Channel())
        here.waiting[key] = message
        if here.task is None:
            here.task = self._bot.work.start(self._tell(message.channel, here), name=f"queue of channel {channel_id}")
        try:
            yield
        finally:
            del here.waiting[key]
            if not here.waiting:
                self._channels.pop(channel_id, None)
                here.task.cancel()
                if here.shown is not None:
                    self._bot.work.start(take_away(here.shown), name=f"queue of channel {channel_id} is over")

    async def _tell(self, channel: discord.abc.Messageable, here: _Channel) -> None:
        await asyncio.sleep(SHOWN_AFTER)
        while not self._bot.closing:
            try:
                await self._show(channel, here)
            except discord.HTTPException as failure:
                logger.info("The queue is not shown: %s", failure)
            await asyncio.sleep(max(EDIT_EVERY, len(self._channels) / EDITS_A_SECOND))

    async def _show(self, channel: discord.abc.Messageable, here: _Channel) -> None:
        order = self._bot.services.intake.order
        places = [place for key in here.waiting if (place := order.place_of(*key)) is not None]
        text = queue_text(places)
        if not text or text == here.text:
            return
        if here.shown is None:
            first = next(iter(here.waiting.values()))
            # Not given up halfway: a message that nobody knows of would stay.
            here.shown = await asyncio.shield(
                self._bot.work.start(self._send(channel, first, text, here), name="queue shown")
            )
        else:
            await here.shown.edit(content=text)
        here.text = text

    @staticmethod
    async def _send(
        channel: discord.abc.Messageable, first: discord.Message, text: str, here: _Channel
    ) -> discord.Message:
        reference = first.to_reference(fail_if_not_exists=False)
        shown = await channel.send(text, reference=reference, mention_author=False, silent=True)
        if not here.waiting:  # it is over already
            await take_away(shown)
        return shown


def queue_text(places: list[int]) -> str:
    """Places from 1; empty where nobody waits."""
    if not places:
        return ""
    if len(places) == 1:
        return f"Your picture is kept and waits to be read: place {whole(places[0])} {_MARK}"
    first, last = whole(min(places)), whole(max(places))
    return f"{whole(len(places))} pictures here are kept and wait to be read: places {first} to {last} {_MARK}"


def tells_the_queue(message: discord.Message) -> bool:
    return message.content.endswith(_MARK)


async def take_away(message: discord.Message) -> None:
    """Never raises."""
    try:
        await message.delete()
    except discord.HTTPException as failure:
        logger.info("The queue stays shown in channel %s: %s", message.channel.id, failure)
