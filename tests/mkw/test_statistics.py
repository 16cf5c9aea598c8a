"""Every statistic against numbers computed by hand, and what must hold of any record."""

import random
import statistics as standard
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.metrics import METRICS, metric_of
from mkw.record import Played
from mkw.statistics import (
    clutch,
    consistency,
    contribution,
    deviation,
    form,
    highest,
    hot_streak,
    leading,
    longest_hot_streak,
    lowest,
    player_statistics,
    runs,
    team_statistics,
)
from tests.mkw.records import A, B, Kept, record


def war(score: int, played: int = 12, own: int = 500, theirs: int | None = 484, **more: Any) -> Kept:
    foes = () if theirs is None else (("CB", theirs, more.pop("their_penalty", 0)),)
    return Kept({A: (score, played)}, foes, own=own, **more)


def played(*wars: Kept) -> Played:
    return record(*wars).of(A)


def test_the_worked_example_of_the_docs() -> None:
    stats = player_statistics(played(war(90), war(44, 7, 480, 504), war(100, own=492, theirs=492)))
    assert stats.races == 31
    assert stats.wars == pytest.approx(2.5833, abs=1e-4)
    assert stats.points == 234
    assert stats.average == pytest.approx(90.58, abs=0.005)
    assert (stats.wins, stats.losses, stats.draws) == (1, 1, 1)
    assert stats.win_rate == pytest.approx(1 / 3)
    assert stats.differential == pytest.approx(16 - 14)  # 16 + (-24) x 7/12 + 0
    assert stats.differential_average == pytest.approx(2 * 12 / 31)
    assert stats.contribution == pytest.approx(234 / (500 + 480 * 7 / 12 + 492))
    assert stats.highest
    assert stats.lowest
    assert (stats.highest.score, stats.lowest.score) == (100, 90)  # 44 in 7 races is no full war


def test_nothing_played() -> None:
    stats = player_statistics(played())
    assert (stats.wars, stats.races, stats.hot_streak, stats.last) == (0, 0, 0, ())
    for value in (stats.average, stats.form, stats.deviation, stats.consistency, stats.win_rate, stats.contribution,
                  stats.differential_average, stats.clutch, stats.highest, stats.lowest):  # fmt: skip
        assert value is None
    nothing = team_statistics(record().wars)
    assert (nothing.wars, nothing.average, nothing.win_rate, nothing.best, nothing.worst) == (0, None, None, None, None)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_every_metric_of_nothing_is_nothing(metric: Any) -> None:
    assert metric.of(played()) in (None, 0.0)


def test_a_penalty_decides_the_war_but_not_the_differential() -> None:
    stats = player_statistics(played(war(80, penalty=20)))
    assert (stats.wins, stats.losses, stats.differential, stats.penalties) == (0, 1, 16, 20)
    team = team_statistics(record(war(80, own=484, theirs=500, their_penalty=20)).wars)
    assert (team.wins, team.penalties, team.penalty_losses) == (1, 0, 0)
    assert player_statistics(played(war(80, own=502, theirs=482, penalty=20))).draws == 1


def test_what_penalties_cost() -> None:
    team = team_statistics(
        record(
            war(80, penalty=20),  # +16 becomes -4
            war(80, penalty=10),  # +16 stays a win
            war(80, own=484, theirs=484, penalty=15),  # a draw is lost
            war(80, own=400, theirs=584, penalty=20),  # lost anyhow
            war(80, penalty=-30),  # a bonus costs nothing
        ).wars
    )
    assert (team.penalties, team.penalty_losses) == (65, 2)


def test_a_war_without_an_opponent_counts_for_points_only() -> None:
    stats = player_statistics(played(war(80, theirs=None), war(90)))
    assert (stats.average, stats.wins, stats.win_rate, stats.differential, stats.differential_average) == (
        85, 1, 1, 16, 16,
    )  # fmt: skip
    assert stats.last[1].opponent_total is None


def test_a_shorter_or_longer_war_is_no_full_war() -> None:
    stats = player_statistics(played(war(60, 8, races=8), war(130, 16, races=16), war(70)))
    assert stats.highest
    assert stats.highest.score == 70
    assert stats.average == pytest.approx(260 * 12 / 36)
    assert stats.differential_average == pytest.approx(48 * 12 / 36)


