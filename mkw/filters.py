"""Which wars a statistic is about. Filters combine: a war counts where it passes all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

import numpy as np

from mkw.lookalikes import fold
from mkw.record import Mask, Record, Wars

SMALL, LARGE = 12, 24  # rooms; never pooled


@dataclass(frozen=True, slots=True)
class Filter:
    """`last` takes the newest of what all others leave: of a player's own lines where one player is asked about."""

    last: int | None = None
    since: date | None = None  # first day, in the server's time zone
    until: date | None = None  # last day
    opponent: str | None = None  # a tag as typed; any other side of the war may wear it
    team: str | None = None  # a tag our side wore
    status: str | None = None  # of players: member, trial, ally, former
    room: int | None = None  # SMALL or LARGE; None: the one with more wars
    size: int | None = None  # of a team: 6 for 6v6
    minimum: float | None = None  # wars, under which somebody is left out


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many wars of each room size there were before one was chosen."""

    chosen: int
    small: int
    large: int

    @property
    def apart(self) -> int:
        """Wars left out because they are of the other room size."""
        return self.large if self.chosen == SMALL else self.small


def between(wars: Wars, first: date | None, last: date | None, zone: tzinfo) -> Mask:
    """Wars from the first to the last day, both included, in that time zone."""
    kept = np.ones(len(wars), dtype=np.bool_)
    if first is not None:
        kept &= wars.at >= _midnight(first, zone)
    if last is not None and last < date.max:
        kept &= wars.at < _midnight(last + timedelta(days=1), zone)
    return kept


def select(record: Record, wanted: Filter, zone: tzinfo) -> Record:
    """What passes all filters but `last`, `room`, `status` and `minimum`, which need to know who is asked about. A war
    against the opponent asked for is judged by that opponent's total."""
    wars = record.wars
    kept = between(wars, wanted.since, wanted.until, zone)
    if wanted.size is not None:
        kept &= wars.size == wanted.size
    if wanted.team is not None:
        kept &= np.isin(wars.own_tag, _alike(wars.clans, wanted.team))
    record = record.where(kept)
    if wanted.opponent is None:
        return record
    clan = clan_called(record, wanted.opponent)
    return record.where(np.zeros(len(record.wars), np.bool_)) if clan is None else record.against(clan)


def choose_room(record: Record, room: int | None, *, by: Wars | None = None) -> tuple[Record, Rooms]:
    """The wars of one room size: the one asked for, or the one `by` (a player's wars; else all) has more of."""
    counted = record.wars if by is None else by
    large = int((counted.room == LARGE).sum())
    small = len(counted) - large
    chosen = room or (LARGE if large > small else SMALL)
    return record.where(record.wars.room == chosen), Rooms(chosen, small, large)


def clan_called(record: Record, tag: str) -> int | None:
    """The index of the clan whose tag folds as this text does."""
    found = _alike(record.wars.clans, tag)
    return found[0] if found else None


def _alike(clans: tuple[str, ...], tag: str) -> list[int]:
    folded = fold(tag)
    return [index for index, one in enumerate(clans) if fold(one) == folded]


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()
