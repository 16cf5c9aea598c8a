import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.ids import WarId
from mkw.statistics import PlayerWar, TeamWar, player_statistics, team_statistics

START = datetime(2025, 7, 1, 20, tzinfo=UTC)


def war(number: int, score: int, races: int = 12, own: int = 500, theirs: int | None = 484, **more: Any) -> PlayerWar:
    values: dict[str, Any] = {"war_races": 12, **more}
    return PlayerWar(
        WarId(number), START + timedelta(days=number), score, races, own_total=own, opponent_total=theirs, **values
    )


def team(number: int, own: int, theirs: int | None, races: int = 12, **more: int) -> TeamWar:
    return TeamWar(WarId(number), START + timedelta(days=number), races, own, theirs, **more)


def test_the_worked_example_of_the_docs() -> None:
    stats = player_statistics(
        [war(1, 90, own=500, theirs=484), war(2, 44, 7, own=480, theirs=504), war(3, 100, own=492, theirs=492)]
    )
    assert stats.races == 31
    assert stats.wars == pytest.approx(2.5833, abs=1e-4)
    assert stats.points == 234
    assert stats.average == pytest.approx(90.58, abs=0.005)
    assert (stats.wins, stats.losses, stats.draws) == (1, 1, 1)
    assert stats.win_rate == pytest.approx(1 / 3)
    assert stats.differential == pytest.approx(16 - 14)  # 16 + (-24) x 7/12 + 0
    assert stats.differential_average == pytest.approx(2 * 12 / 31)
    assert stats.highest
    assert stats.lowest
    assert (stats.highest.score, stats.lowest.score) == (100, 90)  # 44 in 7 races is no full war


def test_nothing_played() -> None:
    stats = player_statistics([])
    assert (stats.wars, stats.average, stats.average_last_10, stats.win_rate, stats.differential_average) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert (stats.highest, stats.lowest, stats.last) == (None, None, ())
    nothing = team_statistics([])
    assert (nothing.wars, nothing.average, nothing.win_rate, nothing.best, nothing.worst) == (0, None, None, None, None)


def test_a_penalty_decides_the_war_but_not_the_differential() -> None:
    stats = player_statistics([war(1, 80, own=500, theirs=484, own_penalty=20)])
    assert (stats.wins, stats.losses, stats.differential) == (0, 1, 16)
    assert team_statistics([team(1, 484, 500, opponent_penalty=20)]).wins == 1
    assert player_statistics([war(1, 80, own=502, theirs=482, own_penalty=20)]).draws == 1


def test_a_war_without_an_opponent_counts_for_points_only() -> None:
    stats = player_statistics([war(1, 80, theirs=None), war(2, 90)])
    assert (stats.average, stats.wins, stats.win_rate, stats.differential, stats.differential_average) == (
        85,
        1,
        1,
        16,
        16,
    )


def test_a_shorter_or_longer_war_is_no_full_war() -> None:
    stats = player_statistics([war(1, 60, 8, war_races=8), war(2, 130, 16, war_races=16), war(3, 70)])
    assert stats.highest
    assert stats.highest.score == 70
    assert stats.average == pytest.approx(260 * 12 / 36)
    assert stats.differential_average == pytest.approx(48 * 12 / 36)


def test_the_last_ten_are_the_newest_lines() -> None:
    stats = player_statistics([war(number, 50 if number <= 5 else 100) for number in range(1, 16)])
    assert stats.average_last_10 == 100
    assert [one.war_id for one in stats.last] == list(range(15, 5, -1))


def test_of_equal_scores_the_oldest_holds_the_record() -> None:
    stats = player_statistics([war(3, 90), war(1, 90), war(2, 90)])
    assert stats.highest
    assert stats.lowest
    assert (stats.highest.war_id, stats.lowest.war_id) == (1, 1)


def test_two_lines_in_one_war_are_one_win() -> None:
    stats = player_statistics([war(1, 40, 5), war(1, 50, 7)])
    assert (stats.wins, stats.wars, stats.points, stats.differential) == (1, 1.0, 90, pytest.approx(16))


def test_no_races_divide_nothing() -> None:
    stats = player_statistics([war(1, 0, 0), war(2, 0, 0, war_races=0)])
    assert (stats.average, stats.differential, stats.differential_average) == (None, 0, None)


def test_team() -> None:
    stats = team_statistics(
        [team(1, 500, 484), team(2, 400, 256, races=8), team(3, 450, 534), team(4, 492, 492), team(5, 600, None)]
    )
    assert (stats.wars, stats.wins, stats.losses, stats.draws, stats.win_rate) == (5, 2, 1, 1, 0.5)
    assert stats.differential == 16 + 144 - 84
    assert stats.differential_average == pytest.approx(76 * 12 / 44)
    assert stats.average == pytest.approx(2442 * 12 / 56)
    assert stats.best
    assert stats.worst
    assert (stats.best.war_id, stats.worst.war_id) == (2, 3)
    assert [one.war_id for one in stats.last] == [5, 4, 3, 2, 1]


lines = st.builds(
    war,
    st.integers(1, 12),
    st.integers(0, 180),
    st.integers(0, 12),
    own=st.integers(100, 900),
    theirs=st.none() | st.integers(100, 900),
    own_penalty=st.sampled_from([0, 20]),
)


@given(st.lists(lines, max_size=15), st.randoms(use_true_random=False))
def test_order_does_not_matter(wars: list[PlayerWar], rng: random.Random) -> None:
    wars = list({one.war_id: one for one in wars}.values())
    assert player_statistics(wars) == player_statistics(rng.sample(wars, len(wars)))


@given(st.lists(lines, min_size=1, max_size=15), st.integers(0, 14))
def test_more_points_are_never_a_lower_average(wars: list[PlayerWar], which: int) -> None:
    better = list(wars)
    old = better[which % len(wars)]
    better[which % len(wars)] = PlayerWar(
        old.war_id,
        old.played_at,
        old.score + 1,
        old.races,
        old.war_races,
        old.own_total,
        old.opponent_total,
        old.own_penalty,
    )
    before, after = player_statistics(wars), player_statistics(better)
    assert after.points == before.points + 1
    assert before.average is None or (after.average is not None and after.average > before.average)


@given(st.lists(lines, max_size=15))
def test_the_parts_add_up(wars: list[PlayerWar]) -> None:
    stats = player_statistics(wars)
    assert stats.wars * 12 == pytest.approx(stats.races)
    assert stats.average is None or stats.average * stats.wars == pytest.approx(stats.points)
    assert stats.wins + stats.losses + stats.draws <= len({one.war_id for one in wars})
    assert stats.win_rate is None or 0 <= stats.win_rate <= 1
    assert len(stats.last) == min(10, len(wars))
