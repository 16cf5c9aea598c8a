"""Uploads: pictures and typed wars, from the moment they are taken in until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db.executor import Json, from_jsonb, to_jsonb
from mkw.ids import AttachmentId, BulkId, ChannelId, LiveId, MessageId, ServerId, UploadId, UserId, WarId

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor

_COLUMNS = """
    server_id, upload_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name, sha256, path,
    sent_at, state, attempts, reason, draft, revision, answer_id, war_id, decided_by, decided_by_name, decided_at,
    joined_into, own_draft, bulk_id, live_id
"""


@dataclass(frozen=True, slots=True)
class UploadRow:
    server_id: ServerId
    upload_id: UploadId
    source: str
    channel_id: ChannelId
    message_id: MessageId
    attachment_id: AttachmentId | None
    uploader_id: UserId
    uploader_name: str
    sha256: str | None
    path: str | None
    sent_at: datetime
    state: str
    attempts: int
    reason: str | None
    draft: Json | None
    revision: int
    answer_id: MessageId | None
    war_id: WarId | None
    decided_by: UserId | None
    decided_by_name: str | None
    decided_at: datetime | None
    joined_into: UploadId | None  # whose draft its rows went into
    own_draft: Json | None  # before others were joined to it
    bulk_id: BulkId | None  # the bulk scan in whose list it waits
    live_id: LiveId | None  # the live war it is a part of


def _row(row: asyncpg.Record | None) -> UploadRow | None:
    if row is None:
        return None
    drafts = {"draft": from_jsonb(row["draft"]), "own_draft": from_jsonb(row["own_draft"])}
    return UploadRow(**{**dict(row), **drafts})


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


async def get(db: Executor, *, server_id: ServerId, upload_id: UploadId, lock: bool = False) -> UploadRow | None:
    """`lock` holds the row until the transaction ends."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from uploads where server_id = $1 and upload_id = $2"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        upload_id,
    )
    return _row(row)


async def many(db: Executor, *, server_id: ServerId, upload_ids: Sequence[UploadId]) -> tuple[UploadRow, ...]:
    """Those that are there, in no order."""
    rows = await db.fetch(
        f"select {_COLUMNS} from uploads where server_id = $1 and upload_id = any($2::bigint[])",  # noqa: S608
        server_id,
        list(upload_ids),
    )
    return tuple(row for row in map(_row, rows) if row is not None)


async def by_message(db: Executor, *, server_id: ServerId, message_id: MessageId) -> UploadRow | None:
    """The upload answered by, or sent with, that message; of several one under review, then the newest."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from uploads where server_id = $1 and (answer_id = $2 or message_id = $2)
        order by (answer_id is not distinct from $2) desc, (state = 'review') desc, upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        message_id,
    )
    return _row(row)


async def by_typed(db: Executor, *, server_id: ServerId, message_id: MessageId) -> UploadRow | None:
    row = await db.fetchrow(
        f"select {_COLUMNS} from uploads where server_id = $1 and message_id = $2 and source = 'typed'",  # noqa: S608
        server_id,
        message_id,
    )
    return _row(row)


# A picture of a bulk scan is nobody's newest answer before it has one.
_ANSWERED = "(bulk_id is null or answer_id is not null)"


async def newest_open(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> UploadRow | None:
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and state = 'review' and {_ANSWERED}
        order by upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return _row(row)


_BESIDE = f"""
    select {_COLUMNS} from uploads
    where server_id = $1 and channel_id = $2 and state = 'review' and {_ANSWERED}
      and not draft @> '{{"running": true}}'
"""  # noqa: S608


async def open_before(db: Executor, *, upload: UploadRow, since: datetime | None = None) -> UploadRow | None:
    """The newest upload under review that was posted before that one into its channel, `since` if that is given. The
    pictures of one message are read side by side, so their numbers say nothing."""
    row = await db.fetchrow(
        _BESIDE
        + """
        and (message_id, coalesce(attachment_id, 0)) < ($3, $4) and ($5::timestamptz is null or sent_at >= $5)
        order by message_id desc, coalesce(attachment_id, 0) desc limit 1
        """,
        upload.server_id,
        upload.channel_id,
        upload.message_id,
        upload.attachment_id or 0,
        since,
    )
    return _row(row)


async def open_after(db: Executor, *, upload: UploadRow) -> UploadRow | None:
    """The oldest upload under review that was posted after that one into its channel."""
    row = await db.fetchrow(
        _BESIDE
        + """
        and (message_id, coalesce(attachment_id, 0)) > ($3, $4)
        order by message_id, coalesce(attachment_id, 0) limit 1
        """,
        upload.server_id,
        upload.channel_id,
        upload.message_id,
        upload.attachment_id or 0,
    )
    return _row(row)


async def open_pictures(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> tuple[UploadRow, ...]:
    """Every picture under review in the channel, in the order posted."""
    rows = await db.fetch(_BESIDE + "and source = 'picture' order by message_id, attachment_id", server_id, channel_id)
    return tuple(row for row in map(_row, rows) if row is not None)


async def running(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> UploadRow | None:
    """The upload whose draft is the channel's war race by race."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and state = 'review' and draft @> '{{"running": true}}'
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return _row(row)


