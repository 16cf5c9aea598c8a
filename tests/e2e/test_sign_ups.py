"""A sign-up as people see it: posted, pressed by many, followed by a reminder and a war, through restarts."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor

from bot.client import create_bot
from bot.services.actors import Actor
from bot.services.house import Services, build_services
from bot.services.sign_ups import Answer
from db.pool import Database
from mkw.ids import ChannelId, SignUpId, UserId
from tests.e2e.conftest import StandInReader, World, labels, said, words


@dataclass
class Clock:
    """The bot's, which a test moves on."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(database: Database, reader: StandInReader, tmp_path: Path, clock: Clock) -> Services:
    return build_services(database, reader.read, tmp_path, now=clock)


@pytest.fixture
async def people(world: World) -> list[MemberActor]:
    return [world.guild.add_member(world.env.create_user(f"Person{number}")) for number in range(8)]


async def post(world: World, text: str = "in 2 hours vs KT", by: MemberActor | None = None) -> discord.Message:
    await world.say(f"!available {text}", by=by or world.alice)
    return world.answer


def now(world: World, message: discord.Message) -> str:
    return words(next(one for one in world.answers if one.id == message.id))


def actor(world: World, member: MemberActor) -> Actor:
    return Actor(world.server_id, UserId(member.id), member.name)


def cog_of(world: World) -> Any:
    cog = world.bot.get_cog("Sign-ups")
    assert cog is not None
    return cog


async def test_it_asks_in_every_readers_own_time(world: World) -> None:
    text = words(await post(world, "tomorrow 9pm vs KT 5v5"))
    stamp = re.search(r"<t:(\d+):F> \(<t:\1:R>\)", text)
    assert stamp is not None
    at = datetime.fromtimestamp(int(stamp[1]), UTC)
    assert (at.hour, at.minute) == (21, 0)
    assert "War vs KT · 5 players" in text
    assert "**Playing 0/5**" in text
    assert "Sign-up 1 · whoever plays is reminded 15 minutes before" in text
    assert labels(world.answer) == ["Can", "Maybe", "Substitute", "Drop"]
    assert world.answer.embeds[0].description is not None
    assert len(text) < 400  # a phone


async def test_the_time_is_the_servers(world: World) -> None:
    await world.services.settings.change(world.actor, time_zone="Asia/Tokyo")
    text = words(await post(world, "tomorrow 21:00"))
    stamp = re.search(r"<t:(\d+):F>", text)
    assert stamp is not None
    assert datetime.fromtimestamp(int(stamp[1]), UTC).hour == 12


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("soon", "At what time? Such as `available 21:00`"),
        ("9", "`9` may be in the morning or the evening: write `9pm` or `9am`."),
        ("25:00", "`25:00` is no time of the day"),
        ("today 0:00", "That time is past; nothing was posted."),
        ("2031-01-01 20:00", "A sign-up is for the next 90 days"),
        ("tomorrow 21:00 bring snacks", "`bring snacks` is not understood here; nothing was posted."),
        ("tomorrow 21:00 13v13", "A side has 2 to 12 players"),
        ("tomorrow 21:00 remind 3000", "A reminder comes at most a day before"),
    ],
)
async def test_what_is_not_clear_is_said_in_one_line(world: World, typed: str, says: str) -> None:
    answer = await world.say(f"!available {typed}", by=world.bob)
    assert answer.startswith(says)
    assert "\n" not in answer
    assert await world.services.sign_ups.coming(world.server_id) == ()


async def test_six_play_the_rest_wait_and_a_free_place_goes_to_the_first(
    world: World, people: list[MemberActor]
) -> None:
    await world.add_roster("Comet")
    await world.say(f"!link <@{people[0].id}> Comet")
    asked = await post(world)
    for one in people[:4]:
        await one.click(asked, label="Can")
    await world.restart()
    for one in people[4:8]:
        await one.click(asked, label="Can")
    text = now(world, asked)
    assert "**Playing 6/6**\n1. Comet\n2. Person1\n" in text
    assert "**Waiting, in order (2)**\n1. Person6\n2. Person7" in text
    await people[1].click(asked, label="Drop")
    await people[2].click(asked, label="Maybe")
    await world.bob.click(asked, label="Substitute")
    text = now(world, asked)
    assert "5. Person6 · a place became free: **you play**\n6. Person7 · a place became free: **you play**" in text
    assert "Waiting" not in text
    assert "**Maybe (1)** Person2" in text
    assert "**Substitute (1)** Bob" in text


