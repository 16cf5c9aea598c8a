"""Parting +N from the score where the detector took both for one word: small pictures set them close together."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import numpy as np
import numpy.typing as npt

from ocr.ink import paper
from ocr.layouts.blocks import Block
from ocr.layouts.found import Box
from ocr.layouts.grid import NumberColumn
from ocr.readers import Pixels

_MERGED = 2.15  # width over height from which a box holds more than a number of three digits
INK_HEIGHT = 24  # pixels the strips are compared at
INK = 100  # darker than this on paper
COLUMN = 0.08  # of its pixels are ink where a column of a strip holds some
_GAP = 0.22  # of the height: the narrowest gap between two columns
_EMPTY = 0.12  # of the rows may have ink in the gap
_SHARE = 0.2  # of the boxes must hold both for the others to be looked at too
_DIGIT = 0.3  # of the gap has ink where a digit stands in it
_CLEAR_OF_PLUS = 0.2  # of the height: where a score may begin right of +N; one of three digits reaches into the gap


def split_merged(block: Block, pixels: Pixels) -> Block:
    """The block with its scores parted into +N and scores, where boxes hold both; otherwise as it was.

    The detector may take some rows' pair for one word and not others': whether there are two columns, the ink says.
    """
    boxes = block.scores.boxes
    merged = [box for box in boxes.values() if box.width > _MERGED * box.height]
    if block.plus is not None or len(merged) < max(1.5, _SHARE * len(boxes)):
        return block
    width = median(box.width for box in merged)
    height = block.scores.height
    left = max(0, round(block.scores.right - width))
    end = round(block.scores.right)
    profiles: dict[int, npt.NDArray[np.bool_]] = {}
    for row in block.rows:
        centre = block.scores.lattice.centre(row)
        strip = pixels[max(0, round(centre - 0.4 * height)) : round(centre + 0.4 * height), left:end]
        if strip.shape[0] > 2 and strip.shape[1] > 2:
            profiles[row] = (paper(strip, INK_HEIGHT) < INK).mean(axis=0) > COLUMN
    gap = _gap(list(profiles.values()), width / (0.8 * height))
    if gap is None:
        return block
    start, stop = (left + at * width for at in gap)
    if any(has_digit(p[round(gap[0] * len(p)) : round(gap[1] * len(p))]) for p in profiles.values()):
        stop = min(stop, start + _CLEAR_OF_PLUS * height)
    plus = {row: Box(left, box.y, max(1, round(start) - left), box.height) for row, box in boxes.items()}
    scores = {row: Box(round(stop), box.y, max(1, end - round(stop)), box.height) for row, box in boxes.items()}
    return replace(
        block,
        plus=NumberColumn(block.scores.lattice, plus, start, height),
        scores=NumberColumn(block.scores.lattice, scores, float(end), height),
        names_right=min(block.names_right, left),
    )


def has_digit(profile: npt.NDArray[np.bool_]) -> bool:
    """Whether a gap between columns holds a digit: which of the columns of its pixels have ink."""
    return bool(profile.size) and bool(profile.mean() > _DIGIT)


def _gap(profiles: list[npt.NDArray[np.bool_]], ratio: float) -> tuple[float, float] | None:
    """The widest stretch almost no row has ink in, away from the ends, as shares of the width."""
    if len(profiles) < 3:
        return None
    length = min(len(profile) for profile in profiles)
    inked = np.mean([profile[:length] for profile in profiles], axis=0)
    empty = inked <= _EMPTY
    best: tuple[int, int] | None = None
    at = 0
    while at < length:
        stop = at
        while stop < length and empty[stop]:
            stop += 1
        inside = at > 0.2 * length and stop < 0.85 * length
        if stop > at and inside and (best is None or stop - at > best[1] - best[0]):
            best = (at, stop)
        at = max(stop, at + 1)
    if best is None or (best[1] - best[0]) / length * ratio < _GAP:
        return None
    return best[0] / length, best[1] / length
