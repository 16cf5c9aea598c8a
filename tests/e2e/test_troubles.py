"""Restarts, crashes, channels that go away, a Discord that says no, and names that mean harm."""

from __future__ import annotations

import asyncio
import logging
import resource
from contextlib import suppress
from dataclasses import replace

import discord
import pytest

from bot.client import create_bot
from bot.services.errors import RecordsAway
from bot.services.intake import Incoming
from bot.shards import Shards
from mkw.ids import AttachmentId, ChannelId, MessageId, UserId
from tests.bot.samples import HOSTILE
from tests.e2e.conftest import OURS, World, labels, picture, reading, said, words


async def kept_but_not_read(world: World, number: int = 30) -> discord.Message:
    """An upload as a crash leaves it: its bytes and row are there, nothing else."""
    data = world.reader.teach(picture(number), reading())
    await world.services.settings.watch(world.actor, ChannelId(world.channel.id), watched=False)
    message = await world.post(("table.png", data))
    await world.services.settings.watch(world.actor, ChannelId(world.channel.id), watched=True)
    await taken_in(world, message, data)
    return message


async def taken_in(world: World, message: discord.Message, data: bytes) -> None:
    """Kept, and not read."""
    await world.services.intake.receive(
        Incoming(
            server_id=world.server_id,
            channel_id=ChannelId(world.channel.id),
            message_id=MessageId(message.id),
            attachment_id=AttachmentId(message.attachments[0].id),
            user_id=UserId(world.alice.id),
            user_name="Alice",
            filename="table.png",
            sent_at=message.created_at,
            data=data,
        )
    )


