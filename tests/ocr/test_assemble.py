"""Cells cut out of a picture, also where a layout expects them beyond its edges."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.assemble import cut
from ocr.layouts.found import Box, Found, FoundSide
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
