"""The two independent readers side by side: Tesseract over strips of cells, the neural recogniser over batches."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np

from ocr import segments
from ocr.ink import paper
from ocr.neural import NeuralReader
from ocr.readers import Cell, CellKind, CellReading, Text
from ocr.tesseract import read_strip

_NUMBERS = {CellKind.NUMBER, CellKind.PLUS}
_CLEAR = 0.85  # a name's confidence below which it is looked at again without its background
_INK_HEIGHT = 48


class Readers:
    """Both readers with their models loaded once. Not thread-safe: one per worker process."""

    def __init__(self) -> None:
        """Raises RecogniserMissingError where the neural model is not installed; Tesseract may be missing."""
        self._neural = NeuralReader()
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tesseract")

    def read(self, cells: Sequence[Cell]) -> list[CellReading]:
        """One reading per cell, in order. Places are read by the neural reader alone: nothing depends on them."""
        strips = self._beside.submit(_tesseract, list(cells))  # a process of its own: it runs meanwhile
        neural = self._neural.read(cells)
        again = [
            index
            for index, (cell, text) in enumerate(zip(cells, neural, strict=True))
            if cell.kind in _NUMBERS or (cell.kind is CellKind.NAME and text.confidence < _CLEAR)
        ]
        ink = dict(zip(again, self._neural.read([_as_ink(cells[index]) for index in again]), strict=True))
        numbers = [index for index, cell in enumerate(cells) if cell.kind is CellKind.NUMBER]
        display = dict(zip(numbers, segments.read_cells([cells[index].pixels for index in numbers]), strict=True))
        return [
            CellReading(tesseract=other, neural=text, neural_ink=ink.get(index), segments=display.get(index))
            for index, (other, text) in enumerate(zip(strips.result(), neural, strict=True))
        ]

    def close(self) -> None:
        self._beside.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _as_ink(cell: Cell) -> Cell:
    return Cell(cell.kind, np.repeat(paper(cell.pixels, _INK_HEIGHT)[:, :, None], 3, axis=2))


def _tesseract(cells: list[Cell]) -> list[Text | None]:
    """Numbers and words on a strip each: digits are read best where nothing but digits is allowed."""
    answers: list[Text | None] = [None] * len(cells)
    numbers = [index for index, cell in enumerate(cells) if cell.kind in _NUMBERS]
    words = [index for index, cell in enumerate(cells) if cell.kind in {CellKind.NAME, CellKind.TEXT}]
    for chosen, alphabet in ((numbers, "0123456789+"), (words, None)):
        for index, text in zip(chosen, read_strip([cells[index] for index in chosen], alphabet=alphabet), strict=True):
            answers[index] = text
    return answers
