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
    editor_role_id: RoleId | None
    clan_name: str | None
    clan_tags: tuple[str, ...]
    time_zone: str
    locale: str
    self_link: bool
    live_typing: str  # everyone, linked or editors
    channels: tuple[ChannelId, ...]
    status_roles: tuple[tuple[RoleId, str], ...]  # (role, the status it says)


async def lock(db: Executor, *, server_id: ServerId) -> None:
    """Make the server's row if need be and hold it: every use case that changes records begins with this, so changes of
    one server happen one after another and no two of them can wait for each other."""
    await db.execute("insert into servers (server_id) values ($1) on conflict do nothing", server_id)
    await db.execute("select server_id from servers where server_id = $1 for no key update", server_id)


async def get(db: Executor, *, server_id: ServerId) -> ServerRow | None:
    row = await db.fetchrow(
        """
        select s.server_id, s.prefix, s.editor_role_id, s.clan_name, s.clan_tags, s.time_zone, s.locale, s.self_link,
               s.live_typing,
               array(select w.channel_id from watched_channels w
                     where w.server_id = s.server_id order by 1) as channels,
               array(select r.role_id from status_roles r where r.server_id = s.server_id order by 1) as roles,
               array(select r.status from status_roles r where r.server_id = s.server_id order by r.role_id) as statuses
        from servers s where s.server_id = $1
        """,
        server_id,
    )
    if row is None:
        return None
    values = dict(row)
    status_roles = tuple(zip(values.pop("roles"), values.pop("statuses"), strict=True))
    several = {name: tuple(values[name]) for name in ("clan_tags", "channels")}
    return ServerRow(**{**values, **several, "status_roles": status_roles})


async def put(
    db: Executor,
    *,
    server_id: ServerId,
    prefix: str,
    editor_role_id: RoleId | None,
    clan_name: str | None,
    clan_tags: tuple[str, ...],
    time_zone: str,
    locale: str,
    self_link: bool,
    live_typing: str,
    channels: tuple[ChannelId, ...],
    status_roles: Sequence[tuple[RoleId, str]],
) -> None:
    await db.execute(
        """
        update servers set prefix = $2, editor_role_id = $3, clan_name = $4, clan_tags = $5, time_zone = $6,
                           locale = $7, self_link = $8, live_typing = $9
        where server_id = $1
        """,
        server_id,
        prefix,
        editor_role_id,
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


async def with_status_roles(db: Executor) -> tuple[ServerId, ...]:
    """The servers on which roles say a status."""
    rows = await db.fetch("select distinct server_id from status_roles order by server_id")
    return tuple(ServerId(row["server_id"]) for row in rows)


async def next_war_id(db: Executor, *, server_id: ServerId) -> WarId:
    number = await db.fetchval(
        "update servers set last_war_id = last_war_id + 1 where server_id = $1 returning last_war_id", server_id
    )
    return WarId(number)
