from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from ocr import tesseract
from ocr.both import Readers
from ocr.debug import draw_debug
from ocr.read import Trace, read
from ocr.reading import Layout, Status
from tests.ocr.pictures import NAMES, PLUS, png, race_list, scenery, team_screen

SCORES = (61, 44, 52, 38, 70, 29, 47, 33, 25, 41, 30, 22)  # 492 = 6 races of 82
FINAL = (120, 112, 104, 97, 90, 84, 77, 71, 68, 60, 55, 46)  # 984


@pytest.fixture(params=[1.0, 0.6, 2.6])
def scale(request) -> float:
    return request.param


def test_race_list(scale: float) -> None:
    reading = read(png(race_list(SCORES, scale=scale)))
    assert reading.layout is Layout.RACE
    (side,) = reading.sides
    assert [row.score for row in side.rows] == list(SCORES)
    assert [row.race_points for row in side.rows] == list(PLUS)
    assert [row.place for row in side.rows] == list(range(1, 13))
    assert sum(row.name == name for row, name in zip(side.rows, NAMES, strict=True)) >= 11


def test_every_number_of_a_clear_list_is_sure() -> None:
    reading = read(png(race_list(SCORES)))
    assert reading.status is Status.PROVEN
    assert all(check.ok for check in reading.checks)
    assert len(reading.checks) == 2
    assert reading.races == 6


def test_a_list_of_which_four_rows_have_scrolled_in() -> None:
    small = race_list(SCORES[:4], plus=PLUS[:4], scale=0.5)
    sheet = scenery(1280, 720)
    sheet.paste(small.crop((340, 0, 640, 120)), (960, 20))
    reading = read(png(sheet))
    assert [row.score for side in reading.sides for row in side.rows] == list(SCORES[:4])
    assert [row.race_points for side in reading.sides for row in side.rows] == list(PLUS[:4])


def test_standings_without_plus() -> None:
    reading = read(png(race_list(FINAL, plus=None)))
    assert reading.layout is Layout.STANDINGS
    assert [row.score for side in reading.sides for row in side.rows] == list(FINAL)
    assert reading.races == 12


def test_counting_down_reads_plus_as_drawn() -> None:
    counting = [max(0, points - 3) for points in PLUS]
    reading = read(png(race_list(SCORES, plus=counting)))
    assert [row.race_points or 0 for row in reading.sides[0].rows] == counting


@pytest.mark.parametrize("done", [0, 6])
def test_the_first_race_is_read_whose_totals_begin_at_nothing(done: int) -> None:
    reading = read(png(race_list([min(done, points) for points in PLUS], plus=[max(0, p - done) for p in PLUS])))
    assert reading.layout is Layout.RACE
    assert [row.score for row in reading.sides[0].rows] == [min(done, points) for points in PLUS]
    assert [row.race_points or 0 for row in reading.sides[0].rows] == [max(0, points - done) for points in PLUS]


@pytest.mark.parametrize("done", [12, 14])
def test_the_last_numbers_counted_over_are_found(done: int) -> None:
    totals = [score + min(done, points) for score, points in zip(SCORES, PLUS, strict=True)]
    reading = read(png(race_list(totals, plus=[max(0, points - done) for points in PLUS], scale=0.75)))
    assert reading.status is Status.PROVEN
    assert [row.race_points or 0 for row in reading.sides[0].rows] == [max(0, points - done) for points in PLUS]


def test_a_column_of_more_points_than_a_race_gives_is_no_plus_n() -> None:
    trace = Trace()
    read(png(race_list(SCORES, plus=[48 - 2 * index for index in range(12)])), trace=trace)
    assert all(found.layout is not Layout.RACE for found in trace.proposals)


def test_list_cut_by_the_edge_leaves_no_half_rows() -> None:
    whole = race_list(SCORES)
    reading = read(png(whole.crop((0, 0, whole.width, 24 + 7 * 52 + 14))))
    assert [row.score for row in reading.sides[0].rows][:7] == list(SCORES[:7])
    assert all(row.doubts for row in reading.sides[0].rows[7:])


