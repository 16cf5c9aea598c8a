"""Changing kept wars: each edit is one change of the log, made on the war as it is now, and refused where somebody else
changed it since the editor looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services import kept_wars, people, war_edits
from bot.services.actors import Actor
from bot.services.changelog import WAR, Entry
from bot.services.errors import Conflict, NotFound
from bot.services.history import Change, change_of
from bot.services.player import Player
from bot.services.settings import load_settings
from bot.services.war_edits import Edited
from bot.services.wars import War, war_of
from db import changes, wars
from mkw.ids import ChangeId, ServerId, WarId

if TYPE_CHECKING:
    from bot.services.kept_wars import KeptWar
    from bot.services.records import Records
    from db.pool import Connection
    from db.wars import WarRow

# Who never looked may still have the war of a moment ago before their eyes.
FRESH = timedelta(minutes=10)
CHANGES_TOLD = 3
WarChange = Callable[["KeptWar", "Around"], Edited]


class ChangedMeanwhile(Conflict):
    """Somebody else changed the war; `revision` is the one of now, `changes` what they did, newest first."""

    def __init__(self, text: str, war_id: WarId, revision: ChangeId, since: tuple[Change, ...]) -> None:
        super().__init__(text)
        self.war_id = war_id
        self.revision = revision
        self.changes = since


@dataclass(frozen=True, slots=True)
class Around:
    """What an edit may ask about its server."""

    roster: tuple[Player, ...]
    tags: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class EditedWar:
    war: War  # as it is now
    text: str  # what was done
    changed: bool  # False: it was so already, and nothing is in the log


class EditService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def edit(self, actor: Actor, war_id: WarId, change: WarChange, *, seen: ChangeId | None = None) -> EditedWar:
        """`change` is one of war_edits with its arguments. `seen` is the revision the editor looked at (None: they did
        not look). Raises ChangedMeanwhile, BadInput, NotFound, Conflict for a removed war."""
        async with self._records.change(actor.server_id) as db:
            row = await _the_war(db, actor.server_id, war_id)
            if row.removed_at is not None:
                raise Conflict(f"War {war_id} is removed; `war restore {war_id}` brings it back first.")
            await self._refuse_unseen(db, actor, row, seen)
            before = await kept_wars.load(db, actor.server_id, war_id)
            if before is None:
                raise NotFound(f"There is no war {war_id}.")
            settings = await load_settings(db, actor.server_id)
            around = Around(await people.everybody(db, actor.server_id), settings.worn_tags, self._now())
            after, text = change(before, around)
            if after == before:
                return EditedWar(await war_of(db, actor.server_id, war_id), text, changed=False)
            entry = Entry(db, actor, self._now())
            await entry.touch(WAR, war_id)
            await kept_wars.put(db, actor.server_id, war_id, after, entry.at)
            await entry.write("edit", WAR, war_id, f"war {war_id}, {text}")
            return EditedWar(await war_of(db, actor.server_id, war_id), text, changed=True)

    async def look(self, server_id: ServerId, war_id: WarId) -> KeptWar:
        """The war as it is edited: rows and sides in their numbers. Raises NotFound."""
        found = await self._records.read(lambda db: kept_wars.load(db, server_id, war_id))
        if found is None:
            raise NotFound(f"There is no war {war_id}.")
        return found

    async def restore(self, actor: Actor, war_id: WarId) -> War:
        """Back into every list. Raises Conflict where it is not removed, or where its picture is under review anew."""
        async with self._records.change(actor.server_id) as db:
            row = await _the_war(db, actor.server_id, war_id)
            if row.removed_at is None:
                raise Conflict(f"War {war_id} is not removed.")
            again = await _saved_anew(db, row)
            if again is not None:
                raise Conflict(again)
            entry = Entry(db, actor, self._now())
            await entry.touch(WAR, war_id)
            await wars.set_removed(db, server_id=actor.server_id, war_id=war_id, removed_at=None)
            await entry.write("restore", WAR, war_id, f"restored war {war_id}")
            return await war_of(db, actor.server_id, war_id)

    async def _refuse_unseen(self, db: Connection, actor: Actor, row: WarRow, seen: ChangeId | None) -> None:
        if seen is not None and seen == row.revision:
            return
        after = seen or ChangeId(0)
        since = await changes.of_things(db, server_id=row.server_id, things=[(WAR, row.war_id)], after=after, limit=20)
        last = await changes.get(db, server_id=row.server_id, change_id=row.revision) if row.revision > after else None
        if last is not None and all(one.change_id != last.change_id for one in since):
            since = (last, *since)  # such as two players made one
        theirs = [one for one in since if one.actor_id != actor.user_id]
        if seen is None:
            theirs = [one for one in theirs if self._now() - one.at < FRESH and one.verb != "save"]
        if not theirs:
            return
        told = tuple(change_of(one) for one in theirs)
        raise ChangedMeanwhile(_told(row.war_id, told), row.war_id, row.revision, told)


def _told(war_id: WarId, told: Sequence[Change]) -> str:
    lines = [f"{one.actor_name}: {one.text}" for one in told[:CHANGES_TOLD]]
    more = f" and {len(told) - CHANGES_TOLD} more" if len(told) > CHANGES_TOLD else ""
    return (
        f"War {war_id} has changed since you looked, so nothing was changed. {'; '.join(lines)}{more}. "
        f"Look at `war {war_id}`, then say it again if it still holds."
    )


async def _the_war(db: Connection, server_id: ServerId, war_id: WarId) -> WarRow:
    row = await wars.get(db, server_id=server_id, war_id=war_id) if 0 < war_id < 2**31 else None
    if row is None:
        raise NotFound(f"There is no war {war_id}.")
    return row


async def _saved_anew(db: Connection, row: WarRow) -> str | None:
    """A war that `undo` took back has given its picture free; kept again, it would be there twice."""
    touched = await changes.of_things(db, server_id=row.server_id, things=[(WAR, row.war_id)], limit=500)
    if not any(one.verb == "save" and one.undone_by is not None for one in touched):
        return None
    return f"War {row.war_id} was taken back and is under review again; save it there, or `redo`."


def ours(side: int | None) -> WarChange:
    """Make a side ours; None: the next."""

    def act(war: KeptWar, around: Around) -> Edited:
        if side is None:
            return war_edits.swap(war, around.roster, around.tags)
        return war_edits.make_ours(war, side, around.roster, around.tags)

    return act


def plain(change: Callable[..., Edited], *values: object, **named: object) -> WarChange:
    """An edit that asks nothing but the war."""
    return lambda war, _: change(war, *values, **named)


def played_at(at: datetime) -> WarChange:
    return lambda war, around: war_edits.set_played_at(war, at, around.now)


def player_added(side: int | None, name: str, score: int, *, races: int | None = None, penalty: int = 0) -> WarChange:
    """`side` counts from 1; None is ours. A player of the roster is found with or without the clan's tag."""

    def act(war: KeptWar, around: Around) -> Edited:
        number = war.our_side + 1 if side is None else side
        return war_edits.add_row(war, number, _known(name, around), score, around.roster, races=races, penalty=penalty)

    return act


def row_edited(
    row: int, *, name: str | None = None, score: int | None = None, races: int | None = None, penalty: int | None = None
) -> WarChange:
    """What is not None of a row, as one change."""

    def act(war: KeptWar, around: Around) -> Edited:
        said = []
        if name is not None:
            war, text = war_edits.set_player(war, row, _known(name, around), around.roster)
            said.append(text)
        if (score, races, penalty) != (None, None, None):
            war, text = war_edits.set_row(war, row, score=score, races=races, penalty=penalty)
            said.append(text)
        return war, "; ".join(said)

    return act


def row_is(row: int, name: str) -> WarChange:
    return lambda war, around: war_edits.set_player(war, row, _known(name, around), around.roster)


def row_moved(row: int, side: int) -> WarChange:
    def act(war: KeptWar, around: Around) -> Edited:
        after, text = war_edits.move_row(war, row, side)
        return war_edits.linked(after, around.roster, around.tags) if side - 1 == after.our_side else after, text

    return act


def _known(name: str, around: Around) -> str:
    bare = war_edits.bare_name(name, around.tags)
    return bare if any(bare.casefold() == player.name.casefold() for player in around.roster) else name
