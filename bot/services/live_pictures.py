"""A picture posted while a live war runs in its channel: a race's fills or checks a race, a table checks the totals.

What only one reader has seen fills nothing: where a row is doubted, or a race was told otherwise, it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.services import racing
from bot.services.actors import Actor
from bot.services.changelog import LIVE, UPLOAD, Entry
from bot.services.computing import begins_anew
from bot.services.drafts import Draft, Source, UploadState
from bot.services.live_telling import LiveView, Told, view_of
from bot.services.opening import hold, put, the_upload
from db import live, uploads
from mkw.ids import ServerId, UploadId
from mkw.live import LiveWar, Who, race_points, raced_points
from mkw.live_said import Fix, LiveError, SayRace
from mkw.live_words import Ask
from mkw.places import written

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.uploads import UploadRow
    from mkw.race_rows import RaceRow


@dataclass(frozen=True, slots=True)
class SeenRace:
    """Our side of one race as a picture shows it. `before`: what our side had before it; `sure`: nothing is doubted."""

    places: tuple[int, ...]
    who: Who
    before: int | None
    sure: bool


class LivePictureService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    @begins_anew
    async def take(self, server_id: ServerId, upload_id: UploadId) -> Told | None:
        """What a picture that was read says to the live war of its channel; it is a part of that war from then on, and
        no review of its own. None where no live war runs there, or it is older than that war."""
        upload = await self._records.read(lambda db: the_upload(db, server_id, upload_id))
        if not await self._records.read(lambda db: _concerns(db, upload)):
            return None
        actor = Actor(server_id, upload.uploader_id, upload.uploader_name)
        async with self._records.change(server_id, drops=False) as db:
            row = await live.running(db, server_id=server_id, channel_id=upload.channel_id, lock=True)
            if row is None:
                return None
            entry = Entry(db, actor, self._now())
            upload, settled = await hold(entry, upload_id)
            told = seen(view_of(row), upload_id, _stored(upload), settled)
            if told.problem is not None:
                return told  # it stays a picture to be looked at
            await entry.touch(LIVE, row.live_id)
            await put(entry, upload, _stored(upload), UploadState.JOINED, live_id=row.live_id)
            if told.raced or told.view.war != view_of(row).war:
                war = told.view.war.to_json()
                await live.put(db, server_id=server_id, live_id=row.live_id, state=row.state, war=war, war_id=None)
            if told.raced:
                await live.raced(
                    db, server_id=server_id, live_id=row.live_id, at=entry.at, by=actor.user_id, by_name=actor.name
                )
            await live.heard(db, server_id=server_id, live_id=row.live_id, at=entry.at, message_id=None)
            text = "; ".join(told.done) or "a picture that says something else"
            await entry.write("show", UPLOAD, upload_id, f"live war against {told.view.against}, by picture: {text}")
        return told


async def _concerns(db: Connection, upload: UploadRow) -> bool:
    if upload.state != UploadState.REVIEW or upload.source != Source.PICTURE or upload.bulk_id is not None:
        return False
    row = await live.running(db, server_id=upload.server_id, channel_id=upload.channel_id)
    if row is None or upload.own_draft is not None:
        return False
    return await uploads.came_after(db, server_id=upload.server_id, upload_id=upload.upload_id, moment=row.started_at)


def _stored(upload: UploadRow) -> Draft:
    return Draft.from_json(upload.draft or {})


def seen(view: LiveView, upload_id: UploadId, stored: Draft, settled: Draft) -> Told:
    """Pure: what one picture does to a live war."""
    if racing.is_race(stored):
        rows = racing.our_rows(racing.race_of(upload_id, stored, settled), stored, settled)
        return _race(view, upload_id, seen_race(rows, view.war))
    return _totals(view, settled)


def seen_race(rows: Sequence[tuple[str, RaceRow]], war: LiveWar) -> SeenRace | None:
    """None where not all of our places can be seen."""
    places = [row.place for _, row in rows]
    if len(rows) != war.form.size or None in places:
        return None
    who = tuple((name, row.place or 0) for name, row in rows)
    befores = [row.before for _, row in rows]
    before = None if None in befores else sum(one or 0 for one in befores)
    sure = all(row.proven and not row.doubts for _, row in rows)
    return SeenRace(tuple(sorted(place for _, place in who)), who, before, sure)


def number_of(race: SeenRace, war: LiveWar) -> int:
    """Which race it is: the one before which our side had what the picture shows. Where no race fits, because the
    game's totals began anew or somebody played for somebody else, it is the last one if that has the same places and no
    picture, else the one whose turn it is."""
    had = [0, *accumulate(race_points(one, war.form)[0] for one in war.races)]
    fitting = [number for number, points in enumerate(had, 1) if points == race.before]
    if len(fitting) == 1:
        return fitting[0]
    last = war.races[-1] if war.races else None
    again = last is not None and last.places == race.places and last.picture is None
    return len(war.races) if again else len(war.races) + 1


def _race(view: LiveView, upload_id: UploadId, race: SeenRace | None) -> Told:
    war = view.war
    if race is None:
        return Told(view, problem=f"Not all {war.form.size} of our places can be seen in this picture: type them.")
    number = number_of(race, war)
    places = written(race.places)
    if number > len(war.races):
        if not race.sure:
            question = f"Race {number} by the picture is `{places}`, but not all of it is sure. Is it right?"
            return Told(view, ask=Ask(question, ((f"Race {number}: {places}", places),)))
        return _tried(view, SayRace(race.places, None, race.who, upload_id))
    told = war.races[number - 1]
    if told.places == race.places:
        names = race.who if not told.told and race.sure else ()
        done = _tried(view, Fix(number, who=names, picture=upload_id))
        return replace(done, done=(f"the picture of race {number} agrees: {places}",))
    question = f"Race {number} was told as `{written(told.places)}`, the picture says `{places}`. Nothing is changed."
    return Told(view, ask=Ask(question, ((f"Take {places}", f"race {number} {places}"),)))


def _tried(view: LiveView, action: SayRace | Fix) -> Told:
    try:
        return Told.of(view, action)
    except LiveError as problem:
        return Told(view, problem=str(problem))


def _totals(view: LiveView, settled: Draft) -> Told:
    """A table or the game's totals: compared with what was told, after the newest race or an earlier one."""
    war = view.war
    if settled.ours is None:
        return Told(view, problem="Which side of this picture is ours is not clear, so it checks nothing.")
    points = [side.score_sum if side.lines else side.total or 0 for side in settled.sides]
    ours = points[settled.ours]
    had = [0, *accumulate(race_points(one, war.form)[0] for one in war.races)]
    after = next((count for count in range(len(had) - 1, 0, -1) if had[count] == ours), None)
    others = [
        (side.tag or f"side {place + 1}", points[place])
        for place, side in enumerate(settled.sides)
        if place != settled.ours
    ]
    if after is not None and war.form.sides > 2 and after == len(war.races) and len(others) == war.form.sides - 1:
        line = "end " + ", ".join(f"{tag} {total}" for tag, total in others)
        return Told(view, done=(f"the picture agrees: {ours}",), ask=Ask("Is that the end?", (("Keep and end", line),)))
    if after is not None:
        where = "" if after == len(war.races) else f" after race {after}"
        return Told(view, done=(f"the picture agrees: {ours} points{where}",))
    told = raced_points(war)[0]
    text = f"the picture says {ours} points for us, and {told} were told in {len(war.races)} races: look through them"
    return Told(view, done=(text,), remarks=("`score` shows how it stands, `race 7 1 2 3 4 5 6` corrects a race.",))
