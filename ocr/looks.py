"""What the networks saw on one picture, box by box: whatever stands in a box is read once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ocr.digits import KINDS, DigitReader, clear_kinds
from ocr.layouts.boxes import crop
from ocr.layouts.found import Box
from ocr.neural import Look, NeuralReader
from ocr.readers import CellKind, Pixels, Text

_WIDER, _NARROWER = 0.6, 0.35  # of a text's height: how much farther, or less far, another box around it may reach
_TALLER = 0.25  # the same upwards and downwards
_TOUCHING = 0.1  # share of the smaller of two boxes from which they have something in common


class Looks:
    """The looks at one picture, which must not change meanwhile. Not thread-safe."""

    def __init__(self, pixels: Pixels, reader: NeuralReader, digits: DigitReader | None = None) -> None:
        """Without the small reader of digits everything is looked at by the large one."""
        self.pixels = pixels
        self._reader, self._digits = reader, digits
        self._looks: dict[Box, Look] = {}  # of a number that the small reader is sure of: without the other kinds
        self._no_numbers: set[Box] = set()  # where the small reader is not sure of one

    def texts(self, boxes: Sequence[Box], kinds: Sequence[CellKind], *, near: float | None = None) -> list[Text]:
        """What stands in each box, read as that kind, with the letters' places in that box.

        A look at nearly the same box counts from a confidence of `near` on; without it every box is looked at itself.
        """
        known = [self._known(box, kind, near) for box, kind in zip(boxes, kinds, strict=True)]
        new = [(box, kind) for box, kind, text in zip(boxes, kinds, known, strict=True) if text is None]
        self._look_for_numbers([box for box, kind in new if kind in KINDS])
        left = list(dict.fromkeys(box for box, kind in new if kind not in self._seen(box)))
        self._looks.update(zip(left, self._reader.look([crop(self.pixels, box) for box in left]), strict=True))
        return [
            self._seen(box)[kind] if text is None else text for box, kind, text in zip(boxes, kinds, known, strict=True)
        ]

    def _look_for_numbers(self, boxes: Sequence[Box]) -> None:
        if self._digits is None:
            return
        new = [box for box in dict.fromkeys(boxes) if box not in self._looks and box not in self._no_numbers]
        for box, text in zip(new, self._digits.look([crop(self.pixels, box) for box in new]), strict=True):
            kinds = clear_kinds(text)
            if kinds:
                self._looks[box] = Look(dict.fromkeys(kinds, text))
            else:
                self._no_numbers.add(box)

    def _seen(self, box: Box) -> Mapping[CellKind, Text]:
        return self._looks[box].texts if box in self._looks else {}

    def _known(self, box: Box, kind: CellKind, near: float | None) -> Text | None:
        if kind in self._seen(box):
            return self._seen(box)[kind]
        if near is None:
            return None
        others = [other for other in self._looks if overlap(box, other)]
        if len(others) != 1 or not _alike(box, others[0]):
            return None
        text = self._seen(others[0]).get(kind)
        return _placed(text, others[0], box) if text is not None and text.confidence >= near else None


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have more in common than a rim."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return width > 0 and height > 0 and width * height > _TOUCHING * smaller


def _alike(box: Box, seen: Box) -> bool:
    """Whether two boxes hold the same text: none reaches much farther than the other."""
    tall = box.height
    sides = (seen.x - box.x, box.x + box.width - seen.x - seen.width)
    ends = (seen.y - box.y, box.y + tall - seen.y - seen.height)
    return all(-_NARROWER * tall <= by <= _WIDER * tall for by in sides) and all(
        abs(by) <= _TALLER * tall for by in ends
    )


def _placed(text: Text, seen: Box, box: Box) -> Text:
    """The text with its letters' places told in another box."""
    at = tuple(min(1.0, max(0.0, (seen.x + place * seen.width - box.x) / box.width)) for place in text.at)
    return replace(text, at=at)
