"""The races of a clan's kept wars in columns, beside its record: what every statistic of races is computed from.

What is not known is UNKNOWN (-1) in whole numbers and nan in others, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mkw.ids import PlayerId, WarId
from mkw.points import points_table, race_sum
from mkw.record import NOBODY, Floats, Ints, Lines, Mask, Record, Wars, in_order, rows_of
from mkw.tracks import TRACKS, Track

UNKNOWN = -1
_MOST_POSITION = 64  # of a line on its side; the schema has 48 at most
_MOST_PLAYERS = 24
TRACK_INDEX = {track.track_id: index for index, track in enumerate(TRACKS)}
Columns = Mapping[str, Ints]


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """One row for every place or points of our side in a race, by race."""

    race: Ints  # row of the race
    player: Ints  # PlayerId, or NOBODY where it is not known who it was
    place: Ints  # 1..24, or UNKNOWN
    points: Ints  # 0..15, or UNKNOWN

    def take(self, rows: Ints | Mask, races: Ints) -> Results:
        """These rows; `races` has the new row of each race."""
        return Results(races[self.race[rows]], self.player[rows], self.place[rows], self.points[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Races:
    """One row a race, newest war first, within a war as raced. `wars` are those of a record, whose rows `war` names."""

    wars: Wars
    war: Ints  # row of the war
    number: Ints  # from 1, as raced
    track: Ints  # index into TRACKS, or UNKNOWN
    differential: Floats  # own points less the mean of the other sides; nan where that is not known
    results: Results

    def __len__(self) -> int:
        return len(self.number)

    @property
    def bytes(self) -> int:
        """Of its own arrays: `wars` are the record's."""
        results = (self.results.race, self.results.player, self.results.place, self.results.points)
        return sum(one.nbytes for one in (self.war, self.number, self.track, self.differential, *results))

    def take(self, kept: Mask) -> Races:
        row = np.cumsum(kept) - 1
        return Races(
            self.wars, self.war[kept], self.number[kept], self.track[kept], self.differential[kept],
            self.results.take(kept[self.results.race], row),
        )  # fmt: skip

    def within(self, wars: Wars) -> Races:
        """The races of these wars: some of the record's, in the record's order."""
        row = np.full(len(self.wars), NOBODY)
        _, mine, theirs = np.intersect1d(self.wars.number, wars.number, assume_unique=True, return_indices=True)
        row[mine] = theirs
        at = row[self.war]
        found = self.take(at != NOBODY)
        return Races(wars, at[at != NOBODY], found.number, found.track, found.differential, found.results)

    def of(self, player_id: PlayerId) -> Races:
        """The races one player is known to have been in, with their results alone."""
        mine = self.results.player == player_id
        there = np.zeros(len(self), np.bool_)
        there[self.results.race[mine]] = True
        row = np.cumsum(there) - 1
        found = self.take(there)
        return Races(
            self.wars, found.war, found.number, found.track, found.differential, self.results.take(mine, row)
        )  # fmt: skip

    @property
    def known(self) -> Mask:
        """The races whose differential is known."""
        known: Mask = ~np.isnan(self.differential)
        return known

    def war_id(self, row: int) -> WarId:
        return self.wars.war_id(int(self.war[row]))

    def track_of(self, row: int) -> Track | None:
        track = int(self.track[row])
        return None if track == UNKNOWN else TRACKS[track]


def build_races(record: Record, races: Columns, results: Columns) -> Races:
    """`record`: the whole one. `races`: war_id, race, track (index into TRACKS or UNKNOWN). `results`: war_id, race,
    side, position (0: nobody's), place and points (UNKNOWN where they are not known). Any order; rows of wars that are
    not in the record are left out."""
    wars = record.wars
    war = rows_of(wars.number, races["war_id"])
    order = np.lexsort((races["race"], war))
    order = order[war[order] != NOBODY]
    war, number = war[order], races["race"][order]
    race = rows_of(_race_key(races["war_id"][order], number), _race_key(results["war_id"], results["race"]))
    there = race != NOBODY
    columns = results
    if not there.all():
        race, columns = race[there], {name: column[there] for name, column in results.items()}
    result_war = war[race]
    points = _points(columns["points"], columns["place"], _players(wars)[result_war])
    ours = columns["side"] == wars.our_side[result_war]
    first = np.bincount(race[columns["place"] == 1], minlength=len(war)) > 0
    differential = _differentials(wars, war, race, points, ours, first)
    mine = np.flatnonzero(ours)
    mine = mine[in_order(race[mine])]
    player = _who(record.lines, result_war[mine], columns["position"][mine])
    return Races(
        wars, war, number, races["track"][order], differential,
        Results(race[mine], player, columns["place"][mine], points[mine]),
    )  # fmt: skip


