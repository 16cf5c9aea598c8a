"""Sign-ups: who can play at a time, in the order they said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mkw.ids import ChannelId, MessageId, ServerId, SignUpId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from db.executor import Executor

_COLUMNS = """
    server_id, sign_up_id, channel_id, message_id, state, starts_at, size, opponent, remind_at, posted_by,
    posted_by_name, posted_at
"""
_COMING = "state in ('open', 'closed')"


@dataclass(frozen=True, slots=True)
class SignUpRow:
    server_id: ServerId
    sign_up_id: SignUpId
    channel_id: ChannelId
    message_id: MessageId | None
    state: str
    starts_at: datetime
    size: int
    opponent: str | None
    remind_at: datetime | None
    posted_by: UserId
    posted_by_name: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    sign_up_id: SignUpId
    user_id: UserId
    user_name: str
    answer: str
    moved_up: bool


def _row(row: asyncpg.Record | None) -> SignUpRow | None:
    return None if row is None else SignUpRow(**dict(row))


async def insert(
    db: Executor,
    *,
    server_id: ServerId,
    channel_id: ChannelId,
    starts_at: datetime,
    size: int,
    opponent: str | None,
    remind_at: datetime | None,
    posted_by: UserId,
    posted_by_name: str,
    at: datetime,
) -> SignUpId:
    """Its number is the server's next; needs the server's row held."""
    number: SignUpId = await db.fetchval(
        """
        insert into sign_ups (server_id, sign_up_id, channel_id, starts_at, size, opponent, remind_at, posted_by,
                              posted_by_name, posted_at)
        select $1, coalesce(max(sign_up_id), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9
        from sign_ups where server_id = $1 returning sign_up_id
        """,
        server_id,
        channel_id,
        starts_at,
        size,
        opponent,
        remind_at,
        posted_by,
        posted_by_name,
        at,
    )
    return number


async def get(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, lock: bool = False) -> SignUpRow | None:
    """`lock` holds the row until the transaction ends."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from sign_ups where server_id = $1 and sign_up_id = $2"  # noqa: S608
        + (" for update" if lock else ""),
        server_id,
        sign_up_id,
    )
    return _row(row)


async def by_message(db: Executor, *, server_id: ServerId, message_id: MessageId) -> SignUpRow | None:
    row = await db.fetchrow(
        f"select {_COLUMNS} from sign_ups where server_id = $1 and message_id = $2",  # noqa: S608
        server_id,
        message_id,
    )
    return _row(row)


async def coming(db: Executor, *, server_id: ServerId, since: datetime) -> tuple[SignUpRow, ...]:
    """Those whose time is not before `since` and that were neither played nor cancelled, the next one first."""
    rows = await db.fetch(
        f"""
        select {_COLUMNS} from sign_ups where server_id = $1 and starts_at >= $2 and {_COMING}
        order by starts_at, sign_up_id
        """,  # noqa: S608
        server_id,
        since,
    )
    return tuple(row for row in map(_row, rows) if row is not None)


async def set_message(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, message_id: MessageId) -> None:
    await db.execute(
        "update sign_ups set message_id = $3 where server_id = $1 and sign_up_id = $2",
        server_id,
        sign_up_id,
        message_id,
    )


async def set_state(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, state: str) -> None:
    await db.execute(
        "update sign_ups set state = $3 where server_id = $1 and sign_up_id = $2", server_id, sign_up_id, state
    )


# --- answers ----------------------------------------------------------------------------------------------------------


async def answers(db: Executor, *, server_id: ServerId, sign_up_ids: Sequence[SignUpId]) -> tuple[AnswerRow, ...]:
    """Of all of them, each in the order of turns."""
    rows = await db.fetch(
        """
        select sign_up_id, user_id, user_name, answer, moved_up from sign_up_answers
        where server_id = $1 and sign_up_id = any($2::integer[]) order by sign_up_id, turn
        """,
        server_id,
        list(sign_up_ids),
    )
    return tuple(AnswerRow(**dict(row)) for row in rows)


async def put_answer(
    db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, user_id: UserId, user_name: str, answer: str
) -> None:
    """An answer that is another one than before is the last in order."""
    await db.execute(
        """
        with next as (
            update sign_ups set last_turn = last_turn + 1 where server_id = $1 and sign_up_id = $2 returning last_turn)
        insert into sign_up_answers (server_id, sign_up_id, user_id, user_name, answer, turn)
        select $1, $2, $3, $4, $5, last_turn from next
        on conflict (server_id, sign_up_id, user_id)
        do update set user_name = excluded.user_name, answer = excluded.answer, turn = excluded.turn, moved_up = false
        """,
        server_id,
        sign_up_id,
        user_id,
        user_name,
        answer,
    )


async def delete_answer(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, user_id: UserId) -> None:
    await db.execute(
        "delete from sign_up_answers where server_id = $1 and sign_up_id = $2 and user_id = $3",
        server_id,
        sign_up_id,
        user_id,
    )


async def move_up(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, users: Sequence[UserId]) -> None:
    """Say of them that they waited and have a place now."""
    await db.execute(
        """
        update sign_up_answers set moved_up = true
        where server_id = $1 and sign_up_id = $2 and user_id = any($3::bigint[])
        """,
        server_id,
        sign_up_id,
        list(users),
    )


# --- reminders --------------------------------------------------------------------------------------------------------


async def due(db: Executor, *, at: datetime, stale: datetime) -> tuple[tuple[ServerId, SignUpId], ...]:
    """Of all servers: those to remind of now. One that was taken on before `stale` and not posted is due again."""
    rows = await db.fetch(
        f"""
        select server_id, sign_up_id from sign_ups
        where {_COMING} and remind_at is not null and not reminded and remind_at <= $1 and starts_at > $1
          and (taken_at is null or taken_at < $2)
        order by starts_at
        """,  # noqa: S608
        at,
        stale,
    )
    return tuple((ServerId(row["server_id"]), SignUpId(row["sign_up_id"])) for row in rows)


async def take(
    db: Executor, *, server_id: ServerId, sign_up_id: SignUpId, at: datetime, stale: datetime
) -> bool | None:  # fmt: skip
    """Take the reminder on: whether somebody had taken it on before, for one caller alone; None for everybody else."""
    again: bool | None = await db.fetchval(
        f"""
        with before as (
            select taken_at from sign_ups
            where server_id = $1 and sign_up_id = $2 and {_COMING} and not reminded and starts_at > $3
              and (taken_at is null or taken_at < $4) for update
        )
        update sign_ups s set taken_at = $3
        from before where s.server_id = $1 and s.sign_up_id = $2 returning before.taken_at is not null
        """,  # noqa: S608
        server_id,
        sign_up_id,
        at,
        stale,
    )
    return again


async def reminded(db: Executor, *, server_id: ServerId, sign_up_id: SignUpId) -> None:
    await db.execute(
        """
        update sign_ups set reminded = true where server_id = $1 and sign_up_id = $2 and taken_at is not null
        """,
        server_id,
        sign_up_id,
    )
