"""A war race by race: who is who, what is missing, which totals began anew, and which picture was there before."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mkw.points import points_table
from mkw.race_chain import Chain, Race, chain_of, place_in, same_race
from mkw.race_rows import RaceRow, SeenRow, race_rows

NAMES = (
    "Comet", "Pixel", "Marlin", "Willow", "Juniper", "Basalt", "Onyx", "Tundra", "Fable", "Harbor", "Quartz", "Velvet",
)  # fmt: skip


class Room:
    """A room that plays races in an order drawn by lot, and shows its lists as the game does."""

    def __init__(self, names: tuple[str, ...] = NAMES, *, seed: int = 1) -> None:
        self.names = list(names)
        self.totals = dict.fromkeys(names, 0)
        self.scores = dict.fromkeys(names, 0)
        self.raced = dict.fromkeys(names, 0)
        self.lot = random.Random(seed)
        self.number = 0

    def race(self) -> Race:
        order = list(self.names)
        self.lot.shuffle(order)
        table = points_table(len(order))
        assert table is not None
        self.number += 1
        rows = []
        for place, name in enumerate(order, 1):
            points = table[place - 1]
            self.totals[name] += points
            self.scores[name] = self.scores.get(name, 0) + points
            self.raced[name] = self.raced.get(name, 0) + 1
            rows.append(SeenRow(name, place, self.totals[name], points))
        return Race(self.number, race_rows(rows))

    def reconnect(self) -> None:
        self.totals = dict.fromkeys(self.names, 0)

    def substitute(self, old: str, new: str) -> None:
        self.names[self.names.index(old)] = new
        self.totals[new] = self.scores[new] = self.raced[new] = 0


def scores(chain: Chain) -> dict[str, int | None]:
    return {player.name: player.total for player in chain.players}


def doubts(chain: Chain) -> dict[str, tuple[str, ...]]:
    return {player.name: player.doubts for player in chain.players if player.doubts}


def renamed(race: Race, old: str, new: str) -> Race:
    return replace(race, rows=tuple(replace(row, name=new) if row.name == old else row for row in race.rows))


def changed(race: Race, name: str, by: int) -> Race:
    rows = [
        replace(row, after=(row.after or 0) + by, before=(row.before or 0) + by) if row.name == name else row
        for row in race.rows
    ]
    return replace(race, rows=tuple(rows))


@pytest.mark.parametrize("seed", range(5))
def test_a_whole_war_closes(seed: int) -> None:
    room = Room(seed=seed)
    chain = chain_of([room.race() for _ in range(12)])
    assert scores(chain) == room.scores
    assert sum(player.total or 0 for player in chain.players) == 984
    assert {player.races for player in chain.players} == {12}
    assert (chain.length, chain.notes, doubts(chain)) == (12, (), {})
    assert all(
        sum(result.points or 0 for race in chain.races for result in race.results if result.player == index)
        == player.total
        for index, player in enumerate(chain.players)
    )


def test_twenty_four_play_too() -> None:
    room = Room(tuple(f"{first}{second}" for first in ("Alder", "Birch", "Cedar", "Dogwood") for second in "QWXYZK"))
    chain = chain_of([room.race() for _ in range(3)])
    assert scores(chain) == room.scores
    assert sum(player.total or 0 for player in chain.players) == 3 * 144
    assert doubts(chain) == {}


def test_a_missing_race_is_named_and_its_points_are_counted() -> None:
    room = Room()
    races = [room.race() for _ in range(6)]
    del races[3]
    chain = chain_of(races)
    assert [race.number for race in chain.races] == [1, 2, 3, 5, 6]
    assert chain.length == 6
    assert scores(chain) == room.scores
    assert {player.races for player in chain.players} == {6}
    assert len(chain.notes) == 1
    assert chain.notes[0].startswith("Race 4 is missing")


def test_two_missing_races_are_counted_from_the_points() -> None:
    room = Room()
    races = [room.race() for _ in range(6)]
    del races[2:4]
    chain = chain_of(races)
    assert [race.number for race in chain.races] == [1, 2, 5, 6]
    assert chain.notes[0].startswith("Races 3 to 4 are missing")
    assert scores(chain) == room.scores


def test_races_before_the_first_picture_are_said() -> None:
    room = Room()
    races = [room.race() for _ in range(5)][2:]
    chain = chain_of(races)
    assert [race.number for race in chain.races] == [3, 4, 5]
    assert chain.notes == ("Races 1 to 2 came before the first picture; their points are counted.",)
    assert scores(chain) == room.scores
    assert {player.races for player in chain.players} == {5}


def test_a_reconnect_goes_on_with_the_points_of_before() -> None:
    room = Room()
    races = [room.race() for _ in range(5)]
    room.reconnect()
    races += [room.race() for _ in range(7)]
    chain = chain_of(races)
    assert scores(chain) == room.scores
    assert [race.number for race in chain.races if race.restarted] == [6]
    assert chain.length == 12
    assert chain.notes == ()
    assert chain.remarks == ("The totals begin anew after race 5: counted on, as after a reconnect",)
    assert doubts(chain) == {}


def test_a_race_missed_after_a_reconnect_is_counted() -> None:
    room = Room()
    races = [room.race() for _ in range(4)]
    room.reconnect()
    room.race()
    races += [room.race() for _ in range(2)]
    chain = chain_of(races)
    assert [race.number for race in chain.races] == [1, 2, 3, 4, 6, 7]
    assert scores(chain) == room.scores
    assert chain.notes == ("Race 5 came before the next picture; its points are counted.",)
    assert len(chain.remarks) == 1


def test_who_is_off_is_named() -> None:
    room = Room()
    races = [room.race() for _ in range(4)]
    had = next(row.before for row in races[2].rows if row.name == "Pixel")
    chain = chain_of([*races[:2], changed(races[2], "Pixel", 30), races[3]])
    assert chain.notes == ()
    assert list(doubts(chain)) == ["Pixel"]
    assert f"{had} after race 2, {(had or 0) + 30} before race 3" in doubts(chain)["Pixel"][0]
    assert scores(chain) == room.scores  # the next race brings it right again


def test_a_substitute_has_fewer_races() -> None:
    room = Room()
    races = [room.race() for _ in range(7)]
    room.substitute("Basalt", "Ghost")
    races += [room.race() for _ in range(5)]
    chain = chain_of(races)
    assert scores(chain) == room.scores
    raced = {player.name: player.races for player in chain.players}
    assert (raced["Basalt"], raced["Ghost"], raced["Comet"]) == (7, 5, 12)
    assert doubts(chain) == {}


def test_a_name_misread_a_little_stays_the_same_player() -> None:
    room = Room()
    races = [room.race() for _ in range(4)]
    chain = chain_of([*races[:2], renamed(races[2], "Juniper", "Junlper"), races[3]])
    assert scores(chain) == room.scores
    assert doubts(chain) == {}


def test_a_name_misread_badly_is_told_by_its_points_and_asked() -> None:
    room = Room()
    races = [room.race() for _ in range(4)]
    chain = chain_of([*races[:2], renamed(races[2], "Juniper", "xyz"), races[3]])
    assert scores(chain) == room.scores
    assert doubts(chain) == {"Juniper": ("is xyz of race 3 the same?",)}


def test_two_players_of_one_name_are_told_by_their_totals() -> None:
    room = Room(("Player", "player ", *NAMES[2:]))
    races = [room.race() for _ in range(3)]
    same = [renamed(race, "player ", "Player") for race in races]
    chain = chain_of(same)
    assert sorted(player.total or 0 for player in chain.players) == sorted(room.scores.values())


def test_a_doubt_of_a_row_goes_where_two_pictures_agree() -> None:
    room = Room()
    races = [room.race() for _ in range(2)]
    doubted = replace(
        races[1],
        rows=tuple(replace(row, doubts=("The score may be 9.", "The name is hard to read.")) for row in races[1].rows),
    )
    assert set(doubts(chain_of([doubted])).values()) == {("The score may be 9.", "The name is hard to read.")}
    assert set(doubts(chain_of([races[0], doubted])).values()) == {("The name is hard to read.",)}


def test_somebody_who_left_out_a_race_has_fewer() -> None:
    room = Room()
    races = [room.race()]
    room.names.remove("Comet")
    races.append(room.race())
    room.names.append("Comet")
    races.append(room.race())
    chain = chain_of(races)
    assert {player.name: player.races for player in chain.players}["Comet"] == 2
    assert scores(chain) == room.scores


def test_a_list_that_is_not_whole_leaves_the_others_their_points() -> None:
    room = Room()
    races = [room.race() for _ in range(3)]
    part = replace(races[1], rows=races[1].rows[8:])
    chain = chain_of([races[0], part, races[2]])
    assert scores(chain) == room.scores
    assert {player.races for player in chain.players} == {3}


def test_nothing_is_a_war_of_nothing() -> None:
    assert chain_of([]) == Chain((), (), 0, ())


# --- the same race again --------------------------------------------------------------------------------------------


def test_the_same_race_again_is_known_on_another_screenshot() -> None:
    room = Room()
    first, second = room.race(), room.race()
    misread = renamed(changed(first, "Comet", 6), "Onyx", "0nyx")
    assert same_race(first.rows, misread.rows)
    assert same_race(first.rows, first.rows[7:])
    assert not same_race(first.rows, second.rows)
    assert not same_race(first.rows, ())


def test_another_race_with_the_same_order_is_another() -> None:
    table = points_table(12) or ()
    one = race_rows(
        [SeenRow(name, place, points, points) for place, (name, points) in enumerate(zip(NAMES, table, strict=True), 1)]
    )
    two = race_rows([SeenRow(row.name, row.place, 2 * (row.after or 0), row.points) for row in one])
    assert not same_race(one, two)


def test_the_first_race_after_a_reconnect_is_not_the_first_race() -> None:
    room = Room()
    first = room.race()
    room.reconnect()
    again = room.race()
    assert {row.after for row in first.rows} == {row.after for row in again.rows}
    assert not same_race(first.rows, again.rows)


def test_races_find_their_place_whatever_the_order_they_come_in() -> None:
    room = Room()
    races = [room.race() for _ in range(8)]
    mixed = list(races)
    random.Random(3).shuffle(mixed)
    put: list[Race] = []
    for race in mixed:
        put.insert(place_in(put, race), race)
    assert [race.picture for race in put] == [race.picture for race in races]


def test_a_race_after_a_reconnect_goes_to_the_end() -> None:
    room = Room()
    races = [room.race() for _ in range(8)]
    room.reconnect()
    assert place_in(races, room.race()) == 8
    assert place_in(races, room.race()) == 8  # also where the first of them was not posted
    assert place_in([], races[0]) == 0


def test_a_row_without_totals_is_no_reason_to_crash() -> None:
    bare = tuple(RaceRow(name, place, None, None, None, proven=False) for place, name in enumerate(NAMES, 1))
    chain = chain_of([Race(1, bare), Race(2, bare)])
    assert chain.length == 2
    assert all(player.total is None for player in chain.players)
    assert all(player.doubts for player in chain.players)


def test_how_many_races_are_missing_is_a_guess_where_somebody_missed_one() -> None:
    room = Room()
    races = [room.race()]
    room.names.remove("Comet")  # eleven race on, whose points are others
    room.race()
    room.names.append("Comet")
    races.append(room.race())
    chain = chain_of(races)
    assert chain.notes[0].startswith("Race 2 or so is missing")
    assert scores(chain) == room.scores


def test_one_misread_number_is_no_missing_race() -> None:
    room = Room()
    races = [room.race() for _ in range(3)]
    first = chain_of([changed(races[0], "Comet", 30), *races[1:]])
    assert ([race.number for race in first.races], first.notes) == ([1, 2, 3], ())
    assert list(doubts(first)) == ["Comet"]
    assert "30 before race 1: a number is misread" in doubts(first)["Comet"]

    room = Room()
    gap = [room.race() for _ in range(4)]
    chain = chain_of([gap[0], changed(gap[2], "Pixel", 300), gap[3]])
    assert [race.number for race in chain.races] == [1, 3, 4]
    assert list(doubts(chain)) == ["Pixel"]


SPOILT = ("name", "number", "row", "plus", "place")


def spoil(races: list[Race], how: str, lot: random.Random) -> list[Race]:
    """One row of one race misread or lost."""
    index = lot.randrange(len(races))
    rows = list(races[index].rows)
    at = lot.randrange(len(rows))
    row = rows[at]
    if how == "name":
        rows[at] = replace(row, name="".join(lot.sample("bcdfghjkqvwxz", 7)))
    elif how == "number":
        off = lot.choice((-30, -9, -1, 1, 6, 50, 100))
        rows[at] = replace(
            row, before=max(0, (row.before or 0) + off), after=max(0, (row.before or 0) + off) + (row.points or 0)
        )
    elif how == "row":
        del rows[at]
    else:
        seen = [SeenRow(one.name, one.place, one.after, one.points) for one in rows]
        if how == "plus":
            wrong = lot.choice([points for points in (None, 1, 5, 10, 12, 15) if points != row.points])
            seen[at] = replace(seen[at], plus=wrong, after=(row.before or 0) + (wrong or 0))
        else:
            seen[at] = replace(seen[at], place=lot.choice((None, 1, 7, 24)))
        rows = list(race_rows(seen))
    return [*races[:index], replace(races[index], rows=tuple(rows)), *races[index + 1 :]]


@pytest.mark.parametrize("how", SPOILT)
def test_no_wrong_total_is_kept_silently(how: str) -> None:
    """A wrong total comes with a doubt about somebody, a sentence about the war, or a list that is not whole."""
    for seed in range(60):
        room, lot = Room(seed=seed), random.Random(seed)
        races = spoil([room.race() for _ in range(6)], how, lot)
        chain = chain_of(races)
        right = scores(chain) == room.scores
        whole = all(len(race.rows) == 12 for race in races)
        assert right or doubts(chain) or chain.notes or not whole, seed
        if how in ("plus", "place", "number"):
            assert len(chain.players) == 12, seed
