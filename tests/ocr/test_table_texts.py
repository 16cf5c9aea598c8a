"""Heads and places among the rows of a table, known by their sums and ranks."""

from __future__ import annotations

from ocr.assemble import Draft, DraftRow, DraftSide, Number
from ocr.layouts import table_texts
from ocr.layouts.found import Box, Found, FoundRow
from ocr.reading import Layout


def _row(name: str, score: int, at: int) -> DraftRow:
    def box(x: int) -> Box:
        return Box(x, 40 * at, 60, 30)

    found = FoundRow(bar=box(0), name=box(0), score=box(200))
    return DraftRow(found, name, 0.99, Number(score, proven=True, options=(score,), confidence=0.99))


def _draft(*rows: tuple[str, int]) -> Draft:
    side = DraftSide([_row(name, score, at) for at, (name, score) in enumerate(rows)])
    return Draft(Found(Layout.TABLE, (), 1.0), [side])


def _sides(draft: Draft) -> list[tuple[str | None, int | None, list[str]]]:
    return [(side.tag, side.total and side.total.value, [row.name for row in side.rows]) for side in draft.sides]


def test_totals_above_their_rows_become_sides() -> None:
    draft = _draft(("Kiwi", 168), ("Comet", 95), ("Marlin", 73), ("Moon", 151), ("Pixel", 90), ("Willow", 61))

    table_texts.tidy(draft)

    assert _sides(draft) == [("Kiwi", 168, ["Comet", "Marlin"]), ("Moon", 151, ["Pixel", "Willow"])]


def test_totals_under_their_rows_become_sides() -> None:
    draft = _draft(("Comet", 95), ("Marlin", 73), ("Kiwi", 168), ("Pixel", 90), ("Willow", 61), ("Moon", 151))

    table_texts.tidy(draft)

    assert _sides(draft) == [("Kiwi", 168, ["Comet", "Marlin"]), ("Moon", 151, ["Pixel", "Willow"])]


def test_a_head_with_a_penalty_keeps_it() -> None:
    draft = _draft(("Kiwi", 168), ("Comet", 95), ("Marlin", 73), ("Moon (-20)", 131), ("Pixel", 90), ("Willow", 61))

    table_texts.tidy(draft)

    assert [(side.tag, side.penalty) for side in draft.sides] == [("Kiwi", 0), ("Moon", 20)]


def test_rows_that_add_up_to_none_of_them_stay() -> None:
    draft = _draft(("Comet", 120), ("Marlin", 93), ("Kiwi", 81), ("Pixel", 80), ("Willow", 61), ("Moon", 44))

    table_texts.tidy(draft)

    assert [len(side.rows) for side in draft.sides] == [6]


def test_places_before_names_are_cut_off() -> None:
    draft = _draft(("1 Comet", 120), ("2nd Marlin", 93), ("Kiwi", 81), ("4 Pixel", 80))

    table_texts.tidy(draft)

    assert [(row.name, row.place) for row in draft.sides[0].rows] == [
        ("Comet", 1),
        ("Marlin", 2),
        ("Kiwi", None),
        ("Pixel", 4),
    ]


def test_a_name_that_begins_with_a_number_stays_whole() -> None:
    draft = _draft(("7 Seas", 120), ("Marlin", 93), ("3 Kiwis", 81))

    table_texts.tidy(draft)

    assert [row.name for row in draft.sides[0].rows] == ["7 Seas", "Marlin", "3 Kiwis"]
