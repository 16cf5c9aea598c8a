"""The log lines of a run: one id from the message to the war, and nothing of what people wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.kept_errors import keeping_errors, kept_errors
from bot.logs import formatter
from tests.e2e.conftest import World, picture, reading

TYPED = ("Wonderful Evening", "Zanzibar", "Quetzalcoatl", "Nebuchadnezzar")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a bot with LOG_LEVEL=DEBUG and LOG_FORMAT=json writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("bot", "cogs", "db")]
    root.addHandler(handler)
    for one in ours:
        one.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for one in ours:
        one.setLevel(logging.NOTSET)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


async def test_one_id_from_the_message_to_the_war(world: World, lines: io.StringIO) -> None:
    await world.add_roster()
    data = world.reader.teach(picture(1), reading())
    message = await world.post(("table.png", data))
    await world.post(("other.png", world.reader.teach(picture(2), reading())))
    await world.alice.click(world.answers[0], label="Save")
    way = [line for line in told(lines) if line.get("followed") == message.id]
    assert [line["text"].partition(": ")[2] for line in way] == [
        "upload 1 is kept", "upload 1 is read: review", "upload 1 is war 1",
    ]  # fmt: skip
    assert {line["upload_id"] for line in way} == {1}
    assert way[-1]["war_id"] == 1


async def test_nothing_that_people_wrote_is_in_the_logs(world: World, lines: io.StringIO) -> None:
    await world.add_roster()
    evening, player, side, note = TYPED
    await world.post(("table.png", world.reader.teach(picture(1), reading())), text=evening)
    await world.say(f"!edit 3 name {player}")
    await world.say(f"!edit side 2 tag {side}")
    await world.say("!save")
    await world.say(f"!war note 1 {note}")
    await world.say(f"!stats {player} {note}")
    await world.say(f"!addwar {player} 100 vs {side} 90")
    await world.say(f"!player add {player}")
    await world.say(f"!player add {player}")
    for mistake in (ValueError(player), KeyError(note)):
        world.reader.teach(picture(9), mistake)
        await world.post(("broken.png", picture(9)), text=note)
        world.reader.reads.clear()
    await raise_in_a_command(world, ValueError(f"{note} is wrong"))
    await world.restart()  # the end of one run and the start of the next
    await world.post(("again.png", world.reader.teach(picture(3), reading())), text=evening)
    written = lines.getvalue()
    assert len(told(lines)) > 5
    for word in (*TYPED, "table.png"):
        assert word not in written
    assert "ValueError" in written
    assert world.errors.take()


async def test_the_id_somebody_is_shown_can_be_looked_up(world: World, tmp_path: Path) -> None:
    with keeping_errors(tmp_path):
        answer = await raise_in_a_command(world, ValueError(TYPED[0]))
    (asked,) = (message for message in world.channel.history() if message.content == "!roster")
    (kept,) = (error for error in kept_errors(tmp_path) if error.followed == asked.id)
    assert f"Error `{kept.error_id}`" in answer
    assert (kept.what, kept.kind, kept.server_id) == ("command roster", "ValueError", world.server_id)
    assert TYPED[0] not in kept.text
    assert world.errors.take()


async def raise_in_a_command(world: World, error: Exception) -> str:
    """A mistake of ours whose words are somebody's; what is answered."""

    async def fails(*_: object, **__: object) -> None:
        raise error

    kept = world.services.roster.players
    object.__setattr__(world.services.roster, "players", fails)
    await world.say(f"!roster {TYPED[0]}")
    answer = await world.say("!roster")
    object.__setattr__(world.services.roster, "players", kept)
    world.env._errors.clear()
    return answer
