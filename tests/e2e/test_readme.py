"""What the README tells people to type does what it says: every example is typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands

from bot.services.errors import UserProblem
from db import bringing_in
from mkw.ids import ChannelId, MessageId
from mkw.race_rows import RaceRow
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.e2e.conftest import OURS, THEIRS, World, picture, words
from tests.e2e.test_several import of_race
from tests.mkw.test_race_chain import Room

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
EXAMPLES = tuple(dict.fromkeys(re.findall(r"`(!\w[^`]*)`", README)))


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 20


@pytest.fixture
async def busy(world: World) -> World:
    """A server with what the examples speak of: players, twelve wars, an open review."""
    busy_admin = world.admin.name  # who types is a player, too: `!stats` alone is about them
    await world.add_roster("Willow", "Pixel", "Marlin", "Juniper", "Tango", "Comet", busy_admin)
    for number in range(1, 13):
        day = datetime.now(UTC).date() - timedelta(days=number)
        text = f"Willow {60 + number}, Pixel 80, Marlin 85, Comet 92 vs CB 491 {day}"
        review = await world.services.reviews.typed(world.actor, ChannelId(world.elsewhere.id), MessageId(number), text)
        await world.services.reviews.save(world.actor, review.upload_id, despite_duplicate=True)
    await world.post_war(1, OURS)
    await world.services.seasons.add(world.actor, "1", date(2025, 6, 1), date(2099, 12, 31))
    return world


def room_standings(rows: tuple[RaceRow, ...]) -> Reading:
    """The list after one race."""
    made = tuple(Row(name=row.name, score=row.after, place=row.place) for row in rows)
    return Reading(status=Status.PROVEN, layout=Layout.STANDINGS, sides=(Side(made),))


async def prepare(world: World, example: str) -> None:
    """What an example needs besides."""
    if example.startswith("!player add"):
        comet = await world.services.roster.find(world.server_id, "Comet")
        await world.services.roster.remove(world.actor, comet.player_id)
    if example.startswith(("!join", "!split")):
        room = Room(tuple(name for name, _ in OURS + THEIRS))
        for number in (2, 3):
            said = room_standings(room.race().rows)
            room.reconnect()
            await world.post((f"{number}.png", world.reader.teach(picture(number), said)))
    if example.startswith("!team assign"):
        await world.say("!team add Blue")
    if example == "!war swap 12":
        await world.say("!war add 12 theirs: Boot 75")
    if example.startswith(("!war track", "!graph places", "!graph races")):
        async with world.services.exporting._records.database.transaction() as db:
            await db.execute("insert into races (server_id, war_id, race) values ($1, 12, 7)", world.server_id)
            await db.execute(
                "insert into race_results "
                "select $1, 12, 7, 1, case when place < 5 then place end, place from generate_series(1, 6) place",
                world.server_id,
            )
    if example.startswith("!live"):
        await world.say("!war start CR QZ")
        await world.say("sgb 1 3 4 7 9 12")
    if example.startswith(("!available close", "!available cancel")):
        await world.say("!available in 2 hours")
    if example == "!war start":  # with what a sign-up near its time says
        await world.say("!available in 30 minutes vs QZ")
    if example == "!health":  # for whoever runs the bot
        world.bot.owner_ids = {world.admin.id}
    if example.startswith("!unlink"):
        await world.say("!link me Comet")
    if example.startswith("!merge"):  # of two who never raced together
        tango = await world.services.roster.find(world.server_id, "Tango")
        assert (await world.services.statistics.player(world.server_id, tango.player_id)).races == 0
    if example == "!bulkscan stop":  # one that nobody walks: the next start would
        here = ChannelId(world.channel.id)
        await world.services.bulk.start(world.actor, here, answer_channel_id=here, before=MessageId(1))
    if example == "!bulkscan list":
        await world.say("!bulkscan")
    if example == "!redo":
        await world.say("!undo")
    if example == "!split":
        await world.say("!join add")
    if example.startswith("!race "):
        room = Room(tuple(name for name, _ in OURS + THEIRS))
        for number in range(5):
            await world.post((f"{number}.png", world.reader.teach(picture(20 + number), of_race(room))))
            if example not in ("!race add", "!race all"):
                await world.say("!race add")


async def brought_in(world: World) -> str:
    """An export, attached where there is no record."""
    file = (await world.services.exporting.export(world.server_id)).file
    async with world.services.exporting._records.database.transaction() as db:
        await db.execute(
            "update uploads set state = 'review', war_id = null, decided_at = null, decided_by = null, "
            "decided_by_name = null where state = 'saved'"
        )
        await bringing_in.take_out(db, server_id=world.server_id)
    await world.admin.send(world.channel, "!import server", attachments=[("clan.json", file.read())])
    return words(world.answer)


async def pictures_brought_in(world: World) -> str:
    async for pack in world.services.pictures.export(world.server_id, 1_000_000):
        await world.admin.send(world.channel, "!import pictures", attachments=[("pictures.zip", pack.file.read())])
    return words(world.answer)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_example_works(busy: World, example: str) -> None:
    completed: list[str] = []
    failures: list[Any] = []

    async def done(context: commands.Context[Any]) -> None:
        completed.append(context.message.content)

    async def failed(_: commands.Context[Any], error: Exception) -> None:
        failures.append(getattr(error, "original", error))

    await prepare(busy, example)
    busy.bot.add_listener(done, "on_command_completion")
    busy.bot.add_listener(failed, "on_command_error")
    typed = f"{example}\nNova, trial, DE" if example == "!import roster" else example
    typed = typed.replace("@Editors", busy.guild.roles["Editors"].mention)  # as Discord sends it
    attached = {"!import server": brought_in, "!import pictures": pictures_brought_in}
    answer = await (attached[example](busy) if example in attached else busy.say(typed))
    assert not [error for error in failures if not isinstance(error, UserProblem)], failures
    assert not failures, answer
    asks_first = example.startswith("!war remove")
    assert completed == ([] if asks_first else [typed]), answer
    assert answer or busy.answer.attachments
