"""Sample pictures: an invented clan's war as a common drawn table, and a race list as the game shows it.

Everything follows from the seed. Every player and clan is invented.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFilter

from bot.rendering.canvas import Canvas, Colour, mix
from bot.rendering.fonts import Weight, draw_text, text_width
from bot.rendering.table import TablePicture, TableRow, TableSide, draw_table
from bot.rendering.theme import THEMES
from mkw.points import RACES_PER_WAR, points_table, shared_places

CLAN, TAG = "Comet Racers", "CR"
PLAYERS = ("Comet", "Marlin", "Pixel", "Willow", "Coral", "Juniper", "Saffron")
_OPPONENTS = (("Champion Boots", "CB"), ("Night Owls", "NO"), ("Vivid Sails", "VS"), ("Tidal Tigers", "TT"))
_STRANGERS = (
    "Boot",
    "Lace",
    "Tundra",
    "Velvet",
    "Mango",
    "Ember",
    "Cobalt",
    "Dahlia",
    "Quartz",
    "Nimbus",
    "Orchid",
    "Fable",
)


@dataclass(frozen=True, slots=True)
class SampleLine:
    name: str
    score: int
    races: int | None = None  # None: the whole war


@dataclass(frozen=True, slots=True)
class SampleSide:
    tag: str
    name: str
    lines: tuple[SampleLine, ...]

    @property
    def total(self) -> int:
        return sum(line.score for line in self.lines)


@dataclass(frozen=True, slots=True)
class SampleWar:
    title: str
    date: str
    sides: tuple[SampleSide, SampleSide]


@dataclass(frozen=True, slots=True)
class SampleRace:
    """One race's list: (name, points of this race, total so far), best first."""

    rows: tuple[tuple[str, int, int], ...]
    own: int  # index of the gold row


def _race(rng: random.Random, skills: list[float]) -> list[int]:
    """Points of each seat after one race of twelve."""
    table = points_table(12) or ()
    order = sorted(range(12), key=lambda seat: rng.gauss(skills[seat], 1.0), reverse=True)
    points = [0] * 12
    for place, seat in enumerate(order):
        points[seat] = table[place]
    return points


def sample_war(seed: int = 1) -> SampleWar:
    """A war of twelve races that was really raced, on paper: it adds up to 984, with a substitute pair on our side."""
    rng = random.Random(seed)  # noqa: S311 - invented results, no secrets
    level = [rng.gauss(0.0, 0.35) for _ in range(6)]
    skills = level + rng.sample(level, 6)  # as good a team on either side: close wars
    races = [_race(rng, skills) for _ in range(RACES_PER_WAR)]
    totals = [sum(race[seat] for race in races) for seat in range(12)]
    ours = [SampleLine(name, total) for name, total in zip(PLAYERS[:5], totals[:5], strict=True)]
    first = sum(race[5] for race in races[:7])
    ours += [SampleLine(PLAYERS[5], first, 7), SampleLine(PLAYERS[6], totals[5] - first, RACES_PER_WAR - 7)]
    theirs = [SampleLine(name, total) for name, total in zip(rng.sample(_STRANGERS, 6), totals[6:], strict=True)]
    name, tag = _OPPONENTS[seed % len(_OPPONENTS)]
    sides = (_side(TAG, CLAN, ours), _side(tag, name, theirs))
    day = 1 + seed % 28
    ordered = sides if sides[0].total >= sides[1].total else (sides[1], sides[0])
    return SampleWar("6v6 War", f"July {day}, 2025", ordered)


def _side(tag: str, name: str, lines: list[SampleLine]) -> SampleSide:
    return SampleSide(tag, name, tuple(sorted(lines, key=lambda line: (line.races is not None, -line.score))))


# --- the table ------------------------------------------------------------------------------------------------------

_BAND, _TITLE_HEIGHT, _DIFFERENCE = 46, 96, 54
_INK: Colour = (24, 24, 30)
_BANDS: tuple[Colour, ...] = ((214, 230, 250), (250, 218, 214))


