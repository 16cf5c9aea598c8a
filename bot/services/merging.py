"""Two players who are one: everything of the second goes to the first, and can be taken back to the last row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import LINES, PLAYER, Entry
from bot.services.errors import BadInput, Conflict
from bot.services.player import Player
from bot.services.texts import listed
from db import players, wars
from mkw.ids import PlayerId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.players import PlayerRow
    from db.wars import WarRow

WARS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Merged:
    player: Player
    gone: str  # the name of the second
    wars: int  # whose lines came with them
    spellings: tuple[str, ...]  # that are the first's now


class MergeService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def merge(self, actor: Actor, player_id: PlayerId, other_id: PlayerId) -> Merged:
        """The other is the first under another name: lines of all wars (removed ones too), spellings, and, where the
        first has none, link, country and team. Raises Conflict, naming the wars, where both played in one."""
        if player_id == other_id:
            raise BadInput("These are one player already.")
        async with self._records.change(actor.server_id) as db:
            row = await people.on_roster(db, actor.server_id, player_id)
            other = await people.on_roster(db, actor.server_id, other_id)
            both = await wars.in_both(db, server_id=actor.server_id, one=player_id, other=other_id)
            if both:
                raise Conflict(_two(row, other, both))
            entry = Entry(db, actor, self._now())
            await entry.touch(PLAYER, player_id)
            await entry.touch(PLAYER, other_id)
            await entry.touch(LINES, other_id, to=player_id)
            places = await wars.places_of_player(db, server_id=actor.server_id, player_id=other_id)
            await wars.hand_over(db, server_id=actor.server_id, places=places, giver=other_id, taker=player_id)
            await players.delete_if_unused(db, server_id=actor.server_id, player_id=other_id)
            for spelling in (other.name, *other.aliases):
                await people.respell(entry, row, spelling)
            await people.put(
                entry,
                row,
                discord_user_id=row.discord_user_id or other.discord_user_id,
                country=row.country or other.country,
                team_id=row.team_id or other.team_id,
            )
            count = "1 war" if len(places) == 1 else f"{len(places)} wars"
            text = f"merged {other.name} into {row.name} ({count})"
            await entry.write("merge", PLAYER, player_id, text)
            after = people.player_of(await people.on_roster(db, actor.server_id, player_id))
        return Merged(after, other.name, len(places), (other.name, *other.aliases))


def _two(row: PlayerRow, other: PlayerRow, both: tuple[WarRow, ...]) -> str:
    named = [f"war {war.war_id}" + (" (removed)" if war.removed_at is not None else "") for war in both[:WARS_NAMED]]
    if len(both) > WARS_NAMED:
        named.append(f"{len(both) - WARS_NAMED} more")
    return (
        f"{row.name} and {other.name} both played in {listed(named)}, so they are two. "
        f"Correct the line there first, such as `war edit {both[0].war_id} 3 player {row.name}`; nothing was changed."
    )
