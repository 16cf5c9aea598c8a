"""The layout of drawn tables, on tables drawn here: every look must give the same rows, sides and totals."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.draw_tables import draw_table
from benchmarks.table_paint import Drawn, Frame
from benchmarks.table_styles import Style
from benchmarks.table_wars import invent_war
from ocr.detector import Detector
from ocr.layouts import tables
from ocr.layouts.found import Box, Found
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout

try:
    Detector()
except ModelMissingError:
    pytest.skip("the detector's model is not installed", allow_module_level=True)

_LIGHT = Style()
_DARK = Style(colours=((30, 32, 40), (20, 24, 30)), text=(240, 240, 240), bar_dark=False, bar=30, flags=False)
_PHOTO = Style(background="photo", text=(255, 255, 255), bar=140, flags=False, shadow=True, logos=True)
_LOUD = Style(colours=((250, 30, 200), (200, 120, 250)), font="condensed", gap=1.6)
_STRIPES = Style(background="stripes", colours=((120, 220, 200),), gap=1.2)
_LEFT = Style(align="left", font="serif", places=False)
_PLAIN = Style(font="plain", total_font="plain", bar=0, flags=False, medals=False)


def _pixels(drawn: Drawn) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(drawn.encoded(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.uint8)


def _found(drawn: Drawn) -> Found:
    proposals = tables.find(_pixels(drawn))
    assert len(proposals) == 1
    return proposals[0]


def _holds(box: Box | None, frame: Frame) -> bool:
    """Whether the box has the frame's middle and nine tenths of its width."""
    if box is None:
        return False
    x, y = (frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2
    shared = min(box.x + box.width, frame[2]) - max(box.x, frame[0])
    inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
    return inside and shared >= 0.9 * (frame[2] - frame[0])


def _check(drawn: Drawn, sizes: list[int]) -> Found:
    found = _found(drawn)
    assert found.layout is Layout.TABLE
    assert [len(side.rows) for side in found.sides] == sizes
    rows = [row for side in found.sides for row in side.rows]
    for row, name, score in zip(rows, drawn.names, drawn.scores, strict=True):
        assert _holds(row.name, name), (row.name, name)
        assert _holds(row.score, score), (row.score, score)
        assert row.name.x + row.name.width <= row.score.x + 2
    for side, total in zip(found.sides, drawn.totals, strict=bool(drawn.totals)):
        assert _holds(side.total, total), (side.total, total)
    return found


@pytest.mark.parametrize(
    "style",
    [_LIGHT, _DARK, _PHOTO, _LOUD, _STRIPES, _LEFT, _PLAIN],
    ids=["light", "dark", "photo", "loud", "stripes", "left", "plain"],
)
def test_every_look_gives_the_same_rows(style: Style) -> None:
    war = invent_war(random.Random(4), str.isascii, form=(2, 6), substitutes=1)

    found = _check(draw_table(4, style=style, war=war), [len(side.lines) for side in war.sides])

    assert found.fit > 0.9
    assert found.difference is not None


@pytest.mark.parametrize("scale", [0.55, 1.0, 2.0, 3.6], ids=str)
def test_every_size(scale: float) -> None:
    war = invent_war(random.Random(7), str.isascii, form=(2, 6), substitutes=0)

    _check(draw_table(7, style=replace(_DARK, scale=scale), war=war), [6, 6])


@pytest.mark.parametrize(("form", "gap"), [((6, 2), 1.15), ((3, 4), 1.3), ((2, 5), 1.3), ((1, 12), 1.3), ((4, 6), 1.5)])
def test_every_number_of_sides(form: tuple[int, int], gap: float) -> None:
    war = invent_war(random.Random(9), str.isascii, form=form, substitutes=0)

    found = _check(draw_table(9, style=replace(_LIGHT, gap=gap), war=war), [form[1]] * form[0])

    assert (found.difference is not None) == (form[0] == 2)


def test_without_totals_the_wider_steps_part_the_sides() -> None:
    war = invent_war(random.Random(11), str.isascii, form=(3, 4), substitutes=0)

    found = _check(draw_table(11, style=replace(_DARK, totals=False), war=war), [4, 4, 4])

    assert all(side.total is None and side.tag is not None for side in found.sides)
    assert 0.8 <= found.fit < 1  # tags beside the sides speak for a table, less than totals do


@pytest.mark.parametrize("frame", ["discord", "crop"])
def test_a_table_in_a_chat_or_without_its_header(frame: str) -> None:
    war = invent_war(random.Random(12), str.isascii, form=(2, 6), substitutes=0)

    _check(draw_table(12, style=replace(_LIGHT, frame=frame, quality=80), war=war), [6, 6])


def test_a_penalty_behind_a_row_is_its_own_cell() -> None:
    seed = next(
        seed
        for seed in range(100)
        if any(line.penalty for line in invent_war(random.Random(seed), str.isascii, form=(1, 12)).sides[0].lines)
    )
    war = invent_war(random.Random(seed), str.isascii, form=(1, 12))
    lines = war.sides[0].lines

    found = _check(draw_table(seed, style=_LIGHT, war=war), [len(lines)])

    assert [row.penalty is not None for row in found.sides[0].rows] == [line.penalty > 0 for line in lines]


def test_noise_is_no_table() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 100, 3), dtype=np.uint8)
    photo = cv2.resize(noise, (1000, 600), interpolation=cv2.INTER_CUBIC).astype(np.uint8)

    assert all(found.fit < 0.5 for found in tables.find(photo))


def test_a_blank_or_tiny_picture_is_no_table() -> None:
    assert tables.find(np.zeros((600, 800, 3), np.uint8)) == []
    assert tables.find(np.full((1, 1, 3), 255, np.uint8)) == []


def test_a_list_without_totals_fits_less_than_a_table() -> None:
    """The game's lists have names and scores too; what makes a table is the totals beside them."""
    picture = np.full((720, 1280, 3), (120, 90, 40), np.uint8)
    rng = random.Random(2)
    for row in range(12):
        y = 60 + row * 50
        cv2.rectangle(picture, (700, y), (1240, y + 44), (50, 50, 50), -1)
        cv2.putText(picture, str(row + 1), (715, y + 33), 0, 1, (255, 255, 255), 2)
        cv2.putText(
            picture, rng.choice(["Comet", "Marlin", "Willow", "Pixel"]), (800, y + 33), 0, 1, (255, 255, 255), 2
        )
        cv2.putText(picture, str(150 - row * 9), (1150, y + 33), 0, 1, (255, 255, 255), 2)

    assert all(found.fit <= 0.6 for found in tables.find(picture))
