"""What stands beside a list of the game decides whether a drawn table is looked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import ocr.whole
from ocr.arithmetic import POINTS_FOLLOW
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.looks import Looks
from ocr.neural import Look
from ocr.readers import CellKind, Pixels, Text
from ocr.reading import Check, Layout, Reading, Row, Side, Status
from ocr.whole import says_all

SCORES = (110, 95, 94, 82, 80, 69)
PAGE = np.zeros((600, 800, 3), np.uint8)


class _Says:
    def __init__(self, text: str) -> None:
        self._text = Text(text, 0.95)

    def look(self, parts: Sequence[Pixels]) -> list[Look]:
        return [Look(dict.fromkeys(CellKind, self._text)) for _ in parts]


class _Detector:
    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = boxes

    def boxes(self, pixels: Pixels) -> list[Box]:
        return [*self._boxes, *(row.name for row in FOUND.sides[0].rows)]


def _found_row(y: int) -> FoundRow:
    return FoundRow(Box(300, y, 400, 40), name=Box(320, y + 10, 200, 20), score=Box(640, y + 10, 50, 20))


FOUND = Found(Layout.STANDINGS, (FoundSide(tuple(_found_row(100 + 50 * row) for row in range(len(SCORES)))),), 1.0)


def reading(
    scores: Sequence[int] = SCORES, *, layout: Layout = Layout.STANDINGS, checks: Sequence[Check] = ()
) -> Reading:
    rows = tuple(Row(name=f"Player {index}", score=score) for index, score in enumerate(scores))
    return Reading(Status.PROVEN, layout, (Side(rows),), checks=tuple(checks))


def tells(monkeypatch: pytest.MonkeyPatch, beside: str | None, answer: Reading) -> bool:
    boxes = [] if beside is None else [Box(400, 40, 120, 24)]
    monkeypatch.setattr(ocr.whole, "shared_detector", lambda: _Detector(boxes))
    return says_all(answer, FOUND, Looks(PAGE, _Says(beside or "")))  # type: ignore[arg-type]


def test_a_sure_list_with_nothing_beside_it_is_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tells(monkeypatch, None, reading())
    assert tells(monkeypatch, None, reading((80, 95, 60, 82, 80, 99)))


def test_one_banner_is_allowed_over_sorted_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tells(monkeypatch, "DRAW!", reading())
    assert not tells(monkeypatch, "DRAW!", reading((110, 95, 94, 82, 80, 99)))


@pytest.mark.parametrize("beside", ["9 Feb 2023", "(-10)", "530", "299", "205"])
def test_dates_penalties_and_totals_speak_of_a_table(monkeypatch: pytest.MonkeyPatch, beside: str) -> None:
    assert not tells(monkeypatch, beside, reading())


def test_a_number_that_no_rows_add_up_to_is_scenery(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tells(monkeypatch, "47", reading())


def test_the_points_table_is_drawn_by_the_game_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fits, fails = Check(POINTS_FOLLOW, 6, 6, ok=True), Check(POINTS_FOLLOW, 6, 2, ok=False)
    assert tells(monkeypatch, "9 Feb 2023", reading(layout=Layout.RACE, checks=[fits]))
    assert not tells(monkeypatch, None, reading(layout=Layout.RACE, checks=[fails]))
