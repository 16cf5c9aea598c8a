"""The real bot on a real PostgreSQL in a simulated Discord; only the reader is a stand-in that knows its pictures."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import discord
import pytest
import simcord
from PIL import Image
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult

from bot.client import BotOptions, ClanBot, create_bot
from bot.error_handling import explain, unwrap
from bot.services.actors import Actor
from bot.services.house import Services, build_services
from bot.services.levels import Level
from db.pool import Database
from mkw.ids import ChannelId, RoleId, ServerId, UserId
from ocr.reading import Check, Layout, Reading, Row, Side, Status

OURS = (("CR Comet", 92), ("CR Pixel", 88), ("CR Marlin", 85), ("CR Willow", 82), ("CR Juniper", 76), ("CR Tango", 70))
THEIRS = (
    ("QZ Quartz", 99),
    ("QZ Ripple", 90),
    ("QZ Saffron", 84),
    ("QZ Tundra", 78),
    ("QZ Umber", 72),
    ("QZ Vesper", 68),
)
ROSTER = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")
Lines = tuple[tuple[str, int | None], ...]


def picture(number: int = 0) -> bytes:
    """A PNG unlike that of any other number."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256, 7)).save(out, "PNG")
    return out.getvalue()


def side(tag: str, lines: Lines, *, doubts: dict[int, str] | None = None) -> Side:
    rows = tuple(
        Row(name=name, score=score, races=12, doubts=(doubts[place],) if doubts and place in doubts else ())
        for place, (name, score) in enumerate(lines)
    )
    return Side(rows, tag=tag, total=sum(score or 0 for _, score in lines))


def reading(ours: Lines = OURS, theirs: Lines = THEIRS, *, doubts: dict[int, str] | None = None) -> Reading:
    """What the reader says of a table; `doubts` by place in our side, from 0."""
    sides = (side("CR", ours, doubts=doubts), side("QZ", theirs))
    total = sum(one.total or 0 for one in sides)
    return Reading(
        status=Status.DOUBTFUL if doubts else Status.PROVEN,
        layout=Layout.TABLE,
        sides=sides,
        races=12,
        title="6v6 War",
        checks=(Check("82 points a race", 984, total, ok=total == 984),),
        seconds=0.1,
    )


@dataclass
class StandInReader:
    """Reads what it was told; counts how often."""

    known: dict[str, Reading | Exception] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    env: simcord.Env | None = None

    def hold(self, data: bytes) -> asyncio.Event:
        """Reading it ends when the event is set."""
        return self.gates.setdefault(hashlib.sha256(data).hexdigest(), asyncio.Event())

    def teach(self, data: bytes, says: Reading | Exception) -> bytes:
        self.known[hashlib.sha256(data).hexdigest()] = says
        return data

    async def read(self, data: bytes) -> Reading:
        key = hashlib.sha256(data).hexdigest()
        self.reads.append(key)
        if key in self.gates:
            assert self.env is not None
            await self.env.external_wait(self.gates[key].wait(), reason="a slow reading")
        says = self.known.get(key, Reading.refused("This is no result of a war."))
        if isinstance(says, Exception):
            raise says
        return says


class ErrorLog(logging.Handler):
    """What was logged as an error; a test that expects some takes them out."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def take(self) -> list[str]:
        taken = [record.getMessage() for record in self.records]
        self.records.clear()
        return taken


@dataclass
class World:
    """One server with one watched channel, an administrator, an editor and two members."""

    env: simcord.Env
    services: Services
    reader: StandInReader
    options: BotOptions
    errors: ErrorLog
    guild: GuildHandle
    channel: ChannelHandle
    elsewhere: ChannelHandle
    admin: MemberActor
    editor: MemberActor
    alice: MemberActor
    bob: MemberActor

    @property
    def bot(self) -> ClanBot:
        assert isinstance(self.env.bot, ClanBot)
        return self.env.bot

    @property
    def server_id(self) -> ServerId:
        return ServerId(self.guild.id)

    @property
    def actor(self) -> Actor:
        return Actor(self.server_id, UserId(self.admin.id), self.admin.name)

    async def restart(self) -> None:
        """A new bot on the same records, as after a crash."""
        await self.env.restart_bot(create_bot(self.services, self.options))

    async def post(self, *files: tuple[str, bytes], by: MemberActor | None = None, text: str = "") -> discord.Message:
        return await (by or self.alice).send(self.channel, text, attachments=files)

    async def post_war(
        self, number: int = 1, ours: Lines = OURS, *, by: MemberActor | None = None, **more: dict[int, str]
    ) -> discord.Message:
        """Post a picture and give back the bot's answer."""
        data = self.reader.teach(picture(number), reading(ours, **more))
        await self.post(("table.png", data), by=by)
        return self.answer

    @property
    def answers(self) -> list[discord.Message]:
        """What the bot said in the watched channel, oldest first."""
        assert self.bot.user is not None
        return [message for message in self.channel.history() if message.author.id == self.bot.user.id]

    @property
    def answer(self) -> discord.Message:
        return self.answers[-1]

    async def say(self, text: str, *, by: MemberActor | None = None, to: discord.Message | None = None) -> str:
        """Type something; what the bot answered, in words."""
        before = len(self.answers)
        await (by or self.admin).send(self.channel, text, reply_to=to)
        return "\n".join(words(message) for message in self.answers[before:])

    async def add_roster(self, *names: str) -> None:
        for name in names or ROSTER:
            await self.services.roster.add(self.actor, name)


