"""How two drafts belong together, and the draft of both. Pure."""

from __future__ import annotations

import pytest

from bot.services.drafting import from_reading
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput
from bot.services.joining import Way, joined, pairs, propose, way_named
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CLAN, START, THEIRS, side, table

ROOM = tuple(f"{first}{second}" for first in ("Alder", "Birch", "Cedar", "Dogwood") for second in "QWXYZK")


def a_list(names: tuple[str, ...], scores: tuple[int | None, ...], *, first_place: int = 1, **more: str) -> Draft:
    rows = tuple(
        Row(name=name, score=score, place=place, doubts=(more[name],) if name in more else ())
        for place, (name, score) in enumerate(zip(names, scores, strict=True), first_place)
    )
    reading = Reading(status=Status.PROVEN, layout=Layout.STANDINGS, sides=(Side(rows),))
    return from_reading(reading, START)


def columns() -> tuple[Draft, Draft]:
    """The two columns of a 24-player list: 12 races, 1728 points."""
    scores = tuple(range(130, 130 - 5 * 23, -5))
    scores += (1728 - sum(scores),)
    return a_list(ROOM[:12], scores[:12]), a_list(ROOM[12:], scores[12:], first_place=13)


def halves(races: tuple[int, int] = (5, 7)) -> tuple[Draft, Draft]:
    """A war whose totals began anew: `races` before and after."""
    names = CLAN + THEIRS
    shares = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    first = tuple(share * races[0] for share in shares)
    second = tuple(share * races[1] for share in reversed(shares))
    return a_list(names, first), a_list(names, second)


def lines(draft: Draft) -> dict[str, tuple[int | None, int | None]]:
    return {line.name: (line.score, line.races) for _, _, line in draft.rows()}


def test_two_columns_are_rows() -> None:
    first, second = columns()
    proposal = propose(first, second)
    assert (proposal.way, proposal.likely, proposal.same) == (Way.ROWS, True, False)
    assert proposal.why == "0 of 12 names stand in both, 0 with the same score"


def test_two_columns_make_one_list_that_adds_up_over_the_whole() -> None:
    first, second = columns()
    assert (first.races, second.races) != (12, 12)  # neither half says how many races there were
    for one, other in ((first, second), (second, first)):
        whole = joined(one, other, Way.ROWS)
        assert whole.races == 12
        assert [line.name for _, _, line in whole.rows()] == list(ROOM)
        assert whole.was_one_list


def test_lists_that_overlap_keep_each_row_once() -> None:
    first, second = columns()
    (all_lines,) = (joined(first, second, Way.ROWS).sides[0].lines,)
    upper = a_list(ROOM[:14], tuple(line.score for line in all_lines[:14]))
    proposal = propose(upper, second)
    assert (proposal.way, proposal.likely) == (Way.ROWS, True)
    whole = joined(upper, second, Way.ROWS)
    assert len(whole.rows()) == 24
    assert not any(line.doubts for _, _, line in whole.rows())


def test_a_row_that_says_something_else_in_the_other_list_is_doubted_and_kept() -> None:
    first, second = columns()
    other = a_list((ROOM[0], *ROOM[13:]), tuple(line.score for _, _, line in second.rows()), first_place=13)
    whole = joined(first, other, Way.ROWS)
    assert len(whole.rows()) == 24
    assert [line.doubts for _, _, line in whole.rows() if line.doubts] == [(f"is it {ROOM[0]} of the other?",)]


def test_totals_that_began_anew_are_added() -> None:
    first, second = halves()
    proposal = propose(first, second)
    assert (proposal.way, proposal.likely) == (Way.ADD, True)
    whole = joined(first, second, Way.ADD)
    assert (whole.races, sum(line.score or 0 for _, _, line in whole.rows())) == (12, 984)
    assert lines(whole)["Comet"] == (15 * 5 + 1 * 7, None)


def test_a_substitute_of_one_picture_keeps_their_races() -> None:
    first, second = halves()
    names = tuple("Ghost" if name == "Basalt" else name for name in CLAN + THEIRS)
    second = a_list(names, tuple(line.score for _, _, line in second.rows()))
    whole = joined(first, second, Way.ADD)
    assert lines(whole)["Basalt"] == (7 * 5, 5)
    assert lines(whole)["Ghost"] == (6 * 7, 7)
    assert sum(line.races or 12 for _, _, line in whole.rows()) == 12 * 12


