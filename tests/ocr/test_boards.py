"""Whole readings of scoreboards, capsules and sides beside one another, drawn here."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.draw_boards import draw_board
from benchmarks.draw_pills import draw_pills
from benchmarks.draw_tables import draw_table
from benchmarks.table_paint import Drawn
from benchmarks.table_styles import Style
from benchmarks.table_wars import invent_war
from ocr.detector import Detector
from ocr.models import ModelMissingError
from ocr.read import read

try:
    Detector()
except ModelMissingError:
    pytest.skip("the detector's model is not installed", allow_module_level=True)

_PLAIN = Style(font="bold", flags=False)


def _check(drawn: Drawn) -> None:
    """Scores and totals are what is drawn, and no side is doubted."""
    reading = read(drawn.encoded())
    rows = [row for side in reading.sides for row in side.rows]
    assert sorted(row.score or 0 for row in rows) == sorted(row["score"] for row in drawn.truth["rows"])
    totals = sorted(side.total for side in reading.sides if side.total is not None)
    assert totals == sorted(team["score"] for team in drawn.truth["teams"])
    assert not any(side.doubts for side in reading.sides)


@pytest.mark.parametrize("seed", [1, 5, 8])
def test_a_scoreboard_is_read_by_its_headers(seed: int) -> None:
    war = invent_war(random.Random(seed), str.isascii, form=(2, 6), substitutes=1)

    _check(draw_board(seed, style=replace(_PLAIN, font="plain"), war=war))


@pytest.mark.parametrize("beside", [1, 2])
def test_capsules(beside: int) -> None:
    war = invent_war(random.Random(3), str.isascii, form=(2, 6), substitutes=0)

    _check(draw_pills(3, style=replace(_PLAIN, beside=beside), war=war))


@pytest.mark.parametrize("total_at", ["above", "below"])
def test_sides_beside_one_another(total_at: str) -> None:
    war = invent_war(random.Random(6), str.isascii, form=(2, 6), substitutes=0)

    _check(draw_table(6, style=replace(_PLAIN, beside=2, total_at=total_at), war=war))
