"""A channel's history, read from the first picture to the last decision."""

from __future__ import annotations

import asyncio
import hashlib

import discord
import pytest

from bot.services.errors import RecordsAway
from bot.services.intake import Incoming
from mkw.ids import ChannelId
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.e2e.conftest import OURS, THEIRS, World, labels, picture, reading, said, words


def war(first: int, *, doubts: dict[int, str] | None = None) -> Reading:
    """A war unlike that with any other number, whose points add up."""
    theirs = ((THEIRS[0][0], 984 - (493 - 92 + first) - (491 - 99)), *THEIRS[1:])
    return reading(((OURS[0][0], first), *OURS[1:]), theirs, doubts=doubts)


async def history(world: World, *readings: Reading | bytes, first: int = 100) -> list[discord.Message]:
    """Pictures posted elsewhere, where nobody watches; bytes are posted as they are."""
    posted = []
    for number, says in enumerate(readings, first):
        data = says if isinstance(says, bytes) else world.reader.teach(picture(number), says)
        posted.append(await world.alice.send(world.elsewhere, attachments=[(f"{number}.png", data)]))
    return posted


def scan_of(world: World) -> discord.Message:
    """The scan's newest message."""
    every = [message for message in (*world.elsewhere.history(), *world.channel.history()) if _is_scan(message)]
    return max(every, key=lambda message: message.id)


def _is_scan(message: discord.Message) -> bool:
    return any((embed.title or "").startswith("Bulk scan") for embed in message.embeds)


async def scan(world: World, text: str = "!bulkscan") -> str:
    await world.admin.send(world.elsewhere, text)
    return words(scan_of(world))


def later(world: World, *, days: int) -> None:
    """At once: nothing of the bot happens in between."""
    world.env.backend.clock.advance(days * 86_400)


def reads(world: World) -> list[int]:
    """The numbers of the pictures that were read, in order."""
    number_of = {hashlib.sha256(picture(number)).hexdigest(): number for number in range(300)}
    return [number_of[key] for key in world.reader.reads]


async def test_years_of_results_in_a_few_presses(world: World) -> None:
    await world.add_roster()
    posted = await history(
        world, war(90), war(91, doubts={0: "The score may be 97."}), Reading.refused("This is no result."), war(95)
    )
    text = await scan(world)
    assert "✓ **2 proven** · ? **1 doubtful** · ● 0 saved · – 1 skipped" in text
    assert "4 pictures" in text
    for message in posted:
        assert message.jump_url in text
    assert "This is no result" in text
    assert reads(world) == [100, 101, 102, 103]
    shown = scan_of(world)
    assert labels(shown) == ["Save all 2 proven", "Next doubtful (1 left)"]
    assert "is over: 2 proven, 1 doubtful, 1 skipped" in words(world.elsewhere.last_message)

    pressed = await world.editor.click(shown, label="Save all 2 proven")
    assert "Saved 2 wars (wars 1 to 2)" in said(pressed)
    assert "● 2 saved" in words(scan_of(world))
    assert "491 : 493" in await world.say("!war 1")

    await world.admin.click(scan_of(world), label="Next doubtful (1 left)")
    answer = world.elsewhere.last_message
    assert answer is not None
    assert answer.reference is not None
    assert answer.reference.message_id == posted[1].id
    assert "The score may be 97" in words(answer)
    await world.admin.click(answer, label="Save")
    assert "**0 doubtful** · ● 3 saved" in words(scan_of(world))
    assert labels(scan_of(world)) == []


async def test_every_war_is_a_change_of_its_own(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(95))
    await scan(world)
    await world.admin.click(scan_of(world), label="Save all 2 proven")
    assert "saved war 2" in await world.say("!undo")
    assert "✓ **1 proven** · ? **0 doubtful** · ● 1 saved" in words(scan_of(world))
    await world.admin.click(scan_of(world), label="Save all 1 proven")
    assert "● 2 saved" in words(scan_of(world))


async def test_a_war_has_the_day_it_was_posted(world: World) -> None:
    await world.add_roster()
    (message,) = await history(world, war(90))
    later(world, days=30)
    await scan(world)
    await world.admin.click(scan_of(world), label="Save all 1 proven")
    (kept,) = (await world.services.wars.page(world.server_id)).wars
    assert kept.played_at == message.created_at


