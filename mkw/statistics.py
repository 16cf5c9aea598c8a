"""What the numbers mean, each written once. Definitions: docs/statistics.md.

All functions are pure and take lines oldest first or newest first as they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mkw.ids import WarId


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
    highest: PlayerWar | None  # full wars only
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
    raise NotImplementedError


def team_statistics(wars: Sequence[TeamWar]) -> TeamStatistics:
    """`wars` in any order."""
    raise NotImplementedError
