"""The readers side by side, on cells whose first look is given."""

from __future__ import annotations

from ocr.both import Readers
from ocr.readers import Cell, CellKind, CellReading, Text
from tests.ocr.test_segments import cell

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
