"""Filters: each alone, all together, and room sizes that are never pooled."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.filters import Filter, choose_room, clan_called, select
from mkw.record import Record
from mkw.statistics import win_loss
from tests.mkw.records import A, B, Kept, record

UTC = ZoneInfo("UTC")
FOUR = [("CB", 450), ("KO", 446), ("PX", 400)]


def numbers(found: Record) -> list[int]:
    return [int(number) for number in found.wars.number]


def test_days_are_those_of_the_servers_time_zone() -> None:
    # Played at 20:00 UTC on 2, 3 and 4 July 2025: in Tokyo it is the morning after.
    kept = record(Kept(), Kept(), Kept())
    third = Filter(since=date(2025, 7, 3), until=date(2025, 7, 3))
    assert numbers(select(kept, third, UTC)) == [2]
    assert numbers(select(kept, third, ZoneInfo("Asia/Tokyo"))) == [1]
    assert numbers(select(kept, Filter(since=date(2025, 7, 3)), UTC)) == [3, 2]
    assert numbers(select(kept, Filter(until=date(2025, 7, 3)), UTC)) == [2, 1]


def test_an_opponent_is_found_under_any_look_alike() -> None:
    kept = record(Kept(foes=[("ΣND", 480)]), Kept(foes=[("CB", 480)]), Kept(foes=[("END", 480)]))
    assert numbers(select(kept, Filter(opponent="end"), UTC)) == [3, 1]
    assert kept.wars.clans[clan_called(kept, "Σnd") or 0] == "END"  # as it was drawn last
    assert numbers(select(kept, Filter(opponent="nobody"), UTC)) == []


def test_against_one_of_four_clans_that_clan_judges() -> None:
    kept = record(Kept(own=432, foes=FOUR), Kept(own=432, foes=[("KO", 430)]))
    found = select(kept, Filter(opponent="PX"), UTC)
    assert (win_loss(found.wars).wins, int(found.wars.theirs[0])) == (1, 400)
    assert win_loss(select(kept, Filter(opponent="KO"), UTC).wars).losses == 1
    assert win_loss(kept.wars).losses == 1


def test_our_own_tag_and_the_size_of_a_team() -> None:
    kept = record(
        Kept(tag="DX", own=500), Kept(tag="DY", own=500), Kept(own=348, foes=[("CB", 348)]),
        Kept(own=250, foes=[("A", 250), ("B", 240), ("C", 244)]),
    )  # fmt: skip
    assert numbers(select(kept, Filter(team="dy"), UTC)) == [2]
    assert numbers(select(kept, Filter(size=6), UTC)) == [2, 1]
    assert numbers(select(kept, Filter(size=5), UTC)) == [3]
    assert numbers(select(kept, Filter(size=3), UTC)) == [4]


@pytest.mark.parametrize(
    ("own", "foes", "races", "room", "size"),
    [
        (492, [492], 12, 12, 6), (490, [470], 12, 12, 6), (348, [348], 12, 12, 5), (328, [328], 8, 12, 6),
        (432, [432, 432, 432], 12, 24, 6), (864, [864], 12, 24, 12), (576, [576, 576], 12, 24, 8),
        (246, [246, 246, 246], 12, 12, 3), (984, [], 12, 12, 12), (1728, [], 12, 24, 24),
    ],
)  # fmt: skip
def test_the_room_is_told_by_its_points(own: int, foes: list[int], races: int, room: int, size: int) -> None:
    kept = record(Kept(own=own, foes=[(f"T{place}", total) for place, total in enumerate(foes)], races=races))
    assert (int(kept.wars.room[0]), int(kept.wars.size[0])) == (room, size)


def test_room_sizes_are_never_pooled() -> None:
    large = Kept({A: 60}, own=432, foes=FOUR)
    small = Kept({A: 80, B: 80}, own=500)
    kept = record(large, large, small, small, small)
    found, rooms = choose_room(kept, None)
    assert numbers(found) == [5, 4, 3]
    assert (rooms.chosen, rooms.apart) == (12, 2)
    assert numbers(choose_room(kept, 24)[0]) == [2, 1]
    # Of one player it is the size they have more wars of.
    only_large = record(large, small, Kept({B: 90}, own=500))
    assert choose_room(only_large, None, by=only_large.of(B).wars)[1].chosen == 12
    tie = choose_room(only_large, None, by=only_large.of(A).wars)[1]
    assert (tie.chosen, tie.small, tie.large) == (12, 1, 1)


days = st.dates(date(2025, 6, 28), date(2025, 7, 20)) | st.none()


@given(st.lists(st.sampled_from(["CB", "KO", "さくら"]), max_size=15), days, days, st.sampled_from(["CB", "KO", None]))
def test_filters_combine_and_only_ever_leave_out(
    tags: list[str], since: date | None, until: date | None, opponent: str | None
) -> None:
    kept = record(*(Kept({A: 80}, [(tag, 480)], own=500) for tag in tags))
    both = select(kept, Filter(since=since, until=until, opponent=opponent), UTC)
    one = set(numbers(select(kept, Filter(since=since, until=until), UTC)))
    other = set(numbers(select(kept, Filter(opponent=opponent), UTC)))
    assert set(numbers(both)) == one & other
    assert numbers(both) == sorted(numbers(both), reverse=True)
    assert len(both.of(A)) == len(both.wars) == len(both.foes.war)