def with_races(before: Races, kept: Mask, read: Races) -> Races:
    """The races of `read`, and those of `before` whose wars, rows of its `wars`, are among the kept ones; all of them
    are wars of `read`'s record, none is of both."""
    old = before.take(kept[before.war])
    war = np.concatenate((rows_of(read.wars.number, old.wars.number[old.war]), read.war))
    number = np.concatenate((old.number, read.number))
    order = np.argsort(_race_key(war, number), kind="stable")
    row = np.empty(len(order), np.int32)
    row[order] = np.arange(len(order))
    race = row[np.concatenate((old.results.race, read.results.race + len(old)))]
    sorted_ = in_order(race)

    def results(name: str) -> Ints:
        both: Ints = np.concatenate((getattr(old.results, name), getattr(read.results, name)))[sorted_]
        return both

    return Races(
        read.wars, war[order], number[order], np.concatenate((old.track, read.track))[order],
        np.concatenate((old.differential, read.differential))[order],
        Results(race[sorted_], results("player"), results("place"), results("points")),
    )  # fmt: skip


def _race_key(war: Ints, number: Ints) -> Ints:
    return war.astype(np.int64) * _MOST_POSITION + number


def _who(lines: Lines, war: Ints, position: Ints) -> Ints:
    keys = lines.war.astype(np.int64) * _MOST_POSITION + lines.position
    row = rows_of(keys, war.astype(np.int64) * _MOST_POSITION + position)
    if not len(keys):
        return np.full(len(war), NOBODY, np.int64)
    return np.where((row != NOBODY) & (position > 0), lines.player[row], NOBODY)


def _players(wars: Wars) -> Ints:
    """In a full room of each war."""
    players: Ints = np.minimum(wars.size * np.maximum(wars.sides, 1), _MOST_PLAYERS)
    return players


def _points(points: Ints, place: Ints, players: Ints) -> Ints:
    """What was read or typed, or what the place gives in a full room whose table is known."""
    found: Ints = np.where(points != UNKNOWN, points, _TABLES[players * (_MOST_PLAYERS + 1) + np.maximum(place, 0)])
    return found


def _tables() -> Ints:
    """By room x (most players + 1) + place."""
    tables = np.full((_MOST_PLAYERS + 1, _MOST_PLAYERS + 1), UNKNOWN, np.int32)
    for room in range(1, _MOST_PLAYERS + 1):
        table = points_table(room) or ()
        tables[room, 1 : len(table) + 1] = table
    return tables.ravel()


_TABLES = _tables()


def _differentials(wars: Wars, war: Ints, race: Ints, points: Ints, ours: Mask, first: Mask) -> Floats:
    """Own points less the mean of the other sides' in each race. The other sides' are theirs where everybody's are
    known, and otherwise what is left of a full room's sum where all of ours are. `first`: place 1 is among them."""
    count = len(war)
    rooms = range(_MOST_PLAYERS + 1)
    sums = np.array([race_sum(room) or UNKNOWN for room in rooms])
    tables = np.array([sum(points_table(room) or (UNKNOWN,)) for room in rooms])
    known = points != UNKNOWN

    def of(rows: Mask) -> tuple[Ints, Ints, Mask]:
        at = race[rows]
        seats = np.bincount(at, minlength=count)
        told = np.bincount(at, known[rows], count) == seats
        return seats, np.bincount(at, np.maximum(points[rows], 0), count).astype(np.int64), told

    own_seats, own, own_told = of(ours)
    other_seats, others, others_told = of(~ours)
    players, sides = _players(wars)[war], wars.sides[war]
    seats, total = np.minimum(own_seats + other_seats, _MOST_PLAYERS), own + others
    # One or two may have missed the race: then everybody who is told makes the sum of a smaller room. Two who were not
    # read make that sum only where the first is one of them.
    fewer = (seats >= players - 2) & first & ((total == sums[seats]) | (total == tables[seats]))
    both = own_told & others_told & (own_seats > 0) & (other_seats > 0) & ((seats == players) | fewer)
    left = own_told & (own_seats == wars.size[war]) & (sums[players] >= own)
    theirs = np.where(both, others, sums[players] - own)
    found: Floats = np.where((both | left) & (sides > 1), own - theirs / np.maximum(sides - 1, 1), np.nan)
    return found
