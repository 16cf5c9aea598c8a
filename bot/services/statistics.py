"""What people ask about the record. Definitions are in mkw.statistics; here they are fed and cached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mkw.ids import PlayerId, ServerId
from mkw.statistics import PlayerStatistics, TeamStatistics


class Metric(StrEnum):
    """What a leaderboard can be sorted by."""

    AVERAGE = "average"
    LAST_10 = "last10"
    WARS = "wars"
    WIN_RATE = "winrate"
    DIFFERENTIAL = "differential"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    rank: int  # equal values share a rank: 1, 2, 2, 4
    player_id: PlayerId
    name: str
    value: float | None
    statistics: PlayerStatistics


@dataclass(frozen=True, slots=True)
class Leaderboard:
    metric: Metric
    rows: tuple[LeaderboardRow, ...]
    minimum_wars: float
    hidden: int  # players under the minimum


class StatisticsService:
    async def player(self, server_id: ServerId, player_id: PlayerId, *, last: int | None = None) -> PlayerStatistics:
        """Over all their wars, or the newest `last` of them."""
        raise NotImplementedError

    async def team(self, server_id: ServerId, *, last: int | None = None) -> TeamStatistics:
        raise NotImplementedError

    async def leaderboard(
        self, server_id: ServerId, metric: Metric = Metric.AVERAGE, *, minimum_wars: float = 0.0
    ) -> Leaderboard:
        raise NotImplementedError
