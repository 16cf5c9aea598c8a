"""Bulk scans: a walk through one channel's history, and what became of each of its pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UploadId, UserId

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor

_SCAN = """
    server_id, bulk_id, channel_id, answer_channel_id, answer_id, started_by, started_by_name, started_at,
    most_messages, since, walked, walked_to, state, stopped_by_name, reason
"""


@dataclass(frozen=True, slots=True)
class ScanRow:
    server_id: ServerId
    bulk_id: BulkId
    channel_id: ChannelId
    answer_channel_id: ChannelId
    answer_id: MessageId | None
    started_by: UserId
    started_by_name: str
    started_at: datetime
    most_messages: int | None
    since: datetime | None
    walked: int
    walked_to: MessageId
    state: str
    stopped_by_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PictureRow:
    message_id: MessageId
    attachment_id: AttachmentId
    state: str
    upload_id: UploadId | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class CountsRow:
    """Pictures of a scan. `results` were read and show a war; `others` were read, or skipped, and are none."""

    found: int
    results: int
    others: int


def _scan(row: asyncpg.Record | None) -> ScanRow | None:
    return None if row is None else ScanRow(**dict(row))


async def insert(
    db: Executor,
    *,
    server_id: ServerId,
    channel_id: ChannelId,
    answer_channel_id: ChannelId,
    started_by: UserId,
    started_by_name: str,
    most_messages: int | None,
    since: datetime | None,
    walked_to: MessageId,
) -> BulkId:
    bulk_id: BulkId = await db.fetchval(
        """
        insert into bulk_scans (server_id, channel_id, answer_channel_id, started_by, started_by_name, most_messages,
                                since, walked_to)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning bulk_id
        """,
        server_id,
        channel_id,
        answer_channel_id,
        started_by,
        started_by_name,
        most_messages,
        since,
        walked_to,
    )
    return bulk_id


async def get(db: Executor, *, server_id: ServerId, bulk_id: BulkId, lock: bool = False) -> ScanRow | None:
    """`lock` holds the row until the transaction ends."""
    row = await db.fetchrow(
        f"select {_SCAN} from bulk_scans where server_id = $1 and bulk_id = $2"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        bulk_id,
    )
    return _scan(row)


async def running(db: Executor, *, server_id: ServerId) -> ScanRow | None:
    row = await db.fetchrow(
        f"select {_SCAN} from bulk_scans where server_id = $1 and state <> 'ended'",  # noqa: S608
        server_id,
    )
    return _scan(row)


async def to_take_up(db: Executor) -> tuple[ScanRow, ...]:
    """Of all servers: what runs, and what ended and does not show its list yet."""
    rows = await db.fetch(f"select {_SCAN} from bulk_scans where not listed order by server_id, bulk_id")  # noqa: S608
    return tuple(row for row in map(_scan, rows) if row is not None)


async def newest(db: Executor, *, server_id: ServerId) -> ScanRow | None:
    row = await db.fetchrow(
        f"select {_SCAN} from bulk_scans where server_id = $1 order by bulk_id desc limit 1",  # noqa: S608
        server_id,
    )
    return _scan(row)


async def set_answer(
    db: Executor, *, server_id: ServerId, bulk_id: BulkId, channel_id: ChannelId, answer_id: MessageId
) -> None:
    await db.execute(
        "update bulk_scans set answer_channel_id = $3, answer_id = $4 where server_id = $1 and bulk_id = $2",
        server_id,
        bulk_id,
        channel_id,
        answer_id,
    )


async def walk_on(
    db: Executor, *, server_id: ServerId, bulk_id: BulkId, walked: int, walked_to: MessageId, is_over: bool
) -> None:
    """`walked` more messages were looked at, down to that one."""
    await db.execute(
        """
        update bulk_scans set walked = walked + $3, walked_to = $4,
                              state = case when $5 then 'reading' else state end
        where server_id = $1 and bulk_id = $2 and state = 'walking'
        """,
        server_id,
        bulk_id,
        walked,
        walked_to,
        is_over,
    )


async def end(
    db: Executor,
    *,
    server_id: ServerId,
    bulk_id: BulkId,
    at: datetime,
    stopped_by: tuple[UserId, str] | None,
    reason: str | None,
) -> bool:
    """`stopped_by` is somebody's id and name. False where it was at its end already."""
    user_id, name = stopped_by or (None, None)
    done = await db.fetchval(
        """
        update bulk_scans set state = 'ended', ended_at = $3, stopped_by = $4, stopped_by_name = $5, reason = $6
        where server_id = $1 and bulk_id = $2 and state <> 'ended' returning bulk_id
        """,
        server_id,
        bulk_id,
        at,
        user_id,
        name,
        reason,
    )
    return done is not None


