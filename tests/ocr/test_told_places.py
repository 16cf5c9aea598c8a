"""Which places of a list are read, and when the others follow from them. What stands in a cell is its colour here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.looks import Looks
from ocr.neural import Look
from ocr.readers import CellKind, Pixels, Text
from ocr.reading import Layout
from ocr.told_places import told_places


class Colours:
    """In place of the network: says the colour of what it is shown, and counts how much that was."""

    def __init__(self, confidence: float) -> None:
        self.shown, self._confidence = 0, confidence

    def look(self, parts: Sequence[Pixels]) -> list[Look]:
        self.shown += len(parts)
        texts = [Text(str(part[0, 0, 0]), self._confidence) for part in parts]
        return [Look(dict.fromkeys(CellKind, text)) for text in texts]


def told(
    places: Sequence[int], *, layout: Layout = Layout.RACE, confidence: float = 0.99, sides: int = 1
) -> tuple[dict[int, int], int]:
    """What is told by row, and how many places were looked at."""
    page = np.zeros((40 * len(places), 300, 3), np.uint8)
    for row, place in enumerate(places):
        page[40 * row : 40 * row + 40] = place
    boxes = [Box(10, 40 * row + 5, 30, 30) for row in range(len(places))]
    rows = [FoundRow(bar=box, name=box, score=box, place=box) for box in boxes]
    each = len(rows) // sides
    found = Found(layout, tuple(FoundSide(tuple(rows[n * each : n * each + each])) for n in range(sides)), 1.0)
    reader = Colours(confidence)
    answer = told_places(found, Looks(page, reader))  # type: ignore[arg-type]
    return {boxes.index(box): place for box, place in answer.items()}, reader.shown


@pytest.mark.parametrize(("first", "rows"), [(1, 12), (5, 8), (1, 24)])
def test_a_few_places_that_follow_one_another_tell_the_rest(first: int, rows: int) -> None:
    answer, shown = told(range(first, first + rows))
    assert shown <= rows // 2
    assert len(answer) == rows - shown
    assert all(place == first + row for row, place in answer.items())


@pytest.mark.parametrize("wrong", [0, 4, 11])
def test_one_that_does_not_follow_has_every_place_read(wrong: int) -> None:
    places = [9 if row == wrong else row + 1 for row in range(12)]
    assert told(places)[0] == {}


def test_places_hardly_seen_tell_nothing() -> None:
    assert told(range(1, 13), confidence=0.6)[0] == {}


def test_drawn_tables_teams_and_short_lists_have_every_place_read() -> None:
    assert told(range(1, 13), layout=Layout.TABLE) == ({}, 0)
    assert told(range(1, 13), sides=2) == ({}, 0)
    assert told(range(1, 7)) == ({}, 0)
