"""The small reader of digits: a network of the project's own, an eighth of the work of the one that knows every script.

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
import numpy.typing as npt

from ocr.faint import Logits
from ocr.models import session
from ocr.neural import batches, decode
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
        self._input = self._session.get_inputs()[0].name

    def look(self, parts: Sequence[Pixels]) -> list[Text]:
        """What the network sees in each part of a picture, in order, `?` for each letter that is no digit."""
        pieces = [prepare(part) for part in parts]
        texts = [Text("", 0.0)] * len(parts)
        for batch in batches([piece.shape[1] for piece in pieces]):
            width = pieces[batch[-1]].shape[1]
            tensor = np.zeros((len(batch), 3, HEIGHT, width), np.float32)
            for line, index in enumerate(batch):
                tensor[line, :, :, : pieces[index].shape[1]] = pieces[index].transpose(2, 0, 1)
            answers = self._session.run(None, {self._input: tensor})[0]
            for line, index in enumerate(batch):
                texts[index] = _said(answers[line, :, : -(-pieces[index].shape[1] // STEP)].T)
        return texts


def clear_kinds(text: Text) -> list[CellKind]:
    """The kinds of cell that a text is surely the number of, so that no other look is needed."""
    sure = text.confidence >= _SURE
    return [kind for kind, shape in _SHAPES.items() if sure and shape.fullmatch(text.text)]


def prepare(pixels: Pixels) -> npt.NDArray[np.float32]:
    """A cell as the network takes it: HEIGHT x width x 3, -1..1."""
    height, width = pixels.shape[:2]
    wanted = min(_LONGEST, max(_SHORTEST, round(width * HEIGHT / max(1, height))))
    way = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    scaled = cv2.resize(pixels, (wanted, HEIGHT), interpolation=way).astype(np.float32)
    return np.asarray(scaled / 127.5 - 1.0, np.float32)


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
    return Text(text.text, min(text.confidence, 1.0 - missed), text.at)


@functools.cache
def shared_digits() -> DigitReader:
    """The one reader of this process."""
    return DigitReader(threads=2)
