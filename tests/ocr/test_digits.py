"""The small reader of digits: sure of numbers and of nothing else, and asked before the large recogniser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.rendering import fonts
from ocr.digits import DigitReader, clear_kinds, shared_digits
from ocr.layouts.found import Box
from ocr.looks import Looks
from ocr.neural import Look
from ocr.readers import CellKind, Pixels, Text

FONT = next(path for path in (fonts.FOLDER).iterdir() if path.name == "Mplus1-Bold.otf")
Colour = tuple[int, int, int]
LIGHT, DARK = (250, 250, 250), (30, 40, 60)


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return shared_digits()


def cell(
    text: str, *, size: int = 24, ink: tuple[int, int, int] = LIGHT, ground: tuple[int, int, int] = DARK
) -> Pixels:
    font = ImageFont.truetype(str(FONT), size)
    left, top, right, bottom = font.getbbox(text or "0")
    margin = size // 4
    image = Image.new("RGB", (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin), ground)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, fill=ink, font=font)
    return np.asarray(image, np.uint8)


@pytest.mark.parametrize("size", [12, 20, 40])
@pytest.mark.parametrize(("ink", "ground"), [(LIGHT, DARK), (DARK, LIGHT), ((255, 220, 40), (20, 60, 160))])
def test_it_is_sure_of_numbers_and_right(reader: DigitReader, size: int, ink: Colour, ground: Colour) -> None:
    numbers = [str(number) for number in (*range(1, 180, 7), 111, 100, 177, 984, 1728)]
    seen = reader.look([cell(number, size=size, ink=ink, ground=ground) for number in numbers])
    sure = [(number, text.text) for number, text in zip(numbers, seen, strict=True) if clear_kinds(text)]
    assert all(number == text for number, text in sure)
    assert len(sure) >= 0.8 * len(numbers)


@pytest.mark.parametrize("text", ["", "Willow", "あさ", "11th", "(12)", "★", "GG", "+", "-"])
def test_it_is_never_sure_of_what_is_no_number(reader: DigitReader, text: str) -> None:
    (seen,) = reader.look([cell(text)])
    assert not clear_kinds(seen)


def test_a_plus_is_seen_and_only_where_it_may_stand(reader: DigitReader) -> None:
    (seen,) = reader.look([cell("+12")])
    assert seen.text == "+12"
    assert CellKind.PLUS in clear_kinds(seen)
    assert not {CellKind.NUMBER, CellKind.PLACE, CellKind.NAME} & set(clear_kinds(seen))


def test_what_stands_beside_in_a_batch_changes_nothing(reader: DigitReader) -> None:
    cells = [cell(text) for text in ("7", "1728", "+15", "60")]
    together = reader.look(cells)
    alone = [reader.look([one])[0] for one in cells]
    assert [text.text for text in together] == [text.text for text in alone]
    assert [text.confidence for text in together] == pytest.approx([text.confidence for text in alone], abs=0.02)


class _Large:
    """Counts what it is shown, and says one thing of everything."""

    def __init__(self) -> None:
        self.shown = 0

    def look(self, parts: Sequence[Pixels]) -> list[Look]:
        self.shown += len(parts)
        return [Look(dict.fromkeys(CellKind, Text("large", 0.9))) for _ in parts]


class _Small:
    def __init__(self, text: Text) -> None:
        self.text, self.shown = text, 0

    def look(self, parts: Sequence[Pixels]) -> list[Text]:
        self.shown += len(parts)
        return [self.text] * len(parts)


PAGE = np.zeros((100, 400, 3), np.uint8)
BOX = Box(10, 10, 40, 20)


def test_the_large_recogniser_reads_what_the_small_reader_is_not_sure_of() -> None:
    large, small = _Large(), _Small(Text("12", 0.8))
    looks = Looks(PAGE, large, small)  # type: ignore[arg-type]
    assert looks.texts([BOX], [CellKind.NUMBER])[0].text == "large"
    assert looks.texts([BOX], [CellKind.PLUS])[0].text == "large"
    assert (large.shown, small.shown) == (1, 1)


def test_a_sure_number_is_not_shown_to_the_large_recogniser_until_it_is_to_be_a_name() -> None:
    large, small = _Large(), _Small(Text("12", 0.99))
    looks = Looks(PAGE, large, small)  # type: ignore[arg-type]
    assert looks.texts([BOX], [CellKind.NUMBER])[0].text == "12"
    assert looks.texts([BOX], [CellKind.PLACE])[0].text == "12"
    assert large.shown == 0
    assert looks.texts([BOX], [CellKind.NAME])[0].text == "large"
    assert (large.shown, small.shown) == (1, 1)


def test_texts_and_names_are_not_looked_at_for_digits() -> None:
    large, small = _Large(), _Small(Text("48", 0.99))
    looks = Looks(PAGE, large, small)  # type: ignore[arg-type]
    looks.texts([Box(10, 50, 40, 20), BOX], [CellKind.TEXT, CellKind.NAME])
    assert (large.shown, small.shown) == (2, 0)
