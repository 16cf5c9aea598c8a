"""Tables of other shapes than columns of names and scores: text, cards, scores before names, ratings beside scores."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.detector import Detector
from ocr.models import ModelMissingError
from ocr.read import read
from ocr.reading import Reading, Status

try:
    Detector()
except ModelMissingError:
    pytest.skip("the detector's model is not installed", allow_module_level=True)

_LEFT = ("Comet", "Marlin", "Willow", "Juniper", "Falcon", "Rocket")
_RIGHT = ("Amber", "Domino", "Harbor", "Nimbus", "Quartz", "Pixel")
_ONE = (125, 114, 85, 64, 60, 54)
_TWO = (109, 99, 83, 79, 60, 52)
_WAR = sorted((*_ONE, *_TWO))
_WHITE, _INK, _DIM = (250, 250, 250), (20, 22, 30), (120, 120, 130)


class _Sheet:
    """A picture to write on."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), _WHITE)
        self._pen = ImageDraw.Draw(self._image)

    def text(self, x: float, y: float, text: object, *, size: int = 26, anchor: str = "lm", ink: object = _INK) -> None:
        self._pen.text((x, y), str(text), font=ImageFont.load_default(size), fill=ink, anchor=anchor)

    def strike(self, left: int, right: int, *, y: int) -> None:
        self._pen.line((left, y - 8, right, y + 8), fill=_DIM, width=5)

    def read(self, left: int = 0, right: int | None = None) -> Reading:
        """The reading of the picture, or of what a crop leaves of it between two x."""
        data = io.BytesIO()
        self._image.crop((left, 0, right or self._image.width, self._image.height)).save(data, "PNG")
        return read(data.getvalue())


def _rows(side: Iterable[str], scores: Iterable[int]) -> list[tuple[str, int]]:
    return list(zip(side, scores, strict=True))


def _scores(reading: Reading) -> list[int]:
    return sorted(row.score or 0 for side in reading.sides for row in side.rows)


def _pairs(reading: Reading) -> set[tuple[str, int | None]]:
    return {(row.name.replace(" ", ""), row.score) for side in reading.sides for row in side.rows}


def _totals(reading: Reading) -> list[int | None]:
    return [side.total for side in reading.sides]


def test_scores_before_names_in_two_panels_keep_their_own_names() -> None:
    sheet = _Sheet(1100, 480)
    for left, tag, rows in ((40, "ZZ", _rows(_LEFT, _ONE)), (580, "Fox", _rows(_RIGHT, _TWO))):
        sheet.text(left, 50, tag, size=36)
        sheet.text(left + 440, 50, sum(score for _, score in rows), size=36, anchor="rm")
        for index, (name, score) in enumerate(rows):
            sheet.text(left + 40, 120 + 56 * index, score, anchor="mm")
            sheet.text(left + 110, 120 + 56 * index, name)
            sheet.text(left + 440, 120 + 56 * index, f"{index + 1}th", size=18, anchor="rm", ink=_DIM)

    reading = sheet.read()

    assert _pairs(reading) == {*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)}
    assert _totals(reading) == [502, 482]


def test_a_sidebar_of_a_chat_gives_no_names() -> None:
    sheet = _Sheet(1100, 560)
    for index, channel in enumerate(("welcome", "news", "results", "lineups", "off-topic", "clips", "mogi", "spam")):
        sheet.text(20, 60 + 43 * index, f"# {channel}", size=22, ink=_DIM)
    for index, (name, score) in enumerate(_rows(_LEFT, _ONE)):
        sheet.text(700, 120 + 50 * index, score, anchor="rm")
        sheet.text(730, 120 + 50 * index, name)
    sheet.text(480, 245, sum(_ONE), size=60, anchor="mm")

    reading = sheet.read()

    assert _pairs(reading) == set(_rows(_LEFT, _ONE))


