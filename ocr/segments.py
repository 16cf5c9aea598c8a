"""A reader for digits drawn like a seven-segment display, as one of the games sets its points.

It shares nothing with the other readers but the pixels: glyphs are parted by their ink, and a digit is said by which of
its seven segments are drawn. It answers only where a whole number of such digits is seen, and only on pictures whose
numbers are mostly set that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocr.ink import of_height
from ocr.readers import Pixels, Text
from ocr.tones import Grey, brightest, darkest

_HEIGHT = 64  # pixels a cell is scaled to
_TALL = (0.38, 0.92)  # of the cell's height: how high its digits may be
_SAME = 0.13  # of a digit's height: how far tops and bottoms may differ
_NARROW = 0.42  # width over height up to which a glyph can only be a 1
_WIDE = (0.45, 1.0)  # the same of every other digit
_GAP = 1.1  # of a digit's height: the widest space between two
_BESIDE, _SWALLOWED = 0.75, 0.5  # of a digit's height: how near ground must come, and how high, to hide a digit
_RIM = 0.25  # of that space's width: so much of it the bar's own rim may fill
_LIKE = 0.25  # of the step from ink to ground: what is nearer to ink might be ink
_NEAR = 19  # pixels at `_HEIGHT`, wider than a stroke: the reach of what lies close by
_STRAY = 0.3  # of a digit's height: smaller specks are no part of the number
_DRAWN, _OPEN = 0.72, 0.45  # share of a segment's length with ink: at least, at most
_MOST_DIGITS = 4
_SHARE = 0.5  # share of a picture's numbers that must be read for the picture to count
_FEWEST = 4

Mask = npt.NDArray[np.bool_]
_Piece = tuple[int, int, int, int, int]  # left, right, top, bottom, label

# Segments, clockwise from the top, the middle one last: top, upper right, lower right, bottom, lower left, upper left.
_DIGITS = {
    "1111110": "0",
    "1101101": "2",
    "1111001": "3",
    "0110011": "4",
    "1011011": "5",
    "1011111": "6",
    "0011111": "6",
    "1110000": "7",
    "1110010": "7",
    "1111111": "8",
    "1111011": "9",
    "1110011": "9",
}
# Where a segment lies in a glyph's box (left, right, top, bottom as shares) and whether it runs across.
_ZONES = (
    (0.32, 0.68, 0.0, 0.24, True),
    (0.66, 1.0, 0.2, 0.4, False),
    (0.66, 1.0, 0.62, 0.82, False),
    (0.32, 0.68, 0.76, 1.0, True),
    (0.0, 0.34, 0.62, 0.82, False),
    (0.0, 0.34, 0.2, 0.4, False),
    (0.32, 0.68, 0.38, 0.64, True),
)
_HOLES = ((0.38, 0.62, 0.27, 0.36), (0.38, 0.62, 0.66, 0.74))  # never drawn in, whatever the digit


@dataclass(frozen=True, slots=True)
class _Glyph:
    left: int
    right: int
    top: int
    bottom: int
    mask: Mask

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


def read_cells(cells: Sequence[Pixels]) -> list[Text | None]:
    """One text per cell of a picture, in order; None where no such number is seen, and everywhere if it is rare."""
    texts: list[Text | None] = []
    missing = 0
    for pixels in cells:
        texts.append(read_number(pixels))
        missing += texts[-1] is None
        if len(cells) - missing < max(_FEWEST, _SHARE * len(cells)):
            return [None] * len(cells)
    return texts


def read_number(pixels: Pixels) -> Text | None:
    """The digits of one cell with the confidence 0..1 of the least certain; None where they are not all clear.

    Ink is told from its ground in several ways; those that see a number must see the same one.
    """
    seen = [found for tone, mask in _masks(pixels) if (found := _read_mask(tone, mask)) is not None]
    tallest = max((tall for _, tall in seen), default=0)
    texts = [text for text, tall in seen if tall >= (1 - _SAME) * tallest]  # the holes of an 8 look like a small 1
    if not texts or len({text.text for text in texts}) > 1:
        return None
    return max(texts, key=lambda text: text.confidence)


def _masks(pixels: Pixels) -> list[tuple[Grey, Mask]]:
    """Light and dark ink against the whole cell and against what lies close by, each with the tone it is high in."""
    scaled = of_height(pixels, _HEIGHT)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_NEAR, _NEAR))
    found = []
    for tone in (darkest(scaled), 255 - brightest(scaled)):  # light letters have no colour, dark ones no light
        for seen in (tone, cv2.morphologyEx(tone, cv2.MORPH_TOPHAT, around)):
            level, _ = cv2.threshold(seen, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
            found.append((tone, np.asarray(seen > level, bool)))
    return found


def _read_mask(tone: Grey, mask: Mask) -> tuple[Text, int] | None:
    """The number and how high its digits are."""
    glyphs = _glyphs(mask)
    if not 1 <= len(glyphs) <= _MOST_DIGITS or _crowded(tone, mask, glyphs):
        return None
    digits = [_digit(glyph) for glyph in glyphs]
    known = [digit for digit in digits if digit is not None]
    if len(known) < len(digits):
        return None
    text = Text("".join(text for text, _ in known), min(sure for _, sure in known))
    return text, max(glyph.height for glyph in glyphs)


def _glyphs(mask: Mask) -> list[_Glyph]:
    """The digits from left to right; empty where what is drawn does not stand on one line of equal heights."""
    height, width = mask.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    pieces: list[_Piece] = []
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[label])
        if x == 0 or y == 0 or x + w == width or y + h == height:
            continue  # ground
        if area >= 6:
            pieces.append((x, x + w, y, y + h, label))
    columns: list[list[_Piece]] = []
    for piece in sorted(pieces):
        if columns and piece[0] < max(other[1] for other in columns[-1]) - 1:
            columns[-1].append(piece)  # one over the other: a 1 drawn in two strokes
        else:
            columns.append([piece])
    glyphs = []
    for column in columns:
        left, right = min(piece[0] for piece in column), max(piece[1] for piece in column)
        top, bottom = min(piece[2] for piece in column), max(piece[3] for piece in column)
        own = np.isin(labels[top:bottom, left:right], [piece[4] for piece in column])
        glyphs.append(_Glyph(left, right, top, bottom, own))
    tallest = max((glyph.height for glyph in glyphs), default=0)
    if not _TALL[0] * height <= tallest <= _TALL[1] * height:
        return []
    glyphs = [glyph for glyph in glyphs if max(glyph.height, glyph.width) > _STRAY * tallest]
    top, bottom = min(glyph.top for glyph in glyphs), max(glyph.bottom for glyph in glyphs)
    level = all(glyph.top - top <= _SAME * tallest and bottom - glyph.bottom <= _SAME * tallest for glyph in glyphs)
    close = all(after.left - before.right <= _GAP * tallest for before, after in pairwise(glyphs))
    return glyphs if level and close else []


def _crowded(tone: Grey, mask: Mask, glyphs: Sequence[_Glyph]) -> bool:
    """Whether the ground beside the digits is like ink, so that another digit may be lost in it."""
    reach = round(_BESIDE * max(glyph.height for glyph in glyphs))
    top, bottom = min(glyph.top for glyph in glyphs), max(glyph.bottom for glyph in glyphs)
    left, right = glyphs[0].left, glyphs[-1].right
    within, ink = tone[top:bottom, left:right].astype(float), mask[top:bottom, left:right]
    inked = float(np.median(within[ink]))
    ground = float(np.median(within[~ink])) if not ink.all() else 0.0
    like_ink = tone > inked - _LIKE * (inked - ground)
    beside = (like_ink[top:bottom, max(0, left - reach) : left], like_ink[top:bottom, right : right + reach])
    return any((part.mean(axis=1) > _RIM).mean() > _SWALLOWED for part in beside if part.size)


def _digit(glyph: _Glyph) -> tuple[str, float] | None:
    """The digit and its confidence 0..1, or None where its ink does not lie on segments."""
    shape = glyph.width / glyph.height
    if shape <= _NARROW:
        drawn = float(glyph.mask.any(axis=1).mean())
        full = float(glyph.mask.mean())
        return ("1", min(drawn, 1.0)) if drawn >= _DRAWN and full >= _DRAWN - 0.15 else None
    if not _WIDE[0] <= shape <= _WIDE[1]:
        return None
    if max(_share(glyph.mask, *hole) for hole in _HOLES) > _OPEN:
        return None
    lengths = [_drawn(glyph.mask, *zone) for zone in _ZONES]
    if any(_OPEN < length < _DRAWN for length in lengths):
        return None
    digit = _DIGITS.get("".join("1" if length >= _DRAWN else "0" for length in lengths))
    sure = min(abs(length - (_OPEN + _DRAWN) / 2) for length in lengths) / (1 - (_OPEN + _DRAWN) / 2)
    return (digit, min(1.0, 0.5 + sure / 2)) if digit is not None else None


def _part(mask: Mask, left: float, right: float, top: float, bottom: float) -> Mask:
    height, width = mask.shape
    return mask[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


def _share(mask: Mask, left: float, right: float, top: float, bottom: float) -> float:
    part = _part(mask, left, right, top, bottom)
    return float(part.mean()) if part.size else 0.0


def _drawn(mask: Mask, left: float, right: float, top: float, bottom: float, across: bool) -> float:  # noqa: FBT001
    """The share of a segment's length that has ink somewhere across it."""
    part = _part(mask, left, right, top, bottom)
    return float(part.any(axis=0 if across else 1).mean()) if part.size else 0.0
