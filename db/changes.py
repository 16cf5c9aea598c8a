"""The log of changes: who, when, what it was before and what after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db.executor import Json, from_jsonb, to_jsonb
from mkw.ids import ChangeId, ServerId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from db.executor import Executor

_COLUMNS = (
    "server_id, change_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after, undone_by, final"
)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`before` and `after` map "kind:id" to a snapshot, or to None where the thing did not exist."""

    server_id: ServerId
    change_id: ChangeId
    at: datetime
    actor_id: UserId
    actor_name: str
    verb: str
    entity: str
    entity_id: int
    text: str
    before: Json
    after: Json
    undone_by: ChangeId | None
    final: bool  # never taken back


def _row(row: asyncpg.Record) -> ChangeRow:
    return ChangeRow(**{**dict(row), "before": from_jsonb(row["before"]), "after": from_jsonb(row["after"])})


async def insert(
    db: Executor,
    *,
    server_id: ServerId,
    at: datetime,
    actor_id: UserId,
    actor_name: str,
    verb: str,
    entity: str,
    entity_id: int,
    text: str,
    before: Json,
    after: Json,
    final: bool = False,
) -> ChangeId:
    change_id = await db.fetchval(
        """
        insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after,
                             final)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning change_id
        """,
        server_id,
        at,
        actor_id,
        actor_name,
        verb,
        entity,
        entity_id,
        text[:1000],
        to_jsonb(before),
        to_jsonb(after),
        final,
    )
    return ChangeId(change_id)


async def touch(db: Executor, *, server_id: ServerId, change_id: ChangeId, kind: str, numbers: Sequence[int]) -> None:
    """Remember what a change touched, for the history of one thing."""
    await db.execute(
        """
        insert into change_touches (server_id, kind, number, change_id) select $1, $2, unnest($3::bigint[]), $4
        on conflict do nothing
        """,
        server_id,
        kind,
        list(numbers),
        change_id,
    )


async def newest(
    db: Executor,
    *,
    server_id: ServerId,
    limit: int,
    offset: int = 0,
    actor_id: UserId | None = None,
    actor_name: str | None = None,
    entities: Sequence[str] = (),
    text: str | None = None,
) -> tuple[ChangeRow, ...]:
    """Newest first; what is not None or empty must hold: by that user, by somebody whose name has these letters, on
    these kinds of things, with these letters in its text."""
    rows = await db.fetch(
        f"select {_COLUMNS} from changes {_FILTERED} order by change_id desc limit $6 offset $7",  # noqa: S608
        server_id,
        actor_id,
        _like(actor_name),
        list(entities),
        _like(text),
        limit,
        offset,
    )
    return tuple(_row(row) for row in rows)


_FILTERED = """
    where server_id = $1
      and ($2::bigint is null or actor_id = $2)
      and ($3::text is null or actor_name ilike $3)
      and (cardinality($4::text[]) = 0 or entity = any($4)
           or ('war' = any($4) and change_id in (
               select t.change_id from change_touches t where t.server_id = $1 and t.kind = 'war')))
      and ($5::text is null or text ilike $5)
"""


def _like(text: str | None) -> str | None:
    if text is None:
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def count(
    db: Executor,
    *,
    server_id: ServerId,
    actor_id: UserId | None = None,
    actor_name: str | None = None,
    entities: Sequence[str] = (),
    text: str | None = None,
) -> int:
    number: int = await db.fetchval(
        f"select count(*) from changes {_FILTERED}",  # noqa: S608
        server_id,
        actor_id,
        _like(actor_name),
        list(entities),
        _like(text),
    )
    return number


Thing = tuple[str, int]  # kind and number

_OF_THINGS = """
    where c.server_id = $1 and c.change_id in (
        select t.change_id from change_touches t
        join unnest($2::text[], $3::bigint[]) as x (kind, number) on x.kind = t.kind and x.number = t.number
        where t.server_id = $1 and t.change_id > $4)
"""


async def of_things(
    db: Executor,
    *,
    server_id: ServerId,
    things: Sequence[Thing],
    after: int = 0,
    standing: bool = False,
    limit: int,
    offset: int = 0,
) -> tuple[ChangeRow, ...]:
    """Newest first: what touched any of the things after a change; `standing` leaves out what was taken back and the
    taking back."""
    rows = await db.fetch(
        f"""
        select {_COLUMNS} from changes c {_OF_THINGS}
          and (not $5 or (c.undone_by is null and c.verb not in ('undo', 'redo')))
        order by c.change_id desc limit $6 offset $7
        """,  # noqa: S608
        server_id,
        [kind for kind, _ in things],
        [number for _, number in things],
        after,
        standing,
        limit,
        offset,
    )
    return tuple(_row(row) for row in rows)


async def count_of_things(db: Executor, *, server_id: ServerId, things: Sequence[Thing]) -> int:
    number: int = await db.fetchval(
        f"select count(*) from changes c {_OF_THINGS}",  # noqa: S608
        server_id,
        [kind for kind, _ in things],
        [number for _, number in things],
        0,
    )
    return number


async def get(db: Executor, *, server_id: ServerId, change_id: ChangeId) -> ChangeRow | None:
    row = await db.fetchrow(
        f"select {_COLUMNS} from changes where server_id = $1 and change_id = $2",  # noqa: S608
        server_id,
        change_id,
    )
    return None if row is None else _row(row)


async def newest_to_undo(db: Executor, *, server_id: ServerId) -> ChangeRow | None:
    """The newest change that is neither taken back nor a taking back itself."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from changes
        where server_id = $1 and undone_by is null and not final and verb not in ('undo', 'redo')
        order by change_id desc limit 1
        """,  # noqa: S608
        server_id,
    )
    return None if row is None else _row(row)


async def newest_to_redo(db: Executor, *, server_id: ServerId) -> ChangeRow | None:
    """The change that was taken back last and still is."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from changes
        where server_id = $1 and undone_by is not null and not final order by undone_by desc limit 1
        """,  # noqa: S608
        server_id,
    )
    return None if row is None else _row(row)


async def refused(db: Executor, *, server_id: ServerId, actor_id: UserId, since: datetime) -> tuple[ChangeRow, ...]:
    """Tries of theirs since then that were refused, newest first."""
    rows = await db.fetch(
        f"""
        select {_COLUMNS} from changes where server_id = $1 and actor_id = $2 and verb = 'refuse' and at >= $3
        order by change_id desc
        """,  # noqa: S608
        server_id,
        actor_id,
        since,
    )
    return tuple(_row(row) for row in rows)


async def count_refused(db: Executor, *, server_id: ServerId, change_id: ChangeId, times: int, text: str) -> None:
    await db.execute(
        "update changes set entity_id = $3, text = $4 where server_id = $1 and change_id = $2",
        server_id,
        change_id,
        times,
        text[:1000],
    )


async def close(db: Executor, *, server_id: ServerId, change_id: ChangeId) -> None:
    """It is neither taken back nor done again any more."""
    await db.execute("update changes set final = true where server_id = $1 and change_id = $2", server_id, change_id)


async def mark(db: Executor, *, server_id: ServerId, change_id: ChangeId, undone_by: ChangeId | None) -> None:
    """Taken back by that change; None: it holds again."""
    await db.execute(
        "update changes set undone_by = $3 where server_id = $1 and change_id = $2", server_id, change_id, undone_by
    )
