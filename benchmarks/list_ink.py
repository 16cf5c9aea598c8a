"""Letters and digits of the lists: leaning bold names, outlined numbers, digits of seven bars."""

from __future__ import annotations

import functools
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from benchmarks.table_paint import font_files
from bot.rendering import fonts as bundled

_BUNDLED = Path(bundled.__file__).parent / "fonts"
_FACES = {  # by use: those the machine has, by number; the bundled one comes first and is always there
    "display": ("Mplus1-Bold.otf", "ComicNeue-BoldItalic.otf", "Lato-BlackItalic.ttf", "OpenSans-ExtraBoldItalic.ttf",
                "Roboto-BlackItalic.ttf", "Inter-ExtraBoldItalic.otf", "Lato-HeavyItalic.ttf"),
    "digits": ("Mplus1-Bold.otf", "Mplus1-ExtraBold.otf", "Mplus1-Black.otf", "Roboto-Black.ttf",
               "OpenSans-ExtraBold.ttf", "Lato-Heavy.ttf"),
    "plain": ("Mplus1-Medium.otf", "NotoSansCJK-Regular.ttc", "Roboto-Medium.ttf", "NotoSans-Medium.ttf",
              "OpenSans-Semibold.ttf", "DejaVuSans.ttf"),
}  # fmt: skip
_CHAIN = ("Mplus1-Bold.otf", "DejaVuSans-Bold.ttf", "NanumSquareB.ttf")  # where a face lacks a letter
_LEAN = 0.2
# fmt: off
_SEGMENTS = {"0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc",
             "7": "sabc", "8": "abcdefg", "9": "abfgcd"}  # s: the short stub at the left of a 7
# fmt: on


@functools.lru_cache(maxsize=256)
def _face(file: str, size: int) -> ImageFont.FreeTypeFont:
    own = _BUNDLED / file
    return ImageFont.truetype(str(own) if own.exists() else font_files()[file], max(5, size))


def _file(use: str, number: int) -> str:
    there = [name for name in _FACES[use] if (_BUNDLED / name).exists() or name in font_files()]
    return there[number % len(there)]


@functools.lru_cache(maxsize=4096)
def _has(file: str, letter: str) -> bool:
    face = _face(file, 32)
    mask, missing = face.getmask(letter), face.getmask("\U0010fffe")
    return face.getlength(letter) > 0 and (mask.size, bytes(mask)) != (missing.size, bytes(missing))


@functools.lru_cache(maxsize=512)
def glyphs(text: str, use: str, number: int, size: int) -> Image.Image:
    """The text as a mask whose middle line is that of the digits; letters a face lacks come from the bundled ones.

    Names of the use `display` lean, by the font itself or by a shear.
    """
    first = _file(use, number)
    files = [next((file for file in (first, *_CHAIN) if letter == " " or _has(file, letter)), first) for letter in text]
    runs = [
        (file, "".join(letter for _, letter in run))
        for file, run in groupby(zip(files, text, strict=True), key=lambda pair: pair[0])
    ]
    width = sum(_face(file, size).getlength(run) for file, run in runs)
    mask = Image.new("L", (round(width) + size, size * 2))
    pen, x = ImageDraw.Draw(mask), size / 4
    baseline = size + round(size * 0.36)
    for file, run in runs:
        leans = "Italic" in file or use != "display"
        part = Image.new("L", mask.size)
        ImageDraw.Draw(part).text((x, baseline), run, 255, _face(file, size), anchor="ls")
        mask = ImageChops.lighter(mask, part if leans else _sheared(part, baseline))
        x += _face(file, size).getlength(run)
    del pen
    left, _, right, _ = mask.getbbox() or (0, 0, 1, 1)
    return mask.crop((left, 0, right, mask.height))


def _sheared(mask: Image.Image, baseline: int) -> Image.Image:
    data = (1, _LEAN, -_LEAN * baseline, 0, 1, 0)
    return mask.transform(mask.size, Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)


@functools.lru_cache(maxsize=256)
def bars_of_seven(text: str, tall: int) -> Image.Image:
    """Digits drawn of seven bars, `tall` pixels high; a plus as a small cross. A 1 is narrow."""
    fine = 4
    height, wide, thick = tall * fine, round(tall * fine * 0.56), round(tall * fine * 0.13)
    advance = {"1": round(wide * 0.8), "+": round(wide * 1.05), " ": round(wide * 0.4)}
    mask = Image.new("L", (sum(advance.get(sign, wide) + thick for sign in text) + 4 * thick, height * 2))
    pen, x, top = ImageDraw.Draw(mask), 2 * thick, height // 2
    for sign in text:
        step = advance.get(sign, wide)
        if sign == "+":
            middle, reach = top + height * 0.6, height * 0.2
            pen.rectangle((x, middle - thick / 2.4, x + 2 * reach, middle + thick / 2.4), 255)
            pen.rectangle((x + reach - thick / 2.4, middle - reach, x + reach + thick / 2.4, middle + reach), 255)
        for segment in _SEGMENTS.get(sign, ""):
            pen.polygon(_segment(segment, x + step - wide, top, wide, height, thick), 255)
        x += step + thick
    mask = _sheared_little(mask, top + height).resize((mask.width // fine, mask.height // fine), Image.Resampling.BOX)
    left, _, right, _ = mask.getbbox() or (0, 0, 1, 1)
    return mask.crop((left, 0, right, mask.height))


def _sheared_little(mask: Image.Image, foot: int) -> Image.Image:
    return mask.transform(
        mask.size, Image.Transform.AFFINE, (1, 0.05, -0.05 * foot, 0, 1, 0), Image.Resampling.BILINEAR
    )


def _segment(name: str, x: float, top: float, wide: float, tall: float, thick: float) -> list[tuple[float, float]]:
    """A bar of a digit, cut slanting where it meets the next."""
    gap, half = thick * 0.18, tall / 2
    if name in "agd":
        y = {"a": top + thick / 2, "g": top + half, "d": top + tall - thick / 2}[name]
        left, right, reach = x + gap + thick / 2, x + wide - gap - thick / 2, thick / 2
        return [(left - reach / 2, y), (left, y - reach), (right, y - reach), (right + reach / 2, y),
                (right, y + reach), (left, y + reach)]  # fmt: skip
    middle = x + (thick / 2 if name in "efs" else wide - thick / 2)
    start = top + gap + thick / 3 if name in "bfs" else top + half + gap
    end = top + (half * 0.55 if name == "s" else half - gap) if name in "bfs" else top + tall - gap - thick / 3
    reach = thick / 2
    return [(middle, start), (middle + reach, start + reach), (middle + reach, end - reach), (middle, end),
            (middle - reach, end - reach), (middle - reach, start + reach)]  # fmt: skip


def grown(mask: Image.Image, by: int) -> Image.Image:
    """The mask with `by` pixels of outline around it, in a picture that much larger on each side."""
    room = Image.new("L", (mask.width + 2 * by, mask.height + 2 * by))
    room.paste(mask, (by, by))
    return room.filter(ImageFilter.MaxFilter(2 * by + 1)).filter(ImageFilter.GaussianBlur(0.6)) if by else room
