"""The races of kept wars, with what every line did in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mkw.ids import ServerId, TrackId, UploadId, WarId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class RaceRow:
    """`race` counts from 1; a number that is not there is a race nobody posted."""

    race: int
    upload_id: UploadId | None
    restarted: bool
    track: TrackId | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """`side` and `position` are those of a line of the war; without a `position` it is a place the side took, by whom
    nobody knows. `place` and `points` are None where they are not known."""

    race: int
    side: int
    position: int | None
    place: int | None
    points: int | None


async def insert(
    db: Executor, *, server_id: ServerId, war_id: WarId, races: Sequence[RaceRow], results: Sequence[ResultRow]
) -> None:
    await db.executemany(
        "insert into races (server_id, war_id, race, upload_id, restarted, track) values ($1, $2, $3, $4, $5, $6)",
        [(server_id, war_id, race.race, race.upload_id, race.restarted, race.track) for race in races],
    )
    await insert_results(db, server_id=server_id, war_id=war_id, results=results)


async def insert_results(db: Executor, *, server_id: ServerId, war_id: WarId, results: Sequence[ResultRow]) -> None:
    await db.executemany(
        """
        insert into race_results (server_id, war_id, race, side, position, place, points)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
            (server_id, war_id, result.race, result.side, result.position, result.place, result.points)
            for result in results
        ],
    )


async def set_tracks(db: Executor, *, server_id: ServerId, war_id: WarId, tracks: Mapping[int, TrackId]) -> None:
    """By the number of the race; of every other race of the war nobody has said it."""
    await db.execute(
        """
        update races r set track = (
            select t.track from unnest($3::int[], $4::text[]) as t (race, track) where t.race = r.race)
        where r.server_id = $1 and r.war_id = $2
        """,
        server_id,
        war_id,
        list(tracks),
        list(tracks.values()),
    )


async def of_war(db: Executor, *, server_id: ServerId, war_id: WarId) -> tuple[RaceRow, ...]:
    rows = await db.fetch(
        "select race, upload_id, restarted, track from races where server_id = $1 and war_id = $2 order by race",
        server_id,
        war_id,
    )
    return tuple(RaceRow(**dict(row)) for row in rows)


async def results(db: Executor, *, server_id: ServerId, war_id: WarId) -> tuple[ResultRow, ...]:
    """By race, then in the order of the race; who has no known place comes last."""
    rows = await db.fetch(
        """
        select race, side, position, place, points from race_results
        where server_id = $1 and war_id = $2 order by race, place nulls last, side, position
        """,
        server_id,
        war_id,
    )
    return tuple(ResultRow(**dict(row)) for row in rows)
