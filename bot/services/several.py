"""Wars made of several pictures: joined in two, or collected race by race; and taken apart again.

Every change holds the server's row and the uploads it touches, looks again, and is one entry in the log of changes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services import racing
from bot.services.actors import Actor
from bot.services.changelog import UPLOAD, Entry
from bot.services.computing import begins_anew
from bot.services.drafts import Draft, DraftRace, Review, UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.joining import Way, joined, propose
from bot.services.opening import hold, own_draft, put, the_upload
from bot.services.reviews import review_of, settled
from db import uploads
from mkw.ids import ChannelId, ServerId, UploadId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.uploads import UploadRow

_NO_RACES = "No war is collected race by race in this channel: post a race's picture and press Add as race."


@dataclass(frozen=True, slots=True)
class Joined:
    review: Review  # the war of both
    part: UploadId  # the picture that went into it
    way: Way
    why: str  # how far the two agree


@dataclass(frozen=True, slots=True)
class RaceAdded:
    """`again`: the race was there, and `rows_filled` of its rows were new."""

    review: Review  # the running war
    part: UploadId
    number: int
    again: bool = False
    rows_filled: int = 0


@dataclass(frozen=True, slots=True)
class Apart:
    """`review` carried the others; `parts` are reviews of their own again."""

    review: Review
    parts: tuple[UploadId, ...]


class SeveralService:
    """All methods raise NotFound for what is not there, Conflict for what somebody else changed meanwhile, BadInput for
    what cannot be joined."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def other(self, server_id: ServerId, upload_id: UploadId) -> Review:
        """The open review that `join` would join with this one. Raises NotFound."""

        async def look(db: Connection) -> Review:
            row = await the_upload(db, server_id, upload_id)
            return await review_of(db, (await _other(db, row))[0])

        return await self._records.read(look)

    async def carrier(self, server_id: ServerId, upload_id: UploadId) -> Review:
        """The review an upload's rows are part of; the upload's own where it is joined to none."""

        async def look(db: Connection) -> Review:
            row = await the_upload(db, server_id, upload_id)
            while row.joined_into is not None:
                row = await the_upload(db, server_id, row.joined_into)
            return await review_of(db, row)

        return await self._records.read(look)

    async def running(self, server_id: ServerId, channel_id: ChannelId) -> Review | None:
        """The war the channel collects race by race."""

        async def look(db: Connection) -> Review | None:
            row = await uploads.running(db, server_id=server_id, channel_id=channel_id)
            return None if row is None else await review_of(db, row)

        return await self._records.read(look)

    @begins_anew
    async def join(
        self, actor: Actor, upload_id: UploadId, *, to: UploadId | None = None, way: Way | None = None
    ) -> Joined:
        """Put an upload's rows into the draft of `to`; where none is named, into the open one before it in the channel,
        or, where none is before, the next one after it into its own. Without `way` the two drafts say which it is, or
        BadInput is raised; Conflict where it is the same again."""
        async with self._records.change(actor.server_id, drops=False) as db:
            entry = Entry(db, actor, self._now())
            if to is None:
                other, is_before = await _other(db, await the_upload(db, actor.server_id, upload_id))
                to, upload_id = (other.upload_id, upload_id) if is_before else (upload_id, other.upload_id)
            second, theirs = await hold(entry, upload_id)
            first, mine = await hold(entry, to)
            if first.upload_id == second.upload_id:
                raise BadInput("A picture cannot be joined to itself.")
            if mine.chain or theirs.chain:
                raise BadInput("A war race by race takes races, not whole pictures.")
            await _refuse_twice(db, first, mine, second, theirs)
            proposal = propose.at_hand(mine, theirs)
            if way is None and racing.is_race(mine) and racing.is_race(theirs):
                raise BadInput("Both are lists of one race: `race add` collects them, `join add` adds their totals up.")
            chosen = way or proposal.way
            if chosen is None:
                raise BadInput(
                    f"The pictures do not say how they belong together ({proposal.why}): "
                    "`join rows` puts their rows side by side, `join add` adds the scores up."
                )
            made = joined.at_hand(mine, theirs, chosen)
            made = replace(made, joined=(*mine.joined, _sentence(chosen, proposal.why), *_doubt_of(second)))
            own = own_draft(first) or _stored(first)
            await put(entry, first, made, UploadState.REVIEW, own=own)
            await put(
                entry,
                second,
                _stored(second),
                UploadState.JOINED,
                own=own_draft(second),
                joined_into=first.upload_id,
            )
            text = f"joined upload {upload_id} to upload {first.upload_id} ({chosen.value})"
            await entry.write("join", UPLOAD, first.upload_id, text)
            review = await review_of(db, await the_upload(db, actor.server_id, first.upload_id))
        return Joined(review, upload_id, chosen, proposal.why)

    @begins_anew
    async def split(self, actor: Actor, upload_id: UploadId) -> Apart:
        """Take everything that was joined to an upload, or that it is joined to, apart: each picture is a review of its
        own again, as it was when it was joined."""
        async with self._records.change(actor.server_id, drops=False) as db:
            entry = Entry(db, actor, self._now())
            row = await the_upload(db, actor.server_id, upload_id)
            row, _ = await hold(entry, row.joined_into or upload_id, running_too=True)
            own = own_draft(row)
            if own is None:
                raise BadInput("Nothing is joined to this one.")
            parts = await uploads.joined_to(db, server_id=actor.server_id, upload_id=row.upload_id)
            await put(entry, row, own, UploadState.REVIEW)
            for part in parts:
                await _give_back(entry, part)
            text = f"took upload {row.upload_id} and {len(parts)} more apart"
            await entry.write("split", UPLOAD, row.upload_id, text)
            review = await review_of(db, await the_upload(db, actor.server_id, row.upload_id))
        return Apart(review, tuple(part.upload_id for part in parts))

    @begins_anew
    async def add_race(self, actor: Actor, upload_id: UploadId) -> RaceAdded:
        """Add a race's picture to the channel's running war, or begin one with it. A race that is there already is not
        added again; rows that its first picture lacked are."""
        async with self._records.change(actor.server_id, drops=False) as db:
            entry = Entry(db, actor, self._now())
            upload = await the_upload(db, actor.server_id, upload_id, lock=True)
            begun = await uploads.running(db, server_id=actor.server_id, channel_id=upload.channel_id)
            if begun is None:
                upload, draft = await hold(entry, upload_id)
                race = racing.race_of(upload_id, _stored(upload), draft)
                return await self._begin(entry, upload, race)
            carrier, war = await hold(entry, begun.upload_id, running_too=True)
            race = await self._race(entry, upload, carrier)
            return await self._add(entry, carrier, war, upload, race)

    async def _race(self, entry: Entry, upload: UploadRow, carrier: UploadRow) -> DraftRace:
        """The race on a picture; that of the carrier is on its own draft."""
        own = own_draft(carrier) if upload.upload_id == carrier.upload_id else None
        if own is not None:
            read = await settled(entry.db, replace(upload, draft=own.to_json()))
            return racing.race_of(upload.upload_id, own, read or own)
        _, draft = await hold(entry, upload.upload_id)
        return racing.race_of(upload.upload_id, _stored(upload), draft)

    async def _begin(self, entry: Entry, upload: UploadRow, race: DraftRace) -> RaceAdded:
        own = own_draft(upload) or _stored(upload)
        await put(entry, upload, racing.draft_of((race,), own), UploadState.REVIEW, own=own)
        return await self._added(entry, upload, upload.upload_id, racing.number_of((race,), 0))

    async def _add(self, entry: Entry, carrier: UploadRow, war: Draft, upload: UploadRow, race: DraftRace) -> RaceAdded:
        races = war.chain
        index = racing.again(races, race)
        fuller = None if index is None else racing.filled(races[index], race)
        if index is not None and (fuller is None or fuller == races[index] or upload.upload_id == carrier.upload_id):
            review = await review_of(entry.db, carrier)
            return RaceAdded(review, upload.upload_id, racing.number_of(races, index), again=True)
        if index is not None and fuller is not None:
            rows = len(fuller.rows) - len(races[index].rows)
            races = (*races[:index], fuller, *races[index + 1 :])
        else:
            rows, races = 0, racing.with_race(races, race)
        await put(entry, carrier, racing.draft_of(races, war), UploadState.REVIEW, own=own_draft(carrier))
        if upload.upload_id != carrier.upload_id:
            await put(entry, upload, _stored(upload), UploadState.JOINED, joined_into=carrier.upload_id)
        at = next(number for number, one in enumerate(races) if upload.upload_id in (one.upload_id, *one.more))
        return await self._added(
            entry, carrier, upload.upload_id, racing.number_of(races, at), again=index is not None, rows=rows
        )

    async def _added(
        self, entry: Entry, carrier: UploadRow, part: UploadId, number: int, *, again: bool = False, rows: int = 0
    ) -> RaceAdded:
        text = f"added race {number} from upload {part} to upload {carrier.upload_id}"
        await entry.write("race", UPLOAD, carrier.upload_id, text)
        review = await review_of(entry.db, await the_upload(entry.db, carrier.server_id, carrier.upload_id))
        return RaceAdded(review, part, number, again=again, rows_filled=rows)

    async def open_races(self, server_id: ServerId, channel_id: ChannelId) -> tuple[Review, ...]:
        """Every race's picture of the channel that is under review and no race of a war yet, in the order posted."""

        async def look(db: Connection) -> tuple[Review, ...]:
            rows = await uploads.open_pictures(db, server_id=server_id, channel_id=channel_id)
            return tuple(
                [await review_of(db, row) for row in rows if row.own_draft is None and racing.is_race(_stored(row))]
            )

        return await self._records.read(look)

    @begins_anew
    async def remove_race(self, actor: Actor, channel_id: ChannelId, number: int) -> Apart:
        """Take a race out of the channel's running war; its picture is a review of its own again. With the last one the
        war is gone."""
        async with self._running(actor, channel_id) as (entry, carrier, war):
            chain = racing.chain_in(war.chain)
            index = next((index for index, race in enumerate(chain.races) if race.number == number), None)
            if index is None:
                there = ", ".join(str(race.number) for race in chain.races)
                raise BadInput(f"There is no race {number} in it; the races are {there}.")
            gone = {war.chain[index].upload_id, *war.chain[index].more}
            races = (*war.chain[:index], *war.chain[index + 1 :])
            own = own_draft(carrier)
            if own is None:
                raise NotFound(_NO_RACES)
            if races:
                await put(entry, carrier, racing.draft_of(races, war), UploadState.REVIEW, own=own)
            else:
                await put(entry, carrier, own, UploadState.REVIEW)
            parts = await uploads.joined_to(entry.db, server_id=actor.server_id, upload_id=carrier.upload_id)
            back = [part for part in parts if part.upload_id in gone or not races]
            for part in back:
                await _give_back(entry, part)
            await entry.write(
                "race", UPLOAD, carrier.upload_id, f"took race {number} out of upload {carrier.upload_id}"
            )
            review = await review_of(entry.db, await the_upload(entry.db, actor.server_id, carrier.upload_id))
        return Apart(review, tuple(part.upload_id for part in back))

    @begins_anew
    async def finish(self, actor: Actor, channel_id: ChannelId) -> Review:
        """The running war of the channel becomes a review like any other: corrected, then saved with its races."""
        async with self._running(actor, channel_id) as (entry, carrier, war):
            stored = replace(_stored(carrier), running=False)
            await put(entry, carrier, stored, UploadState.REVIEW, own=own_draft(carrier))
            text = f"finished the war race by race of upload {carrier.upload_id} after {len(war.chain)} races"
            await entry.write("finish", UPLOAD, carrier.upload_id, text)
            return await review_of(entry.db, await the_upload(entry.db, actor.server_id, carrier.upload_id))

    @asynccontextmanager
    async def _running(self, actor: Actor, channel_id: ChannelId) -> AsyncIterator[tuple[Entry, UploadRow, Draft]]:
        """A transaction that holds the running war of the channel. Raises NotFound."""
        async with self._records.change(actor.server_id, drops=False) as db:
            entry = Entry(db, actor, self._now())
            begun = await uploads.running(db, server_id=actor.server_id, channel_id=channel_id)
            if begun is None:
                raise NotFound(_NO_RACES)
            row, draft = await hold(entry, begun.upload_id, running_too=True)
            yield entry, row, draft


