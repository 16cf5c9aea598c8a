"""Columns of scores with the names to their left, and those that make up one list of the game.

Cells the detector missed are filled in from the grid they stand on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from ocr.layouts.boxes import around, middle_x, middle_y, right
from ocr.layouts.found import Box
from ocr.layouts.grid import ALIGNED, MIN_ROWS, NAME_REACH, NumberColumn, level, number_columns

_SAME_PITCH = 0.04  # share by which the pitches of one list's columns may differ
_AS_MANY = 0.34  # share of the rows with +N that have a score at least
_AS_WIDE = 0.7  # share of the widest column's ink another column of names has at least


@dataclass(frozen=True, slots=True)
class Block:
    """A column of scores with its names: one column of a list."""

    scores: NumberColumn
    names: dict[int, Box]  # what the detector saw of them, in one box a row
    names_left: float
    plus: NumberColumn | None = None
    places: dict[int, Box] = field(default_factory=dict)
    names_right: float = 0.0  # where a name ends at the latest

    @property
    def rows(self) -> list[int]:
        """Rows something was seen in, and a single one missing between them; wider gaps are seats nobody took."""
        plus = [self.scores.lattice.row(middle_y(box)) for box in self.plus.boxes.values()] if self.plus else []
        seen = {row for row in (*self.scores.boxes, *self.names, *plus) if row is not None}
        between = {row for row in range(min(seen), max(seen)) if row - 1 in seen and row + 1 in seen}
        return sorted(seen | between)

    @property
    def cells(self) -> int:
        """How much of the block was seen, in cells."""
        return len(self.scores.boxes) + len(self.names) + (len(self.plus.boxes) if self.plus else 0)


def find_lists(boxes: Sequence[Box], fewest: int = MIN_ROWS) -> list[list[Block]]:
    """Score columns with names to their left, those set at one pitch together; the list most is seen of first."""
    columns = number_columns(boxes, fewest)
    blocks: list[Block] = []
    for column in columns:
        left_of = [block for block in blocks if level(block.scores, column)]
        bound = max([block.scores.right for block in left_of], default=0.0)
        block = _with_names(column, boxes, bound)
        if block is not None:
            blocks.append(block)
        elif left_of and _is_plus(left_of[-1], column, boxes, columns):
            last = left_of[-1]
            numbers = set(map(id, last.scores.boxes.values()))
            others = [box for box in boxes if id(box) not in numbers]
            before = max([block.scores.right for block in left_of[:-1]], default=0.0)
            wider = _with_names(column, others, before)
            if wider is not None:
                blocks[blocks.index(last)] = replace(wider, plus=last.scores)
    lists: list[list[Block]] = []
    while blocks:
        members = max((_alike(block, blocks) for block in blocks), key=seen_cells)
        blocks = [block for block in blocks if block not in members]
        lists.append([_with_places(block, boxes, members) for block in members])
    return sorted(lists, key=seen_cells, reverse=True)


def seen_cells(blocks: Sequence[Block]) -> int:
    """How much of a list was seen, in cells."""
    return sum(block.cells for block in blocks)


def _alike(one: Block, blocks: Sequence[Block]) -> list[Block]:
    pitch = one.scores.lattice.pitch
    return [block for block in blocks if abs(block.scores.lattice.pitch / pitch - 1) < _SAME_PITCH]


def _is_plus(block: Block, column: NumberColumn, boxes: Sequence[Box], columns: Sequence[NumberColumn]) -> bool:
    """Whether the block's numbers are +N (or flags) and `column` the scores, not the places of a block to the right."""
    if column.left - block.scores.right > 6 * column.height:
        return False
    if len(column.boxes) < _AS_MANY * len(block.scores.boxes):
        return False  # icons and stars that begin a column of names to the right
    further = [other for other in columns if other.right > column.right and level(column, other)]
    return not any(
        (found := _with_names(other, boxes, column.right)) and found.names_left - column.right < 5 * column.height
        for other in further
    )


def _with_names(column: NumberColumn, boxes: Sequence[Box], bound: float) -> Block | None:
    """The block of a score column, or None where no column of names stands between it and `bound`."""
    first, last = min(column.boxes), max(column.boxes)
    beside: dict[int, list[Box]] = {}
    for box in boxes:
        row = column.lattice.row(middle_y(box))
        if row is None or not first - 1 <= row <= last + 1 or not 0.55 <= box.height / column.height <= 1.7:
            continue
        if box.x > bound and right(box) < column.left and column.left - box.x < NAME_REACH * column.height:
            beside.setdefault(row, []).append(box)
    every = [box for line in beside.values() for box in line]
    if not every:
        return None
    reach = ALIGNED * column.height

    def cluster(edge: float) -> list[Box]:
        return [box for box in every if abs(box.x - edge) <= reach]

    clusters = [cluster(box.x) for box in every]
    widest = max(sum(box.width for box in members) for members in clusters)
    # names of a neighbouring column may be a little longer: the nearest of the wide columns is the score's own
    wide = [members for members in clusters if sum(box.width for box in members) >= _AS_WIDE * widest]
    best = max(wide, key=lambda members: (median(box.x for box in members), len(members)))
    rows = {column.lattice.row(middle_y(box)) for box in best}
    if len(rows) < max(3, 0.5 * len(column.boxes)):
        return None
    names_left = median(box.x for box in best)
    names = {
        row: around(parts) for row, line in beside.items() if (parts := _one_name(line, names_left, column.height))
    }
    if sum(box.width for box in names.values()) < 1.2 * sum(box.height for box in names.values()):
        return None  # a column of places or icons
    return Block(column, names, names_left, names_right=column.left - 0.3 * column.height)


def _one_name(line: Sequence[Box], names_left: float, height: float) -> list[Box]:
    """The boxes of one row that make up its name: from the names' left edge on, without a wide gap."""
    parts: list[Box] = []
    for box in sorted(line, key=lambda box: box.x):
        if right(box) <= names_left + 0.3 * height:
            continue
        edge = right(parts[-1]) if parts else names_left
        if box.x - edge > 1.1 * height:
            break
        parts.append(box)
    return parts


def _with_places(block: Block, boxes: Sequence[Box], blocks: Sequence[Block]) -> Block:
    """Places: narrow boxes left of the names that share their middles."""
    height = block.scores.height
    others = [other.scores.right for other in blocks if other.scores.right < block.names_left]
    bound = max(others, default=0.0)
    near: dict[int, Box] = {}
    candidates = [
        box
        for box in boxes
        if bound < box.x
        and right(box) < block.names_left
        and block.names_left - box.x < 7 * height
        and box.width < 2.6 * box.height
        and 0.6 <= box.height / height <= 1.8
    ]
    if not candidates:
        return block

    def standing_at(centre: float) -> list[Box]:
        return [box for box in candidates if abs(box.x + box.width / 2 - centre) <= 0.5 * height]

    best = max((standing_at(middle_x(box)) for box in candidates), key=len)
    for box in best:
        row = block.scores.lattice.row(middle_y(box))
        if row in block.rows:
            near[row] = box
    return replace(block, places=near) if len(near) >= 0.4 * len(block.rows) else block
