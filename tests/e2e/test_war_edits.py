"""Correcting kept wars, the log, undo and redo, and wars as text: as people type it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from db.pool import Database
from mkw.ids import WarId
from mkw.wartext import parse_war
from tests.e2e.conftest import ROSTER, World, labels, said, words
from tests.e2e.test_lists import FORWARD, keep_wars


@pytest.fixture
async def kept(world: World) -> World:
    """War 1, saved from a picture: six of ours, six of theirs."""
    await world.add_roster()
    await world.alice.click(await world.post_war(), label="Save")
    return world


async def scores(world: World) -> list[int]:
    war = await world.services.wars.get(world.server_id, WarId(1))
    return [line.score for line in war.our_side.lines]


async def test_a_row_is_corrected_shown_and_taken_back(kept: World) -> None:
    answer = kept.answer
    text = await kept.say("!war edit 1 3 score 90")
    assert "War 1, row 3 Marlin: score 90, was 85. `undo` takes it back." in text
    assert "War 1: CR 498 : 491 QZ (+7)" in text
    assert kept.answer.attachments[0].filename == "war.png"
    shown = next(message for message in kept.answers if message.id == answer.id)
    assert "CR 498 : 491 QZ (+7)" in words(shown)
    assert "row 3 Marlin" in await kept.say("!undo")
    assert await scores(kept) == [92, 88, 85, 82, 76, 70]
    shown = next(message for message in kept.answers if message.id == answer.id)
    assert "CR 493 : 491 QZ (+2)" in words(shown)
    assert "Done again" in await kept.say("!redo")
    assert (await scores(kept))[2] == 90


async def test_every_part_of_a_war_can_be_corrected(kept: World) -> None:
    for typed, answered in (
        ("!war edit 1 6 races 7", "row 6 Tango: races 7, was 12"),
        ("!war edit 1 6 penalty 10", "row 6 Tango: penalty 10, was 0"),
        ("!war edit 1 12 name QZ Velvet", "row 12: QZ Velvet, was QZ Vesper"),
        ("!war add 1 Ghost (5) 27", "added Ghost 27 (5)"),
        ("!war add 1 theirs: Onyx 10", "added Onyx 10"),
        ("!war edit 1 14 side 1", "moved row 14 Onyx to side 1"),
        ("!war drop 1 8", "took out row 8 Onyx 10"),
        ("!war side 1 qz penalty 20", "side 2: penalty 20, was 0"),
        ("!war side 1 1 tag ΔX", "side 1: tag ΔX, was CR"),
        ("!war opponent 1 Quick Zebras", "opponent: tag Quick Zebras, was QZ"),
        ("!war date 1 2025-12-24 20:30", "played 2025-12-24 20:30"),
        ("!war races 1 13", "races 13, was 12"),
        ("!war title 1 Winter cup", "title Winter cup"),
        ("!war note 1 Tango had to leave", "note: Tango had to leave"),
        ("!war note 1 none", "took the note away"),
        ("!war ours 1 2", "side 2 is ours"),
        ("!war swap 1", "side 1 is ours"),
    ):
        assert answered in await kept.say(typed), typed
    war = await kept.services.wars.get(kept.server_id, WarId(1))
    assert (war.our_side.tag, war.our_side.total, war.opponents[0].penalty) == ("ΔX", 520, 20)
    for _ in range(17):
        assert "Taken back" in await kept.say("!undo")
    assert "War 1: CR 493 : 491 QZ (+2)" in await kept.say("!war 1")
    text = await kept.say("!history war 1")
    assert "17 in all" in text or "in all" in text
    assert labels(kept.answer) == [FORWARD]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("!war edit 1 3 score 999", "between 0 and 180"),
        ("!war edit 1 3 score many", "must be a whole number"),
        ("!war edit 1 99 score 1", "the rows are 1 to 12"),
        ("!war edit 7 3 score 1", "There is no war 7"),
        ("!war edit 1 3 side 4", "A side is its number (1 to 2), its tag, `ours` or `theirs`"),
        ("!war edit 1 3 name Comet", "Comet stands in row 1 of this war already"),
        ("!war add 1 Willow", "expected a score at the end"),
        ("!war side 1 1 total 5", "what its players have, 493"),
        ("!war side 1 9 tag X", "A side is its number"),
        ("!war date 1 someday", "write it like 2026-03-01"),
        ("!war date 1 2099-01-01", "A war was played between"),
        ("!war ours 1 1", "ours already"),
        ("!war restore 1", "is not removed"),
        ("!war edit 1 3", "is missing"),
    ],
)
async def test_what_cannot_be_is_answered_with_what_can(kept: World, typed: str, says: str) -> None:
    assert says in await kept.say(typed)
    assert await scores(kept) == [92, 88, 85, 82, 76, 70]


async def test_a_race_gets_its_track_in_any_spelling_or_is_asked(kept: World, database: Database) -> None:
    assert "Nothing is kept race by race of this war" in await kept.say("!war track 1 1 rr")
    async with database.acquire() as db:
        await db.execute("insert into races (server_id, war_id, race) values ($1, 1, 1), ($1, 1, 2)", kept.server_id)
    assert "race 2: track rDKP, was none" in await kept.say("!war track 1 2 dk pass")
    assert "No track is called zzz; write it like `rDKP`" in await kept.say("!war track 1 2 zzz")
    assert "Which track is meant by dk? Did you mean **DKS DK Spaceport**, **rDKP DK Pass**?" in await kept.say(
        "!war track 1 2 dk"
    )
    assert "2 rDKP" in await kept.say("!war 1")
    assert "race 2: track none, was rDKP" in await kept.say("!war track 1 2 none")
    offered = await kept.admin.autocomplete(kept.channel, "war track", "track", "wario")
    assert [choice["value"] for choice in offered][:2] == ["rWS", "rWSh"]


async def test_slash_offers_wars_and_rows(kept: World) -> None:
    rows = await kept.admin.autocomplete(kept.channel, "war edit", "row", "1", number=1)
    assert [(choice["value"], choice["name"]) for choice in rows] == [
        (1, "1 · Comet · 92"), (10, "10 · QZ Tundra · 78"), (11, "11 · QZ Umber · 72"), (12, "12 · QZ Vesper · 68"),
    ]  # fmt: skip
    result = await kept.editor.slash(kept.channel, "war edit", number=1, row=1, what="score", value="93")
    assert "row 1 Comet: score 93, was 92" in said(result)
    assert "Only a server administrator" in said(
        await kept.bob.slash(kept.channel, "war edit", number=1, row=1, what="score", value="1")
    )


async def test_the_second_of_two_editors_is_told_what_the_first_did(kept: World) -> None:
    await kept.say("!war 1", by=kept.editor)
    await kept.say("!war 1")
    await kept.say("!war drop 1 2")
    text = await kept.say("!war edit 1 3 score 44", by=kept.editor)
    assert "has changed since you looked, so nothing was changed" in text
    assert "Ada: war 1, took out row 2 Pixel 88" in text
    assert await scores(kept) == [92, 85, 82, 76, 70]
    assert "row 3 Willow: score 44, was 82" in await kept.say("!war edit 1 3 score 44", by=kept.editor)


async def test_after_a_restart_the_log_remembers_who_was_there(kept: World) -> None:
    await kept.say("!war edit 1 1 score 93")
    await kept.restart()
    assert "Ada: war 1, row 1" in await kept.say("!war edit 1 1 score 94", by=kept.editor)
    assert "score 94, was 93" in await kept.say("!war edit 1 1 score 94", by=kept.editor)


async def test_removed_and_restored(kept: World) -> None:
    await kept.services.wars.remove(kept.actor, WarId(1))
    assert "`war restore 1` brings it back" in await kept.say("!war edit 1 1 score 1")
    assert "War 1 is back." in await kept.say("!war restore 1")
    assert "**1**" in await kept.say("!wars")


async def test_a_row_is_corrected_by_button_and_form_after_a_restart_too(kept: World) -> None:
    await kept.say("!war 1")
    shown = kept.answer
    assert labels(shown) == ["Edit"]
    await kept.restart()
    assert "Only a server administrator" in said(await kept.bob.click(shown, label="Edit"))
    menu = await kept.admin.click(shown, label="Edit")
    form = await kept.admin.select(menu.response, ["3"], custom_id="waredit:row")
    done = await kept.admin.submit_modal(form, {"name": "Marlin", "score": "90", "races": "12", "penalty": "5"})
    assert "row 3 Marlin: score 90, was 85; penalty 5, was 0." in said(done)
    assert (await scores(kept))[2] == 90
    shown = next(message for message in kept.answers if message.id == shown.id)
    assert "CR 498 : 491 QZ" in words(shown)
    assert "row 3 Marlin: score 90" in await kept.say("!undo")


async def test_a_form_filled_from_before_somebody_elses_change_is_refused(kept: World) -> None:
    await kept.say("!war 1")
    menu = await kept.admin.click(kept.answer, label="Edit")
    form = await kept.admin.select(menu.response, ["3"], custom_id="waredit:row")
    await kept.say("!war 1", by=kept.editor)
    await kept.say("!war drop 1 2", by=kept.editor)
    done = await kept.admin.submit_modal(form, {"name": "Marlin", "score": "1", "races": "12", "penalty": "0"})
    assert "Edda: war 1, took out row 2 Pixel 88" in said(done)
    assert await scores(kept) == [92, 85, 82, 76, 70]


# --- the log --------------------------------------------------------------------------------------------------------


async def test_several_and_one_by_its_number(kept: World) -> None:
    await kept.say("!war title 1 Cup")
    await kept.say("!player country Comet DE")
    audit = await kept.say("!audit")
    number = next(line.split("`")[1] for line in audit.splitlines() if "title Cup" in line)
    assert "title Cup" in await kept.say(f"!undo {number}")
    assert "is taken back already" in await kept.say(f"!undo {number}")
    assert "There is no change #999" in await kept.say("!undo #999")
    assert "`undo 3` the newest three" in await kept.say("!undo everything")
    text = await kept.say("!undo 2")
    assert "Taken back, 2 changes" in text
    assert "saved war 1" in text
    assert "(taken back)" in await kept.say("!changes")
    offered = await kept.admin.autocomplete(kept.channel, "undo", "what", "tango")
    assert [choice["value"] for choice in offered]


async def test_an_editor_cannot_take_back_the_settings(kept: World) -> None:
    await kept.say("!settings prefix ?")
    assert "Only a server administrator" in await kept.say("?undo", by=kept.editor)
    assert "prefix" in await kept.say("?undo")
    assert "Only a server administrator" in await kept.say("!redo", by=kept.editor)


async def test_audit_by_person_and_thing_and_history_of_a_player(kept: World) -> None:
    await kept.say("!war note 1 hm", by=kept.editor)
    await kept.say("!player country Comet DE", by=kept.editor)
    text = await kept.say(f"!audit {kept.editor.mention} wars")
    assert "note: hm" in text
    assert "country" not in text
    assert "saved war" not in text
    assert "note: hm" in await kept.say("!audit edda")
    assert "country of Comet" in await kept.say("!audit country")
    assert "Nothing was changed yet" in await kept.say("!audit nonsense")
    history = await kept.say("!history Comet")
    assert "set the country of Comet to DE" in history
    assert "added player Comet" in history
    assert "No player is called Cometo" in await kept.say("!history Cometo")
    assert "There is no war 9" in await kept.say("!history 9")
    assert "note: hm" in said(await kept.bob.slash(kept.channel, "history", of="war 1"))
    offered = await kept.bob.autocomplete(kept.channel, "history", "of", "war")
    assert [choice["value"] for choice in offered] == ["war 1"]


async def test_audit_pages_after_a_restart_too(kept: World) -> None:
    await kept.add_roster(*[f"Player {number:02}" for number in range(25)])
    await kept.say("!audit players")
    assert labels(kept.answer) == [FORWARD]
    await kept.restart()
    await kept.admin.click(kept.answer, label=FORWARD)
    assert "added player Player 14" in words(kept.answer)


# --- pictures and text ----------------------------------------------------------------------------------------------


async def test_a_table_in_every_style(kept: World) -> None:
    corners = set()
    for style in ("", " light", " MIDNIGHT", " sunset", " forest"):
        await kept.say(f"!table 1{style}")
        picture = Image.open(io.BytesIO(await kept.answer.attachments[0].read()))
        corners.add(picture.convert("RGB").getpixel((2, 0)))
    assert len(corners) == 5
    assert "A picture is drawn dark, light" in await kept.say("!table 1 pink")
    await kept.say("!table")
    assert kept.answer.attachments


async def test_a_war_as_text_is_read_back_as_the_same_war(kept: World) -> None:
    await kept.say("!player country Comet DE")
    await kept.say("!war edit 1 6 races 7")
    await kept.say("!war side 1 2 penalty 20")
    text = await kept.say("!lorenzi 1")
    assert "CR - CR" in text
    assert "Comet [de] 92" in text
    assert "QZ - QZ (-20)" in text
    block = text.split("```")[1]
    war = parse_war(block)
    assert [side.tag for side in war.sides] == ["CR", "QZ"]
    assert [line.score for line in war.sides[0].lines] == [92, 88, 85, 82, 76, 70]
    assert (war.sides[0].lines[5].races, war.sides[1].penalty) == (7, 20)
    attached = await kept.answer.attachments[0].read()
    assert parse_war(attached.decode()) == war


LORENZI = """#title Friendly war
#date 2025-12-18
CR - Comet Racers #e02020 (-20)
Comet [us] 107
Willow (7) 44
Tango (5) 20+7
Pixel 30|40|45-10
Ｍａｒｌｉｎ ８０

