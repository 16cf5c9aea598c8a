"""The neural recogniser: PP-OCRv6 run on onnxruntime directly, cells in batches, its letters decoded here (CTC)."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.batches import answers
from ocr.faint import FaintLetters, Logits
from ocr.models import RECOGNISER, open_model
from ocr.readers import Cell, CellKind, Pixels, Text

_HEIGHT = 48  # the network's input height
_SHORTEST, _LONGEST = 48, 1600  # widths in pixels at that height
_STEP = 8  # pixels of that width the network says one letter of
Columns = npt.NDArray[np.intp]  # indices of letters
_ALPHABETS = {
    CellKind.NUMBER: "0123456789-",
    CellKind.PLUS: "0123456789+",
    CellKind.PLACE: "0123456789",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one pass of the network says of one cell, for every kind of cell it may turn out to be."""

    texts: Mapping[CellKind, Text]


class NeuralReader:
    """The model loaded once. Not thread-safe."""

    def __init__(self, *, threads: int = 1) -> None:
        """Raises ModelMissingError where the model file is not installed."""
        self._session = open_model(RECOGNISER, threads=threads)
        letters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._letters = ["", *letters]
        size = self._session.get_outputs()[0].shape[2]
        self._letters += [" "] * (size - len(self._letters))  # the network's last letter is the space
        self._faint = FaintLetters(self._letters)
        self._columns = {kind: self._places(alphabet) for kind, alphabet in _ALPHABETS.items()}

    def read(self, cells: Sequence[Cell]) -> list[Text]:
        """One text per cell, in order; empty with confidence 0 where nothing is seen."""
        looks = self.look([cell.pixels for cell in cells])
        return [look.texts[cell.kind] for cell, look in zip(cells, looks, strict=True)]

    def look(self, parts: Sequence[Pixels]) -> list[Look]:
        """One look per part of a picture, in order, for whoever does not know yet what the part holds."""
        pieces = [_prepare(part) for part in parts]
        looks = [Look({})] * len(parts)
        for index, answer in answers(self._session, pieces):
            looks[index] = self._decoded(answer[: -(-pieces[index].shape[1] // _STEP)])  # the rest is padding
        return looks

    def _decoded(self, probabilities: Logits) -> Look:
        free = probabilities.argmax(axis=1)
        texts = {
            kind: decode(probabilities, self._letters, columns, free=free) for kind, columns in self._columns.items()
        }
        texts[CellKind.TEXT] = decode(probabilities, self._letters, free=free)
        texts[CellKind.NAME] = decode(probabilities, self._letters, faint=self._faint, free=free)
        return Look(texts)

    def _places(self, alphabet: str) -> Columns:
        return np.flatnonzero([letter == "" or letter in alphabet for letter in self._letters])


@functools.cache
def shared_neural() -> NeuralReader:
    """The one reader of this process. Raises ModelMissingError as NeuralReader does."""
    return NeuralReader(threads=2)


def decode(
    probabilities: Logits,
    letters: Sequence[str],
    columns: Columns | None = None,
    *,
    faint: FaintLetters | None = None,
    free: Columns | None = None,
) -> Text:
    """Greedy CTC: the best letter of every step, repeats joined, blanks (letter 0) dropped.

    `columns` restricts the letters. The confidence 0..1 is that of the least certain letter, lowered by whatever else
    than the allowed the network would rather have read. `faint` adds a name's letters that were seen and not said.
    `free` is the best letter of every step without a restriction, where it is known already.
    """
    free = probabilities.argmax(axis=1) if free is None else free
    best = free if columns is None else columns[probabilities[:, columns].argmax(axis=1)]
    allowed = frozenset() if columns is None else frozenset(columns.tolist())
    runs: list[tuple[int, int, int]] = []
    sure: list[float] = []
    step = 0
    while step < len(best):
        end = step
        while end + 1 < len(best) and best[end + 1] == best[step]:
            end += 1
        if best[step]:
            runs.append((int(best[step]), step, end + 1))
            sure.append(float(probabilities[step : end + 1, best[step]].max()))
        elif columns is not None:
            sure += [1.0 - float(probabilities[at, free[at]]) for at in range(step, end + 1) if free[at] not in allowed]
        step = end + 1
    while runs and not letters[runs[-1][0]].strip():
        runs.pop()
    while runs and not letters[runs[0][0]].strip():
        runs.pop(0)
    plain = "".join(letters[letter] for letter, _, _ in runs)
    joined = faint.text(probabilities, runs).strip() if faint else plain
    at = tuple((first + end) / 2 / len(best) for _, first, end in runs) if joined == plain else ()
    return Text(joined, min(sure) if sure and joined else 0.0, at)


def _prepare(pixels: Pixels) -> npt.NDArray[np.float32]:
    height, width = pixels.shape[:2]
    wanted = min(_LONGEST, max(_SHORTEST, round(width * _HEIGHT / max(1, height))))
    scaled = cv2.resize(pixels, (wanted, _HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(scaled / 127.5 - 1.0, np.float32)
