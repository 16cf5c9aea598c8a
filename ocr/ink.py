"""Cells as dark ink on white paper, all of one height: what Tesseract was taught on."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.readers import Pixels
from ocr.tones import Grey, brightest, darkest, grey

_LETTER = 0.45  # of a cell's height: the lowest letter that may touch the edge


def of_height(pixels: Pixels, height: int) -> Pixels:
    """The cell scaled to `height` pixels, 8 wide at least."""
    scale = height / pixels.shape[0]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    width = max(8, round(pixels.shape[1] * scale))
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)


def paper(pixels: Pixels, height: int) -> Grey:
    """The cell in `height` pixels, its letters dark on white whatever their colour and ground were.

    Letters may be lighter or darker than their ground, coloured on dark or dark on colour: of the lightest, the darkest
    and the plain channel the one that parts two tones best is taken, and what touches the edges most is the ground.
    """
    scaled = of_height(pixels, height)
    tone = max((darkest(scaled), brightest(scaled), grey(scaled)), key=_parted)
    level, light = cv2.threshold(tone, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edge = np.concatenate((light[0], light[-1], light[:, 0], light[:, -1]))
    bright_ink = edge.mean() < 0.5
    mask = np.asarray(light if bright_ink else 1 - light, np.uint8)
    ink = (tone.astype(np.float32) - level) * (1 if bright_ink else -1)
    ink[_rim(mask)] = -level
    strength = np.abs(ink[ink > 0]).mean() if (ink > 0).any() else 1.0
    return np.asarray(255 - (ink / strength * 255 + 64).clip(0, 255), np.uint8)


def _rim(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """What touches the edge and is lower than a letter: corners and rims of the bar the text stands on."""
    height, width = mask.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rim = np.zeros(count, bool)
    for label in range(1, count):
        x, y, w, h, _area = (int(value) for value in stats[label])
        touches = x == 0 or y == 0 or x + w == width or y + h == height
        rim[label] = touches and h < _LETTER * height
    return np.asarray(rim[labels], bool)


def _parted(tone: npt.NDArray[np.uint8]) -> float:
    """How far apart and how even the two tones of Otsu's threshold are (variance between them)."""
    level, _ = cv2.threshold(tone, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    high = tone > level
    share = float(high.mean())
    if not 0 < share < 1:
        return 0.0
    return share * (1 - share) * (float(tone[high].mean()) - float(tone[~high].mean())) ** 2
