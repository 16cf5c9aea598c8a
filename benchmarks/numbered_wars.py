"""Tiny pictures that hold a number, and the war each number stands for: a quick stand-in for reading in long runs."""

from __future__ import annotations

import io
import time
from dataclasses import replace

from PIL import Image

from ocr.pool import read_picture
from ocr.reading import Check, Layout, Reading, Row, Side, Status

SIZE = (16, 16)
MOST = 125_000  # numbers with a war of their own
OURS = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")
TAG = "CR"
_THEIRS = ("Quartz", "Ripple", "Saffron", "Tundra", "Umber", "Vesper")
_ALL_POINTS = 984


def picture_of(number: int) -> bytes:
    """PNG."""
    out = io.BytesIO()
    Image.new("RGB", SIZE, (number >> 16, number >> 8 & 255, number & 255)).save(out, "PNG")
    return out.getvalue()


def number_in(data: bytes) -> int | None:
    """None where it is another picture."""
    with Image.open(io.BytesIO(data)) as image:
        if image.size != SIZE:
            return None
        red, green, blue = image.convert("RGB").getpixel((0, 0))  # type: ignore[misc]
    return int(red) << 16 | int(green) << 8 | int(blue)


def scores_of(number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ours and theirs, 984 together; ours are like those of no other number below MOST."""
    ours = (60 + number % 50, 60 + number // 50 % 50, 60 + number // 2500 % 50, 82, 80, 78)
    share, more = divmod(_ALL_POINTS - sum(ours), 6)
    return ours, tuple(share + (place < more) for place in range(6))


def reading_of(number: int) -> Reading:
    ours, theirs = scores_of(number)
    sides = (_side(TAG, OURS, ours), _side("QZ", _THEIRS, theirs))
    check = Check("82 points a race", _ALL_POINTS, _ALL_POINTS, ok=True)
    return Reading(status=Status.PROVEN, layout=Layout.TABLE, sides=sides, races=12, checks=(check,))


def read(data: bytes) -> Reading:
    """For the reading processes: a numbered picture in 50 to 230 ms, any other with the real reader."""
    number = number_in(data)
    if number is None:
        return read_picture(data)
    seconds = 0.05 + number % 7 * 0.03
    time.sleep(seconds)
    return replace(reading_of(number), seconds=seconds)


def _side(tag: str, names: tuple[str, ...], scores: tuple[int, ...]) -> Side:
    rows = tuple(Row(name=f"{tag} {name}", score=score, races=12) for name, score in zip(names, scores, strict=True))
    return Side(rows=rows, tag=tag, total=sum(scores))
