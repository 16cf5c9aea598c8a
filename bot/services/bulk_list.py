"""What a bulk scan found, sorted: proven wars, doubtful ones, and everything else with its reason. Made anew at every
look, from the uploads, the roster and the kept wars of now."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.checking import checks, obstacles, races_of, scores_of
from bot.services.drafting import is_guess, settle
from bot.services.drafts import Draft, UploadState
from bot.services.joining import propose
from bot.services.racing import is_race
from bot.services.reviews import OFFERED_WITHIN, SAME_WAR_WITHIN, duplicates
from bot.services.settings import load_settings
from bot.services.texts import discord_link
from db import bulk, uploads, wars
from mkw.ids import BulkId, ChannelId, MessageId, ServerId, UploadId, WarId
from mkw.points import RACES_PER_WAR
from ocr.reading import Layout, Status

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.records import Records
    from bot.services.settings import ServerSettings
    from db.bulk import PictureRow, ScanRow
    from db.pool import Connection
    from db.uploads import UploadRow


class Kind(StrEnum):
    PROVEN = "proven"  # nothing about it is doubted: it can be saved unseen
    DOUBTFUL = "doubtful"  # a war that a person has to look at
    SAVED = "saved"
    SKIPPED = "skipped"  # no war, or one that is there already
    WAITING = "waiting"  # not looked at: the scan ended before


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One picture. `why` is a sentence or part of one, without a full stop; empty where there is nothing to say."""

    message_id: MessageId
    kind: Kind
    why: str = ""
    upload_id: UploadId | None = None
    draft: Draft | None = None  # settled; of what shows a war
    sent_at: datetime | None = None
    answer_id: MessageId | None = None  # it was opened, and has an answer of its own
    war_id: WarId | None = None  # once saved


@dataclass(frozen=True, slots=True)
class BulkList:
    server_id: ServerId
    bulk_id: BulkId
    channel_id: ChannelId
    items: tuple[BulkItem, ...]  # oldest first

    def of(self, kind: Kind) -> tuple[BulkItem, ...]:
        return tuple(item for item in self.items if item.kind is kind)


@dataclass(frozen=True, slots=True)
class Found:
    """What the records say of a scan; `rows` and `statuses` (of the reading) by upload."""

    scan: ScanRow
    pictures: tuple[PictureRow, ...]
    rows: Mapping[UploadId, UploadRow]
    statuses: Mapping[UploadId, str]
    roster: tuple[Player, ...]
    settings: ServerSettings


async def load_list(records: Records, scan: ScanRow) -> BulkList:
    async def look(db: Connection) -> Found:
        key = {"server_id": scan.server_id}
        pictures = await bulk.pictures(db, server_id=scan.server_id, bulk_id=scan.bulk_id)
        taken = [picture.upload_id for picture in pictures if picture.upload_id is not None]
        rows = await uploads.many(db, **key, upload_ids=taken)
        return Found(
            scan,
            pictures,
            {row.upload_id: row for row in rows},
            await bulk.statuses(db, **key, upload_ids=taken),
            await people.everybody(db, scan.server_id),
            await load_settings(db, scan.server_id),
        )

    found = await records.read(look)
    items = await asyncio.to_thread(sort_out, found)
    items = await records.read(lambda db: _known_wars(db, found, items))
    return BulkList(scan.server_id, scan.bulk_id, scan.channel_id, items)


def sort_out(found: Found) -> tuple[BulkItem, ...]:
    """Everything but what the kept wars say. Call it in a thread."""
    return _with_neighbours(found, tuple(_item(found, picture) for picture in found.pictures))


def _item(found: Found, picture: PictureRow) -> BulkItem:
    item = BulkItem(picture.message_id, Kind.WAITING)
    if picture.reason is not None:
        return replace(item, kind=Kind.SKIPPED, why=_no_stop(picture.reason))
    row = None if picture.upload_id is None else found.rows.get(picture.upload_id)
    if row is None:
        return item
    item = replace(item, upload_id=row.upload_id, sent_at=row.sent_at, answer_id=row.answer_id, war_id=row.war_id)
    if row.state == UploadState.RECEIVED or row.draft is None:
        is_read = row.state != UploadState.RECEIVED
        return replace(item, kind=Kind.SKIPPED if is_read else Kind.WAITING, why=_no_stop(row.reason or ""))
    draft = Draft.from_json(row.draft)
    if row.state == UploadState.SAVED:
        return replace(item, kind=Kind.SAVED, draft=draft)
    if row.state != UploadState.REVIEW:
        verb = "joined to another answer" if row.state == UploadState.JOINED else "discarded"
        return replace(item, kind=Kind.SKIPPED, why=f"{verb} by {row.decided_by_name}")
    draft = settle(draft, found.roster, found.settings)
    doubts = doubts_about(draft, row.reason, found.statuses.get(row.upload_id))
    return replace(item, kind=Kind.DOUBTFUL if doubts else Kind.PROVEN, why=", ".join(doubts), draft=draft)


