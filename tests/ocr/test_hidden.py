from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.layouts.blocks import Block
from ocr.layouts.found import Box
from ocr.layouts.grid import Lattice, NumberColumn
from ocr.layouts.hidden import may_hide_columns
from ocr.readers import Pixels

_PITCH, _ROWS = 50, 6
_BLUE = (200, 60, 20)


def _page(width: int = 900) -> Pixels:
    return np.full((_PITCH * (_ROWS + 2), width, 3), (96, 100, 104), np.uint8)


def _column(left: int) -> Block:
    """A column of players seen from `left` on, 350 pixels wide with its icons."""
    middles = [_PITCH * (row + 1) for row in range(_ROWS)]
    names = {row: Box(left, y - 14, 150, 28) for row, y in enumerate(middles)}
    numbers = {row: Box(left + 220, y - 14, 50, 28) for row, y in enumerate(middles)}
    scores = NumberColumn(Lattice(_PITCH, _PITCH), numbers, right=left + 270, height=28)
    return Block(scores, names, names_left=left)


def _draw_bars(page: Pixels, left: int, rows: int = _ROWS) -> None:
    for row in range(rows):
        y = _PITCH * (row + 1)
        cv2.rectangle(page, (left, y - 20), (left + 350, y + 20), _BLUE, -1)
        cv2.putText(page, f"player {row}", (left + 70, y + 10), cv2.FONT_HERSHEY_SIMPLEX, 1, (120, 30, 10), 2)


@pytest.mark.parametrize("rows", [6, 4])
def test_bars_beside_may_hide_a_column_and_a_shorter_one(rows: int) -> None:
    page = _page()
    _draw_bars(page, 480, rows)
    assert may_hide_columns(page, [_column(100)])


def test_bars_between_two_columns_may_hide_a_third() -> None:
    page = _page(1400)
    _draw_bars(page, 480)
    assert may_hide_columns(page, [_column(100), _column(1000)])


def test_a_colour_that_does_not_go_row_by_row_hides_nothing() -> None:
    page = _page()
    page[:, 480:] = _BLUE
    assert not may_hide_columns(page, [_column(100)])


def test_bars_that_are_grey_or_beyond_the_picture_hide_nothing() -> None:
    page = _page()
    _draw_bars(page, 480)
    grey = cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert not may_hide_columns(np.asarray(grey, np.uint8), [_column(100)])
    assert not may_hide_columns(page[:, :470], [_column(100)])
