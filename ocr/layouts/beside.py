"""Columns of a list that have too few cells to be found alone, found from the shape of a whole column beside them.

The game fills its lists from the top: of fourteen players the second column has two rows. Every column of a list is as
wide as the first and stands on the same rows, so one number and one name or place at the right distance are a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ocr.layouts.blocks import Block
from ocr.layouts.boxes import middle_x, middle_y, right
from ocr.layouts.found import Box
from ocr.layouts.grid import ALIGNED, NumberColumn

_HEIGHTS = (0.6, 1.7)  # of a cell's box over that of the column beside it
_NUMBER_WIDTH = 2.6  # of its height: the widest score
_ICON = 4.0  # of a text height: place and icon before a name
_MANY = 3  # cells from which a column need not begin at the top, and names alone are one


def with_short_columns(blocks: Sequence[Block], boxes: Sequence[Box]) -> list[Block]:
    """The blocks of a list, and those set like the fullest of them that were too short to be seen; left to right."""
    found = list(blocks)
    if any(block.plus for block in blocks):
        return found  # one race's list has one column
    main = max(blocks, key=lambda block: block.cells)
    used = {id(box) for block in blocks for part in (block.names, block.scores.boxes) for box in part.values()}
    free = [box for box in boxes if id(box) not in used and _on_rows(box, main)]
    while True:
        shifts = [box.x - main.names_left for box in free] + [right(box) - main.scores.right for box in free]
        columns = [_shifted(main, by, free, several=len(blocks) > 1) for by in shifts if _is_clear(main, by, found)]
        best = max((column for column in columns if column), key=lambda block: block.cells, default=None)
        if best is None:
            return sorted(found, key=lambda block: block.names_left)
        found.append(best)


def _on_rows(box: Box, main: Block) -> bool:
    row = main.scores.lattice.row(middle_y(box))
    low, high = (share * main.scores.height for share in _HEIGHTS)
    return row is not None and min(main.rows) <= row <= max(main.rows) and low <= box.height <= high


def _is_clear(main: Block, by: float, blocks: Sequence[Block]) -> bool:
    """Whether a column that far from the first has the place to itself, its icons among it."""
    beside = 2 * main.scores.height
    return all(
        main.names_left + by - beside > block.scores.right or main.scores.right + by < block.names_left - beside
        for block in blocks
    )


def _shifted(main: Block, by: float, boxes: Sequence[Box], *, several: bool) -> Block | None:
    """What stands where the column would, were it moved by so many pixels; None where that is not enough of one."""
    reach, lattice = ALIGNED * main.scores.height, main.scores.lattice
    names: dict[int, Box] = {}
    numbers: dict[int, Box] = {}
    placed: set[int] = set()
    for box in boxes:
        row = lattice.row(middle_y(box))
        if row is None:
            continue
        if abs(right(box) - main.scores.right - by) <= reach and box.width <= _NUMBER_WIDTH * box.height:
            numbers[row] = box
        elif abs(box.x - main.names_left - by) <= reach and right(box) < main.scores.left + by:
            names[row] = box
        elif _takes_in_icon(box, main, by):
            start = round(main.names_left + by)
            names[row] = replace(box, x=start, width=right(box) - start)
        elif main.places and abs(middle_x(box) - by - median(map(middle_x, main.places.values()))) <= reach:
            placed.add(row)
    pairs = (names.keys() | placed) & numbers.keys()
    alone = several and len(names) >= max(_MANY, len(main.rows) / 2)  # columns of teams are all as long
    if not (alone or (pairs and (len(pairs) >= _MANY or min(main.rows) in numbers))):
        return None
    end = median(right(box) for box in numbers.values()) if numbers else main.scores.right + by
    scores = NumberColumn(lattice, numbers, end, main.scores.height, reach=main.scores.right - main.scores.left)
    left = median(box.x for box in names.values()) if names else main.names_left + by
    return Block(scores, names, left, names_right=scores.left - 0.3 * main.scores.height)


def _takes_in_icon(box: Box, main: Block, by: float) -> bool:
    """Whether a place, the icon and the name after it were taken for one word."""
    start, height = main.names_left + by, main.scores.height
    return start - _ICON * height < box.x < start < right(box) - height / 2 and right(box) < main.scores.left + by
