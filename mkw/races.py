"""What the races of a clan or of one player come to: by track, by place, by half of a war. Definitions:
docs/statistics.md. A race counts only where what is asked of it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mkw.ids import PlayerId, WarId
from mkw.race_record import UNKNOWN, Races
from mkw.record import NOBODY, Floats, Ints, Mask
from mkw.statistics import WinLoss
from mkw.tracks import TRACKS, Track


@dataclass(frozen=True, slots=True)
class RaceRef:
    war_id: WarId
    number: int
    track: Track | None
    differential: float


@dataclass(frozen=True, slots=True)
class OnTrack:
    """`races` are all that are kept on the track; the others count those of which it is known."""

    track: Track
    races: int
    differential: float | None  # own points less the mean of the other sides, a race
    judged: int  # races whose differential is known
    record: WinLoss  # by the sign of the differential
    place: float | None  # of the player, or of ours each
    best: RaceRef | None
    worst: RaceRef | None


class TrackOrder(StrEnum):
    DIFFERENTIAL = "differential"
    PLACE = "place"
    RACES = "races"
    WON = "won"
    BEST = "best"
    WORST = "worst"
    NAME = "name"


# What comes first; who has nothing of it comes last.
_KEYS: dict[TrackOrder, Callable[[OnTrack], tuple[bool, float]]] = {
    TrackOrder.DIFFERENTIAL: lambda one: (one.differential is None, -(one.differential or 0.0)),
    TrackOrder.PLACE: lambda one: (one.place is None, one.place or 0.0),
    TrackOrder.RACES: lambda one: (False, -one.races),
    TrackOrder.WON: lambda one: (one.record.rate is None, -(one.record.rate or 0.0)),
    TrackOrder.BEST: lambda one: (one.best is None, -one.best.differential if one.best else 0.0),
    TrackOrder.WORST: lambda one: (one.worst is None, one.worst.differential if one.worst else 0.0),
}


def by_track(races: Races, *, minimum: float = 1, order: TrackOrder = TrackOrder.DIFFERENTIAL) -> tuple[OnTrack, ...]:
    """Every track with at least so many races; of equals the one with more races, then by name."""
    counts = np.bincount(races.track[races.track != UNKNOWN], minlength=len(TRACKS))
    judged = np.flatnonzero(races.known & (races.track != UNKNOWN))
    on, values = races.track[judged], races.differential[judged]
    known, sums = _by(on), _by(on, values)
    wins, losses = _by(on, values > 0), _by(on, values < 0)
    taken = races.results.place != UNKNOWN
    where = races.track[races.results.race[taken]]
    there = where != UNKNOWN
    places, place_sums = _by(where[there]), _by(where[there], races.results.place[taken][there])
    best, worst = _first_of_each(races, judged, on, -values), _first_of_each(races, judged, on, values)
    found = [
        OnTrack(
            TRACKS[track], int(counts[track]), sums[track] / known[track] if known[track] else None, int(known[track]),
            WinLoss(int(wins[track]), int(losses[track]), int(known[track] - wins[track] - losses[track])),
            place_sums[track] / places[track] if places[track] else None,
            best.get(track), worst.get(track),
        )
        for track in np.flatnonzero(counts >= max(minimum, 1)).tolist()
    ]  # fmt: skip
    found.sort(key=lambda one: one.track.name)
    return tuple(found if order is TrackOrder.NAME else sorted(found, key=lambda one: (*_KEYS[order](one), -one.races)))


def _by(track: Ints, values: Ints | Floats | Mask | None = None) -> Floats:
    """Values added up by track; how many there are where none are given."""
    return np.bincount(track, values, len(TRACKS)).astype(np.float64)


def _first_of_each(races: Races, rows: Ints, on: Ints, key: Floats) -> dict[int, RaceRef]:
    """By track the race of `rows` with the least key; of equals the oldest."""
    order = np.lexsort((races.number[rows], -races.war[rows], key, on))
    tracks, starts = np.unique(on[order], return_index=True)
    first = rows[order[starts]]
    return {int(track): _ref(races, int(row)) for track, row in zip(tracks, first, strict=True)}


def _ref(races: Races, row: int) -> RaceRef:
    return RaceRef(races.war_id(row), int(races.number[row]), races.track_of(row), float(races.differential[row]))


def won(races: Races) -> WinLoss:
    """By the sign of the differential, where it is known."""
    values = races.differential[races.known]
    return WinLoss(int((values > 0).sum()), int((values < 0).sum()), int((values == 0).sum()))


def best_race(races: Races) -> RaceRef | None:
    return _extreme(races, 1.0)


def worst_race(races: Races) -> RaceRef | None:
    return _extreme(races, -1.0)


def mean_place(races: Races) -> float | None:
    return _mean(places_taken(races))


def places_taken(races: Races) -> Ints:
    """Every place that is known, newest race first."""
    places: Ints = races.results.place[races.results.place != UNKNOWN]
    return places


def mean_places(races: Races, oldest: Mapping[PlayerId, int]) -> dict[PlayerId, tuple[float, int]]:
    """(average place, of how many races) of those who are in `oldest`, down to that row of the wars."""
    results = races.results
    known = (results.place != UNKNOWN) & (results.player != NOBODY)
    who, index = np.unique(results.player[known], return_inverse=True)
    until = np.array([oldest.get(PlayerId(int(one)), -1) for one in who], np.int64)
    counted = races.war[results.race[known]] <= until[index]
    counts = np.bincount(index[counted], minlength=len(who)).tolist()
    sums = np.bincount(index[counted], results.place[known][counted], len(who)).tolist()
    every = zip(who.tolist(), sums, counts, strict=True)
    return {PlayerId(one): (total / count, count) for one, total, count in every if count}


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the wars. Of a war of 12 races, races 1 to 6 are the first; of 7 races, 1 to 3."""

    races: int  # whose differential is known
    differential: float | None  # a race
    place: float | None


