"""The rows statistics are made of: only wars that are kept, our side's lines and everybody's totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from db.columns import fetch_columns
from mkw.race_record import UNKNOWN, Columns
from mkw.record import Ints, Record
from mkw.record_rows import build_record
from mkw.tracks import TRACKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from db.executor import Executor
    from db.pool import Connection
    from mkw.ids import PlayerId, ServerId, WarId

# Every column that is sent costs as much as the rows, so several small numbers travel as one: the war's in the upper
# half, and in the lower one what the constraints of the schema keep within these bits. Times are whole seconds: a war
# is played on a day, and equal moments are parted by the war's number.
WARS = """
    select extract(epoch from played_at)::int8 as at, (war_id::int8 << 32) | (races << 8) | our_side as war
    from wars where server_id = $1 and removed_at is null order by played_at desc, war_id desc
"""
# A tag's key is its hash: text has no fixed length, and 64 bits part the few hundred tags a server meets.
SIDES = """
    select (war_id::int8 << 32) | (side::int8 << 26) | (total::int8 << 11) | (penalty + 1000) as side,
           coalesce(hashtextextended(tag, 0), 0) as tag
    from war_sides where server_id = $1 order by war_id, war_sides.side
"""
LINES = """
    select player_id,
           (war_id::int8 << 32) | (side::int8 << 24) | (races::int8 << 18) | (position::int8 << 12) | score as line
    from war_lines where server_id = $1 and player_id is not null
"""
TAGS = """
    select hashtextextended(tag, 0) as key, tag from war_sides where server_id = $1 and tag is not null
    group by tag order by max(war_id), tag collate "C"
"""
TOTALS = """
    select l.player_id, sum(l.score)::int8 as points, sum(l.races)::int8 as races,
           coalesce(sum(l.score) filter (where l.war_id <> $3), 0)::int8 as points_before,
           coalesce(sum(l.races) filter (where l.war_id <> $3), 0)::int8 as races_before
    from war_lines l
    join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side and w.removed_at is null
    where l.server_id = $1 and l.player_id = any($2::bigint[])
    group by l.player_id
"""


WAR_TYPES = {"at": "int8", "war": "int8"}
SIDE_TYPES = {"side": "int8", "tag": "int8"}
LINE_TYPES = {"player_id": "int8", "line": "int8"}

# Races are most of what is kept of a war, so only those of blocks of wars that were touched since are read again. Every
# change of a war gives it a higher revision; `recorded_at` tells the wars of two imports apart.
BLOCK = 256  # wars
BLOCKS = """
    select war_id / 256 as block, sum(revision)::int8 as revisions, count(*) as wars, max(recorded_at) as recorded_at
    from wars where server_id = $1 group by 1
"""
RACES = """
    select (r.war_id::int8 << 32) | (r.race::int8 << 8) | coalesce(array_position($3::text[], r.track), 0) as race
    from unnest($2::int[]) as b (block) join races r
      on r.server_id = $1 and r.war_id between b.block * 256 and b.block * 256 + 255
"""
# Everybody's, because a race is judged by both sides' points; a place or points that nobody knows are all ones.
RESULTS = """
    select (r.war_id::int8 << 32) | (r.race::int8 << 22) | (r.side::int8 << 17) | (coalesce(r.position, 0)::int8 << 10)
           | (coalesce(r.place, 31)::int8 << 5) | coalesce(r.points, 31) as result
    from unnest($2::int[]) as b (block) join race_results r
      on r.server_id = $1 and r.war_id between b.block * 256 and b.block * 256 + 255
"""
RACE_TYPES = {"race": "int8"}
RESULT_TYPES = {"result": "int8"}
_NOT_KNOWN = 31
_TRACKS = [track.track_id for track in TRACKS]


async def load_record(db: Connection, *, server_id: ServerId) -> Record:
    """Everything statistics need of a server, as of one moment."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        wars = await fetch_columns(db, WARS, server_id, types=WAR_TYPES)
        sides = await fetch_columns(db, SIDES, server_id, types=SIDE_TYPES)
        lines = await fetch_columns(db, LINES, server_id, types=LINE_TYPES)
        tags = await db.fetch(TAGS, server_id)
    return build_record(_wars(wars), _sides(sides), _lines(lines), {row["key"]: row["tag"] for row in tags})


