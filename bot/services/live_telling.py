"""What is told to a live war, from text to the war after it: line by line, and two people at once. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from mkw.ids import ChannelId, LiveId, MessageId, ServerId, UserId, WarId
from mkw.live import LiveWar
from mkw.live_said import Action, Fix, LiveError, SayRace, SayTrack, repicked, said
from mkw.live_words import Ask, End, Known, Show, meant
from mkw.places import written
from mkw.tracks import BY_ID

if TYPE_CHECKING:
    from db.live import LiveRow

SAME_MOMENT = timedelta(seconds=30)  # two people who tell a race within it tell the same one: a race takes minutes
MOST_LINES = 60


class LiveState(StrEnum):
    RUNNING = "running"
    KEPT = "kept"  # as a war
    THROWN = "thrown"


@dataclass(frozen=True, slots=True)
class LiveView:
    """A live war as it is shown."""

    server_id: ServerId
    live_id: LiveId
    channel_id: ChannelId
    state: LiveState
    war: LiveWar
    war_id: WarId | None
    revision: int
    card_id: MessageId | None
    started_by: UserId
    started_at: datetime
    heard_up_to: MessageId | None  # the newest message that was told

    @property
    def against(self) -> str:
        return ", ".join(tag or "?" for tag in self.war.sides[1:])


def view_of(row: LiveRow) -> LiveView:
    return LiveView(
        row.server_id, row.live_id, row.channel_id, LiveState(row.state), LiveWar.from_json(row.war), row.war_id,
        row.revision, row.card_id, row.started_by, row.started_at, max(row.heard, default=None),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. `done` are the things done, in words; `remarks` what is to be seen in them; `problem` why it
    went no further. `raced`: a race was added. `shown`: how it stands was asked for."""

    view: LiveView
    done: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str | None = None
    ask: Ask | None = None
    end: End | None = None
    raced: bool = False
    shown: bool = False

    @classmethod
    def of(cls, view: LiveView, action: Action) -> Told:
        """One thing done. Raises LiveError."""
        return _with(cls(view), action)


def _with(told: Told, action: Action) -> Told:
    before = told.view.war
    after, text = said(before, action)
    return replace(
        told,
        view=replace(told.view, war=after),
        done=(*told.done, text),
        remarks=(*told.remarks, *_remarks(before, after, action)),
        raced=told.raced or len(after.races) > len(before.races),
    )


def told(row: LiveRow, text: str, known: Known, *, by: UserId, now: datetime) -> Told | None:
    """Line by line until one asks, ends the war or cannot be: what came before it is done. None where no line is for
    the war. Lines of talk between others are passed over."""
    result = Told(view_of(row))
    other = row.raced_by not in (None, by) and row.raced_at is not None and now - row.raced_at < SAME_MOMENT
    found = False
    for line in text.splitlines()[:MOST_LINES]:
        war = result.view.war
        try:
            what = meant(line, war, replace(known, playing=war.players))
            if what is None:
                continue
            found = True
            if isinstance(what, Ask):
                return replace(result, ask=what)
            if isinstance(what, End):
                return replace(result, end=what)
            if isinstance(what, Show):
                result = replace(result, shown=True)
                continue
            if isinstance(what, SayRace) and other and not result.raced and war.races:
                what = _second(what, war, row.raced_by_name or "Somebody")
            result = _with(result, what)
        except LiveError as problem:
            where = f"`{' '.join(line.split())[:40]}`: " if "\n" in text.strip() else ""
            return replace(result, problem=f"{where}{problem}")
    return result if found else None


def _second(new: SayRace, war: LiveWar, first: str) -> Action:
    """Two people tell one race at the same moment: what the second adds to it is taken. Raises LiveError."""
    last, number = war.races[-1], len(war.races)
    is_same = new.places == last.places and (new.track in (None, last.track) or last.track is None)
    if is_same and ((new.who and not last.told) or (new.track is not None and last.track is None)):
        return Fix(number, track=new.track, who=new.who)
    if is_same:
        raise LiveError(f"Race {number} is there already, {first} told it just now; nothing was added.")
    there = f"{last.track} {written(last.places)}" if last.track else written(last.places)
    correction = f"`race {number} {written(new.places)}` corrects it"
    raise LiveError(f"{first} told race {number} just now as `{there}`; nothing was added. {correction}.")


def _remarks(before: LiveWar, after: LiveWar, action: Action) -> tuple[str, ...]:
    track, number = None, len(before.races) + 1
    if isinstance(action, SayTrack | SayRace):
        track = action.track
    elif isinstance(action, Fix):
        track, number = action.track, action.race
    earlier = repicked(after, track, number)
    if track is None or earlier is None:
        return ()
    return (f"{BY_ID[track].name} was race {earlier} already: a repick? `pen 20 theirs repick`, or `back`.",)


def not_begun(text: str) -> bool:
    """Whether a race is told, with its track and a whole side of places, as nobody talks."""
    try:
        what = meant(text.strip().split("\n")[0], LiveWar((None, None)), Known())
    except LiveError:
        return False
    return isinstance(what, SayRace) and what.track is not None


def late(row: LiveRow, text: str, known: Known) -> bool:
    """Whether a race is told, though the war is over."""
    war = replace(LiveWar.from_json(row.war), races=())
    for line in text.splitlines()[:MOST_LINES]:
        try:
            if isinstance(meant(line, war, known), SayRace):
                return True
        except LiveError:
            continue
    return False
