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
from mkw.live import LiveWar, Part, Who, race_points, raced_points
from mkw.live_said import Fix, LiveError, SayRace, SeePart
from mkw.live_words import Ask
from mkw.places import written

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.uploads import UploadRow
    from mkw.race_rows import RaceRow

_NONE_SEEN = "None of our {} places can be seen in this picture for sure: post the rest of the list, or type them."


@dataclass(frozen=True, slots=True)
class SeenRace:
    """Our side of one race as pictures show it, or those of us who can be seen. `before`: what they had before it;
    `sure`: nothing is doubted."""

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
        shown = racing.race_of(upload_id, stored, settled)
        tag = (view.war.sides[0] or "") if len(shown.rows) < view.war.form.room else None
        race = seen_race(racing.our_rows(shown, stored, settled, wearing=tag), view.war)
        return (
            Told(view, problem=_NONE_SEEN.format(view.war.form.size)) if race is None else _seen(view, upload_id, race)
        )
    return _totals(view, settled)


def seen_race(rows: Sequence[tuple[str, RaceRow]], war: LiveWar) -> SeenRace | None:
    """None where none of us can be seen, more than play, or somebody without a place."""
    places = [row.place for _, row in rows]
    if not 1 <= len(rows) <= war.form.size or None in places:
        return None
    who = tuple((name, row.place or 0) for name, row in rows)
    befores = [row.before for _, row in rows]
    before = None if None in befores else sum(one or 0 for one in befores)
    sure = all(row.proven and not row.doubts for _, row in rows)
    return SeenRace(tuple(sorted(place for _, place in who)), who, before, sure)


def _seen(view: LiveView, upload_id: UploadId, race: SeenRace) -> Told:
    """All of us, or a part: with what was shown of the race before it may be all of us."""
    war = view.war
    size = war.form.size
    if len(race.places) < size and war.part is not None:
        race = _together(war.part, race) or race
    if len(race.places) == size:
        return _race(view, upload_id, race)
    agrees = _agrees(view, upload_id, race)
    if agrees is not None:
        return agrees
    if not race.sure:
        return Told(view, problem=f"{len(race.places)} of our {size} places can be seen, but not surely: type them.")
    told = _tried(view, SeePart(Part(tuple(sorted(race.who, key=lambda one: one[1])), race.before, upload_id)))
    left = size - len(race.places)
    rest = "1 of our places is" if left == 1 else f"{left} of our places are"
    what = f"{rest} not in it: post the rest of the list, or type what is missing."
    return told if told.problem is not None else replace(told, remarks=(*told.remarks, what))


def _together(part: Part, race: SeenRace) -> SeenRace | None:
    """Both parts of one race; None where they are of two: somebody has two places, or a place two names."""
    every = {**dict(part.who), **dict(race.who)}
    if any(dict(part.who).get(name, place) != place for name, place in race.who) or len(set(every.values())) < len(
        every
    ):
        return None
    # Who stands in both is counted once, and then what all had before is not known.
    is_apart = len(every) == len(part.who) + len(race.who)
    before = None if part.before is None or race.before is None or not is_apart else part.before + race.before
    return SeenRace(tuple(sorted(every.values())), tuple(every.items()), before, race.sure)


def _agrees(view: LiveView, upload_id: UploadId, race: SeenRace) -> Told | None:
    """A part of the race told last: of those told to be in it, or half of its places, and the rest of a picture before.
    None where it is rather of the race being played."""
    war = view.war
    last = war.races[-1] if war.races else None
    if last is None or war.track is not None or war.part is not None:
        return None
    named, count = dict(last.who), len(race.who)
    fits = all(named.get(name, place) == place for name, place in race.who) and set(race.places) <= set(last.places)
    if last.told:
        is_last = last.picture is None or count > 1
    elif last.picture is None:
        is_last = 2 * count >= war.form.size
    else:
        is_last = set(race.places) == set(last.places) - set(named.values())
    if not (fits and is_last):
        return None
    number = len(war.races)
    who = tuple({**named, **dict(race.who)}.items()) if race.sure and not last.told else ()
    done = _tried(view, Fix(number, who=who, picture=upload_id))
    return replace(done, done=(f"the picture agrees with race {number} as far as it shows it: {written(race.places)}",))


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


def _race(view: LiveView, upload_id: UploadId, race: SeenRace) -> Told:
    war = view.war
    number = number_of(race, war)
    places = written(race.places)
    if number > len(war.races):
        if not race.sure:
            question = f"Race {number} by the picture is `{places}`, but not all of it is sure. Is it right?"
            return Told(view, ask=Ask(question, ((f"Race {number}: {places}", places),)))
        return _tried(view, SayRace(race.places, None, race.who, upload_id))
    view = replace(view, war=replace(war, part=None))  # it was of this one
    told = war.races[number - 1]
    if told.places == race.places:
        names = race.who if not told.told and race.sure else ()
        done = _tried(view, Fix(number, who=names, picture=upload_id))
        return replace(done, done=(f"the picture of race {number} agrees: {places}",))
    question = f"Race {number} was told as `{written(told.places)}`, the picture says `{places}`. Nothing is changed."
    return Told(view, ask=Ask(question, ((f"Take {places}", f"race {number} {places}"),)))


def _tried(view: LiveView, action: SayRace | SeePart | Fix) -> Told:
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
