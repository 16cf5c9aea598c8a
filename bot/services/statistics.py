"""What people ask about the record. Definitions are in mkw.statistics; here they are fed and cached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from bot.services.errors import NotFound
from db import players, statistics
from mkw.ids import PlayerId, ServerId
from mkw.statistics import PlayerStatistics, PlayerWar, TeamStatistics, player_statistics, team_statistics

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.players import PlayerRow
    from db.pool import Connection

T = TypeVar("T")


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
    """What is computed is made of cached rows, dropped after the commit of any change of the server."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def player(self, server_id: ServerId, player_id: PlayerId, *, last: int | None = None) -> PlayerStatistics:
        """Over all their wars, or the newest `last` of them. Raises NotFound for a player of another server."""

        async def load(db: Connection) -> tuple[PlayerWar, ...] | None:
            if await players.get(db, server_id=server_id, player_id=player_id) is None:
                return None
            found = await statistics.player_wars(db, server_id=server_id, player_ids=[player_id])
            return found[player_id]

        lines = await self._records.cached(server_id, ("player", player_id), load)
        if lines is None:
            raise NotFound("There is no such player on this server.")
        return player_statistics(_newest(lines, last))

    async def team(self, server_id: ServerId, *, last: int | None = None) -> TeamStatistics:
        """Over all kept wars, or the newest `last` of them."""
        wars = await self._records.cached(server_id, "team", lambda db: statistics.team_wars(db, server_id=server_id))
        return team_statistics(_newest(wars, last))

    async def leaderboard(
        self, server_id: ServerId, metric: Metric = Metric.AVERAGE, *, minimum_wars: float = 0.0
    ) -> Leaderboard:
        """Everybody on the roster who has played and reaches the minimum; who lacks the value stands last."""
        found = await self._records.cached(server_id, "everybody", lambda db: _everybody(db, server_id))
        played = [(row, numbers) for row, numbers in found if numbers.races > 0]
        shown = [(row, numbers, _value(metric, numbers)) for row, numbers in played if numbers.wars >= minimum_wars]
        shown.sort(key=lambda one: (one[2] is None, -(one[2] or 0.0), one[0].name.casefold()))
        rows: list[LeaderboardRow] = []
        for place, (row, numbers, value) in enumerate(shown, 1):
            rank = rows[-1].rank if rows and rows[-1].value == value else place
            rows.append(LeaderboardRow(rank, row.player_id, row.name, value, numbers))
        return Leaderboard(metric, tuple(rows), minimum_wars, hidden=len(played) - len(shown))


async def _everybody(db: Connection, server_id: ServerId) -> tuple[tuple[PlayerRow, PlayerStatistics], ...]:
    """Two queries, however many players."""
    roster = await players.everybody(db, server_id=server_id)
    found = await statistics.player_wars(db, server_id=server_id, player_ids=[row.player_id for row in roster])
    return tuple((row, player_statistics(found[row.player_id])) for row in roster)


def _newest(wars: Sequence[T], last: int | None) -> Sequence[T]:
    return wars if last is None else wars[: max(0, last)]


def _value(metric: Metric, numbers: PlayerStatistics) -> float | None:
    return {
        Metric.AVERAGE: numbers.average,
        Metric.LAST_10: numbers.average_last_10,
        Metric.WARS: numbers.wars,
        Metric.WIN_RATE: numbers.win_rate,
        Metric.DIFFERENTIAL: numbers.differential_average,
        Metric.HIGHEST: None if numbers.highest is None else float(numbers.highest.score),
    }[metric]
