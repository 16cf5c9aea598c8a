"""Lists the project draws itself, read whole: what broke once on them stays mended. Plain bundled fonts would do."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from benchmarks.draw_lists import draw_list
from benchmarks.list_screen import Screen
from benchmarks.list_world import final_list, team_boxes
from ocr.read import read
from ocr.reading import Layout, Status
from tests.ocr.pictures import png


def _scores(truth) -> list[int]:
    return sorted(row["score"] for row in truth["rows"])


def _read_scores(reading) -> list[int]:
    return sorted(row.score for side in reading.sides for row in side.rows)


def _first(draw, fits) -> Screen:
    """The first screen of `draw` whose truth is as wanted."""
    return next(screen for seed in range(99) if fits((screen := draw(random.Random(seed), 1.0)).truth))


def _small(screen: Screen) -> Image.Image:
    """The screen across an upright phone picture, on which the detector sees its letters small."""
    page = Image.new("RGB", (screen.image.width, screen.image.height * 2), (0, 0, 0))
    page.paste(screen.image.convert("RGB"), (0, 500))
    return page


def test_no_column_of_teams_is_missed_where_the_letters_are_small():
    screen = _first(team_boxes, lambda truth: len(truth["teams"]) == 3)
    reading = read(png(_small(screen)))
    assert _read_scores(reading) == _scores(screen.truth)


def test_a_second_column_of_two_rows_is_read_with_the_first():
    screen = _first(final_list, lambda truth: len(truth["rows"]) == 14)
    reading = read(png(screen.image.convert("RGB")))
    assert _read_scores(reading) == _scores(screen.truth)


@pytest.mark.parametrize(("teams", "rows"), [(4, 12), (2, 24)])
def test_dark_letters_on_the_teams_own_colours_are_seen(teams, rows):
    screen = _first(team_boxes, lambda truth: (len(truth["teams"]), len(truth["rows"])) == (teams, rows))
    reading = read(png(screen.image.convert("RGB").resize((1280, 720))))
    assert reading.layout is Layout.TEAMS
    assert _read_scores(reading) == _scores(screen.truth)


@pytest.mark.parametrize("seed", [2, 4])
def test_a_drawn_race_is_read_and_nothing_wrong_is_sure(seed):
    drawn = draw_list("mk8dx-race", seed)
    reading = read(drawn.encoded())
    assert reading.layout in {Layout.RACE, Layout.STANDINGS}
    rows = [row for side in reading.sides for row in side.rows]
    assert len(rows) == len(drawn.truth["rows"])
    due = {row["score"] for row in drawn.truth["rows"]}
    assert not [row for row in rows if row.score not in due and not row.doubts]


@pytest.mark.parametrize("seed", [1100033, 300011, 300023])
def test_totals_over_scenery_keep_all_their_digits(seed):
    drawn = draw_list("mkw-teams", seed)
    reading = read(drawn.encoded())
    assert [side.total for side in reading.sides] == [team["score"] for team in drawn.truth["teams"]]


@pytest.mark.parametrize(("kind", "seed"), [("mkw-race", 90602733), ("mkw-teams", 90602723)])
def test_nobody_is_lost_without_a_word(kind, seed):
    """A row of which only +N was seen from afar; a team in dark letters between others."""
    drawn = draw_list(kind, seed)
    reading = read(drawn.encoded())
    assert _read_scores(reading) == _scores(drawn.truth) or reading.status is Status.DOUBTFUL
