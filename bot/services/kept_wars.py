"""A kept war as one value: what is edited, what the log holds of it, and how it is written back. Everything a war can
be changed in is here, so that putting an old value back leaves nothing behind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from db import races, wars
from db.races import ResultRow
from db.wars import LineRow, SideRow
from mkw.ids import PlayerId, ServerId, TrackId, WarId

if TYPE_CHECKING:
    from db.executor import Json
    from db.pool import Connection

Result = tuple[int, int | None, int | None]  # race, place, points


@dataclass(frozen=True, slots=True)
class KeptLine:
    drawn_name: str
    score: int
    races: int
    penalty: int = 0
    player_id: PlayerId | None = None
    results: tuple[Result, ...] = ()  # race by race, where that is known


@dataclass(frozen=True, slots=True)
class KeptSide:
    lines: tuple[KeptLine, ...]
    tag: str | None = None
    penalty: int = 0
    stated: int | None = None  # the total where the lines are not known
    results: tuple[Result, ...] = ()  # places it took in races, by whom nobody knows

    @property
    def total(self) -> int:
        """The one rule: a side's total is the sum of its lines; only a side without lines has a total of its own."""
        return sum(line.score for line in self.lines) if self.lines else self.stated or 0


@dataclass(frozen=True, slots=True)
class KeptWar:
    played_at: datetime
    races: int
    our_side: int  # index into sides
    sides: tuple[KeptSide, ...]
    title: str | None = None
    note: str | None = None
    removed: bool = False
    tracks: tuple[tuple[int, TrackId], ...] = ()  # (race, track) where it is known, by race
    raced: tuple[int, ...] = field(default=(), compare=False)  # the races that are kept: no edit changes which
    players: dict[PlayerId, str] = field(default_factory=dict, compare=False)  # names of today

    def rows(self) -> tuple[tuple[int, int, KeptLine], ...]:
        """(row number from 1, side index, line) through all sides."""
        lines = [(index, line) for index, side in enumerate(self.sides) for line in side.lines]
        return tuple((row, index, line) for row, (index, line) in enumerate(lines, 1))

    def name_of(self, line: KeptLine) -> str:
        return (self.players.get(line.player_id) if line.player_id is not None else None) or line.drawn_name

    def to_json(self) -> Json:
        return {
            "removed": self.removed,
            "played_at": self.played_at.isoformat(),
            "races": self.races,
            "our_side": self.our_side,
            "title": self.title,
            "note": self.note,
            "sides": [
                {
                    "tag": side.tag,
                    "penalty": side.penalty,
                    "stated": side.stated,
                    "lines": [_line(one) for one in side.lines],
                    **_results(side.results),
                }
                for side in self.sides
            ],
            "tracks": [list(one) for one in self.tracks],
        }

    @classmethod
    def from_json(cls, data: Json) -> KeptWar:
        """The inverse of `to_json`."""
        sides = tuple(
            KeptSide(
                lines=tuple(
                    KeptLine(**{**line, "results": tuple(_result(one) for one in line.get("results", ()))})
                    for line in side["lines"]
                ),
                tag=side["tag"],
                penalty=side["penalty"],
                stated=side["stated"],
                results=tuple(_result(one) for one in side.get("results", ())),
            )
            for side in data["sides"]
        )
        tracks = tuple((race, TrackId(track)) for race, track in data.get("tracks", ()))
        at = datetime.fromisoformat(data["played_at"])
        return cls(**{**data, "played_at": at, "sides": sides, "tracks": tracks})


def _line(line: KeptLine) -> Json:
    data: Json = {
        "drawn_name": line.drawn_name,
        "score": line.score,
        "races": line.races,
        "penalty": line.penalty,
        "player_id": line.player_id,
    }
    return data | _results(line.results)


def _results(results: tuple[Result, ...]) -> Json:
    return {"results": [list(one) for one in results]} if results else {}


def _result(data: list[int | None]) -> Result:
    race, place, points = data
    return race or 0, place, points


async def load(db: Connection, server_id: ServerId, war_id: WarId) -> KeptWar | None:
    """Removed wars too."""
    war = await wars.get(db, server_id=server_id, war_id=war_id)
    if war is None:
        return None
    results: defaultdict[tuple[int, int | None], list[Result]] = defaultdict(list)
    for one in await races.results(db, server_id=server_id, war_id=war_id):
        results[one.side, one.position].append((one.race, one.place, one.points))
    lines: defaultdict[int, list[KeptLine]] = defaultdict(list)
    players: dict[PlayerId, str] = {}
    for line in await wars.lines(db, server_id=server_id, war_ids=[war_id]):
        if line.player_id is not None and line.player_name is not None:
            players[line.player_id] = line.player_name
        lines[line.side].append(
            KeptLine(
                drawn_name=line.drawn_name,
                score=line.score,
                races=line.races,
                penalty=line.penalty,
                player_id=line.player_id,
                results=tuple(results[line.side, line.position]),
            )
        )
    sides = await wars.sides(db, server_id=server_id, war_ids=[war_id])
    raced = await races.of_war(db, server_id=server_id, war_id=war_id)
    return KeptWar(
        played_at=war.played_at,
        races=war.races,
        our_side=[side.side for side in sides].index(war.our_side),
        sides=tuple(
            KeptSide(
                tuple(lines[side.side]),
                side.tag,
                side.penalty,
                None if lines[side.side] else side.total,
                tuple(results[side.side, None]),
            )
            for side in sides
        ),
        title=war.title,
        note=war.note,
        removed=war.removed_at is not None,
        tracks=tuple((race.race, race.track) for race in raced if race.track is not None),
        raced=tuple(race.race for race in raced),
        players=players,
    )


async def put(db: Connection, server_id: ServerId, war_id: WarId, war: KeptWar, at: datetime) -> None:
    """Make the kept war this one. Raises asyncpg's constraint errors for what no war can be."""
    sides, lines, results = [], [], []
    for number, side in enumerate(war.sides, 1):
        sides.append(SideRow(war_id, number, side.tag, side.total, side.penalty))
        results += [ResultRow(race, number, None, place, points) for race, place, points in side.results]
        for position, line in enumerate(side.lines, 1):
            lines.append(
                LineRow(
                    war_id,
                    number,
                    position,
                    line.player_id,
                    None,
                    line.drawn_name,
                    line.score,
                    line.races,
                    line.penalty,
                )
            )
            results += [ResultRow(race, number, position, place, points) for race, place, points in line.results]
    before = await wars.get(db, server_id=server_id, war_id=war_id)
    removed_at = (before.removed_at if before is not None else None) or at
    await wars.put(
        db,
        server_id=server_id,
        war_id=war_id,
        played_at=war.played_at,
        races=war.races,
        our_side=war.our_side + 1,
        title=war.title,
        note=war.note,
        removed_at=removed_at if war.removed else None,
        sides=sides,
        lines=lines,
    )
    await races.insert_results(db, server_id=server_id, war_id=war_id, results=results)
    await races.set_tracks(db, server_id=server_id, war_id=war_id, tracks=dict(war.tracks))
