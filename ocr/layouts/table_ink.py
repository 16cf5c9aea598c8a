"""What the pixels inside a cell say: where its ink is, whether it is a picture, where two texts touch."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from ocr.layouts.boxes import crop, right
from ocr.layouts.found import Box
from ocr.readers import Pixels

Mask = npt.NDArray[np.bool_]

_LETTERS = 0.8  # of a box's height: the most that letters in it have
_BETWEEN_DIGITS = 0.25  # of their height: the widest gap
_FAINT = 24  # levels of 255: what differs less from the paper is paper
_MOST = 0.3  # share of the numbers at an edge: scenery hides the ends of some
_FULL = 0.85  # how much of a line is ink when the line lies outside the bar
_TALL = 0.8  # of the tallest letter's height: digits are, dashes and small kana are not
_SOLID = 0.78  # how much of its frame a flag fills; bold digits fill 0.6


def clip(box: Box, pixels: Pixels) -> Box:
    """The part of the box inside the picture, one pixel at least."""
    height, width = pixels.shape[:2]
    x, y = min(max(0, box.x), width - 1), min(max(0, box.y), height - 1)
    return Box(x, y, max(1, min(right(box), width) - x), max(1, min(box.y + box.height, height) - y))


def ink(part: Pixels) -> Mask:
    """Where the part differs from its paper, which is the commonest colour of its middle.

    What lies beyond the edge of a row's bar differs too: full rows and columns at the rim are taken off.
    """
    if part.size == 0:
        return np.zeros(part.shape[:2], np.bool_)
    distance = np.abs(part.astype(np.int16) - _paper(part)).max(axis=2)
    strong = float(np.percentile(distance, 98))
    mask: Mask = distance > max(_FAINT, 0.4 * strong)
    for turned in (mask, mask.T, mask[::-1], mask[:, ::-1].T):
        for line in turned:
            if line.mean() < _FULL:
                break
            line[:] = False
    return mask


def _paper(part: Pixels) -> npt.NDArray[np.int16]:
    height = part.shape[0]
    middle = part[height // 6 : max(height // 6 + 1, height - height // 6)].reshape(-1, 3)
    bins = (middle // 32).astype(np.int32) @ np.array([64, 8, 1], np.int32)
    commonest = middle[bins == np.bincount(bins).argmax()]
    paper: npt.NDArray[np.int16] = np.median(commonest, axis=0).astype(np.int16)
    return paper


def ink_height(pixels: Pixels, box: Box) -> int:
    """The height of the letters in the box, in pixels: what touches its rim is the edge of a bar, no letter."""
    rows = np.flatnonzero(_inner(ink(crop(pixels, box))).any(axis=1))
    return int(rows[-1] - rows[0] + 1) if rows.size else 0


def _inner(mask: Mask) -> Mask:
    """The blobs that do not touch the rim; all of them where every one does."""
    height, width = mask.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    inner = [
        label
        for label, (x, y, w, h, _) in enumerate(stats[1:], 1)
        if x > 0 and y > 0 and x + w < width and y + h < height
    ]
    inside: Mask = np.isin(labels, inner)
    return inside if inner else mask


def strength(pixels: Pixels, box: Box, *, share: float = 96) -> float:
    """How far ink and paper are apart in the box, in levels 0..255; `share` percent of the box may be paper."""
    part = crop(pixels, box)
    if part.size == 0:
        return 0.0
    return float(np.percentile(np.abs(part.astype(np.int16) - _paper(part)).max(axis=2), share))


def has_letter(pixels: Pixels, box: Box) -> bool:
    """Whether a letter at least is drawn inside the box: a blob of a letter's height, away from the rim."""
    part = crop(pixels, box)
    if part.size == 0 or strength(pixels, box, share=99.5) < 2 * _FAINT:
        return False
    mask = ink(part)
    height, width = mask.shape
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2][1:]
    return any(
        0.2 * height <= h <= 0.95 * height
        and h > 4
        and w < 3 * h
        and x > 0
        and y > 0
        and x + w < width
        and y + h < height
        for x, y, w, h, _ in stats
    )


def is_picture(pixels: Pixels, box: Box) -> bool:
    """Whether the box holds a flag or a medal: a filled shape, or several strong colours, rather than strokes."""
    part = crop(pixels, _grown(box, 1))
    mask = _inner(ink(part))
    ys, xs = np.nonzero(mask)
    if ys.size < 12:
        return False
    frame = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    if frame.shape[1] > 2.2 * frame.shape[0]:
        return False
    colours = part[mask].astype(np.float32)
    spread = float(np.abs(colours - np.median(colours, axis=0)).max(axis=1).mean())
    chroma = colours.max(axis=1) - colours.min(axis=1)
    hues = float(np.std(colours[:, 2] - colours[:, 0]))  # red against blue
    return bool(frame.mean() > _SOLID or (spread > 55 and hues > 55 and float(np.percentile(chroma, 75)) > 90))


