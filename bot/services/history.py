"""The log of changes, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.actors import Actor
from mkw.ids import ChangeId, ServerId, UserId


@dataclass(frozen=True, slots=True)
class Change:
    change_id: ChangeId
    at: datetime
    actor_id: UserId
    actor_name: str
    text: str  # one line: `removed war 12`, `renamed Stick to Stickman`
    undone: bool


class HistoryService:
    async def newest(self, server_id: ServerId, *, limit: int = 10) -> tuple[Change, ...]:
        raise NotImplementedError

    async def undo(self, actor: Actor) -> Change:
        """Take back the server's newest change that is not taken back yet. Raises NotFound where there is none, Conflict
        where what it changed has changed again since."""
        raise NotImplementedError
