"""Each thing people say during a war, and what it makes of the war. Pure: a war in, the war after it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mkw.ids import TrackId
from mkw.live import LiveRace, LiveWar, Part, Penalty, Substitution, Who
from mkw.places import written
from mkw.tracks import BY_ID

MOST_NOTES, MOST_PENALTIES, LONGEST_NOTE, MOST_PENALTY = 12, 24, 200, 999


class LiveError(ValueError):
    """What cannot be. `str(error)` is one line for whoever said it: what is wrong and what is kept."""


@dataclass(frozen=True, slots=True)
class SayTrack:
    track: TrackId


@dataclass(frozen=True, slots=True)
class SayRace:
    """`places` ascending and a whole side."""

    places: tuple[int, ...]
    track: TrackId | None = None
    who: Who = ()
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class SeePart:
    """Fewer than a whole side, of the race being played, with all that was seen of it before."""

    part: Part


@dataclass(frozen=True, slots=True)
class SayWho:
    """Fewer than a whole side, of the race before."""

    who: Who


@dataclass(frozen=True, slots=True)
class Back:
    """The track or race said last is gone."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What is given of race `race`, from 1."""

    race: int
    track: TrackId | None = None
    places: tuple[int, ...] | None = None
    who: Who = ()
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class Substitute:
    out: str
    into: str


@dataclass(frozen=True, slots=True)
class Penalise:
    penalty: Penalty


@dataclass(frozen=True, slots=True)
class Away:
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    on: bool


@dataclass(frozen=True, slots=True)
class Play:
    """Who is in our seats."""

    names: tuple[str, ...]


Action = SayTrack | SayRace | SeePart | SayWho | Back | Fix | Substitute | Penalise | Away | Note | Pause | Play


def said(war: LiveWar, action: Action) -> tuple[LiveWar, str]:  # noqa: PLR0911 - one line a kind
    """(the war after it, what was done in a few words). Raises LiveError where it cannot be: nothing is changed."""
    match action:
        case SayTrack(track):
            return replace(war, track=track, paused=False), f"race {_next(war)} is on {_name(track)}"
        case SayRace():
            return _race(war, action)
        case SeePart(part):
            done = ", ".join(f"{name} {place}" for name, place in part.who)
            return replace(war, part=part, paused=False), f"race {_next(war)} as far as it was shown: {done}"
        case SayWho(who):
            return _who(war, who)
        case Back():
            return _back(war)
        case Fix():
            return _fix(war, action)
        case Pause(on):
            return replace(war, paused=on), "paused" if on else "it goes on"
        case _:
            return _around(war, action)


def _around(war: LiveWar, action: Substitute | Penalise | Away | Note | Play) -> tuple[LiveWar, str]:
    """What is said beside the races."""
    match action:
        case Substitute(out, into):
            return _substitute(war, out, into)
        case Penalise(penalty):
            if len(war.penalties) == MOST_PENALTIES:
                raise LiveError(f"A war has at most {MOST_PENALTIES} penalties; nothing was added.")
            whose = war.sides[penalty.side] or f"side {penalty.side + 1}"
            reason = f" ({penalty.reason})" if penalty.reason else ""
            return replace(war, penalties=(*war.penalties, penalty)), f"{whose} {-penalty.points:+d}{reason}"
        case Away(name):
            if name in war.away:
                raise LiveError(f"{name} is away in race {len(war.races) + 1} already.")
            done = f"{name} is away in race {_next(war)} and has the last place nobody types"
            return replace(war, away=(*war.away, name)), done
        case Note(text):
            if len(war.notes) == MOST_NOTES:
                raise LiveError(f"A war has at most {MOST_NOTES} notes; nothing was added.")
            return replace(war, notes=(*war.notes, text[:LONGEST_NOTE])), "noted"
        case Play(names):
            if len(set(names)) < len(names) or len(names) > war.form.size:
                raise LiveError(f"A side has {war.form.size} different players; nothing was changed.")
            return replace(war, players=names), f"{', '.join(names)} play"


def _name(track: TrackId) -> str:
    return BY_ID[track].name


def _next(war: LiveWar) -> int:
    """The number of the race being played. Raises LiveError after the last."""
    if not war.left:
        raise LiveError(f"All {war.length} races are played: `end` keeps the war, `race 7 dkp` corrects one.")
    return len(war.races) + 1


def repicked(war: LiveWar, track: TrackId | None, race: int) -> int | None:
    """The number of an earlier race on the same track."""
    before = enumerate(war.races[: race - 1], 1)
    return next((number for number, one in before if track is not None and one.track == track), None)


