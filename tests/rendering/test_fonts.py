from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from bot.rendering import fonts
from bot.rendering.fonts import ELLIPSIS, Weight, draw_text, drawable, fit, font_with, text_width

SCRIPTS = {
    "latin": "Comet ÀÉÎÕÜßøłđÐ",
    "greek": "ΣΩαβσλ",
    "cyrillic": "НевабгдЖЯ",
    "kana": "かなカナがぱー",
    "kanji": "漢字戦勝",
    "hangul": "한글이름",
    "signs": "☆★♪⇔◇◆●○▼√※〜・·€¢¥♥",
    "small capitals": "ᴀʙᴄᴅᴇɢɪʟɴʀᴜ",
}


def drawn(text: str, weight: Weight = Weight.BOLD, size: int = 40) -> bytes:
    image = Image.new("L", (900, 60))
    canvas = Image.merge("RGB", (image, image, image))
    draw_text(ImageDraw.Draw(canvas), (10, 45), text, size, (255, 255, 255), weight=weight)
    return canvas.tobytes()


@pytest.mark.parametrize("weight", list(Weight))
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_glyphs(script: str, weight: Weight) -> None:
    for char in SCRIPTS[script].replace(" ", ""):
        file = font_with(char, weight)
        assert file is not None, f"{char} would be a box"
        font = ImageFont.truetype(str(fonts.FOLDER / file), 40)
        nobody = font.getmask("\U0010fffe")
        glyph = font.getmask(char)
        assert (glyph.size, bytes(glyph)) != (nobody.size, bytes(nobody)), f"{char} is the missing glyph of {file}"
        assert font.getlength(char) > 0


def test_what_no_font_has_is_a_visible_box() -> None:
    assert font_with("\U0001f9ff", Weight.BOLD) is None
    assert text_width("\U0001f9ff", 40) > 0
    assert drawn("\U0001f9ff") != drawn("")
    assert drawn("a\U0001f9ffb") != drawn("ab")


def test_letters_of_different_scripts_stand_side_by_side() -> None:
    for text in ("ΣND か★", "H한x", "а漢"):
        parts = sum(text_width(char, 40) for char in text)
        assert text_width(text, 40) == pytest.approx(parts, abs=4)


def test_nothing_invisible_is_drawn() -> None:
    assert drawable("a\u202eb\x07c\u200bd\ufe0f\n e") == "abcd e"
    assert drawable("e\u0301") == "é"


def test_long_names_shrink_and_then_are_cut() -> None:
    assert fit("Comet", 36, 400) == ("Comet", 36)
    shown, size = fit("Comet " * 8, 36, 400, smallest=12)
    assert 12 <= size < 36
    assert ELLIPSIS not in shown
    shown, size = fit("W" * 200, 36, 400)
    assert size == 20
    assert shown.endswith(ELLIPSIS)


@given(st.text(max_size=200), st.integers(60, 900))
def test_what_was_fitted_fits(text: str, width: int) -> None:
    shown, size = fit(text, 36, width)
    assert text_width(shown, size) <= width


def test_widths_grow_with_size() -> None:
    assert all(a < b for a, b in pairwise(text_width("Comet か", size) for size in (20, 30, 40)))


def test_the_licences_lie_beside_the_fonts() -> None:
    files = {path.name for path in fonts.FOLDER.iterdir()}
    assert {file for chain in fonts._CHAIN.values() for file in chain} <= files
    assert {"LICENSE-mplus.txt", "LICENSE-dejavu.txt", "LICENSE-nanum.txt"} <= files
    assert sum(path.stat().st_size for path in fonts.FOLDER.iterdir()) < 8_000_000
