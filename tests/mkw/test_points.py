import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.points import break_even, points_table, race_sum, shared_places, team_bounds


def test_sums() -> None:
    assert (race_sum(12), race_sum(24), race_sum(11), race_sum(3)) == (82, 144, 69, None)


@pytest.mark.parametrize("players", [12, 24])
def test_the_table_agrees_with_the_sum_and_falls(players: int) -> None:
    table = points_table(players)
    assert table is not None
    assert (len(table), sum(table)) == (players, race_sum(players))
    assert list(table) == sorted(table, reverse=True)


def test_rooms_nobody_wrote_down() -> None:
    assert points_table(7) is None
    assert break_even(7, 2) is None
    assert team_bounds(7, 2) is None
    assert team_bounds(12, 13) is None


def test_break_even_and_bounds() -> None:
    assert (break_even(12, 2), break_even(12, 2, 1), break_even(24, 4), break_even(24, 2)) == (492, 41, 432, 864)
    assert team_bounds(12, 6) == (21, 61)


def test_equal_scores_share_a_place() -> None:
    assert shared_places([44, 92, 80, 80, None]) == [4, 1, 2, 2, None]
    assert shared_places([]) == []


@given(st.lists(st.integers(0, 180), min_size=1))
def test_places_follow_scores(scores: list[int]) -> None:
    places = shared_places(scores)
    assert min(place for place in places if place) == 1
    for score, place in zip(scores, places, strict=True):
        assert place == 1 + len([other for other in scores if other > score])