def test_the_last_are_the_newest_lines() -> None:
    stats = player_statistics(played(*(war(50 if number <= 5 else 100) for number in range(1, 26))))
    assert (stats.average_last_5, stats.average_last_10, stats.average_last_20) == (100, 100, 100)
    assert [one.war_id for one in stats.last] == list(range(25, 15, -1))
    assert player_statistics(played(*(war(50 + number) for number in range(1, 9)))).average_last_5 == 56


def test_of_equal_scores_the_oldest_holds_the_record() -> None:
    line = played(war(90), war(90), war(90))
    best, worst = highest(line), lowest(line)
    assert best
    assert worst
    assert (best.war_id, worst.war_id) == (1, 1)


def test_form_halves_after_five_wars() -> None:
    # Newest first: 120 weighs 1, five of 60 between weigh 2^-1/5 … 2^-5/5, the oldest 0 weighs 2^-6/5.
    line = played(war(0), *(war(60) for _ in range(5)), war(120))
    weights = [0.5 ** (k / 5) for k in range(7)]
    by_hand = (120 * weights[0] + 60 * sum(weights[1:6]) + 0 * weights[6]) / sum(weights)
    assert form(line) == pytest.approx(by_hand)
    assert weights[5] == pytest.approx(0.5)
    # A substitute's races weigh as many as they are.
    assert form(played(war(35, 6), war(90))) == pytest.approx(12 * (90 + 35 * weights[1]) / (12 + 6 * weights[1]))


def test_deviation_of_full_wars_is_the_samples() -> None:
    scores = [90, 70, 110, 82]
    assert deviation(played(*map(war, scores))) == pytest.approx(standard.stdev(scores))
    # 80 in 12 races and 30 in 6 (60 a war): the average is 110 / 1.5 = 73.33, the sum 1 x 6.67² + 0.5 x 13.33² = 133.3
    assert deviation(played(war(80), war(30, 6))) == pytest.approx(133.333**0.5, abs=1e-3)
    assert deviation(played(war(80))) is None


def test_consistency() -> None:
    assert consistency(played(war(80), war(80), war(80))) == 1
    assert consistency(played(war(90), war(70))) == pytest.approx(1 - 200**0.5 / 80)
    assert consistency(played(war(0), war(180))) == 0  # 127 deviation on an average of 90: not below 0
    assert consistency(played(war(0), war(0))) is None


def test_contribution_of_a_substitute() -> None:
    # 40 of 500 in 6 of 12 races: against half of the team's points.
    assert contribution(played(war(40, 6))) == pytest.approx(40 / 250)


def test_clutch_needs_three_of_both() -> None:
    near, far = war(100, own=493, theirs=491), war(80, own=592, theirs=392)
    assert clutch(played(*[near] * 3, *[far] * 3)) == pytest.approx(20)
    assert clutch(played(*[near] * 2, *[far] * 3)) is None
    assert clutch(played(*[near] * 3, *[far] * 2)) is None
    # 24 within 12 races is close, 26 is not; in 6 races 12 is.
    edge = team_statistics(record(war(1, own=504, theirs=480), war(1, own=505, theirs=479)).wars)
    assert edge.close.decided == 1
    assert team_statistics(record(war(1, 6, 252, 240, races=6), war(1, 6, 253, 239, races=6)).wars).close.decided == 1


def test_hot_streaks() -> None:
    line = played(*map(war, (100, 100, 100, 40, 40, 90, 90)))  # average 80
    assert (hot_streak(line), longest_hot_streak(line)) == (2, 3)
    assert hot_streak(played(war(90), war(70))) == 0
    assert hot_streak(played(war(80), war(80))) == 0  # equal is not above


def test_team() -> None:
    stats = team_statistics(
        record(
            Kept(own=500), Kept(own=400, foes=[("CB", 256)], races=8), Kept(own=450, foes=[("CB", 534)]),
            Kept(own=492, foes=[("CB", 492)]), Kept(own=600, foes=[]),
        ).wars
    )  # fmt: skip
    assert (stats.wars, stats.wins, stats.losses, stats.draws, stats.win_rate) == (5, 2, 1, 1, 0.5)
    assert stats.differential == 16 + 144 - 84
    assert stats.differential_average == pytest.approx(76 * 12 / 44)
    assert stats.average == pytest.approx(2442 * 12 / 56)
    assert (stats.average_win, stats.average_loss) == (80, -84)
    assert stats.best
    assert stats.worst
    assert (stats.best.war_id, stats.worst.war_id) == (2, 3)
    assert [one.war_id for one in stats.last] == [5, 4, 3, 2, 1]