def flag_span(pixels: Pixels, strips: Sequence[Box]) -> tuple[int, int] | None:
    """Where flags begin and end in the strips between names and scores, of one width each; None without flags.

    A flag is a filled rectangle at the same place in most rows. Strips share their left and right edges.
    """
    spans: list[tuple[int, int]] = []
    for strip in strips:
        mask = ink(crop(pixels, strip)).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        for label in range(1, count):
            x, _, width, height, area = (int(value) for value in stats[label])
            if height >= 0.4 * strip.height and 1.1 * height <= width <= 2.4 * height and area >= 0.7 * width * height:
                spans.append((strip.x + x, strip.x + x + width))
    enough = max(2, 0.4 * len(strips))
    if len(spans) < enough:
        return None
    usual = median(start for start, _ in spans)
    near = [span for span in spans if abs(span[0] - usual) <= 0.2 * strips[0].height]
    if len(near) < enough:
        return None
    return round(median(start for start, _ in near)), round(median(end for _, end in near))


def touches(pixels: Pixels, box: Box) -> bool:
    """Whether letters run over the upper or lower edge of the picture."""
    mask = ink(crop(pixels, box))
    if not mask.any():
        return False
    above, below = box.y <= 0, box.y + box.height >= pixels.shape[0]
    return bool((above and mask[0].any()) or (below and mask[-1].any()))


def running_off(pixels: Pixels, numbers: Sequence[Box]) -> list[Box]:
    """The numbers at the left and those at the right edge of the picture, where most letters there reach over it."""
    left = [box for box in numbers if box.x <= 0]
    right = [box for box in numbers if box.x + box.width >= pixels.shape[1]]
    over_left = sum(_inked_to(ink(crop(pixels, box))) for box in left)
    over_right = sum(_inked_to(ink(crop(pixels, box))[:, ::-1]) for box in right)
    return [*(left if over_left > _MOST * len(left) else ()), *(right if over_right > _MOST * len(right) else ())]


def _inked_to(mask: Mask) -> bool:
    """Whether letters reach the left end, or leave no more than the gap between two digits.

    Ink over nearly the whole height of the box is scenery, and says nothing.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    tall = int(rows[-1] - rows[0] + 1) if rows.size else 0
    if tall > _LETTERS * mask.shape[0]:
        return False
    return bool(mask[:, : max(1, round(_BETWEEN_DIGITS * tall))].any())


def cut_at(box: Box, width: int) -> tuple[Box, Box]:
    first = Box(box.x, box.y, width, box.height)
    return first, Box(box.x + width, box.y, box.width - width, box.height)


def first_letters(pixels: Pixels, box: Box, count: int) -> Box:
    """The part of the box that holds its first `count` letters; the box where its letters cannot be told apart."""
    letters = _letters(pixels, box)
    if len(letters) <= count:
        return box
    return cut_at(box, (letters[count - 1][1] + letters[count][0]) // 2)[0]


def part_at_end(pixels: Pixels, box: Box, count: int) -> tuple[Box | None, Box]:
    """What stands before the last `count` letters, less dots and dashes, and they; None where nothing does."""
    letters = _letters(pixels, box)
    if len(letters) < count:
        return None, box
    margin = max(1, box.height // 8)
    start = max(0, letters[-count][0] - margin)
    last = Box(box.x + start, box.y, box.width - start, box.height)
    if len(letters) == count:
        return None, last
    return Box(box.x, box.y, min(start, letters[-count - 1][1] + margin), box.height), last


def uncut(pixels: Pixels, box: Box, count: int) -> Box:
    """The box, begun earlier where one of its `count` letters is cut by its left edge."""
    before = min(box.x, round(0.5 * box.height))
    letters = _letters(pixels, Box(box.x - before, box.y, box.width + before, box.height))
    if len(letters) < count:
        return box
    start, end, _ = letters[-count]
    if not start < before < end:
        return box
    more = before - max(0, start - max(1, box.height // 10))
    return Box(box.x - more, box.y, box.width + more, box.height)


def _letters(pixels: Pixels, box: Box) -> list[tuple[int, int, int]]:
    """Where letters begin and end in the box, and how tall they are, from left to right; dots are none."""
    mask = ink(crop(pixels, box)).astype(np.uint8)
    rim = box.height // 8
    mask[:rim] = mask[mask.shape[0] - rim :] = 0  # the corners of the bar
    parts: list[list[int]] = []
    for x, y, width, height, _ in sorted(cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:].tolist()):
        if parts and x < parts[-1][1]:
            parts[-1] = [
                parts[-1][0],
                max(parts[-1][1], x + width),
                min(parts[-1][2], y),
                max(parts[-1][3], y + height),
            ]
        else:
            parts.append([x, x + width, y, y + height])
    tallest = max((foot - top for _, _, top, foot in parts), default=0)
    return [(start, end, foot - top) for start, end, top, foot in parts if foot - top >= 0.4 * tallest]


def _grown(box: Box, by: int) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def bright_part(pixels: Pixels, box: Box) -> Box:
    """The part of a line of text that is drawn in full strength: a dim watermark on the same line is left out."""
    part = crop(pixels, box)
    if part.size == 0:
        return box
    rim = np.concatenate([part[0], part[-1]]).astype(np.int16)
    distance = np.abs(part.astype(np.int16) - np.median(rim, axis=0)).max(axis=2)
    columns = np.flatnonzero((distance > 0.72 * float(np.percentile(distance, 99))).any(axis=0))
    if not columns.size:
        return box
    margin = max(2, box.height // 6)
    start, end = max(0, int(columns[0]) - margin), min(box.width, int(columns[-1]) + 1 + margin)
    return Box(box.x + start, box.y, end - start, box.height)
