"""The detector on a part of a picture, at a scale at which its text is clear."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.detector import Detector
from ocr.layouts.found import Box
from ocr.readers import Pixels

CLEAR_TEXT = 30.0  # pixels a text should be high for the detector to miss none
CLOSEST = 960  # long side of the closer look


def closer_boxes(
    pixels: Pixels, area: Box, text: float, detector: Detector, *, closest: int = CLOSEST, clear: float = CLEAR_TEXT
) -> list[Box]:
    """Text boxes of a part of the picture, found at a scale at which its text is `clear` pixels high."""
    left, top = max(0, area.x), max(0, area.y)
    part = pixels[top : area.y + area.height, left : area.x + area.width]
    if not part.size:
        return []
    scale = min(clear / text, closest / max(part.shape[:2]))
    grown = max(1.0, scale)
    if scale > 1:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    found = detector.look(part, round(max(part.shape[:2]) * min(1.0, scale)))
    return [
        Box(
            left + round(box.x / grown),
            top + round(box.y / grown),
            max(1, round(box.width / grown)),
            max(1, round(box.height / grown)),
        )
        for box in found
    ]
