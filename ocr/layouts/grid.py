"""The grid of a list of the game: columns of numbers on evenly spaced rows, names to their left.

Found from the boxes of the detector alone: rows of the game's lists stand at one pitch, scores share their right edge,
names their left one. Cells the detector missed are filled in from the grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from ocr.layouts.found import Box

_MIN_ROWS = 4
_OFF_PITCH = 0.2  # of the pitch: how far a centre may lie from its row
_PITCHES = (0.85, 4.0)  # a row's pitch over the height of its text box
_ALIGNED = 0.45  # of a text height
_NUMBER_WIDTH = 3.2  # of its height: the widest number of three digits, or +15
_NAME_REACH = 22.0  # of a text height: the farthest a score may stand from the left edge of its name


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
class NumberColumn:
    """Right-aligned narrow boxes on a lattice, by row."""

    lattice: Lattice
    boxes: dict[int, Box]
    right: float
    height: float

    @property
    def left(self) -> float:
        return min(box.x for box in self.boxes.values())


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
        return list(range(min(self._seen), max(self._seen) + 1))

    @property
    def _seen(self) -> set[int]:
        return set(self.scores.boxes) | set(self.names)


def right(box: Box) -> int:
    return box.x + box.width


def middle(box: Box) -> float:
    return box.y + box.height / 2


def join(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of at least one."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(right(box) for box in boxes) - x, max(box.y + box.height for box in boxes) - y)


def number_columns(boxes: Sequence[Box]) -> list[NumberColumn]:
    """Columns of narrow, right-aligned boxes at one pitch, from left to right; no box is in two of them."""
    narrow = [box for box in boxes if box.width <= _NUMBER_WIDTH * box.height]
    found: list[NumberColumn] = []
    while True:
        best: NumberColumn | None = None
        for anchor in narrow:
            column = _column_at(anchor, narrow)
            if column and (best is None or len(column.boxes) > len(best.boxes)):
                best = column
        if best is None:
            return sorted(found, key=lambda column: column.right)
        if not _is_names(best, boxes):
            found.append(best)
        taken = set(map(id, best.boxes.values()))
        narrow = [box for box in narrow if id(box) not in taken]


def _column_at(anchor: Box, boxes: Sequence[Box]) -> NumberColumn | None:
    members = [
        box
        for box in boxes
        if abs(right(box) - right(anchor)) <= _ALIGNED * anchor.height and 0.62 <= box.height / anchor.height <= 1.6
    ]
    if len(members) < _MIN_ROWS:
        return None
    height = median(box.height for box in members)
    lattice = fit_lattice([middle(box) for box in members], height)
    if lattice is None:
        return None
    by_row: dict[int, Box] = {}
    for box in members:
        row = lattice.row(middle(box))
        if row is not None and (row not in by_row or abs(box.height - height) < abs(by_row[row].height - height)):
            by_row[row] = box
    kept = {row: by_row[row] for row in _longest_run(sorted(by_row))}
    if len(kept) < _MIN_ROWS:
        return None
    return NumberColumn(lattice, kept, median(right(box) for box in kept.values()), height)


def _is_names(column: NumberColumn, boxes: Sequence[Box]) -> bool:
    """Whether the boxes are short names that happen to end alike: then more boxes share their left edge."""
    left = median(box.x for box in column.boxes.values())
    rows = {
        row
        for box in boxes
        if abs(box.x - left) <= _ALIGNED * column.height
        and 0.62 <= box.height / column.height <= 1.6
        and (row := column.lattice.row(middle(box))) is not None
    }
    wide = median(box.width / box.height for box in column.boxes.values()) > 2.2
    return len(rows) >= len(column.boxes) if wide else len(rows) > len(column.boxes)


def _longest_run(rows: Sequence[int]) -> list[int]:
    """The longest run of rows with no more than two missing in a row between neighbours."""
    best: list[int] = []
    run: list[int] = []
    for row in rows:
        run = [*run, row] if run and row - run[-1] <= 3 else [row]
        best = max(best, run, key=len)
    return best


def fit_lattice(centres: Sequence[float], height: float) -> Lattice | None:
    """The pitch and start most centres stand on; None where fewer than four do."""
    ys = sorted(centres)
    best: tuple[float, Lattice] | None = None
    for i, low in enumerate(ys):
        for high in ys[i + 1 : i + 5]:
            for steps in (1, 2, 3):
                pitch = (high - low) / steps
                if not _PITCHES[0] * height <= pitch <= _PITCHES[1] * height:
                    continue
                lattice = Lattice(low, pitch)
                rows = {row for y in ys if (row := lattice.row(y)) is not None}
                holes = max(rows) - min(rows) + 1 - len(rows)
                worth = len(rows) - 0.4 * holes  # half the true pitch fits as many centres, with as many holes
                if len(rows) >= _MIN_ROWS and (best is None or worth > best[0]):
                    best = (worth, lattice)
    return _settle(best[1], ys) if best else None


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


def find_blocks(boxes: Sequence[Box]) -> list[Block]:
    """Every score column with names to its left, from left to right."""
    columns = number_columns(boxes)
    blocks: list[Block] = []
    for column in columns:
        left_of = [block for block in blocks if _level(block.scores, column)]
        bound = max([block.scores.right for block in left_of], default=0.0)
        block = _with_names(column, boxes, bound)
        if block is None and left_of and _is_plus(left_of[-1], column, boxes, columns):
            last = left_of[-1]
            blocks[blocks.index(last)] = replace(last, scores=column, plus=last.scores)
            continue
        if block is not None:
            blocks.append(block)
    return [_with_places(block, boxes, blocks) for block in blocks]


def _level(one: NumberColumn, other: NumberColumn) -> bool:
    """Whether two columns stand on the same rows."""
    if abs(one.lattice.pitch / other.lattice.pitch - 1) > 0.04:
        return False
    hits = sum(one.lattice.row(middle(box)) is not None for box in other.boxes.values())
    return hits >= 0.7 * len(other.boxes)


def _is_plus(block: Block, column: NumberColumn, boxes: Sequence[Box], columns: Sequence[NumberColumn]) -> bool:
    """Whether the block's numbers are +N and `column` the scores, rather than the places of a block to the right."""
    if block.plus is not None or column.left - block.scores.right > 6 * column.height:
        return False
    further = [other for other in columns if other.right > column.right and _level(column, other)]
    return not any(
        (found := _with_names(other, boxes, column.right)) and found.names_left - column.right < 5 * column.height
        for other in further
    )


