"""Tesseract's library in this process and its program beside it: the same cells, the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import tesseract
from ocr.readers import Cell, CellKind

here = pytest.mark.skipif(not tesseract.tesseract_here(), reason="Tesseract is not on this machine")
NUMBERS = (82, 147, 9, 1203, 60)


def cells(*texts: object) -> list[Cell]:
    out = []
    for text in texts:
        image = Image.new("RGB", (150, 48), (30, 40, 70))
        ImageDraw.Draw(image).text((75, 24), str(text), font=ImageFont.load_default(34), fill="white", anchor="mm")
        out.append(Cell(CellKind.NUMBER, np.asarray(image)[:, :, ::-1].copy()))
    return out


@pytest.fixture(params=["library", "program"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "program":
        monkeypatch.setattr(tesseract, "library_of", lambda _languages: None)
    elif tesseract.library_of("eng") is None:
        pytest.skip("no library of Tesseract here, or its program does not say where its data is")
    return str(request.param)


@here
@pytest.mark.usefixtures("way")
def test_each_number_comes_back_in_its_own_place() -> None:
    seen = tesseract.read_strip([*cells(*NUMBERS), *cells(""), *cells(77)], alphabet="0123456789")
    assert [text and text.text for text in seen] == [*map(str, NUMBERS), None, "77"]
    assert all(text.confidence > 0.5 for text in seen if text)


@here
@pytest.mark.usefixtures("way")
def test_the_alphabet_of_one_call_is_not_that_of_the_next() -> None:
    assert tesseract.read_strip(cells("Comet"), alphabet="0123456789")[0] != "Comet"
    (name,) = tesseract.read_strip(cells("Comet"))
    assert name is not None
    assert name.text == "Comet"


@here
@pytest.mark.usefixtures("way")
def test_languages_that_are_not_here_read_nothing_and_raise_nothing() -> None:
    assert tesseract.read_strip(cells(12), languages="nosuch") == [None]


@here
def test_the_library_is_loaded_once_and_nothing_stays_of_the_last_picture() -> None:
    library = tesseract.library_of("eng")
    if library is None:
        pytest.skip("no library of Tesseract here")
    tesseract.read_strip(cells(12, 34, 56), alphabet="0123456789")
    assert tesseract.read_strip(cells(""), alphabet="0123456789") == [None]
    assert tesseract.library_of("eng") is library