def test_four_clans_are_won_in_two_ways() -> None:
    def four(*others: int) -> Kept:
        return Kept(own=432, foes=[(f"T{place}", total) for place, total in enumerate(others)])

    stats = team_statistics(record(four(400, 450, 446), four(400, 420, 476), four(432, 432, 432)).wars)
    assert (stats.wins, stats.losses, stats.draws) == (0, 2, 1)
    assert (stats.top_two, stats.of_four) == (2, 3)  # third, second, all first


def test_runs_and_leading() -> None:
    mask = record(*(Kept(own=own) for own in (500, 480, 500, 500))).wars.margin > 0
    assert runs(mask) == [(2, 0), (1, 3)]
    assert leading(mask) == 2
    assert (leading(~mask), runs(mask[:0]), leading(mask[:0])) == (0, [], 0)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("average", "average"), ("AVG", "average"), ("win rate", "winrate"), ("Win-Rate", "winrate"),
        ("last 10", "last10"), ("team differential", "differential"), ("sd", "deviation"), ("Hot Streak", "streak"),
        ("average of the last 5", "last5"),
    ],
)  # fmt: skip
def test_metrics_by_what_people_call_them(typed: str, key: str) -> None:
    metric = metric_of(typed)
    assert metric
    assert metric.key == key


def test_every_metric_is_found_by_its_own_words_and_no_word_means_two() -> None:
    words = [word for metric in METRICS for word in (metric.key, *metric.words)]
    assert len(words) == len(set(words))
    for metric in METRICS:
        assert all(metric_of(word) is metric for word in (metric.key, metric.name, *metric.words))
    assert metric_of("tracks") is None


# --- of any record --------------------------------------------------------------------------------------------------


@st.composite
def wars(draw: st.DrawFn) -> Kept:
    races = draw(st.sampled_from([12, 12, 12, 8, 4]))
    lines = {
        player: (draw(st.integers(0, 15 * played_races)), played_races)
        for player in (A, B)
        if (played_races := draw(st.integers(0, races)))
    }
    foes = draw(st.lists(st.tuples(st.sampled_from(["CB", "ΣND", "cb", "さくら"]), st.integers(100, 900)), max_size=3))
    return Kept(lines, foes, own=draw(st.integers(100, 900)), penalty=draw(st.sampled_from([0, 20, -10])), races=races)


records = st.lists(wars(), max_size=12)


@given(records)
def test_the_parts_add_up(kept: list[Kept]) -> None:
    for _, line in record(*kept).everybody():
        stats = player_statistics(line)
        assert stats.wars * 12 == pytest.approx(stats.races)
        assert stats.average is None or stats.average * stats.wars == pytest.approx(stats.points)
        assert stats.wins + stats.losses + stats.draws == int(line.wars.met.sum())
        assert stats.win_rate is None or 0 <= stats.win_rate <= 1
        assert stats.consistency is None or 0 <= stats.consistency <= 1
        assert stats.deviation is None or stats.deviation >= 0
        assert len(stats.last) == min(10, len(line))
        low, high = float(line.per_war.min()), float(line.per_war.max())
        assert stats.form is not None
        assert low - 1e-9 <= stats.form <= high + 1e-9
        assert stats.hot_streak <= longest_hot_streak(line) <= len(line)


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(kept: list[Kept], rng: random.Random) -> None:
    dated = [replace(one, day=place) for place, one in enumerate(kept)]
    shuffled = rng.sample(dated, len(dated))
    before, after = record(*dated), record(*shuffled)
    for player in (A, B):
        mine, theirs = (player_statistics(one.of(player)) for one in (before, after))
        assert replace(mine, last=(), highest=None, lowest=None) == replace(theirs, last=(), highest=None, lowest=None)


@given(records, st.integers(0, 11))
def test_more_points_are_never_a_lower_average(kept: list[Kept], which: int) -> None:
    places = [place for place, one in enumerate(kept) if A in one.lines]
    if not places:
        return
    place = places[which % len(places)]
    score, races = kept[place].lines[A]  # type: ignore[misc]
    better = [*kept]
    better[place] = replace(kept[place], lines={**kept[place].lines, A: (score + 1, races)})
    before, after = (player_statistics(record(*some).of(A)) for some in (kept, better))
    assert after.points == before.points + 1
    assert before.average is not None
    assert after.average is not None
    assert after.average > before.average
    assert form(record(*better).of(A)) > form(record(*kept).of(A))  # type: ignore[operator]
