from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.dates import date_in, title_alone


@pytest.mark.parametrize(
    "title",
    [
        "18 Jul 2025 • 12 Races",
        "6v6 War - Comets vs Owls • 18 July 2025 • 12 Races",
        "July 18, 2025",
        "Jul. 18th 2025",
        "18Jul2025",
        "2025-07-18",
        "War of 2025/7/18",
    ],
)
def test_the_day_in_a_title(title: str) -> None:
    assert date_in(title) == date(2025, 7, 18)


@pytest.mark.parametrize(
    "title", ["", "6v6 War", "07/08/2025", "31 Feb 2025", "18 Jul 2025 and 19 Jul 2025", "12 Races", "2025-13-01"]
)
def test_what_names_no_single_day(title: str) -> None:
    assert date_in(title) is None


@given(st.dates(min_value=date(2014, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert date_in(f"{day.day} {day:%b} {day.year}") == date_in(day.isoformat()) == day


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    assert date_in(text) is None or isinstance(date_in(text), date)


@pytest.mark.parametrize(
    ("title", "alone"),
    [
        ("6v6 War - CR vs CB • 18 Jul 2025 • 12 Races", "6v6 War - CR vs CB"),
        ("18 Jul 2025 · 12 Races", ""),
        ("Friendly | July 18, 2025", "Friendly"),
        ("12 races to go", "12 races to go"),
        ("Night of the 18 Jul 2025 war", "Night of the 18 Jul 2025 war"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_title(title: str, alone: str) -> None:
    assert title_alone(title) == alone
