"""Who waits for a reading sees the place in the queue, and only while it lasts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.services.reading_order import ReadingOrder
from bot.waiting import queue_text
from mkw.ids import ServerId, UploadId
from tests.e2e.conftest import OURS, World, picture, reading, words
from tests.e2e.test_troubles import kept_but_not_read


def test_one_picture_has_one_place() -> None:
    assert queue_text([]) == ""
    assert queue_text([1200]) == "Your picture is kept and waits to be read: place 1,200 in the queue."


async def test_the_place_is_shown_and_taken_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.add_roster()
    order = ReadingOrder(1)
    come = order._come

    async def parked(*whose: Any) -> None:
        await world.env.external_wait(come(*whose), reason="a queue")

    monkeypatch.setattr(world.services.intake, "order", order)
    for pause in ("SHOWN_AFTER", "EDIT_EVERY"):
        monkeypatch.setattr(f"bot.waiting.{pause}", 100.0)
    async with order.turn(ServerId(7), UploadId(1)):  # a picture of another server is read
        monkeypatch.setattr(order, "_come", parked)
        one = world.reader.teach(picture(1), reading())
        other = world.reader.teach(picture(2), reading((("CR Comet", 70), *OURS[1:])))
        await world.post(("1.png", one), ("2.png", other))
        await world.env.advance_time(101)
        assert words(world.answer) == "2 pictures here are kept and wait to be read: places 1 to 2 in the queue."
        await world.env.advance_time(101)
        assert len(world.answers) == 1, "one message a channel"
    await world.env.settle()
    assert [words(answer).splitlines()[0] for answer in world.answers] == [
        "CR 493 : 491 QZ (+2)",
        "CR 471 : 491 QZ (-20)",
    ]


async def test_what_a_killed_bot_left_of_the_queue_is_taken_away(world: World) -> None:
    message = await kept_but_not_read(world)
    left = world.bot.get_partial_messageable(world.channel.id, guild_id=world.guild.id)
    await left.send(queue_text([3]), reference=message.to_reference())
    assert len(world.answers) == 1
    await world.restart()
    assert ["in the queue" in words(answer) for answer in world.answers] == [False]