def words(message: discord.Message | None) -> str:
    """Everything a message says."""
    if message is None:
        return ""
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{one.name}: {one.value}" for one in embed.fields]
        parts.append(embed.footer.text or "" if embed.footer else "")
    return "\n".join(part for part in parts if part)


def said(result: InteractionResult) -> str:
    """Everything an interaction was answered with."""
    messages = [result.response, *result.followups]
    return "\n".join(dict.fromkeys(words(message.message) for message in messages if message is not None))


def labels(message: discord.Message) -> list[str]:
    """The buttons that can be pressed."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    buttons = [one for row in rows for one in row.children if isinstance(one, discord.Button)]
    return [str(button.label) for button in buttons if not button.disabled]


@pytest.fixture
def reader() -> StandInReader:
    return StandInReader()


@pytest.fixture
def services(database: Database, reader: StandInReader, tmp_path: Path) -> Services:
    return build_services(database, reader.read, tmp_path)


@pytest.fixture
def options(tmp_path: Path) -> BotOptions:
    return BotOptions(data_dir=tmp_path, always_sync=True, shutdown_seconds=2.0)


@pytest.fixture
def errors() -> Iterator[ErrorLog]:
    log = ErrorLog()
    logging.getLogger().addHandler(log)
    yield log
    logging.getLogger().removeHandler(log)
    assert log.take() == []


@pytest.fixture
async def env(services: Services, options: BotOptions, reader: StandInReader) -> AsyncIterator[simcord.Env]:
    """A fixture of its own, because SimCord's plugin looks for it: clock and transcript."""
    made = simcord.Env(create_bot(services, options), check_errors=False, settle_timeout=20.0)
    await made.start()
    reader.env = made
    yield made
    await made.shutdown()
    assert [error for error in made.errors if _is_a_mistake(error)] == []


@pytest.fixture
async def world(
    env: simcord.Env, services: Services, reader: StandInReader, options: BotOptions, errors: ErrorLog
) -> World:
    return await _build(env, services, reader, options, errors)


def _is_a_mistake(error: BaseException) -> bool:
    """What Discord refuses is answered, not a mistake of ours."""
    return explain(error).unexpected and not isinstance(unwrap(error), discord.Forbidden | discord.NotFound)


async def _build(
    env: simcord.Env, services: Services, reader: StandInReader, options: BotOptions, errors: ErrorLog
) -> World:
    guild = env.create_guild("Comet Racers")
    admins = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
    editors = guild.create_role("Editors")
    made = World(
        env=env, services=services, reader=reader, options=options, errors=errors, guild=guild,
        channel=guild.create_text_channel("results"), elsewhere=guild.create_text_channel("chat"),
        admin=guild.add_member(env.create_user("Ada"), roles=[admins]),
        editor=guild.add_member(env.create_user("Edda"), roles=[editors]),
        alice=guild.add_member(env.create_user("Alice")),
        bob=guild.add_member(env.create_user("Bob")),
    )  # fmt: skip
    await services.settings.watch(made.actor, ChannelId(made.channel.id), watched=True)
    await services.settings.give_level(made.actor, RoleId(editors.id), Level.MODERATOR)
    await services.settings.change(made.actor, clan_name="Comet Racers", clan_tags=("CR",))
    return made
