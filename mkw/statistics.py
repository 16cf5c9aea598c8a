"""What the numbers mean, each written once. Definitions: docs/statistics.md.

All functions are pure and take lines oldest first or newest first as they say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mkw.ids import WarId
from mkw.points import RACES_PER_WAR

LAST = 10  # how many of the newest "the last" means


@dataclass(frozen=True, slots=True)
class PlayerWar:
    """One player's line in one war, with what the war around it came to."""

    war_id: WarId
    played_at: datetime
    score: int
    races: int  # played by this player
    war_races: int
    own_total: int  # real totals, penalties apart
    opponent_total: int | None  # the best opponent's; None without one
    own_penalty: int = 0
    opponent_penalty: int = 0
    opponent_tag: str | None = None


@dataclass(frozen=True, slots=True)
class PlayerStatistics:
    wars: float  # races / 12
    races: int
    points: int
    average: float | None  # points per full war: points / (races / 12)
    average_last_10: float | None  # over the newest 10 lines
    wins: int
    losses: int
    draws: int
    win_rate: float | None  # wins / (wins + losses + draws), 0..1
    differential: float  # sum of (own - opponent), scaled by races / war races
    differential_average: float | None  # per full war
    highest: PlayerWar | None  # full wars only: every race of a war of 12
    lowest: PlayerWar | None
    last: tuple[PlayerWar, ...]  # newest first, 10 at most


@dataclass(frozen=True, slots=True)
class TeamWar:
    war_id: WarId
    played_at: datetime
    races: int
    own_total: int
    opponent_total: int | None
    own_penalty: int = 0
    opponent_penalty: int = 0
    opponent_tag: str | None = None


@dataclass(frozen=True, slots=True)
class TeamStatistics:
    wars: int
    wins: int
    losses: int
    draws: int
    win_rate: float | None
    average: float | None  # own total per 12 races
    differential: int
    differential_average: float | None
    best: TeamWar | None  # by margin
    worst: TeamWar | None
    last: tuple[TeamWar, ...]  # newest first, 10 at most


def player_statistics(wars: Sequence[PlayerWar]) -> PlayerStatistics:
    """`wars` in any order."""
    newest = sorted(wars, key=_when, reverse=True)
    races = sum(war.races for war in newest)
    full = [war for war in newest if war.races == war.war_races == RACES_PER_WAR]
    # Two lines of one player in one war (back after a disconnection) are one war won or lost.
    record = _record({war.war_id: war for war in newest}.values())
    met = [(war, war.opponent_total) for war in newest if war.opponent_total is not None and war.war_races > 0]
    differential = math.fsum((war.own_total - theirs) * war.races / war.war_races for war, theirs in met)
    return PlayerStatistics(
        wars=races / RACES_PER_WAR,
        races=races,
        points=sum(war.score for war in newest),
        average=_average(newest),
        average_last_10=_average(newest[:LAST]),
        wins=record.wins,
        losses=record.losses,
        draws=record.draws,
        win_rate=record.win_rate,
        differential=differential,
        differential_average=_per_war(differential, sum(war.races for war, _ in met)),
        # Of equals the oldest holds the record.
        highest=max(reversed(full), key=lambda war: war.score, default=None),
        lowest=min(reversed(full), key=lambda war: war.score, default=None),
        last=tuple(newest[:LAST]),
    )


def team_statistics(wars: Sequence[TeamWar]) -> TeamStatistics:
    """`wars` in any order."""
    newest = sorted(wars, key=lambda war: (war.played_at, war.war_id), reverse=True)
    record = _record(newest)
    met = [(war, margin) for war in newest if (margin := outcome_margin(war)) is not None]
    differential = sum(war.own_total - war.opponent_total for war in newest if war.opponent_total is not None)
    best = max(reversed(met), key=lambda pair: pair[1], default=None)
    worst = min(reversed(met), key=lambda pair: pair[1], default=None)
    return TeamStatistics(
        wars=len(newest),
        wins=record.wins,
        losses=record.losses,
        draws=record.draws,
        win_rate=record.win_rate,
        average=_per_war(sum(war.own_total for war in newest), sum(war.races for war in newest)),
        differential=differential,
        differential_average=_per_war(differential, sum(war.races for war, _ in met)),
        best=best and best[0],
        worst=worst and worst[0],
        last=tuple(newest[:LAST]),
    )


def outcome_margin(war: PlayerWar | TeamWar) -> int | None:
    """Own less the best opponent's points, after penalties; above 0 is won, 0 drawn. None without an opponent."""
    if war.opponent_total is None:
        return None
    return (war.own_total - war.own_penalty) - (war.opponent_total - war.opponent_penalty)


def _when(war: PlayerWar) -> tuple[datetime, int, int, int]:
    # Score and races only settle the order of two lines in one war.
    return war.played_at, war.war_id, war.score, war.races


def _per_war(points: float, races: int) -> float | None:
    """Points scaled to a full war of 12 races; None without races."""
    return points * RACES_PER_WAR / races if races > 0 else None


def _average(wars: Sequence[PlayerWar]) -> float | None:
    return _per_war(sum(war.score for war in wars), sum(war.races for war in wars))


@dataclass(frozen=True, slots=True)
class _Record:
    wins: int
    losses: int
    draws: int

    @property
    def win_rate(self) -> float | None:
        decided = self.wins + self.losses + self.draws
        return self.wins / decided if decided else None


def _record(wars: Iterable[PlayerWar | TeamWar]) -> _Record:
    margins = [margin for war in wars if (margin := outcome_margin(war)) is not None]
    return _Record(
        wins=sum(margin > 0 for margin in margins),
        losses=sum(margin < 0 for margin in margins),
        draws=sum(margin == 0 for margin in margins),
    )
