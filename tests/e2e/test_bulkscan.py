"""A channel's history, read from the first picture to the last decision."""

from __future__ import annotations

import discord

from ocr.reading import Reading
from tests.e2e.conftest import OURS, THEIRS, World, labels, picture, reading, said, words


def war(first: int) -> Reading:
    """A war unlike that with any other number, whose points add up."""
    return reading(
        ((OURS[0][0], first), *OURS[1:]), ((THEIRS[0][0], 984 - 491 + 99 + 92 - 493 - first + 0), *THEIRS[1:])
    )


async def history(world: World, *readings: Reading, first: int = 100) -> list[discord.Message]:
    """Pictures posted elsewhere, where nobody watches."""
    posted = []
    for number, says in enumerate(readings, first):
        data = world.reader.teach(picture(number), says)
        posted.append(await world.alice.send(world.elsewhere, attachments=[(f"{number}.png", data)]))
    return posted


def scan_of(world: World) -> discord.Message:
    """The scan's one message."""
    return next(message for message in world.elsewhere.history() if _is_scan(message))


def _is_scan(message: discord.Message) -> bool:
    return any((embed.title or "").startswith("Bulk scan") for embed in message.embeds)


async def scan(world: World, text: str = "!bulkscan") -> discord.Message:
    await world.admin.send(world.elsewhere, text)
    return scan_of(world)


async def test_years_of_results_in_a_few_presses(world: World) -> None:
    await world.add_roster()
    posted = await history(
        world,
        war(90),
        reading(doubts={0: "The score may be 97."}),
        Reading.refused("This is no result of a war."),
        war(95),
    )
    shown = await scan(world)
    text = words(shown)
    assert "✓ **2 proven** · ? **1 doubtful** · ● 0 saved · – 1 skipped" in text
    assert "4 pictures" in text
    for message in posted:
        assert message.jump_url in text
    assert "This is no result of a war" in text
    assert labels(shown) == ["Save all 2 proven", "Next doubtful (1 left)"]
    assert "is over: 2 proven, 1 doubtful, 1 skipped" in words(world.elsewhere.last_message)

    pressed = await world.editor.click(shown, label="Save all 2 proven")
    assert "Saved 2 wars (wars 1 to 2)" in said(pressed)
    shown = scan_of(world)
    assert "● 2 saved" in words(shown)
    assert labels(shown) == ["Next doubtful (1 left)"]
    first = await world.say("!war 1")
    assert "491" in first

    await world.admin.click(shown, label="Next doubtful (1 left)")
    answer = world.elsewhere.last_message
    assert answer is not None
    assert answer.reference is not None
    assert answer.reference.message_id == posted[1].id
    assert labels(answer)[0] == "Save"
    await world.admin.click(answer, label="Save")
    shown = scan_of(world)
    assert "**0 doubtful** · ● 3 saved" in words(shown)
    assert labels(shown) == []
