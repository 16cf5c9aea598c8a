"""Whether a list of the game, once read, says all that is on the picture, so that no table needs to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from ocr.arithmetic import POINTS_FOLLOW
from ocr.detector import shared_detector
from ocr.layouts.found import Box, Found, FoundRow
from ocr.looks import Looks, overlap
from ocr.readers import CellKind, Text
from ocr.reading import Layout, Reading, Status

_FEWEST_ROWS = 6  # fewer may be a part of something
_DOUBTED = 0.25  # share of the rows up to which doubts leave the list what it is
_MOST_STRAYS = 12  # texts beside the list; scenery has few
_WORD, _CLEAR = 3, 0.8  # letters and confidence from which such a text is a word
_MOST_WORDS = 1  # the game's banner over its final list, which is sorted
_FEWEST_SUMMED = 3  # rows a total is of
_SUM = 20  # points from which a number may be a total


def says_all(reading: Reading, found: Found, looks: Looks) -> bool:
    """Whether +N or totals prove a list, or its rows are sure and no text beside them speaks of a drawn table."""
    if reading.status is Status.REFUSED:
        return False
    if reading.layout is Layout.RACE:
        return any(check.check == POINTS_FOLLOW and check.ok for check in reading.checks)
    if reading.layout is Layout.TEAMS and all(side.total is not None for side in found.sides):
        return reading.status is Status.PROVEN and all(check.ok for check in reading.checks)
    return _is_sure(reading) and not _is_table(reading, _strays(found, looks))


def _is_sure(reading: Reading) -> bool:
    """Whether every score was read and few of the rows are doubted."""
    rows = [row for side in reading.sides for row in side.rows]
    doubted = sum(bool(row.doubts) for row in rows)
    return len(rows) >= _FEWEST_ROWS and doubted <= _DOUBTED * len(rows) and all(row.score is not None for row in rows)


def _is_sorted(reading: Reading) -> bool:
    scores = [row.score or 0 for side in reading.sides for row in side.rows]
    return all(before >= after for before, after in pairwise(scores))


def _strays(found: Found, looks: Looks) -> list[Text] | None:
    """The texts in the list's columns or above them that are none of its cells; None where they are many."""
    rows = [row for side in found.sides for row in side.rows]
    cells = [box for row in rows for box in (row.name, row.score, row.place, row.plus) if box is not None]
    around = [box for box in _boxes(rows, looks) if not any(overlap(box, cell) for cell in cells)]
    return looks.texts(around, [CellKind.TEXT] * len(around)) if len(around) <= _MOST_STRAYS else None


def _boxes(rows: Sequence[FoundRow], looks: Looks) -> Iterator[Box]:
    left, right = min(row.bar.x for row in rows), max(row.bar.x + row.bar.width for row in rows)
    tall = max(row.bar.height for row in rows)
    low = max(row.bar.y for row in rows) + 3 * tall
    for box in shared_detector().boxes(looks.pixels):
        if left - 4 * tall <= box.x + box.width / 2 <= right + 4 * tall and box.y < low:
            yield box


def _is_table(reading: Reading, strays: Sequence[Text] | None) -> bool:
    """Whether words, dates, penalties or totals stand around the rows, as in drawn tables."""
    if strays is None:
        return True
    clear = [text.text.strip() for text in strays if text.confidence >= _CLEAR]
    words = [text for text in clear if len(text) >= _WORD]
    if len(words) > (_MOST_WORDS if _is_sorted(reading) else 0) or any(
        char.isdigit() for text in words for char in text
    ):
        return True
    sums = set(_sums([row.score or 0 for side in reading.sides for row in side.rows]))
    return any(int(number) in sums for text in clear for number in re.findall(r"\d{2,4}", text))


def _sums(scores: Sequence[int]) -> Iterator[int]:
    for start in range(len(scores)):
        for total in list(accumulate(scores[start:]))[_FEWEST_SUMMED - 1 :]:
            if total >= _SUM:
                yield total
