"""Streaks, records, opponents and meetings against numbers computed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.filters import clan_called
from mkw.matchups import clan_meeting, opponents, opponents_of, participation, player_meeting
from mkw.streaks import clan_records, hot_streaks, running_average, streaks
from tests.mkw.records import A, B, C, Kept, record


def results(text: str) -> list[Kept]:
    """Oldest first: w won, l lost, d drawn, x without an opponent."""
    own = {"w": 500, "l": 480, "d": 492, "x": 500}
    return [Kept(own=own[one], foes=[] if one == "x" else [("CB", 984 - own[one])]) for one in text]


@pytest.mark.parametrize(
    ("played", "winning", "losing", "longest_win", "longest_loss"),
    [
        ("wwlwwwl", 0, 1, 3, 1),
        ("lww", 2, 0, 2, 1),
        ("wwd", 0, 0, 2, 0),
        ("wxw", 2, 0, 2, 0),  # without an opponent: neither ends nor lengthens
        ("llll", 0, 4, 0, 4),
        ("", 0, 0, 0, 0),
    ],
)
def test_streaks(played: str, winning: int, losing: int, longest_win: int, longest_loss: int) -> None:
    found = streaks(record(*results(played)).wars)
    assert (found.winning, found.losing) == (winning, losing)
    assert (found.longest_win.length, found.longest_loss.length) == (longest_win, longest_loss)


def test_of_equal_streaks_the_oldest_holds_the_record() -> None:
    longest = streaks(record(*results("wwlww")).wars).longest_win
    assert (longest.length, longest.first, longest.last) == (2, 1, 2)


@given(st.text("wldx", max_size=25))
def test_a_streak_is_never_longer_than_its_wins(played: str) -> None:
    found = streaks(record(*results(played)).wars)
    assert found.winning <= found.longest_win.length <= played.count("w")
    assert not (found.winning and found.losing)


def test_records_of_the_clan() -> None:
    kept = record(
        Kept({A: 120, B: 60}, own=520, foes=[("CB", 464)]),
        Kept({A: 130, B: 50}, own=480, foes=[("KO", 504)]),
        Kept({B: 130, A: (99, 6)}, own=600, foes=[("CB", 384)]),
        Kept({A: 90}, own=300, races=8),  # no full war
        Kept({B: 70}, own=492, foes=[("CB", 492)]),
    )
    found = clan_records(kept)
    assert [(one.player_id, one.war.score, one.war.war_id) for one in found.scores[:3]] == [
        (A, 130, 2), (B, 130, 3), (A, 120, 1),
    ]  # fmt: skip
    assert found.lowest
    assert (found.lowest.player_id, found.lowest.war.score) == (B, 50)
    assert found.highest_total
    assert found.lowest_total
    assert (found.highest_total.war_id, found.lowest_total.war_id) == (3, 2)
    assert found.largest_win
    assert found.closest
    assert (found.largest_win.war_id, found.closest.war_id) == (3, 2)
    assert found.largest_loss
    assert found.largest_loss.war_id == 4  # 300 : 484
    nothing = clan_records(record())
    assert (nothing.scores, nothing.lowest, nothing.largest_win, nothing.closest) == ((), None, None, None)


def test_the_running_average_goes_over_its_window() -> None:
    line = record(*(Kept({A: score}, own=500) for score in (60, 80, 100, 120))).of(A)
    assert list(running_average(line, 2)) == [60, 70, 90, 110]
    assert list(running_average(line, 10)) == [60, 70, 80, 90]
    with_substitute = record(Kept({A: 90}, own=500), Kept({A: (20, 4)}, own=500)).of(A)
    assert list(running_average(with_substitute, 10)) == [90, pytest.approx(110 * 12 / 16)]
    assert (hot_streaks(line).now, hot_streaks(line).longest) == (2, 2)


def test_opponents_best_first_with_a_minimum() -> None:
    kept = record(
        Kept({A: 100}, own=500, foes=[("CB", 484)]), Kept({A: 80}, own=480, foes=[("KO", 504)]),
        Kept({A: 60}, own=520, foes=[("cb", 464)]), Kept(own=500, foes=[("", 484)]),
    )  # fmt: skip
    found = opponents(kept)
    assert [(one.tag, one.wars, one.differential) for one in found] == [("cb", 2, 36), ("KO", 1, -24)]
    assert [one.tag for one in opponents(kept, 2)] == ["cb"]
    mine = opponents_of(kept.of(A))
    assert [(one.tag, one.average, one.more) for one in mine] == [("cb", 80, 0), ("KO", 80, 0)]


def test_each_of_four_clans_is_an_opponent_by_its_own_total() -> None:
    kept = record(Kept(own=432, foes=[("CB", 450), ("KO", 446), ("PX", 400), ("PX", 380)]))
    by_tag = {one.tag: one for one in opponents(kept)}
    assert {tag: one.differential for tag, one in by_tag.items()} == {"CB": -18, "KO": -14, "PX": 32}
    assert by_tag["PX"].wars == 1  # twice the same tag is one meeting
    assert (by_tag["PX"].record.wins, by_tag["CB"].record.losses) == (1, 1)


def test_a_meeting_of_clans() -> None:
    kept = record(
        Kept(own=500, foes=[("CB", 484)]), Kept(own=480, foes=[("CB", 504)]), Kept(own=530, foes=[("KO", 454)]),
        Kept(own=520, foes=[("CB", 464)], penalty=20), Kept(own=240, foes=[("CB", 252)], races=6),
    )  # fmt: skip
    found = clan_meeting(kept, clan_called(kept, "cb") or 0)
    assert (found.wars, found.record.wins, found.record.losses) == (4, 2, 2)
    assert found.differential == pytest.approx((16 - 24 + 56 - 12) * 12 / 42)
    assert found.largest_win
    assert found.largest_loss
    assert (found.largest_win.war_id, found.largest_loss.war_id) == (4, 2)
    assert found.streaks.losing == 1
    assert [one.war_id for one in found.last] == [5, 4, 2, 1]


def test_two_players_over_the_wars_both_were_in() -> None:
    kept = record(
        Kept({A: 100, B: 90}, own=500), Kept({A: 80, B: (50, 6)}, own=480, foes=[("CB", 504)]),
        Kept({A: 120}, own=500), Kept({A: 70, B: 70}, own=500), Kept({B: 20}, own=500),
    )  # fmt: skip
    found = player_meeting(kept.of(A), kept.of(B))
    assert (found.wars, found.ahead, found.behind, found.equal) == (3, 1, 1, 1)  # 50 in 6 races beats 80 in 12
    assert found.averages == (pytest.approx(250 / 3), pytest.approx(210 * 12 / 30))
    assert found.gap == pytest.approx(250 / 3 - 84)
    assert (found.record.wins, found.record.losses) == (2, 1)
    assert found.differential == pytest.approx((16 - 24 + 16) / 3)
    assert found.last == ((70, 70), (80, 50), (100, 90))
    assert player_meeting(kept.of(A), kept.of(C)).wars == 0


@given(st.lists(st.tuples(st.integers(0, 180), st.integers(0, 180)), max_size=12))
def test_a_meeting_seen_from_the_other_side_is_its_mirror(scores: list[tuple[int, int]]) -> None:
    kept = record(*(Kept({A: mine, B: theirs}, own=500) for mine, theirs in scores))
    one, other = player_meeting(kept.of(A), kept.of(B)), player_meeting(kept.of(B), kept.of(A))
    assert (one.ahead, one.behind, one.equal) == (other.behind, other.ahead, other.equal)
    assert one.record == other.record


def test_participation() -> None:
    kept = record(Kept({A: 80, B: 80}, own=500), Kept({A: (20, 4)}, own=500), Kept({C: 1}, own=500), Kept(own=500))
    assert participation(kept) == ((A, 2, 0.5), (B, 1, 0.25), (C, 1, 0.25))
    assert participation(record()) == ()
