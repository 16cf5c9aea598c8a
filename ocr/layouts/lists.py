"""The game's lists: one race with +N, the standings between races, the final list; one or two columns of rows.

Where the rows stand on the colours of teams, the proposal is a team screen.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.detector import Detector, DetectorMissingError, shared_detector
from ocr.layouts.cells import rows_of
from ocr.layouts.found import Box, Found, FoundSide
from ocr.layouts.grid import Block, find_blocks, join, name_lattices, right
from ocr.layouts.split import split_merged
from ocr.layouts.teams import as_teams
from ocr.readers import Pixels
from ocr.reading import Layout

_CLEAR_TEXT = 30.0  # pixels a text should be high for the detector to miss none
_CLOSEST = 1280  # long side of the closer look


def find(pixels: Pixels) -> list[Found]:
    """At most one proposal: every column of rows on the picture, as one side."""
    blocks = [split_merged(block, pixels) for block in find_list(pixels)]
    rows = tuple(row for block in blocks for row in rows_of(block, pixels))
    if not rows:
        return []
    fit = _completeness(blocks)
    teams = as_teams(pixels, rows, fit)
    if teams is not None:
        return [teams]
    layout = Layout.RACE if any(block.plus for block in blocks) else Layout.STANDINGS
    return [Found(layout, (FoundSide(rows),), fit)]


def find_list(pixels: Pixels) -> list[Block]:
    """The columns of rows on the picture, from left to right; looked at again from near where cells are missing."""
    try:
        detector = shared_detector()
    except DetectorMissingError:
        return []
    boxes = detector.boxes(pixels)
    blocks = find_blocks(boxes)
    if blocks and _completeness(blocks) == 1:
        return blocks
    area = _area(blocks, boxes)
    if area is None:
        return blocks
    closer = find_blocks(_closer_boxes(pixels, *area, detector))
    return closer if _cells(closer) >= _cells(blocks) else blocks


def _cells(blocks: Sequence[Block]) -> int:
    return sum(len(block.scores.boxes) + len(block.names) + bool(block.plus) for block in blocks)


def _completeness(blocks: Sequence[Block]) -> float:
    """Share of the cells of names and scores that the detector saw, 0..1."""
    seen = sum(len(block.scores.boxes) + len(block.names) for block in blocks)
    return min(1.0, seen / max(1, 2 * sum(len(block.rows) for block in blocks)))


def _area(blocks: Sequence[Block], boxes: Sequence[Box]) -> tuple[Box, float] | None:
    """The part of the picture worth a closer look, and the height of its text; names alone are enough."""
    if blocks:
        cells = [box for block in blocks for box in (*block.names.values(), *block.scores.boxes.values())]
        around, pitch = join(cells), max(block.scores.lattice.pitch for block in blocks)
        text = min(block.scores.height for block in blocks)
        end = right(around) + 2 * pitch
    else:
        words = max(name_lattices(boxes), key=lambda names: names.last - names.first, default=None)
        if words is None:
            return None
        top, pitch, text = words.lattice.centre(words.first), words.lattice.pitch, words.height
        around = Box(round(words.left), round(top), 1, round(words.lattice.centre(words.last) - top))
        end = words.left + 16 * words.height
    left, top = around.x - 3 * pitch, around.y - 2.5 * pitch
    return Box(round(left), round(top), round(end - left), round(around.height + 5 * pitch)), text


def _closer_boxes(pixels: Pixels, area: Box, text: float, detector: Detector) -> list[Box]:
    """Text boxes of a part of the picture, found at a scale at which its text is clear."""
    left, top = max(0, area.x), max(0, area.y)
    part = pixels[top : area.y + area.height, left : right(area)]
    if not part.size:
        return []
    scale = min(_CLEAR_TEXT / text, _CLOSEST / max(part.shape[:2]))
    grown = max(1.0, scale)
    if scale > 1:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    else:
        part = part.copy()  # the detector knows pictures by their identity
    found = detector.boxes(part, long_side=round(max(part.shape[:2]) * min(1.0, scale)))
    return [
        Box(
            left + round(box.x / grown),
            top + round(box.y / grown),
            max(1, round(box.width / grown)),
            max(1, round(box.height / grown)),
        )
        for box in found
    ]