async def test_answered_at_once_the_message_shows_six(world: World, people: list[MemberActor]) -> None:
    """SimCord presses one button at a time; what a press does is done by all at once here."""
    asked = await post(world)

    async def answer(one: MemberActor) -> None:
        await world.services.sign_ups.answer(actor(world, one), SignUpId(1), Answer.CAN)
        await world.bot.sign_ups.refresh(world.server_id, SignUpId(1))

    await asyncio.gather(*(answer(one) for one in people))
    text = now(world, asked)
    assert "**Playing 6/6**" in text
    assert "**Waiting, in order (2)**" in text
    assert all(text.count(f"Person{number}") == 1 for number in range(8))


async def test_the_reminder_calls_those_who_play_and_comes_once(
    world: World, people: list[MemberActor], clock: Clock
) -> None:
    asked = await post(world, "in 2 hours vs KT")
    for one in people[:7]:
        await one.click(asked, label="Can")
    await people[7].click(asked, label="Maybe")
    count = len(world.answers)
    cog = cog_of(world)
    clock.ahead += timedelta(minutes=100)
    await cog.rounds.coro(cog)
    assert len(world.answers) == count
    clock.ahead += timedelta(minutes=6)
    await asyncio.gather(*(cog.rounds.coro(cog) for _ in range(3)))
    await world.restart()
    again = cog_of(world)
    await again.rounds.coro(again)
    assert len(world.answers) == count + 1
    reminder = world.answer
    assert "Sign-up 1: the war vs KT begins <t:" in words(reminder)
    assert {one.id for one in reminder.mentions} == {one.id for one in people[:6]}
    assert "places are free" not in words(reminder)


async def test_who_died_after_posting_the_reminder_is_not_repeated(
    world: World, people: list[MemberActor], clock: Clock, database: Database
) -> None:
    asked = await post(world)
    await people[0].click(asked, label="Can")
    await people[1].click(asked, label="Substitute")
    clock.ahead += timedelta(minutes=106)
    cog = cog_of(world)
    await cog.rounds.coro(cog)
    assert "5 places are free; ready or maybe: Person1." in words(world.answer)
    async with database.acquire() as db:
        await db.execute("update sign_ups set reminded = false")
    clock.ahead += timedelta(minutes=3)
    count = len(world.answers)
    await cog.rounds.coro(cog)
    assert len(world.answers) == count
    assert await world.services.sign_ups.due() == ()


async def test_it_is_cancelled_and_closed_by_who_posted_it_or_a_moderator(
    world: World, people: list[MemberActor]
) -> None:
    asked = await post(world, by=world.alice)
    await people[0].click(asked, label="Can")
    refused = await world.say("!available cancel 1", by=world.bob)
    assert f"Only <@{world.alice.id}>, who posted it, or a server administrator" in refused
    assert "Sign-up 1 is closed" in await world.say("!available close", by=world.alice)
    assert "Closed: it holds" in now(world, asked)
    assert labels(next(one for one in world.answers if one.id == asked.id)) == []
    assert "is closed; nothing was changed" in said(await _press(world, asked, people[1]))
    assert "Sign-up 1 is cancelled" in await world.say("!available cancel", by=world.editor, to=asked)
    assert "Cancelled: it does not take place." in now(world, asked)
    assert "cancelled sign-up 1" in await world.say("!undo")
    assert "Closed: it holds" in now(world, asked)
    assert "closed sign-up 1" in await world.say("!undo")
    assert "1. Person0" in now(world, asked)
    await people[1].click(asked, label="Can")
    assert "2. Person1" in now(world, asked)


async def _press(world: World, asked: discord.Message, by: MemberActor) -> Any:
    """As from a screen that still shows the buttons."""
    await world.services.history.undo(world.actor)
    await world.bot.sign_ups.refresh(world.server_id, SignUpId(1))
    await world.services.sign_ups.close(world.actor, SignUpId(1))
    return await by.click(asked, label="Can")


async def test_those_that_are_open_are_listed(world: World, people: list[MemberActor]) -> None:
    assert "No sign-up is open. `!available 21:00` posts one" in await world.say("!available")
    await post(world, "in 3 hours")
    asked = await post(world, "in 2 hours vs KT")
    await people[0].click(asked, label="Can")
    text = await world.say("!available")
    assert text.index("**2** · <t:") < text.index("**1** · <t:")
    assert f"vs KT · [1/6](https://discord.com/channels/{world.guild.id}/{world.channel.id}/{asked.id})" in text
    assert "Which one? Say its number: 2 or 1." in await world.say("!available cancel")
    await world.say("!available cancel 2")
    assert "**2**" not in await world.say("!available list")


