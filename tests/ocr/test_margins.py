from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.margins import without_margins
from ocr.readers import Pixels


def _page(height: int, width: int, left: int, top: int, tall: int, wide: int) -> tuple[Pixels, Pixels]:
    """A dark page with a noisy picture on it, and that picture."""
    page = np.full((height, width, 3), (36, 34, 30), np.uint8)
    drawn = np.random.default_rng(1).integers(60, 255, (tall, wide, 3), np.uint8)
    page[top : top + tall, left : left + wide] = drawn
    return page, drawn


def _holds(part: Pixels, drawn: Pixels) -> bool:
    windows = np.lib.stride_tricks.sliding_window_view(part, drawn.shape)[:, :, 0]
    return bool((windows == drawn).all(axis=(2, 3, 4)).any())


def test_bands_go_and_a_little_of_them_stays() -> None:
    page, drawn = _page(900, 500, 0, 300, 200, 500)
    part = without_margins(page)
    assert drawn.shape[0] < part.shape[0] <= drawn.shape[0] + 70
    assert part.shape[1] == 500


def test_bands_on_all_sides_go() -> None:
    page, drawn = _page(900, 900, 400, 300, 120, 90)
    part = without_margins(page)
    assert part.shape[0] <= drawn.shape[0] + 70
    assert part.shape[1] <= drawn.shape[1] + 70


def test_bands_above_and_below_may_be_of_two_colours() -> None:
    page, _ = _page(900, 300, 0, 300, 120, 300)
    page[420:] = 250
    assert without_margins(page).shape == (120 + 64, 300, 3)


@given(
    left=st.integers(0, 120), top=st.integers(0, 120), tall=st.integers(1, 20), wide=st.integers(1, 20),
    beyond=st.integers(0, 150),
)  # fmt: skip
def test_nothing_that_is_drawn_is_lost(left: int, top: int, tall: int, wide: int, beyond: int) -> None:
    page, drawn = _page(top + tall + beyond, left + wide + beyond, left, top, tall, wide)
    assert _holds(without_margins(page), drawn)


@pytest.mark.parametrize("size", [(1, 1), (2, 400), (400, 2), (300, 300)])
def test_an_empty_page_stays_as_it_is(size: tuple[int, int]) -> None:
    page = np.full((*size, 3), 90, np.uint8)
    assert without_margins(page).shape == page.shape


def test_a_picture_without_bands_is_not_touched() -> None:
    page, _ = _page(300, 300, 0, 0, 300, 300)
    assert without_margins(page) is page or without_margins(page).shape == page.shape
