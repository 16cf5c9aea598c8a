"""An upload's way from the message to a review: kept first, read after, taken up again after a crash, once."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakValueDictionary

import asyncpg

from bot.services.drafting import from_reading, note_on
from bot.services.drafts import Draft, Review, UploadState
from bot.services.errors import NotFound, NotKept, RecordsAway, UserProblem
from bot.services.log_ids import following
from bot.services.reading_order import ReadingOrder
from bot.services.reviews import review_of
from bot.services.texts import LONGEST_DRAWN, sent_at, tidy
from bot.services.vault import Note, Vault
from db import intake, uploads
from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UploadId, UserId
from ocr.pool import ReaderFailed
from ocr.reading import Reading, Status

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.uploads import UploadRow

log = logging.getLogger(__name__)
Reader: TypeAlias = Callable[[bytes], Awaitable[Reading]]
MOST_ATTEMPTS = 5  # readings begun and never finished: the picture takes the process down with it
ANSWERED_WITHIN = timedelta(
    days=7
)  # an older upload is not answered any more: its channel is gone or closed to the bot
LOOKED_BACK_ON = timedelta(days=1)  # after an absence; what is known is not taken again
MOMENT = timedelta(milliseconds=1)  # as fine as Discord's ids tell time
_NOT_KEPT = "My disk takes nothing right now, so this picture is not kept yet."
_NOT_HERE = "There is no such upload on this server."


@dataclass(frozen=True, slots=True)
class Incoming:
    """One attached picture, with its bytes."""

    server_id: ServerId
    channel_id: ChannelId
    message_id: MessageId
    attachment_id: AttachmentId
    user_id: UserId
    user_name: str
    filename: str
    sent_at: datetime  # aware UTC
    data: bytes
    bulk_id: BulkId | None = None  # the bulk scan that found it


@dataclass(frozen=True, slots=True)
class Received:
    upload_id: UploadId
    is_new: bool  # False: this attachment was taken before; `upload_id` is the one from then
    waits_in_list: bool = False  # of a bulk scan, and has no answer of its own


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An upload that has no answer in its channel yet: what a restart takes up."""

    server_id: ServerId
    upload_id: UploadId
    channel_id: ChannelId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class SeenUpTo:
    """A watched channel: what came after that moment, the bot may have missed."""

    server_id: ServerId
    channel_id: ChannelId
    after: datetime  # aware UTC


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of reading one picture."""

    state: UploadState
    reason: str | None
    reading: Reading | None = None
    draft: Draft | None = None


class IntakeService:
    """`wait` is how long, in seconds, a database that is away is waited for before RecordsAway."""

    def __init__(
        self,
        records: Records,
        read: Reader,
        order: ReadingOrder,
        data_dir: Path,
        now: Callable[[], datetime],
        *,
        wait: float = 45.0,
        read_later: Reader | None = None,
    ) -> None:
        self._records = records
        self._read = read
        self._read_later = read_later or read
        self.order = order
        self._vault = Vault(data_dir)
        self._now = now
        self._wait = wait
        self._reading: WeakValueDictionary[tuple[ServerId, UploadId], asyncio.Lock] = WeakValueDictionary()

    async def receive(self, incoming: Incoming) -> Received:
        """Keep the bytes (by sha256, with a spool note beside them), then the row. Survives a database that is away:
        waits for it up to a limit and then raises RecordsAway; what was spooled is taken up by `recover`. Raises
        NotKept where the disk takes nothing."""
        try:
            note = await asyncio.to_thread(self._spool, incoming)
        except OSError as full:
            log.error("a picture of message %s is not kept: %s", incoming.message_id, full.strerror)  # noqa: TRY400
            raise NotKept(_NOT_KEPT) from full
        received = await self._records.patiently(lambda: self._enter(note), self._wait)
        await asyncio.to_thread(self._vault.done, note)
        told = {"server_id": incoming.server_id, "upload_id": received.upload_id}
        with following(incoming.message_id):
            log.info("server %s: upload %s is kept", incoming.server_id, received.upload_id, extra=told)
        return received

    def _spool(self, incoming: Incoming) -> Note:
        """The bytes, then a note of them. Blocking. Raises OSError."""
        sha256, path = self._vault.keep(incoming.data)
        note = Note(
            server_id=incoming.server_id,
            channel_id=incoming.channel_id,
            message_id=incoming.message_id,
            attachment_id=incoming.attachment_id,
            uploader_id=incoming.user_id,
            uploader_name=tidy(incoming.user_name)[:LONGEST_DRAWN],
            filename=tidy(incoming.filename)[:LONGEST_DRAWN],
            sent_at=incoming.sent_at,
            sha256=sha256,
            path=path,
            bulk_id=incoming.bulk_id,
        )
        self._vault.note(note)
        return note

    async def _enter(self, note: Note) -> Received:
        """Can be done twice: the attachment is unique."""
        async with self._records.change(note.server_id, drops=False) as db:
            upload_id = await intake.insert_picture(
                db,
                server_id=note.server_id,
                channel_id=note.channel_id,
                message_id=note.message_id,
                attachment_id=note.attachment_id,
                uploader_id=note.uploader_id,
                uploader_name=note.uploader_name,
                filename=note.filename,
                sha256=note.sha256,
                path=note.path,
                sent_at=note.sent_at,
                bulk_id=note.bulk_id,
            )
            if upload_id is not None:
                return Received(upload_id, is_new=True)
            known = await intake.by_attachment(
                db, server_id=note.server_id, message_id=note.message_id, attachment_id=note.attachment_id
            )
            row = None if known is None else await uploads.get(db, server_id=note.server_id, upload_id=known)
            if row is None:
                raise NotFound(_NOT_HERE)
            waits = row.bulk_id is not None and row.answer_id is None
            return Received(row.upload_id, is_new=False, waits_in_list=waits)

    async def process(self, server_id: ServerId, upload_id: UploadId, *, later: bool = False) -> Review:
        """Read the picture (outside any transaction) and make the review. Calling it twice reads once. `later`: when no
        other one waits."""
        lock = self._reading.setdefault((server_id, upload_id), asyncio.Lock())
        async with lock:
            row = await self._row(server_id, upload_id)
            if row.state == UploadState.RECEIVED:
                with following(row.message_id):
                    await self._take_a_reading(row, later=later)
            return await self._review(server_id, upload_id)

    async def _take_a_reading(self, row: UploadRow, *, later: bool) -> None:
        async with self.order.turn(row.server_id, row.upload_id, later=later):
            # Begun is what a process has: a picture that waits while the bot is killed has killed nothing.
            await self._records.read(
                lambda db: intake.begin_reading(db, server_id=row.server_id, upload_id=row.upload_id)
            )
            read = await self._outcome(row, later=later)

        async def keep() -> bool:
            return await self._records.read(
                lambda db: intake.finish_reading(
                    db,
                    server_id=row.server_id,
                    upload_id=row.upload_id,
                    state=read.state.value,
                    reason=read.reason,
                    reading=None if read.reading is None else read.reading.to_json(),
                    draft=None if read.draft is None else read.draft.to_json(),
                )
            )

        await self._records.patiently(keep, self._wait)
        seconds = 0.0 if read.reading is None else read.reading.seconds
        told = {"server_id": row.server_id, "upload_id": row.upload_id, "seconds": seconds}
        log.info("server %s: upload %s is read: %s", row.server_id, row.upload_id, read.state.value, extra=told)

    async def _outcome(self, row: UploadRow, *, later: bool) -> _Outcome:
        if row.attempts >= MOST_ATTEMPTS:
            return _Outcome(UploadState.FAILED, "Reading this picture stopped the bot more than once, so it is left.")
        data = None if row.path is None else await asyncio.to_thread(self._vault.read, row.path)
        if data is None:
            return _Outcome(UploadState.FAILED, "The picture's file is gone from the bot's disk; please send it again.")
        try:
            reading = await (self._read_later if later else self._read)(data)
        except RecordsAway:  # it is read by way of them: nothing is wrong with the picture
            raise
        except ReaderFailed as problem:
            log.warning("upload %s of server %s is not read: %s", row.upload_id, row.server_id, problem)
            return _Outcome(UploadState.FAILED, f"{problem} The war can be typed with addwar.")
        except Exception:  # whatever the reader dies of, the upload must not stay in the air
            log.exception("reading upload %s of server %s failed", row.upload_id, row.server_id)
            return _Outcome(
                UploadState.FAILED, "The reader could not cope with this picture; type the war with addwar."
            )
        if reading.status is Status.REFUSED or not any(side.rows for side in reading.sides):
            reason = tidy(reading.reason or "") or "No result could be found in this picture."
            return _Outcome(UploadState.REFUSED, reason, reading)
        draft = from_reading(reading, row.sent_at)
        return _Outcome(UploadState.REVIEW, note_on(reading, draft), reading, draft)

    async def recover(self) -> tuple[Unanswered, ...]:
        """At start: take spooled uploads into the database, and name every upload without an answer (of the last week)
        or without a reading (ever)."""
        for note in await asyncio.to_thread(self._vault.notes):
            try:
                await self._records.patiently(functools.partial(self._enter, note), self._wait)
            except RecordsAway:
                raise
            except (UserProblem, asyncpg.DataError):  # one broken note must not keep the bot from starting
                log.exception("the spool note of message %s cannot be taken in; put aside", note.message_id)
                await asyncio.to_thread(self._vault.refuse, note)
            else:
                await asyncio.to_thread(self._vault.done, note)
        since = self._now() - ANSWERED_WITHIN
        rows = await self._records.read(lambda db: intake.to_take_up(db, since=since))
        return tuple(Unanswered(row.server_id, row.upload_id, row.channel_id, row.message_id) for row in rows)

    async def seen_up_to(self) -> tuple[SeenUpTo, ...]:
        """Of all servers, one per watched channel. Between two pictures that were taken one may be missing, so a day is
        looked back on; not past the channel's being chosen or the first that was taken, whichever is older: the very
        first one may be missing as well."""
        rows = await self._records.read(intake.seen_up_to)
        day_ago = self._now() - LOOKED_BACK_ON
        found = []
        for row in rows:
            if row.first is None or row.last is None:
                after = row.set_up_at or self._now()
            else:
                began = min(sent_at(row.first), row.set_up_at or self._now())
                after = max(began, min(sent_at(row.last), day_ago)) - MOMENT
            found.append(SeenUpTo(row.server_id, row.channel_id, after))
        return tuple(found)

    async def unknown(self, server_id: ServerId, attachments: Collection[AttachmentId]) -> frozenset[AttachmentId]:
        """Those among them that were never taken in."""
        asked = list(attachments)
        known = await self._records.read(
            lambda db: intake.known_attachments(db, server_id=server_id, attachment_ids=asked)
        )
        return frozenset(asked) - known

    async def answered(self, server_id: ServerId, upload_id: UploadId, answer_id: MessageId) -> None:
        """Remember the bot's answer to an upload. Raises NotFound."""
        if not await self._records.read(
            lambda db: uploads.set_answer(db, server_id=server_id, upload_id=upload_id, answer_id=answer_id)
        ):
            raise NotFound(_NOT_HERE)

    async def picture(self, server_id: ServerId, upload_id: UploadId) -> bytes | None:
        """The bytes as they were sent, or None where the file is gone or the war was typed. Raises NotFound."""
        row = await self._row(server_id, upload_id)
        return None if row.path is None else await asyncio.to_thread(self._vault.read, row.path)

    async def _row(self, server_id: ServerId, upload_id: UploadId) -> UploadRow:
        row = await self._records.read(lambda db: uploads.get(db, server_id=server_id, upload_id=upload_id))
        if row is None:
            raise NotFound(_NOT_HERE)
        return row

    async def _review(self, server_id: ServerId, upload_id: UploadId) -> Review:
        row = await self._row(server_id, upload_id)
        return await self._records.read(lambda db: review_of(db, row))
