"""A walk through a channel's history: begun, gone on with after a restart, ended, and its list decided on.

Two steps: the history is walked down from the newest message and its pictures are noted; then they are read one by one,
oldest first, so that wars are numbered in the order played. Whoever walks (Discord's side) asks what is next and says
what became of it; each step is one transaction, and doing it twice does it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.services.actors import Actor
from bot.services.bulk_list import BulkList, Kind, is_already, load_list, was_removed
from bot.services.drafts import UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.intake import Incoming
from bot.services.reviews import is_removed
from bot.services.texts import discord_link
from bot.services.vault import digest
from db import bulk, intake, uploads
from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UploadId

if TYPE_CHECKING:
    from bot.services.intake import IntakeService
    from bot.services.records import Records
    from bot.services.review import ReviewService, Saved
    from db.bulk import ScanRow
    from db.pool import Connection
    from db.uploads import UploadRow

MOST_MESSAGES = 100_000
_NOT_HERE = "There is no such bulk scan on this server."


class ScanState(StrEnum):
    WALKING = "walking"  # the history is looked through for pictures
    READING = "reading"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BulkScan:
    server_id: ServerId
    bulk_id: BulkId
    channel_id: ChannelId  # whose history is walked
    answer_channel_id: ChannelId
    answer_id: MessageId | None  # the progress, then the list
    started_by_name: str
    state: ScanState
    most_messages: int | None
    since: datetime | None
    walked: int  # messages looked at
    walked_to: MessageId  # and the oldest of them
    stopped_by_name: str | None
    reason: str | None  # why it ended early
    left: int  # pictures not looked at
    results: int  # that show a war
    others: int  # that were skipped

    @property
    def key(self) -> tuple[ServerId, BulkId]:
        return self.server_id, self.bulk_id

    @property
    def pictures(self) -> int:
        return self.left + self.results + self.others


@dataclass(frozen=True, slots=True)
class BulkPicture:
    message_id: MessageId
    attachment_id: AttachmentId


class BulkService:
    def __init__(
        self, records: Records, intake: IntakeService, reviews: ReviewService, now: Callable[[], datetime]
    ) -> None:
        self._records = records
        self._intake = intake
        self._reviews = reviews
        self._now = now

    async def start(
        self,
        actor: Actor,
        channel_id: ChannelId,
        *,
        answer_channel_id: ChannelId,
        before: MessageId,
        most_messages: int | None = None,
        since: datetime | None = None,
    ) -> BulkScan:
        """Of what was posted `before` that message. Raises Conflict, naming the scan that is running."""
        require_possible(most_messages)
        async with self._records.change(actor.server_id, drops=False) as db:
            if (row := await bulk.running(db, server_id=actor.server_id)) is not None:
                raise Conflict(_busy(row))
            bulk_id = await bulk.insert(
                db,
                server_id=actor.server_id,
                channel_id=channel_id,
                answer_channel_id=answer_channel_id,
                started_by=actor.user_id,
                started_by_name=actor.name,
                most_messages=most_messages,
                since=since,
                walked_to=before,
            )
        return await self.get(actor.server_id, bulk_id)

    async def get(self, server_id: ServerId, bulk_id: BulkId) -> BulkScan:
        """Raises NotFound."""

        async def look(db: Connection) -> BulkScan:
            return await _counted(db, _there(await bulk.get(db, server_id=server_id, bulk_id=bulk_id)))

        return await self._records.read(look)

    async def newest(self, server_id: ServerId) -> BulkScan:
        """The one that is running, or the one that ended last. Raises NotFound."""

        async def look(db: Connection) -> BulkScan:
            row = await bulk.newest(db, server_id=server_id)
            if row is None:
                raise NotFound("No channel was scanned here yet; `bulkscan` walks through this one.")
            return await _counted(db, row)

        return await self._records.read(look)

    async def to_take_up(self) -> tuple[BulkScan, ...]:
        """Of all servers, at start: those that run, and those whose list was never shown."""

        async def look(db: Connection) -> tuple[BulkScan, ...]:
            return tuple([await _counted(db, row) for row in await bulk.to_take_up(db)])

        return await self._records.read(look)

    async def answered(self, scan: BulkScan, channel_id: ChannelId, answer_id: MessageId) -> None:
        """Remember where its message is."""
        await self._records.read(
            lambda db: bulk.set_answer(
                db, server_id=scan.server_id, bulk_id=scan.bulk_id, channel_id=channel_id, answer_id=answer_id
            )
        )

    async def listed(self, scan: BulkScan) -> None:
        """Its list was shown, or cannot be."""
        await self._records.read(lambda db: bulk.set_listed(db, server_id=scan.server_id, bulk_id=scan.bulk_id))

    async def walked(
        self, scan: BulkScan, pictures: Collection[BulkPicture], *, messages: int, down_to: MessageId, is_over: bool
    ) -> None:
        """That many more messages were looked at, and these are their pictures."""
        async with self._records.change(scan.server_id, drops=False) as db:
            row = _there(await bulk.get(db, server_id=scan.server_id, bulk_id=scan.bulk_id, lock=True))
            if row.state != ScanState.WALKING or row.walked_to != scan.walked_to:
                return
            pairs = [(picture.message_id, picture.attachment_id) for picture in pictures]
            await bulk.add_pictures(db, server_id=row.server_id, bulk_id=row.bulk_id, pictures=pairs)
            await bulk.walk_on(
                db, server_id=row.server_id, bulk_id=row.bulk_id, walked=messages, walked_to=down_to, is_over=is_over
            )

    async def next_picture(self, scan: BulkScan) -> BulkPicture | None:
        """The oldest one that was not looked at."""
        row = await self._records.read(lambda db: bulk.next_picture(db, server_id=scan.server_id, bulk_id=scan.bulk_id))
        return None if row is None else BulkPicture(row.message_id, row.attachment_id)

    async def skip(self, scan: BulkScan, picture: BulkPicture, reason: str) -> None:
        await self._settle(scan, picture, reason=reason)

    async def is_known(self, scan: BulkScan, picture: BulkPicture) -> bool:
        """It was taken in before: then nothing is left to do about it."""
        row = await self._records.read(lambda db: _by_attachment(db, scan.server_id, picture))
        if row is None:
            return False
        if row.bulk_id is None or row.answer_id is not None or row.state not in _OPEN:
            await self._settle(scan, picture, reason=await self._what_became_of(row))
            return True
        # An earlier step of this scan, or an earlier scan, left it: it goes on here.
        upload_id = row.upload_id
        await self._records.read(
            lambda db: bulk.adopt(db, server_id=scan.server_id, bulk_id=scan.bulk_id, upload_id=upload_id)
        )
        await self._read(scan, picture, upload_id)
        return True

    async def take(self, scan: BulkScan, incoming: Incoming) -> None:
        """Keep a picture whose bytes are here, and read it when nobody waits for another. The same bytes are read once.
        `incoming.bulk_id` is the scan's."""
        picture = BulkPicture(incoming.message_id, incoming.attachment_id)
        sha256 = await asyncio.to_thread(digest, incoming.data)
        same = await self._records.read(lambda db: _same_picture(db, scan.server_id, sha256))
        if same is not None:
            where = discord_link(same.server_id, same.channel_id, same.message_id)
            reason = f"the same picture as {where}: {await self._what_became_of(same)}"
            await self._settle(scan, picture, reason=reason)
            return
        received = await self._intake.receive(incoming)
        await self._read(scan, picture, received.upload_id)

    async def end(
        self, server_id: ServerId, bulk_id: BulkId, *, stopped_by: Actor | None = None, reason: str | None = None
    ) -> bool:
        """What was read is kept. False where it was at its end already."""
        by = None if stopped_by is None else (stopped_by.user_id, stopped_by.name)
        return await self._records.read(
            lambda db: bulk.end(db, server_id=server_id, bulk_id=bulk_id, at=self._now(), stopped_by=by, reason=reason)
        )

    async def listing(self, server_id: ServerId, bulk_id: BulkId) -> BulkList:
        """Raises NotFound."""
        row = _there(await self._records.read(lambda db: bulk.get(db, server_id=server_id, bulk_id=bulk_id)))
        return await load_list(self._records, row)

    async def save_proven(self, actor: Actor, found: BulkList) -> AsyncIterator[Saved]:
        """Every proven war of a list, oldest first, each in a transaction and a change of its own: one can be taken
        back alone, and whatever ends this halfway leaves whole wars. What is decided when its turn comes is left."""
        for item in found.of(Kind.PROVEN):
            if item.upload_id is None:
                continue
            try:
                yield await self._reviews.save(actor, item.upload_id)
            except (Conflict, BadInput):
                continue  # somebody was quicker, or it is the same war as one before it; the list says so

    async def _read(self, scan: BulkScan, picture: BulkPicture, upload_id: UploadId) -> None:
        await self._intake.process(scan.server_id, upload_id, later=True)
        await self._settle(scan, picture, upload_id=upload_id)

    async def _settle(
        self, scan: BulkScan, picture: BulkPicture, *, upload_id: UploadId | None = None, reason: str | None = None
    ) -> None:
        await self._records.read(
            lambda db: bulk.settle_picture(
                db,
                server_id=scan.server_id,
                bulk_id=scan.bulk_id,
                message_id=picture.message_id,
                attachment_id=picture.attachment_id,
                upload_id=upload_id,
                reason=reason,
            )
        )

    async def _what_became_of(self, row: UploadRow) -> str:
        match UploadState(row.state):
            case UploadState.SAVED if row.war_id is not None:
                war_id = row.war_id
                gone = await self._records.read(lambda db: is_removed(db, row.server_id, war_id))
                return was_removed(war_id) if gone else is_already(war_id)
            case UploadState.JOINED:
                return "already part of another answer"
            case UploadState.DISCARDED:
                return f"discarded by {row.decided_by_name}"
            case UploadState.REVIEW:
                return "waits for somebody to save or discard it"
            case UploadState.RECEIVED:
                return "is being read by itself right now"
            case _:
                return row.reason or "not a result"