async def set_listed(db: Executor, *, server_id: ServerId, bulk_id: BulkId) -> None:
    await db.execute("update bulk_scans set listed = true where server_id = $1 and bulk_id = $2", server_id, bulk_id)


async def add_pictures(
    db: Executor, *, server_id: ServerId, bulk_id: BulkId, pictures: Collection[tuple[MessageId, AttachmentId]]
) -> None:
    """Those that are there already stay as they are."""
    await db.execute(
        """
        insert into bulk_pictures (server_id, bulk_id, message_id, attachment_id)
        select $1, $2, each.message_id, each.attachment_id
        from unnest($3::bigint[], $4::bigint[]) as each (message_id, attachment_id)
        on conflict do nothing
        """,
        server_id,
        bulk_id,
        [message_id for message_id, _ in pictures],
        [attachment_id for _, attachment_id in pictures],
    )


async def next_picture(db: Executor, *, server_id: ServerId, bulk_id: BulkId) -> PictureRow | None:
    """The oldest one that was not looked at."""
    row = await db.fetchrow(
        """
        select message_id, attachment_id, state, upload_id, reason from bulk_pictures
        where server_id = $1 and bulk_id = $2 and state = 'found' order by message_id, attachment_id limit 1
        """,
        server_id,
        bulk_id,
    )
    return None if row is None else PictureRow(**dict(row))


async def pictures(db: Executor, *, server_id: ServerId, bulk_id: BulkId) -> tuple[PictureRow, ...]:
    """Oldest first."""
    rows = await db.fetch(
        """
        select message_id, attachment_id, state, upload_id, reason from bulk_pictures
        where server_id = $1 and bulk_id = $2 order by message_id, attachment_id
        """,
        server_id,
        bulk_id,
    )
    return tuple(PictureRow(**dict(row)) for row in rows)


async def counts(db: Executor, *, server_id: ServerId, bulk_id: BulkId) -> CountsRow:
    row = await db.fetchrow(
        """
        select count(*) filter (where p.state = 'found') as found,
               count(*) filter (where u.state not in ('received', 'refused', 'failed')) as results,
               count(*) filter (where p.state = 'skipped' or u.state in ('refused', 'failed')) as others
        from bulk_pictures p left join uploads u on u.server_id = p.server_id and u.upload_id = p.upload_id
        where p.server_id = $1 and p.bulk_id = $2
        """,
        server_id,
        bulk_id,
    )
    return CountsRow(**dict(row)) if row is not None else CountsRow(0, 0, 0)


async def settle_picture(
    db: Executor,
    *,
    server_id: ServerId,
    bulk_id: BulkId,
    message_id: MessageId,
    attachment_id: AttachmentId,
    upload_id: UploadId | None = None,
    reason: str | None = None,
) -> None:
    """Taken, as that upload, or skipped for that reason. One that is settled stays as it is."""
    await db.execute(
        """
        update bulk_pictures
        set upload_id = $5, reason = $6, state = case when $6::text is null then 'taken' else 'skipped' end
        where server_id = $1 and bulk_id = $2 and message_id = $3 and attachment_id = $4 and state = 'found'
        """,
        server_id,
        bulk_id,
        message_id,
        attachment_id,
        upload_id,
        None if reason is None else reason[:1000],
    )


async def adopt(db: Executor, *, server_id: ServerId, bulk_id: BulkId, upload_id: UploadId) -> None:
    """The upload waits in this scan's list from now on, and no more in that of the one before."""
    await db.execute(
        "update uploads set bulk_id = $2 where server_id = $1 and upload_id = $3", server_id, bulk_id, upload_id
    )


async def same_picture(db: Executor, *, server_id: ServerId, sha256: str) -> UploadId | None:
    """The first upload of these bytes."""
    upload_id = await db.fetchval(
        "select upload_id from uploads where server_id = $1 and sha256 = $2 order by upload_id limit 1",
        server_id,
        sha256,
    )
    return None if upload_id is None else UploadId(upload_id)


async def statuses(db: Executor, *, server_id: ServerId, upload_ids: Sequence[UploadId]) -> dict[UploadId, str]:
    """What the reader said of its own reading, by upload; without those it did not read."""
    rows = await db.fetch(
        """
        select upload_id, reading ->> 'status' as status from uploads
        where server_id = $1 and upload_id = any($2::bigint[]) and reading is not null
        """,
        server_id,
        list(upload_ids),
    )
    return {UploadId(row["upload_id"]): row["status"] for row in rows}