def sample_table(seed: int = 1) -> bytes:
    """PNG of `sample_war(seed)`: coloured bands, names in the middle, scores, places, big totals."""
    war = sample_war(seed)
    scores = [line.score for side in war.sides for line in side.lines]
    places = iter(shared_places(scores))
    width = 960
    height = _TITLE_HEIGHT + sum(len(side.lines) * _BAND + 24 for side in war.sides) + _DIFFERENCE + 20
    canvas = Canvas(width, height, replace(THEMES["light"], back=((252, 252, 253), (252, 252, 253))))
    canvas.text((width / 2, 48), war.title, 38, _INK, weight=Weight.BOLD, anchor="m")
    canvas.text((width / 2, 82), f"{war.date} - {RACES_PER_WAR} races", 22, (90, 92, 104), anchor="m")
    top: float = _TITLE_HEIGHT
    for index, side in enumerate(war.sides):
        tall = len(side.lines) * _BAND + 24
        canvas.rounded((0, top, width, top + tall), 0, _BANDS[index])
        middle = top + tall / 2
        canvas.text((120, middle + 2), side.tag, 60, _INK, weight=Weight.BOLD, anchor="m")
        canvas.text((120, middle + 38), side.name, 22, (70, 72, 84), anchor="m")
        canvas.text((840, middle + 26), str(side.total), 74, _INK, weight=Weight.BOLD, anchor="m")
        for number, line in enumerate(side.lines):
            baseline = top + 12 + number * _BAND + 33
            shown = line.name if line.races is None else f"{line.name} ({line.races})"
            canvas.text((380, baseline), shown, 28, _INK, weight=Weight.BOLD, anchor="m")
            canvas.text((600, baseline), str(line.score), 30, _INK, weight=Weight.BOLD, anchor="r")
            canvas.text((680, baseline), _ordinal(next(places) or 0), 22, (90, 92, 104), anchor="r")
        top += tall
        if index == 0:
            gap = war.sides[0].total - war.sides[1].total
            canvas.text((840, top + 38), f"±{gap}", 32, _INK, weight=Weight.BOLD, anchor="m")
            top += _DIFFERENCE
    return _png(canvas.finish())


def _ordinal(place: int) -> str:
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place if place < 20 else place % 10, 'th') }"


def own_table(seed: int = 1) -> bytes:
    """The same war as the bot draws it; `docs/table.png` is `own_table()`."""
    war = sample_war(seed)
    places = iter(shared_places([line.score for side in war.sides for line in side.lines]))
    sides = tuple(
        TableSide(
            tuple(TableRow(line.name, str(line.score), line.races, next(places)) for line in side.lines),
            side.tag,
            side.total,
            ours=side.tag == TAG,
        )
        for side in war.sides
    )
    title = " vs ".join(side.tag for side in war.sides)
    return draw_table(TablePicture(sides, title, war.date, f"War 12 · {CLAN}"))


# --- the race list --------------------------------------------------------------------------------------------------


def sample_race(seed: int = 1, races: int = 5) -> SampleRace:
    """The list after race `races` (1 to 12) of a war; nobody is substituted in it."""
    rng = random.Random(seed)  # noqa: S311 - invented results, no secrets
    names = [f"{TAG} {name}" for name in PLAYERS[:6]]
    tag = _OPPONENTS[seed % len(_OPPONENTS)][1]
    names += [f"{tag} {name}" for name in rng.sample(_STRANGERS, 6)]
    skills = [rng.gauss(0.0, 0.35) for _ in range(12)]
    raced = [_race(rng, skills) for _ in range(max(1, races))]
    rows = [(names[seat], raced[-1][seat], sum(race[seat] for race in raced)) for seat in range(12)]
    rows.sort(key=lambda row: -row[1])
    return SampleRace(tuple(rows), own=next(index for index, row in enumerate(rows) if row[0] == names[0]))


