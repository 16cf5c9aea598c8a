from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.layouts.grid import fit_lattice

HEIGHT = 20.0


@given(
    start=st.floats(0, 900), pitch=st.floats(25, 70), count=st.integers(6, 13),
    missed=st.sets(st.integers(4, 11), max_size=2),
    off=st.lists(st.floats(-0.6, 0.6), min_size=13, max_size=13),
)  # fmt: skip
def test_rows_that_stand_at_one_pitch_are_found_on_it(
    start: float, pitch: float, count: int, missed: set[int], off: list[float]
) -> None:
    """Whichever of them the detector missed and however little each was off: each falls on a row of its own."""
    rows = [row for row in range(count) if row not in missed]
    centres = [start + row * pitch + off[row] for row in rows]
    lattice = fit_lattice(centres, HEIGHT)
    assert lattice is not None
    assert lattice.pitch == pytest.approx(pitch, abs=1.0)
    found = [lattice.row(centre) for centre in centres]
    first = found[0]
    assert first is not None
    assert [None if row is None else row - first for row in found] == rows


def test_too_few_rows_or_rows_too_close_are_no_grid() -> None:
    assert fit_lattice([10, 50, 90], HEIGHT) is None
    assert fit_lattice([10, 12, 14, 16, 18], HEIGHT) is None
    assert fit_lattice([], HEIGHT) is None
