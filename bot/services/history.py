"""The log of changes, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg

from bot.services.actors import Actor
from bot.services.changelog import UPLOAD, WAR, restore, snapshot
from bot.services.errors import Conflict, NotFound
from db import changes, wars
from mkw.ids import ChangeId, ServerId, UploadId, UserId, WarId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.changes import ChangeRow


@dataclass(frozen=True, slots=True)
class Change:
    change_id: ChangeId
    at: datetime
    actor_id: UserId
    actor_name: str
    text: str  # one line: `removed war 12`, `renamed Comet to Big Comet`
    undone: bool
    upload_ids: tuple[UploadId, ...] = ()  # whose reviews it changed: their answers may be shown anew


class HistoryService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def newest(self, server_id: ServerId, *, limit: int = 10) -> tuple[Change, ...]:
        """Newest first; what was taken back is marked, and taking it back is a change of its own."""
        rows = await self._records.read(lambda db: changes.newest(db, server_id=server_id, limit=limit))
        return tuple(_change(row, undone=row.undone_by is not None) for row in rows)

    async def undo(self, actor: Actor) -> Change:
        """Take back the server's newest change that is not taken back yet, and return it.

        Raises NotFound where there is none, Conflict where what it changed has changed again since.
        """
        async with self._records.change(actor.server_id) as db:
            row = await changes.newest_to_undo(db, server_id=actor.server_id)
            if row is None:
                raise NotFound("There is no change left to take back.")
            for key, after in row.after.items():
                if await snapshot(db, actor.server_id, key) != after:
                    raise Conflict(f"This has changed again since, so it cannot be taken back: {row.text}.")
            at = self._now()
            try:
                async with db.transaction():
                    await restore(db, actor.server_id, row.before, at)
                    await db.execute("set constraints all immediate")
            except asyncpg.IntegrityConstraintViolationError as error:
                raise Conflict(
                    f"Something stands in the way by now, so it cannot be taken back: {row.text}."
                ) from error
            await db.execute("set constraints all deferred")
            undo_id = await changes.insert(
                db,
                server_id=actor.server_id,
                at=at,
                actor_id=actor.user_id,
                actor_name=actor.name,
                verb="undo",
                entity=row.entity,
                entity_id=row.entity_id,
                text=f"took back: {row.text}",
                before=row.after,
                after=row.before,
            )
            await changes.mark_undone(db, server_id=actor.server_id, change_id=row.change_id, undone_by=undo_id)
            change = _change(row, undone=True)
            if not change.upload_ids and row.entity == WAR:
                war = await wars.get(db, server_id=actor.server_id, war_id=WarId(row.entity_id))
                if war is not None and war.upload_id is not None:
                    change = replace(change, upload_ids=(war.upload_id,))
        return change


def _change(row: ChangeRow, *, undone: bool) -> Change:
    touched = [int(key.partition(":")[2]) for key in row.after if key.startswith(f"{UPLOAD}:")]
    return Change(
        change_id=row.change_id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        text=row.text,
        undone=undone,
        upload_ids=tuple(UploadId(number) for number in touched),
    )
