"""A look at a few texts of a column, where boxes alone do not say what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from ocr.layouts.found import Box
from ocr.models import ModelMissingError
from ocr.neural import shared_neural
from ocr.readers import Cell, CellKind, Pixels

_NUMBER = re.compile(r"^\W*\d{1,4}(?:[.,]\d+)?(?:st|nd|rd|th|位)?\W*$", re.IGNORECASE)
_COUNT = 4  # texts read of one column
_NARROW = 2.4  # of a text height: what is wider is hardly a place or a score
_SHARE = 0.7  # of numbers, from which a column holds them


class Sample:
    """The texts of one picture's boxes, each read once, and none before it is asked for."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._texts: dict[Box, str] = {}

    def texts(self, boxes: Sequence[Box]) -> list[str]:
        """What stands in the boxes, any letters; empty texts where the neural model is not installed."""
        new = [box for box in boxes if box not in self._texts]
        cells = [
            Cell(CellKind.TEXT, self._pixels[box.y : box.y + box.height, box.x : box.x + box.width]) for box in new
        ]
        try:
            read = shared_neural().read(cells)
        except ModelMissingError:
            return [""] * len(boxes)
        self._texts.update((box, text.text) for box, text in zip(new, read, strict=True))
        return [self._texts[box] for box in boxes]

    def share_of_numbers(self, boxes: Sequence[Box]) -> float:
        """Which share (0..1) of the boxes, a few being read, hold a number or a place and nothing else."""
        if not boxes:
            return 0.0
        step = max(1, len(boxes) // _COUNT)
        texts = [text for text in self.texts(list(boxes)[::step][:_COUNT]) if text]
        return sum(_NUMBER.match(text) is not None for text in texts) / len(texts) if texts else 0.0

    def likely_numbers(self, boxes: Sequence[Box]) -> float:
        """The same, but 0 without a look where the boxes are as wide as names are."""
        wide = not boxes or median(box.width for box in boxes) >= _NARROW * median(box.height for box in boxes)
        return 0.0 if wide else self.share_of_numbers(boxes)

    def is_numbers(self, boxes: Sequence[Box]) -> bool:
        return self.likely_numbers(boxes) >= _SHARE