def doubts_about(draft: Draft, reason: str | None, status: str | None) -> tuple[str, ...]:
    """Why a person has to look at it, in few words; empty where nothing is doubted. `status` is the reading's own."""
    if draft.running:
        return ("a war that is collected race by race",)
    if is_race(draft):
        return ("the list of one race, not of a war",)
    rows = draft.rows()
    doubted = sum(any(not is_guess(doubt) for doubt in line.doubts) for _, _, line in rows)
    doubted += sum(bool(side.doubts) for side in draft.sides)
    strange = sum(side == draft.ours and line.player_id is None for _, side, line in rows)
    said = (
        (draft.ours is None, "which side is ours?"),
        (doubted > 0, _count(doubted, "doubt")),
        (draft.ours is not None and strange > 0, f"{_count(strange, 'name')} not on the roster"),
        (any(not check.ok for check in checks(draft)), "the points do not add up"),
        (draft.layout != Layout.TABLE and races_of(draft) != RACES_PER_WAR, f"after {races_of(draft)} races"),
    )
    found = tuple(text for holds, text in said if holds)
    if not found and (reason or obstacles(draft) or status != Status.PROVEN):
        return (_no_stop(reason or next(iter(obstacles(draft)), "the reader is not sure of it")),)
    return found


def _with_neighbours(found: Found, items: tuple[BulkItem, ...]) -> tuple[BulkItem, ...]:
    """The same war twice is asked about once; two pictures that look like parts of one war are nobody's proven wars."""
    out = list(items)
    open_ones = [index for index, item in enumerate(items) if item.kind in (Kind.PROVEN, Kind.DOUBTFUL)]
    for before, after in itertools.pairwise(open_ones):
        if _may_be_one(items[before], items[after]):
            for index, which in ((before, "after"), (after, "before")):
                why = f"part of one war with the picture {which} it?"
                out[index] = replace(out[index], kind=Kind.DOUBTFUL, why=", ".join(filter(None, (out[index].why, why))))
    kept: dict[tuple[int, ...], list[int]] = {}
    for index in sorted(open_ones, key=lambda one: (out[one].kind is not Kind.PROVEN, one)):
        scores = _our_scores(out[index].draft)
        twin = next((one for one in kept.get(scores, ()) if scores and _near(out[one], out[index])), None)
        if twin is None:
            kept.setdefault(scores, []).append(index)
        else:
            why = f"the same war as {discord_link(found.scan.server_id, found.scan.channel_id, out[twin].message_id)}"
            out[index] = replace(out[index], kind=Kind.SKIPPED, why=why)
    return tuple(out)


def _may_be_one(before: BulkItem, after: BulkItem) -> bool:
    first, second = before.draft, after.draft
    if first is None or second is None or before.sent_at is None or after.sent_at is None:
        return False
    if first.chain or second.chain or is_race(first) or is_race(second):
        return False
    if after.sent_at - before.sent_at > OFFERED_WITHIN:
        return False
    proposal = propose(first, second)
    return proposal.likely and not proposal.same


def _our_scores(draft: Draft | None) -> tuple[int, ...]:
    return () if draft is None or draft.ours is None else tuple(scores_of(draft.sides[draft.ours]))


def _near(one: BulkItem, other: BulkItem) -> bool:
    first = (one.draft and one.draft.played_at) or one.sent_at
    second = (other.draft and other.draft.played_at) or other.sent_at
    return first is not None and second is not None and abs(second - first) <= SAME_WAR_WITHIN


async def _known_wars(db: Connection, found: Found, items: tuple[BulkItem, ...]) -> tuple[BulkItem, ...]:
    """What is a kept war already is no more to be decided; a war that was removed is no more saved."""
    server_id = found.scan.server_id
    is_open = (Kind.PROVEN, Kind.DOUBTFUL)
    undecided = [
        (found.rows[item.upload_id], item.draft)
        for item in items
        if item.kind in is_open and item.upload_id is not None and item.draft is not None
    ]
    kept = await duplicates(db, server_id, undecided)
    saved = [item.war_id for item in items if item.kind is Kind.SAVED and item.war_id is not None]
    gone = await wars.gone(db, server_id=server_id, war_ids=saved)
    return tuple(_as_kept(item, kept if item.kind in is_open else {}, gone) for item in items)


def _as_kept(item: BulkItem, kept: Mapping[UploadId, WarId], gone: frozenset[WarId]) -> BulkItem:
    if item.upload_id is not None and item.upload_id in kept:
        return replace(item, kind=Kind.SKIPPED, why=is_already(kept[item.upload_id]))
    if item.kind is Kind.SAVED and item.war_id in gone:
        return replace(item, kind=Kind.SKIPPED, why=was_removed(item.war_id))
    return item


def is_already(war_id: WarId) -> str:
    return f"already war {war_id}"


def was_removed(war_id: WarId) -> str:
    return f"was war {war_id}, which was removed"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _no_stop(text: str) -> str:
    return text.rstrip(". ")
