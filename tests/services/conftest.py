"""A clan, its services over a real database, and a reader that says what the test wants."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.actors import Actor
from bot.services.drafts import Review
from bot.services.house import Services, build_services
from bot.services.intake import Incoming
from bot.services.player import Player
from db.pool import Database
from mkw.ids import AttachmentId, ChannelId, MessageId, ServerId, UserId
from ocr.reading import Layout, Reading, Row, Side, Status

SERVER, OTHER_SERVER = ServerId(100), ServerId(200)
CHANNEL = ChannelId(11)
START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
EDITOR = Actor(SERVER, UserId(1), "Robin")
SECOND = Actor(SERVER, UserId(2), "Ash")
STRANGER = Actor(OTHER_SERVER, UserId(3), "Kim")

CLAN = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Basalt")
THEIRS = ("Onyx", "Tundra", "Fable", "Harbor", "Quartz", "Velvet")
OUR_SCORES = (110, 95, 88, 76, 64, 60)  # 493
THEIR_SCORES = (120, 101, 90, 70, 60, 50)  # 491


def side(names: tuple[str, ...], scores: tuple[int | None, ...], tag: str | None, **more: object) -> Side:
    rows = tuple(Row(name=name, score=score) for name, score in zip(names, scores, strict=True))
    return Side(rows=rows, tag=tag, **more)  # type: ignore[arg-type]


def table(
    ours: tuple[int | None, ...] = OUR_SCORES,
    theirs: tuple[int | None, ...] = THEIR_SCORES,
    names: tuple[str, ...] = CLAN,
) -> Reading:
    sides = (side(names, ours, "DX"), side(THEIRS, theirs, "CB"))
    return Reading(status=Status.PROVEN, layout=Layout.TABLE, sides=sides, races=12, title="6v6 War")


@dataclass
class StandInReader:
    """Says what it was told to, and counts."""

    says: Reading | Exception | Callable[[bytes], Reading] = field(default_factory=table)
    calls: int = 0

    async def __call__(self, data: bytes) -> Reading:
        self.calls += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says if isinstance(self.says, Reading) else self.says(data)


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_days(self, days: float) -> None:
        self.at += timedelta(days=days)


@dataclass
class Clan:
    """What a test needs of one server, in few words."""

    services: Services
    reader: StandInReader
    clock: Clock
    data_dir: Path
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(5_000))

    def picture(self, data: bytes | None = None, *, server_id: ServerId = SERVER) -> Incoming:
        number = next(self._ids)
        return Incoming(
            server_id=server_id,
            channel_id=CHANNEL,
            message_id=MessageId(number),
            attachment_id=AttachmentId(number + 100_000),
            user_id=UserId(1),
            user_name="Robin",
            filename="war.png",
            sent_at=self.clock(),
            data=data if data is not None else b"picture %d" % number,
        )

    async def players(self, *names: str, actor: Actor = EDITOR) -> dict[str, Player]:
        return {name: await self.services.roster.add(actor, name) for name in names or CLAN}

    async def upload(self, reading: Reading | None = None, *, data: bytes | None = None) -> Review:
        """A picture sent and read."""
        if reading is not None:
            self.reader.says = reading
        received = await self.services.intake.receive(self.picture(data))
        return await self.services.intake.process(SERVER, received.upload_id)


@pytest.fixture
def clan(database: Database, tmp_path: Path) -> Clan:
    reader, clock = StandInReader(), Clock()
    services = build_services(database, reader, tmp_path, now=clock, wait_for_records=2.0)
    return Clan(services, reader, clock, tmp_path)
