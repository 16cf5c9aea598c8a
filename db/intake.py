"""Uploads on their way in: pictures and typed wars taken in once, read, and taken up again after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db.executor import Json, to_jsonb
from db.uploads import COLUMNS, UploadRow, row_of
from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UploadId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor


async def insert_picture(
    db: Executor,
    *,
    server_id: ServerId,
    channel_id: ChannelId,
    message_id: MessageId,
    attachment_id: AttachmentId,
    uploader_id: UserId,
    uploader_name: str,
    filename: str,
    sha256: str,
    path: str,
    sent_at: datetime,
    bulk_id: BulkId | None = None,
) -> UploadId | None:
    """None where this attachment of this message was taken in before."""
    upload_id = await db.fetchval(
        """
        insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                             filename, sha256, path, sent_at, bulk_id)
        values ($1, 'picture', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict on constraint uploads_attachment_once do nothing
        returning upload_id
        """,
        server_id,
        channel_id,
        message_id,
        attachment_id,
        uploader_id,
        uploader_name,
        filename[:200],
        sha256,
        path,
        sent_at,
        bulk_id,
    )
    return None if upload_id is None else UploadId(upload_id)


async def insert_typed(
    db: Executor,
    *,
    server_id: ServerId,
    channel_id: ChannelId,
    message_id: MessageId,
    uploader_id: UserId,
    uploader_name: str,
    sent_at: datetime,
    draft: Json,
) -> UploadId | None:
    """None where that message was taken in as a typed war before."""
    upload_id = await db.fetchval(
        """
        insert into uploads
            (server_id, source, channel_id, message_id, uploader_id, uploader_name, sent_at, state, draft)
        values ($1, 'typed', $2, $3, $4, $5, $6, 'review', $7)
        on conflict (server_id, message_id) where source = 'typed' do nothing
        returning upload_id
        """,
        server_id,
        channel_id,
        message_id,
        uploader_id,
        uploader_name,
        sent_at,
        to_jsonb(draft),
    )
    return None if upload_id is None else UploadId(upload_id)


async def by_attachment(
    db: Executor, *, server_id: ServerId, message_id: MessageId, attachment_id: AttachmentId
) -> UploadId | None:
    upload_id = await db.fetchval(
        "select upload_id from uploads where server_id = $1 and message_id = $2 and attachment_id = $3",
        server_id,
        message_id,
        attachment_id,
    )
    return None if upload_id is None else UploadId(upload_id)


async def by_typed(db: Executor, *, server_id: ServerId, message_id: MessageId) -> UploadRow | None:
    row = await db.fetchrow(
        f"select {COLUMNS} from uploads where server_id = $1 and message_id = $2 and source = 'typed'",  # noqa: S608
        server_id,
        message_id,
    )
    return row_of(row)


async def to_take_up(db: Executor, *, since: datetime) -> tuple[UploadRow, ...]:
    """Of all servers, oldest first: every upload not read yet, and those read after `since` that have no answer. Those
    of bulk scans are not among them."""
    rows = await db.fetch(
        f"""
        select {COLUMNS} from uploads
        where bulk_id is null and (state = 'received'
           or (answer_id is null and state in ('review', 'refused', 'failed') and received_at >= $1))
        order by received_at, upload_id
        """,  # noqa: S608
        since,
    )
    return tuple(row for row in map(row_of, rows) if row is not None)


@dataclass(frozen=True, slots=True)
class SeenRow:
    """`first` and `last` are None where no picture was taken yet; `set_up_at` is when the settings last changed."""

    server_id: ServerId
    channel_id: ChannelId
    first: MessageId | None
    last: MessageId | None
    set_up_at: datetime | None


async def seen_up_to(db: Executor) -> tuple[SeenRow, ...]:
    """Of all servers: each watched channel with its first and newest message with a taken picture. What a bulk scan
    found says nothing about what was seen."""
    rows = await db.fetch(
        """
        select watched.server_id, watched.channel_id, min(uploads.message_id) as first,
            max(uploads.message_id) as last,
            (select max(changes.at) from change_touches join changes using (server_id, change_id)
             where change_touches.server_id = watched.server_id and change_touches.kind = 'settings') as set_up_at
        from watched_channels as watched
        left join uploads on uploads.server_id = watched.server_id and uploads.channel_id = watched.channel_id
            and uploads.source = 'picture' and uploads.bulk_id is null
        group by watched.server_id, watched.channel_id
        order by watched.server_id, watched.channel_id
        """
    )
    return tuple(SeenRow(**dict(row)) for row in rows)


async def known_attachments(
    db: Executor, *, server_id: ServerId, attachment_ids: Sequence[AttachmentId]
) -> frozenset[AttachmentId]:
    """Those among them that were taken in before."""
    rows = await db.fetch(
        "select attachment_id from uploads where server_id = $1 and attachment_id = any($2::bigint[])",
        server_id,
        list(attachment_ids),
    )
    return frozenset(AttachmentId(row["attachment_id"]) for row in rows)


async def begin_reading(db: Executor, *, server_id: ServerId, upload_id: UploadId) -> None:
    await db.execute(
        "update uploads set attempts = attempts + 1 where server_id = $1 and upload_id = $2 and state = 'received'",
        server_id,
        upload_id,
    )


async def finish_reading(
    db: Executor,
    *,
    server_id: ServerId,
    upload_id: UploadId,
    state: str,
    reason: str | None,
    reading: Json | None,
    draft: Json | None,
) -> bool:
    """False where somebody else has finished it meanwhile."""
    done = await db.fetchval(
        """
        update uploads set state = $3, reason = $4, reading = $5, draft = $6
        where server_id = $1 and upload_id = $2 and state = 'received' returning upload_id
        """,
        server_id,
        upload_id,
        state,
        reason if reason is None else reason[:1000],
        to_jsonb(reading),
        to_jsonb(draft),
    )
    return done is not None
