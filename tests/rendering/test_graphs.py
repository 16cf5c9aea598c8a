"""Graphs are drawn with names in any script, in both themes, from few points and many, without a warning."""

from __future__ import annotations

import contextvars
import io
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pytest
from PIL import Image

from bot.rendering import graphs
from bot.rendering.chart import DARK, LIGHT, THEMES, WIDTH, Sheet, Theme, drawing
from bot.rendering.graphs import Head
from mkw.numerals import write_as

NAMES = ("M☆lva", "さくらカナ", "Комета", "ßλμ Reef", "나무", "$x^2$ \\frac")
START = date(2026, 1, 5)


def values(count: int, seed: int = 1) -> list[float]:
    return [float(value) for value in np.random.default_rng(seed).normal(85, 15, count)]


def margins(count: int) -> list[int]:
    return [int(value) for value in np.random.default_rng(2).normal(0, 40, count)]


def form(theme: Theme, count: int) -> bytes:
    scores = values(count)
    return graphs.form_curve(Head(NAMES[0], "form", "12p · last 20"), scores, scores, 85, 15, theme)


def histogram(theme: Theme, count: int) -> bytes:
    return graphs.histogram(Head(NAMES[1]), values(count), 85, theme)


def differences(theme: Theme, count: int) -> bytes:
    return graphs.differences(Head(NAMES[2]), margins(count), (NAMES * count)[:count], theme)


def cumulative(theme: Theme, count: int) -> bytes:
    return graphs.cumulative(Head(NAMES[3]), margins(count), theme)


def opponents(theme: Theme, count: int) -> bytes:
    rows = sorted(zip((NAMES * count)[:count], margins(count), ["3-2-1"] * count, strict=True), key=lambda row: -row[1])
    return graphs.opponents(Head(NAMES[4]), [(tag, float(value), text) for tag, value, text in rows], theme)


def heat_map(theme: Theme, count: int) -> bytes:
    days = [(START + timedelta(days=3 * place), float(value), 1) for place, value in enumerate(margins(count))]
    return graphs.heat_map(Head(NAMES[5]), days, theme)


def radar(theme: Theme, count: int) -> bytes:
    count = min(count, 6)
    rng = np.random.default_rng(3)
    axes = ["average", "form", "win rate", "diff", "share", "steady"]
    shown = [["85.0"] * 6] * count
    return graphs.radar(Head("Compared"), NAMES[:count], axes, rng.random((count, 6)).tolist(), shown, theme)


def places(theme: Theme, count: int) -> bytes:
    return graphs.places(Head(NAMES[0], "places"), [place % 7 for place in range(24 if count > 12 else 12)], 5.5, theme)


def race_by_race(theme: Theme, count: int) -> bytes:
    races = [(number, "rWSh" if number % 3 else "", float(value)) for number, value in enumerate(margins(count), 1)]
    races[-1] = (count, "RR", None)
    return graphs.race_by_race(Head("War 12", "difference per race", NAMES[3]), races[:48], theme)


EVERY = (form, histogram, differences, cumulative, opponents, heat_map, radar, places, race_by_race)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGB")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("count", [2, 12, 300])
@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_every_graph_is_drawn(draw: Callable[[Theme, int], bytes], count: int, theme: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that no font has is one
        image = opened(draw(THEMES[theme], count))
    assert image.width == WIDTH
    assert 300 <= image.height <= 1200
    back = tuple(int(THEMES[theme].back[place : place + 2], 16) for place in (1, 3, 5))
    assert image.getpixel((3, 3)) == back
    assert len(set(image.resize((200, 200)).get_flattened_data())) > 20


def test_equal_scores_and_even_wars_are_drawn_too() -> None:
    for theme in (DARK, LIGHT):
        opened(graphs.form_curve(Head("x"), [80.0] * 3, [80.0] * 3, 80, 0, theme))
        opened(graphs.histogram(Head("x"), [80.0] * 3, 80, theme))
        opened(graphs.differences(Head("x"), [0, 0], ["a", "b"], theme))
        opened(graphs.cumulative(Head("x"), [0, 0], theme))
        opened(graphs.places(Head("x"), [0] * 12, 0, theme))
        opened(graphs.race_by_race(Head("x"), [(3, "", None), (4, "RR", 0.0)], theme))
        opened(graphs.opponents(Head("x"), [("a", 0.0, "0-0-1"), ("b", 0.0, "0-0-1")], theme))
        opened(graphs.heat_map(Head("x"), [(START, 0.0, 1), (START + timedelta(days=1), 0.0, 1)], theme))


def test_only_the_newest_year_of_a_calendar() -> None:
    days = [(START + timedelta(days=7 * week), 10.0, 1) for week in range(120)]
    assert opened(graphs.heat_map(Head("x"), days)).width == WIDTH


def test_several_threads_draw_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda seed: form(DARK, 10 + seed % 3), range(12)))
    assert all(opened(data) for data in found)
    assert found[0] == found[3] == found[6]


def test_two_are_enough() -> None:
    assert not graphs.enough(1)
    assert graphs.enough(2)


def test_ticks_are_written_as_the_server_does() -> None:
    def ticks(locale: str) -> set[str]:
        write_as(locale)
        with drawing():
            sheet = Sheet("t", "", "", DARK)
            axes = sheet.axes()
            axes.plot([0, 1], [0, 5000])
            sheet.finish(axes)
            return {label.get_text() for label in (*axes.get_yticklabels(), *axes.get_xticklabels())}

    for locale, thousand, half in (("de", "1.000", "0,2"), ("en", "1,000", "0.2"), ("de-CH", "1\u2019000", "0.2")):
        assert {thousand, half} <= contextvars.copy_context().run(ticks, locale)
