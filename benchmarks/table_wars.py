"""Invented wars: races run by lot, points by the game's table, names of every sort people wear."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

POINTS = {
    12: (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1),
    10: (12, 10, 8, 7, 6, 5, 4, 3, 2, 1),
    8: (10, 8, 6, 5, 4, 3, 2, 1),
    6: (7, 5, 4, 3, 2, 1),
    24: (15, 12, 10, 9, 9, 8, 8, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 1),
}
_FORMATS = (  # sides, seats a side; the commoner ones more often
    *[(2, 6)] * 4, *[(6, 2)] * 2, *[(1, 12)] * 2,
    (3, 4), (4, 3), (2, 5), (2, 4), (4, 6), (3, 8), (12, 2), (2, 12), (6, 4), (8, 3), (5, 2), (3, 2),
)  # fmt: skip
_NAMES = (
    "Comet Pixel Marlin Willow Juniper Saffron Gizmo Nimbus Clover Ember Rook Tango Velvet Yonder Quartz Biscuit Cedar "
    "Onyx Pogo Zephyr Tulip Cinder Fable Harbor Indigo Kestrel Lumen Mosaic Nectar Opal Piper Rascal Sable Thistle "
    "Umber Vesper Walnut Yarrow Zinnia Acorn Bramble Cobalt Drizzle Echo Fjord Gull Haze Iris Jolt Koi Lark Moss Nova "
    "Otter Plum Quill Reed Sprout Topaz Vine Wren"
)
_ODD = (
    "X", "J", "K", "Q", "r", "m", "7", "42", "AB", "zz", "Ack Nora", "Big Wave", "de la Mer", "Ω Rain", "Σσβ", "ΔΛΓ",
    "φίλος", "ßσσ Tim", "Пиксел", "волна", "Жук", "nova★", "☆Luna", "★Rex★", "Kai☆", "たろう", "ミント", "ゆき",
    "さくら2", "あお Sky", "mr_stripe", "x.y.z", "Jin-ho", "hey!", "who?", "longname99", "44countcak", "WWWMMMWWW",
    "iliilliil", "O0O0", "l1l1", "Dr. Tea", "a b c", "Tr4ins", "B3AN", "~wave~", "<Z> Lin", "[KT] Moe",
)  # fmt: skip
_TAGS = ("DX", "CB", "KT", "Z9", "ΩR", "Moon", "Kiwi", "Red Fox", "TNT", "β", "Sky", "Q", "Nine", "Ivy", "Ace", "Dune")


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    score: int
    place: int
    races: int | None = None  # of a substitute
    penalty: int = 0

    @property
    def drawn(self) -> str:
        return self.name if self.races is None else f"{self.name} ({self.races})"


@dataclass(frozen=True, slots=True)
class Side:
    lines: tuple[Line, ...]
    tag: str | None
    penalty: int = 0

    @property
    def total(self) -> int:
        return sum(line.score - line.penalty for line in self.lines) - self.penalty


@dataclass(frozen=True, slots=True)
class War:
    sides: tuple[Side, ...]
    title: str

    def truth(self, *, places: bool = True, totals: bool = True) -> dict[str, Any]:
        """As in the files of truth beside real pictures."""
        rows = [
            {
                "place": line.place if places else None,
                "name": line.name,
                "score": line.score,
                "team": side.tag,
                **({"races_played": line.races, "shown_as": line.drawn} if line.races is not None else {}),
                **({"penalty": -line.penalty} if line.penalty else {}),
            }
            for side in self.sides
            for line in side.lines
        ]
        teams = [
            {"team": side.tag, "score": side.total, **({"penalty": -side.penalty} if side.penalty else {})}
            for side in self.sides
        ]
        return {"title": self.title, "teams": teams if totals else [], "rows": rows}


def invent_war(
    rng: random.Random,
    drawable: Callable[[str], bool] = lambda _: True,
    *,
    form: tuple[int, int] | None = None,
    substitutes: int | None = None,
) -> War:
    """A war of `form` (sides, seats a side) over twelve races. Every row's score comes out of races really run."""
    sides, seats = form or rng.choice(_FORMATS)
    players = sides * seats
    points, races = POINTS[players], 12
    subs = rng.choice([0, 0, 0, 1, 1, 2]) if substitutes is None else substitutes
    subs = min(subs, players) if seats > 1 else 0
    seat_points = [[0] * races for _ in range(players)]
    for race in range(races):
        for seat, got in enumerate(rng.sample(points, players)):
            seat_points[seat][race] = got
    names = invented_names(rng, players + subs, drawable)
    entries: list[tuple[int, str, int, int | None]] = []  # side, name, score, races
    changed = set(rng.sample(range(players), subs))
    for seat, scored in enumerate(seat_points):
        if seat in changed:
            ran = rng.randrange(2, races - 1)
            entries.append((seat // seats, names.pop(), sum(scored[:ran]), ran))
            entries.append((seat // seats, names.pop(), sum(scored[ran:]), races - ran))
        else:
            entries.append((seat // seats, names.pop(), sum(scored), None))
    order = sorted((entry[2] for entry in entries), reverse=True)
    tags = rng.sample(_TAGS, sides)
    fined = rng.randrange(len(entries)) if sides == 1 and rng.random() < 0.4 else None
    built = []
    for side in range(sides):
        lines = [
            Line(name, score, order.index(score) + 1, ran, 10 if number == fined else 0)
            for number, (at, name, score, ran) in enumerate(entries)
            if at == side
        ]
        lines.sort(key=lambda line: -line.score)
        penalty = rng.choice([10, 15, 20, 30]) if sides > 1 and rng.random() < 0.08 else 0
        built.append(Side(tuple(lines), tags[side] if sides > 1 else None, penalty))
    built.sort(key=lambda side: -side.total)
    day = f"{rng.randrange(1, 29)} {rng.choice(['Jan', 'Mar', 'May', 'Jul', 'Sep', 'Nov'])} {rng.randrange(2024, 2027)}"
    title = rng.choice([day, f"{day} • 12 Races", f"War - {tags[0]} vs {tags[-1]} • {day}"])
    return War(tuple(built), title)


def invented_names(rng: random.Random, count: int, drawable: Callable[[str], bool] = lambda _: True) -> list[str]:
    """Mostly words, a third of them odd; odd ones may stand twice."""
    odd = [name for name in _ODD if drawable(name)]
    plain = rng.sample(_NAMES.split(), count)
    return [rng.choice(odd) if rng.random() < 0.35 else name for name in plain]
