"""What a player's card shows: who they are, and how they play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.errors import NotFound
from bot.services.player import Player
from bot.services.teams import Team, team_of
from db import players, teams
from mkw.ids import PlayerId, ServerId
from mkw.statistics import PlayerStatistics, player_statistics

if TYPE_CHECKING:
    from bot.services.records import Records
    from bot.services.statistics import StatisticsService
    from db.pool import Connection

FORM = 20  # wars in the line of one's form


@dataclass(frozen=True, slots=True)
class Profile:
    player: Player
    team: Team | None
    statistics: PlayerStatistics
    form: tuple[float, ...]  # points per full war of the newest wars, oldest first


class ProfileService:
    def __init__(self, records: Records, statistics: StatisticsService) -> None:
        self._records, self._statistics = records, statistics

    async def get(self, server_id: ServerId, player_id: PlayerId) -> Profile:
        """Of removed players too; over the rooms they played most in. Raises NotFound."""
        found = await self._records.read(lambda db: _who(db, server_id, player_id))
        if found is None:
            raise NotFound("There is no such player on this server.")
        player, team = found
        played = (await self._statistics.scope(server_id, of=[player_id])).played(player_id)
        form = tuple(float(points) for points in reversed(played.newest(FORM).per_war))
        return Profile(player, team, player_statistics(played), form)


async def _who(db: Connection, server_id: ServerId, player_id: PlayerId) -> tuple[Player, Team | None] | None:
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is None:
        return None
    team = None if row.team_id is None else await teams.get(db, server_id=server_id, team_id=row.team_id)
    return people.player_of(row), None if team is None else team_of(team)
