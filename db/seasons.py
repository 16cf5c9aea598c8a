"""The seasons a server has named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mkw.ids import SeasonId, ServerId

if TYPE_CHECKING:
    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class SeasonRow:
    season_id: SeasonId
    name: str
    first_day: date
    last_day: date


async def everything(db: Executor, *, server_id: ServerId) -> tuple[SeasonRow, ...]:
    """Newest first."""
    rows = await db.fetch(
        """
        select season_id, name, first_day, last_day from seasons
        where server_id = $1 order by first_day desc, season_id desc
        """,
        server_id,
    )
    return tuple(SeasonRow(**dict(row)) for row in rows)


async def get(db: Executor, *, server_id: ServerId, season_id: SeasonId) -> SeasonRow | None:
    row = await db.fetchrow(
        "select season_id, name, first_day, last_day from seasons where server_id = $1 and season_id = $2",
        server_id,
        season_id,
    )
    return None if row is None else SeasonRow(**dict(row))


async def insert(
    db: Executor, *, server_id: ServerId, name: str, folded: str, first_day: date, last_day: date
) -> SeasonId:
    season_id = await db.fetchval(
        """
        insert into seasons (server_id, name, folded, first_day, last_day)
        values ($1, $2, $3, $4, $5) returning season_id
        """,
        server_id,
        name,
        folded,
        first_day,
        last_day,
    )
    return SeasonId(season_id)


async def put(db: Executor, *, server_id: ServerId, season: SeasonRow, folded: str) -> None:
    """Make or change the season of that number."""
    await db.execute(
        """
        insert into seasons (server_id, season_id, name, folded, first_day, last_day) overriding system value
        values ($1, $2, $3, $4, $5, $6)
        on conflict (server_id, season_id) do update
        set name = excluded.name, folded = excluded.folded,
            first_day = excluded.first_day, last_day = excluded.last_day
        """,
        server_id,
        season.season_id,
        season.name,
        folded,
        season.first_day,
        season.last_day,
    )


async def delete(db: Executor, *, server_id: ServerId, season_id: SeasonId) -> None:
    await db.execute("delete from seasons where server_id = $1 and season_id = $2", server_id, season_id)
