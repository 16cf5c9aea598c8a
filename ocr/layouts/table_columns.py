"""Columns and rows of a drawn table, from the boxes of its text pieces alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, pstdev

from ocr.layouts.found import Box

_ALIGNED = 0.4  # of a text height: how far apart the edges or centres of one column may lie
_SETTLED = 0.25  # the same, once the middle of the column is known
_HEIGHTS = 0.62  # the lower of two text heights over the higher, within one column
_LEVEL = 0.4  # of a text height: how far apart the centres of one row may lie
_MIN_ROWS = 3


def right(box: Box) -> int:
    return box.x + box.width


def bottom(box: Box) -> int:
    return box.y + box.height


def middle_x(box: Box) -> float:
    return box.x + box.width / 2


def middle_y(box: Box) -> float:
    return box.y + box.height / 2


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of at least one."""
    every = list(boxes)
    x, y = min(box.x for box in every), min(box.y for box in every)
    return Box(x, y, max(right(box) for box in every) - x, max(bottom(box) for box in every) - y)


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
        """Whether most of its text begins at one x."""
        start = median(box.x for box in self.boxes)
        return median(abs(box.x - start) for box in self.boxes) < _SETTLED * self.height

    def aligned(self, box: Box) -> bool:
        """Whether the box shares the edge or the middle that the column's boxes share."""
        spreads = []
        for place in (_left, middle_x, right):
            at = median(place(other) for other in self.boxes)
            spreads.append((median(abs(place(other) - at) for other in self.boxes), abs(place(box) - at)))
        return min(spreads)[1] <= _ALIGNED * self.height

    def on(self, lines: Sequence[float], reach: float) -> Column | None:
        """The column less the boxes that stand on none of the lines; None where nothing is left."""
        boxes = tuple(box for box in self.boxes if any(abs(middle_y(box) - line) <= reach for line in lines))
        return Column(boxes) if boxes else None

    def at(self, y: float, reach: float) -> Box | None:
        """The box nearest to the line `y`, none where it lies further than `reach`."""
        nearest = min(self.boxes, key=lambda box: abs(middle_y(box) - y))
        return nearest if abs(middle_y(nearest) - y) <= reach else None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by their centres, the names and every column right of them that has a box in most rows."""

    lines: tuple[float, ...]
    pitch: float
    names: Column
    others: tuple[Column, ...]  # from left to right
    worth: float  # how many lines there are and how much the names look like names

    def on(self, column: Column) -> list[Box]:
        """The boxes of a column that stand on the lines."""
        return [box for line in self.lines if (box := column.at(line, 0.3 * self.pitch)) is not None]


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


def find_grids(columns: Sequence[Column]) -> list[Grid]:
    """The rows that a column of names and a column of numbers right of it agree on, three or more; likelier first."""
    found: list[Grid] = []
    for names in columns:
        partners = [column for column in columns if column is not names and _beside(names, column)]
        if not partners:
            continue
        lines = max((shared_lines(names, column, _LEVEL * names.height) for column in partners), key=len)
        if len(lines) < _MIN_ROWS:
            continue
        pitch = pitch_of(lines)
        lines = regular(lines, pitch)
        if len(lines) < _MIN_ROWS:
            continue
        level = [(set(shared_lines(names, column, 0.3 * pitch)), column) for column in partners]
        others = _apart([column for at, column in level if len(at & set(lines)) >= 0.5 * len(lines)])
        worth = len(lines) * (1 + _likeness(names, lines, pitch) + 0.15 * min(3, len(others)))
        if others:
            found.append(Grid(tuple(lines), pitch, names, tuple(others), worth))
    return sorted(found, key=lambda grid: -grid.worth)


def shared_lines(names: Column, numbers: Column, reach: float) -> list[float]:
    """The centres of the names that have a number at most `reach` above or below."""
    lines = []
    for box in names.boxes:
        number = numbers.at(middle_y(box), reach)
        if number is not None and number.x >= right(box) - 0.4 * box.height:
            lines.append(middle_y(box))
    return lines


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


def _beside(names: Column, numbers: Column) -> bool:
    """Numbers stand right of the names and are written in letters of about the same size."""
    ratio = numbers.height / names.height
    near = median(box.x for box in numbers.boxes) >= median(right(box) for box in names.boxes) - 0.3 * names.height
    return near and 0.5 <= ratio <= 1.7


def _likeness(names: Column, lines: Sequence[float], pitch: float) -> float:
    """How much like names a column looks, 0..2: names are long and differ in length, numbers do not."""
    boxes = [box for box in (names.at(line, 0.3 * pitch) for line in lines) if box is not None]
    widths = [box.width / names.height for box in boxes]
    return min(1.0, median(widths) / 5) + min(1.0, pstdev(widths) / 2.4)


def _apart(columns: list[Column]) -> list[Column]:
    """Columns from left to right; of two that overlap the one with more boxes stays."""
    kept: list[Column] = []
    for column in sorted(columns, key=lambda column: -len(column.boxes)):
        centre = median(middle_x(box) for box in column.boxes)
        if all(
            abs(centre - median(middle_x(box) for box in other.boxes)) > 0.8 * min(column.height, other.height)
            and not set(column.boxes) & set(other.boxes)
            for other in kept
        ):
            kept.append(column)
    return sorted(kept, key=lambda column: median(middle_x(box) for box in column.boxes))