async def joined_to(db: Executor, *, server_id: ServerId, upload_id: UploadId) -> tuple[UploadRow, ...]:
    """The uploads whose rows went into that one's draft, oldest first; not those joined to them in turn."""
    rows = await db.fetch(
        f"select {_COLUMNS} from uploads where server_id = $1 and joined_into = $2 order by upload_id",  # noqa: S608
        server_id,
        upload_id,
    )
    return tuple(row for row in map(_row, rows) if row is not None)


async def pictures_of_war(db: Executor, *, server_id: ServerId, war_id: WarId) -> tuple[UploadId, ...]:
    """Every picture a kept war was made of, oldest first, through all that was joined."""
    rows = await db.fetch(
        """
        with recursive parts as (
            select u.server_id, u.upload_id, u.path from uploads u where u.server_id = $1 and u.war_id = $2
            union
            select u.server_id, u.upload_id, u.path from uploads u
            join live_wars l on l.server_id = u.server_id and l.live_id = u.live_id
            where u.server_id = $1 and l.war_id = $2
            union
            select u.server_id, u.upload_id, u.path from uploads u
            join parts p on p.server_id = u.server_id and p.upload_id = u.joined_into
        )
        select upload_id from parts where path is not null order by upload_id
        """,
        server_id,
        war_id,
    )
    return tuple(UploadId(row["upload_id"]) for row in rows)


async def newest_picture(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> UploadRow | None:
    """Whatever became of it."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and source = 'picture' and {_ANSWERED}
        order by upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return _row(row)


async def reading(db: Executor, *, server_id: ServerId, upload_id: UploadId) -> Json | None:
    """What the reader said of it, in the form of `Reading.to_json`; None where it was not read."""
    text = await db.fetchval(
        "select reading from uploads where server_id = $1 and upload_id = $2", server_id, upload_id
    )
    return from_jsonb(text)


async def to_take_up(db: Executor, *, since: datetime) -> tuple[UploadRow, ...]:
    """Of all servers, oldest first: every upload not read yet, and those read after `since` that have no answer. Those
    of bulk scans are not among them."""
    rows = await db.fetch(
        f"""
        select {_COLUMNS} from uploads
        where bulk_id is null and (state = 'received'
           or (answer_id is null and state in ('review', 'refused', 'failed') and received_at >= $1))
        order by received_at, upload_id
        """,  # noqa: S608
        since,
    )
    return tuple(row for row in map(_row, rows) if row is not None)


@dataclass(frozen=True, slots=True)
class SeenRow:
    server_id: ServerId
    channel_id: ChannelId
    message_id: MessageId


async def came_after(db: Executor, *, server_id: ServerId, upload_id: UploadId, moment: datetime) -> bool:
    """Whether it was taken in after that moment."""
    found: bool | None = await db.fetchval(
        "select received_at >= $3 from uploads where server_id = $1 and upload_id = $2", server_id, upload_id, moment
    )
    return bool(found)


async def seen_up_to(db: Executor) -> tuple[SeenRow, ...]:
    """Of all servers: the newest message with a taken picture of each watched channel that has one. What a bulk scan
    found says nothing about what was seen."""
    rows = await db.fetch(
        """
        select watched.server_id, watched.channel_id, max(uploads.message_id) as message_id
        from watched_channels as watched
        join uploads using (server_id, channel_id)
        where uploads.source = 'picture' and uploads.bulk_id is null
        group by watched.server_id, watched.channel_id
        order by watched.server_id, watched.channel_id
        """
    )
    return tuple(SeenRow(**dict(row)) for row in rows)


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


async def put(
    db: Executor,
    *,
    server_id: ServerId,
    upload_id: UploadId,
    state: str,
    draft: Json | None,
    war_id: WarId | None,
    decided_by: UserId | None,
    decided_by_name: str | None,
    decided_at: datetime | None,
    joined_into: UploadId | None = None,
    own_draft: Json | None = None,
    live_id: LiveId | None = None,
) -> None:
    """Everything a person can change; the revision counts on."""
    await db.execute(
        """
        update uploads set state = $3, draft = $4, war_id = $5, decided_by = $6, decided_by_name = $7, decided_at = $8,
                           joined_into = $9, own_draft = $10, live_id = $11, revision = revision + 1
        where server_id = $1 and upload_id = $2
        """,
        server_id,
        upload_id,
        state,
        to_jsonb(draft),
        war_id,
        decided_by,
        decided_by_name,
        decided_at,
        joined_into,
        to_jsonb(own_draft),
        live_id,
    )


async def set_answer(db: Executor, *, server_id: ServerId, upload_id: UploadId, answer_id: MessageId) -> bool:
    done = await db.fetchval(
        "update uploads set answer_id = $3 where server_id = $1 and upload_id = $2 returning upload_id",
        server_id,
        upload_id,
        answer_id,
    )
    return done is not None
