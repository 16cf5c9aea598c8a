"""Kept wars: looking at them, removing them. How they come to be is `review.save`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.actors import Actor
from mkw.ids import PlayerId, ServerId, UploadId, WarId


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
    async def get(self, server_id: ServerId, war_id: WarId) -> War:
        """Removed wars are found too, marked; raises NotFound otherwise."""
        raise NotImplementedError

    async def page(self, server_id: ServerId, *, page: int = 0, size: int = 10) -> WarPage:
        """A page past the end is the last one."""
        raise NotImplementedError

    async def remove(self, actor: Actor, war_id: WarId) -> War:
        """Hidden from every list and statistic, kept for undo. Raises Conflict where it is removed already."""
        raise NotImplementedError
