"""Everything a server owns as one file: JSON that can be brought in again, or CSV for spreadsheets (docs/export.md)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import IO, TYPE_CHECKING, Protocol

from bot.services.csv_files import CsvFiles
from bot.services.json_file import FORMAT, VERSION, JsonFile
from bot.services.numbering import Numbering, number_of, renumbered, told_renumbered
from bot.services.settings import ServerSettings
from db import export
from mkw.ids import ServerId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.executor import Json
    from db.pool import Connection

_NEW = ServerSettings(ServerId(0))
_NO_SETTINGS: Json = {
    "prefix": _NEW.prefix, "clan_name": None, "clan_tags": [], "time_zone": _NEW.time_zone,
    "locale": _NEW.locale, "self_link": _NEW.self_link, "live_typing": str(_NEW.live_typing), "watched_channels": [],
    "status_roles": [], "level_roles": [], "monthly_channel_id": None, "last_war": 0,
}  # fmt: skip


class Kind(StrEnum):
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Exported:
    """`file` stands at its beginning and is gone when it is closed; `counts` are things by section."""

    name: str
    file: IO[bytes] = field(compare=False)
    size: int
    counts: dict[str, int]


class Sink(Protocol):
    """Where an export is written. Blocking: call it in a thread."""

    ending: str

    def begin(self, header: Json) -> None: ...

    def add(self, section: str, things: list[Json]) -> None: ...

    def finish(self) -> IO[bytes]: ...

    def drop(self) -> None: ...


class ExportService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def export(self, server_id: ServerId, kind: Kind = Kind.JSON) -> Exported:
        """As of one moment. A connection is held while the database is read into files, and none any more while these
        are packed. Raises RecordsAway."""
        at = self._now().astimezone(UTC)
        sink, counts = await self._records.read(lambda db: _read(db, server_id, kind, at))
        try:
            file = await asyncio.to_thread(sink.finish)
        except BaseException:
            sink.drop()
            raise
        size = file.seek(0, 2)
        file.seek(0)
        return Exported(f"clan-{at:%Y-%m-%d}.{sink.ending}", file, size, counts)


async def _read(db: Connection, server_id: ServerId, kind: Kind, at: datetime) -> tuple[Sink, dict[str, int]]:
    """What is there, not finished. Nothing is left of it where this is broken off."""
    sink: Sink = JsonFile() if kind is Kind.JSON else CsvFiles()
    try:
        async with db.transaction(isolation="repeatable_read", readonly=True):
            return sink, await _write(db, server_id, at, sink)
    except BaseException:
        sink.drop()
        raise


async def _write(db: Connection, server_id: ServerId, at: datetime, sink: Sink) -> dict[str, int]:
    numbering: Numbering = asdict(await export.numbered(db, server_id=server_id))
    header = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": at.isoformat(),
        "server_id": str(server_id),
        "settings": await export.settings(db, server_id=server_id) or _NO_SETTINGS,
    }
    await asyncio.to_thread(sink.begin, header)
    counts = dict.fromkeys(export.SECTIONS, 0)
    for section in export.SECTIONS:
        turn: Turn = _TURNED[section]
        async for texts in export.texts(db, server_id=server_id, section=section):
            counts[section] += len(texts)
            await asyncio.to_thread(_add, sink, section, texts, partial(turn, numbering=numbering))
    return counts


def _add(sink: Sink, section: str, texts: list[str], turn: Callable[[Json], Json]) -> None:
    sink.add(section, [turn(json.loads(text)) for text in texts])


class Turn(Protocol):
    """A thing as the tables have it, with the numbers of the export."""

    def __call__(self, one: Json, numbering: Numbering) -> Json: ...


def _team(one: Json, numbering: Numbering) -> Json:
    return {**one, "number": numbering["team"][one["number"]]}


def _player(one: Json, numbering: Numbering) -> Json:
    team = one["team"]
    return {
        **one,
        "number": numbering["player"][one["number"]],
        "team": None if team is None else numbering["team"][team],
    }


def _season(one: Json, numbering: Numbering) -> Json:
    return {**one, "number": numbering["season"][one["number"]]}


def _war(one: Json, numbering: Numbering) -> Json:
    for side in one["sides"]:
        for line in side["lines"]:
            if line["player"] is not None:
                line["player"] = numbering["player"][line["player"]]
    return {**one, "revision": numbering["change"].get(one["revision"], 0)}


def _upload(one: Json, numbering: Numbering) -> Json:
    into, live = one["joined_into"], one["live_war"]
    return {
        **one,
        "number": numbering["upload"][one["number"]],
        "joined_into": None if into is None else numbering["upload"][into],
        "live_war": None if live is None else numbering["live"][live],
    }


def _live_war(one: Json, numbering: Numbering) -> Json:
    return {**one, "number": numbering["live"][one["number"]], "told": told_renumbered(one["told"], numbering)}


def _change(one: Json, numbering: Numbering) -> Json:
    undone_by = one["undone_by"]
    return {
        **one,
        "number": numbering["change"][one["number"]],
        "entity_number": number_of(one["entity"], one["entity_number"], numbering),
        "undone_by": None if undone_by is None else numbering["change"][undone_by],
        "before": renumbered(one["before"], numbering),
        "after": renumbered(one["after"], numbering),
    }


_TURNED: dict[str, Turn] = {
    "teams": _team,
    "players": _player,
    "seasons": _season,
    "wars": _war,
    "uploads": _upload,
    "live_wars": _live_war,
    "changes": _change,
}
