"""Invented rosters and the rows of pictures over them, each with who it really is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.invented_names import Family, People, Wearing, wearing
from benchmarks.misread_names import MISREAD, seen
from mkw.ids import PlayerId
from mkw.names import Candidate, fold

_RELATED = 0.08  # of a roster: named after another of it, one letter away
_RELATED_STRANGERS = 0.04  # of the strangers: named after one of the roster
_TWINS = 0.02  # of the mixed rooms: an opponent wears the very name of one of ours
_ALIASED = 0.25  # of the players: with a second spelling, a misreading learnt or another name


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    confidence: float
    player_id: PlayerId | None  # None: a stranger
    misread: bool
    twin: bool = False  # another row of the room wears the same name: only a person knows who is who


@dataclass(frozen=True, slots=True)
class Room:
    """The rows of one picture that are compared with the roster."""

    rows: tuple[Shown, ...]
    roster: tuple[Candidate, ...]
    tags: tuple[str, ...]


def rooms(seed: int, family: Family, *, size: int, count: int, rate: float = MISREAD) -> Iterator[Room]:
    """`count` pictures over one roster of `size` players, with as many strangers as known over all of them."""
    rng = random.Random(f"{seed} {family.name} {size}")
    people = People(family, rng)
    names: list[str] = []
    for _ in range(size):
        names.append(people.fresh(names, _RELATED))
    ours = wearing(rng, family)
    roster = tuple(_candidate(rng, people, ours, number, name) for number, name in enumerate(names, 1))
    for _ in range(count):
        yield _room(rng, people, names, ours, roster, rate)


def _candidate(rng: random.Random, people: People, ours: Wearing, number: int, name: str) -> Candidate:
    aliases: tuple[str, ...] = ()
    if rng.random() < _ALIASED:
        alias = people.fresh() if rng.random() < 0.4 else seen(rng, name, name, 1.0).text
        aliases = () if fold(alias) in people.taken - {fold(name)} else (alias,)
        people.taken.add(fold(alias))
    return Candidate(PlayerId(number), ours.drawn(name) if rng.random() < 0.1 else name, aliases)


def _room(
    rng: random.Random, people: People, names: Sequence[str], ours: Wearing, roster: tuple[Candidate, ...], rate: float
) -> Room:
    """Our side with a guest now and then, or the mixed list of a war where nobody said who is on which side."""
    mixed = rng.random() < 0.5
    known = rng.sample(range(len(names)), 6 if mixed else rng.choice((4, 5, 5, 6)))
    theirs = wearing(rng, people.family, other_than=[ours.tag])
    rows = [_shown(rng, ours, names[number], PlayerId(number + 1), rate) for number in known]
    for number in range(6 if mixed else 6 - len(known)):
        if mixed and number == 0 and rng.random() < _TWINS:
            twin = rng.choice(known)
            rows = [replace(row, twin=row.twin or row.player_id == twin + 1) for row in rows]
            rows.append(replace(_shown(rng, ours, names[twin], None, 0.0), twin=True))
            continue
        name = people.fresh(names, _RELATED_STRANGERS)
        worn = theirs if mixed else rng.choice((ours, ours, theirs, replace(ours, how="none")))
        rows.append(_shown(rng, worn, name, None, rate))
    rng.shuffle(rows)
    return Room(tuple(rows), roster, (ours.tag,))


def _shown(rng: random.Random, worn: Wearing, name: str, player_id: PlayerId | None, rate: float) -> Shown:
    read = seen(rng, worn.drawn(name), name, rate)
    return Shown(read.text, read.confidence, player_id, read.misread)
