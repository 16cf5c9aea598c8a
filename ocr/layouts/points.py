"""+N beside the totals where the detector saw only one of the two columns from afar: it is looked for from near."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from ocr.detector import shared_detector
from ocr.layouts.boxes import around, middle_y, right
from ocr.layouts.closer import closer_boxes
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.layouts.grid import ALIGNED
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout

_BEYOND = 5.0  # of a text height: how far right of +N its totals end
_NUMBER_WIDTH = 2.6  # of its height
_HEIGHTS = (0.6, 1.6)
_DIGIT = 0.5  # of its height: the narrowest number
_PLUS = re.compile(r"\D?\d{1,2}")  # a plus may be read as a cross or lost
_MOST = 0.75  # share of a column's names that look like +N
_MOST_ROWS_WITH = 0.5  # share of the rows that have a total where the numbers found are +N


def with_totals(pixels: Pixels, found: Found) -> Found | None:
    """The list whose numbers were +N, with the totals to their right; None where there are none."""
    rows = _rows(found)
    text = median(row.score.height for row in rows)
    ends = max(right(row.score) for row in rows)
    columns = _columns(pixels, rows, ends, ends + _BEYOND * text, merged=True)
    best = max(columns, key=len, default={})
    if len(best) < max(2, _MOST_ROWS_WITH * len(rows)):
        return None
    margin = round(0.15 * text)
    left, end = min(box.x for box in best.values()) - margin, max(right(box) for box in best.values()) + margin
    return _changed(
        found, [replace(row, plus=row.score, score=_level(row, left, end), bar=_bar(row, end)) for row in rows]
    )


def with_plus(pixels: Pixels, found: Found) -> Found | None:
    """The list with the +N that its first rows still have while they are counted over; None where none is drawn."""
    rows = _rows(found)
    text = median(row.score.height for row in rows)
    start = max(right(row.name) for row in rows[:3]) if rows else 0
    columns = _columns(pixels, rows, min(start, min(row.score.x for row in rows) - 3 * text), rows[0].score.x)
    columns = [column for column in columns if sorted(column) == list(range(len(column)))]  # from the first place down
    best = max(columns, key=lambda column: (len(column), max(map(right, column.values()))), default={})
    if not best:
        return None
    margin = round(0.15 * text)
    left, end = min(box.x for box in best.values()) - margin, max(right(box) for box in best.values()) + margin
    return _changed(found, [replace(row, plus=_level(row, left, end)) for row in rows])


def with_names_as_plus(found: Found, names: Mapping[Box, str]) -> Found | None:
    """The list whose +N were taken for the names of a second column of rows; None where that is none.

    `names` is what was read in the boxes of names.
    """
    rows = sorted(_rows(found), key=lambda row: row.name.x)
    half = len(rows) // 2
    first, second = (sorted(part, key=lambda row: row.score.y) for part in (rows[:half], rows[half:]))
    alike = sum(bool(_PLUS.fullmatch(names.get(row.name, ""))) for row in second)
    if len(first) != len(second) or alike < _MOST * half or not all(map(_are_level, first, second)):
        return None
    pairs = zip(first, second, strict=True)
    return _changed(
        found, [replace(one, plus=two.name, score=two.score, bar=_bar(one, right(two.score))) for one, two in pairs]
    )


def _are_level(one: FoundRow, other: FoundRow) -> bool:
    return abs(middle_y(one.score) - middle_y(other.score)) < one.score.height / 2


def _rows(found: Found) -> list[FoundRow]:
    return [row for side in found.sides for row in side.rows if not row.partial]


def _columns(
    pixels: Pixels, rows: Sequence[FoundRow], left: float, end: float, *, merged: bool = False
) -> list[dict[int, Box]]:
    """Numbers between two edges that end alike, by row, seen from near; those `merged` with the ones before count."""
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    text = median(row.score.height for row in rows)
    bars = around([row.bar for row in rows])
    area = Box(bars.x, bars.y - bars.height // 20, round(end) - bars.x, round(bars.height * 1.1))
    numbers: list[tuple[int, Box]] = []
    for seen in closer_boxes(pixels, area, text, detector):
        box = seen
        row = min(range(len(rows)), key=lambda index: abs(middle_y(rows[index].score) - middle_y(box)))
        level = abs(middle_y(rows[row].score) - middle_y(box)) < 0.3 * text
        high = _HEIGHTS[0] * text <= box.height <= _HEIGHTS[1] * text
        if merged and rows[row].score.x - text < box.x < left and right(box) > left + _DIGIT * text:
            box = replace(box, x=round(left), width=right(box) - round(left))
        if level and high and left <= box.x and right(box) <= end + 0.3 * text and box.width < _NUMBER_WIDTH * text:
            numbers.append((row, box))
    return [
        {row: box for row, box in numbers if abs(right(box) - right(last)) <= ALIGNED * text} for _, last in numbers
    ]


def _level(row: FoundRow, left: int, end: int) -> Box:
    return Box(max(0, left), row.score.y, end - max(0, left), row.score.height)


def _bar(row: FoundRow, end: int) -> Box:
    return replace(row.bar, width=max(row.bar.width, end - row.bar.x))


def _changed(found: Found, rows: Sequence[FoundRow]) -> Found:
    return replace(found, layout=Layout.RACE, sides=(FoundSide(tuple(rows)),))
