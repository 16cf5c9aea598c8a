"""Wars of several pictures as people see them: joined by a button or a word, collected race by race."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from ocr.reading import Layout, Reading, Row, Side, Status
from tests.e2e.conftest import OURS, THEIRS, Lines, World, labels, picture, reading, said, words
from tests.mkw.test_race_chain import Room

NAMES = tuple(name for name, _ in OURS + THEIRS)
SHARES = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def standings(lines: Lines, *, first_place: int = 1) -> Reading:
    rows = tuple(Row(name=name, score=score, place=place) for place, (name, score) in enumerate(lines, first_place))
    return Reading(status=Status.PROVEN, layout=Layout.STANDINGS, sides=(Side(rows),))


def of_race(room: Room) -> Reading:
    rows = tuple(
        Row(name=row.name, score=row.before, place=row.place, race_points=row.points) for row in room.race().rows
    )
    return Reading(status=Status.PROVEN, layout=Layout.RACE, sides=(Side(rows),))


async def post(world: World, number: int, says: Reading) -> discord.Message:
    await world.post((f"{number}.png", world.reader.teach(picture(number), says)))
    return world.answer


async def add(by: MemberActor, answer: discord.Message) -> InteractionResult:
    (label,) = (one for one in labels(answer) if one.startswith("Add as race"))
    return await by.click(answer, label=label)


async def two_halves(world: World) -> tuple[discord.Message, discord.Message]:
    """Five races, a reconnect, seven races."""
    await world.add_roster()
    first = tuple(zip(NAMES, (5 * share for share in SHARES), strict=True))
    second = tuple(zip(NAMES, (7 * share for share in reversed(SHARES)), strict=True))
    return await post(world, 1, standings(first)), await post(world, 2, standings(second))


def anew(world: World, message: discord.Message) -> discord.Message:
    """The message as it is now."""
    return next(one for one in world.answers if one.id == message.id)


async def test_two_halves_are_joined_with_the_button_and_saved_as_one_war(world: World) -> None:
    first, second = await two_halves(world)
    assert f"It looks like {first.jump_url} going on with new totals" in words(second)
    assert "Join with the one before" in labels(second)
    assert "Join with the one before" not in labels(first)

    await world.alice.click(second, label="Join with the one before")
    whole, part = anew(world, first), anew(world, second)
    assert part.content == f"It is part of one war with others: {first.jump_url}"
    assert not part.embeds
    assert not part.attachments
    assert labels(part) == ["Joined: show where"]
    assert "= 984, 82 a race: closes" in words(whole)
    assert "Two pictures are added up: 12 of 12 names stand in both" in words(whole)
    assert labels(whole) == ["Save", "Edit", "Link player", "Other side", "Discard", "Take apart"]
    assert len(whole.attachments) == 1

    await world.alice.click(whole, label="Save")
    assert "War 1 is kept" in words(anew(world, first))
    assert "2 pictures" in await world.say("!war 1")


async def test_joining_lives_through_a_restart_and_is_taken_apart_with_the_button(world: World) -> None:
    first, second = await two_halves(world)
    await world.restart()
    await world.alice.click(anew(world, second), label="Join with the one before")
    await world.restart()
    await world.alice.click(anew(world, first), label="Take apart")
    assert "Join with the one before" in labels(anew(world, second))
    assert len(anew(world, second).embeds) == 1
    assert "= 410, 82 a race: closes" in words(anew(world, first))


async def test_join_by_word_in_reply_and_by_slash(world: World) -> None:
    first, second = await two_halves(world)
    answer = await world.say("!join add", to=second)
    assert answer.startswith("Joined. Scores and races are added up: 12 of 12 names stand in both")
    assert first.jump_url in answer
    assert "Taken apart: 2 pictures stand alone again." in await world.say("!split")
    result = await world.admin.slash(world.channel, "join", how="add")
    assert "Joined." in said(result)
    assert "Nothing else is open" in await world.say("!join")
    assert "joined to another answer" in await world.say("!edit 1 score 3", to=second)


async def test_two_columns_of_twenty_four_are_one_list(world: World) -> None:
    await world.add_roster()
    others = tuple(
        f"{tag} {name}" for tag in ("QZ", "ML", "VK") for name in ("Onyx", "Fable", "Harbor", "Iris", "Jade", "Kelp")
    )
    names = (*(name for name, _ in OURS), *others)
    points = tuple(range(130, 130 - 5 * 23, -5))
    points += (1728 - sum(points),)
    lines = tuple(zip(names, points, strict=True))
    await post(world, 1, standings(lines[:12]))
    second = await post(world, 2, standings(lines[12:], first_place=13))
    assert "the other half of" in words(second)
    await world.alice.click(second, label="Join with the one before")
    assert "= 1728, 144 a race: closes" in words(world.answers[0])
    await world.alice.click(world.answers[0], label="Save")
    assert "War 1 is kept" in words(world.answers[0])


async def test_the_same_picture_twice_is_said(world: World) -> None:
    await world.add_roster()
    first = await post(world, 1, reading())
    second = await post(world, 2, reading())
    assert f"It says the same as {first.jump_url}: discard one of them." in words(second)
    assert "It says the same again" in await world.say("!join add")


async def test_undo_takes_a_join_back_and_shows_it(world: World) -> None:
    first, second = await two_halves(world)
    await world.say("!join")
    assert "Taken back" in await world.say("!undo")
    assert "Save" in labels(anew(world, first))
    assert "Save" in labels(anew(world, second))


async def test_only_who_sent_both_or_an_editor_joins(world: World) -> None:
    await world.add_roster()
    first = tuple(zip(NAMES, (5 * share for share in SHARES), strict=True))
    second = tuple(zip(NAMES, (7 * share for share in reversed(SHARES)), strict=True))
    await world.post(("1.png", world.reader.teach(picture(1), standings(first))), by=world.alice)
    await world.post(("2.png", world.reader.teach(picture(2), standings(second))), by=world.bob)
    answer = world.answer
    refused = await world.bob.click(answer, label="Join with the one before")
    assert "Only" in said(refused)
    assert "Join with the one before" in labels(anew(world, answer))
    await world.editor.click(anew(world, answer), label="Join with the one before")
    assert labels(anew(world, answer)) == ["Joined: show where"]


async def collect(world: World, room: Room, races: int, *, first: int = 1) -> list[discord.Message]:
    answers = []
    for number in range(first, first + races):
        answer = await post(world, number, of_race(room))
        answers.append(answer)
        await add(world.alice, answer)
    return answers


async def test_a_war_is_collected_with_buttons_and_kept_race_by_race(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    answers = await collect(world, room, 12)
    war = anew(world, answers[0])
    assert "Collected race by race: 12 races so far." in words(war)
    assert "12 races, each goes on from the totals of the one before: closes" in words(war)
    assert labels(war) == ["Finish", "Discard"]
    assert anew(world, answers[4]).content == f"It is race 5 of a war: {war.jump_url}"

    shown = await world.say("!races")
    assert "places `" in shown
    assert "The running war" in shown
    await world.restart()
    await world.alice.click(anew(world, answers[0]), label="Finish")
    assert labels(anew(world, answers[0]))[0] == "Save"
    await world.alice.click(anew(world, answers[0]), label="Save")
    assert "War 1 is kept" in words(anew(world, answers[0]))

    brief = await world.say("!war 1")
    assert "Race by race, 12 of 12 races: 1: " in brief
    assert "12 pictures" in brief
    sheet = await world.say("!races 1")
    comet = room.scores["CR Comet"]
    assert f"**Comet** {comet}\n" in sheet
    assert "War 1 race by race" in sheet


async def test_the_same_race_again_is_told_to_who_pressed(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    says = of_race(room)
    first = await post(world, 1, says)
    early = await post(world, 2, says)
    await add(world.alice, first)
    late = await post(world, 3, says)
    assert f"It is race 1 of {first.jump_url} again: discard it." in words(late)
    assert not any("race" in label for label in labels(late))
    result = await add(world.alice, early)  # its answer is from before the race was there
    assert "This is race 1 again: nothing was added." in said(result)
    assert "This is race 1 again" in await world.say("!race add", to=late)


async def test_the_button_says_which_race_it_would_be(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    first = await post(world, 1, of_race(room))
    assert "Add as race 1" in labels(first)
    await add(world.alice, first)
    room.race()
    third = await post(world, 2, of_race(room))
    assert "Add as race 3" in labels(third)
    assert f"puts it into {first.jump_url}" in words(third)


async def test_two_columns_of_one_race_complete_it(world: World) -> None:
    await world.add_roster()
    room = Room(
        (
            *NAMES,
            *(f"{tag} {name}" for tag in ("ML", "VK") for name in ("Onyx", "Fable", "Harbor", "Iris", "Jade", "Kelp")),
        )
    )
    whole = of_race(room)
    first = await post(world, 1, replace(whole, sides=(Side(whole.sides[0].rows[:12]),)))
    await add(world.alice, first)
    second = await post(world, 2, replace(whole, sides=(Side(whole.sides[0].rows[12:]),)))
    assert "Complete race 1" in labels(second)
    assert "12 rows that were missing there are added" in said(await world.alice.click(second, label="Complete race 1"))
    assert "= 144, 144 a race: closes" in words(anew(world, first))


async def test_all_races_of_one_message_are_added_with_one_word(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    files = [(f"{number}.png", world.reader.teach(picture(number), of_race(room))) for number in range(1, 9)]
    await world.post(*files)
    assert "8 races are added." in await world.say("!race all")
    assert "Collected race by race: 8 races so far." in words(world.answers[0])
    assert "8 races, each goes on from the totals of the one before: closes" in words(world.answers[0])
    assert "No race list is open" in await world.say("!race all")
    assert "No race list is open" in await world.say("!race all", by=world.bob)


async def test_halves_in_one_message_are_offered_too(world: World) -> None:
    await world.add_roster()
    first = tuple(zip(NAMES, (5 * share for share in SHARES), strict=True))
    second = tuple(zip(NAMES, (7 * share for share in reversed(SHARES)), strict=True))
    files = [(f"{n}.png", world.reader.teach(picture(n), standings(one))) for n, one in enumerate((first, second), 1)]
    await world.post(*files)
    assert f"It looks like {world.answers[0].jump_url} going on" in words(world.answers[1])
    await world.alice.click(world.answers[1], label="Join with the one before")
    assert "= 984, 82 a race: closes" in words(world.answers[0])


async def test_join_in_reply_to_the_older_takes_the_newer_in(world: World) -> None:
    first, second = await two_halves(world)
    assert "Joined." in await world.say("!join", to=first)
    assert labels(anew(world, second)) == ["Joined: show where"]


async def test_races_by_text(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    for number in (1, 2, 3):
        await post(world, number, of_race(room))
        assert f"Added as race {number}." in await world.say("!race add")
    assert "Race 2 is taken out." in await world.say("!race remove 2")
    assert "✗ Race 2 is missing; its points are counted from the totals." in await world.say("!race")
    assert "Race 9 " not in await world.say("!races")
    assert "the races are 1, 3" in await world.say("!race remove 2")
    assert "Added as race 2." in await world.say("!race add")  # its picture is open again, and the newest
    assert "Finished" in await world.say("!race finish")
    assert "No war is collected race by race" in await world.say("!race finish")
    assert "Kept as war 1" in await world.say("!save")


async def test_what_a_running_war_refuses_is_said(world: World) -> None:
    await world.add_roster()
    await post(world, 1, of_race(Room(NAMES)))
    await world.say("!race add")
    assert "`race finish` first" in await world.say("!edit 1 score 3")
    assert "`race finish` first" in await world.say("!save")


async def test_a_war_race_by_race_is_not_taken_apart_by_mistake(world: World) -> None:
    await world.add_roster()
    answers = await collect(world, Room(NAMES), 3)
    assert "take 3 races apart: reply to its answer" in await world.say("!split")
    assert "`split`, or `race remove`, takes it out again" in await world.say("!edit 1 score 3", to=answers[1])
    assert "3 pictures stand alone again" in await world.say("!split", to=answers[0])
    assert "Save" in labels(anew(world, answers[2]))


async def test_races_of_a_war_without_them(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.alice.click(answer, label="Save")
    assert "only its totals are known" in await world.say("!races 1")
    assert "There is no war 7" in await world.say("!races 7")
    assert "No war is collected race by race" in await world.say("!races")
    assert "Race by race" not in await world.say("!war 1")


async def test_anybody_who_posts_adds_their_race_but_only_some_finish(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    first = await post(world, 1, of_race(room))
    await add(world.alice, first)
    await world.post(("2.png", world.reader.teach(picture(2), of_race(room))), by=world.bob)
    answer = world.answer
    await add(world.bob, answer)
    assert anew(world, answer).content.startswith("It is race 2 of a war")
    assert "Only" in said(await world.bob.click(anew(world, first), label="Finish"))
    assert "Only" in await world.say("!race finish", by=world.bob)
    assert labels(anew(world, first)) == ["Finish", "Discard"]


async def test_a_missing_race_and_a_reconnect_are_said_in_the_answer(world: World) -> None:
    await world.add_roster()
    room = Room(NAMES)
    answers = await collect(world, room, 2)
    room.race()
    await collect(world, room, 1, first=3)
    room.reconnect()
    await collect(world, room, 2, first=4)
    text = words(anew(world, answers[0]))
    assert "✗ Race 3 is missing; its points are counted from the totals." in text
    assert "✓ The totals begin anew after race 4: counted on, as after a reconnect" in text


@pytest.mark.parametrize("command", ["join", "split", "race add", "race remove", "race finish", "races"])
async def test_help_explains_each(world: World, command: str) -> None:
    assert "Example" in await world.say(f"!help {command}")
