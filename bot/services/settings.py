"""A server's settings: read by everything, changed by its administrators."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.actors import Actor
from mkw.ids import ChannelId, RoleId, ServerId


@dataclass(frozen=True, slots=True)
class ServerSettings:
    server_id: ServerId
    prefix: str = "!"
    editor_role_id: RoleId | None = None  # may change things, beside administrators
    clan_name: str | None = None
    clan_tags: tuple[str, ...] = ()  # the tags our players wear, the first is shown
    time_zone: str = "UTC"  # IANA name
    watched_channels: frozenset[ChannelId] = frozenset()


class SettingsService:
    """Cached; every change is logged and drops the cache after its commit."""

    async def get(self, server_id: ServerId) -> ServerSettings:
        """The server's settings; the defaults where nothing was set."""
        raise NotImplementedError

    async def change(
        self,
        actor: Actor,
        *,
        prefix: str | None = None,
        editor_role_id: RoleId | None = None,
        clan_name: str | None = None,
        clan_tags: tuple[str, ...] | None = None,
        time_zone: str | None = None,
    ) -> ServerSettings:
        """Set what is not None. Raises BadInput for a prefix over 5 characters or with spaces, an unknown zone, …"""
        raise NotImplementedError

    async def watch(self, actor: Actor, channel_id: ChannelId, *, watched: bool) -> ServerSettings:
        """Watch or stop watching a channel; doing it twice is no error."""
        raise NotImplementedError
