"""Which state of a war somebody looked at last: whoever edits is held to it, so that nobody overwrites what they did
not see. Kept in memory: after a restart the log says who was there a moment ago."""

from __future__ import annotations

from cachetools import TTLCache

from bot.services.wars import War
from mkw.ids import ChangeId, ServerId, WarId

REMEMBERED_SECONDS = 6 * 3600.0


class SeenWars:
    def __init__(self) -> None:
        self._seen: TTLCache[tuple[ServerId, int, WarId], ChangeId] = TTLCache(20_000, REMEMBERED_SECONDS)

    def note(self, war: War, user_id: int) -> None:
        self.told(war.server_id, user_id, war.war_id, war.revision)

    def told(self, server_id: ServerId, user_id: int, war_id: WarId, revision: ChangeId) -> None:
        """Somebody was told what came up to that change."""
        self._seen[server_id, user_id, war_id] = revision

    def by(self, server_id: ServerId, user_id: int, war_id: WarId) -> ChangeId | None:
        return self._seen.get((server_id, user_id, war_id))
