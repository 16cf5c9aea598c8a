"""The neural recogniser: PP-OCRv6 run on onnxruntime directly, cells in batches, its letters decoded here (CTC)."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.faint import FaintLetters, Logits
from ocr.models import RECOGNISER, open_model
from ocr.readers import Cell, CellKind, Pixels, Text

_HEIGHT = 48  # the network's input height
_SHORTEST, _LONGEST = 48, 1600  # widths in pixels at that height
_STEP = 8  # pixels of that width the network says one letter of
_BATCH = 6  # more are padded to the widest and leave the cache of a core
_ALPHABETS = {
    CellKind.NUMBER: "0123456789-",
    CellKind.PLUS: "0123456789+",
    CellKind.PLACE: "0123456789",
}


class NeuralReader:
    """The model loaded once. Not thread-safe."""

    def __init__(self, *, threads: int = 1) -> None:
        """Raises ModelMissingError where the model file is not installed."""
        self._session = open_model(RECOGNISER, threads=threads)
        self._input = self._session.get_inputs()[0].name
        letters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._letters = ["", *letters]
        size = self._session.get_outputs()[0].shape[2]
        self._letters += [" "] * (size - len(self._letters))  # the network's last letter is the space
        self._faint = FaintLetters(self._letters)
        self._allowed = {kind: self._mask(alphabet) for kind, alphabet in _ALPHABETS.items()}

    def read(self, cells: Sequence[Cell]) -> list[Text]:
        """One text per cell, in order; empty with confidence 0 where nothing is seen."""
        pieces = [_prepare(cell.pixels) for cell in cells]
        order = sorted(range(len(cells)), key=lambda index: pieces[index].shape[1])
        texts = [Text("", 0.0)] * len(cells)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            width = pieces[batch[-1]].shape[1]
            tensor = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
            for line, index in enumerate(batch):
                tensor[line, :, :, : pieces[index].shape[1]] = pieces[index].transpose(2, 0, 1)
            answers = self._session.run(None, {self._input: tensor})[0]
            for line, index in enumerate(batch):
                own = answers[line][: -(-pieces[index].shape[1] // _STEP)]  # the rest is padding
                kind = cells[index].kind
                faint = self._faint if kind is CellKind.NAME else None
                texts[index] = decode(own, self._letters, self._allowed.get(kind), faint)
        return texts

    def _mask(self, alphabet: str) -> npt.NDArray[np.bool_]:
        return np.array([letter == "" or letter in alphabet for letter in self._letters], bool)


@functools.cache
def shared_neural() -> NeuralReader:
    """The one reader of this process. Raises ModelMissingError as NeuralReader does."""
    return NeuralReader(threads=2)


def decode(
    probabilities: Logits,
    letters: Sequence[str],
    allowed: npt.NDArray[np.bool_] | None = None,
    faint: FaintLetters | None = None,
) -> Text:
    """Greedy CTC: the best letter of every step, repeats joined, blanks (letter 0) dropped.

    `allowed` restricts the letters. The confidence 0..1 is that of the least certain letter, lowered by whatever else
    than the allowed the network would rather have read. `faint` adds a name's letters that were seen and not said.
    """
    free = probabilities.argmax(axis=1)
    best = free if allowed is None else np.where(allowed, probabilities, -1.0).argmax(axis=1)
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
        elif allowed is not None:
            strangers = [at for at in range(step, end + 1) if not allowed[free[at]]]
            sure += [1.0 - float(probabilities[at, free[at]]) for at in strangers]
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
