"""Cells the small reader of digits is taught on."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.digit_cells import OTHER, draw_cell, readable_fonts
from bot.rendering import fonts


def test_a_lot_draws_the_same_cell_again_and_says_what_stands_in_it() -> None:
    files = readable_fonts([fonts.FOLDER])
    assert files
    said = set()
    for seed in range(60):
        cell, again = (draw_cell(random.Random(seed), files) for _ in range(2))
        assert cell.text == again.text
        assert (cell.pixels == again.pixels).all()
        said |= set(cell.text)
    assert said <= set("0123456789+-" + OTHER)
    assert len(said) > 10


def test_files_that_are_no_fonts_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "torn.ttf").write_bytes(b"no font")
    assert readable_fonts([tmp_path]) == []
