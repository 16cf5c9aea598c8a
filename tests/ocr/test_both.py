"""The readers side by side, on cells whose first look is given."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import tesseract
from ocr.both import Readers
from ocr.readers import Cell, CellKind, CellReading, Pixels, Text
from tests.ocr.test_segments import cell


def drawn(number: str) -> Pixels:
    image = Image.new("RGB", (120, 60), (30, 30, 40))
    ImageDraw.Draw(image).text((60, 30), number, (250, 250, 250), ImageFont.load_default(40), anchor="mm")
    return np.asarray(image)


DRAWN = ("78", "70", "76", "75")


def read(looks: tuple[str, ...]) -> list[CellReading]:
    cells = [Cell(CellKind.NUMBER, cell(number)) for number in DRAWN]
    with Readers() as readers:
        return readers.read(cells, lambda: [Text(look, 1.0) for look in looks])


def test_a_display_whose_numbers_the_network_sees_too_is_believed() -> None:
    assert [one.segments.text if one.segments else None for one in read(DRAWN)] == list(DRAWN)


def test_segments_seen_in_digits_that_the_network_is_sure_are_others_are_not_believed() -> None:
    """A font's 1 with a serif has the segments of a 7."""
    found = read(("18", "10", "16", "75"))
    assert not any(one.segments for one in found)


def looked_at_again(kind: CellKind, confidence: float) -> bool:
    """Whether a cell is looked at without its ground too, after a first look nobody else agrees with."""
    with Readers() as readers:
        (found,) = readers.read([Cell(kind, cell("78"))], lambda: [Text("5", confidence)])
    return found.neural_ink is not None


def test_a_number_two_readers_differ_on_is_looked_at_again_and_a_clear_plus_is_not() -> None:
    assert looked_at_again(CellKind.NUMBER, 0.99)
    assert not looked_at_again(CellKind.PLUS, 0.99)
    assert looked_at_again(CellKind.PLUS, 0.6)


@pytest.mark.skipif(not tesseract.tesseract_here(), reason="Tesseract is to agree")
def test_the_large_network_is_asked_where_the_small_one_stands_alone_with_a_number() -> None:
    def large(look: str, *, small: bool) -> str | None:
        with Readers() as readers:
            cells = [Cell(CellKind.NUMBER, drawn("78"))]
            (found,) = readers.read(cells, lambda: [Text(look, 0.99, small=small)])
        return found.large.text if found.large else None

    assert large("78", small=True) is None, "Tesseract agrees"
    assert large("73", small=True) == "78"
    assert large("73", small=False) is None, "it was the large network's own look"
