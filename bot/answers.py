"""The bot's answer to a picture: one message that follows its review until the war is saved or discarded."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from bot.answer_texts import joined_text, review_embed
from bot.drawing import drawn
from bot.rendering.convert import picture_of_review, picture_of_war
from bot.rendering.table import draw_table
from bot.services.drafts import Review, UploadState
from bot.services.review import Saved
from bot.services.wars import War
from bot.views.review import review_view
from bot.war_texts import saved_embed
from bot.wording import own_words
from mkw.ids import ChannelId, MessageId, ServerId, UploadId
from mkw.numerals import write_as

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
PICTURE_NAME = "table.png"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer shows; `picture` is a PNG."""

    text: str | None
    embed: discord.Embed | None
    picture: bytes | None
    view: discord.ui.View | None

    def for_sending(self) -> dict[str, Any]:
        """Keyword arguments of any `send` of discord.py."""
        shown: dict[str, Any] = {}
        if self.text is not None:
            shown["content"] = self.text
        if self.embed is not None:
            shown["embed"] = self.embed
        if self.picture is not None:
            shown["file"] = self._file(self.picture, self.embed)
        if self.view is not None:
            shown["view"] = self.view
        return shown

    def for_editing(self) -> dict[str, Any]:
        """Keyword arguments of any `edit`: what is not there any more is taken away."""
        files = [] if self.picture is None else [self._file(self.picture, self.embed)]
        return {"content": self.text, "embed": self.embed, "attachments": files, "view": self.view}

    @staticmethod
    def _file(picture: bytes, embed: discord.Embed | None) -> discord.File:
        """With the result in words for people who hear their screen."""
        words = f"Table: {embed.title}" if embed is not None and embed.title else None
        return discord.File(io.BytesIO(picture), filename=PICTURE_NAME, description=words)


Send = Callable[..., Awaitable[discord.Message]]


