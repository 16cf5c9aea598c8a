"""From an attachment to the bot's answer: kept at once, read side by side, answered in the order posted, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.answers import short_text
from bot.pictures_sent import claims_to_be_picture, fetch, why_not
from bot.services.drafts import Review, UploadState
from bot.services.errors import NotKept, RecordsAway, UserProblem
from bot.services.intake import Incoming, Received, Unanswered
from bot.tasks import Turn, Turns
from bot.waiting import take_away, tells_the_queue
from bot.wording import escape, own_words
from mkw.ids import AttachmentId, ChannelId, MessageId, ServerId, UploadId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
KEPT_FOR_LATER = "The records are away for the moment. The picture is kept, and read as soon as they are back."
LEAVE_IT = "Leave it here: I try again within minutes, and at every start."
RETRY_SECONDS = (5.0, 15.0, 30.0, 60.0, 120.0)  # the last one again and again


class Uploads:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._turns = Turns()
        self._in_hand: set[tuple[ServerId, UploadId]] = set()
        self._recovering: asyncio.Task[None] | None = None

    def turn(self, channel_id: int) -> Turn:
        """A place in the channel's order of answers; take it before the first await."""
        return self._turns.announce(channel_id)

    async def take(
        self, message: discord.Message, attachments: Sequence[discord.Attachment], turn: Turn, *, late: bool = False
    ) -> None:
        """A message in a watched channel: keep and read all of its pictures, then answer them in order. Call inside
        `async with turn`. `late`: posted while the bot was away; nothing is said about what is no picture then, for
        that may have been said before."""
        tasks = [
            self._bot.work.start(self._take_one(message, attachment), name=f"picture {attachment.id}")
            for attachment in attachments
        ]
        await turn.come()
        for attachment, task in zip(attachments, tasks, strict=True):
            try:
                await self._answer_one(message, attachment, task, late=late)
            except Exception:
                # One picture's trouble is not the next one's.
                logger.exception("Picture %s of channel %s is not answered", attachment.id, message.channel.id)

    async def receive(
        self, message: discord.Message | None, attachment: discord.Attachment, *, sender: discord.abc.User,
        guild: discord.Guild, channel_id: int, message_id: int, data: bytes,
    ) -> Received:  # fmt: skip
        """Keep one picture whose bytes are here. Raises RecordsAway."""
        return await self._bot.services.intake.receive(
            Incoming(
                server_id=ServerId(guild.id),
                channel_id=ChannelId(channel_id),
                message_id=MessageId(message_id),
                attachment_id=AttachmentId(attachment.id),
                user_id=UserId(sender.id),
                user_name=sender.display_name,
                filename=attachment.filename,
                sent_at=message.created_at if message is not None else discord.utils.utcnow(),
                data=data,
            )
        )

    async def recover(self) -> int:
        """Take up what has no answer yet; how many were answered. Raises RecordsAway."""
        waiting = await self._bot.services.intake.recover()
        answered = 0
        for upload in waiting:
            if not self._bot.own_shards.have(upload.server_id):
                continue  # another process answers it
            try:
                answered += await self._recover_one(upload)
            except RecordsAway:
                raise
            except Exception:
                logger.exception("Upload %s of server %s was not taken up", upload.upload_id, upload.server_id)
        return answered

    def recover_soon(self) -> None:
        """Try again until the records are back. One such task at a time."""
        if self._recovering is None or self._recovering.done():
            self._recovering = self._bot.work.start(self._keep_recovering(), name="recover uploads")

    async def _keep_recovering(self) -> None:
        tries = 0
        while True:
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1
            try:
                await self.recover()
            except RecordsAway:
                logger.warning("The records are still away after %d tries", tries)
            else:
                return

    async def _take_one(self, message: discord.Message, attachment: discord.Attachment) -> Review | str | None:
        """The review to answer with, or a sentence instead of one, or nothing to say. Raises nothing."""
        try:
            return await self._read(message, attachment)
        except RecordsAway:
            self.recover_soon()
            return KEPT_FOR_LATER
        except NotKept as problem:
            self._bot.catching_up.soon()
            return f"{problem.why} {LEAVE_IT}"
        except UserProblem as problem:
            return own_words(str(problem), limit=500)
        except Exception:
            logger.exception("Upload in message %s of channel %s failed", message.id, message.channel.id)
            self.recover_soon()
            self._bot.catching_up.soon()
            return f"Something went wrong on my side with this one. {LEAVE_IT}"

    async def _read(self, message: discord.Message, attachment: discord.Attachment) -> Review | str | None:
        limit = self._bot.options.max_upload_bytes
        data = await fetch(attachment) if attachment.size <= limit else None
        if (reason := why_not(attachment, data, limit=limit)) is not None or data is None:
            return reason if claims_to_be_picture(attachment) else None
        if message.guild is None:
            return None
        received = await self.receive(
            message, attachment, sender=message.author, guild=message.guild,
            channel_id=message.channel.id, message_id=message.id, data=data,
        )  # fmt: skip
        key = (ServerId(message.guild.id), received.upload_id)
        if received.waits_in_list:
            return None  # a bulk scan found it first
        if self._bot.closing or key in self._in_hand:
            return None  # kept; the next start, or whoever has it in hand, answers it
        self._in_hand.add(key)
        del data  # a queue of pictures waits on disk, not in memory
        try:
            with self._bot.waiting.told(message, key):
                return await self._bot.services.intake.process(*key)
        except BaseException:
            self._in_hand.discard(key)
            raise

    async def _answer_one(
        self,
        message: discord.Message,
        attachment: discord.Attachment,
        task: asyncio.Task[Review | str | None],
        *,
        late: bool,
    ) -> None:
        if not task.done():
            await self._show_typing(message.channel)
        outcome = await task
        if outcome is None or (late and isinstance(outcome, str)):
            return
        # Of several files, a refusal alone would not say which it means.
        name = f"**{escape(attachment.filename, limit=60)}**: " if len(message.attachments) > 1 else ""
        if isinstance(outcome, str):
            await self._bot.answers.say(message, name + outcome)
            return
        await self._post(outcome, message.channel, message.to_reference(fail_if_not_exists=False), name=name)

    async def _post(
        self, review: Review, channel: discord.abc.Messageable, reference: discord.MessageReference, *, name: str = ""
    ) -> bool:
        """Post the answer to a review in hand, unless it has one; `name` before an answer that is a sentence."""
        try:
            # Pictures of one message are read side by side: what is open beside this one is known by now.
            review = await self._bot.services.reviews.get(review.server_id, review.upload_id)
            if review.answer_id is not None:
                return False

            async def send(**shown: Any) -> discord.Message:
                if "content" in shown:
                    shown["content"] = name + shown["content"]
                return await channel.send(reference=reference, mention_author=False, **shown)

            if not await self._bot.live.take_picture(review, send):
                await self._bot.answers.post(review, send)
        except RecordsAway:
            # Perhaps it is posted and not remembered: taking up again finds it.
            self.recover_soon()
            return False
        except discord.NotFound:
            logger.warning("Channel %s of upload %s is gone", review.channel_id, review.upload_id)
            await self._give_up(review)
            return False
        except discord.HTTPException as failure:
            # The upload is kept: `scan` shows it elsewhere, and the next start tries again.
            logger.warning("Upload %s in channel %s not answered: %s", review.upload_id, review.channel_id, failure)
            return False
        finally:
            self._in_hand.discard((review.server_id, review.upload_id))
        return True

    async def _give_up(self, review: Review) -> None:
        """Nobody can be answered in a channel that is gone: do not try again at every start."""
        if review.message_id is not None:
            await self._bot.services.intake.answered(review.server_id, review.upload_id, review.message_id)

    async def _recover_one(self, upload: Unanswered) -> bool:
        key = (upload.server_id, upload.upload_id)
        if key in self._in_hand:
            return False
        self._in_hand.add(key)
        try:
            channel = self._bot.get_partial_messageable(upload.channel_id, guild_id=upload.server_id)
            review = await self._bot.services.intake.process(*key)
            if review.state is UploadState.RECEIVED:
                return False
            posted = await self._posted_before(channel, upload, review)
            if posted is not None:
                await self._bot.services.intake.answered(*key, posted)
                return False
            reference = discord.MessageReference(
                message_id=upload.message_id, channel_id=upload.channel_id, guild_id=upload.server_id,
                fail_if_not_exists=False,
            )  # fmt: skip
            return await self._post(review, channel, reference)
        finally:
            self._in_hand.discard(key)

    async def _posted_before(
        self, channel: discord.PartialMessageable, upload: Unanswered, review: Review
    ) -> MessageId | None:
        """An answer posted right before a crash, which nobody had time to remember."""
        own_id = self._bot.user.id if self._bot.user is not None else 0
        try:
            async for message in channel.history(after=discord.Object(upload.message_id), limit=50):
                if message.author.id != own_id:
                    continue
                if tells_the_queue(message):
                    await take_away(message)  # left by a bot that was killed
                elif _answers(message, upload, review):
                    return MessageId(message.id)
        except discord.HTTPException as failure:
            logger.info("Channel %s cannot be looked through: %s", upload.channel_id, failure)
        return None

    async def _show_typing(self, channel: discord.abc.Messageable) -> None:
        try:
            await channel.typing()
        except discord.HTTPException as failure:
            logger.debug("No typing shown: %s", failure)


def _answers(message: discord.Message, upload: Unanswered, review: Review) -> bool:
    """A reply to the upload's message with buttons that carry the upload's number, or with the words it would get."""
    if message.reference is None or message.reference.message_id != upload.message_id:
        return False
    if review.draft is None:
        return message.content.endswith(short_text(review))
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    marks = [str(getattr(child, "custom_id", "")) for row in rows for child in row.children]
    return any(mark.endswith(f":{upload.upload_id}") for mark in marks)