def _race(war: LiveWar, new: SayRace) -> tuple[LiveWar, str]:
    number = _next(war)
    race = LiveRace(new.places, new.track or war.track, (), war.away, new.picture)
    shown = war.part
    fits = shown is not None and set(shown.places) <= set(new.places)
    if shown is not None and fits:
        new = replace(new, who=new.who or shown.who)
        race = replace(race, picture=new.picture or shown.picture)
    race = replace(race, who=_checked(war, new.places, new.who))
    told = tuple(name for name, _ in race.who) if race.told else war.players
    after = replace(war, races=(*war.races, race), track=None, away=(), part=None, players=told, paused=False)
    on = f" {race.track}" if race.track is not None else ""
    otherwise = f", though `{written(shown.places)}` of it was shown" if shown is not None and not fits else ""
    return after, f"race {number}:{on} {written(race.places)}{otherwise}"


def _checked(war: LiveWar, places: Sequence[int], who: Who) -> Who:
    """By place. Completed where one player and one place are left. Raises LiveError."""
    names, taken = [name for name, _ in who], [place for _, place in who]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise LiveError(f"{twice} is there twice; nothing was added.")
    if not set(taken) <= set(places) or len(set(taken)) < len(taken):
        raise LiveError(f"The places named do not fit `{written(places)}`; nothing was added.")
    rest, open_places = [name for name in war.players if name not in names], [p for p in places if p not in taken]
    if who and len(rest) == len(open_places) == 1:
        who = (*who, (rest[0], open_places[0]))
    return tuple(sorted(who, key=lambda one: one[1]))


def _who(war: LiveWar, who: Who) -> tuple[LiveWar, str]:
    """Who took which places of the race before."""
    if not war.races or not {place for _, place in who} <= set(war.races[-1].places):
        raise LiveError(f"That names {len(who)} of {war.form.size} places; nothing was added.")
    last = war.races[-1]
    names, taken = {name for name, _ in who}, {place for _, place in who}
    kept = tuple(one for one in last.who if one[0] not in names and one[1] not in taken)
    race = replace(last, who=_checked(war, last.places, (*kept, *who)))
    players = tuple(name for name, _ in race.who) if race.told else war.players
    done = ", ".join(f"{name} {place}" for name, place in race.who)
    return replace(war, races=(*war.races[:-1], race), players=players), f"race {len(war.races)}: {done}"


def _back(war: LiveWar) -> tuple[LiveWar, str]:
    number = len(war.races) + 1
    if war.part is not None:
        return replace(war, part=None), f"what was shown of race {number} is taken back"
    if war.track is not None:
        return replace(war, track=None), f"the track of race {number} is taken back"
    if war.away:
        return replace(war, away=war.away[:-1]), f"{war.away[-1]} is not away in race {number}"
    if not war.races:
        raise LiveError("There is no race to take back.")
    last = war.races[-1]
    still = "" if last.track is None else f"; {_name(last.track)} still stands, type its places or `back` again"
    after = replace(war, races=war.races[:-1], track=last.track, away=last.away)
    return after, f"race {number - 1} is taken back{still}"


def _fix(war: LiveWar, fix: Fix) -> tuple[LiveWar, str]:
    if fix.race == len(war.races) + 1 and war.left:
        if fix.places is None:
            return said(war, SayTrack(fix.track)) if fix.track is not None else _who(war, fix.who)
        return _race(war, SayRace(fix.places, fix.track, fix.who, fix.picture))
    if not 1 <= fix.race <= len(war.races):
        there = f"races 1 to {len(war.races)} are there" if war.races else "no race is there"
        raise LiveError(f"There is no race {fix.race} yet: {there}.")
    race = war.races[fix.race - 1]
    places = race.places if fix.places is None else fix.places
    who = fix.who or (race.who if places == race.places else ())
    race = replace(
        race, places=places, track=fix.track or race.track, who=_checked(war, places, who),
        picture=fix.picture or race.picture,
    )  # fmt: skip
    races = (*war.races[: fix.race - 1], race, *war.races[fix.race :])
    on = f" {race.track}" if race.track is not None else ""
    return replace(war, races=races), f"race {fix.race} is{on} {written(race.places)} now"


def _substitute(war: LiveWar, out: str, into: str) -> tuple[LiveWar, str]:
    if out == into:
        raise LiveError("Those are the same player; nothing was changed.")
    if war.players and out not in war.players:
        raise LiveError(f"{out} does not play; {', '.join(war.players)} do.")
    if into in war.players:
        raise LiveError(f"{into} plays already; nothing was changed.")
    number = _next(war)
    players = tuple(into if name == out else name for name in war.players)
    after = replace(war, players=players, substitutions=(*war.substitutions, Substitution(out, into, number)))
    return after, f"{into} plays for {out} from race {number} on"
