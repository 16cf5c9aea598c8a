"""A server's settings: read by everything, changed by its administrators."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.services.actors import Actor
from bot.services.changelog import SETTINGS, Entry
from bot.services.errors import BadInput
from bot.services.levels import OF_TELLERS, Level, level_called
from bot.services.player import PlayerStatus
from bot.services.texts import a_name, tidy
from db import servers, teams
from mkw.ids import ChannelId, RoleId, ServerId
from mkw.numerals import LOCALES

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection


@dataclass(frozen=True, slots=True)
class ServerSettings:
    server_id: ServerId
    prefix: str = "!"
    clan_name: str | None = None
    clan_tags: tuple[str, ...] = ()  # the tags our players wear, the first is shown
    time_zone: str = "UTC"  # IANA name
    locale: str = "en"  # how numbers are written, a key of mkw.numerals.LOCALES
    self_link: bool = False  # a member may say themselves which free player they are
    live_typing: Level = Level.EVERYONE  # who may tell a live war
    watched_channels: frozenset[ChannelId] = frozenset()
    status_roles: tuple[tuple[RoleId, PlayerStatus], ...] = ()  # what a role says about whoever wears it
    level_roles: tuple[tuple[RoleId, Level], ...] = ()  # what whoever wears it may do
    team_tags: tuple[str, ...] = ()  # of its teams; set with them, not here

    @property
    def clan(self) -> str:
        """What the clan is called in answers."""
        return self.clan_name or (self.clan_tags[0] if self.clan_tags else "The clan")

    @property
    def worn_tags(self) -> tuple[str, ...]:
        """Every tag that tells our players: the clan's, then those of its teams."""
        return tuple(dict.fromkeys((*self.clan_tags, *self.team_tags)))

    def roles_of(self, level: Level) -> tuple[RoleId, ...]:
        """That give exactly this level."""
        return tuple(role_id for role_id, given in self.level_roles if given is level)


Clearable = Literal["role", "clan", "tags", "statusroles"]


class SettingsService:
    """Cached; every change is logged and drops the cache after its commit."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def get(self, server_id: ServerId) -> ServerSettings:
        """The server's settings; the defaults where nothing was set."""
        return await self._records.cached(server_id, "settings", lambda db: load_settings(db, server_id))

    async def change(
        self,
        actor: Actor,
        *,
        prefix: str | None = None,
        clan_name: str | None = None,
        clan_tags: tuple[str, ...] | None = None,
        time_zone: str | None = None,
        locale: str | None = None,
        self_link: bool | None = None,
        live_typing: Level | None = None,
    ) -> ServerSettings:
        """Set what is not None. Raises BadInput for a prefix over 5 characters or with spaces, an unknown zone, …"""
        wanted: dict[str, Any] = {}
        if prefix is not None:
            wanted["prefix"] = _prefix(prefix)
        if clan_name is not None:
            wanted["clan_name"] = a_name(clan_name, what="clan's name")
        if clan_tags is not None:
            wanted["clan_tags"] = _tags(clan_tags)
        if time_zone is not None:
            wanted["time_zone"] = _zone(time_zone)
        if locale is not None:
            wanted["locale"] = _locale(locale)
        if self_link is not None:
            wanted["self_link"] = self_link
        if live_typing is not None:
            wanted["live_typing"] = _tellers(live_typing)
        said = ", ".join(f"{_WORDS[key]} {_shown(value)}" for key, value in wanted.items())
        return await self._put(actor, lambda before: replace(before, **wanted), f"set {said}")

    async def clear(self, actor: Actor, what: Clearable) -> ServerSettings:
        """Back to nothing: no roles with a level, no name, no tags. Doing it twice is no error."""
        field = _CLEARED[what]
        none: Any = None if field == "clan_name" else ()
        text = f"cleared {_WORDS[field].removesuffix(' to')}"
        return await self._put(actor, lambda before: replace(before, **{field: none}), text)

    async def map_role(self, actor: Actor, role_id: RoleId, status: PlayerStatus) -> ServerSettings:
        """Whoever wears the role has that status; a role says one status, a status may have several roles."""

        def mapped(before: ServerSettings) -> ServerSettings:
            return replace(before, status_roles=tuple(sorted({**dict(before.status_roles), role_id: status}.items())))

        return await self._put(actor, mapped, f"made {status.value} the status of role {role_id}")

    async def give_level(self, actor: Actor, role_id: RoleId, level: Level) -> ServerSettings:
        """Whoever wears the role has that level; a role gives one level, a level may have several roles. EVERYONE takes
        the role's level away."""

        def given(before: ServerSettings) -> ServerSettings:
            levels = {**dict(before.level_roles), role_id: level}
            return replace(before, level_roles=_given(levels))

        return await self._put(actor, given, f"made {level} the level of role {role_id}")

    async def give_level_to(self, actor: Actor, level: Level, role_ids: Collection[RoleId]) -> ServerSettings:
        """These roles and no others give that level."""

        def given(before: ServerSettings) -> ServerSettings:
            others = {role_id: had for role_id, had in before.level_roles if had is not level}
            return replace(before, level_roles=_given(others | dict.fromkeys(role_ids, level)))

        roles = ", ".join(f"role {role_id}" for role_id in sorted(role_ids)) or "no role"
        return await self._put(actor, given, f"made {level} the level of {roles} alone")

    async def mapped_servers(self) -> tuple[ServerId, ...]:
        """The servers on which roles say a status."""
        return await self._records.read(servers.with_status_roles)

    async def watch(self, actor: Actor, channel_id: ChannelId, *, watched: bool) -> ServerSettings:
        """Watch or stop watching a channel; doing it twice is no error."""

        def turned(before: ServerSettings) -> ServerSettings:
            channels = before.watched_channels | {channel_id} if watched else before.watched_channels - {channel_id}
            return replace(before, watched_channels=channels)

        return await self._put(actor, turned, f"{'watched' if watched else 'stopped watching'} channel {channel_id}")

    async def _put(self, actor: Actor, turn: Callable[[ServerSettings], ServerSettings], text: str) -> ServerSettings:
        async with self._records.change(actor.server_id, drops=frozenset({"settings"})) as db:
            before = await load_settings(db, actor.server_id)
            after = turn(before)
            if after == before:
                return before
            entry = Entry(db, actor, self._now())
            await entry.touch(SETTINGS, 0)
            await servers.put(
                db,
                server_id=actor.server_id,
                prefix=after.prefix,
                clan_name=after.clan_name,
                clan_tags=after.clan_tags,
                time_zone=after.time_zone,
                locale=after.locale,
                self_link=after.self_link,
                live_typing=str(after.live_typing),
                channels=tuple(sorted(after.watched_channels)),
                status_roles=[(role_id, status.value) for role_id, status in after.status_roles],
                level_roles=[(role_id, str(level)) for role_id, level in after.level_roles],
            )
            await entry.write("set", SETTINGS, 0, text)
        return after