def _with_names(column: NumberColumn, boxes: Sequence[Box], bound: float) -> Block | None:
    """The block of a score column, or None where no column of names stands between it and `bound`."""
    first, last = min(column.boxes), max(column.boxes)
    beside: dict[int, list[Box]] = {}
    for box in boxes:
        row = column.lattice.row(middle(box))
        if row is None or not first - 1 <= row <= last + 1 or not 0.55 <= box.height / column.height <= 1.7:
            continue
        if box.x > bound and right(box) < column.left and column.left - box.x < _NAME_REACH * column.height:
            beside.setdefault(row, []).append(box)
    every = [box for line in beside.values() for box in line]
    if not every:
        return None
    reach = _ALIGNED * column.height

    def cluster(edge: float) -> list[Box]:
        return [box for box in every if abs(box.x - edge) <= reach]

    best = max((cluster(box.x) for box in every), key=lambda members: sum(box.width for box in members))
    rows = {column.lattice.row(middle(box)) for box in best}
    if len(rows) < max(3, 0.5 * len(column.boxes)):
        return None
    names_left = median(box.x for box in best)
    names = {row: join(parts) for row, line in beside.items() if (parts := _one_name(line, names_left, column.height))}
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
        if box.x - edge > 1.6 * height:
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

    def level(centre: float) -> list[Box]:
        return [box for box in candidates if abs(box.x + box.width / 2 - centre) <= 0.5 * height]

    best = max((level(box.x + box.width / 2) for box in candidates), key=len)
    for box in best:
        row = block.scores.lattice.row(middle(box))
        if row in block.rows:
            near[row] = box
    return replace(block, places=near) if len(near) >= 0.4 * len(block.rows) else block