async def test_nothing_is_taken_twice(world: World) -> None:
    await world.add_roster()
    watched = await world.post_war(100, ((OURS[0][0], 92), *OURS[1:]))
    await world.alice.click(watched, label="Save")
    table = war(90)
    posted = await history(
        world,
        picture(100),  # the very picture of a kept war
        reading(),  # another picture of the same war
        table,
        table,  # another picture of a war of this scan
        picture(102),  # the same picture as one of this scan
        first=100,
    )
    text = await scan(world)
    assert "✓ **1 proven** · ? **0 doubtful** · ● 0 saved · – 4 skipped" in text
    assert text.count("already war 1") == 2
    assert f"the same war as {posted[2].jump_url}" in text
    assert f"the same picture as {posted[2].jump_url}" in text
    again = await scan(world)
    assert "1 proven" in again, "what waited in the list of the first waits in that of the second"
    assert reads(world) == [100, 101, 102, 103], "and nothing was read twice"
    await world.admin.click(scan_of(world), label="Save all 1 proven")
    assert "**0 proven** · ? **0 doubtful** · ● 0 saved · – 5 skipped" in await scan(world)


async def test_what_cannot_be_read_is_named_with_its_reason(world: World) -> None:
    posted = await history(world, b"words", b"", picture(110), RuntimeError("the worker died"))  # type: ignore[arg-type]
    text = await scan(world)
    assert "4 skipped" in text
    for message, why in zip(posted, ("no PNG", "It is empty", "no result", "could not cope"), strict=True):
        line = next(line for line in text.splitlines() if message.jump_url in line)
        assert why in line
    world.errors.take()


async def test_a_file_that_is_too_large_is_not_fetched(world: World) -> None:
    world.bot.options = world.options.__class__(data_dir=world.options.data_dir, max_upload_bytes=1000)
    await history(world, picture(1) + b"\0" * 2000)
    assert "pictures of up to" in await scan(world)
    assert world.reader.reads == []


async def test_other_messages_are_not_counted_as_pictures(world: World) -> None:
    await world.alice.send(world.elsewhere, "gg", attachments=[("notes.txt", b"see you at nine")])
    text = await scan(world)
    assert "1 message, 0 pictures" in text
    assert "No picture was posted there in that time." in text


async def test_parts_of_a_war_are_not_saved_unseen(world: World) -> None:
    await world.add_roster()
    half = {"status": Status.PROVEN, "layout": Layout.STANDINGS, "races": 12}
    rows = [Row(name=name, score=score) for name, score in (*OURS, *THEIRS)]
    one, two = Reading(sides=(Side(tuple(rows[:6])),), **half), Reading(sides=(Side(tuple(rows[6:])),), **half)  # type: ignore[arg-type]
    after_five = Reading(
        status=Status.PROVEN, layout=Layout.STANDINGS, races=5,
        sides=(Side((*rows[:5], Row(name="CR Tango", score=10))), Side(tuple(rows[6:]))),
    )  # fmt: skip
    race = Reading(status=Status.PROVEN, layout=Layout.RACE, races=12, sides=war(90).sides)
    text = await scan_after(world, one, two, after_five, race)
    assert "**0 proven** · ? **4 doubtful**" in text
    for why in ("after 5 races", "the list of one race"):
        assert why in text


async def scan_after(world: World, *readings: Reading) -> str:
    await history(world, *readings)
    return await scan(world)


async def test_a_new_player_makes_other_pictures_proven(world: World) -> None:
    await world.add_roster(*(name.split()[1] for name, _ in OURS[:5]))
    text = await scan_after(world, war(90), war(95))
    assert "**0 proven** · ? **2 doubtful**" in text
    assert "1 name not on the roster" in text
    pressed = await world.admin.click(scan_of(world), label="Next doubtful (2 left)")
    assert "2 doubtful left" in said(pressed)
    answer = world.elsewhere.last_message
    assert answer is not None
    await world.admin.send(world.elsewhere, "!player add Tango")
    await world.admin.click(answer, label="Save")
    assert "**1 proven** · ? **0 doubtful** · ● 1 saved" in words(scan_of(world))