def sample_race_list(seed: int = 1, races: int = 5) -> bytes:
    """PNG, 1920 x 1080: `sample_race(seed, races)` at the right of a painted landscape, one's own row in gold."""
    race = sample_race(seed, races)
    image = _landscape(random.Random(seed + 1000))  # noqa: S311 - scenery
    bars = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(bars)
    left, right, first, pitch, tall = 1052, 1836, 42, 77, 70
    for index in range(len(race.rows)):
        top = first + index * pitch
        fill = (250, 184, 24, 255) if index == race.own else (28, 26, 30, 190)
        draw.rounded_rectangle((left, top, right, top + tall), 35, fill)
    image = Image.alpha_composite(image.convert("RGBA"), bars).convert("RGB")
    draw = ImageDraw.Draw(image)
    icons = random.Random(seed + 2000)  # noqa: S311 - colours
    for index, (name, points, total) in enumerate(race.rows):
        baseline = first + index * pitch + 52
        middle = first + index * pitch + tall / 2
        place_colour = {0: (255, 206, 60), 1: (150, 180, 235), 2: (240, 150, 90)}.get(index, (255, 255, 255))
        _outlined(draw, (1158, baseline + 2), str(index + 1), 48, place_colour, anchor="r")
        _icon(draw, 1226, middle, icons)
        _outlined(draw, (1278, baseline - 2), name, 42, (255, 255, 255))
        plus = (255, 255, 255) if index == race.own else (255, 228, 130)
        _outlined(draw, (1728, baseline - 3), f"+{points}", 36, plus, anchor="r")
        _outlined(draw, (1812, baseline), str(total), 46, (255, 255, 255), anchor="r")
    return _png(image)


def _outlined(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: Colour, *, anchor: str = "l"
) -> None:
    x, y = at
    left = x - (text_width(text, size, Weight.BOLD) if anchor == "r" else 0)
    for dx, dy in ((-2, 0), (2, 0), (0, -2), (0, 2), (2, 3)):
        draw_text(draw, (left + dx, y + dy), text, size, (30, 24, 20), weight=Weight.BOLD)
    draw_text(draw, (left, y), text, size, fill, weight=Weight.BOLD)


def _icon(draw: ImageDraw.ImageDraw, x: float, y: float, rng: random.Random) -> None:
    """A helmet in one's own colour: a circle, a visor, a stripe."""
    colour = (rng.randrange(60, 240), rng.randrange(60, 240), rng.randrange(60, 240))
    draw.ellipse((x - 27, y - 27, x + 27, y + 27), fill=mix(colour, (0, 0, 0), 0.8), outline=(250, 250, 250), width=3)
    draw.pieslice((x - 20, y - 12, x + 20, y + 20), 0, 180, fill=(36, 44, 60))
    draw.rectangle((x - 4, y - 25, x + 4, y + 2), fill=mix((255, 255, 255), colour, 0.6))


def _landscape(rng: random.Random) -> Image.Image:
    width, height = 1920, 1080
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        draw.line((0, y, width, y), mix((214, 236, 250), (58, 138, 220), min(1.0, y / 520)))
    for _ in range(9):
        x, y, size = rng.randrange(width), rng.randrange(40, 300), rng.randrange(40, 110)
        for step in range(4):
            draw.ellipse(
                (x + step * size * 0.6, y - size * 0.3, x + size + step * size * 0.6, y + size * 0.4),
                fill=(246, 250, 253),
            )
    for layer, colour in enumerate(((126, 176, 150), (92, 158, 96), (70, 132, 72))):
        phase, swing = rng.random() * 6, 60 - layer * 14
        ridge = [
            (x, 430 + layer * 110 + swing * math.sin(x / (210 - layer * 40) + phase) + 18 * math.sin(x / 57 + phase))
            for x in range(0, width + 8, 8)
        ]
        draw.polygon([*ridge, (width, height), (0, height)], fill=colour)
    draw.polygon([(760, 660), (980, 660), (1500, height), (40, height)], fill=(112, 110, 116))
    for step in range(7):
        y = 690 + step * step * 9
        draw.rectangle((862 - step * 3, y, 878 + step * 3, y + 10 + step * 5), fill=(250, 220, 90))
    for _ in range(40):
        x, y = rng.choice([rng.randrange(0, 500), rng.randrange(1300, width)]), rng.randrange(640, 1060)
        size = 14 + (y - 620) // 9
        draw.ellipse(
            (x - size, y - size * 1.4, x + size, y + size * 0.4), fill=mix((30, 92, 48), (120, 180, 70), rng.random())
        )
    return image.filter(ImageFilter.GaussianBlur(2))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()
