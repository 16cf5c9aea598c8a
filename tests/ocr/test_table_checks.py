"""What looks like a result and is none."""

from __future__ import annotations

import pytest

from ocr.layouts.table_checks import are_places, is_header, refuse_reason

_WAR = [106, 99, 95, 82, 78, 45, 116, 95, 76, 76, 67, 49]


def test_a_war_is_not_refused() -> None:
    assert refuse_reason(_WAR, words=["6v6 War", None], races=12) is None
    assert refuse_reason([None] * 12) is None
    assert refuse_reason([]) is None


@pytest.mark.parametrize("word", ["NEW MMR", "Elo", "tier-all FFA | MMR | +/-"])
def test_ratings_are_refused_by_their_header(word: str) -> None:
    assert refuse_reason(_WAR, words=[word]) is not None


def test_a_name_that_holds_the_letters_is_no_header() -> None:
    assert refuse_reason(_WAR, words=["Elodie vs Velour"]) is None


def test_numbers_no_war_can_reach_are_refused() -> None:
    assert refuse_reason([7198, 10280, 6807, 6402, 658]) is not None
    assert refuse_reason([300, 290, 280, 200], races=12) is not None
    assert refuse_reason([300, 290, 280, 200], races=24) is None


def test_more_than_a_race_gives_is_no_race_list() -> None:
    """Where a table's scores were taken for +N and its places for scores."""
    assert refuse_reason([115, 130, 90, 75], race_points=[97, 88, None, 61]) is not None
    assert refuse_reason([115, 130, 90, 75], race_points=[15, 12, None, 9]) is None
    assert refuse_reason([115, 130, 90, 75], race_points=[None] * 4) is None


def test_more_rows_than_a_room_has_players_are_refused() -> None:
    assert refuse_reason([40 + row for row in range(26)]) is None
    assert refuse_reason([40 + row for row in range(41)]) is not None


def test_places_are_not_taken_for_points() -> None:
    assert are_places([2, 5, 6, 1, 9, 12, 13, 4, 7, 11, 3, 7, 10])
    assert are_places([None, None, 4, 5, 6, None, 7, 8, 9, 10, 11, 12])  # the medals were not read
    assert are_places([0, 6, 7, 0, 4, 5, 0, 8])  # or read as nought


@pytest.mark.parametrize(
    "points", [(15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), (12, 10, 8, 7, 6, 5, 4, 3, 2, 1), (10, 8, 6, 5, 4, 3, 2, 1)]
)
def test_the_points_of_one_race_are_not_places(points: tuple[int, ...]) -> None:
    assert not are_places(points)


def test_the_line_of_headers_is_told_from_a_player() -> None:
    assert is_header("Player", None)
    assert is_header(" NAME |", None)
    assert not is_header("Player", 92)
    assert not is_header("Players of Doom", None)


def test_places_of_one_side_after_the_other_are_no_points() -> None:
    assert are_places([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    assert not are_places([6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1])
