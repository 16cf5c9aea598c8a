"""From the grid of a list to the boxes of its cells."""

from __future__ import annotations

from ocr.ink import paper
from ocr.layouts.blocks import Block
from ocr.layouts.boxes import right
from ocr.layouts.found import Box, FoundRow
from ocr.layouts.split import COLUMN, INK, INK_HEIGHT, has_digit
from ocr.readers import Pixels

_ONE_MORE_DIGIT = 1.55  # times a score's width
_EDGE = 0.3  # of a text height: how much of a row may be cut off by the picture's edge


def rows_of(block: Block, pixels: Pixels) -> list[FoundRow]:
    """The rows of a block from the top down, cells inside the picture."""
    found = [_row(block, row, pixels) for row in block.rows]
    return [row for row in found if row is not None]


def _row(block: Block, row: int, pixels: Pixels) -> FoundRow | None:
    height, width = pixels.shape[:2]
    scores, pitch = block.scores, block.scores.lattice.pitch
    centre, text, margin = scores.lattice.centre(row), min(scores.height * 1.05, pitch), 0.15 * scores.height

    def box(left: float, end: float, tall: float = text) -> Box | None:
        x, y = max(0, round(left)), max(0, round(centre - tall / 2))
        w, h = min(width, round(end)) - x, min(height, round(centre + tall / 2)) - y
        return Box(x, y, w, h) if w > 1 and h > 1 else None

    name_end = right(block.names[row]) + margin if row in block.names else block.names_right
    if block.plus is not None:
        name_end = min(name_end, block.plus.left - margin)
    name = box(block.names_left - margin, max(name_end, block.names_left + scores.height))
    score_left = _score_left(block, row, pixels) - margin
    score = box(max(score_left, block.plus.right) if block.plus else score_left, scores.right + margin / 2)
    plus = box(block.plus.left - margin, block.plus.right) if block.plus else None
    place = None
    if block.places:
        left = min(cell.x for cell in block.places.values())
        place = box(left - margin, max(right(cell) for cell in block.places.values()) + margin)
    start = place.x if place else block.names_left - 2.2 * scores.height
    bar = box(start, scores.right + 0.4 * pitch, pitch)
    if name is None or score is None or bar is None:
        return None
    cut = _EDGE * text
    partial = centre - text / 2 < -cut or centre + text / 2 > height + cut
    return FoundRow(bar=bar, name=name, score=score, place=place, plus=plus, partial=partial)


def _score_left(block: Block, row: int, pixels: Pixels) -> float:
    """Where the widest score begins; in a row whose box took +N with it, clear of +N if there is ink between."""
    scores, box = block.scores, block.scores.boxes.get(row)
    if block.plus is not None and scores.left < (block.plus.left + block.plus.right) / 2:
        return block.plus.right  # most boxes took both numbers for one
    if block.plus is None or box is None or box.x > scores.left - 0.3 * scores.height:
        return scores.left
    left = max(block.plus.right + 0.2 * scores.height, scores.right - _ONE_MORE_DIGIT * (scores.right - scores.left))
    centre, reach = scores.lattice.centre(row), 0.4 * scores.height
    between = pixels[max(0, round(centre - reach)) : round(centre + reach), round(left) : round(scores.left)]
    if min(between.shape[:2]) < 3 or not has_digit((paper(between, INK_HEIGHT) < INK).mean(axis=0) > COLUMN):
        return scores.left
    return left
