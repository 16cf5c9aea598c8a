"""The grid of a list of the game: evenly spaced rows, and the columns of numbers and of names that stand on them.

Found from the boxes of the detector alone: rows of the game's lists stand at one pitch, scores share their right edge,
names their left one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from ocr.layouts.boxes import middle_y, right
from ocr.layouts.found import Box

MIN_ROWS = 4
_FEWEST_NUMBERS = 3  # seen on the rows of names
_WIDEST_GAP = 4  # rows: seats that nobody took stay blank
_OFF_PITCH = 0.17  # of the pitch: how far a centre may lie from its row
_PITCHES = (0.85, 4.0)  # a row's pitch over the height of its text box
ALIGNED = 0.45  # of a text height
_NUMBER_WIDTH = 3.8  # of its height: the widest +N and score in one box
_WORDY = 1.95  # width over height from which aligned boxes are words rather than numbers
_WIDEST = 1.9  # of a column's usual number: beyond it a box holds more than the number
NAME_REACH = 22.0  # of a text height: the farthest a score may stand from the left edge of its name


@dataclass(frozen=True, slots=True)
class Lattice:
    """Row k has its centre at `start + k * pitch` pixels."""

    start: float
    pitch: float

    def row(self, y: float) -> int | None:
        at = (y - self.start) / self.pitch
        return round(at) if abs(at - round(at)) <= _OFF_PITCH else None

    def centre(self, row: int) -> float:
        return self.start + row * self.pitch


@dataclass(frozen=True, slots=True)
class NameLattice:
    """The rows a column of names stands on."""

    lattice: Lattice
    first: int
    last: int
    left: float
    height: float


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Right-aligned narrow boxes on a lattice, by row."""

    lattice: Lattice
    boxes: dict[int, Box]
    right: float
    height: float
    reach: float = 0.0  # the least width, where a column beside it is known to be wider

    @property
    def left(self) -> float:
        """Where its widest number begins; boxes that took a neighbouring column with them do not count."""
        usual = median(box.width for box in self.boxes.values()) if self.boxes else 0.0
        widths = [box.width for box in self.boxes.values() if box.width <= _WIDEST * usual]
        return self.right - max(self.reach, *widths, 0)


def number_columns(boxes: Sequence[Box], fewest: int = MIN_ROWS) -> list[NumberColumn]:
    """Columns of narrow, right-aligned boxes at one pitch, from left to right; no box is in two of them."""
    narrow = [box for box in boxes if box.width <= _NUMBER_WIDTH * box.height]
    lattices = name_lattices(boxes, fewest)
    found: list[NumberColumn] = []
    wordy: list[NumberColumn] = []
    known: dict[int, tuple[Sequence[Box], NumberColumn | None]] = {}  # by the anchor's id: what its column was made of
    while True:
        best: NumberColumn | None = None
        for anchor in narrow:
            if id(anchor) not in known:
                members = _aligned_right(anchor, narrow)
                known[id(anchor)] = members, _column_at(anchor, members, lattices, fewest)
            _, column = known[id(anchor)]
            if column and (best is None or len(column.boxes) > len(best.boxes)):
                best = column
        if best is None:
            # words under one another are names where numbers stand to their right, and else +N and score in one box
            merged = [column for column in wordy if not any(_to_the_right(column, other) for other in found)]
            return sorted(found + merged, key=lambda column: column.right)
        if not _is_names(best, boxes):
            (wordy if _is_wordy(best, boxes) else found).append(best)
        taken = set(map(id, best.boxes.values()))
        narrow = [box for box in narrow if id(box) not in taken]
        known = {key: one for key, one in known.items() if taken.isdisjoint(map(id, one[0]))}


def name_lattices(boxes: Sequence[Box], fewest: int = MIN_ROWS) -> list[NameLattice]:
    """Rows that columns of left-aligned words stand on: names are seen better than short numbers."""
    words = [box for box in boxes if box.width > 0.7 * box.height]
    found: list[NameLattice] = []
    while True:
        best: tuple[list[Box], Lattice, list[int]] | None = None
        for anchor in words:
            members = [
                box
                for box in words
                if abs(box.x - anchor.x) <= ALIGNED * anchor.height and 0.62 <= box.height / anchor.height <= 1.6
            ]
            wordy = sum(box.width > 1.5 * box.height for box in members) >= 2
            if not wordy or len(members) < fewest or (best and len(members) <= len(best[2])):
                continue
            lattice = fit_lattice([middle_y(box) for box in members], median(box.height for box in members), fewest)
            if lattice is None:
                continue
            rows = _longest_run(sorted({row for box in members if (row := lattice.row(middle_y(box))) is not None}))
            if len(rows) >= fewest and (best is None or len(rows) > len(best[2])):
                best = (members, lattice, rows)
        if best is None:
            return found
        members, lattice, rows = best
        height = median(box.height for box in members)
        found.append(NameLattice(lattice, rows[0], rows[-1], median(box.x for box in members), height))
        taken = set(map(id, members))
        words = [box for box in words if id(box) not in taken]


def _aligned_right(anchor: Box, boxes: Sequence[Box]) -> list[Box]:
    """The boxes about as high as this one that end where it ends."""
    end, tolerance, height = right(anchor), ALIGNED * anchor.height, anchor.height
    return [box for box in boxes if abs(right(box) - end) <= tolerance and 0.62 <= box.height / height <= 1.6]


