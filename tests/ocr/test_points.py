from __future__ import annotations

from dataclasses import replace

from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.layouts.points import with_names_as_plus
from ocr.reading import Layout


def _column(left: int, rows: int, top: int = 0) -> list[FoundRow]:
    return [
        FoundRow(
            bar=Box(left, top + 40 * index, 300, 40),
            name=Box(left + 10, top + 40 * index, 150, 30),
            score=Box(left + 250, top + 40 * index, 40, 30),
        )
        for index in range(rows)
    ]


def _found(*rows: FoundRow) -> Found:
    return Found(Layout.STANDINGS, (FoundSide(rows),), 0.9)


def test_plus_taken_for_the_names_of_a_second_column_is_put_back() -> None:
    players, totals = _column(0, 4), _column(300, 4)
    read = ["Comet", "Marlin", "Willow", "Juniper", "+15", "十12", "+10", "44"]
    names = {row.name: name for row, name in zip([*players, *totals], read, strict=True)}

    found = with_names_as_plus(_found(*totals, *players), names)

    assert found is not None
    assert found.layout is Layout.RACE
    (side,) = found.sides
    assert [(row.name, row.plus, row.score) for row in side.rows] == [
        (player.name, total.name, total.score) for player, total in zip(players, totals, strict=True)
    ]
    assert all(row.bar.x + row.bar.width >= row.score.x + row.score.width for row in side.rows)


def test_a_second_column_of_players_is_one() -> None:
    players, others = _column(0, 4), _column(300, 4)
    read = ["Comet", "Marlin", "Willow", "Juniper", "Falcon", "69", "Domino", "Amber"]
    names = {row.name: name for row, name in zip([*players, *others], read, strict=True)}
    assert with_names_as_plus(_found(*players, *others), names) is None


def test_rows_that_are_not_level_or_not_as_many_are_no_two_columns_of_one_list() -> None:
    players, totals = _column(0, 4), _column(300, 4, top=20)
    names = {row.name: "+9" for row in totals}
    assert with_names_as_plus(_found(*players, *totals), names) is None
    level = [replace(row, score=replace(row.score, y=row.score.y - 20)) for row in totals]
    assert with_names_as_plus(_found(*players, *level), names) is not None
    assert with_names_as_plus(_found(*players, *level[:3]), names) is None
