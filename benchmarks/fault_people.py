"""People of some simulated servers who post pictures, save and correct wars, and try again where nobody answers."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from simcord.backend.models import Channel, Guild, Message

from benchmarks.discord_server import DiscordServer
from benchmarks.numbered_wars import OURS, TAG, picture_of
from bot.rendering.samples import sample_table
from bot.services.actors import Actor
from bot.services.house import build_services
from bot.uploads import KEPT_FOR_LATER, LEAVE_IT
from db.migrate import migrate
from db.pool import Database
from mkw.ids import ChannelId, ServerId, UserId
from ocr.reading import Reading

PATIENCE = 6.0  # seconds until a person tries again
NOT_NOW = ("The records do not answer", "Something went wrong", "went wrong on my side", "is changing this right now")
# A word meanwhile, and an answer that another one took the place of.
NO_ANSWER = ("It goes on here", KEPT_FOR_LATER, LEAVE_IT)


@dataclass(frozen=True)
class Place:
    """A server with its one watched channel and the person who does everything there."""

    guild: Guild
    channel: Channel
    owner: int

    @property
    def actor(self) -> Actor:
        return Actor(ServerId(self.guild.id), UserId(self.owner), "Owner")


@dataclass(frozen=True)
class Posted:
    place: Place
    message: Message
    numbers: tuple[int | None, ...]  # None: a drawn table for the real reader


@dataclass(frozen=True)
class Said:
    """An edit: `mark` stands in its log entry and in no other's; `answer` is None where none came."""

    place: Place
    text: str
    mark: str | None
    answer: str | None


async def no_reader(_: bytes) -> Reading:
    raise AssertionError


async def make_places(world: DiscordServer, database: Database, data_dir: Path, count: int) -> list[Place]:
    """Servers that are set up, by the same use cases as everything else."""
    await migrate(database)
    services = build_services(database, no_reader, data_dir)
    places = []
    for number in range(count):
        guild, channel = world.make_server(f"Clan {number + 1}")
        place = Place(guild, channel, guild.owner_id)
        await services.settings.change(place.actor, clan_tags=(TAG,))
        await services.settings.watch(place.actor, ChannelId(channel.id), watched=True)
        for name in OURS:
            await services.roster.add(place.actor, name)
        places.append(place)
    return places


@dataclass
class People:
    world: DiscordServer
    places: list[Place]
    chance: random.Random
    posted: list[Posted] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    _numbers: int = 0
    _pressed: dict[int, float] = field(default_factory=dict)

    @property
    def pictures(self) -> int:
        return sum(len(one.numbers) for one in self.posted)

    # --- pictures ----------------------------------------------------------------------------------------------------

    def post(self, most: int, *, real: bool = False) -> int:
        """A message with one to three pictures, `most` at most; how many."""
        place = self.chance.choice(self.places)
        count = 1 if real else min(most, self.chance.choice((1, 1, 1, 2, 3)))
        numbers = [self._next() for _ in range(count)]
        files = {f"war{one}.png": sample_table(one) if real else picture_of(one) for one in numbers}
        message = self.world.post(place.channel, place.owner, "", files)
        self.posted.append(Posted(place, message, (None,) if real else tuple(numbers)))
        return count

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    def unanswered(self) -> list[Posted]:
        """Messages with fewer answers than pictures."""
        return [
            one
            for one in self.posted
            if len(self.answers(one)) < len(one.numbers)
        ]  # fmt: skip

    def answers(self, posted: Posted) -> list[Message]:
        return [
            one
            for one in self.world.replies(posted.place.channel, posted.message.id)
            if not any(words in (one.content or "") for words in NO_ANSWER)
        ]

    # --- saving ------------------------------------------------------------------------------------------------------

    def press_saves(self) -> int:
        """Press every Save that is there, again where nothing came of it; how many are there of numbered pictures, for
        a war of unknown players may be refused."""
        there = 0
        drawn = {one.message.id for one in self.posted if None in one.numbers}
        for place in self.places:
            for message in self.world.messages(place.channel):
                button = next((one for one in buttons_of(message) if one.startswith("review:save:")), None)
                if button is None:
                    continue
                there += int((message.reference or {}).get("message_id") or 0) not in drawn
                now = time.monotonic()
                if now - self._pressed.get(message.id, 0.0) > PATIENCE:
                    self._pressed[message.id] = now
                    self.world.press(place.channel, place.owner, message, button)
        return there

    # --- edits -------------------------------------------------------------------------------------------------------

    async def edit(self, number: int) -> None:
        place = self.chance.choice(self.places)
        wars = self._wars_shown(place)
        lot = self.chance.random()
        mark: str | None = None
        if lot < 0.1:
            text = "!undo"
        elif lot < 0.3 or not wars:
            mark = f"Guest{number:04}"
            text = f"!player add {mark}"
        elif lot < 0.6:
            text = (
                f"!war edit {self.chance.choice(wars)} {self.chance.randint(1, 6)} score {self.chance.randint(1, 180)}"
            )
        else:
            mark = f"note no {number:04}"
            text = f"!war note {self.chance.choice(wars)} {mark}"
        self.said.append(Said(place, text, mark, await self.say(place, text)))

    async def say(self, place: Place, text: str, *, within: float = PATIENCE) -> str | None:
        """What the bot answers; None where it does not."""
        message = self.world.post(place.channel, place.owner, text)
        until = time.monotonic() + within
        while time.monotonic() < until:
            if found := self.world.replies(place.channel, message.id):
                told = found[0]
                titles = [str(one.get("title") or "") + str(one.get("description") or "") for one in told.embeds]
                return "\n".join([told.content or "", *titles])
            await asyncio.sleep(0.01)
        return None

    def _wars_shown(self, place: Place) -> list[int]:
        found = []
        for message in self.world.messages(place.channel):
            for embed in message.embeds:
                title = str(embed.get("title") or "")
                if title.startswith("War ") and title.endswith(" is kept"):
                    found.append(int(title.split()[1]))
        return found

    async def recovered(self, since: float, *, limit: float = 60.0) -> float | None:
        """Seconds from `since` until a command that needs the records is answered; None where that takes too long."""
        while time.monotonic() - since < limit:
            told = await self.say(self.places[0], "!audit", within=1.0)
            if told is not None and not any(one in told for one in NOT_NOW):
                return time.monotonic() - since
            await asyncio.sleep(0.1)
        return None


def buttons_of(message: Message) -> list[str]:
    """The custom ids that can be pressed."""
    return [
        str(one.get("custom_id"))
        for row in message.components
        for one in row.get("components", ())
        if one.get("custom_id") and not one.get("disabled")
    ]
