"""What the two readers are given and give back: cells of a picture, and a text for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # height x width x 3, BGR


class CellKind(StrEnum):
    """What a cell may hold; a reader uses it to restrict its alphabet."""

    NUMBER = "number"  # a score or total: digits only
    PLUS = "plus"  # +N
    PLACE = "place"  # 1, 1st, a medal
    NAME = "name"  # any script, perhaps with a race count in brackets
    TEXT = "text"  # title, tag


@dataclass(frozen=True, slots=True)
class Cell:
    kind: CellKind
    pixels: Pixels  # cut with a little margin, not scaled


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    confidence: float  # 0..1
    at: tuple[float, ...] = field(
        default=(), compare=False
    )  # middle of each letter, 0..1 of the cell's width; or empty
    small: bool = field(default=False, compare=False)  # said by the small reader of digits, not by the large one


@dataclass(frozen=True, slots=True)
class CellReading:
    tesseract: Text | None  # None: Tesseract is not on this machine, or saw nothing
    neural: Text  # of the small reader of digits where that is sure of a number
    neural_ink: Text | None = None  # the neural reader again, on the cell as dark ink on white; None: not asked
    segments: Text | None = None  # the reader of seven-segment digits; None: no such number
    large: Text | None = None  # the large reader's look where the small one's came first; None: not asked
