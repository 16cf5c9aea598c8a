from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ocr.layouts.found import Box
from ocr.looks import Looks
from ocr.neural import Look
from ocr.readers import CellKind, Pixels, Text

PAGE = np.zeros((200, 600, 3), np.uint8)


class Counted:
    """In place of the network: says a fixed text and counts what it was shown."""

    def __init__(self, confidence: float = 0.95) -> None:
        self.shown = 0
        self._text = Text("Rook", confidence, (0.125, 0.375, 0.625, 0.875))

    def look(self, parts: Sequence[Pixels]) -> list[Look]:
        self.shown += len(parts)
        return [Look(dict.fromkeys(CellKind, self._text)) for _ in parts]


def looks(reader: Counted) -> Looks:
    return Looks(PAGE, reader)  # type: ignore[arg-type]


def test_nearly_the_same_box_is_looked_at_once_and_its_letters_keep_their_places() -> None:
    reader = Counted()
    seen = looks(reader)
    seen.texts([Box(100, 50, 80, 20)], [CellKind.TEXT])
    (again,) = seen.texts([Box(96, 48, 88, 22)], [CellKind.NAME], near=0.9)
    assert reader.shown == 1
    first_letter = 96 + again.at[0] * 88
    assert first_letter == pytest.approx(110, abs=0.5)


@pytest.mark.parametrize(
    "box",
    [
        Box(100, 50, 120, 20),  # there may be more to the right
        Box(120, 50, 60, 20),  # a part of it only
        Box(100, 62, 80, 20),  # half a line lower
    ],
)
def test_a_box_that_may_hold_something_else_is_looked_at_itself(box: Box) -> None:
    reader = Counted()
    seen = looks(reader)
    seen.texts([Box(100, 50, 80, 20)], [CellKind.TEXT])
    seen.texts([box], [CellKind.TEXT], near=0.9)
    assert reader.shown == 2


def test_two_texts_in_one_box_are_looked_at_together() -> None:
    reader = Counted()
    seen = looks(reader)
    seen.texts([Box(100, 50, 40, 20), Box(142, 50, 38, 20)], [CellKind.TEXT] * 2)
    seen.texts([Box(100, 50, 80, 20)], [CellKind.TEXT], near=0.9)
    assert reader.shown == 3


def test_an_unsure_look_beside_is_repeated_and_the_same_box_never() -> None:
    reader = Counted(confidence=0.7)
    seen = looks(reader)
    box = Box(100, 50, 80, 20)
    seen.texts([box, box], [CellKind.TEXT, CellKind.NUMBER])
    assert reader.shown == 1
    seen.texts([Box(99, 50, 82, 20)], [CellKind.NAME], near=0.9)
    assert reader.shown == 2
    seen.texts([box], [CellKind.NAME], near=0.9)
    assert reader.shown == 2
