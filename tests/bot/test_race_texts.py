"""A war race by race in words."""

from __future__ import annotations

from bot.race_texts import brief, player_line, race_line, sheet_lines
from bot.services.race_sheets import RaceSheet, SheetPlayer, SheetRace, SheetResult
from mkw.ids import TrackId

PLAYERS = (
    SheetPlayer("Comet", ours=True, score=27, races=2),
    SheetPlayer("*Pixel*", ours=True, score=8, races=1),
    SheetPlayer("Onyx", ours=False, score=None, races=3),
)
SHEET = RaceSheet(
    races=(
        SheetRace(1, (SheetResult(0, 1, 15, ours=True), SheetResult(2, 2, 12, ours=False))),
        SheetRace(
            3,
            (
                SheetResult(0, 2, 12, ours=True),
                SheetResult(1, 5, 8, ours=True),
                SheetResult(2, None, None, ours=False),
            ),
            restarted=True,
        ),
    ),
    players=PLAYERS,
    length=3,
    has_opponent=True,
    notes=("Race 2 is missing; its points are counted from the totals.",),
)


def test_what_does_not_close_comes_first_then_ours_then_the_others_then_the_races() -> None:
    heads = [line.split("\n")[0] for line in sheet_lines(SHEET)]
    assert heads == [
        "✗ Race 2 is missing; its points are counted from the totals.",
        "Not posted: race 2",
        "**Comet** 27 (2 races)",
        "**\\*Pixel\\*** 8 (1 race)",
        "**Onyx** ?",
        "**Race 1** 15 : 12",
        "**Race 3** (totals began anew)",
    ]


def test_a_number_stands_for_every_race_and_a_dash_where_they_were_not_seen() -> None:
    assert player_line(SHEET, 0) == "**Comet** 27 (2 races)\nplaces `1 – 2`\npoints `15 – 12`"
    assert player_line(SHEET, 2) == "**Onyx** ?\nplaces `2 – ?`\npoints `12 – ?`"


def test_ours_stand_out_in_a_race_and_what_is_unknown_is_a_question() -> None:
    assert race_line(SHEET, SHEET.races[1]).split("\n")[1] == "2 **Comet** 12 · 5 **\\*Pixel\\*** 8 · ? Onyx ?"
    alone = RaceSheet(SHEET.races[:1], PLAYERS, 1, has_opponent=False)
    assert race_line(alone, alone.races[0]) == "**Race 1**\n1 Comet 15 · 2 Onyx 12"


def test_the_brief_line_has_the_points_of_each_race() -> None:
    assert brief(SHEET) == "Race by race, 2 of 3 races: 1: 15:12 · 3: –"
    assert brief(RaceSheet(SHEET.races[:1], PLAYERS, 1, has_opponent=False)) == "Race by race, 1 of 1 races"


def test_places_nobody_is_known_to_have_taken_stand_by_side_and_the_others_have_what_is_left() -> None:
    spots = tuple(
        SheetResult(None, place, points, ours=True)
        for place, points in ((1, 15), (3, 10), (4, 9), (7, 6), (9, 4), (12, 1))
    )
    sheet = RaceSheet((SheetRace(7, spots, track=TrackId("rDKP")),), PLAYERS, 12, has_opponent=True)
    assert sheet_lines(sheet)[-1] == "**Race 7** rDKP 45 : 37\nours `1 3 4 7 9 12`"
    assert brief(sheet) == "Race by race, 1 of 12 races: 7 rDKP: 45:37"
    mixed = SheetRace(7, (*spots[:2], SheetResult(2, 2, None, ours=False)))
    assert race_line(sheet, mixed) == "**Race 7**\n2 Onyx ? · ours `1 3`"
    four = RaceSheet(sheet.races, PLAYERS, 12, has_opponent=True, sides=4)
    assert four.points_of(four.races[0]) is None  # there were others beside them
