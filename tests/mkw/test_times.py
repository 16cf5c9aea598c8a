"""A moment as people write it, in their own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.dates import day_cut
from mkw.times import UnclearTimeError, moment_cut

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 18, 30, tzinfo=BERLIN)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("21:00", 4, "21:00"),
        ("9pm", 4, "21:00"),
        ("9 PM", 4, "21:00"),
        ("9:15 p.m.", 4, "21:15"),
        ("at 21", 4, "21:00"),
        ("21h30", 4, "21:30"),
        ("21.30", 4, "21:30"),
        ("21h", 4, "21:00"),
        ("21 Uhr", 4, "21:00"),
        ("18:00", 5, "18:00"),  # over today
        ("12am", 5, "00:00"),
        ("midnight", 5, "00:00"),
        ("noon", 5, "12:00"),
        ("tonight 9", 4, "21:00"),
        ("tonight 9:30", 4, "21:30"),
        ("tonight at 1:00", 5, "01:00"),
        ("tomorrow 20:30", 5, "20:30"),
        ("20:30 tmr", 5, "20:30"),
        ("today 17:00", 4, "17:00"),  # named, and over
        ("sat 9pm", 7, "21:00"),
        ("on Saturday 21:00", 7, "21:00"),
        ("wed 21:00", 4, "21:00"),
        ("wed 17:00", 11, "17:00"),
        ("2026-03-09 20:00", 9, "20:00"),
        ("9 mar 20:00", 9, "20:00"),
        ("March 9th 8pm", 9, "20:00"),
        ("in 2 hours", 4, "20:30"),
        ("in 90 min", 4, "20:00"),
        ("in 1h30", 4, "20:00"),
        ("in 1 hour 15 minutes", 4, "19:45"),
        ("<t:1772654400:F>", 4, "21:00"),
    ],
)
def test_a_moment_is_understood(text: str, day: int, clock: str) -> None:
    moment, rest = moment_cut(text, NOW)
    assert moment is not None
    assert f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == f"2026-03-{day:02} {clock}"
    assert rest.split() in ([], ["at"])
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "vs KT", "later", "soon 6v6", "in a while", "1:2"])
def test_what_names_no_time(text: str) -> None:
    assert moment_cut(text, NOW) == (None, text)


@pytest.mark.parametrize("text", ["25:00", "13pm", "21:75", "24:30", "9", "12", "0am", "9999-12-31 24:00"])
def test_what_no_clock_has_or_may_be_two_times_is_unclear(text: str) -> None:
    with pytest.raises(UnclearTimeError):
        moment_cut(text, NOW)


def test_the_rest_stays() -> None:
    moment, rest = moment_cut("tomorrow 21:00 6v6", NOW)
    assert moment == datetime(2026, 3, 5, 20, tzinfo=UTC)
    assert rest.split() == ["6v6"]


def test_clocks_that_are_changed_meanwhile_count() -> None:
    now = datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN)
    assert moment_cut("21:00", now)[0] == datetime(2026, 3, 29, 19, tzinfo=UTC)  # in summer time
    assert moment_cut("in 20 hours", now)[0] == datetime(2026, 3, 29, 17, tzinfo=UTC)


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 1, 1)), st.times(), st.times())
def test_a_time_without_a_day_is_the_next_one(day: date, at: time, clock: time) -> None:
    now = datetime.combine(day, at, tzinfo=UTC)
    moment, _ = moment_cut(f"{clock:%H:%M}", now)
    assert moment is not None
    assert now < moment <= now + timedelta(days=1)
    assert f"{moment:%H:%M}" == f"{clock:%H:%M}"


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    try:
        moment, _ = moment_cut(text, NOW)
    except UnclearTimeError:
        return
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(("text", "day"), [("4 mar", "2026-03-04"), ("3 Mar", "2027-03-03"), ("29 feb", None)])
def test_a_day_without_a_year_is_the_next_one(text: str, day: str | None) -> None:
    assert day_cut(text, date(2026, 3, 4))[0] == (day and date.fromisoformat(day))
