"""The small reader of digits: a network of the project's own, much less work than the one that knows every script.

It is asked first where only a number can stand. What it says counts where it is sure; everything else, and whatever is
no number (a flag, a medal, letters), is left to the large recogniser. `benchmarks/train_digits.py` makes `digits.onnx`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from ocr.batches import answers
from ocr.faint import Logits
from ocr.models import session, shrink_arena
from ocr.neural import decode
from ocr.readers import CellKind, Pixels, Text

HEIGHT = 32  # the network's input height
STEP = 2  # pixels of width the network says one letter of
LETTERS = ("", *"0123456789+-", "?")  # none, the digits and signs, and whatever else is drawn
_SHORTEST, _LONGEST = 16, 256  # widths in pixels at that height
_SURE = 0.98  # confidence from which nobody else is asked
_RIM = 2  # steps on which a letter may fade
_MODEL = Path(__file__).with_name("digits.onnx")
# No text: a network of digits sees no point in 4.8 and no letter in Z9.
_SHAPES: Mapping[CellKind, re.Pattern[str]] = {
    CellKind.NUMBER: re.compile(r"-?\d+"),
    CellKind.PLUS: re.compile(r"\+?\d+"),
    CellKind.PLACE: re.compile(r"\d+"),
}
KINDS = frozenset(_SHAPES)  # of cells that are looked at for digits


class DigitReader:
    """The model loaded once. Not thread-safe."""

    def __init__(self, *, threads: int = 1) -> None:
        self._session = session(_MODEL, threads=threads)

    def look(self, parts: Sequence[Pixels]) -> list[Text]:
        """What the network sees in each part of a picture, in order, `?` for each letter that is no digit."""
        pieces = [scaled(part).astype(np.float32) / 127.5 - 1.0 for part in parts]
        texts = [Text("", 0.0)] * len(parts)
        for index, answer in answers(self._session, pieces):
            texts[index] = _said(answer[:, : -(-pieces[index].shape[1] // STEP)].T)  # the rest is padding
        return texts

    def rest(self) -> None:
        """The networks' working memory goes back to the system, which asks the smallest of them."""
        shrink_arena(self._session, (1, 3, HEIGHT, _SHORTEST))


def clear_kinds(text: Text) -> list[CellKind]:
    """The kinds of cell that a text is surely the number of, so that no other look is needed."""
    sure = text.confidence >= _SURE
    return [kind for kind, shape in _SHAPES.items() if sure and shape.fullmatch(text.text)]


def scaled(pixels: Pixels) -> Pixels:
    """A cell as high as the network takes it."""
    height, width = pixels.shape[:2]
    wanted = min(_LONGEST, max(_SHORTEST, round(width * HEIGHT / max(1, height))))
    way = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (wanted, HEIGHT), interpolation=way), np.uint8)


def _said(probabilities: Logits) -> Text:
    """The text, its confidence lowered by any letter that almost stood where none is said."""
    best = probabilities.argmax(axis=1)
    text = decode(probabilities, LETTERS, free=best)
    empty = np.flatnonzero(best == 0)
    almost = probabilities[empty]
    almost[:, 0] = 0.0
    around = np.clip(empty[:, None] + np.arange(-_RIM, _RIM + 1), 0, len(best) - 1)
    np.put_along_axis(almost, best[around], 0.0, axis=1)  # a letter's rim is no other letter
    missed = float(almost.max()) if almost.size else 0.0
    return Text(text.text, min(text.confidence, 1.0 - missed), text.at, small=True)


@functools.cache
def shared_digits() -> DigitReader:
    """The one reader of this process."""
    return DigitReader(threads=2)
