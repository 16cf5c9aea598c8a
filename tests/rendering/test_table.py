import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from bot.rendering import table
from bot.rendering.canvas import mix
from bot.rendering.table import TablePicture, TableRow, TableSide, draw_table
from bot.rendering.theme import DARK, THEMES, Theme


def side(rows: int = 6, **more: Any) -> TableSide:
    values: dict[str, Any] = {"tag": "CR", "total": 493, **more}
    return TableSide(tuple(TableRow(f"Comet {i}", str(90 - i), place=i + 1) for i in range(rows)), **values)


def picture(*sides: TableSide, **more: Any) -> TablePicture:
    return TablePicture(sides or (side(), side(tag="CB", total=491)), "CR vs CB", "18 July 2025", "War 12", **more)


def opened(drawn: TablePicture) -> Image.Image:
    data = draw_table(drawn)
    rows = sum(len(side.rows) for side in drawn.sides)
    assert len(data) < (300_000 if rows <= 24 else 9_000 * rows)
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (image.format, image.mode) == ("PNG", "RGB")
    return image


def has(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    return colour in {found for _, found in image.getcolors(1 << 24) or []}


@pytest.mark.parametrize("sides", range(1, 13))
@pytest.mark.parametrize("rows", [1, 2, 6])
def test_every_number_of_sides_is_drawn(sides: int, rows: int) -> None:
    image = opened(picture(*[side(rows, total=400 - i, penalty=20 * (i == 1)) for i in range(sides)]))
    assert image.width == table.WIDTH
    assert image.height > 80 * sides


@pytest.mark.parametrize("rows", range(1, 25))
def test_a_list_without_teams_is_drawn(rows: int) -> None:
    image = opened(picture(side(rows, tag=None, total=None)))
    assert image.height < 1100


def test_more_rows_are_taller() -> None:
    assert opened(picture(side(7), side())).height == opened(picture()).height + table._ROW + table._ROW_GAP


def test_doubts_strangers_and_penalties_are_marked() -> None:
    clean = opened(picture())
    assert not has(clean, DARK.amber)
    assert not has(clean, DARK.red)
    first = replace(side().rows[0], doubtful=True)
    assert has(opened(picture(replace(side(), rows=(first, *side().rows[1:])), side())), DARK.amber)
    assert has(opened(picture(replace(side(), doubtful=True), side())), DARK.amber)
    assert has(opened(picture(replace(side(), penalty=20), side())), DARK.red)
    stranger = replace(side().rows[0], unknown=True)
    assert opened(picture(replace(side(), rows=(stranger, *side().rows[1:])), side())).tobytes() != clean.tobytes()
    assert opened(picture(watermark="preview")).tobytes() != clean.tobytes()


def test_the_winner_is_the_one_after_penalties() -> None:
    def won(first: TableSide, second: TableSide) -> list[bool]:
        image = opened(picture(replace(first, ours=True), second))
        fills = [mix(colour, DARK.back[0], 0.26) for colour in (DARK.ours, DARK.others[0])]
        return [has(image, fill) for fill in fills]

    assert won(side(), side(total=491)) == [True, False]
    assert won(side(penalty=20), side(total=491)) == [False, True]
    assert won(side(), side(total=493)) == [False, False]


def test_anything_a_stranger_wrote_is_drawn() -> None:
    rows = tuple(TableRow(name, "12", races=7, penalty=10, number=i) for i, name in enumerate(
        ["W" * 200, "@everyone", "\u202eabc\x07", "🏁😀", "", "`**x**`", "か" * 60, "☆" * 200]
    ))  # fmt: skip
    awkward = TableSide(rows, "T" * 200, 10**6, 999)
    image = opened(TablePicture((awkward, awkward), "t" * 500, "s" * 200, "f" * 300, "w" * 8))
    assert image.width == table.WIDTH


def test_a_row_that_was_not_read_has_a_question_mark() -> None:
    unread = opened(picture(TableSide((TableRow("Comet", None),), "CR")))
    assert has(unread, DARK.amber)


def test_no_rows_at_all() -> None:
    assert opened(picture(side(), TableSide((), "CB", 491))).height > 400


def test_pictures_drawn_at_once_do_not_disturb_each_other() -> None:
    wanted = [picture(), picture(side(3), side(2)), picture(side(12, tag=None, total=None))]
    alone = [draw_table(one) for one in wanted]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(draw_table, wanted * 4)) == alone * 4


def test_every_style_is_drawn_and_is_its_own() -> None:
    drawn = {name: draw_table(picture(), theme) for name, theme in THEMES.items()}
    assert len(set(drawn.values())) == len(THEMES) >= 3
    for name, theme in THEMES.items():
        image = Image.open(io.BytesIO(drawn[name])).convert("RGB")
        assert image.getpixel((2, 0)) == theme.back[0]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_names_and_totals_can_be_read_in_every_style(theme: Theme) -> None:
    """Contrast of 4.5 to 1 and more, as the accessibility guidelines ask for text, on every colour a row can have."""

    def light(colour: tuple[int, int, int]) -> float:
        parts = [value / 255 for value in colour]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in (theme.ours, *theme.others):
        for share in (0.15, 0.26):
            fill = mix(colour, theme.back[0], share)
            bar = mix(theme.ink, fill, 0.085)
            bright, dull = sorted((light(theme.ink), light(bar)), reverse=True)
            assert (bright + 0.05) / (dull + 0.05) >= 4.5
