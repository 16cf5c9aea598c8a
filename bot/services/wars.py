"""Kept wars: looking at them, removing them. How they come to be is `review.save`, how they change `editing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services.actors import Actor
from bot.services.changelog import WAR, Entry
from bot.services.errors import Conflict, NotFound
from bot.services.race_sheets import RaceSheet, sheet_of_war
from db import races, uploads, wars
from mkw.ids import ChangeId, PlayerId, ServerId, UploadId, WarId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.wars import SideRow, WarRow

_MOST = 2**31
NEVER_TOUCHED = ChangeId(0)


@dataclass(frozen=True, slots=True)
class WarLine:
    name: str  # the player's name of today, or the name as drawn
    drawn_name: str
    player_id: PlayerId | None
    score: int
    races: int
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class WarSide:
    tag: str | None
    ours: bool
    total: int  # the lines' sum, or what was drawn where there are no lines; before the penalty
    penalty: int
    lines: tuple[WarLine, ...]

    @property
    def final(self) -> int:
        return self.total - self.penalty


@dataclass(frozen=True, slots=True)
class War:
    server_id: ServerId
    war_id: WarId
    played_at: datetime
    races: int
    title: str | None
    layout: str
    sides: tuple[WarSide, ...]
    upload_id: UploadId | None
    removed: bool = False
    note: str | None = None
    revision: ChangeId = NEVER_TOUCHED  # the change that touched it last

    @property
    def our_side(self) -> WarSide:
        return next(side for side in self.sides if side.ours)

    @property
    def opponents(self) -> tuple[WarSide, ...]:
        return tuple(side for side in self.sides if not side.ours)

    @property
    def difference(self) -> int | None:
        """Ours less the best opponent's, after penalties; None without an opponent."""
        best = max((side.final for side in self.opponents), default=None)
        return None if best is None else self.our_side.final - best


@dataclass(frozen=True, slots=True)
class WarPage:
    wars: tuple[War, ...]  # newest first
    page: int  # from 0
    pages: int
    total: int


class WarService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def get(self, server_id: ServerId, war_id: WarId) -> War:
        """Removed wars are found too, marked; raises NotFound otherwise."""
        return await self._records.read(lambda db: war_of(db, server_id, war_id))

    async def page(self, server_id: ServerId, *, page: int = 0, size: int = 10) -> WarPage:
        """A page past the end is the last one."""

        async def look(db: Connection) -> WarPage:
            total = await wars.count(db, server_id=server_id)
            pages = max(1, -(-total // size))
            number = min(max(page, 0), pages - 1)
            rows = await wars.newest(db, server_id=server_id, limit=size, offset=number * size)
            return WarPage(await _complete(db, server_id, rows), page=number, pages=pages, total=total)

        return await self._records.read(look)

    async def sheet(self, server_id: ServerId, war_id: WarId) -> RaceSheet | None:
        """What everybody did race by race; None for a war of which only totals are known. Raises NotFound."""

        async def look(db: Connection) -> RaceSheet | None:
            war = await war_of(db, server_id, war_id)
            kept = await races.of_war(db, server_id=server_id, war_id=war_id)
            return sheet_of_war(war, kept, await races.results(db, server_id=server_id, war_id=war_id))

        return await self._records.read(look)

    async def pictures(self, server_id: ServerId, war_id: WarId) -> tuple[UploadId, ...]:
        """Every picture the war was made of, oldest first; empty for a typed one."""
        return await self._records.read(lambda db: uploads.pictures_of_war(db, server_id=server_id, war_id=war_id))

    async def remove(self, actor: Actor, war_id: WarId) -> War:
        """Hidden from every list and statistic, kept for undo. Raises Conflict where it is removed already."""
        async with self._records.change(actor.server_id) as db:
            war = await war_of(db, actor.server_id, war_id)
            if war.removed:
                raise Conflict(f"War {war_id} was removed already.")
            entry = Entry(db, actor, self._now())
            await entry.touch(WAR, war_id)
            await wars.set_removed(db, server_id=actor.server_id, war_id=war_id, removed_at=entry.at)
            await entry.write("remove", WAR, war_id, f"removed war {war_id}")
        return replace(war, removed=True)


async def war_of(db: Connection, server_id: ServerId, war_id: WarId) -> War:
    """Removed wars too, marked. Raises NotFound."""
    # A number past what the column holds is no war either.
    row = await wars.get(db, server_id=server_id, war_id=war_id) if 0 < war_id < _MOST else None
    if row is None:
        raise NotFound(f"There is no war {war_id}.")
    return (await _complete(db, server_id, (row,)))[0]


async def _complete(db: Connection, server_id: ServerId, rows: Sequence[WarRow]) -> tuple[War, ...]:
    """The wars with their sides and lines, in the order given: three queries, however many wars."""
    ids = [row.war_id for row in rows]
    lines: defaultdict[tuple[WarId, int], list[WarLine]] = defaultdict(list)
    for line in await wars.lines(db, server_id=server_id, war_ids=ids):
        lines[line.war_id, line.side].append(
            WarLine(
                name=line.player_name or line.drawn_name,
                drawn_name=line.drawn_name,
                player_id=line.player_id,
                score=line.score,
                races=line.races,
                penalty=line.penalty,
            )
        )
    sides: defaultdict[WarId, list[SideRow]] = defaultdict(list)
    for side in await wars.sides(db, server_id=server_id, war_ids=ids):
        sides[side.war_id].append(side)
    return tuple(
        War(
            server_id=row.server_id,
            war_id=row.war_id,
            played_at=row.played_at,
            races=row.races,
            title=row.title,
            layout=row.layout,
            sides=tuple(
                WarSide(
                    side.tag, side.side == row.our_side, side.total, side.penalty, tuple(lines[row.war_id, side.side])
                )
                for side in sides[row.war_id]
            ),
            upload_id=row.upload_id,
            removed=row.removed_at is not None,
            note=row.note,
            revision=row.revision,
        )
        for row in rows
    )
