"""Plain bands around what is drawn: black bars of a video, the page around a picture on an upright phone.

The networks look at a picture of a bounded size, in which such bands would leave the letters less room.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ocr.readers import Pixels

_STEP = 2  # every second pixel is looked at
_ALIKE = 10  # values of a colour, 0..255: what a band's pixels differ by at most, JPEG's noise with it
_KEPT = 32  # pixels of a band that stay, so that nothing seems to be cut off
_WORTH = 0.75  # of the picture: where more than that would stay, all stays


def without_margins(pixels: Pixels) -> Pixels:
    """The part inside the picture's plain bands with a little of them; the picture where it has none to speak of."""
    few = pixels[::_STEP, ::_STEP].astype(np.int16)
    top, foot = _drawn(_plain(few, few[0, 0]), _plain(few, few[-1, -1]), pixels.shape[0])
    rows = few[top // _STEP : max(top // _STEP + 1, foot // _STEP)]
    across = rows.transpose(1, 0, 2)
    left, right = _drawn(_plain(across, across[0, 0]), _plain(across, across[-1, -1]), pixels.shape[1])
    part = pixels[top:foot, left:right]
    return part if part.size <= _WORTH * pixels.size else pixels


def _plain(lines: npt.NDArray[np.int16], colour: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Which lines (the first axis) are of that colour alone."""
    return np.asarray(np.abs(lines - colour).max(axis=(1, 2)) <= _ALIKE, np.bool_)


def _drawn(from_start: npt.NDArray[np.bool_], from_end: npt.NDArray[np.bool_], size: int) -> tuple[int, int]:
    """Where what is drawn begins and ends, in pixels, bands of either end's colour left out."""
    if from_start.all():
        return 0, size
    start = _STEP * int(np.argmin(from_start)) - _KEPT
    end = size - _STEP * int(np.argmin(from_end[::-1])) + _KEPT
    return max(0, start), min(size, end)
