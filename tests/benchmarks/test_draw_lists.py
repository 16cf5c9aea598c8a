"""Drawn lists: the same seed draws the same picture, and what is said of it adds up."""

from __future__ import annotations

import random

import pytest

from benchmarks.draw_lists import KINDS, draw_list
from benchmarks.list_rooms import LONGEST_NAME, invent_room, points_of
from mkw.points import points_table, race_sum


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_one_picture(kind):
    first, again, other = draw_list(kind, 5), draw_list(kind, 5), draw_list(kind, 6)
    assert (first.encoded(), first.truth) == (again.encoded(), again.truth)
    assert first.encoded() != other.encoded()


@pytest.mark.parametrize("players", [8, 10, 12, 24])
def test_points_of_a_room_add_up_to_the_game_s(players):
    assert sum(points_of(players)) == race_sum(players)


@pytest.mark.parametrize("players", [11, 12, 24])
def test_points_of_a_room_are_those_of_its_table(players):
    assert points_of(players) == points_table(players)


@pytest.mark.parametrize("players", [10, 12, 24])
def test_totals_of_a_room_nobody_leaves_are_whole_races(players):
    room = invent_room(random.Random(players), players, races=7, stay=True)
    assert sum(racer.total for racer in room.racers) == 7 * (race_sum(players) or 0)
    assert [racer.points for racer in room.racers] == list(points_of(players))
    assert all(0 < len(racer.name) <= LONGEST_NAME for racer in room.racers)
    assert next(place for place, _ in room.standings()) == 1


@pytest.mark.parametrize("seed", range(12))
def test_the_truth_of_team_screens_adds_up_unless_it_counts(seed):
    truth = draw_list("mkw-teams", seed).truth
    for team in truth["teams"]:
        rows = sum(row["score"] for row in truth["rows"] if row["team"] == team["team"])
        assert team["score"] <= rows if truth.get("state") == "counting" else team["score"] == rows


@pytest.mark.parametrize("seed", range(12))
def test_a_counting_list_says_so_and_no_total_runs_backwards(seed):
    truth = draw_list("mkw-race", seed).truth
    drawn = [row["race_points"] for row in truth["rows"] if "race_points" in row]
    assert drawn == sorted(drawn, reverse=True)
    if truth["state"] == "settled" and len(truth["rows"]) == len(drawn) == 12:
        assert sum(drawn) == race_sum(12)
    places = [row["place"] for row in truth["rows"]]
    assert places == sorted(places)
