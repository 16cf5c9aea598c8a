"""Cells cut out of a picture, also where a layout expects them beyond its edges."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.assemble import assemble, cut, number_of
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.readers import CellKind, CellReading, Text
from ocr.reading import Layout

PICTURE = np.arange(60 * 80 * 3, dtype=np.uint16).reshape(60, 80, 3).astype(np.uint8)


@pytest.mark.parametrize(
    ("box", "shape"),
    [
        (Box(10, 5, 20, 10), (10, 20)),
        (Box(10, -15, 20, 50), (35, 20)),  # begins above the picture
        (Box(-5, 5, 20, 10), (10, 15)),
        (Box(70, 55, 20, 10), (5, 10)),
    ],
)
def test_a_cell_is_what_of_its_box_lies_on_the_picture(box: Box, shape: tuple[int, int]) -> None:
    (placed,) = cut(PICTURE, Found(Layout.TABLE, (FoundSide((), total=box),), 1.0))
    assert placed.box == box
    assert placed.cell.pixels.shape[:2] == shape
    assert (placed.cell.pixels[0, 0] == PICTURE[max(0, box.y), max(0, box.x)]).all()


@pytest.mark.parametrize("box", [Box(10, -15, 20, 10), Box(90, 5, 20, 10), Box(10, 5, 0, 10), Box(-30, -30, 5, 5)])
def test_a_box_beyond_the_picture_is_no_cell(box: Box) -> None:
    assert cut(PICTURE, Found(Layout.TABLE, (FoundSide((), total=box),), 1.0)) == []


def _seen(*scores: tuple[str, float], layout: Layout) -> list[tuple[str, int | None]]:
    """Names and scores of rows whose scores were read so; a row with a score of no confidence has no name either."""
    rows = tuple(
        FoundRow(bar=Box(0, y, 60, 10), name=Box(0, y, 30, 10), score=Box(40, y, 20, 10))
        for y in range(0, 10 * len(scores), 10)
    )
    found = Found(layout, (FoundSide(rows),), 1.0)
    placed = cut(np.zeros((10 * len(scores), 60, 3), np.uint8), found)
    texts = [
        CellReading(None, Text("Comet", 1.0) if sure else Text("", 0.0))
        if cell.cell.kind is CellKind.NAME
        else CellReading(None, Text(score, sure))
        for cell, (score, sure) in zip(placed, [pair for pair in scores for _ in range(2)], strict=True)
    ]
    return [(row.name, row.score.value) for row in assemble(found, placed, texts).sides[0].rows]


CLEAR, HIDDEN = ("40", 1.0), ("8", 0.0)


@pytest.mark.parametrize("layout", [Layout.RACE, Layout.STANDINGS])
def test_a_row_above_others_is_never_taken_for_an_empty_slot(layout: Layout) -> None:
    assert _seen(CLEAR, HIDDEN, CLEAR, HIDDEN, layout=layout) == [("Comet", 40), ("", 8), ("Comet", 40)]


def test_a_team_may_have_empty_slots_between() -> None:
    assert _seen(CLEAR, HIDDEN, CLEAR, layout=Layout.TEAMS) == [("Comet", 40), ("Comet", 40)]


def test_what_is_unreadable_above_the_first_row_is_none() -> None:
    assert _seen(HIDDEN, CLEAR, CLEAR, layout=Layout.STANDINGS) == [("Comet", 40), ("Comet", 40)]


def test_readers_that_agree_on_what_is_no_number_prove_nothing() -> None:
    def agreed(sure: float) -> bool:
        look = Text("158", sure)
        return number_of(CellReading(tesseract=Text("+158", 0.4), neural=look, neural_ink=look)).proven

    assert agreed(0.9)
    assert not agreed(0.0)


def test_what_both_looks_surely_see_leaves_sums_no_choice_and_is_doubted() -> None:
    seen = CellReading(Text("172", 0.74), Text("72", 0.997), Text("72", 0.9998))
    unsure = CellReading(Text("172", 0.74), Text("72", 0.95), Text("72", 0.9998))
    unsure_ink = CellReading(Text("172", 0.74), Text("72", 0.997), Text("72", 0.6))
    assert (number_of(seen).options, number_of(seen).proven) == ((72,), False)
    assert number_of(unsure).options == (72, 172)
    assert number_of(unsure_ink).options == (72, 172)


def test_a_number_both_networks_are_sure_of_is_proven_whatever_tesseract_sees() -> None:
    def proven(large: Text | None, ink: Text | None = None) -> bool:
        return number_of(CellReading(Text("172", 0.74), Text("72", 0.99, small=True), ink, large=large)).proven

    assert proven(Text("72", 0.95))
    assert not proven(Text("72", 0.6))
    assert not proven(Text("12", 0.99))
    assert not proven(Text("72", 0.95), Text("12", 0.6))
    assert not proven(None)
