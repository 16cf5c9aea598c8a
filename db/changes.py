"""The log of changes: who, when, what it was before and what after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db.executor import Json, from_jsonb, to_jsonb
from mkw.ids import ChangeId, ServerId, UserId

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor

_COLUMNS = "change_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after, undone_by"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`before` and `after` map "kind:id" to a snapshot, or to None where the thing did not exist."""

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
) -> ChangeId:
    change_id = await db.fetchval(
        """
        insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning change_id
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
    )
    return ChangeId(change_id)


async def newest(db: Executor, *, server_id: ServerId, limit: int) -> tuple[ChangeRow, ...]:
    rows = await db.fetch(
        f"select {_COLUMNS} from changes where server_id = $1 order by change_id desc limit $2",  # noqa: S608
        server_id,
        limit,
    )
    return tuple(_row(row) for row in rows)


async def newest_to_undo(db: Executor, *, server_id: ServerId) -> ChangeRow | None:
    """The newest change that is neither undone nor an undo itself."""
    row = await db.fetchrow(
        f"""
        select {_COLUMNS} from changes
        where server_id = $1 and undone_by is null and verb <> 'undo' order by change_id desc limit 1
        """,  # noqa: S608
        server_id,
    )
    return None if row is None else _row(row)


async def mark_undone(db: Executor, *, server_id: ServerId, change_id: ChangeId, undone_by: ChangeId) -> None:
    await db.execute(
        "update changes set undone_by = $3 where server_id = $1 and change_id = $2", server_id, change_id, undone_by
    )
