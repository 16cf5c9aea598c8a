from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.batches import batches
from ocr.neural import NeuralReader, decode
from ocr.readers import Cell, CellKind
from tests.ocr.pictures import scenery

LETTERS = ["", "1", "2", "A"]


def steps(*best: tuple[int, float]) -> np.ndarray:
    """Probabilities a step: the letter named gets its share, the others divide the rest."""
    out = np.zeros((len(best), len(LETTERS)), np.float32)
    for row, (letter, share) in zip(out, best, strict=True):
        row[:] = (1 - share) / (len(LETTERS) - 1)
        row[letter] = share
    return out


def test_repeats_are_joined_and_blanks_part_them() -> None:
    text = decode(steps((1, 0.9), (1, 0.8), (0, 0.9), (1, 0.7), (2, 0.99)), LETTERS)
    assert text.text == "112"
    assert text.confidence == pytest.approx(0.7)


def test_confidence_is_that_of_the_least_certain_letter() -> None:
    assert decode(steps((1, 0.95), (2, 0.4)), LETTERS).confidence == pytest.approx(0.4)


def test_nothing_seen_is_empty_and_worth_nothing() -> None:
    text = decode(steps((0, 0.9), (0, 0.9)), LETTERS)
    assert (text.text, text.confidence) == ("", 0.0)


def test_restricted_alphabet_reads_the_best_allowed_letter() -> None:
    digits = np.array([0, 1, 2])
    probabilities = np.array([[0.02, 0.4, 0.03, 0.55]], np.float32)
    text = decode(probabilities, LETTERS, digits)
    assert text.text == "1"
    assert text.confidence == pytest.approx(0.4)


def test_a_letter_swallowed_by_the_restriction_lowers_the_confidence() -> None:
    digits = np.array([0, 1, 2])
    probabilities = np.array([[0.01, 0.97, 0.01, 0.01], [0.04, 0.005, 0.005, 0.95]], np.float32)  # "1A"
    text = decode(probabilities, LETTERS, digits)
    assert text.text == "1"
    assert text.confidence < 0.1


def test_empty_cells_and_no_cells() -> None:
    reader = NeuralReader()
    assert reader.read([]) == []
    blank = Cell(CellKind.NUMBER, np.full((20, 60, 3), 90, np.uint8))
    tiny = Cell(CellKind.NAME, np.asarray(scenery(3, 2))[:, :, ::-1].copy())
    first, second = reader.read([blank, tiny])
    assert first.text == ""
    assert 0 <= second.confidence <= 1


@given(st.lists(st.integers(48, 1600), max_size=40))
def test_every_cell_is_in_one_batch_that_is_neither_too_long_nor_too_wide(widths: list[int]) -> None:
    found = list(batches(widths))
    assert sorted(index for batch in found for index in batch) == list(range(len(widths)))
    for batch in found:
        widest = max(widths[index] for index in batch)
        assert len(batch) <= 6
        assert len(batch) == 1 or len(batch) * widest <= 1600


def test_a_wide_cell_does_not_stretch_narrow_ones() -> None:
    assert list(batches([60, 400, 60, 64])) == [[0, 2, 3], [1]]
