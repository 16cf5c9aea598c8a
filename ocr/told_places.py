"""Places of a list of the game that need no reading: where some of them say which row is which, the others follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ocr import texts
from ocr.layouts.found import Box, Found, FoundRow
from ocr.looks import Looks
from ocr.readers import CellKind
from ocr.reading import Layout

_LISTS = (Layout.RACE, Layout.STANDINGS)
_EVERY = 4  # one place in so many is read, and the last
_FEWEST = 8  # rows of a list: of fewer every place is read
_SURE = 0.9  # confidence of each place read


def told_places(found: Found, looks: Looks) -> Mapping[Box, int]:
    """What stands in each place cell that is not worth a look; empty where the places read do not follow one another.

    A shared place is told as if it were not shared: equal scores say so later.
    """
    rows = [row for side in found.sides for row in side.rows if not row.partial]
    if found.layout not in _LISTS or len(found.sides) != 1 or len(rows) < _FEWEST:
        return {}
    asked = dict(_asked(rows))
    seen = looks.texts(list(asked.values()), [CellKind.PLACE] * len(asked), near=_SURE)
    firsts = set()  # what the first row's place is by each of them
    for index, text in zip(asked, seen, strict=True):
        place = texts.number(text.text)
        firsts.add(max(0, place - index) if place is not None and text.confidence >= _SURE else 0)
    if len(firsts) != 1 or 0 in firsts:
        return {}
    first = firsts.pop()
    return {row.place: first + index for index, row in enumerate(rows) if row.place is not None and index not in asked}


def _asked(rows: list[FoundRow]) -> Iterator[tuple[int, Box]]:
    chosen = {*range(0, len(rows), _EVERY), len(rows) - 1}
    return ((index, row.place) for index, row in enumerate(rows) if index in chosen and row.place is not None)
