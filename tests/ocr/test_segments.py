from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.assemble import number_of
from ocr.readers import CellReading, Pixels, Text
from ocr.segments import read_cells, read_number
from tests.ocr.pictures import scenery

# Lit segments of each digit: top, upper right, lower right, bottom, lower left, upper left, middle.
LIT = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abcf",
    "8": "abcdefg",
    "9": "abcdfg",
}
TALL, WIDE, THICK = 30, 18, 5


def strokes(left: int, top: int) -> dict[str, tuple[int, int, int, int]]:
    right, middle, bottom = left + WIDE, top + TALL // 2, top + TALL
    return {
        "a": (left + 2, top, right - 2, top + THICK - 1),
        "b": (right - THICK, top + 2, right - 1, middle - 1),
        "c": (right - THICK, middle + 1, right - 1, bottom - 2),
        "d": (left + 2, bottom - THICK, right - 2, bottom - 1),
        "e": (left, middle + 1, left + THICK - 1, bottom - 2),
        "f": (left, top + 2, left + THICK - 1, middle - 1),
        "g": (left + 2, middle - THICK // 2, right - 2, middle + THICK // 2),
    }


def cell(
    number: str, *, ink: tuple[int, int, int] = (250, 250, 250), ground: Image.Image | None = None, scale: float = 1.0
) -> Pixels:
    sheet = ground or Image.new("RGB", (110, 46), (60, 70, 50))
    pen = ImageDraw.Draw(sheet)
    left = sheet.width - 10
    for digit in reversed(number):
        left -= THICK if digit == "1" else WIDE
        places = strokes(left - (WIDE - THICK if digit == "1" else 0), 8)
        for segment in LIT[digit]:
            pen.rectangle(places[segment], fill=ink)
        left -= 7
    size = (round(sheet.width * scale), round(sheet.height * scale))
    return np.asarray(sheet.resize(size, Image.Resampling.LANCZOS), np.uint8)[:, :, ::-1]


@pytest.mark.parametrize("number", ["0", "1", "8", "11", "23", "45", "67", "89", "90", "101", "116", "174", "262"])
@pytest.mark.parametrize("scale", [0.6, 1.0, 2.5])
def test_digits_are_read_by_their_segments(number: str, scale: float) -> None:
    text = read_number(cell(number, scale=scale))
    assert text is not None
    assert text.text == number
    assert 0.5 <= text.confidence <= 1


def test_dark_digits_on_a_bright_bar() -> None:
    text = read_number(cell("86", ink=(90, 80, 40), ground=Image.new("RGB", (110, 46), (250, 220, 40))))
    assert text is not None
    assert text.text == "86"


def test_digits_over_scenery() -> None:
    ground = scenery(400, 200).crop((40, 60, 150, 106))
    text = read_number(cell("58", ground=ground))
    assert text is not None
    assert text.text == "58"


def test_half_a_segment_is_no_digit() -> None:
    pixels = cell("68").copy()
    pixels[26:40, 55:60] = pixels[0, 0]
    text = read_number(pixels)
    assert text is None or text.text == "68"


def test_ground_that_may_hide_a_digit_is_not_trusted() -> None:
    pixels = cell("116").copy()
    pixels[:, :63] = 250  # the first two digits stand on white
    assert read_number(pixels) is None


def test_empty_and_noisy_cells_are_none() -> None:
    noise = np.random.default_rng(4).integers(0, 255, (40, 80, 3), dtype=np.uint8)
    assert read_number(noise) is None
    assert read_number(np.zeros((40, 80, 3), np.uint8)) is None
    assert read_number(np.full((2, 3, 3), 200, np.uint8)) is None


def written(number: str) -> Pixels:
    sheet = Image.new("RGB", (110, 46), (30, 30, 30))
    ImageDraw.Draw(sheet).text((100, 23), number, font=ImageFont.load_default(34), fill="white", anchor="rm")
    return np.asarray(sheet, np.uint8)[:, :, ::-1]


def test_ordinary_letters_are_left_to_the_others() -> None:
    numbers = ("47", "74", "24", "71", "41", "17", "14", "42", "77", "44")
    for number in numbers:
        text = read_number(written(number))
        assert text is None or text.text == number
    assert read_cells([written(number) for number in numbers]) == [None] * len(numbers)


def test_a_few_such_numbers_do_not_make_a_display() -> None:
    cells = [cell("86"), cell("52"), *(written("47") for _ in range(10))]
    assert read_cells(cells) == [None] * 12
    texts = read_cells([cell(str(score)) for score in (86, 74, 52, 50)])
    assert [text.text for text in texts if text] == ["86", "74", "52", "50"]


def reading(neural: str, segments: str | None, *, ink: tuple[str, float] | None = None) -> CellReading:
    return CellReading(
        tesseract=None,
        neural=Text(neural, 0.95),
        neural_ink=Text(*ink) if ink else Text(neural, 0.95),
        segments=Text(segments, 0.8) if segments else None,
    )


def test_segments_are_the_second_leg() -> None:
    assert number_of(reading("69", "69")).proven
    assert not number_of(reading("69", None)).proven


def test_segments_beside_the_surer_look_are_enough() -> None:
    number = number_of(reading("107", "107", ink=("707", 0.4)))
    assert (number.value, number.proven, number.options) == (107, True, (107,))


def test_segments_that_differ_leave_a_doubt() -> None:
    number = number_of(reading("80", "81"))
    assert not number.proven
    assert set(number.options) == {80, 81}
    assert not number_of(reading("107", "707", ink=("707", 0.4))).proven
