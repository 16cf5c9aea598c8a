"""Pictures posted into watched channels; at start, those without an answer and those posted while the bot was away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import discord
from discord.ext import commands

from bot.client import ClanBot
from bot.permissions import is_watched
from bot.pictures_sent import attachments_of
from bot.services.errors import RecordsAway
from bot.services.log_ids import follow
from bot.services.settings import ServerSettings
from bot.tasks import Turn
from mkw.ids import ServerId

logger = logging.getLogger(__name__)
PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0, 60.0, 60.0)  # seconds; five minutes in all


class Uploads(commands.Cog, name="Pictures"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self._recovered = False
        bot.catching_up.take = self._take_missed
        self._known: dict[ServerId, ServerSettings] = {}

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        # Discord says "ready" after every connection that could not be resumed, and tells nothing of what was sent
        # meanwhile. What lies here unanswered is taken up at the start alone: later it is under way.
        if not self._recovered:
            self._recovered = True
            self.bot.work.start(self._recover(), name="recover uploads at start")
        else:
            self.bot.work.start(self._catch_up(), name="catch up after a lost connection")

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None or message.author.id == getattr(self.bot.user, "id", None):
            return
        attachments = attachments_of(message)
        if not attachments:
            return
        # Before the first await: turns follow the order of messages.
        turn = self.bot.uploads.turn(message.channel.id)
        self.bot.work.start(self._take(message, attachments, turn), name=f"upload in message {message.id}")

    async def _take(
        self, message: discord.Message, attachments: Sequence[discord.Attachment], turn: Turn, *, late: bool = False
    ) -> None:
        follow(message.id)
        async with turn:
            if not await self._is_upload(message):
                return
            await self.bot.uploads.take(message, attachments, turn, late=late)

    async def _is_upload(self, message: discord.Message) -> bool:
        """In a watched channel or a thread of one, or where a live war runs; and no command, which knows itself what to
        do with a picture."""
        if message.guild is None:
            return False
        server_id = ServerId(message.guild.id)
        is_here = is_watched(message.guild, await self._settings(server_id), message.channel.id)
        if not is_here and not await self.bot.live.runs_in(server_id, message.channel.id):
            return False
        context = await self.bot.get_context(message)
        return not context.valid

    async def _settings(self, server_id: ServerId) -> ServerSettings:
        """As last known where the records are away; waits for them where nothing is known, for a picture that nobody
        looked at is a picture lost."""
        for pause in PAUSES:
            try:
                self._known[server_id] = await self.bot.services.settings.get(server_id)
            except RecordsAway:
                if server_id in self._known:
                    break
                await asyncio.sleep(pause)
            else:
                break
        return self._known.get(server_id, ServerSettings(server_id))

    async def _recover(self) -> None:
        # What was missed is kept first: taking up reads all that waits, and may take long.
        catching_up = self.bot.work.start(self._catch_up(), name="catch up at start")
        try:
            taken = await self.bot.uploads.recover()
        except RecordsAway:
            self.bot.uploads.recover_soon()
        else:
            if taken:
                logger.info("Answered %d uploads from before the start", taken)
        await catching_up

    async def _catch_up(self) -> None:
        try:
            await self.bot.catching_up.now()
        except RecordsAway:
            self.bot.catching_up.soon()

    async def _take_missed(self, message: discord.Message, attachments: Sequence[discord.Attachment]) -> None:
        turn = self.bot.uploads.turn(message.channel.id)
        await self._take(message, attachments, turn, late=True)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Uploads(bot))
