"""Places as people type them: every form, every mistake in one line, and that nothing is ever guessed."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from mkw.places import PlacesError, Seats, looks_like_places, read_places, takers, written

SIX, FIVE, OF_24 = Seats(6, 12), Seats(5, 10), Seats(6, 24)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("1 3 4 7 9 12", (1, 3, 4, 7, 9, 12)),
        ("12, 9, 7, 4, 3, 1", (1, 3, 4, 7, 9, 12)),
        ("134790", (1, 3, 4, 7, 9, 10)),
        ("13479+", (1, 3, 4, 7, 9, 11)),
        ("1347++9", (1, 3, 4, 7, 9, 12)),
        ("1347912", (1, 3, 4, 7, 9, 12)),
        ("13470+", (1, 3, 4, 7, 10, 11)),
        ("1 3 4 7 0+", (1, 3, 4, 7, 10, 11)),
        ("1 3 4 79 12", (1, 3, 4, 7, 9, 12)),
        ("123456", (1, 2, 3, 4, 5, 6)),
        ("1-3 7 9 12", (1, 2, 3, 7, 9, 12)),
        ("1-6", (1, 2, 3, 4, 5, 6)),
        ("7-", (7, 8, 9, 10, 11, 12)),
        ("1 3 9-", (1, 3, 9, 10, 11, 12)),
        ("-3 7-9", (1, 2, 3, 7, 8, 9)),
        ("1/3/4/7/9/12", (1, 3, 4, 7, 9, 12)),
        ("89101112 7", (7, 8, 9, 10, 11, 12)),
    ],
)
def test_every_form(typed: str, places: tuple[int, ...]) -> None:
    assert read_places(typed, SIX) == places


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1 3 3 7 9 12", "Place 3 is there twice"),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13", "There is no place 13: 12 players"),
        ("1 2 3 4 5 6 7 8 9 10 11 12", "Those are 12 places, and a side has 6"),
        ("1 2 3 4 5 13", "There is no place 13"),
        ("0 1 2 3 4 5", "There is no place 0"),
        ("1 3 4 7 9", "Those are 5 places of 6: 1 is missing"),
        ("1-4", "Those are 4 places of 6: 2 are missing"),
        ("", "Type the places"),
        ("1 2 3 4 5 x", "is not 6 different places"),
        ("9-7", "is not 6 different places"),
        ("9" * 200, "That is 200 characters"),
    ],
)
def test_every_mistake_is_one_line(typed: str, says: str) -> None:
    with pytest.raises(PlacesError, match=says) as caught:
        read_places(typed, SIX)
    assert "\n" not in str(caught.value)
    assert caught.value.readings == ()


def test_what_can_be_read_in_two_ways_is_asked() -> None:
    with pytest.raises(PlacesError, match=r"`112` can be read as `1 12` or `2 11`: type it with blanks\.") as caught:
        read_places("112", Seats(2, 12))
    assert caught.value.readings == ((1, 12), (2, 11))
    with pytest.raises(PlacesError, match="can be read as"):
        read_places("1123456", SIX)


def test_five_against_five_and_twenty_four() -> None:
    assert read_places("13579", FIVE) == (1, 3, 5, 7, 9)
    assert read_places("1 3 13 20 23 24", OF_24) == (1, 3, 13, 20, 23, 24)
    assert read_places("1-3 22-", OF_24) == (1, 2, 3, 22, 23, 24)
    with pytest.raises(PlacesError, match="with blanks between them"):
        read_places("134790", OF_24)
    with pytest.raises(PlacesError, match="no place 11: 10 players"):
        read_places("1 3 5 7 11", FIVE)


def test_who_is_away_comes_last() -> None:
    assert read_places("1 3 4 7 9", Seats(6, 12, away=1)) == (1, 3, 4, 7, 9, 12)
    assert read_places("1 3 4 12", Seats(6, 12, away=2)) == (1, 3, 4, 10, 11, 12)
    assert read_places("1 3 4 7 9 10", Seats(6, 12, away=1)) == (1, 3, 4, 7, 9, 10)
    with pytest.raises(PlacesError, match="4 places of 6"):
        read_places("1 3 4 7", Seats(6, 12, away=1))
    assert read_places("1 2 3", Seats(4, 4)) == (1, 2, 3, 4)  # only one place is left


def readings(typed: str, seats: Seats) -> tuple[tuple[int, ...], ...]:
    try:
        return (read_places(typed, seats),)
    except PlacesError as problem:
        return problem.readings


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_written_is_read_back_and_nothing_else_comes_out(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        seats = Seats(rng.choice((5, 6)), rng.choice((10, 12, 24)))
        places = tuple(sorted(rng.sample(range(1, seats.room + 1), seats.size)))
        assert read_places(written(places), seats) == places
        short = "".join({10: "0", 11: "+", 12: "++"}.get(place, str(place)) for place in places)
        if seats.room <= 12:
            assert places in readings(short, seats)
        junk = "".join(rng.choice("0123456789+- ,x") for _ in range(rng.randint(0, 20)))
        try:
            found = read_places(junk, seats)
        except PlacesError:
            continue
        assert len(set(found)) == seats.size
        assert all(1 <= place <= seats.room for place in found)


@pytest.mark.parametrize("typed", ["1 3 3 7 9 12", "134790", "1 2 3 4 5 13", "1-6", "7-", "1 3 4 7 9", "13479"])
def test_what_was_meant_as_places(typed: str) -> None:
    assert looks_like_places(typed, SIX)


@pytest.mark.parametrize(
    "typed", ["12", "2", "2-1", "45 : 37", "20:30", "2026-03-01", "+1", "...", "gg 12", "100", "10-2", "", "-", "3 2"]
)
def test_what_is_something_else(typed: str) -> None:
    assert not looks_like_places(typed, SIX)


def test_who_took_which() -> None:
    assert takers("Cyn 1, Willow 3rd, Big Star: 12") == (("Cyn", 1), ("Willow", 3), ("Big Star", 12))
    assert takers("1 Cyn, 3 Willow") == (("Cyn", 1), ("Willow", 3))
    assert takers("Cyn 1 Willow 3 Ghost 12") == (("Cyn", 1), ("Willow", 3), ("Ghost", 12))
    assert takers("hello there") == ()
    assert takers("1 3 4 7 9 12") == ()


def test_the_examples_of_the_docs_read_as_the_docs_say() -> None:
    page = (Path(__file__).parents[2] / "docs" / "live-war.md").read_text()
    rows = re.findall(r"^\| `([^`]+)`[^|]*\| [^|]*?((?:\d+ ){5}\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 4
    for typed, places in rows:
        assert written(read_places(typed, SIX)) == places
