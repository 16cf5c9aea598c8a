"""An export's things written into a server that has none, and taken out again: whole tables at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db import export
from db.executor import Json, to_jsonb
from db.races import RaceRow, ResultRow
from db.seasons import SeasonRow
from db.wars import LineRow, SideRow
from mkw.ids import PlayerId, ServerId, TeamId, UserId, WarId

if TYPE_CHECKING:
    from db.pool import Connection


@dataclass(frozen=True, slots=True)
class TeamIn:
    team_id: TeamId
    name: str
    folded: str
    tag: str | None
    colour: str | None
    added_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlayerIn:
    player_id: PlayerId
    name: str
    status: str
    discord_user_id: UserId | None
    country: str | None
    team_id: TeamId | None
    added_at: datetime
    removed_at: datetime | None
    spellings: tuple[tuple[str, str], ...]  # (folded, spelling), the name's too


@dataclass(frozen=True, slots=True)
class SeasonIn:
    season: SeasonRow
    folded: str


@dataclass(frozen=True, slots=True)
class WarIn:
    war_id: WarId
    played_at: datetime
    layout: str
    races: int
    our_side: int  # from 1
    title: str | None
    note: str | None
    source: str
    recorded_at: datetime
    removed_at: datetime | None
    revision: int
    sides: tuple[SideRow, ...]
    lines: tuple[LineRow, ...]
    raced: tuple[RaceRow, ...]
    results: tuple[ResultRow, ...]
    pictures: tuple[str, ...] = ()  # their sha256


@dataclass(frozen=True, slots=True)
class ChangeIn:
    change_id: int
    at: datetime
    actor_id: UserId
    actor_name: str
    verb: str
    entity: str
    entity_id: int
    text: str
    before: Json
    after: Json
    undone_by: int | None
    touches: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class There:
    """What a server has already."""

    players: int
    wars: int
    teams: int
    seasons: int


async def there(db: Connection, *, server_id: ServerId) -> There:
    """Removed ones too."""
    row = await db.fetchrow(
        """
        select (select count(*) from players where server_id = $1) as players,
               (select count(*) from wars where server_id = $1) as wars,
               (select count(*) from teams where server_id = $1) as teams,
               (select count(*) from seasons where server_id = $1) as seasons
        """,
        server_id,
    )
    assert row is not None
    return There(**dict(row))


async def figures(db: Connection, *, server_id: ServerId) -> dict[PlayerId, tuple[int, int, int]]:
    """(points, wars, races) of every player who has a line on our side of a kept war."""
    rows = await db.fetch(
        """
        select l.player_id, sum(l.score)::int8 as points, count(*) as wars, sum(l.races)::int8 as races
        from war_lines l
        join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side
        where l.server_id = $1 and l.player_id is not null and w.removed_at is null
        group by l.player_id
        """,
        server_id,
    )
    return {row["player_id"]: (row["points"], row["wars"], row["races"]) for row in rows}


async def new_ids(db: Connection, table: str, column: str, count: int) -> list[int]:
    """As many ids as asked for, never given before, growing. `table` and `column` are names of ours."""
    rows = await db.fetch(
        "select nextval(pg_get_serial_sequence($1, $2)) as id from generate_series(1, $3)", table, column, count
    )
    return sorted(row["id"] for row in rows)


async def put_roster(
    db: Connection,
    *,
    server_id: ServerId,
    teams: Sequence[TeamIn],
    players: Sequence[PlayerIn],
    seasons: Sequence[SeasonIn],
) -> None:
    await _copy(
        db,
        "teams",
        "server_id, team_id, name, folded, tag, colour, added_at, removed_at",
        (
            (server_id, one.team_id, one.name, one.folded, one.tag, one.colour, one.added_at, one.removed_at)
            for one in teams
        ),
    )
    await _copy(
        db,
        "players",
        "server_id, player_id, name, status, discord_user_id, country, team_id, added_at, removed_at",
        (
            (
                server_id, one.player_id, one.name, one.status, one.discord_user_id, one.country, one.team_id,
                one.added_at, one.removed_at,
            )
            for one in players
        ),
    )  # fmt: skip
    await _copy(
        db,
        "spellings",
        "server_id, folded, player_id, spelling",
        ((server_id, folded, one.player_id, spelling) for one in players for folded, spelling in one.spellings),
    )
    await _copy(
        db,
        "seasons",
        "server_id, season_id, name, folded, first_day, last_day",
        (
            (server_id, one.season.season_id, one.season.name, one.folded, one.season.first_day, one.season.last_day)
            for one in seasons
        ),
    )


async def put_wars(db: Connection, *, server_id: ServerId, wars: Sequence[WarIn], last_war: int) -> None:
    await _copy(
        db,
        "wars",
        "server_id, war_id, played_at, layout, races, our_side, title, note, source, recorded_at, removed_at, revision",
        (
            (
                server_id, one.war_id, one.played_at, one.layout, one.races, one.our_side, one.title, one.note,
                one.source, one.recorded_at, one.removed_at, one.revision,
            )
            for one in wars
        ),
    )  # fmt: skip
    await _copy(
        db,
        "war_sides",
        "server_id, war_id, side, tag, total, penalty",
        ((server_id, one.war_id, one.side, one.tag, one.total, one.penalty) for war in wars for one in war.sides),
    )
    await _copy(
        db,
        "war_lines",
        "server_id, war_id, side, position, player_id, drawn_name, score, races, penalty",
        (
            (
                server_id, one.war_id, one.side, one.position, one.player_id, one.drawn_name, one.score, one.races,
                one.penalty,
            )
            for war in wars
            for one in war.lines
        ),
    )  # fmt: skip
    await _copy(
        db,
        "races",
        "server_id, war_id, race, restarted, track",
        ((server_id, war.war_id, one.race, one.restarted, one.track) for war in wars for one in war.raced),
    )
    await _copy(
        db,
        "race_results",
        "server_id, war_id, race, side, position, place, points",
        (
            (server_id, war.war_id, one.race, one.side, one.position, one.place, one.points)
            for war in wars
            for one in war.results
        ),
    )
    await _copy(
        db,
        "war_pictures",
        "server_id, war_id, sha256",
        ((server_id, war.war_id, sha256) for war in wars for sha256 in war.pictures),
    )
    await db.execute("update servers set last_war_id = $2 where server_id = $1", server_id, last_war)


async def put_log(db: Connection, *, server_id: ServerId, changes: Sequence[ChangeIn]) -> None:
    """As a log to be read: none of it is ever taken back."""
    await _copy(
        db,
        "changes",
        "server_id, change_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after, undone_by, "
        "final, brought_in",
        (
            (
                server_id, one.change_id, one.at, one.actor_id, one.actor_name, one.verb, one.entity, one.entity_id,
                one.text, to_jsonb(one.before), to_jsonb(one.after), one.undone_by, True, True,
            )
            for one in changes
        ),
    )  # fmt: skip
    await _copy(
        db,
        "change_touches",
        "server_id, kind, number, change_id",
        ((server_id, kind, number, one.change_id) for one in changes for kind, number in one.touches),
    )


async def _copy(db: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    await db.copy_records_to_table(table, columns=columns.split(", "), records=list(rows))


# What an import brings, without what only counts its changes.
_DIGESTED = ("teams", "players", "seasons", "wars")


async def digest(db: Connection, *, server_id: ServerId) -> str:
    """Tells whether anything of the roster or the wars has changed."""
    summed = hashlib.sha256()
    for section in _DIGESTED:
        async for texts in export.texts(db, server_id=server_id, section=section):
            for text in texts:
                one = json.loads(text)
                one.pop("revision", None)
                summed.update(json.dumps(one, sort_keys=True).encode())
    return summed.hexdigest()


async def take_out(db: Connection, *, server_id: ServerId) -> None:
    """The server has no roster, no wars and no seasons again, and nothing of the log that was brought in."""
    for statement in (
        "delete from wars where server_id = $1",
        "delete from players where server_id = $1",
        "delete from teams where server_id = $1",
        "delete from seasons where server_id = $1",
        "delete from changes where server_id = $1 and brought_in",
        "update servers set last_war_id = 0 where server_id = $1",
    ):
        await db.execute(statement, server_id)
