"""The words of a picture: what the detector boxed, read once, and parted where letters stand far apart.

A box may hold a place and a name, or a name and a score: the letters' own places say where to cut it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt

from ocr.layouts import table_ink
from ocr.layouts.boxes import crop
from ocr.layouts.found import Box
from ocr.looks import Looks
from ocr.readers import CellKind, Pixels, Text

_NUMBER = re.compile(r"[#(]?(\d{1,4})(?:[.:)]|点|pts?)?", re.IGNORECASE)
_RANK = re.compile(r"#?(\d{1,2})(?:st|nd|rd|th|位|[.)])?", re.IGNORECASE)
_FIGURE = re.compile(r"[+-±]?\d{0,5}[.,]\d{1,3}%?|[+±]\d{1,5}")
_SIGNED = re.compile(r"[(\[]?\s*[-−–—]\s*(\d{1,3})\s*[)\]]?")
_WIDE = 2.3  # times the usual step from letter to letter: where two words meet without a space between them
_REACH = 0.7  # of a step: how far a letter reaches from its place
_CLOSE = 0.06  # of a box's height: a gap between the digits of one number
_MARGIN = 0.15  # of a box's height: what is left around a word that is cut out
_LIKELY = 0.15  # of confidence: what is less is a picture rather than a word


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its box in the picture's pixels; `alone` where the detector's box holds nothing else."""

    box: Box
    text: str
    confidence: float
    alone: bool

    @property
    def value(self) -> int | None:
        """The number, where the word is nothing else."""
        found = _NUMBER.fullmatch(self.text)
        return int(found[1]) if found else None

    @property
    def rank(self) -> int | None:
        """The place it says: `3`, `3rd`, `#3`."""
        found = _RANK.fullmatch(self.text)
        return int(found[1]) if found else None

    @property
    def taken(self) -> int | None:
        """The points it takes off: `-20`, `(-10)`."""
        found = _SIGNED.fullmatch(self.text)
        return int(found[1]) if found else None

    @property
    def is_figure(self) -> bool:
        """Whether it is a number of another kind: an average, a share, a gain."""
        return _FIGURE.fullmatch(self.text) is not None or self.taken is not None

    @property
    def wordy(self) -> bool:
        """Whether it holds a letter or a sign that names are made of, and is no place such as `3rd`."""
        return (
            self.rank is None and self.value is None and any(char.isalpha() or not char.isascii() for char in self.text)
        )


class Sight:
    """The words of a picture, in the boxes somebody asks for."""

    def __init__(self, looks: Looks) -> None:
        self.pixels = looks.pixels
        self._looks = looks

    def words(self, boxes: Sequence[Box], *, near: float | None = None) -> list[Word]:
        """The words in the boxes, from box to box; none where nothing is read. `near` is that of Looks.texts."""
        texts = self._looks.texts(boxes, [CellKind.TEXT] * len(boxes), near=near)
        return [word for box, text in zip(boxes, texts, strict=True) for word in _words(self.pixels, box, text)]


def _words(pixels: Pixels, box: Box, text: Text) -> Iterator[Word]:
    if not text.text or text.confidence < _LIKELY or len(text.at) != len(text.text):
        return
    plain = [unicodedata.normalize("NFKC", letter) for letter in text.text]
    places = [box.x + at * box.width for at in text.at]
    steps = [after - before for before, after in pairwise(places)]
    usual = median(steps) if steps else 0.6 * box.height
    runs: list[list[int]] = [[]]
    for index, letter in enumerate(plain):
        if not letter.strip():
            runs.append([])
            continue
        if runs[-1] and len(plain) > 3 and places[index] - places[runs[-1][-1]] > _WIDE * usual:
            runs.append([])
        runs[-1].append(index)
    runs = [run for run in runs if run]
    ink = table_ink.ink(crop(pixels, box)) if len(runs) > 1 else np.zeros((0, 0), np.bool_)
    parted, gaps = _parted(runs, plain, places, np.asarray(ink.any(axis=0)), box, usual)
    starts = [float(box.x), *(start for _, start in gaps)]
    ends = [*(end for end, _ in gaps), float(box.x + box.width)]
    for run, left, end in zip(parted, starts, ends, strict=True):
        part = Box(round(left), box.y, max(1, round(end) - round(left)), box.height)
        yield Word(part, "".join(plain[index] for index in run), text.confidence, len(parted) == 1)


def _parted(
    runs: Sequence[list[int]],
    plain: Sequence[str],
    places: Sequence[float],
    inked: npt.NDArray[np.bool_],
    box: Box,
    usual: float,
) -> tuple[list[list[int]], list[tuple[float, float]]]:
    """The words and the gaps between them. Digits that stand as close as in one number are one, whatever was read.

    `inked`: which columns of the box have ink; `usual`: the step from letter to letter.
    """
    parted, gaps = list(runs[:1]), []
    for run in runs[1:]:
        last, first = parted[-1][-1], run[0]
        bare = _bare(inked, box.x, places[last], places[first])
        width = bare[1] - bare[0] if bare else 0.0
        if plain[last].isdigit() and plain[first].isdigit() and 0 < width <= _CLOSE * box.height:
            parted[-1] = [*parted[-1], *run]
            continue
        parted.append(run)
        if bare:
            margin = min(width / 2, _MARGIN * box.height)
            gaps.append((bare[0] + margin, bare[1] - margin))
        else:
            middle = (places[last] + places[first]) / 2
            reach = _REACH * usual
            gaps.append((min(middle, places[last] + reach), max(middle, places[first] - reach)))
    return parted, gaps


def _bare(inked: npt.NDArray[np.bool_], left: int, before: float, after: float) -> tuple[float, float] | None:
    """The widest stretch without ink between two letters, by their places; None where there is none.

    A letter's place is known to a step of the network, a third of a letter: it may be its neighbour's edge.
    """
    first, last = max(0, round(before) - left), round(after) - left
    edges = np.flatnonzero(np.diff(np.concatenate(([1], inked[first:last], [1]))))  # where bare stretches begin and end
    if not edges.size:
        return None
    start, end = max(zip(edges[::2], edges[1::2], strict=True), key=lambda gap: int(gap[1] - gap[0]))
    return left + first + float(start), left + first + float(end)
