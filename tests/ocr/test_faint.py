from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.faint import FaintLetters
from ocr.neural import NeuralReader, decode
from ocr.readers import Cell, CellKind

LETTERS = ["", "K", "J", "S", "◇", "♪", "う", "ぅ", " ", "O", "○", "〇"]
FONT = Path(__file__).parents[2] / "bot" / "rendering" / "fonts" / "DejaVuSans.ttf"


def read(*steps: dict[str, float]) -> str:
    """The name of steps that give these letters these probabilities, and the blank the rest."""
    table = np.zeros((len(steps), len(LETTERS)), np.float32)
    for row, step in zip(table, steps, strict=True):
        for letter, share in step.items():
            row[LETTERS.index(letter)] = share
        row[0] = 1 - sum(step.values())
    return decode(table, LETTERS, faint=FaintLetters(LETTERS)).text


def test_a_symbol_the_blank_outweighs_is_read_between_letters_and_at_either_end() -> None:
    assert read({"K": 0.99}, {}, {"◇": 0.02}, {}, {"S": 0.99}) == "K◇S"
    assert read({"◇": 0.02}, {"K": 0.99}) == "◇K"
    assert read({"K": 0.99}, {}, {"♪": 0.02}) == "K♪"


def test_blanks_without_a_trace_of_a_symbol_stay_empty() -> None:
    assert read({"K": 0.99}, {}, {"◇": 0.001, "O": 0.1}, {"S": 0.99}) == "KS"


def test_the_echo_of_a_symbol_that_was_read_is_not_read_again() -> None:
    assert read({"K": 0.99}, {"◇": 0.9}, {"◇": 0.3}, {}, {"S": 0.99}) == "K◇S"


def test_nothing_said_at_all_is_no_name_of_symbols() -> None:
    assert read({"◇": 0.02}, {"♪": 0.3}) == ""


def test_an_unsure_letter_that_may_be_a_symbol_is_one_and_a_sure_one_is_not() -> None:
    assert read({"K": 0.99}, {}, {"J": 0.7, "♪": 0.02}) == "K♪"
    assert read({"K": 0.99}, {}, {"J": 0.95, "♪": 0.02}) == "KJ"


def test_small_kana_need_less_than_their_large_forms() -> None:
    assert read({"K": 0.99}, {}, {"う": 0.76, "ぅ": 0.23}) == "Kぅ"
    assert read({"K": 0.99}, {}, {"う": 0.95, "ぅ": 0.04}) == "Kう"


def test_letters_of_one_shape_are_given_as_players_type_them() -> None:
    assert read({"K": 0.99}, {}, {"〇": 0.9}) == "K○"


def drawn(name: str) -> Cell:
    font = ImageFont.truetype(str(FONT), 26)
    image = Image.new("RGB", (round(font.getlength(name)) + 30, 50), (40, 52, 60))
    ImageDraw.Draw(image).text((15, 25), name, font=font, fill="white", anchor="lm")
    return Cell(CellKind.NAME, np.asarray(image)[:, :, ::-1].copy())


@pytest.mark.parametrize("sign", ["◇", "※", "☆"])
def test_a_symbol_drawn_inside_a_name_is_read(sign: str) -> None:
    assert NeuralReader().read([drawn(f"MT{sign}Rook")])[0].text == f"MT{sign}Rook"


def test_no_symbol_is_invented_in_names_without() -> None:
    names = ["VAVA Jojo", "SOS Oxo", "KT Vox", "Otter 44", "Jill JS", "AVO lolo"]
    read = [text.text for text in NeuralReader().read([drawn(name) for name in names])]
    assert [text.replace(" ", "") for text in read] == [name.replace(" ", "") for name in names]
