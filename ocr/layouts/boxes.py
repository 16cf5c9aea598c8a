"""Edges, middles and parts of boxes: the geometry that every layout shares."""

from __future__ import annotations

from collections.abc import Iterable

from ocr.layouts.found import Box
from ocr.readers import Pixels


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


def crop(pixels: Pixels, box: Box) -> Pixels:
    """The part of the picture inside the box, which may lie beyond an edge; empty where they do not meet."""
    return pixels[max(0, box.y) : max(0, bottom(box)), max(0, box.x) : max(0, right(box))]
