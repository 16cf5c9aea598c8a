"""Races written down by hand, as short as a test needs them, and races by chance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mkw.points import points_table
from mkw.race_record import TRACK_INDEX, UNKNOWN, Races, build_races
from mkw.record import Record
from mkw.tracks import TRACKS
from tests.mkw.records import Kept, record


@dataclass(frozen=True)
class Raced:
    """One race: `ours` as {place: player or None for nobody known}; `theirs` as places of the second side. `points` are
    of places where they are known to be others than the room's table says; places below 0 are not known."""

    war: int
    race: int
    ours: Mapping[int, int | None] = field(default_factory=dict)
    theirs: Sequence[int] = ()
    track: str | None = None
    points: Mapping[int, int] = field(default_factory=dict)
    told: bool = False  # the points of all places are in the record, not the places alone


def races(kept: Record, *raced: Raced) -> Races:
    """Of a record whose players stand on side 1 in the order of their numbers in `Kept.lines`."""
    positions = {
        (kept.wars.number[war], player): position
        for war, player, position in zip(kept.lines.war, kept.lines.player, kept.lines.position, strict=True)
    }
    table = points_table(12) or ()
    rows, results = [], []
    for one in raced:
        rows.append((one.war, one.race, UNKNOWN if one.track is None else TRACK_INDEX[one.track]))  # type: ignore[index]
        of_sides = [(1, place, player) for place, player in one.ours.items()]
        of_sides += [(2, place, None) for place in one.theirs]
        for side, place, player in of_sides:
            points = one.points.get(place, table[place - 1] if one.told and 0 < place <= 12 else UNKNOWN)
            position = 0 if player is None else positions[one.war, player]
            results.append((one.war, one.race, side, position, place if place > 0 else UNKNOWN, points))
    return build_races(
        kept,
        columns(rows, "war_id", "race", "track"),
        columns(results, "war_id", "race", "side", "position", "place", "points"),
    )


def columns(rows: Sequence[Sequence[int]], *names: str) -> dict[str, np.ndarray]:
    made = np.array(rows, dtype=np.int32).reshape(len(rows), len(names))
    return {name: made[:, place] for place, name in enumerate(names)}


def by_chance(rng: random.Random) -> tuple[Record, list[Raced]]:
    """Some wars of 6v6, some of whose races are kept, with what is known of them by chance."""
    wars, raced = [], []
    for number in range(1, rng.randint(2, 6)):
        six = rng.sample(range(1, 9), 6)
        own = rng.randint(430, 550)
        wars.append(Kept(dict.fromkeys(six, own // 6), [(rng.choice(["CB", "KT"]), 984 - own)], own=own))
        for race in rng.sample(range(1, 13), rng.randint(0, 12)):
            places = rng.sample(range(1, 13), 12)
            known = rng.sample(six, 6 if rng.random() < 0.8 else 5)
            ours = {place: player if rng.random() < 0.8 else None for place, player in zip(places, known, strict=False)}
            theirs = places[6:] if rng.random() < 0.5 else places[6 : 6 + rng.randint(0, 5)]
            track = rng.choice([None, *(one.track_id for one in TRACKS[:5])])
            raced.append(Raced(number, race, ours, theirs, track, told=rng.random() < 0.5))
    return record(*wars), raced
