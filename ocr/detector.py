"""Where text is on a picture, said by the neural detector (DB: a probability map, then boxes around its blobs)."""

from __future__ import annotations

import functools
import weakref

import cv2
import numpy as np
import numpy.typing as npt

from ocr.layouts.found import Box
from ocr.memory import give_back
from ocr.models import DETECTOR, open_model
from ocr.readers import Pixels

_STEP = 32  # the network halves its input five times
_LARGE = 400_000  # pixels of an input from which what earlier ones left behind must go first
_MOST_PIXELS = 900_000  # of an input: memory goes with it
_MOST_SCALE = 1.6  # letters of ten pixels stand apart when drawn larger; more finds no more
_PIXEL = 0.3  # probability from which a pixel is text
_BLOB = 0.5  # mean probability a blob needs
_GROW = 1.6  # the network was taught shrunken boxes: grow by area * this / perimeter


class Detector:
    """The model loaded once. `long_side` bounds the input in pixels: the time goes with its square."""

    def __init__(self, *, long_side: int = 800, threads: int = 1) -> None:
        """Raises ModelMissingError where the model file is not installed."""
        self._session = open_model(DETECTOR, threads=threads)
        self._input = self._session.get_inputs()[0].name
        self.long_side = long_side
        self._kept: dict[int, tuple[weakref.ref[Pixels], dict[int, list[Box]]]] = {}  # by id, while the array lives

    def boxes(self, pixels: Pixels, *, long_side: int | None = None) -> list[Box]:
        """Upright boxes of the text pieces, in pixels of the picture, from the top down; empty where there is none.

        A smaller `long_side` than the detector's own sees big letters better and small ones not at all.
        Answers are kept while the array lives: several layouts ask about the one picture, which none changes.
        """
        kept = self._kept_of(pixels)
        side = long_side or self.long_side
        if side not in kept:
            kept[side] = self.look(pixels, side)
        return list(kept[side])

    def _kept_of(self, pixels: Pixels) -> dict[int, list[Box]]:
        self._kept = {key: one for key, one in self._kept.items() if one[0]() is not None}
        return self._kept.setdefault(id(pixels), (weakref.ref(pixels), {}))[1]

    def look(self, pixels: Pixels, long_side: int) -> list[Box]:
        """The same for a part of a picture that nobody asks about again: nothing is kept, nor forgotten."""
        height, width = pixels.shape[:2]
        probability = self._probability(pixels, long_side)
        mask = cv2.dilate((probability > _PIXEL).astype(np.uint8), np.ones((2, 2), np.uint8))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        sums = np.bincount(labels.ravel(), weights=probability.ravel(), minlength=count)
        x_scale, y_scale = width / mask.shape[1], height / mask.shape[0]
        found = []
        for label in range(1, count):
            x, y, w, h, area = (int(value) for value in stats[label])
            if min(w, h) < 3 or sums[label] / area < _BLOB:
                continue
            grow = w * h * _GROW / (2 * (w + h))
            left, top = max(0.0, (x - grow) * x_scale), max(0.0, (y - grow) * y_scale)
            right, bottom = min(float(width), (x + w + grow) * x_scale), min(float(height), (y + h + grow) * y_scale)
            found.append(Box(round(left), round(top), round(right) - round(left), round(bottom) - round(top)))
        return sorted((box for box in found if box.width and box.height), key=lambda box: (box.y, box.x))

    def _probability(self, pixels: Pixels, long_side: int) -> npt.NDArray[np.float32]:
        height, width = pixels.shape[:2]
        scale = min(_MOST_SCALE, long_side / max(height, width), (_MOST_PIXELS / (height * width)) ** 0.5)
        size = [max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)]
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(pixels, (size[0], size[1]), interpolation=way).astype(np.float32)
        if size[0] * size[1] > _LARGE:
            give_back()
        tensor = (scaled / 127.5 - 1.0).transpose(2, 0, 1)[None]
        result: npt.NDArray[np.float32] = self._session.run(None, {self._input: tensor})[0][0, 0]
        return result


@functools.cache
def shared_detector() -> Detector:
    """The one detector of this process. Raises ModelMissingError as Detector does."""
    return Detector(threads=2)