def test_scores_that_do_not_add_up_are_told() -> None:
    reading = read(png(race_list((*FINAL[:-1], 45), plus=None)))
    assert [check.ok for check in reading.checks] == [False]
    assert reading.sides[0].rows[-1].score == 45


def test_team_screen() -> None:
    red, blue = (103, 90, 89, 85, 77, 72), (98, 88, 79, 76, 64, 63)
    reading = read(png(team_screen((red, blue), (sum(red), sum(blue)))))
    assert reading.layout is Layout.TEAMS
    assert [[row.score for row in side.rows] for side in reading.sides] == [list(red), list(blue)]
    assert [side.total for side in reading.sides] == [516, 468]
    assert reading.status is Status.PROVEN


def test_three_teams() -> None:
    teams = ((34, 28, 21, 9), (31, 27, 18, 8), (45, 31, 15, 7))
    reading = read(png(team_screen(teams, [sum(team) for team in teams])))
    assert [side.total for side in reading.sides] == [92, 84, 98]


@pytest.mark.skipif(not tesseract.tesseract_here(), reason="only two readers together are sure without arithmetic")
def test_totals_still_counting_up_are_doubted_on_the_side_not_on_the_rows() -> None:
    red, blue = (103, 90, 89, 85, 77, 72), (98, 88, 79, 76, 64, 63)
    reading = read(png(team_screen((red, blue), (480, 431))))
    assert [side.total for side in reading.sides] == [480, 431]
    assert all(side.doubts for side in reading.sides)
    assert not any(row.doubts for side in reading.sides for row in side.rows)


@pytest.mark.parametrize(
    "image",
    [scenery(1280, 720), Image.new("RGB", (1920, 1080)), Image.new("RGB", (400, 400), "white")],
    ids=["scenery", "black", "white"],
)
def test_what_is_no_result_is_refused_with_a_sentence(image: Image.Image) -> None:
    reading = read(png(image))
    assert reading.status is Status.REFUSED
    assert reading.reason
    assert reading.reason.endswith(".")
    assert reading.seconds > 0


def test_a_few_rows_of_what_is_no_result_are_none_either(shared_images: Path) -> None:
    """A table of rating changes in a chat, in which three rows by themselves look like a side."""
    table = Image.open(shared_images / "other" / "billypom-1.jpg").convert("RGB")
    chat = Image.new("RGB", (table.width + 400, table.height + 420), (49, 51, 56))
    chat.paste(table, (90, 140))
    data = io.BytesIO()
    chat.save(data, "JPEG", quality=80)
    assert read(data.getvalue()).status is Status.REFUSED


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(200)])
def test_bad_bytes_are_refused_never_raised(data: bytes) -> None:
    assert read(data).status is Status.REFUSED


def test_without_tesseract_the_two_networks_go_on_and_one_alone_is_doubted(monkeypatch) -> None:
    monkeypatch.setattr(tesseract, "tesseract_here", lambda: False)
    data = png(race_list((*SCORES[:-1], 23)))  # no identity closes
    with Readers() as readers:
        both = read(data, readers=readers)
        readers.digits = None
        alone = read(data, readers=readers)
    for reading in (both, alone):
        assert [row.score for row in reading.sides[0].rows] == [*SCORES[:-1], 23]
        assert reading.status is Status.DOUBTFUL
    assert not all(row.doubts for row in both.sides[0].rows)
    assert all(row.doubts for row in alone.sides[0].rows)


def test_debug_picture_shows_what_was_seen() -> None:
    trace = Trace()
    reading = read(png(race_list(SCORES)), trace=trace)
    assert len(trace.cells) == len(trace.readings) >= 36
    assert draw_debug(trace, reading).startswith(b"\x89PNG")
    assert draw_debug(Trace(), read(b"")).startswith(b"\x89PNG")


def test_reading_is_json() -> None:
    reading = read(png(race_list(SCORES)))
    assert json.loads(json.dumps(reading.to_json()))["layout"] == "race"
    assert {stage for stage, _ in reading.stages} == {"decode", "find", "read"}
