"""Players and the spellings they are known by. A player's name is one of their spellings; the others are aliases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mkw.ids import PlayerId, ServerId, TeamId, UserId

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor

_SELECT = """
    select p.server_id, p.player_id, p.name, p.status, p.discord_user_id, p.country, p.team_id,
           p.removed_at is not null as removed,
           array(select s.spelling from spellings s
                 where s.server_id = p.server_id and s.player_id = p.player_id and s.spelling <> p.name
                 order by s.folded) as aliases
    from players p
"""


@dataclass(frozen=True, slots=True)
class PlayerRow:
    server_id: ServerId
    player_id: PlayerId
    name: str
    status: str
    discord_user_id: UserId | None
    country: str | None
    team_id: TeamId | None
    removed: bool
    aliases: tuple[str, ...]


def _row(row: asyncpg.Record) -> PlayerRow:
    return PlayerRow(**{**dict(row), "aliases": tuple(row["aliases"])})


async def everybody(db: Executor, *, server_id: ServerId) -> tuple[PlayerRow, ...]:
    """All who are not removed, by name."""
    rows = await db.fetch(
        _SELECT + "where p.server_id = $1 and p.removed_at is null order by lower(p.name), p.player_id", server_id
    )
    return tuple(_row(row) for row in rows)


async def get(db: Executor, *, server_id: ServerId, player_id: PlayerId) -> PlayerRow | None:
    """Removed players too."""
    row = await db.fetchrow(_SELECT + "where p.server_id = $1 and p.player_id = $2", server_id, player_id)
    return None if row is None else _row(row)


async def by_folded(db: Executor, *, server_id: ServerId, folded: str) -> PlayerRow | None:
    """Whose spelling that is, removed players too."""
    row = await db.fetchrow(
        _SELECT + "join spellings o using (server_id, player_id) where o.server_id = $1 and o.folded = $2",
        server_id,
        folded,
    )
    return None if row is None else _row(row)


async def by_discord_user(db: Executor, *, server_id: ServerId, user_id: UserId) -> PlayerRow | None:
    """Who is linked to that user and not removed."""
    row = await db.fetchrow(
        _SELECT + "where p.server_id = $1 and p.discord_user_id = $2 and p.removed_at is null", server_id, user_id
    )
    return None if row is None else _row(row)


async def names(db: Executor, *, server_id: ServerId) -> dict[PlayerId, str]:
    """Names of everybody, removed players too."""
    rows = await db.fetch("select player_id, name from players where server_id = $1", server_id)
    return {PlayerId(row["player_id"]): row["name"] for row in rows}


async def insert(db: Executor, *, server_id: ServerId, name: str, folded: str, status: str) -> PlayerId:
    player_id = await db.fetchval(
        "insert into players (server_id, name, status) values ($1, $2, $3) returning player_id", server_id, name, status
    )
    await add_spelling(db, server_id=server_id, player_id=PlayerId(player_id), spelling=name, folded=folded)
    return PlayerId(player_id)


async def insert_again(db: Executor, *, server_id: ServerId, player_id: PlayerId, name: str, status: str) -> None:
    """Somebody who was taken out for good, under the id of then; their spellings follow."""
    await db.execute(
        """
        insert into players (server_id, player_id, name, status) overriding system value values ($1, $2, $3, $4)
        """,
        server_id,
        player_id,
        name,
        status,
    )


async def update(
    db: Executor,
    *,
    server_id: ServerId,
    player_id: PlayerId,
    name: str,
    status: str,
    country: str | None,
    discord_user_id: UserId | None,
    team_id: TeamId | None,
    removed_at: datetime | None,
) -> None:
    """`name` must be a spelling of the player at the transaction's end."""
    await db.execute(
        """
        update players set name = $3, status = $4, country = $5, discord_user_id = $6, team_id = $7, removed_at = $8
        where server_id = $1 and player_id = $2
        """,
        server_id,
        player_id,
        name,
        status,
        country,
        discord_user_id,
        team_id,
        removed_at,
    )


async def delete_if_unused(db: Executor, *, server_id: ServerId, player_id: PlayerId) -> bool:
    """Take a player out for good who stands in no war; False where they do."""
    deleted = await db.fetchval(
        """
        delete from players p where p.server_id = $1 and p.player_id = $2
          and not exists (select from war_lines l where l.server_id = $1 and l.player_id = $2)
        returning p.player_id
        """,
        server_id,
        player_id,
    )
    return deleted is not None


async def add_spelling(db: Executor, *, server_id: ServerId, player_id: PlayerId, spelling: str, folded: str) -> None:
    await db.execute(
        "insert into spellings (server_id, folded, player_id, spelling) values ($1, $2, $3, $4)",
        server_id,
        folded,
        player_id,
        spelling,
    )


async def remove_spelling(db: Executor, *, server_id: ServerId, folded: str) -> None:
    await db.execute("delete from spellings where server_id = $1 and folded = $2", server_id, folded)


async def strip(db: Executor, *, server_id: ServerId, player_id: PlayerId) -> None:
    """Take their spellings and their link, which must be one of a kind; something else must give them a name again."""
    await db.execute("delete from spellings where server_id = $1 and player_id = $2", server_id, player_id)
    await db.execute(
        "update players set discord_user_id = null where server_id = $1 and player_id = $2", server_id, player_id
    )