async def test_old_buttons_work_after_a_restart(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.restart()
    await world.alice.click(answer, label="Other side")
    assert words(world.answer).startswith("QZ")
    await world.alice.click(answer, label="Other side")
    await world.alice.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_what_a_crash_left_is_taken_up_once(world: World) -> None:
    message = await kept_but_not_read(world)
    assert world.answers == []
    await world.restart()
    assert "493 : 491" in words(world.answer)
    assert world.answer.reference is not None
    assert world.answer.reference.message_id == message.id
    await world.restart()
    assert len(world.answers) == 1
    assert len(world.reader.reads) == 1


async def test_an_answer_nobody_had_time_to_remember_is_not_posted_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = type(world.services.intake)
    remember = intake.answered

    async def crash(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(intake, "answered", crash)
    await world.post_war()
    monkeypatch.setattr(intake, "answered", remember)
    await world.restart()
    assert len(world.answers) == 1
    review = await world.services.reviews.newest_open(world.server_id, ChannelId(world.channel.id))
    assert review is not None
    assert review.answer_id == world.answer.id


async def test_the_records_away_during_an_upload(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = type(world.services.intake)
    process = intake.process
    away = [True]

    async def perhaps(self: object, *args: object) -> object:
        if away[0]:
            raise RecordsAway("The records do not answer.")
        return await process(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "process", perhaps)
    monkeypatch.setattr("bot.uploads.RETRY_SECONDS", (100.0,))
    await world.post_war()
    assert "kept, and read as soon as" in words(world.answer)
    await world.env.advance_time(101)
    away[0] = False
    await world.env.advance_time(101)
    assert "493 : 491" in words(world.answer)
    assert len(world.answers) == 2


async def test_the_records_away_right_after_the_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = type(world.services.intake)
    answered = intake.answered
    tries = []

    async def away(self: object, *args: object) -> None:
        tries.append(args)
        if len(tries) == 1:
            raise RecordsAway("The records do not answer.")
        await answered(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "answered", away)
    monkeypatch.setattr("bot.uploads.RETRY_SECONDS", (100.0,))
    files = [(f"{number}.png", world.reader.teach(picture(number), reading())) for number in (37, 38)]
    await world.post(*files)
    assert len(world.answers) == 2
    await world.env.advance_time(101)
    assert len(world.answers) == 2
    assert await world.services.intake.recover() == ()


@pytest.mark.parametrize("seen_before", [True, False])
async def test_a_picture_posted_while_settings_cannot_be_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch, *, seen_before: bool
) -> None:
    if seen_before:
        await world.post_war(35)
    settings = type(world.services.settings)
    get = settings.get
    tries = []

    async def away(self: object, *args: object) -> object:
        tries.append(args)
        if len(tries) == 1:
            raise RecordsAway("The records do not answer.")
        return await get(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(settings, "get", away)
    await world.post_war(36, (("CR Comet", 100), *OURS[1:]))
    assert "501 : 491" in words(world.answer)


async def test_the_channel_is_deleted_meanwhile(world: World) -> None:
    message = await kept_but_not_read(world)
    world.env.backend.delete_channel(world.channel.id)
    await world.restart()
    await world.restart()
    assert [upload.message_id for upload in await world.services.intake.recover()] != [message.id]
    assert world.errors.take() == []


async def test_the_channel_is_deleted_while_its_picture_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = type(world.services.intake)
    process = intake.process

    async def slowly(self: object, *args: object) -> object:
        review = await process(self, *args)  # type: ignore[arg-type]
        world.env.backend.delete_channel(world.channel.id)
        return review

    monkeypatch.setattr(intake, "process", slowly)
    data = world.reader.teach(picture(39), reading())
    with suppress(KeyError):  # SimCord cannot hand back a message whose channel is gone
        await world.post(("table.png", data))
    monkeypatch.setattr(intake, "process", process)
    assert await world.services.intake.recover() == (), "nobody is there to be answered"
    review = await world.services.reviews.newest_open(world.server_id, ChannelId(world.channel.id))
    assert review is not None, "and what was read is kept"
    await world.restart()
    assert len(world.reader.reads) == 1


async def test_without_the_right_to_answer_nothing_is_lost(world: World) -> None:
    assert world.guild.me is not None
    channel = world.guild.create_text_channel(
        "quiet", overwrites={world.guild.me: discord.PermissionOverwrite(send_messages=False)}
    )
    await world.services.settings.watch(world.actor, ChannelId(channel.id), watched=True)
    data = world.reader.teach(picture(31), reading())
    await world.alice.send(channel, attachments=[("table.png", data)])
    await world.alice.send(channel, "!wars")
    assert [message.author.id for message in channel.history()] == [world.alice.id] * 2
    assert await world.services.reviews.newest_open(world.server_id, ChannelId(channel.id)) is not None
    result = await world.admin.slash(channel, "scan")
    assert "493 : 491" in said(result)


async def test_the_answer_was_deleted_and_comes_again_with_the_next_change(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.admin.delete(answer)
    await world.say("!edit 1 score 100")
    assert any("501 : 491" in words(message) for message in world.answers)
    await world.say("!save")
    assert any("War 1 is kept" in words(message) for message in world.answers)


async def test_discord_stumbles_while_an_answer_is_shown(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=500)
    assert "score is 100 now" in await world.say("!edit 1 score 100")
    await world.say("!edit 2 score 50")
    assert "463 : 491" in words(world.answers[0])


async def test_the_reader_breaks(world: World) -> None:
    world.reader.teach(picture(32), RuntimeError("the worker died"))
    await world.post(("table.png", picture(32)))
    assert words(world.answer)
    assert labels(world.answer) == []
    world.errors.take()


async def test_an_unexpected_error_gets_an_id_and_no_words_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(world.services.statistics), "leaderboard", fail)
    answer = await world.say("!leaderboard average")
    (logged,) = world.errors.take()
    assert answer.split("`")[1] in logged
    assert f"user={world.admin.id}" in logged
    assert "!leaderboard" not in logged
    assert any(isinstance(getattr(error, "original", error), ZeroDivisionError) for error in world.env.errors)
    monkeypatch.undo()
    world.env._errors.clear()


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_that_mean_harm(world: World, name: str) -> None:
    await world.add_roster()
    answer = await world.post_war(33, (*OURS[:5], (name, 70)))
    assert "493 : 491" in words(answer)
    shown = await world.admin.click(answer, label="Edit")
    assert shown.response is not None
    await world.admin.select(shown.response, ["row:6"])
    await world.admin.click(answer, label="Link player")
    await world.say(f"!player add {name}")
    await world.say("!player")
    await world.say(f"!stats {name}")
    for message in world.channel.history():
        if message.author.id != world.admin.id:
            assert not message.mention_everyone
            assert not message.mentions
            assert "@everyone" not in words(message)


async def test_pressing_while_away_from_the_channel_is_not_lost(world: World) -> None:
    """A stop with pictures under way finishes them within the limit."""
    await world.post_war()
    assert await world.bot.drain(1.0) == 0
    late = world.reader.teach(picture(34), reading())
    await world.post(("late.png", late))
    assert len(world.answers) == 1
    logging.getLogger(__name__).debug("kept for the next start")
    await world.restart()
    assert len(world.answers) == 2


async def test_what_was_posted_while_the_bot_was_away_is_taken_once(world: World) -> None:
    await world.add_roster()
    await world.post_war(1)
    await world.env.restart_bot(discord.Client(intents=discord.Intents.default()))  # nobody of ours listens
    data = world.reader.teach(picture(2), reading((("CR Comet", 70), *OURS[1:])))
    await world.post(("table.png", data), ("notes.png", b"no picture"))
    await world.post(text="no picture here")
    await world.restart()
    assert [words(answer).splitlines()[0] for answer in world.answers] == [
        "CR 493 : 491 QZ (+2)",
        "CR 471 : 491 QZ (-20)",
    ]
    await world.restart()
    assert len(world.answers) == 2
    assert len(world.reader.reads) == 2


async def test_a_picture_older_than_the_newest_taken_one_is_caught_up_too(world: World) -> None:
    """As after a crash with the older one in hand, or where the newer one came first after a start."""
    await world.add_roster()
    await world.post_war(1)
    await world.env.restart_bot(discord.Client(intents=discord.Intents.default()))
    missed = world.reader.teach(picture(2), reading((("CR Comet", 70), *OURS[1:])))
    await world.post(("missed.png", missed))
    newer = await world.post(("newer.png", world.reader.teach(picture(3), reading((("CR Comet", 60), *OURS[1:])))))
    await taken_in(world, newer, picture(3))
    await world.restart()
    assert ["471 : 491" in words(answer) for answer in world.answers].count(True) == 1
    assert len(world.answers) == 3


async def test_what_was_posted_while_the_session_was_lost_is_caught_up(world: World) -> None:
    await world.add_roster()
    await world.post_war(1)
    assert world.env._gateway_feed is not None
    world.env.backend.subscribers.remove(world.env._gateway_feed)  # the gateway tells nothing any more
    await world.post(("missed.png", world.reader.teach(picture(2), reading((("CR Comet", 70), *OURS[1:])))))
    assert len(world.answers) == 1
    world.env.backend.subscribers.append(world.env._gateway_feed)
    with world.env._bot_scope():
        world.bot.dispatch("ready")  # Discord's word after a session that could not be resumed
    await world.env.settle()
    assert "471 : 491" in words(world.answer)
    with world.env._bot_scope():
        world.bot.dispatch("ready")
    await world.env.settle()
    assert len(world.answers) == 2, "once"


async def test_a_full_disk_is_said_and_the_picture_is_taken_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.catching_up.PAUSES", (100.0,))
    await world.add_roster()
    await world.post_war(1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        await world.post_war(2, (("CR Comet", 70), *OURS[1:]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "not kept yet. Leave it here" in words(world.answer)
    assert len(world.errors.take()) == 1
    await world.env.advance_time(101)
    assert "471 : 491" in words(world.answer)
    assert len(world.answers) == 3


async def test_the_records_away_are_said_where_a_right_is_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: object, *args: object) -> object:
        raise RecordsAway("The records do not answer.")

    await world.say("!roster")
    monkeypatch.setattr(type(world.services.settings), "get", away)
    assert "The records do not answer" in await world.say("!war note 1 a close one")
    assert "The records do not answer" in said(await world.admin.slash(world.channel, "undo"))


async def test_an_answer_nobody_could_remember_is_known_once_it_is_pressed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.add_roster()
    intake = type(world.services.intake)
    remember = intake.answered

    async def away(self: object, *args: object) -> None:
        raise RecordsAway("The records do not answer.")

    monkeypatch.setattr(intake, "answered", away)
    monkeypatch.setattr("bot.uploads.RETRY_SECONDS", (100.0,))
    answer = await world.post_war()
    monkeypatch.setattr(intake, "answered", remember)
    await world.alice.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answer)
    await world.say("!undo")
    assert "War 1 is kept" not in words(world.answers[0]), "what happens to the war is shown there"


async def test_of_several_processes_one_answers_a_server(world: World) -> None:
    """What is unanswered at the start is everybody's to see, and one's to answer."""
    await kept_but_not_read(world)
    own = (world.guild.id >> 22) % 2
    for ids, answers in (((1 - own,), 0), ((own,), 1), ((0, 1), 1)):
        options = replace(world.options, shards=Shards(ids, 2))
        await world.env.restart_bot(create_bot(world.services, options))
        assert len(world.answers) == answers


async def test_a_slash_command_is_answered_by_what_can_be_done_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord knows no number for a further message by which it makes it once; what stands there is changed instead."""

    async def send(*_: object, **__: object) -> None:
        raise AssertionError("a further message")

    await world.add_roster()
    monkeypatch.setattr(discord.Webhook, "send", send)
    assert "Comet" in said(await world.alice.slash(world.channel, "roster"))
    assert "Nobody" in said(await world.alice.slash(world.channel, "stats", player="Nobody At All"))
