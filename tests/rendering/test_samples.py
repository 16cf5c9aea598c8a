import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.rendering.samples import own_table, sample_race, sample_race_list, sample_table, sample_war
from mkw.points import points_table


@pytest.mark.parametrize("seed", range(8))
def test_a_sample_war_adds_up(seed: int) -> None:
    war = sample_war(seed)
    assert sum(side.total for side in war.sides) == 984
    assert war.sides[0].total >= war.sides[1].total
    assert sum(line.races for side in war.sides for line in side.lines if line.races) == 12
    assert all(0 < line.score <= 15 * (line.races or 12) for side in war.sides for line in side.lines)


def test_a_sample_race_follows_the_points() -> None:
    race = sample_race(3, races=5)
    assert tuple(points for _, points, _ in race.rows) == points_table(12)
    assert sum(total for _, _, total in race.rows) == 5 * 82
    assert race.rows[race.own][0] == "CR Comet"


@pytest.mark.parametrize(("draw", "size"), [(sample_table, (960, 816)), (sample_race_list, (1920, 1080))])
def test_sample_pictures_are_the_same_every_time(draw: object, size: tuple[int, int]) -> None:
    assert callable(draw)
    first = draw(1)
    assert first == draw(1)
    assert first != draw(2)
    assert Image.open(io.BytesIO(first)).size == size


def test_the_picture_in_the_docs_is_the_one_the_bot_draws() -> None:
    kept = Image.open(Path(__file__).parents[2] / "docs" / "table.png").convert("RGB")
    drawn = Image.open(io.BytesIO(own_table())).convert("RGB")
    assert kept.size == drawn.size
    # Another FreeType may smooth letters a little differently.
    assert max(ImageStat.Stat(ImageChops.difference(kept, drawn)).mean) < 2
