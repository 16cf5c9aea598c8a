"""Servers, their settings, their watched channels, and the counter of their wars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mkw.ids import ChannelId, RoleId, ServerId, WarId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class ServerRow:
    server_id: ServerId
    prefix: str
    clan_name: str | None
    clan_tags: tuple[str, ...]
    time_zone: str
    locale: str
    self_link: bool
    live_typing: str  # the level it takes
    channels: tuple[ChannelId, ...]
    status_roles: tuple[tuple[RoleId, str], ...]  # (role, the status it says)
    level_roles: tuple[tuple[RoleId, str], ...]  # (role, the level it gives)


async def lock(db: Executor, *, server_id: ServerId) -> None:
    """Make the server's row if need be and hold it: every use case that changes records begins with this, so changes of
    one server happen one after another and no two of them can wait for each other."""
    await db.execute("insert into servers (server_id) values ($1) on conflict do nothing", server_id)
    await db.execute("select server_id from servers where server_id = $1 for no key update", server_id)


async def get(db: Executor, *, server_id: ServerId) -> ServerRow | None:
    row = await db.fetchrow(
        """
        select s.server_id, s.prefix, s.clan_name, s.clan_tags, s.time_zone, s.locale, s.self_link, s.live_typing,
               array(select w.channel_id from watched_channels w
                     where w.server_id = s.server_id order by 1) as channels,
               array(select (r.role_id, r.status) from status_roles r
                     where r.server_id = s.server_id order by r.role_id) as status_roles,
               array(select (r.role_id, r.level) from level_roles r
                     where r.server_id = s.server_id order by r.role_id) as level_roles
        from servers s where s.server_id = $1
        """,
        server_id,
    )
    if row is None:
        return None
    several = {name: tuple(row[name]) for name in ("clan_tags", "channels")}
    roles = {name: tuple(tuple(one) for one in row[name]) for name in ("status_roles", "level_roles")}
    return ServerRow(**{**dict(row), **several, **roles})


async def put(
    db: Executor,
    *,
    server_id: ServerId,
    prefix: str,
    clan_name: str | None,
    clan_tags: tuple[str, ...],
    time_zone: str,
    locale: str,
    self_link: bool,
    live_typing: str,
    channels: tuple[ChannelId, ...],
    status_roles: Sequence[tuple[RoleId, str]],
    level_roles: Sequence[tuple[RoleId, str]],
) -> None:
    await db.execute(
        """
        update servers set prefix = $2, clan_name = $3, clan_tags = $4, time_zone = $5, locale = $6, self_link = $7,
                           live_typing = $8
        where server_id = $1
        """,
        server_id,
        prefix,
        clan_name,
        list(clan_tags),
        time_zone,
        locale,
        self_link,
        live_typing,
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
    await db.execute("delete from status_roles where server_id = $1", server_id)
    await db.executemany(
        "insert into status_roles (server_id, role_id, status) values ($1, $2, $3)",
        [(server_id, role_id, status) for role_id, status in status_roles],
    )
    await db.execute("delete from level_roles where server_id = $1", server_id)
    await db.executemany(
        "insert into level_roles (server_id, role_id, level) values ($1, $2, $3)",
        [(server_id, role_id, level) for role_id, level in level_roles],
    )


async def with_status_roles(db: Executor) -> tuple[ServerId, ...]:
    """The servers on which roles say a status."""
    rows = await db.fetch("select distinct server_id from status_roles order by server_id")
    return tuple(ServerId(row["server_id"]) for row in rows)


async def next_war_id(db: Executor, *, server_id: ServerId) -> WarId:
    number = await db.fetchval(
        "update servers set last_war_id = last_war_id + 1 where server_id = $1 returning last_war_id", server_id
    )
    return WarId(number)


async def with_most_wars(
    db: Executor, *, server_ids: Sequence[ServerId], least: int, limit: int
) -> tuple[ServerId, ...]:
    """Of these servers those that have kept so many wars, the most first."""
    rows = await db.fetch(
        """
        select server_id from servers where server_id = any($1::bigint[]) and last_war_id >= $2
        order by last_war_id desc, server_id limit $3
        """,
        list(server_ids),
        least,
        limit,
    )
    return tuple(ServerId(row["server_id"]) for row in rows)