def require_possible(most_messages: int | None) -> None:
    """Raises BadInput; None is all there are."""
    if most_messages is not None and not 1 <= most_messages <= MOST_MESSAGES:
        raise BadInput(f"A bulk scan looks at 1 to {MOST_MESSAGES} messages; without a number, at all there are.")


_OPEN = (UploadState.RECEIVED, UploadState.REVIEW)


def _busy(row: ScanRow) -> str:
    answer = discord_link(row.server_id, row.answer_channel_id, row.answer_id)
    where = "" if row.answer_id is None else f" ({answer})"
    return (
        f"{row.started_by_name}'s bulk scan of {discord_link(row.server_id, row.channel_id)} is running{where}, one "
        "at a time: wait for its end, or stop it with its Stop button or `bulkscan stop`."
    )


def _there(row: ScanRow | None) -> ScanRow:
    if row is None:
        raise NotFound(_NOT_HERE)
    return row


async def _counted(db: Connection, row: ScanRow) -> BulkScan:
    counts = await bulk.counts(db, server_id=row.server_id, bulk_id=row.bulk_id)
    return BulkScan(
        server_id=row.server_id,
        bulk_id=row.bulk_id,
        channel_id=row.channel_id,
        answer_channel_id=row.answer_channel_id,
        answer_id=row.answer_id,
        started_by_name=row.started_by_name,
        state=ScanState(row.state),
        most_messages=row.most_messages,
        since=row.since,
        walked=row.walked,
        walked_to=row.walked_to,
        stopped_by_name=row.stopped_by_name,
        reason=row.reason,
        left=counts.found,
        results=counts.results,
        others=counts.others,
    )


async def _by_attachment(db: Connection, server_id: ServerId, picture: BulkPicture) -> UploadRow | None:
    upload_id = await intake.by_attachment(
        db, server_id=server_id, message_id=picture.message_id, attachment_id=picture.attachment_id
    )
    return None if upload_id is None else await uploads.get(db, server_id=server_id, upload_id=upload_id)


async def _same_picture(db: Connection, server_id: ServerId, sha256: str) -> UploadRow | None:
    """The first upload of these bytes."""
    upload_id = await bulk.same_picture(db, server_id=server_id, sha256=sha256)
    return None if upload_id is None else await uploads.get(db, server_id=server_id, upload_id=upload_id)
