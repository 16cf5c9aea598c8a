"""The earlier bot's record brought into a server that has none: looked at first, then all of it or nothing, compared
with what the file says before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.services.actors import Actor
from bot.services.bringing_in import must_be_empty
from bot.services.changelog import IMPORT, Entry
from bot.services.drafting import TYPED
from bot.services.errors import BadInput, Conflict
from bot.services.moving_plan import Figures, Move, Mover, War, planned
from bot.services.old_record import OldRecord
from bot.services.player import PlayerStatus
from bot.services.texts import LONGEST_DRAWN, tidy
from db import bringing_in, servers
from db.bringing_in import PlayerIn, WarIn
from db.wars import LineRow, SideRow
from mkw.ids import PlayerId, ServerId, WarId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection

WHAT = "An old record"


class MoveInService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def look(self, server_id: ServerId, old: OldRecord) -> Move:
        """What would be. Raises Conflict where the server has a record, BadInput where there is nothing to bring."""

        async def work(db: Connection) -> Move:
            await must_be_empty(db, server_id, WHAT)
            return await _planned(db, server_id, old)

        return await self._records.read(work)

    async def apply(self, actor: Actor, old: OldRecord, source: str) -> Move:
        """All of it in one transaction and as one change, kept only where the database then says what `look` says.
        Raises as `look`."""
        async with self._records.change(actor.server_id) as db:
            await must_be_empty(db, actor.server_id, WHAT)
            move = await _planned(db, actor.server_id, old)
            entry = Entry(db, actor, self._now())
            entry.created(IMPORT, 0)
            ids = await _put(db, actor.server_id, move, self._now())
            await _compare(db, actor.server_id, move, ids)
            text = f"brought in the old record {tidy(source)[:LONGEST_DRAWN]}: {move.brings}"
            await entry.write("import", IMPORT, 0, text)
        return move


async def _planned(db: Connection, server_id: ServerId, old: OldRecord) -> Move:
    row = await servers.get(db, server_id=server_id)
    move = planned(old, ZoneInfo("UTC" if row is None else row.time_zone))
    if not move.players and not move.wars:
        raise BadInput("There is no player and no session in this record that could be brought in.")
    return move


async def _put(db: Connection, server_id: ServerId, move: Move, at: datetime) -> list[PlayerId]:
    """The ids of the players, in their order."""
    ids = [PlayerId(one) for one in await bringing_in.new_ids(db, "players", "player_id", len(move.players))]
    players = [_player(one, ids[index], at) for index, one in enumerate(move.players)]
    await bringing_in.put_roster(db, server_id=server_id, teams=[], players=players, seasons=[])
    wars = [_war(one, WarId(number), ids, at) for number, one in enumerate(move.wars, 1)]
    await bringing_in.put_wars(db, server_id=server_id, wars=wars, last_war=len(wars))
    return ids


def _player(one: Mover, player_id: PlayerId, at: datetime) -> PlayerIn:
    return PlayerIn(
        player_id=player_id,
        name=one.name,
        status=PlayerStatus.MEMBER.value,
        discord_user_id=None,
        country=None,
        team_id=None,
        added_at=at,
        removed_at=None,
        spellings=tuple((fold(spelling), spelling) for spelling in (one.name, *one.aliases)),
    )


def _war(war: War, war_id: WarId, ids: Sequence[PlayerId], at: datetime) -> WarIn:
    lines = tuple(
        LineRow(
            war_id, 1, position, None if one.player is None else ids[one.player], None,
            one.drawn_name, one.score, one.races, 0,
        )
        for position, one in enumerate(war.lines, 1)
    )  # fmt: skip
    return WarIn(
        war_id=war_id,
        played_at=war.played_at,
        layout=TYPED,
        races=war.races,
        our_side=1,
        title=None,
        note=None,
        source="typed",
        recorded_at=at,
        removed_at=None,
        revision=0,
        sides=(SideRow(war_id, 1, None, sum(one.score for one in war.lines), 0),),
        lines=lines,
        raced=(),
        results=(),
    )


async def _compare(db: Connection, server_id: ServerId, move: Move, ids: Sequence[PlayerId]) -> None:
    found = await bringing_in.figures(db, server_id=server_id)
    for player_id, one in zip(ids, move.players, strict=True):
        now = Figures(*found.get(player_id, ()))
        if now != one.figures:
            raise Conflict(
                f"{one.name} would have {now.points} points in {now.wars} wars, and the file says "
                f"{one.figures.points} in {one.figures.wars}. Nothing was changed; please report this."
            )
