"""From readings to drafts: whose side is which, how many races, what the sums say. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.services.checking import checks, obstacles
from bot.services.drafting import from_reading, from_text, note_on, settle
from bot.services.drafts import Draft, DraftLine
from bot.services.errors import BadInput
from bot.services.player import Player, PlayerStatus
from bot.services.settings import ServerSettings
from mkw.ids import PlayerId, ServerId
from mkw.wartext import TextLine, TextSide, TextWar
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CLAN, OUR_SCORES, START, THEIR_SCORES, THEIRS, table

SERVER = ServerId(1)


def roster(*names: str) -> tuple[Player, ...]:
    return tuple(Player(SERVER, PlayerId(number), name, PlayerStatus.MEMBER) for number, name in enumerate(names, 1))


def settings(*tags: str) -> ServerSettings:
    return ServerSettings(SERVER, clan_tags=tags)


def one_list(names: Sequence[str], scores: Sequence[int], layout: Layout = Layout.STANDINGS) -> Reading:
    rows = tuple(Row(name, score) for name, score in zip(names, scores, strict=True))
    return Reading(Status.PROVEN, layout, (Side(rows=rows),))


def drafted(reading: Reading, people: tuple[Player, ...] = (), known: ServerSettings | None = None) -> Draft:
    return settle(from_reading(reading, START), people, known or settings())


def names_of(draft: Draft) -> list[list[str]]:
    return [[line.name for line in side.lines] for side in draft.sides]


def test_our_side_by_its_tag() -> None:
    assert drafted(table(), known=settings("cb")).ours == 1
    assert drafted(table(), known=settings("KT")).ours is None


def test_our_side_by_its_players() -> None:
    assert drafted(table(), roster(*CLAN)).ours == 0
    assert drafted(table(), roster("Onyx")).ours == 1


def test_our_side_stays_open_where_tag_and_players_disagree() -> None:
    assert drafted(table(), roster(*CLAN), settings("CB")).ours is None
    assert drafted(table(), roster("Comet", "Onyx")).ours is None  # one on either side
    assert drafted(table()).ours is None


def test_a_far_name_is_asked_and_not_linked() -> None:
    draft = drafted(table(names=(*CLAN[:5], "Basolt0")), roster(*CLAN))
    line = draft.sides[0].lines[5]
    assert line.player_id is None
    assert line.doubts == ("is it Basalt?",)
    again = settle(draft, roster(*CLAN), settings())
    assert again.sides[0].lines[5].doubts == ("is it Basalt?",)  # asked once, however often it is looked at
    assert settle(draft, (), settings()).sides[0].lines[5].doubts == ()


def test_a_name_read_a_little_wrong_is_linked() -> None:
    draft = drafted(table(names=(*CLAN[:4], "Junlper", "Basalt")), roster(*CLAN))
    assert draft.sides[0].lines[4].player_name == "Juniper"
    assert draft.sides[0].lines[4].name == "Junlper"


def test_a_player_renamed_or_removed_meanwhile() -> None:
    draft = drafted(table(), roster(*CLAN))
    renamed = tuple(replace(player, name=f"{player.name}2") for player in roster(*CLAN))
    assert settle(draft, renamed, settings()).sides[0].lines[0].player_name == "Comet2"
    assert settle(draft, renamed[1:], settings()).sides[0].lines[0].player_id is None


def test_a_list_is_parted_by_two_tags() -> None:
    names = [f"DX {name}" for name in CLAN] + [f"CB {name}" for name in THEIRS]
    draft = drafted(one_list(names, OUR_SCORES + THEIR_SCORES), known=settings("DX"))
    assert [side.tag for side in draft.sides] == ["DX", "CB"]
    assert draft.ours == 0
    assert draft.races == 12
    assert [check.text for check in checks(draft)] == ["493 + 491 = 984, 82 a race: closes"]


@pytest.mark.parametrize(("ours", "theirs"), [("[DX] {}", "CB★{}"), ("{} DX", "【CB】{}"), ("DX{}", "*CB*{}")])
def test_a_list_is_parted_however_the_tags_are_worn(ours: str, theirs: str) -> None:
    names = [
        form.format(name)
        for pair in zip(CLAN, THEIRS, strict=True)
        for form, name in zip((ours, theirs), pair, strict=True)
    ]
    draft = drafted(one_list(names, range(12)), roster(*CLAN), settings("DX"))
    assert [len(side.lines) for side in draft.sides] == [6, 6]
    assert draft.ours == 0
    assert [line.player_name for line in draft.sides[0].lines] == list(CLAN)


def test_a_list_is_parted_although_a_tag_of_each_side_is_misread() -> None:
    names = [f"DX {name}" for name in CLAN] + [f"CB {name}" for name in THEIRS]
    names[1], names[8] = "OX Pixel", "C8 Fable"
    draft = drafted(one_list(names, range(12)), roster(*CLAN), settings("DX"))
    assert names_of(draft) == [names[:6], names[6:]]
    assert draft.sides[0].lines[1].player_name == "Pixel"


def test_the_readers_doubt_about_a_name_makes_asking_likelier() -> None:
    def first(confidence: float) -> DraftLine:
        rows = tuple(Row(name, 50, name_confidence=confidence) for name in CLAN)
        reading = Reading(Status.PROVEN, Layout.TABLE, (Side(rows=rows, tag="DX"), table().sides[1]), races=12)
        return drafted(reading, roster(*CLAN, "Comet♪")).sides[0].lines[0]

    assert first(1.0).player_name == "Comet"
    assert first(0.4).doubts == ("is it Comet?",)


def test_a_list_is_parted_by_one_tag_and_the_rest() -> None:
    names = [*CLAN[:3], *(f"CB {name}" for name in THEIRS), *CLAN[3:]]
    draft = drafted(one_list(names, range(12)), roster("Comet"))
    assert names_of(draft)[draft.ours or 0] == list(CLAN)


def test_twenty_four_players_are_parted_into_four_clans() -> None:
    names = [f"{tag} P{number}{tag}" for number in range(6) for tag in ("DX", "CB", "KT", "ZR")]
    draft = drafted(one_list(names, [72] * 24), known=settings("KT"))
    assert sorted(side.tag or "" for side in draft.sides) == ["CB", "DX", "KT", "ZR"]
    assert [len(side.lines) for side in draft.sides] == [6, 6, 6, 6]
    assert draft.ours is not None
    assert draft.sides[draft.ours].tag == "KT"
    assert draft.races == 12  # 24 x 72 = 1728 = 144 x 12


def test_a_list_is_parted_by_the_roster_alone() -> None:
    draft = drafted(one_list([*THEIRS, *CLAN], range(12)), roster(*CLAN))
    assert names_of(draft) == [list(THEIRS), list(CLAN)]
    assert draft.ours == 1


def test_names_that_begin_alike_are_no_clan() -> None:
    names = ["Marlin", "Marigold", "Marble", "Onyx", "Tundra", "Fable"]
    draft = drafted(one_list(names, range(6)))
    assert names_of(draft) == [names]
    assert draft.ours is None


def test_a_table_for_all_becomes_us_and_the_rest() -> None:
    sides = tuple(
        Side(rows=(Row(name, 82),), penalty=10 if name == "Onyx" else 0) for name in (*CLAN[:2], *THEIRS, *CLAN[2:])
    )
    draft = drafted(Reading(Status.PROVEN, Layout.TABLE, sides, races=12), roster(*CLAN[:2]))
    assert names_of(draft)[0] == list(CLAN[:2])
    assert draft.sides[1].lines[0].penalty == 10
    assert draft.ours == 0


@pytest.mark.parametrize(
    ("scores", "drawn", "races"),
    [
        (OUR_SCORES + THEIR_SCORES, None, 12),
        ((15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), None, 1),
        ((15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2), None, 12),  # does not close: nothing is made of it
        (OUR_SCORES + THEIR_SCORES, 16, 16),
        (OUR_SCORES + THEIR_SCORES, 99, 12),
    ],
)
def test_races_from_the_picture_or_the_points(scores: tuple[int, ...], drawn: int | None, races: int) -> None:
    reading = replace(one_list([*CLAN, *THEIRS], scores), races=drawn)
    assert from_reading(reading, START).races == races


@pytest.mark.parametrize(
    ("missing", "races", "said"), [(0, 5, "after 5 races;"), (3, 5, "after 5 races or so (the points do not add up)")]
)
def test_a_running_war_says_after_how_many_races(missing: int, races: int, said: str) -> None:
    points = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    rows = tuple(
        Row(name, 4 * value - (missing if name == "Comet" else 0), race_points=value)
        for name, value in zip((*CLAN, *THEIRS), points, strict=True)
    )
    # The reader counts the races before this one; what the draft holds is after it.
    reading = Reading(Status.PROVEN, Layout.RACE, (Side(rows=rows),), races=4)
    draft = from_reading(reading, START)
    assert draft.races == races
    assert said in (note_on(reading, draft) or "")
    assert draft.sides[0].lines[1].score == 60


def test_more_points_than_the_rows_can_share_hint_at_others() -> None:
    sides = tuple(Side(rows=(Row(CLAN[index], 90), Row(THEIRS[index], 60)), tag=f"T{index}") for index in range(2))
    text = checks(drafted(Reading(Status.PROVEN, Layout.TABLE, sides, races=12)))[0].text
    assert text.endswith("168 points too many; there were others in the room, or a score is read too high?")


def test_missing_points_are_said() -> None:
    draft = drafted(table(ours=(110, 95, 88, 76, 64, 54)), roster(*CLAN))
    assert not checks(draft)[0].ok
    assert checks(draft)[0].text == (
        "487 + 491 = 978, 984 expected (82 a race): 6 points are missing; "
        "somebody missed a race, or a score is read too low?"
    )
    assert obstacles(draft) == ()


@pytest.mark.parametrize(
    ("total", "penalty", "text", "ok"),
    [
        (493, 0, "Side DX: rows add up to 493, drawn 493: closes", True),
        (473, 20, "Side DX: rows add up to 493, drawn 473 after 20 penalty: closes", True),
        (493, 20, "Side DX: rows add up to 493, drawn 493: closes", True),
        (439, 0, "Side DX: rows add up to 493, drawn 439: a score or the total is read wrong", False),
    ],
)
def test_the_drawn_total(total: int, penalty: int, text: str, *, ok: bool) -> None:
    reading = table()
    first = replace(reading.sides[0], total=total, penalty=penalty)
    found = checks(drafted(replace(reading, sides=(first, reading.sides[1]))))
    assert (found[1].text, found[1].ok) == (text, ok)


def test_no_sum_is_made_of_what_is_missing() -> None:
    assert checks(drafted(table(ours=(110, None, 88, 76, 64, 60)))) == ()


def typed(*sides: TextSide, played_on: date | None = None) -> Draft:
    return settle(from_text(TextWar(sides, played_on=played_on), settings(), START), roster(*CLAN), settings())


def text_side(tag: str | None, *names: str, total: int | None = None) -> TextSide:
    return TextSide(tuple(TextLine(name, 90) for name in names), tag=tag, total=total)


def test_the_first_typed_side_is_ours_unless_tags_say_otherwise() -> None:
    assert typed(text_side(None, "Acorn"), text_side("CB", total=500)).ours == 0
    war = TextWar((text_side(None, "Acorn"), text_side("CB", total=500)))
    assert from_text(war, settings("DX", "DX2"), START).sides[0].tag == "DX"
    assert typed(text_side("CB", *THEIRS), text_side("DX", *CLAN)).ours == 1
    assert typed(text_side("CB", "Acorn"), text_side("KT", "Birch")).ours is None


def test_a_typed_opponent_without_a_total_is_asked_for() -> None:
    assert any(
        "neither rows nor a total" in text for text in obstacles(typed(text_side(None, "Comet"), text_side("CB")))
    )
    for wrong in (-1, 10**12):
        draft = typed(text_side(None, "Comet"), text_side("CB", total=wrong))
        assert any("cannot be" in text for text in obstacles(draft))


def test_more_rows_or_sides_than_any_room() -> None:
    assert any("49 rows" in text for text in obstacles(typed(text_side(None, *["Comet"] * 49))))
    many = [text_side(f"T{number}", "Comet") for number in range(25)]
    assert any("25 sides" in text for text in obstacles(typed(*many)))


def test_a_typed_date_is_noon_in_the_servers_zone_and_never_later_than_now() -> None:
    berlin = replace(settings(), time_zone="Europe/Berlin")
    war = TextWar((text_side(None, "Comet"),), played_on=date(2025, 7, 18))
    assert from_text(war, berlin, START).played_at == datetime(2025, 7, 18, 10, tzinfo=UTC)
    assert from_text(replace(war, played_on=date(2026, 3, 2)), berlin, START).played_at == START
    for wrong in (date(1, 1, 1), date(9999, 12, 31), date(2026, 4, 1)):
        with pytest.raises(BadInput):
            from_text(replace(war, played_on=wrong), berlin, START)


def test_a_draft_comes_back_from_json() -> None:
    draft = drafted(table(), roster(*CLAN))
    assert Draft.from_json(draft.to_json()) == draft


def test_rows_are_numbered_through_all_sides() -> None:
    assert [(row, side) for row, side, _ in drafted(table()).rows()] == [
        *((number, 0) for number in range(1, 7)),
        *((number, 1) for number in range(7, 13)),
    ]


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("6v6 War • 2 Jan 2026 • 12 Races", date(2026, 1, 2)),
        ("6v6 War", START.date()),
        ("1 Nov 2023", START.date()),  # before the game
        ("1 Jan 2099", START.date()),  # not yet
    ],
)
def test_the_day_is_what_the_title_says_where_it_can_be(title: str, day: date) -> None:
    played_at = from_reading(replace(table(), title=title), START).played_at
    assert played_at is not None
    assert played_at.date() == day
