"""From the grid of a list to the boxes of its cells."""

from __future__ import annotations

from ocr.layouts.found import Box, FoundRow
from ocr.layouts.grid import Block, NumberColumn, right
from ocr.readers import Pixels

_EDGE = 0.3  # of a text height: how much of a row may be cut off by the picture's edge


def rows_of(block: Block, pixels: Pixels) -> list[FoundRow]:
    """The rows of a block from the top down, cells inside the picture."""
    found = [_row(block, row, pixels) for row in block.rows]
    return [row for row in found if row is not None]


def _row(block: Block, row: int, pixels: Pixels) -> FoundRow | None:
    height, width = pixels.shape[:2]
    centre = block.scores.lattice.centre(row)
    pitch = block.scores.lattice.pitch
    text = min(block.scores.height * 1.05, pitch)
    top, bottom = centre - text / 2, centre + text / 2
    margin = 0.15 * block.scores.height

    def box(left: float, end: float) -> Box | None:
        x, y = max(0, round(left)), max(0, round(top))
        w, h = min(width, round(end)) - x, min(height, round(bottom)) - y
        return Box(x, y, w, h) if w > 1 and h > 1 else None

    name_end = right(block.names[row]) + margin if row in block.names else block.names_right
    if block.plus is not None:
        name_end = min(name_end, block.plus.left - margin)
    name = box(block.names_left - margin, max(name_end, block.names_left + block.scores.height))
    score = _number(block.scores, row, box, margin)
    if name is None or score is None:
        return None
    plus = _number(block.plus, row, box, margin) if block.plus else None
    place = None
    if block.places:
        left = min(cell.x for cell in block.places.values())
        end = max(right(cell) for cell in block.places.values())
        place = box(left - margin, end + margin)
    left = place.x if place else block.names_left - 2.2 * block.scores.height
    bar_x, bar_y = max(0, round(left)), max(0, round(centre - pitch / 2))
    bar = Box(
        bar_x,
        bar_y,
        min(width, round(block.scores.right + 0.4 * pitch)) - bar_x,
        min(height, round(centre + pitch / 2)) - bar_y,
    )
    cut = _EDGE * text
    partial = centre - text / 2 < -cut or centre + text / 2 > height + cut
    return FoundRow(bar=bar, name=name, score=score, place=place, plus=plus, partial=partial)


def _number(column: NumberColumn, row: int, box, margin: float) -> Box | None:  # type: ignore[no-untyped-def]
    return box(column.left - margin, column.right + margin)