CB - Champion Boots
Boot 75
Lace 70|20
Penalty -10
"""


@pytest.mark.parametrize("way", ["typed", "fenced", "file", "slash file", "form"])
async def test_lorenzi_text_is_kept_however_it_comes(world: World, way: str) -> None:
    await world.add_roster(*ROSTER)
    file = ("table.txt", LORENZI.encode("utf-8-sig"))
    if way == "typed":
        await world.say(f"!addwar {LORENZI}")
    elif way == "fenced":
        await world.say(f"!addwar\n```\n{LORENZI}```")
    elif way == "file":
        await world.admin.send(world.channel, "!addwar", attachments=[file])
    elif way == "slash file":
        await world.admin.slash(world.channel, "addwar", file=file)
    else:
        await world.admin.submit_modal(await world.admin.slash(world.channel, "addwar"), {"text": LORENZI})
    await world.say("!save")
    war = await world.services.wars.get(world.server_id, WarId(1))
    assert war.title == "Friendly war"
    assert f"{war.played_at:%Y-%m-%d}" == "2025-12-18"
    assert [(side.tag, side.total, side.penalty) for side in war.sides] == [("CR", 373, 20), ("CB", 165, 10)]
    assert [line.score for line in war.our_side.lines] == [107, 44, 27, 115, 80]
    assert [line.races for line in war.our_side.lines] == [12, 7, 5, 12, 12]
    assert war.our_side.lines[3].penalty == 10
    assert all(line.player_id for line in war.our_side.lines if line.drawn_name != "Ｍａｒｌｉｎ")


async def test_a_file_that_is_no_text_is_answered(world: World) -> None:
    await world.admin.send(world.channel, "!addwar", attachments=[("t.txt", b"\x00\xff\x00")])
    assert "no text" in words(world.answer)
    result = await world.admin.slash(world.channel, "addwar", file=("t.zip", b"PK"))
    assert "is no text file" in said(result)


async def test_wars_with_titles_keep_working_beside_edits(kept: World) -> None:
    await keep_wars(kept, 2)
    assert "title Cup" in await kept.say("!war title 3 Cup")
    assert "War 3" in await kept.say("!war 3")