def test_a_column_of_clans_nearer_to_the_scores_gives_no_names() -> None:
    sheet = _Sheet(1100, 760)
    for x, head in ((60, "Name"), (460, "Clan"), (760, "Played"), (1000, "Points")):
        sheet.text(x, 50, head, size=22, ink=_DIM)
    every = _rows((*_LEFT, *_RIGHT), _WAR[::-1])
    for index, (name, score) in enumerate(every):
        sheet.text(60, 110 + 50 * index, name)
        sheet.text(460, 110 + 50 * index, ("Dune", "Kiwi", "Red Fox", "Ivy", "Moon", "Nine")[index % 6])
        sheet.text(800, 110 + 50 * index, 12, anchor="mm")
        sheet.text(1060, 110 + 50 * index, score, anchor="rm")

    assert _pairs(sheet.read()) == set(every)


def test_ratings_and_their_changes_are_neither_scores_nor_totals_nor_penalties() -> None:
    sheet = _Sheet(1200, 720)
    for x, head in ((60, "Rank"), (180, "Player"), (420, "Score"), (640, "MMR"), (840, "Change"), (1050, "New MMR")):
        sheet.text(x, 40, head, size=22)
    every = sorted((*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)), key=lambda row: -row[1])
    for index, (name, score) in enumerate(every):
        rating, change = 2062 + 37 * index, 150 - 31 * index
        cells = (index + 1, name, score, rating, f"{change:+}", rating + change)
        for x, cell in zip((60, 180, 420, 640, 840, 1050), cells, strict=True):
            sheet.text(x, 95 + 50 * index, cell)

    reading = sheet.read()

    assert _pairs(reading) == set(every)
    assert all(side.penalty == 0 and side.total is None for side in reading.sides)


def test_scores_of_a_side_whose_names_are_cut_off_are_not_the_next_sides() -> None:
    sheet = _Sheet(1500, 300)
    sides = (("Q", _LEFT[:3], (102, 89, 71)), ("Dune", _RIGHT[:3], (94, 80, 66)), ("Nine", _LEFT[3:], (91, 69, 58)))
    for at, (tag, names, scores) in enumerate(sides):
        left = 30 + 490 * at
        sheet.text(left, 50, tag, size=36)
        sheet.text(left + 440, 50, sum(scores), size=36, anchor="rm")
        for index, (name, score) in enumerate(zip(names, scores, strict=True)):
            sheet.text(left + 30, 120 + 56 * index, 3 * index + at + 1, size=20, anchor="mm")
            sheet.text(left + 90, 120 + 56 * index, name)
            sheet.text(left + 440, 120 + 56 * index, score, anchor="rm")

    reading = sheet.read(left=380, right=1330)  # between names and scores of the outer sides

    wrong = set(zip(_RIGHT[:3], (102, 89, 71), strict=True)) | set(zip(_LEFT[3:], (94, 80, 66), strict=True))
    assert not _pairs(reading) & wrong
    assert _pairs(reading) >= set(zip(_RIGHT[:3], (94, 80, 66), strict=True))


def test_scores_whose_last_digits_are_cut_off_are_doubted_though_they_add_up() -> None:
    sheet = _Sheet(560, 900)
    y = 40
    for tag, rows in (
        ("Ly.", _rows(_LEFT, (120, 110, 90, 60, 60, 50))),
        ("Hy", _rows(_RIGHT, (100, 90, 80, 80, 60, 50))),
    ):
        sheet.text(50, y, tag, size=34)
        sheet.text(520, y, sum(score for _, score in rows), anchor="rm")
        for index, (name, score) in enumerate(rows):
            sheet.text(50, y + 60 + 50 * index, name)
            sheet.text(520, y + 60 + 50 * index, score, anchor="rm")
        y += 430
    whole = sheet.read()
    assert not any(row.doubts for side in whole.sides for row in side.rows)

    reading = sheet.read(right=505)

    assert all(row.doubts for side in reading.sides for row in side.rows)

    sheet.strike(480, 500, y=100 + 50)  # a number in doubt is looked at again, and the rows are judged anew
    reading = sheet.read(right=505)

    assert all(row.doubts for side in reading.sides for row in side.rows)


