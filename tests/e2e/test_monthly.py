"""The monthly report as a server sees it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from mkw.ids import ChannelId, MessageId
from tests.e2e.conftest import World, words


async def keep_last_month(world: World) -> str:
    """Six wars in the month before this one; its name."""
    await world.add_roster("Comet", "Pixel")
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    for number in range(1, 7):
        foe = f"{'CB' if number % 2 else 'KO'} {150 + 10 * number}"
        text = f"Comet {100 + number}, Pixel 80 vs {foe} {last.replace(day=number)}"
        review = await world.services.reviews.typed(world.actor, ChannelId(world.elsewhere.id), MessageId(number), text)
        await world.services.reviews.save(world.actor, review.upload_id, despite_duplicate=True)
    return f"{last:%B %Y}"


def cog_of(world: World) -> Any:
    """An extension is imported anew by every bot, so its class is another one each time."""
    cog = world.bot.get_cog("Monthly report")
    assert cog is not None
    return cog


async def make_due(world: World) -> None:
    async with world.services.statistics._records.change(world.server_id) as db:
        await db.execute("update monthly_reports set month = (month - interval '1 month')::date")


async def test_a_month_on_demand(world: World) -> None:
    month = await keep_last_month(world)
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    text = await world.say(f"!monthly {last:%Y-%m}")
    assert f"Comet Racers · {month}" in text
    assert "**6** wars" in text
    assert "Comet **103.5** (6)" in text
    assert "**106** Comet" in text
    assert len(world.answer.attachments) == 1
    assert month in await world.say("!monthly")  # nothing is kept of this one yet
    assert "No war of" in await world.say("!monthly 2025-07")
    assert "is no day I know" in await world.say("!monthly never")


async def test_it_is_posted_once_however_many_look(world: World) -> None:
    month = await keep_last_month(world)
    said = await world.say(f"!monthly channel <#{world.elsewhere.id}>")
    assert "when the month is over" in said
    await make_due(world)
    cog = cog_of(world)
    await asyncio.gather(*(cog.rounds.coro(cog) for _ in range(3)))
    await world.restart()
    again = cog_of(world)
    await again.rounds.coro(again)
    posted = [message for message in world.elsewhere.history() if "Comet Racers ·" in words(message)]
    assert len(posted) == 1
    assert month in words(posted[0])


async def test_a_month_without_wars_and_a_channel_that_is_gone_post_nothing(world: World) -> None:
    await world.say(f"!monthly channel <#{world.elsewhere.id}>")
    await make_due(world)
    cog = cog_of(world)
    await cog.rounds.coro(cog)
    assert world.elsewhere.history() == []
    assert await world.services.monthly.due() == ()


async def test_only_administrators_set_it(world: World) -> None:
    assert "Only a server administrator" in await world.say(f"!monthly channel <#{world.channel.id}>", by=world.bob)
    assert "Only a server administrator" in await world.say("!monthly off", by=world.editor)
    assert "No monthly report is posted" in await world.say("!monthly off")


async def test_the_loop_runs(world: World) -> None:
    assert cog_of(world).rounds.is_running()
