"""Columns and rows of a drawn table, from the boxes of its text pieces alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr.layouts.boxes import middle_x, middle_y, right
from ocr.layouts.found import Box

_ALIGNED = 0.4  # of a text height: how far apart the edges or centres of one column may lie
_SETTLED = 0.25  # the same, once the middle of the column is known
_HEIGHTS = 0.62  # the lower of two text heights over the higher, within one column
_MIN_ROWS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """Boxes under one another, from the top down, sharing their left edges, centres or right edges."""

    boxes: tuple[Box, ...]

    @property
    def left(self) -> int:
        return min(box.x for box in self.boxes)

    @property
    def right(self) -> int:
        return max(right(box) for box in self.boxes)

    @property
    def height(self) -> float:
        """The usual height of its text."""
        return float(median(box.height for box in self.boxes))

    @property
    def flush_left(self) -> bool:
        """Whether its text begins at one x, rather than being centred or ending at one."""
        left, *others = (self._spread(place) for place in (_left, middle_x, right))
        return left <= min(others)

    def _spread(self, place: Callable[[Box], float]) -> float:
        at = median(place(box) for box in self.boxes)
        return float(median(abs(place(box) - at) for box in self.boxes))

    def at(self, y: float, reach: float) -> Box | None:
        """The box nearest to the line `y`, none where it lies further than `reach`."""
        nearest = min(self.boxes, key=lambda box: abs(middle_y(box) - y))
        return nearest if abs(middle_y(nearest) - y) <= reach else None


def find_columns(boxes: Sequence[Box]) -> list[Column]:
    """Every set of at least three boxes under one another; the larger first, none within a larger one."""
    sets: dict[frozenset[Box], Column] = {}
    for seed in boxes:
        for place in (_left, middle_x, right):
            mates = [
                box for box in boxes if abs(place(box) - place(seed)) <= _ALIGNED * seed.height and _alike(box, seed)
            ]
            centre = median(place(box) for box in mates)
            mates = [box for box in mates if abs(place(box) - centre) <= _SETTLED * seed.height]
            members = _one_a_line(mates, centre, place)
            if len(members) >= _MIN_ROWS:
                sets[frozenset(members)] = Column(tuple(members))
    kept: list[tuple[frozenset[Box], Column]] = []
    for every, column in sorted(sets.items(), key=lambda item: -len(item[0])):
        if all(len(every & other) < 0.8 * len(every) for other, _ in kept):
            kept.append((every, column))
    return [column for _, column in kept]


def pitch_of(lines: Sequence[float]) -> float:
    """The usual distance of two rows of one side: the middle of the smaller steps."""
    steps = sorted(after - before for before, after in pairwise(lines))
    return float(median(steps[: max(1, (len(steps) * 3 + 3) // 4)]))


def regular(lines: Sequence[float], pitch: float) -> list[float]:
    """The longest run of lines with no hole wider than what separates two sides."""
    runs: list[list[float]] = [[]]
    for line in lines:
        if runs[-1] and line - runs[-1][-1] > 6.5 * pitch:
            runs.append([])
        runs[-1].append(line)
    return max(runs, key=len)


def _left(box: Box) -> int:
    return box.x


def _alike(one: Box, other: Box) -> bool:
    return min(one.height, other.height) >= _HEIGHTS * max(one.height, other.height)


def _one_a_line(mates: list[Box], at: float, place: Callable[[Box], float]) -> list[Box]:
    column: list[Box] = []
    for box in sorted(mates, key=middle_y):
        if column and middle_y(box) - middle_y(column[-1]) < 0.5 * min(box.height, column[-1].height):
            if abs(place(box) - at) < abs(place(column[-1]) - at):
                column[-1] = box
        else:
            column.append(box)
    return column
