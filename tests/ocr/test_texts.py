from __future__ import annotations

import pytest

from ocr import texts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44", 44),
        ("+15", 15),
        ("１２", 12),
        (" 9 8 ", 98),
        ("0", 0),
        ("", None),
        ("12a", None),
        ("-5", None),
        ("12345", None),
    ],
)
def test_number(text: str, value: int | None) -> None:
    assert texts.number(text) == value


@pytest.mark.parametrize(
    ("text", "name", "races"),
    [
        ("Willow (7)", "Willow", 7),
        ("Willow(12)", "Willow", 12),
        ("Willow （5）", "Willow", 5),
        ("Willow", "Willow", None),
        ("(7)", "(7)", None),
        ("Willow (99)", "Willow (99)", None),
        ("Willow (0)", "Willow (0)", None),
    ],
)
def test_split_races(text: str, name: str, races: int | None) -> None:
    assert texts.split_races(text) == (name, races)


def test_races_in_title() -> None:
    assert texts.races_in("18 Jul 2025 • 12 Races") == 12
    assert texts.races_in("Clan War") is None
    assert texts.races_in("99 races") is None


def test_penalty_and_difference() -> None:
    assert texts.penalty("(-10)") == 10
    assert texts.penalty("Penalty: −20") == 20
    assert texts.penalty("20") is None
    assert texts.difference("±26") == 26
    assert texts.difference("draw") is None


def test_clean_drops_what_cannot_be_seen() -> None:
    assert texts.clean("Co\u200bmet\x00\n\tX \u202e") == "Comet X"


@pytest.mark.parametrize(
    "text", ["2025/4/7", "13.12.2025", "2024–07–16", "May 3, 2024", "7 Apr 2025", "16 Rennen", "12レース"]
)
def test_days_and_race_counts_make_a_title(text: str) -> None:
    assert texts.is_title(f"Cup {text}")


@pytest.mark.parametrize("text", ["Marlin 114 2069", "6. 50/50 80", "Mario 2025", "Total 502"])
def test_ratings_and_names_make_none(text: str) -> None:
    assert not texts.is_title(text)


def test_what_a_line_says_besides_that_it_is_a_total() -> None:
    assert texts.without_total("Ly. Team total") == "Ly."
    assert texts.without_total("Subtotal") == texts.without_total("チーム計") == ""
    assert texts.without_total("Total War") == "Total War"


def test_a_line_about_a_penalty() -> None:
    assert texts.speaks_of_penalty("Penalty: -20")
    assert texts.speaks_of_penalty("ペナルティ")
    assert not texts.speaks_of_penalty("Penny")
