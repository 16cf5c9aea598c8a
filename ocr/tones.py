"""One tone out of three colours: coloured ground goes dark behind light letters, light behind dark ones."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.readers import Pixels

STRONG = 0.5  # saturation, 0..1, of a colour as teams have it
LIT = 0.3  # its value, 0..1
Grey = npt.NDArray[np.uint8]  # height x width


def brightest(pixels: Pixels) -> Grey:
    """The strongest colour of each pixel."""
    # OpenCV compares whole planes, many times as fast as numpy compares along pixels.
    blue, green, red = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def darkest(pixels: Pixels) -> Grey:
    """The weakest colour of each pixel."""
    blue, green, red = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def strong(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Which pixels (height x width) are of a colour that a team may have."""
    high, low = brightest(pixels), darkest(pixels)
    return np.asarray((high > 255 * LIT) & (high - low > STRONG * high), np.bool_)


def grey(pixels: Pixels) -> Grey:
    """Each pixel's lightness."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def in_colour(tone: Grey) -> Pixels:
    """The tone as a picture of three colours."""
    return np.asarray(cv2.cvtColor(tone, cv2.COLOR_GRAY2BGR), np.uint8)