async def test_the_newest_messages_alone(world: World) -> None:
    await history(world, *(Reading.refused("Nothing here.") for _ in range(5)))
    assert "2 messages, 2 pictures" in await scan(world, "!bulkscan 2")
    assert reads(world) == [103, 104]


async def test_more_messages_than_discord_hands_over_at_once(world: World) -> None:
    await history(world, Reading.refused("The first."))
    for number in range(104):
        await world.alice.send(world.elsewhere, f"gg {number}")
    await history(world, Reading.refused("The last."), first=150)
    assert "101 messages, 1 picture" in await scan(world, "!bulkscan 101")
    first = await scan(world)
    assert "2 pictures" in first
    assert reads(world) == [150, 100]


@pytest.mark.parametrize(
    ("typed", "pictures"),
    [("since 2026-01-20", [101]), ("in january", [100, 101]), ("until 2026-01-10", [100]), ("since 2 months", [])],
)
async def test_days_are_typed_as_everywhere(world: World, typed: str, pictures: list[int]) -> None:
    await history(world, Reading.refused("Old."))
    later(world, days=20)
    await history(world, Reading.refused("New."), first=101)
    await scan(world, f"!bulkscan {typed}")
    assert reads(world) == pictures


@pytest.mark.parametrize("typed", ["often", "0", "999999", "vs CB", "season 3", "since never", "500 600"])
async def test_what_is_not_understood_is_answered_with_examples(world: World, typed: str) -> None:
    await world.admin.send(world.elsewhere, f"!bulkscan {typed}")
    answer = words(world.elsewhere.last_message)
    assert any(part in answer for part in ("such as", "Such as", "write it as", "1 to 100000", "from 1 up"))
    assert not any(_is_scan(message) for message in world.elsewhere.history())


async def test_another_channel_as_a_slash_option(world: World) -> None:
    (message,) = await history(world, Reading.refused("Nothing here."))
    result = await world.admin.slash(world.channel, "bulkscan start", channel=world.elsewhere)
    assert result.response is not None
    assert message.jump_url in words(scan_of(world))
    assert scan_of(world).channel.id == world.channel.id


async def test_editors_alone_scan_and_press(world: World) -> None:
    await world.add_roster()
    assert "Only" in await world.say("!bulkscan", by=world.bob)
    await scan_after(world, war(90))
    pressed = await world.bob.click(scan_of(world), label="Save all 1 proven")
    assert "Only" in said(pressed)
    assert "0 saved" in words(scan_of(world))


# --- while it runs -------------------------------------------------------------------------------------------------


async def test_a_picture_posted_meanwhile_goes_first(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(91), war(92))
    gate = world.reader.hold(picture(100))
    assert "0 of 3 pictures" in await scan(world) or "Looking through" in words(scan_of(world))
    own = world.reader.hold(picture(1))
    await world.post(("table.png", world.reader.teach(picture(1), reading())))
    assert reads(world) == [100, 1], "it is read while the scan reads"
    gate.set()
    for _ in range(30):  # what waits for the picture waits in earnest, so the simulation would not settle
        await asyncio.sleep(0.01)
    assert reads(world) == [100, 1], "and the scan begins no other before it is answered"
    own.set()
    await world.env.settle()
    assert "493 : 491" in words(world.answer)
    assert reads(world) == [100, 1, 101, 102]
    assert "**3 proven**" in words(scan_of(world))