_CLEARED: dict[Clearable, str] = {
    "role": "level_roles",
    "clan": "clan_name",
    "tags": "clan_tags",
    "statusroles": "status_roles",
}
_WORDS = {
    "prefix": "the prefix to",
    "clan_name": "the clan's name to",
    "clan_tags": "the clan's tags to",
    "time_zone": "the time zone to",
    "locale": "how numbers are written to",
    "self_link": "linking oneself to",
    "live_typing": "who tells a live war to",
    "status_roles": "the roles of statuses",
    "level_roles": "the roles of levels",
}


def _tellers(level: Level) -> Level:
    if level not in OF_TELLERS:
        raise BadInput("Everyone, trusted or moderators tell a live war: say `everyone`, `trusted` or `moderator`.")
    return level


def _given(levels: Mapping[RoleId, Level]) -> tuple[tuple[RoleId, Level], ...]:
    return tuple(sorted((role_id, level) for role_id, level in levels.items() if level is not Level.EVERYONE))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return " ".join(str(part) for part in value) or "none" if isinstance(value, tuple) else str(value)


def _prefix(text: str) -> str:
    if not 1 <= len(text) <= 5 or text != tidy(text) or " " in text:
        raise BadInput("A prefix has 1 to 5 characters and no space, such as `!` or `mk.`.")
    return text


def _tags(texts: tuple[str, ...]) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(a_name(text, what="tag") for text in texts))
    if len(tags) > 20:
        raise BadInput("A clan has at most 20 tags.")
    return tags


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("That time zone is not known; it is a name such as `Europe/Berlin` or `UTC`.") from error
    return text


def _locale(text: str) -> str:
    found = next((key for key in LOCALES if key.casefold() == text.casefold()), None)
    if found is None:
        known = ", ".join(f"`{key}` ({locale.example})" for key, locale in LOCALES.items())
        raise BadInput(f"Numbers are written in one of these ways: {known}.")
    return found


async def load_settings(db: Connection, server_id: ServerId) -> ServerSettings:
    row = await servers.get(db, server_id=server_id)
    if row is None:
        return ServerSettings(server_id)
    return ServerSettings(
        server_id=server_id,
        prefix=row.prefix,
        clan_name=row.clan_name,
        clan_tags=row.clan_tags,
        time_zone=row.time_zone,
        locale=row.locale,
        self_link=row.self_link,
        live_typing=level_called(row.live_typing),
        watched_channels=frozenset(row.channels),
        status_roles=tuple((role_id, PlayerStatus(status)) for role_id, status in row.status_roles),
        level_roles=tuple((role_id, level_called(level)) for role_id, level in row.level_roles),
        team_tags=tuple(team.tag for team in await teams.all_of(db, server_id=server_id) if team.tag),
    )
