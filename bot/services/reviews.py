"""A review as it is shown: made anew from the upload's row, the roster and the kept wars of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.checking import MOST_POINTS, checks, obstacles, scores_of
from bot.services.drafting import settle, strangers
from bot.services.drafts import Draft, NextRace, Offer, Review, Source, UploadState, Whereabouts
from bot.services.joining import propose
from bot.services.racing import is_race, next_race, number_of, race_checks, race_of
from bot.services.settings import load_settings
from bot.services.texts import when
from db import uploads, wars
from db.wars import Likeness
from mkw.ids import UploadId

if TYPE_CHECKING:
    from db.pool import Connection
    from db.uploads import UploadRow
    from mkw.ids import ServerId, UploadId, WarId

SAME_WAR_WITHIN = timedelta(days=14)  # the same six scores twice in two weeks is the same war posted again

NO_UPLOAD = UploadId(0)
OFFERED_WITHIN = timedelta(hours=6)  # an older open review is rather forgotten than half of this one


async def settled(db: Connection, row: UploadRow) -> Draft | None:
    """The draft with our side and players; as it was decided on where it is not under review any more. Raises
    ComputeFirst where `computing` has it so."""
    if row.draft is None:
        return None
    draft = Draft.from_json(row.draft)
    if row.state != UploadState.REVIEW:
        return draft
    roster = await people.everybody(db, row.server_id)
    settings = await load_settings(db, row.server_id)
    return settle.at_hand(draft, roster, settings)


async def duplicate(db: Connection, row: UploadRow, draft: Draft) -> WarId | None:
    """A kept war from the same picture, or with the same scores on our side within two weeks."""
    return (await duplicates(db, row.server_id, [(row, draft)])).get(row.upload_id)


async def duplicates(
    db: Connection, server_id: ServerId, each: Sequence[tuple[UploadRow, Draft]]
) -> dict[UploadId, WarId]:
    """`duplicate` of many uploads of one server, asked for at once."""
    alike = [
        _likeness(draft, draft.played_at or row.sent_at, sha256=row.sha256, upload_id=row.upload_id)
        for row, draft in each
    ]
    return await wars.like(db, server_id=server_id, uploads=alike)


async def kept_already(db: Connection, server_id: ServerId, draft: Draft, played_at: datetime) -> WarId | None:
    """The same of a draft that came from no upload."""
    alike = _likeness(draft, played_at, sha256=None, upload_id=NO_UPLOAD)
    return (await wars.like(db, server_id=server_id, uploads=[alike])).get(NO_UPLOAD)


def _likeness(draft: Draft, played_at: datetime, *, sha256: str | None, upload_id: UploadId) -> Likeness:
    side = None if draft.ours is None else draft.sides[draft.ours]
    if side is not None and any(not 0 <= score <= MOST_POINTS for score in scores_of(side)):
        side = None  # misread: no kept war has such a score
    return Likeness(
        upload_id=upload_id,
        scores=() if side is None else tuple(scores_of(side)),
        total=-1 if side is None or not side.lines else side.score_sum,
        since=played_at - SAME_WAR_WITHIN,
        until=played_at + SAME_WAR_WITHIN,
        sha256=sha256,
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
        checks=(*race_checks(draft), *checks(draft)) if draft is not None else (),
        unknown_rows=tuple(
            number for number, side, line in rows if draft and side == draft.ours and line.player_id is None
        ),
        new_rows=strangers(draft) if is_open and draft is not None else (),
        doubtful_rows=tuple(number for number, _, line in rows if line.doubts),
        obstacles=obstacles(draft) if is_open and draft is not None else (),
        duplicate_of=await duplicate(db, row, draft) if is_open and draft is not None else None,
        war_id=row.war_id,
        war_removed=row.war_id is not None and await is_removed(db, row.server_id, row.war_id),
        carries=row.own_draft is not None,
        went_to=await _carrier(db, row),
        offer=await _offer(db, row, draft) if is_open and draft is not None else None,
        next_race=await _next_race(db, row, draft) if is_open and draft is not None else None,
        bulk_id=row.bulk_id,
        live_id=row.live_id,
    )


async def _carrier(db: Connection, row: UploadRow) -> Whereabouts | None:
    if row.joined_into is None:
        return None
    carrier = await uploads.get(db, server_id=row.server_id, upload_id=row.joined_into)
    if carrier is None:
        return None
    chain = () if carrier.draft is None else Draft.from_json(carrier.draft).chain
    at = next((index for index, race in enumerate(chain) if row.upload_id in (race.upload_id, *race.more)), None)
    return replace(_whereabouts(carrier), race=None if at is None else number_of(chain, at))


def _whereabouts(row: UploadRow) -> Whereabouts:
    return Whereabouts(row.upload_id, row.channel_id, row.answer_id)


async def _next_race(db: Connection, row: UploadRow, draft: Draft) -> NextRace | None:
    stored = None if row.draft is None else Draft.from_json(row.draft)
    if stored is None or not is_race(stored) or row.own_draft is not None:
        return None
    new = race_of(row.upload_id, stored, draft)
    carrier = await uploads.running(db, server_id=row.server_id, channel_id=row.channel_id)
    races = () if carrier is None or carrier.draft is None else Draft.from_json(carrier.draft).chain
    return next_race(races, new, None if carrier is None else _whereabouts(carrier))


async def _offer(db: Connection, row: UploadRow, draft: Draft) -> Offer | None:
    """The review just before this one, where the two look like parts of one war, or like the same picture."""
    if row.source == Source.TYPED or draft.chain or row.own_draft is not None:
        return None
    before = await uploads.open_before(db, upload=row, since=row.sent_at - OFFERED_WITHIN)
    first = None if before is None else await settled(db, before)
    if before is None or first is None or first.chain or is_race(draft):
        return None
    proposal = propose.at_hand(first, draft)
    if proposal.same:
        return Offer(_whereabouts(before), way="", same=True)
    if proposal.likely and proposal.way is not None:
        return Offer(_whereabouts(before), way=proposal.way.value, same=False)
    return None


async def is_removed(db: Connection, server_id: ServerId, war_id: WarId) -> bool:
    return bool(await wars.gone(db, server_id=server_id, war_ids=[war_id]))


def decided(row: UploadRow) -> str:
    """By whom and when, for whoever comes too late."""
    at = "" if row.decided_at is None else f" on {when(row.decided_at)}"
    if row.state == UploadState.SAVED:
        return f"This was already saved as war {row.war_id} by {row.decided_by_name}{at}."
    if row.state == UploadState.JOINED:
        what = "a live war" if row.live_id is not None else "another answer"
        return f"This was joined to {what} by {row.decided_by_name}{at}."
    return f"This was discarded by {row.decided_by_name}{at}; `undo` can bring it back."