def test_a_doubtful_row_stays_doubted_and_a_missing_score_stays_missing() -> None:
    first, second = halves()
    second = a_list(
        CLAN + THEIRS, (None, *(line.score for _, _, line in second.rows()[1:])), Pixel="The score may be 14."
    )
    rows = {line.name: line for _, _, line in joined(first, second, Way.ADD).rows()}
    assert rows["Comet"].score is None
    assert "was not read" in rows["Comet"].doubts[0]
    assert rows["Pixel"].doubts == ("The score may be 14.",)
    assert rows["Marlin"].doubts == ()


def test_a_name_misread_in_one_picture_is_one_player_and_asked_where_it_is_far() -> None:
    first, second = halves()
    names = tuple({"Juniper": "Junlper", "Tundra": "Tunbro"}.get(name, name) for name in CLAN + THEIRS)
    second = a_list(names, tuple(line.score for _, _, line in second.rows()))
    whole = joined(first, second, Way.ADD)
    assert len(whole.rows()) == 12
    doubted = {line.name: line.doubts for _, _, line in whole.rows() if line.doubts}
    assert doubted == {"Tundra": ("Tunbro of the other picture is taken for the same",)}


def test_the_same_picture_says_nothing_new() -> None:
    first, second = columns()
    assert propose(first, first).same
    part = a_list(ROOM[:8], tuple(line.score for _, _, line in first.rows()[:8]))
    assert propose(first, part).same
    assert not propose(part, first).same  # the second one has more
    misread = a_list(ROOM[:12], (None, *(line.score for _, _, line in first.rows()[1:])))
    assert propose(first, misread).same
    assert not propose(first, second).same


def test_two_wars_of_one_clan_are_not_offered() -> None:
    first = from_reading(table(), START)
    others = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir")
    second = Reading(
        status=Status.PROVEN,
        layout=Layout.TABLE,
        sides=(side(CLAN, (100, 90, 80, 70, 60, 50), "DX"), side(others, (100, 90, 80, 70, 60, 50), "ZZ")),
        races=12,
    )
    assert not propose(first, from_reading(second, START)).likely
    revenge = from_reading(table(ours=(90, 80, 70, 60, 50, 40), theirs=(121, 100, 91, 71, 61, 51)), START)
    assert not propose(first, revenge).likely
    assert propose(first, revenge).way is Way.ADD  # but whoever asks gets it


def test_a_list_of_later_in_the_same_war_is_not_offered() -> None:
    first, _ = halves((4, 8))
    later = a_list(CLAN + THEIRS, tuple((line.score or 0) * 2 for _, _, line in first.rows()))
    assert not propose(first, later).likely


def test_tables_join_by_the_tags_of_their_sides() -> None:
    first = from_reading(table(), START)
    four = Reading(
        status=Status.PROVEN,
        layout=Layout.TABLE,
        sides=(side(ROOM[:6], (90, 80, 70, 60, 50, 40), "AL"), side(ROOM[6:8], (30, 20), "CB")),
        races=12,
    )
    whole = joined(first, from_reading(four, START), Way.ROWS)
    assert [(one.tag, len(one.lines)) for one in whole.sides] == [("DX", 6), ("CB", 8), ("AL", 6)]


def test_two_partial_tables_add_up_side_by_side() -> None:
    first = from_reading(table(), START)
    swapped = Reading(
        status=Status.PROVEN,
        layout=Layout.TABLE,
        sides=(
            side(THEIRS, (10, 9, 8, 7, 6, 5), "CB", total=45, penalty=20),
            side(CLAN, (5, 6, 7, 8, 9, 10), "DX", total=45),
        ),
        races=1,
    )
    whole = joined(first, from_reading(swapped, START), Way.ADD)
    assert [(one.tag, one.score_sum, one.penalty) for one in whole.sides] == [("DX", 493 + 45, 0), ("CB", 491 + 45, 20)]
    assert whole.races == 13


def test_what_cannot_be_joined_is_said() -> None:
    first, second = halves((30, 30))
    with pytest.raises(BadInput, match="at most 48"):
        joined(Draft(first.sides, None, 30, "standings"), Draft(second.sides, None, 30, "standings"), Way.ADD)
    assert propose(Draft((DraftSide(()),), None, 12, "typed"), first).way is None


def test_players_are_told_by_their_link_first() -> None:
    one = (DraftLine("Comet", 1, None, player_id=7), DraftLine("Pixel", 2, None))  # type: ignore[arg-type]
    other = (DraftLine("Pixel", 3, None), DraftLine("kmt", 4, None, player_id=7))  # type: ignore[arg-type]
    assert [(pair.first, pair.second, pair.sure) for pair in pairs(one, other)] == [(0, 1, True), (1, 0, True)]


def test_the_way_is_a_word() -> None:
    assert way_named(" Rows ") is Way.ROWS
    assert way_named(None) is None
    with pytest.raises(BadInput, match="`join rows` or `join add`"):
        way_named("glue")
