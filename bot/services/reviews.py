"""A review as it is shown: made anew from the upload's row, the roster and the kept wars of today."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.checking import MOST_POINTS, checks, obstacles, scores_of
from bot.services.drafting import settle, strangers
from bot.services.drafts import Draft, Review, Source, UploadState
from bot.services.settings import load_settings
from bot.services.texts import when
from db import wars

if TYPE_CHECKING:
    from db.pool import Connection
    from db.uploads import UploadRow
    from mkw.ids import ServerId, WarId

SAME_WAR_WITHIN = timedelta(days=14)  # the same six scores twice in two weeks is the same war posted again


async def settled(db: Connection, row: UploadRow) -> Draft | None:
    """The draft with our side and players; as it was decided on where it is not under review any more."""
    if row.draft is None:
        return None
    draft = Draft.from_json(row.draft)
    if row.state != UploadState.REVIEW:
        return draft
    roster = await people.everybody(db, row.server_id)
    settings = await load_settings(db, row.server_id)
    return await asyncio.to_thread(settle, draft, roster, settings)  # the loop goes on meanwhile


async def duplicate(db: Connection, row: UploadRow, draft: Draft) -> WarId | None:
    """A kept war from the same picture, or with the same scores on our side within two weeks."""
    side = None if draft.ours is None else draft.sides[draft.ours]
    if side is not None and any(not 0 <= score <= MOST_POINTS for score in scores_of(side)):
        side = None  # misread: no kept war has such a score
    played_at = draft.played_at or row.sent_at
    return await wars.like(
        db,
        server_id=row.server_id,
        scores=[] if side is None else scores_of(side),
        total=-1 if side is None or not side.lines else side.score_sum,
        since=played_at - SAME_WAR_WITHIN,
        until=played_at + SAME_WAR_WITHIN,
        sha256=row.sha256,
    )


async def review_of(db: Connection, row: UploadRow, draft: Draft | None = None) -> Review:
    """`draft` where it is settled already."""
    draft = draft if draft is not None else await settled(db, row)
    is_open = row.state == UploadState.REVIEW and draft is not None
    rows = draft.rows() if draft is not None else ()
    return Review(
        server_id=row.server_id,
        upload_id=row.upload_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        answer_id=row.answer_id,
        uploader_id=row.uploader_id,
        state=UploadState(row.state),
        source=Source(row.source),
        reason=row.reason,
        draft=draft,
        checks=checks(draft) if draft is not None else (),
        unknown_rows=tuple(
            number for number, side, line in rows if draft and side == draft.ours and line.player_id is None
        ),
        new_rows=strangers(draft) if is_open and draft is not None else (),
        doubtful_rows=tuple(number for number, _, line in rows if line.doubts),
        obstacles=obstacles(draft) if is_open and draft is not None else (),
        duplicate_of=await duplicate(db, row, draft) if is_open and draft is not None else None,
        war_id=row.war_id,
        war_removed=row.war_id is not None and await _removed(db, row.server_id, row.war_id),
    )


async def _removed(db: Connection, server_id: ServerId, war_id: WarId) -> bool:
    war = await wars.get(db, server_id=server_id, war_id=war_id)
    return war is None or war.removed_at is not None


def decided(row: UploadRow) -> str:
    """By whom and when, for whoever comes too late."""
    at = "" if row.decided_at is None else f" on {when(row.decided_at)}"
    if row.state == UploadState.SAVED:
        return f"This was already saved as war {row.war_id} by {row.decided_by_name}{at}."
    return f"This was discarded by {row.decided_by_name}{at}; `undo` can bring it back."
