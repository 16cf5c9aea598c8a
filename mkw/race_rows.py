"""One race's picture, row by row: places, points and totals from what was read. Pure functions.

While `+N` is drawn, the number beside it is the total before it; while the totals count up, `N` falls as the number
rises, so `number + N` is the total after the race on every screenshot of one race.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mkw.points import MOST_A_RACE, points_table

_ROOMS = (12, 24, 11)  # rooms whose points are written down, the likeliest first
_FITS = 0.6  # share of the rows read with +N that must agree with a room's points
_COUNTED_FITS = 0.9  # the same while the totals count up, which a smaller room can look like
_MOST_PLACES = 24


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row as read. `after` is the number drawn plus +N where one was read, else the number drawn."""

    name: str
    place: int | None
    after: int | None
    plus: int | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RaceRow:
    """A row understood: `before` and `after` are the game's totals around the race. `proven`: place and +N agree."""

    name: str
    place: int | None  # 1..24
    points: int | None  # 0..15
    before: int | None
    after: int | None
    proven: bool
    doubts: tuple[str, ...] = ()


def race_rows(seen: Sequence[SeenRow]) -> tuple[RaceRow, ...]:
    """`seen` stands in the order drawn, which is the order of the race."""
    places = places_of(seen)
    if seen and not any(places):
        places = _places_by_points(seen)
    table, counted, _ = _room(seen, places)
    return tuple(_row(row, place, table, counted) for row, place in zip(seen, places, strict=True))


def places_of(seen: Sequence[SeenRow]) -> tuple[int | None, ...]:
    """Places as read where they rise; else counted on from what most of the rows say. No place is given twice."""
    read = [row.place for row in seen]
    known = [place for place in read if place is not None]
    rising = all(a < b for a, b in pairwise(known)) and len(known) == len(read)
    if known and not rising:
        starts = [place - index for index, place in enumerate(read) if place is not None and place > index]
        start = max(set(starts), key=lambda one: (starts.count(one), -one)) if starts else 1
        read = [start + index for index in range(len(read))]
    return tuple(place if place is not None and 1 <= place <= _MOST_PLACES else None for place in read)


def _places_by_points(seen: Sequence[SeenRow]) -> tuple[int | None, ...]:
    """No place was read: the one start from which nearly every +N is its place's; unknown where there is none."""
    fits = []
    for start in range(1, _MOST_PLACES - len(seen) + 2):
        places = tuple(range(start, start + len(seen)))
        table, counted, fitting = _room(seen, places)
        if table is not None and fitting >= _COUNTED_FITS * len(seen):
            fits.append(((fitting, -counted, -_ROOMS.index(len(table))), places))
    if not fits:
        return (None,) * len(seen)
    best = max(how for how, _ in fits)
    likely = [places for how, places in fits if how == best]
    return likely[0] if len(likely) == 1 or likely[0][0] == 1 else (None,) * len(seen)


def _room(seen: Sequence[SeenRow], places: Sequence[int | None]) -> tuple[tuple[int, ...] | None, int, int]:
    """(the points table that fits +N best, by how much the totals have counted up, rows that fit); None where none
    does."""
    with_plus = sum(row.plus is not None for row in seen)
    best: tuple[int, int, int] | None = None  # (rows that fit, less counted, the likelier room)
    found: tuple[tuple[int, ...] | None, int, int] = (None, 0, 0)
    for order, room in enumerate(_ROOMS):
        table = points_table(room)
        if table is None or any(place is not None and place > room for place in places):
            continue
        # A list is whole before its totals count up.
        ends = max((place or 0 for place in places), default=0) >= room - 1
        for counted in range(MOST_A_RACE if ends else 1):
            fitting = sum(
                row.plus is not None and place is not None and row.plus == table[place - 1] - counted
                for row, place in zip(seen, places, strict=True)
            )
            if counted and fitting < _COUNTED_FITS * with_plus:
                continue
            if best is None or (fitting, -counted, -order) > best:
                best, found = (fitting, -counted, -order), (table, counted, fitting)
    return found if best is not None and with_plus and best[0] >= _FITS * with_plus else (None, 0, 0)


def _row(row: SeenRow, place: int | None, table: tuple[int, ...] | None, counted: int) -> RaceRow:
    given = None if table is None or place is None else table[place - 1]
    before, after, doubts, proven = None, row.after, row.doubts, False
    if given is None:
        points = row.plus if row.plus is not None and 0 <= row.plus <= MOST_A_RACE else None
    elif row.plus == given - counted or (row.plus is None and counted and given <= counted):
        points, proven = given, row.after is not None
    else:
        points = given
        drawn = None if row.after is None else row.after - (row.plus or 0)
        after = None if drawn is None else drawn + given - min(counted, given)
        what = "no +N was read" if row.plus is None else f"+{row.plus} was read"
        doubts = (*doubts, f"{what}; place {place} gives {given}")
    if after is not None and points is not None:
        before = after - points
        if before < 0:
            before, after, proven = None, None, False
            doubts = (*doubts, "its total is less than the points of the race")
    return RaceRow(row.name, place, points, before, after, proven, doubts)
