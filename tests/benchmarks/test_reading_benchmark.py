"""The parts of the benchmark of the reader that need no engine."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmarks.growth import ROWS, by_pixels, by_rows
from benchmarks.reading_report import growth_table
from benchmarks.reliability import Said, bins, calibration_error, markdown
from benchmarks.rows_from_boxes import Box, lines_of, reading_of, row_of


def box(text: str, left: float, top: float, sure: float = 0.9) -> Box:
    return Box(text, left, top, top + 20, sure)


def test_boxes_become_rows_from_top_to_bottom():
    reading = reading_of([
        box("57", 300, 43), box("Comet", 50, 40), box("2", 10, 41),
        box("1", 10, 1), box("Big Wave", 50, 3), box("+12", 200, 0), box("81", 300, 2),
    ])  # fmt: skip
    rows = reading["sides"][0]["rows"]
    assert [(row["place"], row["name"], row["race_points"], row["score"]) for row in rows] == [
        (1, "Big Wave", 12, 81),
        (2, "Comet", None, 57),
    ]


def test_a_line_without_a_name_or_without_a_number_is_no_row():
    assert row_of([box("12", 0, 0), box("81", 90, 0)]) is None
    assert row_of([box("Comet", 0, 0), box("+12", 90, 0)]) is None
    assert reading_of([box("Comet", 0, 0), box("81", 90, 0)])["status"] == "refused"


def test_a_number_the_reader_is_not_sure_of_is_doubted():
    row = row_of([box("Comet", 0, 0), box("81", 90, 0, sure=0.3)])
    assert row is not None
    assert row["doubts"]


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), max_size=30))
def test_grouping_loses_no_box_and_keeps_lines_in_order(places: list[tuple[float, float]]):
    boxes = [box(str(number), left, top) for number, (left, top) in enumerate(places)]
    lines = lines_of(boxes)
    assert sorted(one.text for line in lines for one in line) == sorted(one.text for one in boxes)
    assert all(line == sorted(line, key=lambda one: one.left) for line in lines)
    firsts = [min(one.middle for one in line) for line in lines]
    assert firsts == sorted(firsts)


def test_bins_say_how_often_a_confidence_was_right():
    found = bins([(0.92, True), (0.94, False), (1.0, True), (0.2, False)])
    assert [(one.lowest, one.rows, one.right) for one in found] == [(0.0, 1, 0.0), (0.9, 2, 0.5), (0.99, 1, 1.0)]
    assert calibration_error(found) == pytest.approx((0.2 + 2 * 0.43 + 0.0) / 4)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_row_is_in_one_bin(pairs: list[tuple[float, bool]]):
    found = bins(pairs)
    assert sum(one.rows for one in found) == len(pairs)
    assert 0 <= calibration_error(found) <= 1


def test_a_reader_that_says_nothing_of_its_numbers_gets_no_table_of_them():
    silent = markdown([Said(doubted=False, name=0.9, numbers=None, name_right=True, numbers_right=True)])
    spoken = markdown([Said(doubted=False, name=0.9, numbers=0.7, name_right=True, numbers_right=True)])
    assert "Numbers: said" not in silent
    assert "Numbers: said" in spoken


def test_growth_is_told_as_a_multiple_of_the_smallest():
    text = growth_table("rows", {"ours": {24: (1.5, 400.0), 4: (0.5, 300.0)}})
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[-2:]]
    assert cells == [["4", "0.50 s", "x1.0", "300 MB"], ["24", "1.50 s", "x3.0", "400 MB"]]


def test_pictures_grow_in_one_thing_only():
    by_row = {rows: Image.open(io.BytesIO(data)) for rows, data in by_rows(3)}
    assert tuple(by_row) == ROWS
    assert {picture.size for picture in by_row.values()} == {(1920, 1080)}
    assert all(Image.open(io.BytesIO(data)).width == width for width, data in by_pixels(3))
