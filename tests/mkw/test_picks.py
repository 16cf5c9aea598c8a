"""Tracks to pick: computed by hand, and by laws of what is drawn towards a mean."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mkw.picks import FEWEST, LEAST_K, MOST_K, USUAL_DEVIATION, USUAL_K, picks
from mkw.race_record import Races
from mkw.tracks import TRACKS
from tests.mkw.race_records import Raced, races
from tests.mkw.records import A, Kept, record

PLACES = {
    40: (1, 2, 3, 4, 5, 6),
    8: (1, 3, 4, 7, 9, 12),
    0: (2, 3, 5, 7, 9, 12),
    -8: (2, 5, 6, 8, 10, 11),
    -40: (7, 8, 9, 10, 11, 12),
}
THREE = record(*(Kept({A: 82}, [(tag, 492)], own=492) for tag in ("CB", "KO", "CB")))


def raced(*rows: tuple[int, str, int]) -> Races:
    """(war, track, differential) each."""
    numbers: dict[int, int] = {}
    made = []
    for war, track, differential in rows:
        numbers[war] = numbers.get(war, 0) + 1
        made.append(Raced(war, numbers[war], dict.fromkeys(PLACES[differential]), track=track))
    return races(THREE, *made)


def test_few_races_are_drawn_to_the_mean_by_the_usual_k() -> None:
    found = picks(raced((1, "CC", 40), (1, "SP", -8), (1, "SP", -8)))
    mean = (40 - 8 - 8) / 3
    assert (found.k, found.estimated, found.judged, found.mean) == (USUAL_K, False, 3, mean)
    best, worst = found.tracks
    assert (best.track.track_id, best.races, best.mean) == ("CC", 1, 40)
    assert best.expected == pytest.approx((40 + 12 * mean) / 13)
    assert worst.expected == pytest.approx((-16 + 12 * mean) / 14)
    assert best.error == pytest.approx(USUAL_DEVIATION / 13**0.5)
    assert best.chance > 0.5 > worst.chance


def test_k_is_the_variance_on_a_track_over_that_between_tracks() -> None:
    rows = [(1, "CC", 40), (1, "CC", 8)] * 10 + [(1, "SP", -40), (1, "SP", -8)] * 10
    found = picks(raced(*rows))
    within = 40 * 16**2 / 38  # 24 ± 16 and -24 ± 16
    between = (40 * 24**2 - within) / (40 - 2 * 20**2 / 40)
    assert found.estimated
    assert found.k == pytest.approx(max(within / between, LEAST_K))
    assert found.tracks[0].expected == pytest.approx(20 * 24 / (20 + found.k))
    assert found.tracks[0].error == pytest.approx((within / (20 + found.k)) ** 0.5)


def test_tracks_that_do_not_differ_are_all_drawn_to_the_mean() -> None:
    found = picks(raced(*[(1, track, value) for track in ("CC", "SP") for value in (40, -40)] * 10))
    assert found.k == MOST_K
    assert [one.expected for one in found.tracks] == [0, 0]


def test_an_opponent_moves_all_tracks_and_more_so_those_raced_against_them() -> None:
    rows = [(1, "CC", 8), (1, "SP", -8), (2, "CC", 8), (2, "SP", 8), (3, "RR", -40)]
    every = raced(*rows)
    against = every.within(THREE.wars.take(THREE.wars.number == 2))
    alone, met = picks(every), picks(every, against)
    usual = {one.track.track_id: one.expected for one in alone.tracks}
    shift = ((8 - usual["CC"]) + (8 - usual["SP"])) / (2 + USUAL_K)
    now = {one.track.track_id: one for one in met.tracks}
    assert now["RR"].expected == pytest.approx(usual["RR"] + shift)
    assert now["SP"].expected == pytest.approx((8 + USUAL_K * (usual["SP"] + shift)) / (1 + USUAL_K))
    assert (now["SP"].races, now["SP"].all_races, now["SP"].mean) == (1, 2, 8)
    assert (now["RR"].races, now["RR"].all_races, now["RR"].mean) == (0, 1, None)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_expected_lies_between_what_was_seen_and_the_mean_and_more_races_are_surer(seed: int) -> None:
    rng = random.Random(seed)
    tracks = [track.track_id for track in TRACKS[: rng.randint(1, 8)]]
    count = rng.choice([1, 5, FEWEST, 90])
    every = raced(*((rng.randint(1, 3), rng.choice(tracks), rng.choice(list(PLACES))) for _ in range(count)))
    found = picks(every)
    assert found.mean is not None
    assert LEAST_K <= found.k <= MOST_K
    assert sum(one.races for one in found.tracks) == found.judged == count
    for one in found.tracks:
        assert one.mean is not None
        low, high = sorted((one.mean, found.mean))
        assert low - 1e-9 <= one.expected <= high + 1e-9
        assert 0 <= one.chance <= 1
    by_races = sorted(found.tracks, key=lambda one: one.all_races)
    assert all(np.diff([one.error for one in by_races]) <= 1e-9)
    expected = [one.expected for one in found.tracks]
    assert expected == sorted(expected, reverse=True)
    assert {one.track for one in picks(every, minimum=5).tracks} == {
        one.track for one in found.tracks if one.all_races >= 5
    }


def test_without_a_race_there_is_nothing_to_pick() -> None:
    assert picks(races(THREE)).tracks == ()
