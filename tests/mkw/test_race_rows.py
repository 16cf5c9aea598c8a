"""One race's picture: places, points and totals, also while the totals count up and where the list is not whole."""

from __future__ import annotations

from dataclasses import replace

from mkw.race_rows import SeenRow, places_of, race_rows

TWELVE = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
BEFORE = (27, 54, 60, 30, 52, 27, 63, 39, 59, 33, 59, 35)
NAMES = tuple(f"Racer {letter}" for letter in "ABCDEFGHIJKL")


def seen(counted: int = 0, rows: slice = slice(None)) -> list[SeenRow]:
    """The list while `counted` points of everybody's are counted up."""
    made = []
    for place, (name, before, points) in enumerate(zip(NAMES, BEFORE, TWELVE, strict=True), 1):
        plus = points - counted if points > counted else None
        made.append(SeenRow(name, place, before + points, plus))
    return made[rows]


def test_points_come_from_the_place_and_are_proven_by_the_plus() -> None:
    rows = race_rows(seen())
    assert [row.points for row in rows] == list(TWELVE)
    assert [row.before for row in rows] == list(BEFORE)
    assert all(row.proven and not row.doubts for row in rows)


def test_a_list_that_counts_up_says_the_same() -> None:
    assert [(row.place, row.points, row.before, row.after) for row in race_rows(seen(counted=5))] == [
        (row.place, row.points, row.before, row.after) for row in race_rows(seen())
    ]


def test_a_list_that_still_scrolls_in_gives_what_is_seen() -> None:
    rows = race_rows(seen(rows=slice(8, None)))
    assert [(row.place, row.points) for row in rows] == [(9, 4), (10, 3), (11, 2), (12, 1)]
    assert [row.before for row in rows] == [59, 33, 59, 35]


def test_twenty_four_have_points_of_their_own() -> None:
    points = (15, 12, 10, 9, 9, 8, 8, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 1)
    list_of_24 = [SeenRow(f"R{place}", place, 100 + plus, plus) for place, plus in enumerate(points, 1)]
    assert [row.points for row in race_rows(list_of_24)] == list(points)
    column = race_rows(list_of_24[12:])
    assert [(row.place, row.points) for row in column][:3] == [(13, 5), (14, 5), (15, 5)]
    assert all(row.proven for row in column)


def test_a_misread_plus_is_doubted_and_the_place_gives_the_points() -> None:
    rows = list(seen())
    rows[2] = SeenRow(NAMES[2], 3, 60 + 19, 19)  # +10 read as +19
    third = race_rows(rows)[2]
    assert (third.points, third.before, third.after) == (10, 60, 70)
    assert third.doubts == ("+19 was read; place 3 gives 10",)
    assert not third.proven


def test_a_plus_that_was_not_read_is_doubted() -> None:
    rows = list(seen())
    rows[0] = SeenRow(NAMES[0], 1, 27, None)
    first = race_rows(rows)[0]
    assert (first.points, first.before, first.after) == (15, 27, 42)
    assert first.doubts


def test_a_room_whose_points_nobody_wrote_down_has_those_read() -> None:
    ten = (12, 10, 8, 7, 6, 5, 4, 3, 2, 1)
    rows = race_rows([SeenRow(f"R{place}", place, 50 + plus, plus) for place, plus in enumerate(ten, 1)])
    assert [row.points for row in rows] == list(ten)
    assert not any(row.proven for row in rows)


def test_a_total_below_the_races_points_is_no_total() -> None:
    rows = list(seen())
    rows[0] = SeenRow(NAMES[0], 1, 9, 15)
    first = race_rows(rows)[0]
    assert (first.before, first.after) == (None, None)
    assert "less than the points" in first.doubts[0]


def test_an_unread_total_leaves_the_points() -> None:
    rows = list(seen())
    rows[4] = SeenRow(NAMES[4], 5, None, 8)
    assert (race_rows(rows)[4].points, race_rows(rows)[4].after) == (8, None)


def test_places_that_were_not_read_are_told_by_the_plus() -> None:
    def bare(rows: list[SeenRow]) -> list[SeenRow]:
        return [replace(row, place=None) for row in rows]

    assert [row.place for row in race_rows(bare(seen()))] == list(range(1, 13))
    last = race_rows(bare(seen(rows=slice(8, None))))
    assert [(row.place, row.points, row.proven) for row in last] == [
        (9, 4, True),
        (10, 3, True),
        (11, 2, True),
        (12, 1, True),
    ]
    odd = race_rows([SeenRow("A", None, 20, 3), SeenRow("B", None, 20, 14)])
    assert [(row.place, row.points, row.before) for row in odd] == [(None, 3, 17), (None, 14, 6)]


def test_places_are_counted_on_where_they_were_not_read() -> None:
    def read(*places: int | None) -> list[SeenRow]:
        return [SeenRow(str(index), place, 10, 1) for index, place in enumerate(places)]

    assert places_of(read(9, None, 11, 12)) == (9, 10, 11, 12)
    assert places_of(read(1, 2, 8, 4)) == (1, 2, 3, 4)  # an 8 for a 3
    assert places_of(read(None, None)) == (None, None)
    assert places_of(read(1, 2, 4, 5)) == (1, 2, 4, 5)  # a row was not found
    assert places_of(read(23, 24, None)) == (23, 24, None)  # there is no 25th
    assert places_of([]) == ()
    assert race_rows([]) == ()
