"""Changes to the roster, inside a transaction that somebody else owns: adding, renaming, aliases."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from bot.services.changelog import PLAYER
from bot.services.errors import AlreadyExists, NotFound
from bot.services.player import Player, PlayerStatus
from db import players
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.changelog import Entry
    from db.players import PlayerRow
    from db.pool import Connection
    from mkw.ids import PlayerId, ServerId


def player_of(row: PlayerRow) -> Player:
    return Player(
        server_id=row.server_id,
        player_id=row.player_id,
        name=row.name,
        status=PlayerStatus(row.status),
        aliases=row.aliases,
        discord_user_id=row.discord_user_id,
        country=row.country,
        team_id=row.team_id,
        removed=row.removed,
    )


async def everybody(db: Connection, server_id: ServerId) -> tuple[Player, ...]:
    return tuple(player_of(row) for row in await players.everybody(db, server_id=server_id))


async def on_roster(db: Connection, server_id: ServerId, player_id: PlayerId) -> PlayerRow:
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is None or row.removed:
        raise NotFound("That player is not on the roster.")
    return row


async def claim(entry: Entry, spelling: str, *, by: PlayerId | None = None) -> PlayerRow | None:
    """Make sure nobody else has the spelling. Returns the removed player whose name it is, where there is one: they may
    come back under it. An alias of a removed player gives way. Raises AlreadyExists for anybody on the roster."""
    server_id, folded = entry.actor.server_id, fold(spelling)
    holder = await players.by_folded(entry.db, server_id=server_id, folded=folded)
    if holder is None or holder.player_id == by:
        return None
    is_name = fold(holder.name) == folded
    if not holder.removed:
        kind = "on the roster already" if is_name else f"an alias of {holder.name} already"
        raise AlreadyExists(f"{spelling} is {kind}.")
    if is_name:
        return holder
    await entry.touch(PLAYER, holder.player_id)
    await players.remove_spelling(entry.db, server_id=server_id, folded=folded)
    return None


async def claim_for_good(entry: Entry, spelling: str, *, by: PlayerId) -> None:
    """As `claim`, where the name of a removed player cannot be taken over."""
    if await claim(entry, spelling, by=by) is not None:
        raise AlreadyExists(f"{spelling} is the name of a player who was removed; adding {spelling} brings them back.")


async def add(entry: Entry, name: str, status: PlayerStatus) -> PlayerId:
    """A new player, or a removed one back under their name. Raises AlreadyExists."""
    server_id = entry.actor.server_id
    back = await claim(entry, name)
    if back is None:
        player_id = await players.insert(
            entry.db, server_id=server_id, name=name, folded=fold(name), status=status.value
        )
        entry.created(PLAYER, player_id)
        return player_id
    await entry.touch(PLAYER, back.player_id)
    await respell(entry, back, name)
    # Whoever was linked to their Discord user meanwhile keeps it.
    user_id = back.discord_user_id
    if user_id is not None and await players.by_discord_user(entry.db, server_id=server_id, user_id=user_id):
        user_id = None
    await put(entry, back, name=name, status=status.value, discord_user_id=user_id)
    return back.player_id


async def respell(entry: Entry, row: PlayerRow, spelling: str) -> None:
    """Give the player a spelling; one of theirs that folds the same is written anew."""
    server_id, folded = row.server_id, fold(spelling)
    await players.remove_spelling(entry.db, server_id=server_id, folded=folded)
    await players.add_spelling(entry.db, server_id=server_id, player_id=row.player_id, spelling=spelling, folded=folded)


async def put(entry: Entry, row: PlayerRow, *, removed: bool = False, **changed: Any) -> PlayerRow:
    """Write the row with these columns changed, and give it back."""
    row = dataclasses.replace(row, removed=removed, **changed)
    await players.update(
        entry.db,
        server_id=row.server_id,
        player_id=row.player_id,
        name=row.name,
        status=row.status,
        country=row.country,
        discord_user_id=row.discord_user_id,
        team_id=row.team_id,
        removed_at=entry.at if removed else None,
    )
    return row
