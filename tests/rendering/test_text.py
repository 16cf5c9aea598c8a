from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import text
from bot.rendering.text import aligned, display_width, escape, pages, relative, shorten, split_text

NOW = datetime(2025, 7, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["@everyone", "@here", "<@123>", "<@&123>", "<#5>"])
def test_names_mention_nobody(name: str) -> None:
    escaped = escape(name)
    assert "\\" + name in escaped if name.startswith("<") else name not in escaped


@pytest.mark.parametrize("mark", ["**x**", "__x__", "~~x~~", "||x||", "`x`", "*x*"])
def test_names_are_not_formatted(mark: str) -> None:
    assert escape(mark).count("\\") >= 2


def test_names_stay_on_their_line_and_in_their_direction() -> None:
    assert escape("a\nb\u202ec\x07d") == "a bcd"
    assert len(escape("x" * 500, limit=50)) <= 51


def test_widths() -> None:
    assert [display_width(name) for name in ("Comet", "かな", "é", "e\u0301", "漢a", "")] == [5, 4, 1, 1, 3, 0]


@given(st.text(max_size=40), st.integers(1, 20))
def test_shortened_is_no_wider(name: str, width: int) -> None:
    assert display_width(shorten(name, width)) <= max(width, 0)


def test_columns_line_up() -> None:
    table = aligned([["Comet", "92.5"], ["かなちゃん", "8.0"]], header=["name", "avg"], right=[1])
    assert table.split("\n") == ["name         avg", "Comet       92.5", "かなちゃん   8.0"]


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 999).map(str)), min_size=1, max_size=6))
def test_columns_line_up_whatever_the_names(rows: list[tuple[str, str]]) -> None:
    lines = aligned(rows, right=[1]).split("\n")
    assert len(lines) == len(rows)
    assert len({display_width(line) for line in lines}) == 1
    assert "`" not in "".join(lines)


def test_numbers() -> None:
    assert [text.average(value) for value in (88.42, None)] == ["88.4", "–"]
    assert [text.signed(value) for value in (26, -3, 0, 0.2, -0.2, None)] == ["+26", "-3", "0", "0", "0", "–"]
    assert [text.signed(value, 1) for value in (2.25, -0.04)] == ["+2.2", "0.0"]
    assert [text.percent(value) for value in (0.583, None)] == ["58 %", "–"]
    assert [text.wars(value) for value in (7 / 12, 1.0, 12.0, 12.58, 0.0)] == [
        "0.58 wars",
        "1 war",
        "12 wars",
        "12.6 wars",
        "0 wars",
    ]


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=50), "50 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "18 June 2025"),
        (timedelta(days=-2), "20 July 2025"),
    ],
)
def test_relative(gap: timedelta, says: str) -> None:
    assert relative(NOW - gap, NOW) == says


@given(st.text(alphabet="ab \n", max_size=200), st.integers(1, 40))
def test_split_pieces_fit_and_lose_nothing_but_blanks(whole: str, limit: int) -> None:
    parts = split_text(whole, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(whole.split())


def test_split_prefers_line_ends() -> None:
    assert split_text("one two\nthree", 9) == ["one two", "three"]
    assert split_text("one two three", 9) == ["one two", "three"]
    assert split_text("abcdef", 4) == ["abcd", "ef"]
    assert split_text("") == []


@given(st.lists(st.text(alphabet="abc", max_size=30), max_size=30), st.integers(1, 8), st.integers(5, 60))
def test_pages_hold_every_line(lines: list[str], size: int, limit: int) -> None:
    made = pages(lines, size=size, limit=limit)
    assert sum(page.count("\n") + 1 for page in made) == len(lines)
    assert all(len(page) <= limit and page.count("\n") < size for page in made)
