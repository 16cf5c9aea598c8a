"""Whether a column of a list may stand unseen on colours beside the columns that were seen.

Dark letters on a bar of a strong colour are nearly as dark as the bar: the detector sees nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ocr.layouts.blocks import Block
from ocr.layouts.boxes import crop
from ocr.layouts.found import Box
from ocr.layouts.grid import NumberColumn
from ocr.readers import Pixels
from ocr.tones import strong

_MUCH_COLOUR = 0.25  # of the pixels
_ICONS = 3.0  # of a text height: place and icon before a name
_ROOM = 0.4  # of a column's width: a gap in which another one may stand
_AS_TALL = 0.4  # of a text's height, up and down from a row's middle: inside its bar
_A_STEP = 0.33  # of a text's height: so far from one another the pixels of a bar look alike
_ALIKE = 14  # values of a colour, 0..255
_OF_BARS = 0.3  # share of a row that is bar where a column is: 0.39 and more on drawn and real screens of teams
_SOME_ROWS = 0.5  # share of the rows: a column may be shorter than its neighbours


def much_colour(pixels: Pixels) -> bool:
    """Whether colours as strong as those of teams fill a good part of these pixels."""
    return _strong_share(pixels) > _MUCH_COLOUR


def may_hide_columns(pixels: Pixels, blocks: Sequence[Block]) -> bool:
    """Whether bars of strong colours stand beside or between the columns of a list, in line with its rows."""
    top = min(block.scores.lattice.centre(block.rows[0]) for block in blocks)
    foot = max(block.scores.lattice.centre(block.rows[-1]) for block in blocks)
    longest = max(blocks, key=lambda block: len(block.rows))
    return any(
        much_colour(crop(pixels, Box(left, round(top), width, round(foot - top))))
        and _has_bars(pixels, left, width, longest)
        for left, width in _room_beside(blocks, pixels.shape[1])
    )


def _room_beside(blocks: Sequence[Block], picture: int) -> Iterator[tuple[int, int]]:
    """Left and width of each part of the picture's width that is wide enough for another column."""
    ordered = sorted(blocks, key=lambda block: block.names_left)
    starts = [block.names_left - _ICONS * block.scores.height for block in ordered]
    ends = [block.scores.right + block.scores.height for block in ordered]
    wide = max(end - start for start, end in zip(starts, ends, strict=True))
    for start, end in zip([starts[0] - wide, *ends], [*starts, ends[-1] + wide], strict=True):
        left, right = max(0, round(start)), min(picture, round(end))
        if right - left > _ROOM * wide:
            yield left, right - left


def _has_bars(pixels: Pixels, left: int, width: int, block: Block) -> bool:
    """Whether the rows of a column go on here as bars: scenery may be as colourful, but not row by row."""
    bars = [_is_bar(pixels, left, width, block.scores, row) for row in block.rows]
    return sum(bars) >= _SOME_ROWS * len(bars)


def _is_bar(pixels: Pixels, left: int, width: int, column: NumberColumn, row: int) -> bool:
    """Whether a row is even, strongly coloured and of another colour than what lies above or below it."""
    text, pitch, middle = column.height, column.lattice.pitch, column.lattice.centre(row)
    inside = crop(pixels, Box(left, round(middle - _AS_TALL * text), width, round(2 * _AS_TALL * text)))
    step = max(1, round(_A_STEP * text))
    if not inside.shape[0] or inside.shape[1] <= step or _bar_share(inside, step) < _OF_BARS:
        return False
    colours = np.median(inside, axis=0)
    gaps = (crop(pixels, Box(left, round(middle + half * pitch) - 1, width, 3)) for half in (-0.5, 0.5))
    apart = [(np.abs(gap.mean(axis=0) - colours).max(axis=1) > _ALIKE).mean() for gap in gaps if gap.shape[0]]
    return max(apart, default=0.0) >= _OF_BARS


def _bar_share(row: Pixels, step: int) -> float:
    """Share of a row's pixels that are of a strong colour and much like those a step further."""
    apart = np.abs(row[:, step:].astype(np.int16) - row[:, :-step]).max(axis=2)
    return float((strong(row)[:, :-step] & (apart < _ALIKE)).mean())


def _strong_share(pixels: Pixels) -> float:
    few = pixels[::4, ::4]
    return float(strong(few).mean()) if few.size else 0.0