def _two_columns(scores: tuple[tuple[int, ...], tuple[int, ...]], right: tuple[str, ...] = _RIGHT) -> _Sheet:
    """Two sides beside one another, each with its total over its scores, places before the names."""
    sheet = _Sheet(1060, 460)
    for at, (tag, names, side) in enumerate(zip(("Q", "Dune"), (_LEFT, right), scores, strict=True)):
        left = 30 + 520 * at
        sheet.text(left, 40, tag, size=36)
        sheet.text(left + 460, 40, sum(_ONE if at == 0 else _TWO), size=36, anchor="rm")
        for index, (name, score) in enumerate(zip(names, side, strict=False)):
            sheet.text(left + 20, 110 + 56 * index, 2 * index + at + 1, size=20, anchor="mm")
            sheet.text(left + 60, 110 + 56 * index, name)
            sheet.text(left + 460, 110 + 56 * index, score, anchor="rm")
    return sheet


def test_digits_cut_off_in_one_of_two_columns_are_doubted_there_alone() -> None:
    whole = _two_columns((_ONE, _TWO))
    assert not any(row.doubts for side in whole.read().sides for row in side.rows)

    sides = whole.read(right=550 + 460 - 14).sides

    doubted = {row.name: bool(row.doubts) for side in sides for row in side.rows}
    assert {doubted[name] for name in _RIGHT if name in doubted} == {True}
    assert {doubted[name] for name in _LEFT} == {False}


def test_a_side_whose_names_were_taken_for_numbers_is_said_to_be_left_out() -> None:
    reading = _two_columns((_ONE, _TWO), right=("0000", "1111", "2020", "88", "404", "6969")).read()

    assert reading.status is Status.DOUBTFUL
    assert len(_scores(reading)) == len(_ONE), "else nothing was left out and this tests nothing"


def test_a_unit_behind_a_score_is_no_digit_and_the_head_of_a_side_no_row() -> None:
    sheet = _Sheet(560, 900)
    y = 40
    for tag, rows in (("Ly.", _rows(_LEFT, _ONE)), ("Hy", _rows(_RIGHT, _TWO))):
        sheet.text(50, y, tag, size=34)
        sheet.text(400, y, "Total", size=20, anchor="rm")
        sheet.text(520, y, sum(score for _, score in rows), size=40, anchor="rm")
        for index, (name, score) in enumerate(rows):
            sheet.text(50, y + 60 + 50 * index, name)
            sheet.text(400, y + 60 + 50 * index, score, anchor="rm")
            sheet.text(404, y + 64 + 50 * index, "pts", size=16)
        y += 430

    reading = sheet.read()

    assert _scores(reading) == _WAR
    assert [(side.tag, side.total) for side in reading.sides] == [("Ly.", 502), ("Hy", 482)]


def test_a_penalty_set_like_a_row_is_none() -> None:
    sheet = _Sheet(620, 900)
    y = 40
    for tag, taken, rows in (("Ly.", 20, _rows(_LEFT, _ONE)), ("Hy", 0, _rows(_RIGHT, _TWO))):
        sheet.text(50, y, tag, size=30)
        lines: list[tuple[str, object]] = [*rows, *([("Penalty", f"-{taken}")] if taken else [])]
        lines.append(("Team total", sum(score for _, score in rows) - taken))
        for index, (name, score) in enumerate(lines):
            sheet.text(50, y + 50 + 46 * index, name)
            sheet.text(520, y + 50 + 46 * index, score, anchor="rm")
        y += 450

    reading = sheet.read()

    assert _pairs(reading) == {*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)}
    assert [(side.tag, side.total, side.penalty) for side in reading.sides] == [("Ly.", 482, 20), ("Hy", 482, 0)]


