"""Statistics of races, computed by hand, and against a slow second way on races by chance."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mkw.ids import TrackId
from mkw.points import points_table
from mkw.race_record import TRACK_INDEX, UNKNOWN
from mkw.races import TrackOrder, by_track, halves, mean_place, mean_places, places_taken, race_statistics, turns, won
from mkw.statistics import WinLoss
from tests.mkw.race_records import Raced, by_chance, races
from tests.mkw.records import A, B, C, Kept, record

E, F, G = 5, 6, 7
SIX = {A: 82, B: 82, C: 82, E: 82, F: 82, G: 82}
EVEN = Kept(SIX, [("CB", 492)])
WHO = (A, B, C, E, F, G)


def six(*places: int) -> dict[int, int | None]:
    return dict(zip(places, WHO, strict=True))


# --- the differential -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("race", "differential"),
    [
        (Raced(1, 1, six(1, 3, 4, 7, 9, 12)), 45 - 37),  # all of ours: the others have the rest of 82
        (Raced(1, 1, dict.fromkeys((1, 3, 4, 7, 9, 12))), 45 - 37),  # by nobody known
        (Raced(1, 1, six(1, 2, 3, 4, 5, 6)), 61 - 21),
        (Raced(1, 1, {1: A, 3: B, 4: C}), None),  # three of six
        (Raced(1, 1, {1: A, 3: B, 4: C}, (2, 5, 6)), None),  # six of twelve
        (Raced(1, 1, six(1, 3, 4, 7, 9, 12), (2, 5)), 45 - 37),  # two of theirs say nothing more
        # Somebody's connection broke: in a room of eleven the first has 12 points, and what is told adds up to 67.
        (Raced(1, 1, {1: A, 2: B, 3: C, 4: E, 5: F}, (6, 7, 8, 9, 10, 11),
               points=dict(enumerate(points_table(11) or (), 1))), 46 - 21),
        # And where it counts one point in the league's table instead: everybody is there, so the sums are taken.
        (Raced(1, 1, six(1, 3, 4, 7, 9, -1), (2, 5, 6, 8, 10, 11), told=True, points={-1: 1}), 45 - 37),
        (Raced(1, 1, six(1, 3, 4, 7, 9, -1), (2, 5, 6, 8, 10, 11), told=True), None),
        (Raced(1, 1), None),
    ],
)  # fmt: skip
def test_the_differential_of_a_race(race: Raced, differential: float | None) -> None:
    (found,) = races(record(EVEN), race).differential
    assert (None if np.isnan(found) else float(found)) == differential


def test_with_four_sides_the_others_count_their_mean() -> None:
    four = record(Kept(dict.fromkeys(WHO, 72), [("CB", 432), ("KO", 432), ("PX", 432)]))
    raced = races(four, Raced(1, 1, six(1, 2, 3, 4, 5, 6)))
    assert raced.differential.tolist() == [63 - (144 - 63) / 3]


def test_a_war_without_an_opponent_has_no_differential() -> None:
    alone = record(Kept(SIX, []))
    assert not races(alone, Raced(1, 1, six(1, 3, 4, 7, 9, 12))).known.any()


# --- by track -------------------------------------------------------------------------------------------------------

TWO = record(Kept(SIX, [("CB", 492)]), Kept({A: 92, B: 82, C: 82, E: 82, F: 82, G: 82}, [("KO", 482)]))
RACED = (
    Raced(1, 1, six(1, 3, 4, 7, 9, 12), track="rDKP"),  # +8
    Raced(1, 2, six(7, 8, 9, 10, 11, 12), track="rDKP"),  # -40
    Raced(1, 3, six(1, 2, 3, 4, 5, 6), track="CC"),  # +40
    Raced(1, 4, {1: A}, track="CC"),  # not known
    Raced(1, 5, six(1, 3, 4, 7, 9, 12)),  # +8 on no known track
    Raced(2, 1, six(2, 3, 5, 7, 9, 12), track="rDKP"),  # 12 + 10 + 8 + 6 + 4 + 1 = 41: 0
)


def test_tracks_of_the_clan() -> None:
    dkp, cc = by_track(races(TWO, *RACED), order=TrackOrder.RACES)
    assert (dkp.track.track_id, dkp.races, dkp.judged) == ("rDKP", 3, 3)
    assert dkp.differential == pytest.approx((8 - 40 + 0) / 3)
    assert dkp.record == WinLoss(1, 1, 1)
    assert dkp.place == pytest.approx((36 + 57 + 38) / 18)
    assert dkp.best is not None
    assert dkp.worst is not None
    assert (dkp.best.war_id, dkp.best.number, dkp.best.differential) == (1, 1, 8)
    assert (dkp.worst.war_id, dkp.worst.number, dkp.worst.differential) == (1, 2, -40)
    assert (cc.track.track_id, cc.races, cc.judged, cc.differential) == ("CC", 2, 1, 40)
    assert [one.track.track_id for one in by_track(races(TWO, *RACED))] == ["CC", "rDKP"]
    assert [one.track.track_id for one in by_track(races(TWO, *RACED), minimum=3)] == ["rDKP"]


def test_tracks_of_one_player_have_their_places_and_the_races_they_were_in() -> None:
    cc, dkp = by_track(races(TWO, *RACED).of(A))
    assert (cc.races, cc.place) == (2, 1.0)
    assert (dkp.races, dkp.place) == (3, pytest.approx((1 + 7 + 2) / 3))
    assert by_track(races(TWO, *RACED).of(G))[0].races == 1  # not the race in which only A was seen


@pytest.mark.parametrize("order", TrackOrder)
def test_every_order_puts_the_best_first_and_what_is_not_known_last(order: TrackOrder) -> None:
    raced = races(TWO, *RACED, Raced(2, 2, track="SP"), Raced(2, 3, track="SP"))
    found = [one.track.track_id for one in by_track(raced, order=order)]
    dkp_first = order in (TrackOrder.RACES, TrackOrder.WORST)
    assert found == (["rDKP", "CC", "SP"] if dkp_first else ["CC", "rDKP", "SP"])


# --- places, halves, comebacks --------------------------------------------------------------------------------------


def test_places_and_what_they_come_to() -> None:
    found = race_statistics(races(TWO, *RACED).of(A), 12)
    assert found.counts == (4, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0)  # 1, 7, 1, 1, 1 and 2
    assert (found.top, found.bottom) == (5, 1)
    assert found.place == pytest.approx(13 / 6)
    assert found.points == pytest.approx((15 * 4 + 12 + 6) / 6)
    assert (found.races, found.judged) == (6, 5)
    assert found.record == WinLoss(3, 1, 1)
    assert found.differential == pytest.approx((8 - 40 + 40 + 8 + 0) / 5)
    assert found.best is not None
    assert found.best.differential == 40


def test_halves_are_those_of_the_war() -> None:
    seven = record(Kept({A: 40}, [("CB", 247)], own=327, races=7))
    raced = races(seven, *(Raced(1, number, six_of(number)) for number in range(1, 8)))
    first, second = halves(raced)
    assert (first.races, second.races) == (3, 4)
    assert (first.differential, second.differential) == (40, -40)


def six_of(number: int) -> dict[int, int | None]:
    return dict.fromkeys((1, 2, 3, 4, 5, 6) if number <= 3 else (7, 8, 9, 10, 11, 12))


GOOD, BAD = dict.fromkeys((1, 3, 4, 7, 9, 12)), dict.fromkeys((2, 5, 6, 8, 10, 11))  # +8, -8


def war_of(number: int, early: dict[int, int | None], *, known: int = 6) -> list[Raced]:
    return [Raced(number, race, early) for race in range(1, known + 1)]


def test_a_comeback_is_a_war_won_after_being_behind_at_half() -> None:
    kept = record(
        *(Kept({A: 1}, [("CB", 984 - own)], own=own) for own in (500, 500, 484, 500)),
        Kept({A: 1}, [("CB", 484)], own=500, penalty=20),
    )
    raced = races(kept, *war_of(1, BAD), *war_of(2, GOOD), *war_of(3, GOOD), *war_of(4, BAD, known=5), *war_of(5, BAD))
    found = turns(raced)
    assert (found.wars, found.behind, found.comebacks) == (4, 2, 1)  # war 4 lacks a race, war 5 is lost by its penalty
    assert (found.ahead, found.thrown_away) == (2, 1)
    assert (found.greatest, found.deficit) == (1, 48)


def test_nothing_comes_to_nothing() -> None:
    nothing = race_statistics(races(record()), 12)
    assert (nothing.races, nothing.place, nothing.best, nothing.turns.wars) == (0, None, None, 0)
    assert by_track(races(record())) == ()
    assert race_statistics(races(TWO), 12).counts == (0,) * 12


# --- laws -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_columns_say_what_adding_up_says(seed: int) -> None:
    rng = random.Random(seed)
    kept, raced = by_chance(rng)
    found = races(kept, *raced)
    table = points_table(12) or ()
    keys = [(found.war_id(row), int(found.number[row])) for row in range(len(found))]
    newest = {number: row for row, number in enumerate(kept.wars.number.tolist())}
    assert keys == sorted(((one.war, one.race) for one in raced), key=lambda one: (newest[one[0]], one[1]))
    by_key = {(one.war, one.race): one for one in raced}
    for row, key in enumerate(keys):
        one = by_key[key]
        own = sum(table[place - 1] for place in one.ours)
        expected = own - (82 - own) if len(one.ours) == 6 else None
        assert (None if np.isnan(found.differential[row]) else found.differential[row]) == expected
        assert found.track[row] == (UNKNOWN if one.track is None else TRACK_INDEX[TrackId(one.track)])
        mine = found.results.race == row
        got = sorted(zip(found.results.place[mine].tolist(), found.results.player[mine].tolist(), strict=True))
        assert got == sorted((place, -1 if player is None else player) for place, player in one.ours.items())


@pytest.mark.parametrize("seed", range(20))
def test_parts_add_up_to_the_whole(seed: int) -> None:
    rng = random.Random(seed)
    kept, raced = by_chance(rng)
    every = races(kept, *raced)
    some = kept.where(np.array([rng.random() < 0.5 for _ in range(len(kept.wars))], dtype=np.bool_))
    inside = every.within(some.wars)
    assert len(inside) == sum(one.war in some.wars.number for one in raced)
    assert {inside.war_id(row) for row in range(len(inside))} <= set(some.wars.number.tolist())
    assert sum(one.races for one in by_track(every)) == sum(one.track is not None for one in raced)
    whole = race_statistics(every, 12)
    assert sum(whole.counts) == whole.top + whole.bottom == sum(len(one.ours) for one in raced)
    assert sum(half.races for half in whole.halves) == whole.judged == won(every).decided
    players = {player for one in raced for player in one.ours.values() if player is not None}
    of_players = sum(sum(race_statistics(every.of(player), 12).counts) for player in players)  # type: ignore[arg-type]
    assert of_players + int((every.results.player == -1).sum()) == sum(whole.counts)


@pytest.mark.parametrize("seed", range(10))
def test_average_places_of_everybody_are_those_of_each(seed: int) -> None:
    kept, raced = by_chance(random.Random(seed))
    every = races(kept, *raced)
    for last in (1, 2, 100):
        oldest = {one: int(kept.lines.war[kept.lines.player == one][:last][-1]) for one, _ in kept.everybody()}
        found = mean_places(every, oldest)
        for one, played in kept.everybody():
            own = every.within(played.newest(last).wars).of(one)
            places = places_taken(own)
            assert found.get(one, (None, 0)) == (mean_place(own), len(places))
    assert mean_places(every, {}) == {}
