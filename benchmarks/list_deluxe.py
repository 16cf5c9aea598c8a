"""Screens in the manner of Mario Kart 8 Deluxe: flat bars, a flag a row, digits of seven bars."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.list_canvas import DARK, WHITE, Canvas, Colour
from benchmarks.list_rooms import Racer, invent_room, public_room
from benchmarks.list_scenes import scene
from benchmarks.list_screen import Screen, row_truth

_OWN: tuple[Colour, Colour] = ((252, 226, 40), (244, 214, 30))
_BAR: tuple[Colour, Colour] = ((24, 26, 30), (34, 36, 40))
_FLAGS: tuple[tuple[tuple[Colour, ...], str], ...] = (  # invented ones
    (((250, 250, 250), (200, 40, 60)), "disc"),
    (((30, 60, 150), (250, 250, 250), (210, 50, 50)), "down"),
    (((20, 20, 20), (210, 40, 40), (250, 200, 40)), "across"),
    (((30, 130, 70), (250, 250, 250)), "disc"),
    (((230, 120, 30), (250, 250, 250), (30, 130, 70)), "across"),
)
_LEFT, _RIGHT, _TOP, _PITCH, _TALL = 828, 1841, 75, 77.6, 70


def race_list(rng: random.Random, scale: float) -> Screen:
    """A race's rows with +N, counting, the sums still in race order, or sorted standings."""
    room = public_room(rng) if rng.random() < 0.2 else invent_room(rng, rng.choice((12, 12, 12, 12, 11, 10, 8)))
    canvas = Canvas(rng, scene(rng, round(1920 * scale), round(1080 * scale)), scale)
    manner = rng.choice(("adding", "adding", "counting", "added", "sorted", "sorted"))
    counted = {"adding": 0, "counting": rng.randrange(1, 12)}.get(manner, 99)
    rows = [
        (place, racer, racer.before + min(counted, racer.points), max(0, racer.points - counted))
        for place, racer in enumerate(room.racers, 1)
    ]
    if manner == "sorted":
        rows = [(place, racer, racer.total, 0) for place, racer in room.standings()]
    truth: dict[str, Any] = {"state": "counting" if manner == "counting" else "settled", "layout": manner, "rows": []}
    look = _Look(rng)
    for number, (place, racer, score, plus) in enumerate(rows):
        look.row(canvas, number, racer, place, score, plus, own=racer is room.racers[room.own])
        truth["rows"].append(row_truth(place, racer.name, score, plus or None))
    canvas.text((130, 80), f"{rng.randrange(1, 7)}/6", 44, WHITE, use="plain", edge=(DARK, 3))
    return Screen(canvas.image, truth, room, (_LEFT, _TOP, _RIGHT, _TOP + _PITCH * len(rows)), scale)


def final_list(rng: random.Random, scale: float) -> Screen:
    """The end's standings: the same bars over a blurred ground, paler ink."""
    room = invent_room(rng, rng.choice((12, 12, 12, 11, 10)))
    canvas = Canvas(rng, scene(rng, round(1920 * scale), round(1080 * scale), soft=rng.uniform(4, 10) * scale), scale)
    look = _Look(rng, faint=rng.uniform(0.72, 0.95), flags=rng.random() < 0.4)
    rows = []
    for number, (place, racer) in enumerate(room.standings()):
        look.row(canvas, number, racer, place, racer.total, 0, own=racer is room.racers[room.own])
        rows.append(row_truth(place, racer.name, racer.total, None))
    return Screen(canvas.image, {"rows": rows}, room, (_LEFT, _TOP, _RIGHT, _TOP + _PITCH * len(rows)), scale)


class _Look:
    """What all rows of one screen share."""

    def __init__(self, rng: random.Random, *, faint: float = 1.0, flags: bool = True) -> None:
        self._rng, self._faint, self._flags = rng, faint, flags
        self._face, self._plain = rng.randrange(20), rng.random() < 0.15
        self._size = 40 if flags else 46
        self._near = rng.sample(_FLAGS, 2)
        self._heads = rng.random() < 0.9

    def row(self, canvas: Canvas, number: int, racer: Racer, place: int, score: int, plus: int, *, own: bool) -> None:
        top = _TOP + number * _PITCH
        middle = top + _TALL / 2
        canvas.bar((_LEFT, top, _RIGHT, top + _TALL), _OWN if own else _BAR, 238 if own else 160, radius=4, rim=60)
        for x in (_LEFT + 106, _LEFT + 748):
            canvas.bar((x, top + 8, x + 3, top + _TALL - 8), (DARK, DARK), 90, radius=1, rim=0)
        faint: Any = {"opacity": self._faint}
        canvas.text((878, middle), str(place), 58, WHITE, use="plain", anchor="m", edge=((10, 10, 12), 3.5), **faint)
        if self._heads:
            canvas.head((978, middle), 29, badge=False)
        ink: Colour = (70, 64, 40) if own else WHITE
        name_edge = None if own else (DARK, 1.0)
        canvas.text((1022, middle), racer.name, self._size, ink, use="plain", face=self._face, edge=name_edge,
                    most=400, **faint)  # fmt: skip
        if self._flags:
            stripes, way = self._rng.choice(self._near)
            canvas.flag((1466, middle - 2), 62, 40, stripes, way)
        if plus:
            self._number(canvas, (1658, middle + 10), f"+ {plus}", 26, ink)
        self._number(canvas, (_RIGHT - 18, middle + 5), str(score), 36 if self._flags else 46, ink)

    def _number(self, canvas: Canvas, at: tuple[float, float], text: str, tall: float, ink: Colour) -> None:
        if self._plain:
            edge = None if sum(ink) < 380 else (DARK, 1.0)
            canvas.text(at, text.replace(" ", ""), tall * 1.3, ink, use="plain", face=self._face, anchor="r", edge=edge,
                        opacity=self._faint)  # fmt: skip
        else:
            canvas.seven(at, text, tall, ink, opacity=self._faint)
