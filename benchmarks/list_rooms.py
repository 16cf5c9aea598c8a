"""Invented rooms of the game: who drives, what each race gave, what the totals are, who left."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from benchmarks.table_wars import POINTS, invented_names

LONGEST_NAME = 10  # letters, in the game
TEAM_COLOURS = ("red", "blue", "yellow", "green")
_TAGS = ("DX", "CB", "KT★", "Z9", "ΩR", "Kiwi", "TNT", "Σ", "Ivy", "н5", "Lx|", "=>", "γτ", "あめ", "QQ", "M-")


@dataclass(frozen=True, slots=True)
class Racer:
    """One row of a list, before the last race is added."""

    name: str
    before: int  # total before the last race
    points: int  # of the last race
    team: int = 0

    @property
    def total(self) -> int:
        return self.before + self.points


@dataclass(frozen=True, slots=True)
class Room:
    """A room after a race; the racers stand in the order of that race."""

    racers: tuple[Racer, ...]
    races: int
    seats: int  # of the room, the empty ones among them
    left: int = 0  # players who are gone
    own: int = 0  # whose screen it is: index of `racers`
    notes: tuple[str, ...] = field(default=())

    def standings(self) -> list[tuple[int, Racer]]:
        """(place, racer) by total; equal totals share a place."""
        ordered = sorted(self.racers, key=lambda racer: -racer.total)
        totals = [racer.total for racer in ordered]
        return [(totals.index(racer.total) + 1, racer) for racer in ordered]


def points_of(players: int) -> tuple[int, ...]:
    """Points by place. Above 12 they are the table of 24: the seats that are missing have nobody in them."""
    if players == 11:
        return POINTS[12][1:]
    if players in POINTS:
        return POINTS[players]
    return POINTS[24][:players] if players > 12 else POINTS[12][-players:]


def invent_room(
    rng: random.Random, players: int, *, teams: int = 1, races: int | None = None, stay: bool = False
) -> Room:
    """A room that ran `races` (1 to 12, by lot where not given) with `players` at the start.

    Some leave on the way where `stay` is not set: afterwards the room's table is that of those who are left.
    """
    races = races or rng.choice((1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 12, 12))
    names = _names(rng, players, teams)
    leaving = rng.choice((1, 1, 2)) if not stay and races > 2 and players >= 8 and rng.random() < 0.15 else 0
    gone_after = rng.randrange(1, races) if leaving else races
    skill = [rng.gauss(0, 0.5) for _ in range(players)]
    seats = list(range(players))
    totals = [0] * players
    last: list[tuple[int, int]] = []
    for race in range(races):
        if race == gone_after:
            seats = sorted(rng.sample(seats, players - leaving))
        order = sorted(seats, key=lambda seat: -rng.gauss(skill[seat], 1))
        last = list(zip(order, points_of(len(seats)), strict=True))
        for seat, points in last:
            totals[seat] += points
    per_team = -(-players // teams)
    racers = tuple(Racer(names[seat], totals[seat] - points, points, seat // per_team) for seat, points in last)
    return Room(racers, races, players, leaving if gone_after < races else 0, rng.randrange(len(racers)))


def public_room(rng: random.Random) -> Room:
    """A room in which everybody came at another time: totals of very different length, a zero among them."""
    names = _names(rng, 12, 1)
    order = rng.sample(range(12), 12)
    before = [rng.choice((0, rng.randrange(1, 60), rng.randrange(20, 150), rng.randrange(90, 700))) for _ in range(12)]
    racers = tuple(Racer(names[seat], before[seat], points) for seat, points in zip(order, POINTS[12], strict=True))
    return Room(racers, 1, 12, 0, rng.randrange(12), ("totals began at different times",))


def _names(rng: random.Random, count: int, teams: int) -> list[str]:
    """Names of the game's length, with their team's tag where there are teams; now and then one stands twice."""
    plain = invented_names(rng, count)
    tags = rng.sample(_TAGS, max(teams, 2))
    tagged = teams > 1 or rng.random() < 0.4
    per_team = -(-count // (teams if teams > 1 else 2))
    names = []
    for number, name in enumerate(plain):
        tag = tags[min(number // per_team, len(tags) - 1)]
        gap = rng.choice((" ", " ", "", "☆")) if tag.isalnum() else ""
        names.append((f"{tag}{gap}{name}" if tagged and rng.random() < 0.9 else name)[:LONGEST_NAME].strip())
    if rng.random() < 0.1:
        names[rng.randrange(count)] = rng.choice(names)
    return names
