"""A war while it is played: frozen data, and what the score says. What is said about it is mkw/live_said.py. Pure.

A race is told by our places; with two sides in the room the opponent has all the others. Names are those of our side
alone, and nobody need say them: without them a war has totals and no players.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mkw.ids import TrackId
from mkw.places import Seats
from mkw.points import RACES_PER_WAR, points_by_place, race_sum


class Form(StrEnum):
    SIX = "6v6"
    FIVE = "5v5"
    TWENTY_FOUR = "24"  # four sides of six

    @property
    def size(self) -> int:
        return 5 if self is Form.FIVE else 6

    @property
    def room(self) -> int:
        return {Form.SIX: 12, Form.FIVE: 10, Form.TWENTY_FOUR: 24}[self]

    @property
    def sides(self) -> int:
        return 4 if self is Form.TWENTY_FOUR else 2


Who = tuple[tuple[str, int], ...]  # (player, place) of our side


@dataclass(frozen=True, slots=True)
class LiveRace:
    """`places` are ours, ascending. `who` may name fewer than raced. `picture`: the upload that shows it."""

    places: tuple[int, ...]
    track: TrackId | None = None
    who: Who = ()
    away: tuple[str, ...] = ()  # disconnected in it
    picture: int | None = None

    @property
    def told(self) -> bool:
        """It is known who took which place."""
        return len(self.who) == len(self.places)


@dataclass(frozen=True, slots=True)
class Part:
    """Of the race being played, what pictures show that do not show all of ours, such as one column of 24 players."""

    who: Who  # by place
    before: int | None  # the points they had before it, together
    picture: int  # the last of them

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(place for _, place in self.who)


@dataclass(frozen=True, slots=True)
class Penalty:
    side: int  # index into LiveWar.sides
    points: int  # taken off; below 0: a bonus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Substitution:
    out: str
    into: str
    race: int  # the first one they raced


@dataclass(frozen=True, slots=True)
class LiveWar:
    """`sides` are tags, ours first; None: not said yet. `track` and `away` are of the race being played."""

    sides: tuple[str | None, ...]
    form: Form = Form.SIX
    races: tuple[LiveRace, ...] = ()
    track: TrackId | None = None
    away: tuple[str, ...] = ()
    players: tuple[str, ...] = ()  # in our seats now; empty: nobody said
    substitutions: tuple[Substitution, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    notes: tuple[str, ...] = ()
    paused: bool = False
    length: int = RACES_PER_WAR
    part: Part | None = None  # of the race being played

    @property
    def seats(self) -> Seats:
        """Of the race being played."""
        seen = () if self.part is None else self.part.places
        return Seats(self.form.size, self.form.room, len(self.away), seen)

    @property
    def left(self) -> int:
        return max(0, self.length - len(self.races))

    def to_json(self) -> dict[str, Any]:
        """A dict that `json.dumps` takes."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LiveWar:
        """The inverse of `to_json`."""
        races = tuple(
            LiveRace(
                tuple(race["places"]),
                race["track"],
                tuple((name, place) for name, place in race["who"]),
                tuple(race["away"]),
                race["picture"],
            )
            for race in data["races"]
        )
        made: dict[str, Any] = {
            "form": Form(data["form"]),
            "races": races,
            "substitutions": tuple(Substitution(**one) for one in data["substitutions"]),
            "penalties": tuple(Penalty(**one) for one in data["penalties"]),
            "part": None if (part := data.get("part")) is None else _part(part),
            **{name: tuple(data[name]) for name in ("sides", "away", "players", "notes")},
        }
        return cls(**{**data, **made})


def _part(data: dict[str, Any]) -> Part:
    return Part(tuple((name, place) for name, place in data["who"]), data["before"], data["picture"])


# --- the score ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """After penalties, while races are left. With more than two sides only ours is known: the others are None.

    `needed` is the smallest difference of the races left, together, that wins; None where it is settled or not known.
    `settled`: 1 the war is won whatever comes, -1 it is lost.
    """

    ours: int
    theirs: int | None
    difference: int | None
    left: int
    needed: int | None
    settled: int


def points_of(places: Sequence[int], form: Form) -> int:
    table = points_by_place(form.room) or ()
    return sum(table[place - 1] for place in places)


def race_points(race: LiveRace, form: Form) -> tuple[int, int]:
    """(ours, everybody else's) of one race."""
    ours = points_of(race.places, form)
    return ours, (race_sum(form.room) or 0) - ours


def penalty_of(war: LiveWar, side: int) -> int:
    return sum(one.points for one in war.penalties if one.side == side)


def raced_points(war: LiveWar) -> tuple[int, int]:
    """(ours, everybody else's) of all races, before penalties."""
    points = [race_points(race, war.form) for race in war.races]
    return sum(ours for ours, _ in points), sum(others for _, others in points)


def standing(war: LiveWar) -> Standing:
    ours, others = raced_points(war)
    ours -= penalty_of(war, 0)
    if war.form.sides > 2:
        return Standing(ours, None, None, war.left, None, 0)
    theirs = others - penalty_of(war, 1)
    difference = ours - theirs
    most = most_a_race(war.form) * war.left
    settled = 1 if difference > most else -1 if difference < -most else 0
    needed = None if settled or not war.left else _needed(difference)
    return Standing(ours, theirs, difference, war.left, needed, settled)


def most_a_race(form: Form) -> int:
    """The largest difference one race of two sides can have: one has all the first places."""
    best = points_of(range(1, form.size + 1), form)
    return 2 * best - (race_sum(form.room) or 0)


def _needed(difference: int) -> int:
    """Races of an even sum have even differences, so one more than enough may be the least there is."""
    least = 1 - difference
    return least if least % 2 == 0 else least + 1


def differences(war: LiveWar) -> tuple[int, ...]:
    """Ours less theirs, race by race: with two sides."""
    return tuple(ours - others for ours, others in (race_points(race, war.form) for race in war.races))


@dataclass(frozen=True, slots=True)
class PlayerSheet:
    name: str
    races: tuple[tuple[int, int, int], ...]  # (race from 1, place, points)

    @property
    def score(self) -> int:
        return sum(points for *_, points in self.races)


def player_sheets(war: LiveWar) -> tuple[PlayerSheet, ...]:
    """What each of ours did in the races that say it, in the order of their points."""
    table = points_by_place(war.form.room) or ()
    did: dict[str, list[tuple[int, int, int]]] = {}
    for number, race in enumerate(war.races, 1):
        for name, place in race.who:
            did.setdefault(name, []).append((number, place, table[place - 1]))
    return tuple(sorted((PlayerSheet(name, tuple(races)) for name, races in did.items()), key=lambda one: -one.score))


def unclaimed(war: LiveWar) -> tuple[int, ...]:
    """The points of every place of ours of which nobody said who took it, race by race."""
    table = points_by_place(war.form.room) or ()
    taken = [{place for _, place in race.who} for race in war.races]
    return tuple(
        table[place - 1] for race, by in zip(war.races, taken, strict=True) for place in race.places if place not in by
    )


def untold(war: LiveWar) -> tuple[int, ...]:
    """Numbers of the races that do not say who took which place, where some do; empty where none does or all do."""
    numbers = tuple(number for number, race in enumerate(war.races, 1) if not race.told)
    return numbers if len(numbers) < len(war.races) else ()
