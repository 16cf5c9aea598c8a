"""People post the bot's own picture again: the reader reads it like any other table."""

from __future__ import annotations

import pytest

from bot.rendering.samples import own_table, sample_war
from mkw.names import fold
from ocr.read import read
from ocr.reading import Layout


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_of_our_own_table_is_read(seed: int) -> None:
    reading, war = read(own_table(seed)), sample_war(seed)
    assert reading.layout is Layout.TABLE
    assert [(side.tag, side.total) for side in reading.sides] == [(side.tag, side.total) for side in war.sides]
    read_rows = [[(fold(row.name), row.score, row.races or 12) for row in side.rows] for side in reading.sides]
    drawn = [[(fold(line.name), line.score, line.races or 12) for line in side.lines] for side in war.sides]
    assert read_rows == drawn
