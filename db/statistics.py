"""The rows statistics are made of: only wars that are kept, our side's lines and everybody's totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from db import blocks
from db.blocks import FIRST, LAST, States
from db.columns import fetch_columns
from mkw.race_record import TRACK_INDEX, UNKNOWN, Columns
from mkw.record import Ints, Record, values_of
from mkw.record_rows import UNTAGGED, build_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor
    from db.pool import Connection
    from mkw.ids import PlayerId, ServerId, WarId

# Every column that is sent costs as much as the rows, so several small numbers travel as one: the war's in the upper
# half, and in the lower one what the constraints of the schema keep within these bits. Times are whole seconds: a war
# is played on a day, and equal moments are parted by the war's number.
_WAR = "extract(epoch from r.played_at)::int8 as at, (r.war_id::int8 << 32) | (r.races << 8) | r.our_side as war"
# A tag's key is its hash: text has no fixed length, and 64 bits part the few hundred tags a server meets.
_SIDE = """(r.war_id::int8 << 32) | (r.side::int8 << 26) | (r.total::int8 << 11) | (r.penalty + 1000) as side,
           coalesce(hashtextextended(r.tag, 0), 0) as tag"""
_LINE = """r.player_id, (r.war_id::int8 << 32) | (r.side::int8 << 24) | (r.races::int8 << 18)
           | (r.position::int8 << 12) | r.score as line"""
_TAG = "hashtextextended(r.tag, 0) as key, r.tag"
# ruff: noqa: S608 - made of the texts above


def _of_blocks(columns: str, table: str, where: str = "true") -> str:
    """Block by block, whatever the planner thinks of how many there are: `offset 0` keeps it from joining otherwise."""
    return f"""
        select found.* from unnest($2::int[]) as b (block) cross join lateral (
            select {columns} from {table} r
            where r.server_id = $1 and r.war_id between {FIRST} and {LAST} and {where} offset 0
        ) found
    """


WARS = f"select {_WAR} from wars r where r.server_id = $1 and r.removed_at is null"
SIDES = f"select {_SIDE} from war_sides r where r.server_id = $1"
LINES = f"select {_LINE} from war_lines r where r.server_id = $1 and r.player_id is not null"
TAGS = f"select {_TAG} from war_sides r where r.server_id = $1 and r.tag is not null group by r.tag"
SOME_WARS = _of_blocks(_WAR, "wars", "r.removed_at is null")
SOME_SIDES = _of_blocks(_SIDE, "war_sides")
SOME_LINES = _of_blocks(_LINE, "war_lines", "r.player_id is not null")
SOME_TAGS = _of_blocks(f"distinct {_TAG}", "war_sides", "r.tag is not null")
WAR_NAMES, SIDE_NAMES, LINE_NAMES = ("at", "war"), ("side", "tag"), ("player_id", "line")
# So much of the blocks at most is read by block; of more, all: lines of our players are found fast by player alone.
_FEW = 0.25

_RACE = "(r.war_id::int8 << 32) | (r.race::int8 << 8) as race, coalesce(hashtextextended(r.track, 0), 0) as track"
RACES = f"select {_RACE} from races r where r.server_id = $1"
SOME_RACES = _of_blocks(_RACE, "races")
# Everybody's, because a race is judged by both sides' points; a place or points that nobody knows are all ones. The
# row holds its numbers as they travel (migration 0012).
RESULTS = "select r.sent as result from race_results r where r.server_id = $1"
SOME_RESULTS = _of_blocks("r.sent as result", "race_results")
TRACKS = "select track, hashtextextended(track, 0) as key from unnest($1::text[]) as t (track)"
RACE_NAMES, RESULT_NAMES = ("race", "track"), ("result",)
_NOT_KNOWN = 31

TOTALS = """
    select l.player_id, sum(l.score)::int8 as points, sum(l.races)::int8 as races,
           coalesce(sum(l.score) filter (where l.war_id <> $3), 0)::int8 as points_before,
           coalesce(sum(l.races) filter (where l.war_id <> $3), 0)::int8 as races_before
    from war_lines l
    join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side and w.removed_at is null
    where l.server_id = $1 and l.player_id = any($2::bigint[])
    group by l.player_id
"""


@dataclass(frozen=True, slots=True, eq=False)
class WarsSent:
    """A server's wars, sides and players' lines as they travel, and the states of the blocks they are of."""

    states: States
    at: Ints
    war: Ints
    side: Ints
    tag: Ints
    player: Ints  # of each line; within a war they rise
    line: Ints
    tags: dict[int, str]

    @property
    def bytes(self) -> int:
        return sum(one.nbytes for one in (self.at, self.war, self.side, self.tag, self.player, self.line))

    def build(self) -> Record:
        newest = np.lexsort((-self.war, -self.at))
        drawn = np.argsort(self.side, kind="stable")
        side, tag = self.side[drawn], self.tag[drawn]
        return build_record(
            _wars(self.at[newest], self.war[newest]), _sides(side, tag), _lines(self.player, self.line),
            _by_last_drawn(side, tag, self.tags),
        )  # fmt: skip


async def load_wars(db: Connection, *, server_id: ServerId, before: WarsSent | None = None) -> WarsSent:
    """As of one moment; of blocks that stand as they stood `before` nothing is read again. `before` itself where all
    of them do."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        states = await blocks.look(db, server_id=server_id)
        if before is not None and states == before.states:
            return before
        stale = states.stale(None if before is None else before.states)
        if before is None or _many(stale, states):
            at, war = await fetch_columns(db, WARS, server_id, names=WAR_NAMES)
            side, tag = await fetch_columns(db, SIDES, server_id, names=SIDE_NAMES)
            player, line = await fetch_columns(db, LINES, server_id, names=LINE_NAMES)
            tags = await db.fetch(TAGS, server_id)
            before = None
        else:
            at, war = await fetch_columns(db, SOME_WARS, server_id, stale, names=WAR_NAMES)
            side, tag = await fetch_columns(db, SOME_SIDES, server_id, stale, names=SIDE_NAMES)
            player, line = await fetch_columns(db, SOME_LINES, server_id, stale, names=LINE_NAMES)
            tags = await db.fetch(SOME_TAGS, server_id, stale)
    rising = np.argsort(player, kind="stable")
    read = WarsSent(states, at, war, side, tag, player[rising], line[rising], {row["key"]: row["tag"] for row in tags})
    return read if before is None else _with(before, read)


