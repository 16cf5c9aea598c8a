"""Reporting a picture that was read wrongly: what is kept of it, by whom, and what is said when it cannot be."""

from __future__ import annotations

from typing import Any

from mkw.ids import ChannelId
from ocr.case_score import score_cases
from ocr.cases import load
from tests.e2e.conftest import OURS, World, picture, reading, said


def cases(world: World) -> list[dict[str, Any]]:
    kept, problems = load(world.options.data_dir / "cases")
    assert problems == ()
    return [{**case.truth, "bytes": case.picture.read_bytes(), "id": case.case_id} for case in kept]


async def test_a_saved_war_is_the_truth_of_every_row(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war(1, ((OURS[0][0], 29), *OURS[1:]))
    await world.say("!edit 1 score 92")
    await world.say("!save")
    text = await world.say("!report", to=answer, by=world.alice)
    assert "with 12 of 12 rows confirmed" in text
    assert "stays on the bot's own machine" in text
    (case,) = cases(world)
    assert case["bytes"] == picture(1)
    assert [row["score"] for row in case["rows"]][:2] == [92, 88]
    assert case["rows"][0]["name"] == "CR Comet"  # as drawn; the player is Comet
    assert "Comet" in case["rows"][0]["name_alt"]
    assert [team["score"] for team in case["teams"]] == [493, 491]
    assert case["reading"]["sides"][0]["rows"][0]["score"] == 29


async def test_of_an_open_review_only_what_somebody_corrected_is_true(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    text = await world.say("!report")
    assert "0 of 12 rows confirmed" in text
    assert "correct or save it, then report it again" in text
    await world.say("!edit 4 score 62")
    await world.say("!edit 8 name QZ Riddle")
    text = await world.say("!report it is 62, not 82")
    assert "Brought up to date" in text
    (case,) = cases(world)
    asked = {(row["name"], row["score"]) for row in case["rows"] if row["score"] is not None}
    assert asked == {("CR Willow", 62), ("QZ Riddle", 90)}
    assert case["note"] == "it is 62, not 82"


async def test_the_case_is_scored_by_what_the_reader_says_today(world: World) -> None:
    await world.add_roster()
    await world.post_war(1, ((OURS[0][0], 29), *OURS[1:]))
    await world.say("!edit 1 score 92")
    await world.say("!report")
    folder = world.options.data_dir / "cases"
    assert score_cases(folder, as_json=False, read=lambda _: reading()) == 0
    doubtless = reading(((OURS[0][0], 29), *OURS[1:]))
    assert score_cases(folder, as_json=False, read=lambda _: doubtless) == 0
    assert score_cases(folder, as_json=False, read=lambda _: reading(OURS[1:])) == 0  # the row is gone, not silent


async def test_a_refusal_is_labelled_with_what_it_should_have_been(world: World) -> None:
    await world.post(("holiday.png", picture(3)))
    assert "a result that should be read" in await world.say("!report", by=world.alice)
    assert "labelled as no result" in await world.say("!report no-result a photo of my dog", to=world.answers[0])
    (case,) = cases(world)
    assert (case["expect"], case["note"]) == ("refuse", "a photo of my dog")


async def test_by_number_and_by_slash(world: World) -> None:
    await world.add_roster()
    await world.post_war(1)
    await world.post_war(2, (("CR Comet", 100), *OURS[1:]))
    first = await world.services.reports.newest(world.server_id, ChannelId(world.channel.id))
    assert first is not None
    number = first.upload_id - 1
    assert f"`{number}-" in await world.say(f"!report {number} the first of two")
    result = await world.alice.slash(world.channel, "report", upload=number, note="again")
    assert "Brought up to date" in said(result)
    assert "There is no such upload" in await world.say("!report 99999")
    assert "There is no upload 0" in await world.say("!report 0")


async def test_a_number_in_the_note_of_a_reply_is_no_upload(world: World) -> None:
    answer = await world.post_war()
    assert "Kept case `1-" in await world.say("!report 5 rows are wrong", to=answer)
    (case,) = cases(world)
    assert case["note"] == "5 rows are wrong"


async def test_whoever_may_not_correct_may_not_report(world: World) -> None:
    await world.post_war()
    assert "Only" in await world.say("!report", by=world.bob)
    assert cases(world) == []


async def test_a_saved_war_is_a_result(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    await world.say("!save")
    assert "so it is a result" in await world.say("!report no-result")
    assert cases(world) == []


async def test_nothing_to_report(world: World) -> None:
    assert "No picture was read in this channel yet" in await world.say("!report")


async def test_a_picture_that_is_gone(world: World) -> None:
    await world.post_war()
    for path in (world.options.data_dir / "pictures").rglob("*"):
        if path.is_file():
            path.unlink()
    assert "gone from the bot's disk" in await world.say("!report")
    assert cases(world) == []


async def test_a_folder_that_cannot_be_written(world: World) -> None:
    await world.post_war()
    (world.options.data_dir / "cases").write_text("a file where the folder should be")
    assert "The case could not be kept" in await world.say("!report")
