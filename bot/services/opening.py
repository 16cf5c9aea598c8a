"""Changing an upload under review: its row held, looked at again, and written back, inside one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services.actors import Actor
from bot.services.changelog import UPLOAD, Entry
from bot.services.corrections import refuse_unless_open
from bot.services.drafts import Draft, UploadState
from bot.services.errors import Conflict, NotFound
from bot.services.reviews import decided, settled
from db import uploads
from mkw.ids import LiveId, ServerId, UploadId, WarId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.uploads import UploadRow

NOT_HERE = "There is no such upload on this server."
STILL_RUNNING = "This war is still collected race by race: `race finish` first, then correct and save it."


async def the_upload(db: Connection, server_id: ServerId, upload_id: UploadId, *, lock: bool = False) -> UploadRow:
    row = await uploads.get(db, server_id=server_id, upload_id=upload_id, lock=lock)
    if row is None:
        raise NotFound(NOT_HERE)
    return row


async def hold(entry: Entry, upload_id: UploadId, *, running_too: bool = False) -> tuple[UploadRow, Draft]:
    """The row, held until the transaction's end, and its draft, settled. Raises NotFound, and Conflict where it is not
    under review any more, or collects races and `running_too` is not said."""
    row = await the_upload(entry.db, entry.actor.server_id, upload_id, lock=True)
    refuse_unless_open(row.state, decided=decided(row))
    draft = await settled(entry.db, row)
    if draft is None:
        raise NotFound(NOT_HERE)
    if draft.running and not running_too:
        raise Conflict(STILL_RUNNING)
    await entry.touch(UPLOAD, upload_id)
    return row, draft


@asynccontextmanager
async def opened(
    records: Records,
    at: datetime,
    actor: Actor,
    upload_id: UploadId,
    *,
    drops: bool | frozenset[str] = False,
    running_too: bool = False,
) -> AsyncIterator[tuple[Entry, UploadRow, Draft]]:
    """A transaction around `hold`; the change is still to be written. `drops` where more than the draft changes."""
    async with records.change(actor.server_id, drops=drops) as db:
        entry = Entry(db, actor, at)
        row, draft = await hold(entry, upload_id, running_too=running_too)
        yield entry, row, draft


async def put(
    entry: Entry,
    upload: UploadRow,
    draft: Draft,
    state: UploadState,
    *,
    war_id: WarId | None = None,
    own: Draft | None = None,
    joined_into: UploadId | None = None,
    live_id: LiveId | None = None,
) -> None:
    """Write the draft and what became of it; whoever saves, discards or joins decides. `own` is the draft from before
    others were joined to it; `live_id` the live war it becomes a part of."""
    is_decided = state is not UploadState.REVIEW
    await uploads.put(
        entry.db,
        server_id=upload.server_id,
        upload_id=upload.upload_id,
        state=state.value,
        draft=draft.to_json(),
        war_id=war_id,
        decided_by=entry.actor.user_id if is_decided else None,
        decided_by_name=entry.actor.name if is_decided else None,
        decided_at=entry.at if is_decided else None,
        joined_into=joined_into,
        own_draft=None if own is None else own.to_json(),
        live_id=live_id,
    )


def own_draft(row: UploadRow) -> Draft | None:
    return None if row.own_draft is None else Draft.from_json(row.own_draft)
