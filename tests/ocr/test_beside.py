"""Short columns beside a whole one, from boxes alone."""

from __future__ import annotations

from ocr.layouts.beside import with_short_columns
from ocr.layouts.blocks import find_lists
from ocr.layouts.found import Box


def _column(left: int, rows: range) -> list[Box]:
    return [Box(x, 100 + 40 * row, width, 24) for row in rows for x, width in ((left, 70 + 7 * row), (left + 300, 40))]


def _lengths(boxes: list[Box]) -> list[int]:
    return [len(block.rows) for block in with_short_columns(find_lists(boxes)[0], boxes)]


def test_one_row_at_the_top_set_like_the_whole_column_is_a_column():
    assert _lengths(_column(50, range(12)) + _column(500, range(1))) == [12, 1]


def test_a_row_further_down_is_none():
    assert _lengths(_column(50, range(12)) + _column(500, range(4, 5))) == [12]


def test_a_row_set_otherwise_is_none():
    assert _lengths([*_column(50, range(12)), Box(500, 100, 90, 24), Box(760, 100, 40, 24)]) == [12]


def test_a_column_whose_numbers_were_missed_is_found_by_its_names_where_there_are_several():
    names = [box for box in _column(950, range(6)) if box.width > 40]
    assert _lengths(_column(50, range(6)) + _column(500, range(6)) + names) == [6, 6, 6]


def test_a_place_and_an_icon_in_one_box_with_the_name_are_cut_off_it():
    boxes = [*_column(50, range(12)), Box(440, 100, 130, 24), Box(800, 100, 40, 24)]
    _, short = with_short_columns(find_lists(boxes)[0], boxes)
    assert short.names == {0: Box(500, 100, 70, 24)}


def test_a_row_of_which_only_the_points_were_seen_is_one_of_the_list():
    whole = [
        Box(x, 100 + 40 * row, width, 24) for row in range(6) for x, width in ((50, 90 - row), (300, 40), (360, 44))
    ]
    boxes = [box for box in whole if box.y > 100 or box.x == 300]
    (block,) = find_lists(boxes)[0]
    assert block.plus is not None
    assert len(block.rows) == 6
