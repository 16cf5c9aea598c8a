"""The two independent readers side by side: Tesseract over strips of cells, the neural recogniser over batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from ocr import segments
from ocr.digits import DigitReader, shared_digits
from ocr.ink import paper
from ocr.neural import shared_neural
from ocr.readers import Cell, CellKind, CellReading, Text
from ocr.tesseract import read_strip, scripts_here
from ocr.tones import in_colour

_NUMBERS = {CellKind.NUMBER, CellKind.PLUS}
_CLEAR = 0.85  # a name's confidence below which it is looked at again without its background
_HARD = 0.5  # a name's confidence below which Tesseract is asked as well
_SURE = 0.9  # a number's confidence from which one look is enough beside a second reader
_DISPLAY = 0.75  # share of the numbers seen as segments that must be those the network is sure of
_DIGITS = "0123456789+"
_INK_HEIGHT = 48


class Readers:
    """Both readers with their models loaded once. Not thread-safe: one per worker process."""

    def __init__(self) -> None:
        """Raises ModelMissingError where the neural model is not installed; Tesseract may be missing."""
        self.neural = shared_neural()
        self.digits: DigitReader | None = shared_digits()  # None: the large recogniser reads every number itself
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tesseract")

    def read(self, cells: Sequence[Cell], look: Callable[[], Sequence[Text]] | None = None) -> list[CellReading]:
        """One reading per cell, in order. Places and titles are read by the neural reader alone: no number is theirs.

        `look` gives the neural reader's first look at the cells where something of it is known already.
        Nobody is asked twice about what is clear: Tesseract reads the numbers that no other second reader did and the
        names that the first sees nothing sure in, the large network looks at what the small one stands alone with, and
        again without a ground at what is open.
        """
        display = _display(cells)
        others = [i for i, cell in enumerate(cells) if cell.kind in _NUMBERS and i not in display]
        begun = self._beside.submit(_strip, cells, others, _DIGITS)  # a process of its own: it runs meanwhile
        neural = self.neural.read(cells) if look is None else look()
        strange = [] if _is_display(display, neural) else list(display)
        late = self._beside.submit(_strip, cells, strange, _DIGITS)
        display = {} if strange else display
        names = [i for i, cell in enumerate(cells) if cell.kind is CellKind.NAME and neural[i].confidence < _CLEAR]
        ink = self._ink(cells, names)
        hard = [i for i in names if max(neural[i].confidence, ink[i].confidence) < _HARD]
        letters = self._beside.submit(_strip, cells, hard, None)
        digits = begun.result() | late.result()
        second: dict[int, Text | None] = {**display, **digits}
        still = [i for i in second if _is_open(cells[i], second[i], neural[i])]
        large = self._large(cells, [i for i in still if neural[i].small])
        ink |= self._ink(cells, [i for i in still if i not in large or _is_open(cells[i], large[i], neural[i])])
        tesseract = digits | letters.result()
        return [
            CellReading(tesseract.get(i), text, ink.get(i), segments=display.get(i), large=large.get(i))
            for i, text in enumerate(neural)
        ]

    def _large(self, cells: Sequence[Cell], chosen: Sequence[int]) -> dict[int, Text]:
        return dict(zip(chosen, self.neural.read([cells[i] for i in chosen]), strict=True))

    def _ink(self, cells: Sequence[Cell], chosen: Sequence[int]) -> dict[int, Text]:
        return dict(zip(chosen, self.neural.read([_as_ink(cells[i]) for i in chosen]), strict=True))

    def close(self) -> None:
        self._beside.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _display(cells: Sequence[Cell]) -> dict[int, Text]:
    """What the numbers say if they are those of a seven-segment display."""
    numbers = [index for index, cell in enumerate(cells) if cell.kind is CellKind.NUMBER]
    seen = segments.read_cells([cells[index].pixels for index in numbers])
    return {index: text for index, text in zip(numbers, seen, strict=True) if text is not None}


def _is_display(display: Mapping[int, Text], looks: Sequence[Text]) -> bool:
    """Whether the network sees the same numbers where it is sure: digits of other fonts only look like segments."""
    sure = [looks[index].text == text.text for index, text in display.items() if looks[index].confidence >= _SURE]
    return sum(sure) >= _DISPLAY * len(sure)


def _as_ink(cell: Cell) -> Cell:
    return Cell(cell.kind, in_colour(paper(cell.pixels, _INK_HEIGHT)))


def _is_open(cell: Cell, other: Text | None, look: Text) -> bool:
    """Whether a number is worth another look; a clear +N is not, because the points table says what it must be."""
    agree = cell.kind is CellKind.PLUS or (other is not None and other.text == look.text)
    return not agree or look.confidence < _SURE


def _strip(cells: Sequence[Cell], chosen: Sequence[int], alphabet: str | None) -> dict[int, Text | None]:
    """Tesseract's texts of the chosen cells: digits are read best where nothing but digits is allowed."""
    languages = "eng" if alphabet else scripts_here()
    texts = read_strip([cells[index] for index in chosen], alphabet=alphabet, languages=languages)
    return dict(zip(chosen, texts, strict=True))
