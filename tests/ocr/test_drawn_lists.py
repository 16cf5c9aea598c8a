"""Lists the project draws itself, read whole: what broke once on them stays mended. Plain bundled fonts would do."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from benchmarks.draw_lists import draw_list
from benchmarks.list_screen import Screen
from benchmarks.list_world import team_boxes
from ocr.read import read
from ocr.reading import Layout
from tests.ocr.pictures import png


def _scores(truth) -> list[int]:
    return sorted(row["score"] for row in truth["rows"])


def _small(screen: Screen) -> Image.Image:
    """The screen across an upright phone picture, on which the detector sees its letters small."""
    page = Image.new("RGB", (screen.image.width, screen.image.height * 2), (0, 0, 0))
    page.paste(screen.image.convert("RGB"), (0, 500))
    return page


def test_no_column_of_teams_is_missed_where_the_letters_are_small():
    seed = next(seed for seed in range(99) if len(team_boxes(random.Random(seed), 1.0).truth["teams"]) == 3)
    screen = team_boxes(random.Random(seed), 1.0)
    reading = read(png(_small(screen)))
    assert sorted(row.score for side in reading.sides for row in side.rows) == _scores(screen.truth)


@pytest.mark.parametrize("seed", [2, 4])
def test_a_drawn_race_is_read_and_nothing_wrong_is_sure(seed):
    drawn = draw_list("mk8dx-race", seed)
    reading = read(drawn.encoded())
    assert reading.layout in {Layout.RACE, Layout.STANDINGS}
    rows = [row for side in reading.sides for row in side.rows]
    assert len(rows) == len(drawn.truth["rows"])
    due = {row["score"] for row in drawn.truth["rows"]}
    assert not [row for row in rows if row.score not in due and not row.doubts]