async def _other(db: Connection, row: UploadRow) -> tuple[UploadRow, bool]:
    """(the open upload to join with, whether it came before): the one before in the channel, else the one after."""
    found = await uploads.open_before(db, upload=row)
    if found is not None:
        return found, True
    found = await uploads.open_after(db, upload=row)
    if found is None:
        raise NotFound("Nothing else is open in this channel to join it to.")
    return found, False


async def _refuse_twice(db: Connection, first: UploadRow, mine: Draft, second: UploadRow, theirs: Draft) -> None:
    """Raises Conflict where the second says what the first, or a part of it, says already."""
    parts = await uploads.joined_to(db, server_id=first.server_id, upload_id=first.upload_id)
    if second.sha256 is not None and second.sha256 in {row.sha256 for row in (first, *parts)}:
        raise Conflict("It is the very same picture: nothing was added.")
    drafts = [mine] if first.own_draft is None else []
    for row in (replace(first, draft=first.own_draft), *parts) if first.own_draft is not None else ():
        read = await settled(db, replace(row, state=UploadState.REVIEW))
        drafts += [] if read is None else [read]
    for draft in drafts:
        proposal = propose.at_hand(draft, theirs)
        if proposal.same:
            raise Conflict(f"It says the same again ({proposal.why}): nothing was added.")


def _stored(row: UploadRow) -> Draft:
    if row.draft is None:
        raise NotFound("There is nothing to join: it was not read.")
    return Draft.from_json(row.draft)


async def _give_back(entry: Entry, part: UploadRow) -> None:
    """A joined upload is a review of its own again."""
    await entry.touch(UPLOAD, part.upload_id)
    await put(entry, part, _stored(part), UploadState.REVIEW, own=own_draft(part))


def _sentence(way: Way, why: str) -> str:
    did = "The rows of two pictures stand together" if way is Way.ROWS else "Two pictures are added up"
    return f"{did}: {why}."


def _doubt_of(row: UploadRow) -> tuple[str, ...]:
    """What was doubted about the whole picture goes with its rows."""
    return () if row.reason is None else (f"The other picture: {row.reason}",)
