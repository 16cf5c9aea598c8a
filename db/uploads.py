"""Uploads: pictures and typed wars, looked up and decided on. How they get in and are read is in `db.intake`."""

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

COLUMNS = """
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


def row_of(row: asyncpg.Record | None) -> UploadRow | None:
    if row is None:
        return None
    drafts = {"draft": from_jsonb(row["draft"]), "own_draft": from_jsonb(row["own_draft"])}
    return UploadRow(**{**dict(row), **drafts})


async def get(db: Executor, *, server_id: ServerId, upload_id: UploadId, lock: bool = False) -> UploadRow | None:
    """`lock` holds the row until the transaction ends."""
    row = await db.fetchrow(
        f"select {COLUMNS} from uploads where server_id = $1 and upload_id = $2"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        upload_id,
    )
    return row_of(row)


async def many(db: Executor, *, server_id: ServerId, upload_ids: Sequence[UploadId]) -> tuple[UploadRow, ...]:
    """Those that are there, in no order."""
    rows = await db.fetch(
        f"select {COLUMNS} from uploads where server_id = $1 and upload_id = any($2::bigint[])",  # noqa: S608
        server_id,
        list(upload_ids),
    )
    return tuple(row for row in map(row_of, rows) if row is not None)


async def by_message(db: Executor, *, server_id: ServerId, message_id: MessageId) -> UploadRow | None:
    """The upload answered by, or sent with, that message; of several one under review, then the newest."""
    row = await db.fetchrow(
        f"""
        select {COLUMNS} from uploads where server_id = $1 and (answer_id = $2 or message_id = $2)
        order by (answer_id is not distinct from $2) desc, (state = 'review') desc, upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        message_id,
    )
    return row_of(row)


# A picture of a bulk scan is nobody's newest answer before it has one.
_ANSWERED = "(bulk_id is null or answer_id is not null)"


async def newest_open(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> UploadRow | None:
    row = await db.fetchrow(
        f"""
        select {COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and state = 'review' and {_ANSWERED}
        order by upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return row_of(row)


_BESIDE = f"""
    select {COLUMNS} from uploads
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
    return row_of(row)


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
    return row_of(row)


async def open_pictures(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> tuple[UploadRow, ...]:
    """Every picture under review in the channel, in the order posted."""
    rows = await db.fetch(_BESIDE + "and source = 'picture' order by message_id, attachment_id", server_id, channel_id)
    return tuple(row for row in map(row_of, rows) if row is not None)


async def running(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> UploadRow | None:
    """The upload whose draft is the channel's war race by race."""
    row = await db.fetchrow(
        f"""
        select {COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and state = 'review' and draft @> '{{"running": true}}'
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return row_of(row)


async def joined_to(db: Executor, *, server_id: ServerId, upload_id: UploadId) -> tuple[UploadRow, ...]:
    """The uploads whose rows went into that one's draft, oldest first; not those joined to them in turn."""
    rows = await db.fetch(
        f"select {COLUMNS} from uploads where server_id = $1 and joined_into = $2 order by upload_id",  # noqa: S608
        server_id,
        upload_id,
    )
    return tuple(row for row in map(row_of, rows) if row is not None)


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
        select {COLUMNS} from uploads
        where server_id = $1 and channel_id = $2 and source = 'picture' and {_ANSWERED}
        order by upload_id desc limit 1
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return row_of(row)


async def reading(db: Executor, *, server_id: ServerId, upload_id: UploadId) -> Json | None:
    """What the reader said of it, in the form of `Reading.to_json`; None where it was not read."""
    text = await db.fetchval(
        "select reading from uploads where server_id = $1 and upload_id = $2", server_id, upload_id
    )
    return from_jsonb(text)


async def came_after(db: Executor, *, server_id: ServerId, upload_id: UploadId, moment: datetime) -> bool:
    """Whether it was taken in after that moment."""
    found: bool | None = await db.fetchval(
        "select received_at >= $3 from uploads where server_id = $1 and upload_id = $2", server_id, upload_id, moment
    )
    return bool(found)


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
