"""Pictures that differ in one thing only: how many rows they have, or how many pixels."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from benchmarks.draw_tables import draw_table
from benchmarks.table_styles import Style
from benchmarks.table_wars import War, invent_war

ROWS = (4, 8, 12, 24)
WIDTHS = (530, 960, 1920, 2560, 3840)  # at 16:9
_SIZE = (1920, 1080)


def by_rows(seed: int) -> Iterator[tuple[int, bytes]]:
    """(rows, PNG) of the first rows of one and the same war, 1920 x 1080 each."""
    for rows in ROWS:
        yield rows, _png(_screen(seed, rows))


def by_pixels(seed: int) -> Iterator[tuple[int, bytes]]:
    """(width, PNG) of one picture of 12 rows in several sizes."""
    screen = _screen(seed, 12)
    for width in WIDTHS:
        yield width, _png(screen.resize((width, round(width * 9 / 16)), Image.Resampling.LANCZOS))


def _screen(seed: int, rows: int) -> Image.Image:
    war = invent_war(random.Random(seed), str.isascii, form=(2, 12), substitutes=0)
    sides = tuple(replace(side, lines=side.lines[: rows // 2]) for side in war.sides)
    table = draw_table(seed, style=Style(), war=War(sides, war.title)).picture
    screen = Image.new("RGB", _SIZE, (24, 24, 28))
    table.thumbnail(_SIZE)
    screen.paste(table, ((_SIZE[0] - table.width) // 2, (_SIZE[1] - table.height) // 2))
    return screen


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
