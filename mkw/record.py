"""A clan's kept wars in columns, newest war first: what every statistic is computed from.

Columns are numpy arrays of one length, never written to. A record that was filtered is a record again, so a statistic
knows nothing of filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mkw.ids import PlayerId, WarId
from mkw.points import RACES_PER_WAR

Ints: TypeAlias = npt.NDArray[np.integer]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
NOBODY = -1  # a side without a tag, or no other side at all

# Points a race of everybody together, halfway between the sums of rooms of 4, 6, 8, 9, 10, 12 and 24 players. Eleven
# counts as twelve: a war with somebody missing.
_ROOMS = np.array([4, 6, 8, 9, 10, 12, 24])
_BETWEEN = np.array([16.5, 30.5, 43.5, 53.0, 66.0, 113.0])
_LARGEST_TABLE = 4_000_000  # entries
_SMALL = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Wars:
    """One row a war, or one row for each of a player's lines (then a war's columns stand beside the line's)."""

    number: Ints  # WarId
    at: Ints  # seconds since 1970, UTC
    races: Ints  # 1..48
    own: Ints  # our real total, penalties apart
    own_penalty: Ints
    theirs: Ints  # the best opponent's real total; 0 without one
    theirs_penalty: Ints
    clan: Ints  # the best opponent, an index into `clans`; NOBODY where it wears no tag
    own_tag: Ints  # what our side wore, an index into `clans`
    sides: Ints  # 1: no opponent
    place: Ints  # ours among the sides after penalties, from 1; equal totals share one
    room: Ints  # 12 or 24 players
    size: Ints  # of our team: 6 for 6v6
    our_side: Ints  # from 1, in the order drawn
    clans: tuple[str, ...]  # tags as drawn last; one entry for all spellings that fold alike

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: Ints | Mask | slice) -> Wars:
        return Wars(
            self.number[rows], self.at[rows], self.races[rows], self.own[rows], self.own_penalty[rows],
            self.theirs[rows], self.theirs_penalty[rows], self.clan[rows], self.own_tag[rows], self.sides[rows],
            self.place[rows], self.room[rows], self.size[rows], self.our_side[rows], self.clans,
        )  # fmt: skip

    @property
    def met(self) -> Mask:
        """The wars with an opponent."""
        return self.sides > 1

    @property
    def margin(self) -> Ints:
        """Own less the best opponent's, after penalties; of a war without opponent it means nothing (see `met`)."""
        return (self.own - self.own_penalty) - (self.theirs - self.theirs_penalty)

    def when(self, row: int) -> datetime:
        return datetime.fromtimestamp(int(self.at[row]), UTC)

    def war_id(self, row: int) -> WarId:
        return WarId(int(self.number[row]))

    def tag(self, row: int) -> str | None:
        clan = int(self.clan[row])
        return None if clan == NOBODY else self.clans[clan]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """One row for every line of our side that is a player's, newest war first, within a war by player."""

    war: Ints  # row of the war
    player: Ints  # PlayerId
    score: Ints
    races: Ints
    position: Ints  # on our side, from 1 in the order drawn


