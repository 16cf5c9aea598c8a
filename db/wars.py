"""Kept wars with their sides and lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mkw.ids import ChangeId, PlayerId, ServerId, UploadId, WarId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class WarRow:
    server_id: ServerId
    war_id: WarId
    played_at: datetime
    layout: str
    races: int
    our_side: int
    title: str | None
    source: str
    removed_at: datetime | None
    upload_id: UploadId | None
    note: str | None
    revision: ChangeId  # the change that touched it last; 0: none since it is kept


@dataclass(frozen=True, slots=True)
class SideRow:
    war_id: WarId
    side: int
    tag: str | None
    total: int
    penalty: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """`player_name` is the player's name of today."""

    war_id: WarId
    side: int
    position: int
    player_id: PlayerId | None
    player_name: str | None
    drawn_name: str
    score: int
    races: int
    penalty: int


_WAR = """
    select w.server_id, w.war_id, w.played_at, w.layout, w.races, w.our_side, w.title, w.source, w.removed_at,
           (select u.upload_id from uploads u where u.server_id = w.server_id and u.war_id = w.war_id) as upload_id,
           w.note, w.revision
    from wars w
"""
NEWEST = (
    _WAR + "where w.server_id = $1 and w.removed_at is null order by w.played_at desc, w.war_id desc limit $2 offset $3"
)


async def get(db: Executor, *, server_id: ServerId, war_id: WarId) -> WarRow | None:
    """Removed wars too."""
    row = await db.fetchrow(_WAR + "where w.server_id = $1 and w.war_id = $2", server_id, war_id)
    return None if row is None else WarRow(**dict(row))


async def count(db: Executor, *, server_id: ServerId) -> int:
    number: int = await db.fetchval("select count(*) from wars where server_id = $1 and removed_at is null", server_id)
    return number


async def newest(db: Executor, *, server_id: ServerId, limit: int, offset: int = 0) -> tuple[WarRow, ...]:
    rows = await db.fetch(NEWEST, server_id, limit, offset)
    return tuple(WarRow(**dict(row)) for row in rows)


async def sides(db: Executor, *, server_id: ServerId, war_ids: Sequence[WarId]) -> tuple[SideRow, ...]:
    rows = await db.fetch(
        """
        select war_id, side, tag, total, penalty from war_sides
        where server_id = $1 and war_id = any($2::int[]) order by war_id, side
        """,
        server_id,
        list(war_ids),
    )
    return tuple(SideRow(**dict(row)) for row in rows)


async def lines(db: Executor, *, server_id: ServerId, war_ids: Sequence[WarId]) -> tuple[LineRow, ...]:
    rows = await db.fetch(
        """
        select l.war_id, l.side, l.position, l.player_id, p.name as player_name, l.drawn_name,
               l.score, l.races, l.penalty
        from war_lines l left join players p on p.server_id = l.server_id and p.player_id = l.player_id
        where l.server_id = $1 and l.war_id = any($2::int[]) order by l.war_id, l.side, l.position
        """,
        server_id,
        list(war_ids),
    )
    return tuple(LineRow(**dict(row)) for row in rows)


async def insert(
    db: Executor,
    *,
    server_id: ServerId,
    war_id: WarId,
    played_at: datetime,
    layout: str,
    races: int,
    our_side: int,
    title: str | None,
    source: str,
    sides: Sequence[SideRow],
    lines: Sequence[LineRow],
    note: str | None = None,
) -> None:
    await db.execute(
        """
        insert into wars (server_id, war_id, played_at, layout, races, our_side, title, source, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        server_id,
        war_id,
        played_at,
        layout,
        races,
        our_side,
        title,
        source,
        note,
    )
    await _insert_sides(db, server_id=server_id, sides=sides, lines=lines)


async def put(
    db: Executor,
    *,
    server_id: ServerId,
    war_id: WarId,
    played_at: datetime,
    races: int,
    our_side: int,
    title: str | None,
    note: str | None,
    removed_at: datetime | None,
    sides: Sequence[SideRow],
    lines: Sequence[LineRow],
) -> None:
    """Make a kept war these sides and lines. What lines did race by race goes with the old ones: put it back after."""
    await db.execute(
        """
        update wars set played_at = $3, races = $4, our_side = $5, title = $6, note = $7, removed_at = $8
        where server_id = $1 and war_id = $2
        """,
        server_id,
        war_id,
        played_at,
        races,
        our_side,
        title,
        note,
        removed_at,
    )
    await db.execute("delete from war_sides where server_id = $1 and war_id = $2", server_id, war_id)
    await _insert_sides(db, server_id=server_id, sides=sides, lines=lines)


async def _insert_sides(
    db: Executor, *, server_id: ServerId, sides: Sequence[SideRow], lines: Sequence[LineRow]
) -> None:
    await db.executemany(
        "insert into war_sides (server_id, war_id, side, tag, total, penalty) values ($1, $2, $3, $4, $5, $6)",
        [(server_id, side.war_id, side.side, side.tag, side.total, side.penalty) for side in sides],
    )
    await db.executemany(
        """
        insert into war_lines (server_id, war_id, side, position, player_id, drawn_name, score, races, penalty)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        [
            (
                server_id,
                line.war_id,
                line.side,
                line.position,
                line.player_id,
                line.drawn_name,
                line.score,
                line.races,
                line.penalty,
            )
            for line in lines
        ],
    )


