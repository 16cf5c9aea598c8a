"""The game's lists: one race with +N, the standings between races, the final list; one or two columns of rows."""

from __future__ import annotations

from ocr.detector import DetectorMissingError, shared_detector
from ocr.layouts.cells import rows_of
from ocr.layouts.found import Found, FoundSide
from ocr.layouts.grid import find_blocks
from ocr.reading import Layout
from ocr.readers import Pixels


def find(pixels: Pixels) -> list[Found]:
    """At most one proposal: every column of rows on the picture, as one side."""
    try:
        boxes = shared_detector().boxes(pixels)
    except DetectorMissingError:
        return []
    blocks = find_blocks(boxes)
    rows = tuple(row for block in blocks for row in rows_of(block, pixels))
    if not rows:
        return []
    seen = sum(len(block.scores.boxes) + len(block.names) for block in blocks)
    layout = Layout.RACE if any(block.plus for block in blocks) else Layout.STANDINGS
    return [Found(layout, (FoundSide(rows),), fit=min(1.0, 0.5 * seen / len(rows)))]