@pytest.mark.parametrize("between", [" - ", ": ", " "], ids=["dash", "colon", "space"])
def test_running_text_is_read_line_by_line(between: str) -> None:
    sheet = _Sheet(1000, 460)
    for left, tag, rows in ((40, "Ly.", _rows(_LEFT, _ONE)), (540, "Hy", _rows(_RIGHT, _TWO))):
        sheet.text(left, 40, f"{tag}{between}{sum(score for _, score in rows)}")
        for index, (name, score) in enumerate(rows):
            sheet.text(left, 95 + 48 * index, f"{index + 1}. {name}{between}{score}")

    reading = sheet.read()

    assert _pairs(reading) == {*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)}
    assert [((side.tag or "")[:2], side.total) for side in reading.sides] == [("Ly", 502), ("Hy", 482)]


def test_text_with_races_in_brackets_and_a_penalty_behind_the_total() -> None:
    sheet = _Sheet(520, 560)
    sheet.text(40, 40, "Ly. 502 (-20)")
    for index, (name, score) in enumerate(_rows(_LEFT, (125, 114, 85, 64, 60, 34))):
        sheet.text(40, 90 + 46 * index, f"{name} - {score}")
    sheet.text(40, 90 + 46 * 6, "Rocket (5) - 40")

    reading = sheet.read()

    assert _scores(reading) == [34, 40, 60, 64, 85, 114, 125]
    assert [row.races for side in reading.sides for row in side.rows if row.score == 40] == [5]
    assert [(side.total, side.penalty) for side in reading.sides] == [(502, 20)]


def test_cards_beside_one_another() -> None:
    sheet = _Sheet(1100, 620)
    for y, tag, rows in ((60, "Ly.", _rows(_LEFT, _ONE)), (350, "Hy", _rows(_RIGHT, _TWO))):
        sheet.text(40, y, f"{tag}  {sum(score for _, score in rows)}", size=36)
        for index, (name, score) in enumerate(rows):
            sheet.text(110 + 175 * index, y + 130, name, size=22, anchor="mm")
            sheet.text(110 + 175 * index, y + 168, score, size=28, anchor="mm")

    reading = sheet.read()

    assert _pairs(reading) == {*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)}
    assert _totals(reading) == [502, 482]


def test_a_list_of_players_set_in_two_columns_is_one_side() -> None:
    every = sorted((*_rows(_LEFT, _ONE), *_rows(_RIGHT, _TWO)), key=lambda row: -row[1])
    sheet = _Sheet(1100, 480)
    for index, (name, score) in enumerate(every):
        left, y = 40 + 540 * (index // 6), 80 + 60 * (index % 6)
        sheet.text(left, y, f"#{index + 1}", size=22, ink=_DIM)
        sheet.text(left + 90, y, name)
        sheet.text(left + 440, y, score, anchor="rm")

    reading = sheet.read()

    assert [len(side.rows) for side in reading.sides] == [12]
    assert _pairs(reading) == set(every)


def test_a_side_without_its_total_is_doubted() -> None:
    sheet = _Sheet(900, 760)
    for y, total, rows in ((60, 502, _rows(_LEFT, _ONE)), (430, None, _rows(_RIGHT, _TWO))):
        for index, (name, score) in enumerate(rows):
            sheet.text(60, y + 46 * index, name)
            sheet.text(420, y + 46 * index, score, anchor="rm")
        if total:
            sheet.text(760, y + 115, total, size=64, anchor="mm")

    reading = sheet.read()

    assert _scores(reading) == _WAR
    assert reading.status is Status.DOUBTFUL


def test_how_many_races_each_has_run_is_no_score() -> None:
    sheet = _Sheet(420, 700)
    for index, name in enumerate((*_LEFT, *_RIGHT)):
        sheet.text(20, 60 + 50 * index, name)
        sheet.text(360, 60 + 50 * index, 12, anchor="mm")

    reading = sheet.read()

    assert reading.status is Status.REFUSED or all(row.doubts for side in reading.sides for row in side.rows)