async def set_revision(db: Executor, *, server_id: ServerId, war_ids: Sequence[WarId], revision: ChangeId) -> None:
    await db.execute(
        "update wars set revision = $3 where server_id = $1 and war_id = any($2::int[])",
        server_id,
        list(war_ids),
        revision,
    )


Place = tuple[WarId, int, int]  # war, side, position


async def places_of_player(db: Executor, *, server_id: ServerId, player_id: PlayerId) -> tuple[Place, ...]:
    """Every line of a player, of removed wars too, by war."""
    rows = await db.fetch(
        """
        select war_id, side, position from war_lines where server_id = $1 and player_id = $2 order by war_id
        """,
        server_id,
        player_id,
    )
    return tuple((WarId(row["war_id"]), row["side"], row["position"]) for row in rows)


async def in_both(db: Executor, *, server_id: ServerId, one: PlayerId, other: PlayerId) -> tuple[WarRow, ...]:
    """The wars in which both stand, removed ones too, newest first."""
    rows = await db.fetch(
        f"""
        {_WAR}
        where w.server_id = $1
          and exists (select from war_lines l where l.server_id = $1 and l.war_id = w.war_id and l.player_id = $2)
          and exists (select from war_lines l where l.server_id = $1 and l.war_id = w.war_id and l.player_id = $3)
        order by w.played_at desc, w.war_id desc
        """,  # noqa: S608
        server_id,
        one,
        other,
    )
    return tuple(WarRow(**dict(row)) for row in rows)


async def hand_over(
    db: Executor, *, server_id: ServerId, places: Sequence[Place], giver: PlayerId, taker: PlayerId
) -> int:
    """Make lines of one player those of another; how many of the places were the giver's."""
    done = await db.fetch(
        """
        update war_lines l set player_id = $3
        from unnest($4::int[], $5::int[], $6::int[]) as p (war_id, side, position)
        where l.server_id = $1 and l.player_id = $2
          and l.war_id = p.war_id and l.side = p.side and l.position = p.position
        returning l.war_id
        """,
        server_id,
        giver,
        taker,
        [war_id for war_id, _, _ in places],
        [side for _, side, _ in places],
        [position for _, _, position in places],
    )
    return len(done)


async def set_removed(db: Executor, *, server_id: ServerId, war_id: WarId, removed_at: datetime | None) -> None:
    await db.execute(
        "update wars set removed_at = $3 where server_id = $1 and war_id = $2", server_id, war_id, removed_at
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """What tells that an upload is a war that is kept already."""

    upload_id: UploadId
    scores: tuple[int, ...]  # of our side
    total: int
    since: datetime
    until: datetime
    sha256: str | None


async def like(db: Executor, *, server_id: ServerId, uploads: Sequence[Likeness]) -> dict[UploadId, WarId]:
    """For each upload that has one, the newest kept war from the same picture, or played between `since` and `until`
    with the same scores on our side (in any order). The one an upload itself became meanwhile is no other war."""
    rows = await db.fetch(
        """
        select x.upload_id, same.war_id
        from unnest($2::bigint[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::text[])
            as x (upload_id, scores, total, since, until, sha256)
        cross join lateral (
            select w.war_id
            from wars w
            join war_sides s on s.server_id = w.server_id and s.war_id = w.war_id and s.side = w.our_side
            where w.server_id = $1 and w.removed_at is null
              and not exists (select from uploads u
                              where u.server_id = $1 and u.upload_id = x.upload_id and u.war_id = w.war_id)
              and ((w.played_at between x.since and x.until and s.total = x.total
                    and array(select l.score from war_lines l
                              where l.server_id = w.server_id and l.war_id = w.war_id and l.side = w.our_side
                              order by l.score) = x.scores::int[])
                   or w.war_id in (
                       with recursive carriers as (
                           select u.server_id, u.war_id, u.joined_into from uploads u
                           where u.server_id = $1 and u.sha256 = x.sha256 and u.state in ('saved', 'joined')
                           union
                           select u.server_id, u.war_id, u.joined_into from uploads u
                           join carriers c on c.server_id = u.server_id and c.joined_into = u.upload_id
                       )
                       select war_id from carriers where war_id is not null)
                   or w.war_id in (
                       select k.war_id from war_pictures k where k.server_id = $1 and k.sha256 = x.sha256))
            order by w.war_id desc limit 1
        ) as same
        """,
        server_id,
        [one.upload_id for one in uploads],
        [f"{{{','.join(map(str, sorted(one.scores)))}}}" for one in uploads],  # as arrays of one dimension
        [one.total for one in uploads],
        [one.since for one in uploads],
        [one.until for one in uploads],
        [one.sha256 for one in uploads],
    )
    return {UploadId(row["upload_id"]): WarId(row["war_id"]) for row in rows}


async def gone(db: Executor, *, server_id: ServerId, war_ids: Sequence[WarId]) -> frozenset[WarId]:
    """Which of them are removed, or never were."""
    rows = await db.fetch(
        """
        select x.war_id from unnest($2::int[]) as x (war_id)
        where not exists (select from wars w
                          where w.server_id = $1 and w.war_id = x.war_id and w.removed_at is null)
        """,
        server_id,
        list(war_ids),
    )
    return frozenset(WarId(row["war_id"]) for row in rows)