@dataclass(frozen=True, slots=True, eq=False)
class Foes:
    """One row for every side that is not ours."""

    war: Ints  # row of the war
    clan: Ints  # index into `clans`, or NOBODY
    total: Ints
    penalty: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One player's lines with the wars around them, newest first. `wars` has a row for each line."""

    wars: Wars
    score: Ints
    races: Ints

    def __len__(self) -> int:
        return len(self.score)

    def take(self, rows: Ints | Mask | slice) -> Played:
        return Played(self.wars.take(rows), self.score[rows], self.races[rows])

    def newest(self, count: int | None) -> Played:
        return self if count is None or count >= len(self) else self.take(slice(0, max(0, count)))

    @property
    def per_war(self) -> Floats:
        """Every line's points scaled to 12 races."""
        scaled: Floats = self.score * RACES_PER_WAR / np.maximum(self.races, 1)
        return scaled

    @property
    def share(self) -> Floats:
        """The part of the war the player was in, 0..1: 7 of 12 races are 0.583."""
        part: Floats = self.races / np.maximum(self.wars.races, 1)
        return part


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    wars: Wars
    lines: Lines
    foes: Foes

    @property
    def bytes(self) -> int:
        """Of all its columns."""
        parts = (self.wars, self.lines, self.foes)
        columns = (getattr(part, field.name) for part in parts for field in fields(part))
        return sum(column.nbytes for column in columns if isinstance(column, np.ndarray))

    def where(self, kept: Mask) -> Record:
        """The wars of the mask with their lines and foes."""
        if bool(kept.all()):
            return self
        row = np.cumsum(kept) - 1
        lines, foes = kept[self.lines.war], kept[self.foes.war]
        return Record(
            self.wars.take(kept),
            Lines(
                row[self.lines.war[lines]], self.lines.player[lines], self.lines.score[lines],
                self.lines.races[lines], self.lines.position[lines],
            ),
            Foes(row[self.foes.war[foes]], self.foes.clan[foes], self.foes.total[foes], self.foes.penalty[foes]),
        )  # fmt: skip

    def newest(self, count: int | None) -> Record:
        """The newest wars."""
        return self if count is None or count >= len(self.wars) else self.where(np.arange(len(self.wars)) < count)

    def of(self, player_id: PlayerId) -> Played:
        return self._played(np.flatnonzero(self.lines.player == player_id))

    def everybody(self) -> Iterator[tuple[PlayerId, Played]]:
        """Whoever has a line, by player id."""
        order = np.argsort(self.lines.player, kind="stable")
        ids, starts = np.unique(self.lines.player[order], return_index=True)
        for player_id, rows in zip(ids, np.split(order, starts[1:]), strict=False):
            yield PlayerId(int(player_id)), self._played(rows)

    def against(self, clan: int) -> Record:
        """The wars in which that clan stood on any other side, with that side as the opponent: in a war of four clans
        the meeting of two of them is judged by their two totals."""
        rows = np.flatnonzero(self.foes.clan == clan)
        kept = np.zeros(len(self.wars), dtype=np.bool_)
        kept[self.foes.war[rows]] = True
        found = self.where(kept)
        foe = np.flatnonzero(found.foes.clan == clan)
        # Twice the same tag in one war: the better one stands for it.
        foe = foe[np.argsort(found.foes.total[foe] - found.foes.penalty[foe], kind="stable")]
        theirs, penalty = found.wars.theirs.copy(), found.wars.theirs_penalty.copy()
        theirs[found.foes.war[foe]] = found.foes.total[foe]
        penalty[found.foes.war[foe]] = found.foes.penalty[foe]
        wars = replace(
            found.wars, theirs=theirs, theirs_penalty=penalty, clan=np.full_like(found.wars.clan, clan)
        )  # fmt: skip
        return Record(wars, found.lines, found.foes)

    def _played(self, rows: Ints) -> Played:
        return Played(self.wars.take(self.lines.war[rows]), self.lines.score[rows], self.lines.races[rows])


def rooms(points: Ints, races: Ints) -> Ints:
    """How many players the rooms had, from what all sides scored together: 4, 6, 8, 9, 10, 12 or 24."""
    found: Ints = _ROOMS[np.searchsorted(_BETWEEN, points / np.maximum(races, 1))]
    return found


def rows_of(known: Ints, wanted: Ints) -> Ints:
    """The place of each wanted number among the known ones, which are all different; NOBODY where it is not there."""
    if not len(known):
        return np.full(len(wanted), NOBODY, np.int64)
    low, high = int(known.min()), int(known.max())
    if high - low < _LARGEST_TABLE:  # ten times as quick as a search
        table = np.full(high - low + 2, NOBODY, np.int32)
        table[known - low] = np.arange(len(known))
        found_at: Ints = table[np.where((wanted < low) | (wanted > high), high + 1, wanted) - low]
        return found_at
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    found = order[place]
    return np.where(known[found] == wanted, found, NOBODY)


def values_of(by_key: Mapping[int, int], wanted: Ints, *, missing: int) -> Ints:
    """The value of each wanted key; `missing` where it has none."""
    known = np.array(sorted({0, *by_key}), np.int64)  # never empty
    values = np.array([by_key.get(key, missing) for key in known.tolist()], np.int32)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found: Ints = np.where(known[place] == wanted, values[place], missing).astype(np.int32)
    return found


def in_order(rows: Ints) -> Ints:
    """What sorts these rows (none of them NOBODY), equal ones left in their order."""
    small = len(rows) > 0 and int(rows.max()) < _SMALL
    return np.argsort(rows.astype(np.uint16) if small else rows, kind="stable")  # small ones ten times as quick