@dataclass(frozen=True, slots=True, eq=False)
class RacesSent:
    """A server's races and results as they travel, and the state of each block of wars they are of."""

    blocks: dict[int, tuple[int, int, datetime]]
    races: Ints
    results: Ints

    def columns(self) -> tuple[Columns, Columns]:
        """(races, results) as `build_races` takes them."""
        return _races(self.races), _results(self.results)


async def load_races(db: Connection, *, server_id: ServerId, before: RacesSent | None = None) -> RacesSent:
    """As of one moment; of blocks that stand as they stood `before` nothing is read again."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        rows = await db.fetch(BLOCKS, server_id)
        blocks = {row["block"]: (row["revisions"], row["wars"], row["recorded_at"]) for row in rows}
        old = {} if before is None else before.blocks
        stale = [block for block, state in blocks.items() if old.get(block) != state]
        races = (await fetch_columns(db, RACES, server_id, stale, _TRACKS, types=RACE_TYPES))["race"]
        results: Ints = np.zeros(0, np.int64)
        if len(races):
            results = (await fetch_columns(db, RESULTS, server_id, stale, types=RESULT_TYPES))["result"]
    if before is None:
        return RacesSent(blocks, races, results)
    kept = [block for block in blocks if block not in set(stale)]
    return RacesSent(blocks, _with(before.races, kept, races), _with(before.results, kept, results))


def _with(before: Ints, blocks: Sequence[int], read: Ints) -> Ints:
    """What was there of these blocks, and what was read anew."""
    war_id = before >> 32
    return np.concatenate((before[np.isin(war_id // BLOCK, blocks)], read))


def _races(race: Ints) -> Columns:
    return {"war_id": _bits(race, 32), "race": _bits(race, 8, 8), "track": _bits(race, 0, 8) - 1}


def _results(result: Ints) -> Columns:
    place, points = _bits(result, 5, 5), _bits(result, 0, 5)
    return {
        "war_id": _bits(result, 32),
        "race": _bits(result, 22, 6),
        "side": _bits(result, 17, 5),
        "position": _bits(result, 10, 6),
        "place": np.where(place == _NOT_KNOWN, UNKNOWN, place),
        "points": np.where(points == _NOT_KNOWN, UNKNOWN, points),
    }


def _wars(sent: dict[str, Ints]) -> dict[str, Ints]:
    war = sent["war"]
    return {"at": sent["at"], "war_id": _bits(war, 32), "races": _bits(war, 8, 24), "our_side": _bits(war, 0, 8)}


def _sides(sent: dict[str, Ints]) -> dict[str, Ints]:
    side = sent["side"]
    return {
        "tag": sent["tag"],
        "war_id": _bits(side, 32),
        "side": _bits(side, 26, 6),
        "total": _bits(side, 11, 15),
        "penalty": _bits(side, 0, 11) - 1000,
    }


def _lines(sent: dict[str, Ints]) -> dict[str, Ints]:
    line = sent["line"]
    return {
        "player_id": sent["player_id"],
        "war_id": _bits(line, 32),
        "side": _bits(line, 24, 8),
        "races": _bits(line, 18, 6),
        "position": _bits(line, 12, 6),
        "score": _bits(line, 0, 12),
    }


def _bits(numbers: Ints, start: int, count: int = 31) -> Ints:
    """So many bits of each number, from that one up."""
    return (numbers >> start & ((1 << count) - 1)).astype(np.int32)


async def totals(
    db: Executor, *, server_id: ServerId, player_ids: Sequence[PlayerId], without: WarId
) -> dict[PlayerId, tuple[int, int, int, int]]:
    """(points, races, the same two without one war) of each player who has a line."""
    rows = await db.fetch(TOTALS, server_id, list(player_ids), without)
    return {row["player_id"]: (row["points"], row["races"], row["points_before"], row["races_before"]) for row in rows}