async def test_the_message_is_not_edited_for_each_picture(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = discord.PartialMessage.edit
    edits: list[object] = []

    async def counted(self: discord.PartialMessage, **shown: object) -> object:
        edits.append(shown)
        return await edit(self, **shown)  # type: ignore[call-overload]

    monkeypatch.setattr(discord.PartialMessage, "edit", counted)
    await scan_after(world, *(Reading.refused("Nothing here.") for _ in range(12)))
    assert len(reads(world)) == 12
    assert len(edits) <= 3, "the begin, the end, and one for each six seconds"


async def test_one_at_a_time(world: World) -> None:
    await history(world, war(90))
    gate = world.reader.hold(picture(100))
    await scan(world)
    answer = await world.say("!bulkscan", by=world.editor)
    assert "Ada's bulk scan" in answer
    assert scan_of(world).jump_url in answer
    assert "bulkscan stop" in answer
    gate.set()
    await world.env.settle()


@pytest.mark.parametrize("way", ["button", "command"])
async def test_stopping_keeps_what_was_read(world: World, way: str) -> None:
    await world.add_roster()
    await history(world, war(90), war(91), war(92))
    gate = world.reader.hold(picture(101))
    await scan(world)
    assert labels(scan_of(world)) == ["Stop"]
    if way == "button":
        await world.editor.click(scan_of(world), label="Stop")
    else:
        await world.say("!bulkscan stop", by=world.editor)
    gate.set()
    await world.env.settle()
    text = words(scan_of(world))
    assert "Stopped by Edda" in text
    assert "**2 proven**" in text
    assert "1 picture not looked at: `!bulkscan` again goes on" in text
    assert "**3 proven**" in await scan(world)
    assert reads(world) == [100, 101, 102]
    assert "No bulk scan is running" in await world.say("!bulkscan stop")


async def test_a_restart_goes_on_where_it_stood_in_the_same_message(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(91), war(92))
    gate = world.reader.hold(picture(101))
    await scan(world)
    before = scan_of(world).id
    await world.restart()
    assert labels(scan_of(world)) == ["Stop"]
    assert "1 of 3 pictures" in words(scan_of(world))
    gate.set()
    await world.env.settle()
    assert scan_of(world).id == before
    assert "**3 proven**" in words(scan_of(world))
    assert reads(world) == [100, 101, 101, 102], "only what was under way is read again"
    assert len([message for message in world.elsewhere.history() if "is over" in (message.content or "")]) == 1


async def test_the_stop_button_works_after_a_restart(world: World) -> None:
    await history(world, war(90), war(91))
    gate = world.reader.hold(picture(100))
    await scan(world)
    await world.restart()
    await world.admin.click(scan_of(world), label="Stop")
    gate.set()
    await world.env.settle()
    assert "Stopped by Ada" in words(scan_of(world))
    assert reads(world)[-1] == 100


async def test_the_list_and_its_pages_outlive_a_restart(world: World) -> None:
    await world.add_roster()
    await scan_after(world, *(war(60 + number) for number in range(13)))
    await world.restart()
    await world.bob.click(scan_of(world), label="▶")
    assert "2 / 2" in str(scan_of(world).components)
    assert len([line for line in words(scan_of(world)).splitlines() if line.startswith("✓ CR")]) == 3
    await world.admin.click(scan_of(world), label="Save all 13 proven")
    assert "● 13 saved" in words(scan_of(world))


async def test_a_restart_answers_nothing_of_the_scan_in_a_watched_channel(world: World) -> None:
    """Catching up after an absence begins at the newest picture seen, and a scan's are not seen."""
    await world.services.settings.watch(world.actor, ChannelId(world.elsewhere.id), watched=False)
    await scan_after(world, war(90), war(91))
    await world.services.settings.watch(world.actor, ChannelId(world.elsewhere.id), watched=True)
    before = len(world.elsewhere.history())
    await world.restart()
    assert len(world.elsewhere.history()) == before
    assert reads(world) == [100, 101]


async def test_the_newest_answer_is_not_one_of_the_scan(world: World) -> None:
    await world.add_roster()
    await scan_after(world, war(90))
    await world.admin.send(world.elsewhere, "!save")
    assert "War 1" not in words(world.elsewhere.last_message)
    assert (await world.services.wars.page(world.server_id)).total == 0


# --- what goes away ------------------------------------------------------------------------------------------------


async def test_a_message_that_is_deleted_meanwhile_is_named(world: World) -> None:
    posted = await history(world, war(90), war(91), war(92))
    gate = world.reader.hold(picture(100))
    await scan(world)
    await world.alice.delete(posted[1])
    gate.set()
    await world.env.settle()
    assert "its message was deleted meanwhile" in words(scan_of(world))
    assert reads(world) == [100, 102]


async def test_the_progress_message_is_deleted_and_comes_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bulk.EDIT_EVERY", 0.0)
    await history(world, war(90), war(91), war(92))
    gate, later = world.reader.hold(picture(100)), world.reader.hold(picture(102))
    await scan(world)
    await world.admin.delete(scan_of(world))
    gate.set()
    await world.env.settle()
    assert labels(scan_of(world)) == ["Stop"]
    later.set()
    await world.env.settle()
    assert "3 doubtful" in words(scan_of(world))


async def test_the_channel_is_deleted_while_it_is_scanned(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(91))
    gate = world.reader.hold(picture(100))
    await world.admin.send(world.channel, f"!bulkscan <#{world.elsewhere.id}>")
    world.env.backend.delete_channel(world.elsewhere.id)
    gate.set()
    await world.env.settle()
    text = "\n".join(words(message) for message in world.channel.history() if _is_scan(message))
    assert "The channel is gone, so it ended here" in text
    assert "**1 proven**" in text
    assert "1 picture not looked at" in text


async def test_its_own_channel_is_deleted_and_the_list_is_asked_for_elsewhere(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(91))
    gate = world.reader.hold(picture(100))
    await scan(world)
    world.env.backend.delete_channel(world.elsewhere.id)
    gate.set()
    await world.env.settle()
    await world.say("!bulkscan list")
    (shown,) = [message for message in world.channel.history() if _is_scan(message)]
    assert "**1 proven**" in words(shown)
    await world.admin.click(shown, label="Save all 1 proven")
    assert (await world.services.wars.page(world.server_id)).total == 1


async def test_without_the_right_to_read_the_history_it_does_not_begin(world: World) -> None:
    assert world.guild.me is not None
    closed = world.guild.create_text_channel(
        "old", overwrites={world.guild.me: discord.PermissionOverwrite(read_message_history=False)}
    )
    answer = await world.say(f"!bulkscan <#{closed.id}>")
    assert "I need Read Message History there" in answer


async def test_the_right_is_taken_away_meanwhile(world: World) -> None:
    await world.add_roster()
    await history(world, war(90), war(91))
    gate = world.reader.hold(picture(100))
    await world.admin.send(world.channel, f"!bulkscan <#{world.elsewhere.id}>")
    world.env.inject_error("GET", f"/channels/{world.elsewhere.id}/messages/*", status=403, code=50001)
    gate.set()
    await world.env.settle()
    text = words(scan_of(world))
    assert "I may not read that channel any more" in text
    assert "**1 proven**" in text


async def test_discord_stumbles_and_the_scan_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await history(world, war(90), war(91))
    gate = world.reader.hold(picture(100))
    await scan(world)
    monkeypatch.setattr("bot.bulk.RETRY_SECONDS", (0.01,))
    world.env.inject_error("GET", "/channels/*/messages/*", status=500)
    gate.set()
    await world.env.settle()
    assert reads(world) == [100, 101]
    assert "2 doubtful" in words(scan_of(world))


async def test_the_records_are_away_for_a_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bulk.RETRY_SECONDS", (0.01,))
    bulk = type(world.services.bulk)
    following = bulk.next_picture
    tries: list[object] = []

    async def away(self: object, *args: object) -> object:
        tries.append(args)
        if len(tries) in (2, 3):
            raise RecordsAway("The records do not answer.")
        return await following(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "next_picture", away)
    assert "2 doubtful" in await scan_after(world, war(90), war(91))
    assert reads(world) == [100, 101]


async def test_one_pictures_trouble_is_not_the_nexts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk = type(world.services.bulk)
    take = bulk.take

    async def stumble(self: object, scan: object, incoming: Incoming) -> None:
        if incoming.filename == "100.png":
            raise ZeroDivisionError
        await take(self, scan, incoming)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "take", stumble)
    text = await scan_after(world, war(90), war(91))
    assert "something went wrong on my side while it was read" in text
    assert "**1 doubtful**" in text
    assert len(world.errors.take()) == 1


async def test_the_doubtful_one_cannot_be_answered_there(world: World) -> None:
    await scan_after(world, war(90))
    world.env.inject_error("POST", f"/channels/{world.elsewhere.id}/messages", status=403, code=50013)
    pressed = await world.admin.click(scan_of(world), label="Next doubtful (1 left)")
    assert "I cannot answer in the channel of that picture" in said(pressed)
    pressed = await world.admin.click(scan_of(world), label="Next doubtful (1 left)")
    assert "1 doubtful left" in said(pressed)
