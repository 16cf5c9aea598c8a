"""Servers, their settings, their watched channels, and the counter of their wars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mkw.ids import ChannelId, RoleId, ServerId, WarId

if TYPE_CHECKING:
    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class ServerRow:
    server_id: ServerId
    prefix: str
    editor_role_id: RoleId | None
    clan_name: str | None
    clan_tags: tuple[str, ...]
    time_zone: str
    channels: tuple[ChannelId, ...]


async def lock(db: Executor, *, server_id: ServerId) -> None:
    """Make the server's row if need be and hold it: every use case that changes records begins with this, so changes of
    one server happen one after another and no two of them can wait for each other."""
    await db.execute("insert into servers (server_id) values ($1) on conflict do nothing", server_id)
    await db.execute("select server_id from servers where server_id = $1 for no key update", server_id)


async def get(db: Executor, *, server_id: ServerId) -> ServerRow | None:
    row = await db.fetchrow(
        """
        select s.server_id, s.prefix, s.editor_role_id, s.clan_name, s.clan_tags, s.time_zone,
               array(select w.channel_id from watched_channels w where w.server_id = s.server_id order by 1) as channels
        from servers s where s.server_id = $1
        """,
        server_id,
    )
    if row is None:
        return None
    return ServerRow(**{**dict(row), "clan_tags": tuple(row["clan_tags"]), "channels": tuple(row["channels"])})


async def put(
    db: Executor,
    *,
    server_id: ServerId,
    prefix: str,
    editor_role_id: RoleId | None,
    clan_name: str | None,
    clan_tags: tuple[str, ...],
    time_zone: str,
    channels: tuple[ChannelId, ...],
) -> None:
    await db.execute(
        """
        update servers set prefix = $2, editor_role_id = $3, clan_name = $4, clan_tags = $5, time_zone = $6
        where server_id = $1
        """,
        server_id,
        prefix,
        editor_role_id,
        clan_name,
        list(clan_tags),
        time_zone,
    )
    await db.execute(
        "delete from watched_channels where server_id = $1 and not channel_id = any($2::bigint[])",
        server_id,
        list(channels),
    )
    await db.execute(
        """
        insert into watched_channels (server_id, channel_id) select $1, unnest($2::bigint[]) on conflict do nothing
        """,
        server_id,
        list(channels),
    )


async def next_war_id(db: Executor, *, server_id: ServerId) -> WarId:
    number = await db.fetchval(
        "update servers set last_war_id = last_war_id + 1 where server_id = $1 returning last_war_id", server_id
    )
    return WarId(number)
