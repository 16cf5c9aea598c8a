"""Screens in the manner of Mario Kart World: a race's list, the standings between races, final lists, team boxes."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.list_canvas import DARK, GOLD, WHITE, Box, Canvas, Colour
from benchmarks.list_rooms import TEAM_COLOURS, Racer, invent_room
from benchmarks.list_scenes import scene
from benchmarks.list_screen import Screen, row_truth

_PLACE_COLOURS: dict[int, Colour] = {1: (255, 216, 70), 2: (140, 175, 240), 3: (240, 130, 100)}
_PLUS: Colour = (255, 226, 120)
_BAR: tuple[Colour, Colour] = ((44, 40, 42), (52, 50, 54))
_TEAM_FILLS: dict[str, tuple[Colour, Colour]] = {
    "red": ((208, 40, 34), (196, 30, 28)), "blue": ((40, 96, 224), (26, 84, 206)),
    "yellow": ((240, 172, 24), (226, 156, 14)), "green": ((56, 170, 60), (40, 150, 48)),
}  # fmt: skip
_TEAM_OWN: dict[str, tuple[Colour, Colour]] = {
    "red": ((250, 70, 40), (250, 100, 80)), "blue": ((60, 150, 255), (90, 180, 255)),
    "yellow": ((255, 206, 50), (255, 222, 100)), "green": ((90, 214, 80), (120, 226, 110)),
}  # fmt: skip
_TEAM_INK: dict[str, Colour] = {"red": (112, 8, 8), "blue": (14, 28, 110), "yellow": (122, 72, 0), "green": (8, 70, 16)}


def _canvas(rng: random.Random, scale: float, *, soft: float = 0) -> Canvas:
    return Canvas(rng, scene(rng, round(1920 * scale), round(1080 * scale), soft=soft * scale), scale)


class _Faces:
    """Which fonts a screen uses."""

    def __init__(self, rng: random.Random) -> None:
        self.name, self.digit = rng.randrange(20), rng.randrange(20)


def _row(
    canvas: Canvas,
    faces: _Faces,
    box: Box,
    racer: Racer,
    *,
    place: int | None,
    score: int,
    plus: int = 0,
    own: bool = False,
    way: int | None = None,
    narrow: bool = False,
) -> None:
    """A bar with what stands in it. `narrow` is the tighter spacing of final lists; `way` an arrow before the place."""
    left, top, right, foot = box
    tall, middle = foot - top, (top + foot) / 2
    unit = tall / 72
    canvas.bar(box, GOLD if own else _BAR, 240 if own else 165, radius=tall / 2, chevrons=True)
    edge: Colour = (150, 96, 10) if own else DARK
    if way is not None:
        canvas.arrow((left + 40 * unit, middle), 16 * unit, way)
    icon = left + (100 if narrow else 176) * unit
    if place is not None:
        colour = _PLACE_COLOURS.get(place, WHITE)
        x = icon - 36 * unit
        canvas.text((x, middle), str(place), 46 * unit, colour, face=faces.name, anchor="r", edge=(edge, 2), shadow=2)
    canvas.head((icon, middle), 28 * unit, badge=True)
    end = right - 24 * unit
    name = icon + 60 * unit
    room = end - name - (190 if plus else 90) * unit
    canvas.text(
        (name, middle), racer.name, 38 * unit, WHITE, face=faces.name, edge=(edge, 1), shadow=2.4 * unit, most=room
    )
    if plus:
        plus_colour = WHITE if own else _PLUS
        canvas.text((right - 112 * unit, middle), f"+{plus}", 35 * unit, plus_colour, use="digits", face=faces.digit,
                    anchor="r", edge=(edge, 1.5))  # fmt: skip
    canvas.text((end, middle), str(score), 44 * unit, WHITE, use="digits", face=faces.digit, anchor="r",
                edge=(edge, 3 * unit), most=78 * unit)  # fmt: skip


def race_list(rng: random.Random, scale: float) -> Screen:
    """A race's rows at the right edge: still scrolling in, settled, counting, or sorted with arrows afterwards."""
    players = rng.choice((12, 12, 12, 12, 11, 10, 8, 24))
    room = invent_room(rng, players)
    manner = rng.choice(("settled", "settled", "counting", "scrolling", "arrows"))
    canvas, faces = _canvas(rng, scale), _Faces(rng)
    truth: dict[str, Any] = {"state": "settled", "rows": []}
    counted = rng.randrange(1, 12) if manner == "counting" else 0
    if manner == "arrows":
        ordered = [(racer, place, racer.total, 0) for place, racer in room.standings()]
    else:
        ordered = [
            (racer, place, racer.before + min(counted, racer.points), max(0, racer.points - counted))
            for place, racer in enumerate(room.racers, 1)
        ]
    if counted:
        truth["state"] = "counting"
    pitch, first, seen = 77.4, 40.0, 12
    count = len(ordered)
    if manner == "scrolling":
        truth["partial"] = True
        cut = rng.randrange(2, count - 3)  # rows above the edge; of the last of them a sliver may show
        first = rng.uniform(8, 40) - pitch * cut
    elif count > seen:  # of a long list the screen shows a part
        truth["partial"] = True
        first -= pitch * rng.choice((0, 0, 3, 7, count - seen))
    before = [racer.name for racer in sorted(room.racers, key=lambda racer: -racer.before)]
    for number, (racer, place, score, plus) in enumerate(ordered):
        top = first + number * pitch
        if top < -pitch or top > 1080:
            continue
        own = racer is room.racers[room.own]
        way = None
        if manner == "arrows":
            rise = before.index(racer.name) - number
            way = (rise > 0) - (rise < 0)
        _row(canvas, faces, (1052, top, 1836, top + 71), racer, place=place, score=score, plus=plus, own=own, way=way)
        if top >= 0 and top + 71 <= 1080:
            truth["rows"].append(row_truth(place, racer.name, score, plus or None))
    if manner == "arrows":
        truth["layout"] = "standings with arrows between races"
    return Screen(canvas.image, truth, room, (1052, max(0, first), 1836, min(1080, first + count * pitch)), scale)


