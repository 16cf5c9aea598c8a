"""Live wars: told a race after the other in one channel, from the first word until they are kept or thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db.executor import Json, from_jsonb, to_jsonb
from mkw.ids import ChannelId, LiveId, MessageId, ServerId, UserId, WarId

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor

_COLUMNS = """
    server_id, live_id, channel_id, state, war, war_id, revision, card_id, started_by, started_by_name, started_at,
    raced_by, raced_by_name, raced_at, last_at, asked_at, heard
"""
_HEARD = 50  # messages remembered


@dataclass(frozen=True, slots=True)
class LiveRow:
    server_id: ServerId
    live_id: LiveId
    channel_id: ChannelId
    state: str
    war: Json
    war_id: WarId | None
    revision: int
    card_id: MessageId | None
    started_by: UserId
    started_by_name: str
    started_at: datetime
    raced_by: UserId | None
    raced_by_name: str | None
    raced_at: datetime | None
    last_at: datetime
    asked_at: datetime | None
    heard: tuple[MessageId, ...]


def _row(row: asyncpg.Record | None) -> LiveRow | None:
    if row is None:
        return None
    return LiveRow(**{**dict(row), "war": from_jsonb(row["war"]) or {}, "heard": tuple(row["heard"])})


async def insert(
    db: Executor,
    *,
    server_id: ServerId,
    channel_id: ChannelId,
    war: Json,
    started_by: UserId,
    started_by_name: str,
    at: datetime,
) -> LiveId:
    live_id: LiveId = await db.fetchval(
        """
        insert into live_wars (server_id, channel_id, war, started_by, started_by_name, started_at, last_at)
        values ($1, $2, $3, $4, $5, $6, $6) returning live_id
        """,
        server_id,
        channel_id,
        to_jsonb(war),
        started_by,
        started_by_name,
        at,
    )
    return live_id


async def get(db: Executor, *, server_id: ServerId, live_id: LiveId, lock: bool = False) -> LiveRow | None:
    """`lock` holds the row until the transaction ends."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from live_wars where server_id = $1 and live_id = $2"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        live_id,
    )
    return _row(row)


async def running(db: Executor, *, server_id: ServerId, channel_id: ChannelId, lock: bool = False) -> LiveRow | None:
    row = await db.fetchrow(
        f"select {_COLUMNS} from live_wars where server_id = $1 and channel_id = $2 and state = 'running'"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        channel_id,
    )
    return _row(row)


async def everywhere(db: Executor) -> tuple[LiveRow, ...]:
    """Of all servers: those that run."""
    rows = await db.fetch(f"select {_COLUMNS} from live_wars where state = 'running' order by live_id")  # noqa: S608
    return tuple(row for row in map(_row, rows) if row is not None)


async def newest(db: Executor, *, server_id: ServerId, channel_id: ChannelId) -> LiveRow | None:
    """Whatever became of it."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from live_wars where server_id = $1 and channel_id = $2 order by live_id desc limit 1
        """,  # noqa: S608
        server_id,
        channel_id,
    )
    return _row(row)


async def channels(db: Executor, *, server_id: ServerId, since: datetime) -> frozenset[ChannelId]:
    """Where one runs, or something was told since then."""
    rows = await db.fetch(
        """
        select channel_id from live_wars where server_id = $1 and state = 'running'
        union select channel_id from live_wars where server_id = $1 and last_at >= $2
        """,
        server_id,
        since,
    )
    return frozenset(ChannelId(row["channel_id"]) for row in rows)


async def put(
    db: Executor, *, server_id: ServerId, live_id: LiveId, state: str, war: Json, war_id: WarId | None
) -> None:
    """Everything the log of changes puts back; the revision counts on."""
    await db.execute(
        """
        update live_wars set state = $3, war = $4, war_id = $5, revision = revision + 1
        where server_id = $1 and live_id = $2
        """,
        server_id,
        live_id,
        state,
        to_jsonb(war),
        war_id,
    )


async def heard(
    db: Executor, *, server_id: ServerId, live_id: LiveId, at: datetime, message_id: MessageId | None
) -> None:
    """Something was told: nobody asks any more whether it goes on."""
    await db.execute(
        """
        update live_wars set last_at = $3, asked_at = null,
            heard = case when $4::bigint is null then heard else (array_prepend($4, heard))[1:$5] end
        where server_id = $1 and live_id = $2
        """,
        server_id,
        live_id,
        at,
        message_id,
        _HEARD,
    )


async def raced(db: Executor, *, server_id: ServerId, live_id: LiveId, at: datetime, by: UserId, by_name: str) -> None:
    await db.execute(
        """
        update live_wars set raced_at = $3, raced_by = $4, raced_by_name = $5 where server_id = $1 and live_id = $2
        """,
        server_id,
        live_id,
        at,
        by,
        by_name,
    )


async def set_card(db: Executor, *, server_id: ServerId, live_id: LiveId, card_id: MessageId) -> None:
    await db.execute(
        "update live_wars set card_id = $3 where server_id = $1 and live_id = $2", server_id, live_id, card_id
    )


async def ask_idle(db: Executor, *, told_before: datetime, at: datetime) -> tuple[LiveRow, ...]:
    """Of all servers: those nobody told anything since `told_before` and that were not asked about, as asked about
    now: of two bots one gets each."""
    rows = await db.fetch(
        f"""
        update live_wars set asked_at = $2
        where state = 'running' and last_at < $1 and asked_at is null returning {_COLUMNS}
        """,  # noqa: S608
        told_before,
        at,
    )
    return tuple(row for row in map(_row, rows) if row is not None)


async def unanswered(db: Executor, *, asked_before: datetime) -> tuple[LiveRow, ...]:
    """Of all servers: those that were asked about before then and nobody answered."""
    rows = await db.fetch(
        f"select {_COLUMNS} from live_wars where state = 'running' and asked_at < $1 order by live_id",  # noqa: S608
        asked_before,
    )
    return tuple(row for row in map(_row, rows) if row is not None)
