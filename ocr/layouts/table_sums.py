"""Rows parted into sides by their sums: every total drawn beside, over or under the rows that add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.layouts.boxes import middle_y
from ocr.layouts.found import Box

_REACH = 3.2  # of the pitch: how far over or under its rows a total may stand
_WIDE, _NARROW = 1.2, 1.06  # of the pitch: a step that should part two sides, and one that should not
_TORN, _GLUED = 0.6, 0.4  # costs of a wide step within a side, and of a narrow one between two
_SIDE = 0.15  # of every side that does not close, so that few explain as much as many
_CLOSED = -0.05  # of one that does: the totals of sides explain more than the sum over all
_OPEN, _BARE, _BARE_ELSEWHERE = 0.6, 0.3, 0.9  # costs of a total that does not fit its rows, and of no total
_ROW = 0.1  # of every row that no total accounts for
_GUESSED = 0.2  # cost of a total that would fit if one unread score were the rest
_ALONE = 0.3  # cost of a side of one row
_PENALTIES = range(5, 125, 5)
_FINED = 0.45  # cost of a total that fits with a usual penalty which was not seen
_MOST_A_ROW = 180
_FEWEST_UNDER_ONE = 5  # lines of a panel that may be one side under its head


@dataclass(frozen=True, slots=True)
class Line:
    """One row, or the head of a side set like a row: its centre and its number, None where it could not be read."""

    y: float
    value: int | None


@dataclass(frozen=True, slots=True)
class Loose:
    """A number that stands in no row and may be a total."""

    box: Box
    value: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A side: its rows by index, and its total: a loose number, or the line (by index) that is its head."""

    rows: tuple[int, ...]
    total: Loose | None = None
    head: int | None = None
    closes: bool = False


def part(lines: Sequence[Line], pitch: float, loose: Sequence[Loose], fines: Sequence[int]) -> list[Sum]:
    """The cheapest way to part the lines, from the top down, into sides.

    `fines` are the penalties drawn anywhere near, as positive points.
    """
    best = _best(lines, pitch, loose, fines, heads=True)
    heads = sum(side.head is not None for side in best)
    alone = len(best) == 1 and len(lines) < _FEWEST_UNDER_ONE
    if heads == 1 and (alone or not all(side.closes for side in best)):
        return _best(lines, pitch, loose, fines, heads=False)  # one score is the sum of others by chance
    return best


def _best(
    lines: Sequence[Line], pitch: float, loose: Sequence[Loose], fines: Sequence[int], *, heads: bool
) -> list[Sum]:
    free = _cheapest(lines, pitch, loose, fines, bare=_BARE, heads=heads)
    if any(side.closes for side in free):
        free = _cheapest(lines, pitch, loose, fines, bare=_BARE_ELSEWHERE, heads=heads)
    return free


def _cheapest(
    lines: Sequence[Line],
    pitch: float,
    loose: Sequence[Loose],
    fines: Sequence[int],
    *,
    bare: float,
    heads: bool,
) -> list[Sum]:
    best: list[tuple[float, list[Sum]]] = [(0.0, [])]
    for end in range(1, len(lines) + 1):
        ways: list[tuple[float, list[Sum]]] = []
        for start in range(end):
            before = best[start]
            for cost, side in _sides(lines, start, end, pitch, loose, fines, bare):
                if side.head is not None and not heads:
                    continue
                if side.total is not None and any(other.total is side.total for other in before[1]):
                    continue
                ways.append((before[0] + cost + _border(lines, before[1], side, pitch), [*before[1], side]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _border(lines: Sequence[Line], before: Sequence[Sum], side: Sum, pitch: float) -> float:
    """What it costs that two sides meet where the rows stand no further apart than others."""
    if not before or side.head is not None or before[-1].head is not None or (side.closes and before[-1].closes):
        return 0.0
    step = lines[side.rows[0]].y - lines[before[-1].rows[-1]].y
    return _GLUED if step < _NARROW * pitch else 0.0


def _sides(
    lines: Sequence[Line],
    start: int,
    end: int,
    pitch: float,
    loose: Sequence[Loose],
    fines: Sequence[int],
    bare: float,
) -> Iterator[tuple[float, Sum]]:
    """Every side the lines start..end-1 may be, with its cost."""
    whole = tuple(range(start, end))
    torn = _torn(lines, whole, pitch)
    yield torn + _SIDE + bare + _ROW * len(whole), Sum(whole)
    alone = _ALONE if len(whole) == 1 else 0.0
    for number in loose:
        off = _off(lines, whole, number.box, pitch)
        if off is not None:
            cost = _unfit([lines[at].value for at in whole], number.value, fines)
            if cost is not None:
                closes = cost < _FINED
                cost += _CLOSED if closes else _SIDE + _ROW * len(whole)
                yield torn + alone + cost + 0.2 * off, Sum(whole, number, closes=closes)
    if len(whole) < 2:
        return
    for head, rows in ((start, whole[1:]), (end - 1, whole[:-1])):
        total = lines[head].value
        if total is not None:
            cost = _unfit([lines[at].value for at in rows], total, fines)
            if cost is not None and cost < _FINED:
                alone = _ALONE if len(rows) == 1 else 0.0
                yield _torn(lines, rows, pitch) + _CLOSED + alone + cost, Sum(rows, head=head, closes=True)


def _torn(lines: Sequence[Line], rows: Sequence[int], pitch: float) -> float:
    return _TORN * sum(lines[after].y - lines[before].y > _WIDE * pitch for before, after in pairwise(rows))


def _unfit(values: Sequence[int | None], total: int, fines: Sequence[int]) -> float | None:
    """What it costs to take the number for the total of the values; None where it cannot be one."""
    known = [value for value in values if value is not None]
    missing = len(values) - len(known)
    if known and total + max(_PENALTIES) < max(*known, sum(known) / 2):
        return None
    rest = total - sum(known)
    if not missing:
        if rest == 0 or -rest in fines:
            return 0.0
        return _FINED if -rest in _PENALTIES else _OPEN
    return _GUESSED * missing if missing == 1 and 0 <= rest <= _MOST_A_ROW else _OPEN


def _off(lines: Sequence[Line], rows: Sequence[int], total: Box, pitch: float) -> float | None:
    """How far, in pitches, a total stands from where totals of these rows are drawn; None where too far."""
    y, top, foot = middle_y(total), lines[rows[0]].y, lines[rows[-1]].y
    if top - 0.6 * pitch <= y <= foot + 0.6 * pitch:
        return min(abs(y - (top + foot) / 2), abs(y - top), abs(y - foot)) / pitch
    away = min(abs(top - y), abs(y - foot)) / pitch
    return 0.3 * away if away <= _REACH else None