async def test_as_slash_commands(world: World) -> None:
    posted = said(await world.alice.slash(world.channel, "available post", when="in 2 hours vs KT"))
    assert "War vs KT · 6 players" in posted
    assert "**1** · <t:" in said(await world.bob.slash(world.channel, "available list"))
    assert "Sign-up 1 is cancelled" in said(await world.alice.slash(world.channel, "available cancel", number=1))


# --- the war ----------------------------------------------------------------------------------------------------------


async def filled(world: World, text: str = "in 30 minutes vs KT", count: int = 6) -> discord.Message:
    await world.add_roster()
    asked = await post(world, text)
    for number in range(count):
        one = world.guild.add_member(world.env.create_user(f"Player{number}"))
        await world.services.sign_ups.answer(actor(world, one), SignUpId(1), Answer.CAN)
    return asked


@pytest.mark.parametrize("typed", ["!war start", "!war start KT", "!war start CR", "!war start CR KT 6v6"])
async def test_a_full_line_up_plays_its_war(world: World, typed: str) -> None:
    asked = await filled(world)
    answer = await world.say(typed, by=world.alice)
    assert "Live: CR vs KT" in answer
    names = ", ".join(f"Player{number}" for number in range(6))
    assert f"By sign-up 1 {names} play; `players …` says it if it is others." in answer
    assert "The war has begun." in now(world, asked)
    five = ", ".join(f"Player{number} {place}" for number, place in enumerate((1, 3, 4, 7, 9)))
    assert "45 : 37" in await world.say(f"sgb 1 3 4 7 9 12\n{five}", by=world.alice)
    view = await world.services.live.running(world.server_id, ChannelId(world.channel.id))
    assert view is not None
    assert view.war.races[0].who[-1] == ("Player5", 12)  # the sixth is known by the line-up
    assert await world.services.sign_ups.coming(world.server_id) == ()


async def test_a_line_up_that_is_not_full_or_for_somebody_else_sets_nobody(world: World) -> None:
    await filled(world, count=4)
    answer = await world.say("!war start CB", by=world.alice)
    assert "Live: CR vs CB" in answer
    assert "sign-up" not in answer.casefold()
    await world.say("!live throw")
    answer = await world.say("!war start\nsgb 1 3 4 7 9 12", by=world.alice)
    assert "Live: CR vs KT" in answer
    assert "Sign-up 1 has 4 of 6, so nobody is set: `players …` says who plays." in answer
    assert "Race 1 · Shy Guy Bazaar" in answer
    view = await world.services.live.running(world.server_id, ChannelId(world.channel.id))
    assert view is not None
    assert view.war.players == ()


async def test_five_play_five_against_five(world: World) -> None:
    await filled(world, "in 30 minutes vs KT 5v5", count=5)
    answer = await world.say("!war start", by=world.alice)
    assert "5v5 · 12 races" in answer
    assert "By sign-up 1 Player0" in answer


async def test_without_a_sign_up_the_other_side_is_asked_for(world: World) -> None:
    assert "Against whom? `war start DX CB` says both tags" in await world.say("!war start", by=world.alice)
    assert "Live: CR vs QZ" in await world.say("!war start QZ\nsgb 1 3 4 7 9 12", by=world.alice)
    await world.say("!live throw")
    await world.services.settings.clear(world.actor, "tags")
    assert "Which tag is yours?" in await world.say("!war start QZ", by=world.alice)


async def test_undo_of_the_start_opens_the_sign_up_again(world: World) -> None:
    asked = await filled(world)
    await world.say("!war start")
    await world.say("!undo")
    assert "**Playing 6/6**" in now(world, asked)
    assert labels(next(one for one in world.answers if one.id == asked.id))[0] == "Can"


async def test_a_message_that_is_gone_stops_nothing(world: World) -> None:
    asked = await post(world)
    await asked.delete()
    assert "Sign-up 1 is cancelled" in await world.say("!available cancel 1")


@pytest.mark.parametrize("command", ["available", "available list", "available close", "available cancel"])
async def test_help_explains_each(world: World, command: str) -> None:
    assert "Example" in await world.say(f"!help {command}")


async def test_the_loop_runs(world: World) -> None:
    assert cog_of(world).rounds.is_running()
    await world.env.restart_bot(create_bot(world.services, world.options))
    assert cog_of(world).rounds.is_running()