def final_list(rng: random.Random, scale: float) -> Screen:
    """Standings at the end: one column of 12 slots, or two of 12; blank bars where nobody sat; confetti."""
    players = rng.choice((12, 12, 11, 10, 8, 24, 24, 22, 18, 14))
    room = invent_room(rng, players, stay=rng.random() < 0.6)
    canvas, faces = _canvas(rng, scale, soft=rng.uniform(5, 12)), _Faces(rng)
    title = rng.choice(("CONGRATULATIONS!", "NICE TRY!"))
    _swoosh(canvas, title, faces)
    columns = 1 if players <= 12 else 2
    width, pitch, tall, first = (733, 69.0, 62, 184) if columns == 1 else (487, 64.0, 57, 211)
    rows = []
    for number, (place, racer) in enumerate(room.standings()):
        left = 140 if columns == 1 else 52 + 523 * (number // 12)
        top = first + number % 12 * pitch
        own = racer is room.racers[room.own]
        box = (left, top, left + width, top + tall)
        _row(canvas, faces, box, racer, place=place, score=racer.total, own=own, narrow=True)
        rows.append(row_truth(place, racer.name, racer.total, None))
    for number in range(len(rows), 12 * columns):
        left = 140 if columns == 1 else 52 + 523 * (number // 12)
        top = first + number % 12 * pitch
        canvas.bar((left, top, left + width, top + tall), ((120, 116, 116), (120, 116, 116)), 60, radius=30, rim=40)
    canvas.confetti(rng.choice((0, 60, 110, 150)))
    return Screen(canvas.image, {"title": title, "rows": rows}, room, (52, 184, 1100, 980), scale)


def _swoosh(canvas: Canvas, title: str, faces: _Faces) -> None:
    """A red stroke with the title, another at the foot, and a big round prize at the right."""
    canvas.bar((30, 26, 1500, 90), ((190, 24, 20), (220, 70, 20)), 255, radius=20, rim=0)
    canvas.bar((20, 90, 900, 160), ((190, 24, 20), (220, 60, 20)), 255, radius=30, rim=0)
    canvas.bar((20, 940, 1650, 1090), ((200, 30, 20), (210, 60, 30)), 235, radius=60, rim=0)
    canvas.text((56, 84), title, 112, (255, 224, 50), face=faces.name, edge=((170, 20, 10), 8), shadow=4)
    metal = canvas.rng.choice(((240, 190, 40), (190, 195, 205), (205, 130, 70)))
    for reach, shade in ((270, 0.8), (230, 1.0), (150, 0.6), (70, 1.1)):
        tone = tuple(min(255, round(part * shade)) for part in metal)
        x, y = 1520, 560
        canvas.bar((x - reach, y - reach, x + reach, y + reach), (tone, tone), 255, radius=reach, rim=120)  # type: ignore[arg-type]


def team_boxes(rng: random.Random, scale: float) -> Screen:
    """Two to four teams, each with its total in a box and its rows under it."""
    teams, seats = rng.choice(((2, 6), (2, 6), (2, 6), (3, 4), (3, 8), (4, 3), (4, 6), (2, 12), (2, 5)))
    room = invent_room(rng, teams * seats, teams=teams, stay=rng.random() < 0.7)
    final = rng.random() < 0.6
    canvas, faces = _canvas(rng, scale, soft=rng.uniform(5, 12) if final else 0), _Faces(rng)
    counting = not final and rng.random() < 0.6
    sides = [[racer for _, racer in room.standings() if racer.team == number] for number in range(teams)]
    totals = [sum(racer.total for racer in side) for side in sides]
    truth: dict[str, Any] = {"title": None, "teams": [], "rows": []}
    if final:
        truth["title"] = "DRAW!" if totals[0] == totals[-1] else rng.choice(("CONGRATULATIONS!", "NICE TRY!"))
        tone = _TEAM_FILLS[TEAM_COLOURS[totals.index(max(totals))]][0]
        canvas.bar((-20, -20, 1940, 140), (tone, tone), 255, radius=0, rim=0)
        canvas.text((960, 70), truth["title"], 104, WHITE, face=faces.name, anchor="m", edge=(DARK, 3), shadow=5)
    if counting:
        truth["state"] = "counting"
    folds = 2 if seats > 8 else 1
    width, step, start = {2: (610, 660, 320), 3: (466, 499, 228), 4: (440, 472, 28)}[teams]
    if folds == 2:
        width, step, start = 466, 952, 12
    for number, side in enumerate(sides):
        colour, left = TEAM_COLOURS[number], start + step * number
        shown = totals[number] - (sum(r.points for r in side if rng.random() < 0.7) if counting else 0)
        span = width * folds
        _total_box(
            canvas, faces, (left + span * 0.1, 330, left + span * 0.1 + min(span * 0.86, 496), 622), colour, shown
        )
        truth["teams"].append({"team": colour, "score": shown})
        per_fold = -(-seats // folds)
        for index, racer in enumerate(side):
            x, top = left + index // per_fold * (width + 8), 664 if seats <= 6 or folds == 2 else 542
            _team_row(canvas, faces, (x, top, x + width, top), index % per_fold, racer, colour,
                      own=racer is room.racers[room.own])  # fmt: skip
            truth["rows"].append({**row_truth(None, racer.name, racer.total, None), "team": colour})
    if final and rng.random() < 0.4:
        canvas.confetti(80)
    return Screen(canvas.image, truth, room, (start, 320, start + step * teams, 1080), scale)


def _total_box(canvas: Canvas, faces: _Faces, box: Box, colour: str, total: int) -> None:
    left, top, right, foot = box
    if foot - top > 250 and right - left < 420:
        top, foot = 270, 510
    tone = _TEAM_FILLS[colour][0]
    canvas.bar(box := (left, top, right, foot), (tone, tone), 120, radius=46, rim=0)
    canvas.bar((left, top, right, top + 80), (tone, tone), 255, radius=40, rim=160)
    canvas.head(((left + right) / 2, top + 42), 34, badge=False)
    canvas.bar(box, (tone, tone), 0, radius=46, rim=200)
    spread = " ".join(str(total))
    canvas.text((right - 44, foot - 100), spread, 128, WHITE, use="digits", face=faces.digit, anchor="r",
                edge=(_TEAM_FILLS[colour][1], 6), shadow=8)  # fmt: skip


def _team_row(canvas: Canvas, faces: _Faces, column: Box, index: int, racer: Racer, colour: str, *, own: bool) -> None:
    left, first, right, _ = column
    top = first + index * 64.6
    box, middle = (left, top, right, top + 58), top + 29
    canvas.bar(box, (_TEAM_OWN if own else _TEAM_FILLS)[colour], 250 if own else 225, radius=29, chevrons=True)
    ink = WHITE if own else _TEAM_INK[colour]
    edge = (_TEAM_INK[colour], 2.0) if own else None
    canvas.head((left + 38, middle), 22, badge=True)
    canvas.text((left + 86, middle), racer.name, 32, ink, face=faces.name, edge=edge, most=right - left - 190)
    canvas.text((right - 22, middle), str(racer.total), 34, ink, use="digits", face=faces.digit, anchor="r", edge=edge)