class Answers:
    """Makes answers and keeps the posted ones up to date. Two people changing one review at once see the last state,
    because a review is looked at anew and shown under one lock."""

    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        # What a saved war did is not kept; a late look at it shows what was shown before.
        self._saved: LRUCache[tuple[ServerId, UploadId], Saved] = LRUCache(maxsize=500)
        # A lock lives as long as somebody holds or awaits it.
        self._locks: WeakValueDictionary[tuple[ServerId, UploadId], asyncio.Lock] = WeakValueDictionary()

    async def make(self, review: Review) -> Answer:
        if review.state is UploadState.JOINED:
            return Answer(joined_text(review), None, None, review_view(review))
        if review.draft is None:
            return Answer(short_text(review), None, None, None)
        settings = await self._bot.services.settings.get(review.server_id)
        write_as(settings.locale)
        is_saved = review.state is UploadState.SAVED
        saved = self._saved.get((review.server_id, review.upload_id))
        # A kept war may have been corrected since it was saved: its answer shows it as it is now.
        war = await self._bot.services.wars.get(review.server_id, review.war_id) if is_saved and review.war_id else None
        embed = review_embed(review, settings) if war is None else saved_embed(review, war, saved, settings)
        gone = review.state is UploadState.DISCARDED or review.war_removed
        picture = None if gone else await self._drawn(review, war)
        if picture is not None:
            embed.set_image(url=f"attachment://{PICTURE_NAME}")
        return Answer(None, embed, picture, review_view(review))

    async def post(self, review: Review, send: Send) -> discord.Message:
        """Send the answer and remember which message it is. Raises what `send` raises."""
        async with self._lock(review.server_id, review.upload_id):
            answer = await self.make(review)
            message = await send(**answer.for_sending(), **({"silent": True} if answer.embed is None else {}))
            await self._bot.services.intake.answered(review.server_id, review.upload_id, MessageId(message.id))
            if review.answer_id is not None and review.answer_id != message.id:
                await self._retire(review, review.answer_id, message)
            return message

    async def refresh_newest(self, server_id: ServerId, channel_id: ChannelId) -> None:
        """Show what the newest open review of a channel makes of the roster now."""
        review = await self._bot.services.reviews.newest_open(server_id, channel_id)
        if review is not None:
            await self.refresh(server_id, review.upload_id)

    async def refresh(
        self,
        server_id: ServerId,
        upload_id: UploadId,
        *,
        saved: Saved | None = None,
        pressed: discord.Interaction[Any] | None = None,
    ) -> Review:
        """Show the review's state of now in its message. `saved` adds what the war did to averages. `pressed` is an
        acknowledged press of a button below an answer: that message is edited through it. An answer that was deleted is
        posted anew, unless its war is removed."""
        if saved is not None:
            self._saved[server_id, upload_id] = saved
        async with self._lock(server_id, upload_id):
            review = await self._bot.services.reviews.get(server_id, upload_id)
            if review.bulk_id is not None:
                self._bot.bulk.changed(server_id, review.bulk_id)
                if review.answer_id is None and pressed is None:
                    return review  # it stands in the list alone
            answer = await self.make(review)
            try:
                await self._show(review, answer, pressed)
            except discord.HTTPException as failure:
                # The change is made; that it cannot be shown here must not look as if it were not.
                logger.warning("Answer of upload %s in server %s not shown: %s", upload_id, server_id, failure)
            return review

    async def say(self, message: discord.Message, text: str, *, silent: bool = True) -> None:
        """A short reply; nothing where the bot may not speak or the channel is gone."""
        try:
            reference = message.to_reference(fail_if_not_exists=False)
            await message.channel.send(text, reference=reference, mention_author=False, silent=silent)
        except discord.HTTPException as failure:
            logger.info("No word said in channel %s: %s", message.channel.id, failure)

    async def _show(self, review: Review, answer: Answer, pressed: discord.Interaction[Any] | None) -> None:
        if pressed is not None and pressed.message is not None:
            await pressed.edit_original_response(**answer.for_editing())
            if review.answer_id is None:  # it was posted when the records were away, and nobody could remember it
                message_id = MessageId(pressed.message.id)
                await self._bot.services.intake.answered(review.server_id, review.upload_id, message_id)
                return
            if review.answer_id == pressed.message.id:
                return
        channel = self._bot.get_partial_messageable(review.channel_id, guild_id=review.server_id)
        if review.answer_id is None:
            return
        try:
            await channel.get_partial_message(review.answer_id).edit(**answer.for_editing())
        except discord.NotFound:
            if review.war_removed:
                return  # nobody needs a new message about what is gone
            message = await channel.send(**answer.for_sending())
            await self._bot.services.intake.answered(review.server_id, review.upload_id, MessageId(message.id))

    async def _retire(self, review: Review, old_id: MessageId, new: discord.Message) -> None:
        """Only the newest answer has buttons."""
        channel = self._bot.get_partial_messageable(review.channel_id, guild_id=review.server_id)
        try:
            await channel.get_partial_message(old_id).edit(content=f"It goes on here: {new.jump_url}", view=None)
        except discord.HTTPException as failure:
            logger.debug("The old answer of upload %s is gone: %s", review.upload_id, failure)

    async def _drawn(self, review: Review, war: War | None) -> bytes | None:
        try:
            return await drawn(lambda: draw_table(picture_of_review(review) if war is None else picture_of_war(war)))
        except Exception:
            # The words alone are worth posting.
            logger.exception("Upload %s of server %s could not be drawn", review.upload_id, review.server_id)
            return None

    def _lock(self, server_id: ServerId, upload_id: UploadId) -> asyncio.Lock:
        return self._locks.setdefault((server_id, upload_id), asyncio.Lock())


def short_text(review: Review) -> str:
    """The one sentence for an upload that became no review."""
    if review.state is UploadState.RECEIVED:
        return "This picture is kept and waits to be read."
    reason = review.reason or "There is no war's result on this picture."
    return own_words(reason, limit=500)
