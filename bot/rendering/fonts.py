"""Text on pictures in any script: bundled fonts, a fallback for every glyph, and fitting long names.

The fonts lie in `fonts/` with their licences. A character that no font has is drawn as a box, so that it is seen.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

FOLDER = Path(__file__).parent / "fonts"
# What no font has, by what stands for it.
_STAND_IN = str.maketrans(
    {"～": "〜", "⭐": "★", "🌟": "★", "❤": "♥", "⌒": "︵", "🏆": "♛", "－": "-", "｜": "|", "\xa0": " "}
)
_DROPPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_NEVER_A_GLYPH = "\U0010fffe"
ELLIPSIS = "…"


class Weight(StrEnum):
    MEDIUM = "medium"
    BOLD = "bold"


_CHAIN = {
    Weight.MEDIUM: ("Mplus1-Medium.otf", "DejaVuSans.ttf", "NanumSquareB.ttf"),
    Weight.BOLD: ("Mplus1-Bold.otf", "DejaVuSans-Bold.ttf", "NanumSquareB.ttf"),
}


def files_of(weight: Weight) -> tuple[str, ...]:
    """The files in `FOLDER`, first the one that is asked first for a glyph."""
    return _CHAIN[weight]


@lru_cache(maxsize=256)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FOLDER / file), size)


@lru_cache(maxsize=64)
def _missing(file: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(file, 32).getmask(_NEVER_A_GLYPH)
    return mask.size, bytes(mask)


@lru_cache(maxsize=16384)
def font_with(char: str, weight: Weight) -> str | None:
    """The bundled font file that has a glyph for the character; None where none has."""
    for file in _CHAIN[weight]:
        mask = _font(file, 32).getmask(char)
        # M PLUS gives the middle dot no width, so that it sits on the next letter.
        has_width = _font(file, 32).getlength(char) > 0 or unicodedata.combining(char)
        if char.isspace() or (has_width and (mask.size, bytes(mask)) != _missing(file)):
            return file
    return None


def drawable(text: str) -> str:
    """One line less everything that draws nothing or turns the line around: controls, bidi marks, joiners."""
    composed = unicodedata.normalize("NFC", text).translate(_STAND_IN)
    shown = (
        " " if char.isspace() else char
        for char in composed
        if char.isspace() or (unicodedata.category(char) not in _DROPPED and not "\ufe00" <= char <= "\ufe0f")
    )
    return " ".join("".join(shown).split())


@lru_cache(maxsize=4096)
def _runs(text: str, weight: Weight) -> tuple[tuple[str | None, str], ...]:
    """(font file, text) of the pieces that one font draws; a mark stays with the letter before it."""
    files: list[str | None] = []
    for char in text:
        if unicodedata.combining(char) and files:
            files.append(files[-1])
        else:
            files.append(font_with(char, weight))
    pairs = groupby(zip(files, text, strict=True), key=lambda pair: pair[0])
    return tuple((file, "".join(char for _, char in pieces)) for file, pieces in pairs)


def _box_width(size: int) -> float:
    return size * 0.62


@lru_cache(maxsize=8192)
def text_width(text: str, size: int, weight: Weight = Weight.MEDIUM) -> float:
    """Pixels from the first to the last letter's advance."""
    return sum(
        _box_width(size) * len(piece) if file is None else _font(file, size).getlength(piece)
        for file, piece in _runs(text, weight)
    )


def draw_text(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    fill: tuple[int, int, int],
    *,
    weight: Weight = Weight.MEDIUM,
    anchor: str = "l",
) -> None:
    """Draws at (x, baseline y); `anchor` l, m or r says which end of the text x is."""
    x, baseline = at
    x -= {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * text_width(text, size, weight)
    for file, piece in _runs(text, weight):
        if file is not None:
            draw.text((x, baseline), piece, fill, font=_font(file, size), anchor="ls")
            x += _font(file, size).getlength(piece)
            continue
        for _ in piece:
            left, right = x + size * 0.08, x + size * 0.54
            draw.rectangle((left, baseline - size * 0.72, right, baseline), outline=fill, width=max(1, size // 14))
            x += _box_width(size)


def fit(text: str, size: int, width: float, *, weight: Weight = Weight.MEDIUM, smallest: int = 20) -> tuple[str, int]:
    """(text, size) that stays within `width` pixels: shrunk down to `smallest`, then cut with an ellipsis."""
    shown = drawable(text)[:300]
    while size > smallest and text_width(shown, size, weight) > width:
        size = max(smallest, size - 2)
    if text_width(shown, size, weight) <= width:
        return shown, size
    fits, too_long = 0, len(shown)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if text_width(shown[:middle].rstrip() + ELLIPSIS, size, weight) <= width:
            fits = middle
        else:
            too_long = middle
    return shown[:fits].rstrip() + ELLIPSIS, size
