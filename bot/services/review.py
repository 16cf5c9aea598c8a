"""Reviewing a draft: looking, correcting, saving or discarding. Each change locks the row and then looks again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.services import corrections, people
from bot.services.actors import Actor
from bot.services.changelog import UPLOAD, WAR, Entry
from bot.services.checking import obstacles
from bot.services.computing import begins_anew
from bot.services.drafting import from_text, strangers
from bot.services.drafts import Draft, Review, Source, UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.log_ids import following
from bot.services.opening import NOT_HERE, opened, own_draft, put, the_upload
from bot.services.player import Player, PlayerStatus
from bot.services.records import ROSTER
from bot.services.reviews import duplicate, review_of
from bot.services.saving import AverageMoved, averages_moved, keep_races, keep_war, learn_aliases
from bot.services.settings import load_settings
from bot.services.texts import LONGEST_NAME, a_name, tidy
from db import intake, uploads
from mkw.ids import ChannelId, MessageId, PlayerId, ServerId, UploadId, WarId
from mkw.names import without_tag
from mkw.wartext import WarTextError, parse_war

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.uploads import UploadRow

__all__ = ["AverageMoved", "ReviewService", "Saved"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    war_id: WarId
    review: Review
    averages: tuple[AverageMoved, ...]
    learnt: tuple[tuple[str, str], ...]  # (name as drawn, player): aliases learnt by the corrections


class ReviewService:
    """All methods raise NotFound for an upload of another server, Conflict for one that is saved or discarded already
    (the text says by whom and when), BadInput for a value that cannot be taken."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def get(self, server_id: ServerId, upload_id: UploadId) -> Review:
        async def look(db: Connection) -> Review:
            return await review_of(db, await the_upload(db, server_id, upload_id))

        return await self._records.read(look)

    async def by_message(self, server_id: ServerId, message_id: MessageId) -> Review | None:
        """The review whose answer, or whose picture, is that message."""

        async def look(db: Connection) -> Review | None:
            row = await uploads.by_message(db, server_id=server_id, message_id=message_id)
            return None if row is None else await review_of(db, row)

        return await self._records.read(look)

    async def newest_open(self, server_id: ServerId, channel_id: ChannelId) -> Review | None:
        async def look(db: Connection) -> Review | None:
            row = await uploads.newest_open(db, server_id=server_id, channel_id=channel_id)
            return None if row is None else await review_of(db, row)

        return await self._records.read(look)

    async def set_score(self, actor: Actor, upload_id: UploadId, row: int, score: int) -> Review:
        """0 <= score <= 15 a race of the row (180 in 12)."""
        return await self._correct(
            actor, upload_id, lambda draft, _: corrections.set_score(draft, row, score), f"row {row} score {score}"
        )

    async def set_name(self, actor: Actor, upload_id: UploadId, row: int, name: str) -> Review:
        """Correct a row's name. A roster player's name (or alias) links the row to them, and the name as drawn becomes
        an alias when the war is saved."""
        return await self._correct(
            actor,
            upload_id,
            lambda draft, roster: corrections.set_name(draft, row, name, roster),
            f"row {row} name {tidy(name)[:60]}",
        )

    async def set_races(self, actor: Actor, upload_id: UploadId, row: int, races: int) -> Review:
        return await self._correct(
            actor, upload_id, lambda draft, _: corrections.set_races(draft, row, races), f"row {row} races {races}"
        )

    async def set_row(
        self, actor: Actor, upload_id: UploadId, row: int, *,
        name: str | None = None, score: int | None = None, races: int | None = None,
    ) -> Review:  # fmt: skip
        """What is not None: all of it or nothing, as one change."""
        said = _said({"name": name and tidy(name)[:60], "score": score, "races": races})
        return await self._correct(
            actor,
            upload_id,
            lambda draft, roster: corrections.set_row(draft, row, roster, name=name, score=score, races=races),
            f"row {row} {said}",
        )

    async def remove_row(self, actor: Actor, upload_id: UploadId, row: int) -> Review:
        """Leave a row out that is no player or was read twice; a side keeps one row at least."""
        return await self._correct(
            actor, upload_id, lambda draft, _: corrections.remove_row(draft, row), f"row {row} left out"
        )

    async def set_war_races(self, actor: Actor, upload_id: UploadId, races: int) -> Review:
        """How many races the whole war had, 1..48; rows with a number of their own keep it."""
        return await self._correct(
            actor, upload_id, lambda draft, _: corrections.set_war_races(draft, races), f"races {races}"
        )

    async def set_tag(self, actor: Actor, upload_id: UploadId, side: int, tag: str) -> Review:
        """`side` counts from 1."""
        return await self._correct(
            actor,
            upload_id,
            lambda draft, _: corrections.set_tag(draft, side, tag),
            f"side {side} tag {tidy(tag)[:60]}",
        )

    async def set_penalty(self, actor: Actor, upload_id: UploadId, side: int, penalty: int) -> Review:
        """Points taken off that side, -1000..1000; negative is a bonus."""
        return await self._correct(
            actor,
            upload_id,
            lambda draft, _: corrections.set_penalty(draft, side, penalty),
            f"side {side} penalty {penalty}",
        )

    async def set_side(
        self, actor: Actor, upload_id: UploadId, side: int, *, tag: str | None = None, penalty: int | None = None
    ) -> Review:
        """What is not None: all of it or nothing, as one change."""

        def change(draft: Draft, _: Sequence[Player]) -> Draft:
            if penalty is not None:
                draft = corrections.set_penalty(draft, side, penalty)
            return draft if tag is None else corrections.set_tag(draft, side, tag)

        said = _said({"tag": tag and tidy(tag)[:60], "penalty": penalty})
        return await self._correct(actor, upload_id, change, f"side {side} {said}")

    async def link(self, actor: Actor, upload_id: UploadId, row: int, player_id: PlayerId) -> Review:
        """The row is that player; decides our side where nobody has."""

        def change(draft: Draft, roster: Sequence[Player]) -> Draft:
            player = next((player for player in roster if player.player_id == player_id), None)
            if player is None:
                raise NotFound("That player is not on the roster.")
            return corrections.link(draft, row, player)

        return await self._correct(actor, upload_id, change, f"row {row} linked")

    @begins_anew
    async def link_new(self, actor: Actor, upload_id: UploadId, row: int, name: str) -> Review:
        """Add a player to the roster and link the row to them. Raises AlreadyExists where the name is taken."""
        name = a_name(name)
        async with self._open(actor, upload_id, drops=ROSTER) as (entry, upload, draft):
            corrections.line_at(draft, row)
            player_id = await people.add(entry, name, PlayerStatus.MEMBER)
            player = people.player_of(await people.on_roster(entry.db, actor.server_id, player_id))
            await _keep(entry, upload, corrections.link(draft, row, player), f"row {row} is the new player {name}")
        return await self.get(actor.server_id, upload_id)

    @begins_anew
    async def link_strangers(self, actor: Actor, upload_id: UploadId) -> Review:
        """Add everybody on our side who resembles nobody (`Review.new_rows`) to the roster, by the name drawn less the
        tag, and link their rows: a new clan's roster in one go. One change. Raises BadInput where there is nobody."""
        async with self._open(actor, upload_id, drops=ROSTER) as (entry, upload, draft):
            rows = strangers(draft)
            if draft.ours is None or not rows:
                raise BadInput(
                    "Which side is ours? Press Other side first." if draft.ours is None else "Nobody here is new."
                )
            tags = (*(await load_settings(entry.db, actor.server_id)).worn_tags, draft.sides[draft.ours].tag or "")
            linked = draft
            for row in rows:
                _, line = corrections.line_at(linked, row)
                name = a_name(without_tag(line.name, [tag for tag in tags if tag])[:LONGEST_NAME].strip())
                player_id = await people.add(entry, name, PlayerStatus.MEMBER)
                player = people.player_of(await people.on_roster(entry.db, actor.server_id, player_id))
                linked = corrections.link(linked, row, player)
            await _keep(entry, upload, linked, f"added {len(rows)} new players")
        return await self.get(actor.server_id, upload_id)

    async def set_played_on(self, actor: Actor, upload_id: UploadId, day: date) -> Review:
        """The day the war was played, not before the game came out and not after today."""
        today = self._now()
        return await self._correct(
            actor, upload_id, lambda draft, _: corrections.set_played_on(draft, day, today), f"played on {day}"
        )

    async def other_side(self, actor: Actor, upload_id: UploadId) -> Review:
        """Make the next side ours, and match its names to the roster."""
        return await self._correct(actor, upload_id, lambda draft, _: corrections.other_side(draft), "other side")

    @begins_anew
    async def discard(self, actor: Actor, upload_id: UploadId) -> Review:
        async with self._open(actor, upload_id, running_too=True) as (entry, upload, draft):
            await put(entry, upload, draft, UploadState.DISCARDED, own=own_draft(upload))
            await entry.write("discard", UPLOAD, upload_id, f"discarded upload {upload_id}")
            return await review_of(entry.db, await the_upload(entry.db, actor.server_id, upload_id))

    @begins_anew
    async def save(self, actor: Actor, upload_id: UploadId, *, despite_duplicate: bool = False) -> Saved:
        """One transaction: war, sides, lines, aliases, change. Raises Conflict where it was saved already, where an
        obstacle stands, or where a war like it is kept and `despite_duplicate` is not said."""
        async with self._open(actor, upload_id, drops=True) as (entry, upload, draft):
            if stand := obstacles(draft):
                raise Conflict(" ".join(stand))
            same = None if despite_duplicate else await duplicate(entry.db, upload, draft)
            if same is not None:
                raise Conflict(f"This looks like war {same}, which is kept already. Save again to keep both.")
            settings = await load_settings(entry.db, actor.server_id)
            war_id = await keep_war(entry, draft, sent_at=upload.sent_at, source=Source(upload.source))
            await keep_races(entry, upload, draft, war_id)
            entry.created(WAR, war_id)
            learnt = await learn_aliases(entry, draft, settings.worn_tags)
            await put(entry, upload, draft, UploadState.SAVED, war_id=war_id, own=own_draft(upload))
            await entry.write("save", WAR, war_id, f"saved war {war_id}")
            averages = await averages_moved(entry, actor.server_id, war_id, draft)
            review = await review_of(entry.db, await the_upload(entry.db, actor.server_id, upload_id))
        told = {"server_id": actor.server_id, "upload_id": upload_id, "war_id": war_id}
        with following(upload.message_id):
            log.info("server %s: upload %s is war %s", actor.server_id, upload_id, war_id, extra=told)
        return Saved(war_id=war_id, review=review, averages=averages, learnt=learnt)

    async def typed(self, actor: Actor, channel_id: ChannelId, message_id: MessageId, text: str) -> Review:
        """A war typed or pasted (`addwar`): the same review as a picture gives. Raises BadInput naming the line."""
        try:
            war = parse_war(text)
        except WarTextError as error:
            raise BadInput(str(error)) from error
        async with self._records.change(actor.server_id, drops=False) as db:
            now = self._now()
            draft = from_text(war, await load_settings(db, actor.server_id), now)
            upload_id = await intake.insert_typed(
                db,
                server_id=actor.server_id,
                channel_id=channel_id,
                message_id=message_id,
                uploader_id=actor.user_id,
                uploader_name=actor.name,
                sent_at=now,
                draft=draft.to_json(),
            )
            row = (
                await intake.by_typed(db, server_id=actor.server_id, message_id=message_id)
                if upload_id is None
                else await uploads.get(db, server_id=actor.server_id, upload_id=upload_id)
            )
            if row is None:
                raise NotFound(NOT_HERE)
        return await self.get(actor.server_id, row.upload_id)

    def _open(
        self,
        actor: Actor,
        upload_id: UploadId,
        *,
        drops: bool | frozenset[str] = False,
        running_too: bool = False,
    ) -> AbstractAsyncContextManager[tuple[Entry, UploadRow, Draft]]:
        return opened(self._records, self._now(), actor, upload_id, drops=drops, running_too=running_too)

    @begins_anew
    async def _correct(
        self, actor: Actor, upload_id: UploadId, change: Callable[[Draft, Sequence[Player]], Draft], text: str
    ) -> Review:
        async with self._open(actor, upload_id) as (entry, upload, draft):
            roster = await people.everybody(entry.db, actor.server_id)
            await _keep(entry, upload, change(draft, roster), text)
        return await self.get(actor.server_id, upload_id)


async def _keep(entry: Entry, upload: UploadRow, draft: Draft, text: str) -> None:
    await put(entry, upload, draft, UploadState.REVIEW, own=own_draft(upload))
    await entry.write("edit", UPLOAD, upload.upload_id, f"edited upload {upload.upload_id}: {text}")


def _said(values: Mapping[str, str | int | None]) -> str:
    """`score 44, races 7`: what is not None."""
    return ", ".join(f"{what} {value}" for what, value in values.items() if value is not None)
