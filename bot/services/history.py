"""The log of changes, taking them back, and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg

from bot.services.actors import Actor
from bot.services.changelog import (
    IMPORT,
    LINES,
    LIVE,
    PLAYER,
    REFUSED,
    SETTINGS,
    SIGN_UP,
    TEAM,
    UPLOAD,
    WAR,
    Elsewhere,
    Entry,
    restore,
    snapshot,
    thing_of,
    write,
)
from bot.services.errors import BadInput, Conflict, LevelTooLow, NotFound
from bot.services.levels import Level
from bot.services.texts import when
from db import changes, wars
from db.errors import rule_in_words
from mkw.ids import ChangeId, LiveId, PlayerId, ServerId, SignUpId, UploadId, UserId, WarId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.changes import ChangeRow, Thing
    from db.executor import Json
    from db.pool import Connection

MOST_AT_ONCE = 20
FINAL = "What an import brought along of the log, that somebody was forgotten, and a refused try are never taken back."
# What people call the things that changes are about.
WHAT = {
    "wars": (WAR,),
    "players": (PLAYER,),
    "teams": (TEAM,),
    "settings": (SETTINGS,),
    "reviews": (UPLOAD,),
    "live": (LIVE,),
    "signups": (SIGN_UP,),
    "roster": (PLAYER, TEAM),
    "refused": (REFUSED,),
}


@dataclass(frozen=True, slots=True)
class Change:
    change_id: ChangeId
    at: datetime
    actor_id: UserId
    actor_name: str
    text: str  # one line: `removed war 12`, `renamed Comet to Big Comet`
    undone: bool
    upload_ids: tuple[UploadId, ...] = ()  # whose reviews it changed: their answers may be shown anew
    live_ids: tuple[LiveId, ...] = ()  # live wars it changed: how they stand may be shown anew
    sign_up_ids: tuple[SignUpId, ...] = ()  # sign-ups it changed: their messages may be shown anew
    is_undo: bool = False  # it took something back, or did it again
    final: bool = False  # it stays

    @property
    def can_be_undone(self) -> bool:
        return not (self.undone or self.is_undo or self.final)


@dataclass(frozen=True, slots=True)
class ChangePage:
    changes: tuple[Change, ...]  # newest first
    page: int  # from 0
    pages: int
    total: int


class HistoryService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def newest(self, server_id: ServerId, *, limit: int = 10) -> tuple[Change, ...]:
        """Newest first; what was taken back is marked, and taking it back is a change of its own."""
        rows = await self._records.read(lambda db: changes.newest(db, server_id=server_id, limit=limit))
        return tuple(change_of(row) for row in rows)

    async def audit(
        self,
        server_id: ServerId,
        *,
        by: UserId | str | None = None,
        what: str | None = None,
        page: int = 0,
        size: int = 10,
    ) -> ChangePage:
        """The log, newest first: by a user or by whoever has these letters in their name; `what` is one of WHAT, or
        letters of the text. A page past the end is the last."""
        kinds = WHAT.get((what or "").casefold(), ())
        text = what if what and not kinds else None
        user_id = by if isinstance(by, int) else None
        name = by if isinstance(by, str) else None

        async def look(db: Connection) -> ChangePage:
            total = await changes.count(
                db, server_id=server_id, actor_id=user_id, actor_name=name, entities=kinds, text=text
            )
            pages = max(1, -(-total // size))
            number = min(max(page, 0), pages - 1)
            rows = await changes.newest(
                db, server_id=server_id, limit=size, offset=number * size,
                actor_id=user_id, actor_name=name, entities=kinds, text=text,
            )  # fmt: skip
            return ChangePage(tuple(change_of(row) for row in rows), number, pages, total)

        return await self._records.read(look)

    async def of_war(self, server_id: ServerId, war_id: WarId, *, page: int = 0, size: int = 10) -> ChangePage:
        """What was changed in a war and in the review it came from. Raises NotFound."""

        async def things(db: Connection) -> list[Thing]:
            row = await wars.get(db, server_id=server_id, war_id=war_id)
            if row is None:
                raise NotFound(f"There is no war {war_id}.")
            return [(WAR, war_id), *([(UPLOAD, row.upload_id)] if row.upload_id is not None else [])]

        return await self._of(server_id, things, page, size)

    async def of_player(self, server_id: ServerId, player_id: PlayerId, *, page: int = 0, size: int = 10) -> ChangePage:
        async def things(_: Connection) -> list[Thing]:
            return [(PLAYER, player_id), (LINES, player_id)]

        return await self._of(server_id, things, page, size)

    async def _of(
        self, server_id: ServerId, things: Callable[[Connection], object], page: int, size: int
    ) -> ChangePage:
        async def look(db: Connection) -> ChangePage:
            wanted = await things(db)  # type: ignore[misc]
            total = await changes.count_of_things(db, server_id=server_id, things=wanted)
            pages = max(1, -(-total // size))
            number = min(max(page, 0), pages - 1)
            rows = await changes.of_things(db, server_id=server_id, things=wanted, limit=size, offset=number * size)
            return ChangePage(tuple(change_of(row) for row in rows), number, pages, total)

        return await self._records.read(look)

    async def undo(self, actor: Actor, change_id: ChangeId | None = None, *, settings_too: bool = True) -> Change:
        """Take back the newest change that holds, or the one with that id.

        `settings_too` False: changes of the settings are refused, by LevelTooLow. Raises NotFound where there is none,
        Conflict where what it changed has changed again since, with what stands in the way.
        """
        async with self._records.change(actor.server_id) as db:
            row = await _to_undo(db, actor.server_id, change_id)
            _may(row, settings_too=settings_too)
            return await self._take_back(db, actor, row)

    async def undo_many(self, actor: Actor, count: int, *, settings_too: bool = True) -> tuple[Change, ...]:
        """The newest `count` changes that hold, newest first: all of them (fewer where there are not so many) or, where
        one cannot be taken back, none. Raises as `undo`."""
        if not 1 <= count <= MOST_AT_ONCE:
            raise BadInput(
                f"1 to {MOST_AT_ONCE} changes are taken back at once, not {count}; `undo #{count}` takes back the one "
                "with that number."
            )
        done: list[Change] = []
        async with self._records.change(actor.server_id) as db:
            while len(done) < count:
                try:
                    row = await _to_undo(db, actor.server_id, None)
                except NotFound:
                    if done:
                        break
                    raise
                _may(row, settings_too=settings_too)
                done.append(await self._take_back(db, actor, row))
        return tuple(done)

    async def redo(self, actor: Actor, *, settings_too: bool = True) -> Change:
        """Make the change hold again that was taken back last. Raises NotFound, Conflict."""
        async with self._records.change(actor.server_id) as db:
            row = await changes.newest_to_redo(db, server_id=actor.server_id)
            if row is None:
                raise NotFound("Nothing was taken back that could be done again.")
            _may(row, settings_too=settings_too)
            entry = Entry(db, actor, self._now())
            await _turn(entry, row, standing=row.before, wanted=row.after, how="done again")
            await write(
                entry, "redo", row.entity, row.entity_id, f"did again: {row.text}", before=row.before, after=row.after
            )
            await changes.mark(db, server_id=actor.server_id, change_id=row.change_id, undone_by=None)
            return await _with_uploads(db, replace(change_of(row), undone=False), row)

    async def _take_back(self, db: Connection, actor: Actor, row: ChangeRow) -> Change:
        entry = Entry(db, actor, self._now())
        await _turn(entry, row, standing=row.after, wanted=row.before, how="taken back")
        undo_id = await write(
            entry, "undo", row.entity, row.entity_id, f"took back: {row.text}", before=row.after, after=row.before
        )
        await changes.mark(db, server_id=actor.server_id, change_id=row.change_id, undone_by=undo_id)
        if row.entity == IMPORT:  # done again by attaching its file: the log does not hold the record
            await changes.close(db, server_id=actor.server_id, change_id=row.change_id)
        return await _with_uploads(db, replace(change_of(row), undone=True), row)


async def _to_undo(db: Connection, server_id: ServerId, change_id: ChangeId | None) -> ChangeRow:
    if change_id is None:
        newest = await changes.newest_to_undo(db, server_id=server_id)
        if newest is None:
            raise NotFound("There is no change left to take back.")
        return newest
    row = await changes.get(db, server_id=server_id, change_id=change_id) if 0 < change_id < 2**63 else None
    if row is None:
        raise NotFound(f"There is no change #{change_id}.")
    if row.verb in ("undo", "redo"):
        raise BadInput(f"Change #{change_id} took something back or did it again; `undo` and `redo` go on from there.")
    if row.final:
        raise Conflict(f"Change #{change_id} stays: {row.text}. {FINAL}")
    if row.undone_by is not None:
        raise Conflict(f"Change #{change_id} is taken back already: {row.text}.")
    return row


def _may(row: ChangeRow, *, settings_too: bool) -> None:
    if row.entity in (SETTINGS, IMPORT) and not settings_too:
        raise LevelTooLow(
            f"Only a server administrator can take back or do again a change of the settings (#{row.change_id}: "
            f"{row.text}); `audit` shows the numbers of other changes, such as `undo #{row.change_id}`.",
            Level.ADMIN,
        )


async def _turn(entry: Entry, row: ChangeRow, *, standing: Json, wanted: Json, how: str) -> None:
    """From how the change left things to how they were, or the other way. Only what the change itself changed must
    still stand, and only that is turned. Raises Conflict."""
    db, server_id = entry.db, entry.actor.server_id
    goal: Json = {}
    for key in standing:
        now = await snapshot(db, server_id, key)
        if not _stands(key, now, standing[key], wanted[key]) or await _log_knows_less(db, row, key, now, standing[key]):
            why = await _why(db, row, key)
            raise Conflict(f"This has changed again since, so it cannot be {how}: {row.text}.{why}")
        goal[key] = _turned(key, now, standing[key], wanted[key])
    try:
        async with db.transaction():
            await restore(db, server_id, goal, entry.at)
            await db.execute("set constraints all immediate")
    except asyncpg.IntegrityConstraintViolationError as error:
        reason = rule_in_words(error)
        text = f"Something stands in the way by now, so it cannot be {how}: {row.text}. {reason}"
        raise Conflict(text) from error
    except Elsewhere as error:
        raise Conflict(
            f"This has changed again since, so it cannot be {how}: {row.text}. Lines of it are somebody else's by now."
        ) from error
    await db.execute("set constraints all deferred")


_WHOLE = frozenset({UPLOAD, LINES})  # what stands or falls as one


def _fields(standing: Json, wanted: Json) -> list[str]:
    return [name for name in standing if name in wanted and standing[name] != wanted[name]]


def _stands(key: str, now: Json | None, standing: Json | None, wanted: Json | None) -> bool:
    kind, _ = thing_of(key)
    if standing is None:  # it was not there: of what has a history, it was out of every list
        return now is None or bool(now.get("removed"))
    if now is None or kind in _WHOLE:
        return now == standing
    names = _fields(standing, wanted) if wanted is not None else [name for name in standing if name in now]
    return all(now[name] == standing[name] for name in names)


async def _log_knows_less(db: Connection, row: ChangeRow, key: str, now: Json | None, standing: Json | None) -> bool:
    """A log of before wars could be edited says nothing of their lines: then nothing may have come after it."""
    kind, number = thing_of(key)
    if kind != WAR or standing is None or now is None or "sides" in standing:
        return False
    later = await changes.of_things(
        db, server_id=row.server_id, things=[(kind, number)], after=row.change_id, standing=True, limit=1
    )
    return bool(later)


def _turned(key: str, now: Json | None, standing: Json | None, wanted: Json | None) -> Json | None:
    if wanted is None or standing is None or now is None or thing_of(key)[0] in _WHOLE:
        return wanted
    return {**now, **{name: wanted[name] for name in _fields(standing, wanted)}}


async def _why(db: Connection, row: ChangeRow, key: str) -> str:
    """What came after it and holds, in a sentence."""
    kind, number = thing_of(key)
    things = [(kind, number), (LINES, number)] if kind == PLAYER else [(kind, number)]
    later = await changes.of_things(
        db, server_id=row.server_id, things=things, after=row.change_id, standing=True, limit=1
    )
    if not later and kind == WAR:
        war = await wars.get(db, server_id=row.server_id, war_id=WarId(number))
        last = None if war is None else await changes.get(db, server_id=row.server_id, change_id=war.revision)
        later = () if last is None or last.change_id <= row.change_id else (last,)
    if not later:
        return ""
    return f" In the way: #{later[0].change_id}, {later[0].text} ({later[0].actor_name}, {when(later[0].at)})."


async def _with_uploads(db: Connection, change: Change, row: ChangeRow) -> Change:
    """The answers of touched wars are shown anew, too."""
    found = list(change.upload_ids)
    for key in row.after:
        kind, number = thing_of(key)
        if kind == WAR:
            war = await wars.get(db, server_id=row.server_id, war_id=WarId(number))
            if war is not None and war.upload_id is not None:
                found.append(war.upload_id)
    return replace(change, upload_ids=tuple(dict.fromkeys(found)))


def change_of(row: ChangeRow) -> Change:
    things: Sequence[Thing] = [thing_of(key) for key in row.after]
    return Change(
        change_id=row.change_id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        text=row.text,
        undone=row.undone_by is not None,
        upload_ids=tuple(UploadId(number) for kind, number in things if kind == UPLOAD),
        live_ids=tuple(LiveId(number) for kind, number in things if kind == LIVE),
        sign_up_ids=tuple(SignUpId(number) for kind, number in things if kind == SIGN_UP),
        is_undo=row.verb in ("undo", "redo"),
        final=row.final,
    )