def _column_at(
    anchor: Box, members: Sequence[Box], lattices: Sequence[NameLattice], fewest: int
) -> NumberColumn | None:
    if len(members) < _FEWEST_NUMBERS:
        return None
    height = median(box.height for box in members)
    options: list[dict[int, Box]] = []
    own = fit_lattice([middle_y(box) for box in members], height, fewest)
    if own is not None:
        on_own = _on(own, members, height)
        kept = {row: on_own[row] for row in _longest_run(sorted(on_own))}
        options.append(kept if len(kept) >= fewest else {})
    for names in lattices:
        beside = names.left < anchor.x < names.left + NAME_REACH * names.height
        on_names = _on(names.lattice, members, height) if beside and 0.55 <= height / names.height <= 1.7 else {}
        options.append({row: box for row, box in on_names.items() if names.first - 1 <= row <= names.last + 1})
    grids = ([own] if own is not None else []) + [names.lattice for names in lattices]
    best = max(range(len(options)), key=lambda index: (len(options[index]), index), default=None)
    if best is None or len(options[best]) < _FEWEST_NUMBERS:
        return None
    chosen = options[best]
    return NumberColumn(grids[best], chosen, median(right(box) for box in chosen.values()), height)


def _on(lattice: Lattice, boxes: Sequence[Box], height: float) -> dict[int, Box]:
    """The box of each row, the one of the usual height where there are two."""
    by_row: dict[int, Box] = {}
    for box in boxes:
        row = lattice.row(middle_y(box))
        if row is not None and (row not in by_row or abs(box.height - height) < abs(by_row[row].height - height)):
            by_row[row] = box
    return by_row


def _longest_run(rows: Sequence[int]) -> list[int]:
    """The longest run of rows without a gap wider than a team's empty seats."""
    best: list[int] = []
    run: list[int] = []
    for row in rows:
        run = [*run, row] if run and row - run[-1] <= _WIDEST_GAP else [row]
        best = max(best, run, key=len)
    return best


def _is_names(column: NumberColumn, boxes: Sequence[Box]) -> bool:
    """Whether the boxes are names that happen to end alike: then others share their left edge."""
    members = set(map(id, column.boxes.values()))
    others = sum(id(box) not in members for box in _beginning_alike(column, boxes))
    return others >= max(2, len(members) // 4)


def _is_wordy(column: NumberColumn, boxes: Sequence[Box]) -> bool:
    """Whether the boxes are as wide as words and begin alike too."""
    wide = median(box.width / box.height for box in column.boxes.values()) > _WORDY
    return wide and len(_beginning_alike(column, boxes)) >= 0.8 * len(column.boxes)


def _beginning_alike(column: NumberColumn, boxes: Sequence[Box]) -> list[Box]:
    left = median(box.x for box in column.boxes.values())
    return [
        box
        for box in boxes
        if abs(box.x - left) <= ALIGNED * column.height
        and 0.62 <= box.height / column.height <= 1.6
        and column.lattice.row(middle_y(box)) is not None
    ]


def _to_the_right(words: NumberColumn, numbers: NumberColumn) -> bool:
    """Whether the numbers could be those of the words."""
    return words.right < numbers.left < words.left + NAME_REACH * words.height and level(words, numbers)


def fit_lattice(centres: Sequence[float], height: float, fewest: int = MIN_ROWS) -> Lattice | None:
    """The pitch and start most centres stand on; None where fewer than `fewest` do."""
    return _fitted(tuple(sorted(centres)), height, fewest)


@functools.lru_cache(maxsize=512)  # boxes of one column ask for the same
def _fitted(ys: tuple[float, ...], height: float, fewest: int) -> Lattice | None:
    pairs = [(low, high) for i, low in enumerate(ys) for high in ys[i + 1 : i + 5]]
    tried = [(low, (high - low) / steps) for low, high in pairs for steps in (1, 2, 3)]
    tried = [(low, pitch) for low, pitch in tried if _PITCHES[0] * height <= pitch <= _PITCHES[1] * height]
    if not tried:
        return None
    low, pitch = np.array(tried).T[:, :, None]
    at = (np.array(ys) - low) / pitch
    rows = np.rint(at)
    on = np.abs(at - rows) <= _OFF_PITCH
    first, last = np.where(on, rows, np.inf).min(axis=1), np.where(on, rows, -np.inf).max(axis=1)
    so_far = np.maximum.accumulate(np.where(on, rows, -np.inf), axis=1)  # centres, and so their rows, are sorted
    count = on[:, 0] + (so_far[:, 1:] > so_far[:, :-1]).sum(axis=1)
    holes = last - first + 1 - count
    worth = np.where(count >= fewest, count - 0.4 * holes, -np.inf)  # half the true pitch fits as many, with holes
    best = int(worth.argmax())
    return _settle(Lattice(*tried[best]), ys) if count[best] >= fewest else None


def _settle(lattice: Lattice, ys: Sequence[float]) -> Lattice:
    """Least squares over the centres that fit, so that a small error of the pitch does not grow with the rows."""
    for _ in range(2):
        pairs = [(row, y) for y in ys if (row := lattice.row(y)) is not None]
        mean_row = sum(row for row, _ in pairs) / len(pairs)
        mean_y = sum(y for _, y in pairs) / len(pairs)
        spread = sum((row - mean_row) ** 2 for row, _ in pairs)
        if not spread:
            return lattice
        pitch = sum((row - mean_row) * (y - mean_y) for row, y in pairs) / spread
        lattice = Lattice(mean_y - pitch * mean_row, pitch)
    return lattice


def level(one: NumberColumn, other: NumberColumn) -> bool:
    """Whether two columns stand on the same rows."""
    if abs(one.lattice.pitch / other.lattice.pitch - 1) > 0.04:
        return False
    hits = sum(one.lattice.row(middle_y(box)) is not None for box in other.boxes.values())
    return hits >= 0.7 * len(other.boxes)
