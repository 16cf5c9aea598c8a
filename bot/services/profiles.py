"""What a player's card shows: who they are, and how they play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.errors import NotFound
from bot.services.player import Player
from bot.services.teams import Team, team_of
from db import players, statistics, teams
from mkw.ids import PlayerId, ServerId
from mkw.points import RACES_PER_WAR
from mkw.statistics import PlayerStatistics, player_statistics

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection

FORM = 20  # wars in the line of one's form


@dataclass(frozen=True, slots=True)
class Profile:
    player: Player
    team: Team | None
    statistics: PlayerStatistics
    form: tuple[float, ...]  # points per full war of the newest wars, oldest first


class ProfileService:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def get(self, server_id: ServerId, player_id: PlayerId) -> Profile:
        """Of removed players too. Cached. Raises NotFound."""
        found = await self._records.cached(
            server_id, ("profile", player_id), lambda db: _profile(db, server_id, player_id)
        )
        if found is None:
            raise NotFound("There is no such player on this server.")
        return found


async def _profile(db: Connection, server_id: ServerId, player_id: PlayerId) -> Profile | None:
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is None:
        return None
    team = None if row.team_id is None else await teams.get(db, server_id=server_id, team_id=row.team_id)
    played = (await statistics.player_wars(db, server_id=server_id, player_ids=[player_id]))[player_id]
    form = [war.score * RACES_PER_WAR / war.races for war in played[:FORM]]
    return Profile(
        people.player_of(row), None if team is None else team_of(team), player_statistics(played), tuple(reversed(form))
    )
