"""The teams of a server. A removed team stays, so that taking it back is one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mkw.ids import ServerId, TeamId

if TYPE_CHECKING:
    from datetime import datetime

    from db.executor import Executor

_COLUMNS = "server_id, team_id, name, tag, colour, removed_at is not null as removed"


@dataclass(frozen=True, slots=True)
class TeamRow:
    server_id: ServerId
    team_id: TeamId
    name: str
    tag: str | None
    colour: str | None  # "#rrggbb"
    removed: bool


async def all_of(db: Executor, *, server_id: ServerId) -> tuple[TeamRow, ...]:
    """All that are not removed, by name."""
    rows = await db.fetch(
        f"select {_COLUMNS} from teams where server_id = $1 and removed_at is null order by lower(name), team_id",  # noqa: S608
        server_id,
    )
    return tuple(TeamRow(**dict(row)) for row in rows)


async def get(db: Executor, *, server_id: ServerId, team_id: TeamId) -> TeamRow | None:
    """Removed teams too."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from teams where server_id = $1 and team_id = $2",  # noqa: S608
        server_id,
        team_id,
    )
    return None if row is None else TeamRow(**dict(row))


async def insert(
    db: Executor, *, server_id: ServerId, name: str, folded: str, tag: str | None, colour: str | None
) -> TeamId:
    team_id = await db.fetchval(
        "insert into teams (server_id, name, folded, tag, colour) values ($1, $2, $3, $4, $5) returning team_id",
        server_id,
        name,
        folded,
        tag,
        colour,
    )
    return TeamId(team_id)


async def update(
    db: Executor,
    *,
    server_id: ServerId,
    team_id: TeamId,
    name: str,
    folded: str,
    tag: str | None,
    colour: str | None,
    removed_at: datetime | None,
) -> None:
    await db.execute(
        """
        update teams set name = $3, folded = $4, tag = $5, colour = $6, removed_at = $7
        where server_id = $1 and team_id = $2
        """,
        server_id,
        team_id,
        name,
        folded,
        tag,
        colour,
        removed_at,
    )


async def insert_again(db: Executor, *, server_id: ServerId, team_id: TeamId, name: str, folded: str) -> None:
    """A team that was taken out for good, under the id of then."""
    await db.execute(
        """
        insert into teams (server_id, team_id, name, folded) overriding system value values ($1, $2, $3, $4)
        """,
        server_id,
        team_id,
        name,
        folded,
    )


async def delete(db: Executor, *, server_id: ServerId, team_id: TeamId) -> None:
    """Nobody is in it any more."""
    await db.execute("delete from teams where server_id = $1 and team_id = $2", server_id, team_id)