@dataclass(frozen=True, slots=True)
class Turns:
    """Wars by who was ahead at half and who won after penalties, where every race of the first half is known."""

    wars: int  # of which it is known
    comebacks: int  # won after being behind
    behind: int
    thrown_away: int  # lost after being ahead
    ahead: int
    greatest: WarId | None  # the war that was won from furthest behind
    deficit: float  # by how many points


@dataclass(frozen=True, slots=True)
class RaceStatistics:
    races: int
    judged: int
    record: WinLoss
    differential: float | None
    counts: tuple[int, ...]  # how often place 1, 2, …, 12 (24) was taken
    place: float | None
    points: float | None  # a race of one, where they are known
    halves: tuple[Half, Half]
    turns: Turns
    best: RaceRef | None
    worst: RaceRef | None

    @property
    def top(self) -> int:
        """Places in the upper half of the room: one to six of twelve."""
        return sum(self.counts[: len(self.counts) // 2])

    @property
    def bottom(self) -> int:
        return sum(self.counts[len(self.counts) // 2 :])


def race_statistics(races: Races, room: int) -> RaceStatistics:
    """`races` of the clan or of one player (`Races.of`), all of rooms of 12 or all of 24."""
    values = races.differential[races.known]
    places = places_taken(races)
    points = races.results.points[races.results.points != UNKNOWN]
    return RaceStatistics(
        races=len(races),
        judged=len(values),
        record=won(races),
        differential=_mean(values),
        counts=tuple(np.bincount(places[places <= room], minlength=room + 1)[1:].tolist()),
        place=_mean(places),
        points=_mean(points),
        halves=halves(races),
        turns=turns(races),
        best=best_race(races),
        worst=worst_race(races),
    )


def halves(races: Races) -> tuple[Half, Half]:
    first = races.number <= races.wars.races[races.war] // 2
    parts = (races.take(first), races.take(~first))
    found = tuple(Half(int(part.known.sum()), _mean(part.differential[part.known]), mean_place(part)) for part in parts)
    return found[0], found[1]


def turns(races: Races) -> Turns:
    """A drawn half is neither ahead nor behind, and a drawn war neither won nor lost."""
    wars = races.wars
    half = wars.races // 2
    early = races.known & (races.number <= half[races.war])
    count = np.bincount(races.war[early], minlength=len(wars))
    score = np.bincount(races.war[early], races.differential[early], len(wars))
    told = (count == half) & (half > 0) & wars.met
    margin = wars.margin
    behind, ahead = told & (score < 0), told & (score > 0)
    back = np.flatnonzero(behind & (margin > 0))
    # Newest first: of equals the oldest holds the record.
    row = int(back[np.flatnonzero(score[back] == score[back].min())[-1]]) if len(back) else None
    return Turns(
        wars=int(told.sum()),
        comebacks=len(back),
        behind=int(behind.sum()),
        thrown_away=int((ahead & (margin < 0)).sum()),
        ahead=int(ahead.sum()),
        greatest=None if row is None else wars.war_id(row),
        deficit=0.0 if row is None else -float(score[row]),
    )


def _extreme(races: Races, sign: float) -> RaceRef | None:
    """The race with the most, or (-1) the least; of equals the oldest."""
    rows = np.flatnonzero(races.known)
    if not len(rows):
        return None
    values = sign * races.differential[rows]
    equal = rows[values == values.max()]
    row = int(equal[np.lexsort((races.number[equal], -races.war[equal]))[0]])
    return _ref(races, row)


def _mean(values: Ints | Floats) -> float | None:
    return float(values.mean()) if len(values) else None
