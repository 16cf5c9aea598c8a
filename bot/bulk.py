"""The walker of bulk scans: asks Discord for history and pictures, step by step, and keeps the one message up to date.

Every step is written down before the next begins, so a walker that is cut off, however hard, is followed by one that
goes on where it stood, with the same message.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.bulk_texts import ended_text, list_page, progress_embed, saved_text
from bot.pictures_sent import attachments_of, claims_to_be_picture, fetch, why_not
from bot.services.actors import Actor
from bot.services.bulk import BulkPicture, BulkScan, ScanState
from bot.services.bulk_list import BulkList, Kind
from bot.services.errors import BadInput, NotFound, NotKept, RecordsAway, UserProblem
from bot.services.intake import Incoming
from bot.views.bulk import list_view, progress_view
from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UserId
from mkw.numerals import whole, write_as

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
Key = tuple[ServerId, BulkId]
MESSAGES_A_STEP = 100  # as many as Discord hands over at once
EDIT_EVERY = 6.0  # seconds between two edits of the progress
RETRY_SECONDS = (2.0, 5.0, 15.0, 30.0, 60.0)  # the last one again and again
UNKNOWN_CHANNEL = 10003


class BulkScans:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._running: set[Key] = set()
        self._began: dict[Key, tuple[float, int]] = {}  # when this process began to read, and what was done by then
        self._edited: dict[Key, float] = {}
        self._pages: dict[Key, int] = {}  # which page of a list is shown
        self._stale: set[Key] = set()
        self._saving: defaultdict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._showing: defaultdict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)

    # --- what people ask for -----------------------------------------------------------------------------------------

    async def begin(self, scan: BulkScan, message: discord.Message) -> None:
        """That message shows its progress from now on."""
        await self._bot.services.bulk.answered(scan, ChannelId(message.channel.id), MessageId(message.id))
        self.go_on(scan)

    async def resume(self) -> None:
        """At start: every scan that was cut off."""
        for scan in await self._bot.services.bulk.to_take_up():
            if self._bot.get_guild(scan.server_id) is not None:  # else another process has that server, or nobody
                self.go_on(scan)

    def go_on(self, scan: BulkScan) -> None:
        """One walker a scan."""
        if scan.key not in self._running and not self._bot.closing:
            self._running.add(scan.key)
            self._bot.work.start(self._run(scan.key), name=f"bulk scan {scan.bulk_id}")

    async def stop(self, actor: Actor, bulk_id: BulkId) -> bool:
        """What was read stays, and the list is shown. False where it was over already. Raises NotFound."""
        stopped = await self._bot.services.bulk.end(actor.server_id, bulk_id, stopped_by=actor)
        self.go_on(await self._bot.services.bulk.get(actor.server_id, bulk_id))
        await self.show_list((actor.server_id, bulk_id))  # the picture under way may take a moment yet
        return stopped

    async def save_proven(self, actor: Actor, bulk_id: BulkId) -> str:
        """Save them all; what to say about it."""
        key = actor.server_id, bulk_id
        async with self._saving[key]:
            found = await self._bot.services.bulk.listing(*key)
            total = len(found.of(Kind.PROVEN))
            wars = []
            async for saved in self._bot.services.bulk.save_proven(actor, found):
                wars.append(saved.war_id)
                if saved.review.answer_id is not None:
                    await self._bot.answers.refresh(actor.server_id, saved.review.upload_id, saved=saved)
                if self._is_time(key):
                    await self.show_list(key, note=f"Saving: {whole(len(wars))} of {whole(total)} …")
            await self.show_list(key)
        prefix = (await self._bot.services.settings.get(actor.server_id)).prefix
        return saved_text(wars[0] if wars else None, wars[-1] if wars else None, len(wars), prefix)

    async def open_next(self, server_id: ServerId, bulk_id: BulkId) -> str:
        """Post the usual answer of the next doubtful picture, in reply to it; what to say about it. Raises BadInput
        where the bot may not write there."""
        found = await self._bot.services.bulk.listing(server_id, bulk_id)
        doubtful = found.of(Kind.DOUBTFUL)
        item = next((one for one in doubtful if one.answer_id is None), next(iter(doubtful), None))
        if item is None or item.upload_id is None:
            await self.show_list((server_id, bulk_id))
            return "Nothing doubtful is left."
        review = await self._bot.services.reviews.get(server_id, item.upload_id)
        channel = self._bot.get_partial_messageable(found.channel_id, guild_id=server_id)
        reference = discord.MessageReference(
            message_id=item.message_id, channel_id=found.channel_id, guild_id=server_id, fail_if_not_exists=False
        )

        async def send(**shown: Any) -> discord.Message:
            return await channel.send(reference=reference, mention_author=False, **shown)

        try:
            message = await self._bot.answers.post(review, send)
        except (discord.Forbidden, discord.NotFound) as refused:
            raise BadInput(
                "I cannot answer in the channel of that picture: it is gone, or I lack Send Messages, Embed Links or "
                "Attach Files there. Nothing is lost; press again when it is mended."
            ) from refused
        self.changed(server_id, bulk_id)
        return f"{message.jump_url} · {len(doubtful)} doubtful left with this one."

    async def turn(self, server_id: ServerId, bulk_id: BulkId, page: int) -> None:
        self._pages[server_id, bulk_id] = page
        await self.show_list((server_id, bulk_id))

    def changed(self, server_id: ServerId, bulk_id: BulkId) -> None:
        """Something in its list was decided: show it anew soon, once for many."""
        key = server_id, bulk_id
        if key not in self._stale and not self._bot.closing:
            self._stale.add(key)
            self._bot.work.start(self._show_changed(key), name=f"list of bulk scan {bulk_id}")

    async def move(self, scan: BulkScan, message: discord.Message) -> None:
        """Show it in that message from now on."""
        await self._bot.services.bulk.answered(scan, ChannelId(message.channel.id), MessageId(message.id))
        if scan.state is ScanState.ENDED:
            await self.show_list(scan.key)
        else:
            await self._show_progress(await self._bot.services.bulk.get(*scan.key))
            self.go_on(scan)

    # --- the walk ----------------------------------------------------------------------------------------------------

    async def _run(self, key: Key) -> None:
        failures = 0
        try:
            while not self._bot.closing:
                try:
                    scan = await self._bot.services.bulk.get(*key)
                    if scan.state is ScanState.ENDED:
                        await self._finish(scan)
                        return
                    await self._step(scan)
                    failures = 0
                except Exception as failure:
                    if not _will_pass(failure):
                        raise
                    logger.warning("Bulk scan %s of server %s waits: %s", key[1], key[0], type(failure).__name__)
                    await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                    failures += 1
        except NotFound:
            logger.info("Bulk scan %s of server %s is gone", key[1], key[0])
        finally:
            self._running.discard(key)
            self._began.pop(key, None)
            self._edited.pop(key, None)

    async def _step(self, scan: BulkScan) -> None:
        """One page of the history, or one picture. What Discord refuses for good ends the scan."""
        try:
            if self._is_time(scan.key):
                await self._show_progress(scan)
            if scan.state is ScanState.WALKING:
                await self._walk(scan)
                return
            picture = await self._bot.services.bulk.next_picture(scan)
            if picture is None:
                await self._bot.services.bulk.end(*scan.key)
                return
            self._began.setdefault(scan.key, (time.monotonic(), scan.pictures - scan.left))
            await self._look_at(scan, picture)
        except (discord.Forbidden, discord.NotFound) as refused:
            logger.info("Bulk scan %s of server %s ends: %s", scan.bulk_id, scan.server_id, refused.code)
            await self._bot.services.bulk.end(*scan.key, reason=_why_it_ended(refused))
        except Exception as failure:
            if _will_pass(failure):
                raise
            logger.exception("Bulk scan %s of server %s ends", scan.bulk_id, scan.server_id)
            reason = "Something went wrong on my side, so it ended here; `bulkscan` again goes on with what is left."
            await self._bot.services.bulk.end(*scan.key, reason=reason)

    async def _walk(self, scan: BulkScan) -> None:
        left = None if scan.most_messages is None else scan.most_messages - scan.walked
        limit = MESSAGES_A_STEP if left is None else min(MESSAGES_A_STEP, left)
        history = self._channel(scan).history(before=discord.Object(scan.walked_to), limit=limit)
        messages = [message async for message in history]
        wanted = [message for message in messages if scan.since is None or message.created_at >= scan.since]
        is_over = len(wanted) < limit or len(wanted) == left
        own_id = self._bot.user.id if self._bot.user is not None else 0
        pictures = [
            BulkPicture(MessageId(message.id), AttachmentId(attachment.id))
            for message in wanted
            if message.author.id != own_id
            for attachment in attachments_of(message)
            if claims_to_be_picture(attachment)
        ]
        down_to = MessageId(messages[-1].id) if messages else scan.walked_to
        await self._bot.services.bulk.walked(scan, pictures, messages=len(wanted), down_to=down_to, is_over=is_over)

    async def _look_at(self, scan: BulkScan, picture: BulkPicture) -> None:
        """Raises what ends the scan, or makes it wait; any other trouble is this picture's alone."""
        try:
            await self._take(scan, picture)
        except (discord.Forbidden, discord.NotFound):
            raise
        except Exception as failure:
            if _will_pass(failure):
                raise
            logger.exception("Picture %s of bulk scan %s failed", picture.attachment_id, scan.bulk_id)
            await self._bot.services.bulk.skip(scan, picture, "something went wrong on my side while it was read")

    async def _take(self, scan: BulkScan, picture: BulkPicture) -> None:
        bulk = self._bot.services.bulk
        if await bulk.is_known(scan, picture):
            return
        try:
            # Addresses of pictures expire: only the message of now has one that works.
            message = await self._channel(scan).fetch_message(picture.message_id)
        except discord.NotFound as gone:
            if gone.code == UNKNOWN_CHANNEL:
                raise
            await bulk.skip(scan, picture, "its message was deleted meanwhile")
            return
        attachment = next((one for one in attachments_of(message) if one.id == picture.attachment_id), None)
        if attachment is None:
            await bulk.skip(scan, picture, "it was taken off its message meanwhile")
            return
        limit = self._bot.options.max_upload_bytes
        data = await fetch(attachment) if attachment.size <= limit else None
        if (reason := why_not(attachment, data, limit=limit)) is not None or data is None:
            await bulk.skip(scan, picture, reason or "it cannot be read")
            return
        await bulk.take(
            scan,
            Incoming(
                server_id=scan.server_id,
                channel_id=scan.channel_id,
                message_id=picture.message_id,
                attachment_id=picture.attachment_id,
                user_id=UserId(message.author.id),
                user_name=message.author.display_name,
                filename=attachment.filename,
                sent_at=message.created_at,
                data=data,
                bulk_id=scan.bulk_id,
            ),
        )

    def _channel(self, scan: BulkScan) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(scan.channel_id, guild_id=scan.server_id)

    # --- the one message ---------------------------------------------------------------------------------------------

    def _is_time(self, key: Key) -> bool:
        """Discord allows few edits; people need fewer."""
        now = time.monotonic()
        if now - self._edited.get(key, float("-inf")) < EDIT_EVERY:
            return False
        self._edited[key] = now
        return True

    async def _show_progress(self, scan: BulkScan) -> None:
        prefix = await self._prefix_and_locale(scan.server_id)
        embed = progress_embed(scan, seconds_left=self._seconds_left(scan), prefix=prefix)
        await self._show(scan, embed, progress_view(scan.bulk_id))

    def _seconds_left(self, scan: BulkScan) -> float | None:
        began = self._began.get(scan.key)
        done = scan.pictures - scan.left
        if began is None or done <= began[1]:
            return None
        return (time.monotonic() - began[0]) / (done - began[1]) * scan.left

    async def _finish(self, scan: BulkScan) -> None:
        """Show the list, and say that it is there."""
        found = await self.show_list(scan.key)
        await self._bot.services.bulk.listed(scan)
        shown = await self._bot.services.bulk.get(*scan.key)  # its message may be another by now
        if found is None or shown.answer_id is None:
            return
        reference = discord.MessageReference(
            message_id=shown.answer_id, channel_id=shown.answer_channel_id, guild_id=scan.server_id,
            fail_if_not_exists=False,
        )  # fmt: skip
        channel = self._bot.get_partial_messageable(shown.answer_channel_id, guild_id=scan.server_id)
        try:
            await channel.send(ended_text(scan, found), reference=reference, mention_author=False)
        except discord.HTTPException as failure:
            logger.info("The end of bulk scan %s is not announced: %s", scan.bulk_id, failure)

    async def _show_changed(self, key: Key) -> None:
        self._stale.discard(key)
        try:
            await self.show_list(key)
        except UserProblem as problem:
            logger.info("List of bulk scan %s not shown anew: %s", key[1], type(problem).__name__)

    async def show_list(self, key: Key, *, note: str = "") -> BulkList | None:
        """What is shown; None, and nothing is, while it still runs. Raises RecordsAway, NotFound."""
        scan = await self._bot.services.bulk.get(*key)
        if scan.state is not ScanState.ENDED:
            return None
        prefix = await self._prefix_and_locale(scan.server_id)
        found = await self._bot.services.bulk.listing(*key)
        shown = list_page(scan, found, self._pages.get(key, 0), prefix=prefix, note=note)
        await self._show(scan, shown.page.embed, list_view(scan.bulk_id, shown))
        return found

    async def _prefix_and_locale(self, server_id: ServerId) -> str:
        """The prefix to name; numbers from here on are written as the server does."""
        settings = await self._bot.services.settings.get(server_id)
        write_as(settings.locale)
        return settings.prefix

    async def _show(self, scan: BulkScan, embed: discord.Embed, view: discord.ui.View | None) -> None:
        """In its message, or in a new one where that was deleted. What cannot be shown is not lost: `bulkscan list`
        shows it elsewhere."""
        async with self._showing[scan.key]:  # its message may have become another meanwhile
            await self._put(await self._bot.services.bulk.get(*scan.key), embed, view)

    async def _put(self, scan: BulkScan, embed: discord.Embed, view: discord.ui.View | None) -> None:
        channel = self._bot.get_partial_messageable(scan.answer_channel_id, guild_id=scan.server_id)
        try:
            if scan.answer_id is not None:
                try:
                    await channel.get_partial_message(scan.answer_id).edit(content=None, embed=embed, view=view)
                    return
                except discord.NotFound as gone:
                    if gone.code == UNKNOWN_CHANNEL:
                        raise
            message = await channel.send(embed=embed, view=view or discord.utils.MISSING)
            await self._bot.services.bulk.answered(scan, scan.answer_channel_id, MessageId(message.id))
        except discord.HTTPException as failure:
            logger.info("Bulk scan %s of server %s is not shown: %s", scan.bulk_id, scan.server_id, failure)


def _will_pass(failure: Exception) -> bool:
    """The records, Discord or the line between are away for a moment."""
    if isinstance(failure, discord.HTTPException):
        return failure.status >= 500 or failure.status == 429
    return isinstance(failure, RecordsAway | NotKept | aiohttp.ClientError | OSError)


def _why_it_ended(refused: discord.HTTPException) -> str:
    if isinstance(refused, discord.NotFound):
        return "The channel is gone, so it ended here; what was read stays."
    return "I may not read that channel any more (View Channel and Read Message History), so it ended here."
