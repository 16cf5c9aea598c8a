"""Numbers in doubt looked at again: what the looks say, and what they may not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.assemble import Draft, DraftRow, DraftSide, Number
from ocr.judge import judge
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.readers import Cell, CellReading, Text
from ocr.reading import Layout, Status
from ocr.second_look import look_again, open_numbers
from tests.ocr.pictures import NAMES

PIXELS = np.zeros((400, 100, 3), np.uint8)
FINAL = (120, 112, 104, 97, 90, 84, 77, 71, 68, 60, 55, 46)


class Looks:
    """Readers that see the same in every look at a cell."""

    def __init__(self, *seen: tuple[str, float]) -> None:
        self.seen, self.asked = seen, 0

    def read(self, cells: Sequence[Cell]) -> list[CellReading]:
        self.asked = len(cells)
        return [
            CellReading(tesseract=None, neural=Text(*self.seen[index % len(self.seen)])) for index in range(len(cells))
        ]


def drawn(scores: Sequence[int | Number], layout: Layout = Layout.STANDINGS) -> Draft:
    rows = []
    for index, (score, name) in enumerate(zip(scores, NAMES, strict=False)):
        box = Box(10, 10 + 30 * index, 40, 20)
        number = score if isinstance(score, Number) else Number(score, True, (score,), 1.0)
        rows.append(DraftRow(FoundRow(bar=box, name=box, score=box), name, 1.0, number))
    found = Found(layout, (FoundSide(tuple(row.found for row in rows)),), 1.0)
    return Draft(found, [DraftSide(rows)])


def misread(value: int) -> Number:
    return Number(value, False, (value,), 0.6)


def test_what_most_looks_see_is_shown_and_stays_a_doubt() -> None:
    draft = drawn([*FINAL[:4], misread(1)], Layout.RACE)
    assert look_again(PIXELS, draft, open_numbers(draft), Looks(("131", 0.9), ("131", 0.8), ("8", 0.7)))
    score = draft.sides[0].rows[4].score
    assert (score.value, score.proven, set(score.options)) == (131, False, {131, 8})


def test_order_chooses_among_what_the_looks_see() -> None:
    draft = drawn([*FINAL[:5], misread(8), *FINAL[6:11]])
    look_again(PIXELS, draft, open_numbers(draft), Looks(("8", 0.9), ("84", 0.6)))
    assert draft.sides[0].rows[5].score.value == 84
    assert not draft.sides[0].rows[5].score.proven  # eleven rows that add up to no whole races


def test_a_sum_that_closes_with_one_of_them_makes_it_sure() -> None:
    draft = drawn([*FINAL[:5], misread(8), *FINAL[6:]])
    look_again(PIXELS, draft, open_numbers(draft), Looks(("8", 0.9), ("84", 0.6), ("83", 0.5)))
    reading, _ = judge(draft)
    assert reading.status is Status.PROVEN
    assert [row.score for row in reading.sides[0].rows] == list(FINAL)


def test_where_none_of_them_closes_the_doubt_stays() -> None:
    draft = drawn([*FINAL[:5], misread(8), *FINAL[6:]])
    look_again(PIXELS, draft, open_numbers(draft), Looks(("8", 0.9), ("83", 0.6)))
    reading, _ = judge(draft)
    assert [bool(row.doubts) for row in reading.sides[0].rows] == [index == 5 for index in range(12)]


def test_a_picture_full_of_doubts_is_not_looked_at_again() -> None:
    looks = Looks(("8", 0.9))
    draft = drawn([misread(score) for score in FINAL])
    assert not look_again(PIXELS, draft, open_numbers(draft), looks)
    assert looks.asked == 0


def test_looks_that_see_nothing_change_nothing() -> None:
    draft = drawn([*FINAL[:4], misread(1)])
    look_again(PIXELS, draft, open_numbers(draft), Looks(("", 0.0)))
    assert draft.sides[0].rows[4].score.value == 1