async def load_record(db: Connection, *, server_id: ServerId) -> Record:
    """Everything statistics need of a server, as of one moment."""
    return (await load_wars(db, server_id=server_id)).build()


def _with(before: WarsSent, read: WarsSent) -> WarsSent:
    """What was there of the blocks that stand, and what was read anew."""

    def both(old: Sequence[Ints], key: int, new: Sequence[Ints]) -> list[Ints]:
        kept = read.states.kept(before.states, old[key] >> 32)
        return [np.concatenate((one[kept], more)) for one, more in zip(old, new, strict=True)]

    at, war = both((before.at, before.war), 1, (read.at, read.war))
    side, tag = both((before.side, before.tag), 0, (read.side, read.tag))
    player, line = both((before.player, before.line), 1, (read.player, read.line))
    return WarsSent(read.states, at, war, side, tag, player, line, before.tags | read.tags)


def _by_last_drawn(side: Ints, tag: Ints, tags: dict[int, str]) -> dict[int, str]:
    """The tags that are drawn, the one that was drawn last at the end. `side` rises with the number of the war."""
    known = np.array(sorted({UNTAGGED, *tags}), np.int64)
    last = np.zeros(len(known), np.int64)
    last[np.searchsorted(known, tag)] = side >> 32  # of several the last one written stays
    drawn = [(int(war), tags[key], key) for key, war in zip(known.tolist(), last, strict=True) if war and key in tags]
    return {key: text for _, text, key in sorted(drawn)}


@dataclass(frozen=True, slots=True, eq=False)
class RacesSent:
    """The races and results of the blocks that had to be read, as they travel; the states are of all."""

    states: States
    race: Ints
    track: Ints  # of each race: an index into TRACKS, or UNKNOWN
    result: Ints
    whole: bool  # all blocks had to be

    def beside(self, before: RacesSent) -> RacesSent:
        """What was there of the blocks that stand, and these."""
        old, more = (self.states.kept(before.states, one >> 32) for one in (before.race, before.result))
        return RacesSent(
            self.states, np.concatenate((before.race[old], self.race)), np.concatenate((before.track[old], self.track)),
            np.concatenate((before.result[more], self.result)), whole=True,
        )  # fmt: skip

    @property
    def races(self) -> Columns:
        """As `build_races` takes them."""
        return {"war_id": _bits(self.race, 32), "race": _bits(self.race, 8, 8), "track": self.track.astype(np.int32)}

    @property
    def results(self) -> Columns:
        """As `build_races` takes them."""
        place, points = _bits(self.result, 5, 5), _bits(self.result, 0, 5)
        return {
            "war_id": _bits(self.result, 32),
            "race": _bits(self.result, 22, 6),
            "side": _bits(self.result, 17, 5),
            "position": _bits(self.result, 10, 6),
            "place": np.where(place == _NOT_KNOWN, UNKNOWN, place),
            "points": np.where(points == _NOT_KNOWN, UNKNOWN, points),
        }


async def load_races(db: Connection, *, server_id: ServerId, before: States | None = None) -> RacesSent:
    """As of one moment, of the blocks that do not stand as they stood `before`; of all where those are many."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        states = await blocks.look(db, server_id=server_id)
        stale = states.stale(before)
        whole = before is None or _many(stale, states)
        these = (server_id,) if whole else (server_id, stale)
        race, track = await fetch_columns(db, RACES if whole else SOME_RACES, *these, names=RACE_NAMES)
        result: Ints = np.zeros(0, np.int64)
        keys: dict[int, int] = {}
        if len(race):
            query = RESULTS if whole else SOME_RESULTS
            (result,) = await fetch_columns(db, query, *these, names=RESULT_NAMES, ready=True)
            rows = await db.fetch(TRACKS, list(TRACK_INDEX))
            keys = {row["key"]: TRACK_INDEX[row["track"]] for row in rows}
    return RacesSent(states, race, values_of(keys, track, missing=UNKNOWN), result, whole)


def _many(stale: Sequence[int], states: States) -> bool:
    return len(stale) > _FEW * len(states.blocks)


def _wars(at: Ints, war: Ints) -> Columns:
    return {"at": at, "war_id": _bits(war, 32), "races": _bits(war, 8, 24), "our_side": _bits(war, 0, 8)}


def _sides(side: Ints, tag: Ints) -> Columns:
    return {
        "tag": tag,
        "war_id": _bits(side, 32),
        "side": _bits(side, 26, 6),
        "total": _bits(side, 11, 15),
        "penalty": _bits(side, 0, 11) - 1000,
    }


def _lines(player: Ints, line: Ints) -> Columns:
    return {
        "player_id": player,
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
