"""The seasons a server names: from one day to another, in the server's time zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot.services.actors import Actor
from bot.services.changelog import SEASON, Entry
from bot.services.errors import AlreadyExists, BadInput, NotFound
from bot.services.texts import a_name, tidy
from db import seasons
from mkw.ids import SeasonId, ServerId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.seasons import SeasonRow

LONGEST = 40
MOST = 100
_DROPS = frozenset({"seasons"})


@dataclass(frozen=True, slots=True)
class Season:
    season_id: SeasonId
    name: str
    first_day: date
    last_day: date  # included


class SeasonService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def everything(self, server_id: ServerId) -> tuple[Season, ...]:
        """Newest first. Cached."""
        return await self._records.cached(server_id, "seasons", lambda db: _everything(db, server_id))

    async def find(self, server_id: ServerId, name: str) -> Season:
        """By name, any case, with or without the word `season`. Raises NotFound with the names there are."""
        every = await self.everything(server_id)
        wanted = _key(name)
        for season in every:
            if _key(season.name) == wanted:
                return season
        if not every:
            raise NotFound("No season is set on this server; `season add 1 2026-01-01 2026-03-31` sets one.")
        raise NotFound(f"No season is called {tidy(name)[:LONGEST]}.", suggestions=_near(name, every))

    async def add(self, actor: Actor, name: str, first_day: date, last_day: date) -> Season:
        """Raises AlreadyExists for a name that folds the same, BadInput for a day before the first."""
        name = a_name(name, what="season's name")
        if len(name) > LONGEST:
            raise BadInput(f"A season's name has at most {LONGEST} characters.")
        if last_day < first_day:
            raise BadInput(f"A season ends on or after its first day; {last_day} is before {first_day}.")
        async with self._records.change(actor.server_id, drops=_DROPS) as db:
            there = await _everything(db, actor.server_id)
            if any(_key(one.name) == _key(name) for one in there):
                raise AlreadyExists(f"A season is called {name} already; `season remove {name}` takes it out first.")
            if len(there) >= MOST:
                raise BadInput(f"A server has at most {MOST} seasons.")
            season_id = await seasons.insert(
                db, server_id=actor.server_id, name=name, folded=fold(name), first_day=first_day, last_day=last_day
            )
            entry = Entry(db, actor, self._now())
            entry.created(SEASON, season_id)
            await entry.write("add", SEASON, season_id, f"added season {name} ({first_day} to {last_day})")
        return Season(season_id, name, first_day, last_day)

    async def remove(self, actor: Actor, name: str) -> Season:
        season = await self.find(actor.server_id, name)
        async with self._records.change(actor.server_id, drops=_DROPS) as db:
            if await seasons.get(db, server_id=actor.server_id, season_id=season.season_id) is None:
                raise NotFound(f"Season {season.name} was removed already.")
            entry = Entry(db, actor, self._now())
            await entry.touch(SEASON, season.season_id)
            await seasons.delete(db, server_id=actor.server_id, season_id=season.season_id)
            await entry.write("remove", SEASON, season.season_id, f"removed season {season.name}")
        return season


async def _everything(db: Connection, server_id: ServerId) -> tuple[Season, ...]:
    return tuple(_season(row) for row in await seasons.everything(db, server_id=server_id))


def _season(row: SeasonRow) -> Season:
    return Season(row.season_id, row.name, row.first_day, row.last_day)


def _key(name: str) -> str:
    return fold(name).removeprefix(fold("season")) or fold(name)


def _near(name: str, every: Sequence[Season]) -> tuple[str, ...]:
    near = process.extract(_key(name), {one.name: _key(one.name) for one in every}, limit=3, score_cutoff=40)
    return tuple(key for *_, key in near) or tuple(one.name for one in every[:3])
