"""Places among the names of a table, known by their ranks."""

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


def test_what_stands_between_names_and_scores_is_no_part_of_the_names() -> None:
    draft = _draft(("Comet —", 120), ("Marlin:", 93), ("Kiwi .....", 81), ("Pixel", 80))

    table_texts.tidy(draft)

    assert [row.name for row in draft.sides[0].rows] == ["Comet", "Marlin", "Kiwi", "Pixel"]


def test_one_name_may_end_in_a_dash() -> None:
    draft = _draft(("-Comet-", 120), ("Marlin", 93), ("Kiwi", 81), ("Pixel", 80), ("Amber", 70))

    table_texts.tidy(draft)

    assert draft.sides[0].rows[0].name == "-Comet-"


def test_flags_read_as_squares_are_no_part_of_the_names() -> None:
    draft = _draft(("□Comet", 120), ("■ Marlin", 93), ("Kiwi", 81))

    table_texts.tidy(draft)

    assert [row.name for row in draft.sides[0].rows] == ["Comet", "Marlin", "Kiwi"]
