"""War tables whose rows are rounded capsules, like the game's own list."""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.table_frames import framed
from benchmarks.table_paint import Brush, Drawn, drawable, ordinal
from benchmarks.table_styles import Colour, Style, random_style
from benchmarks.table_wars import Line, War, invent_war

_TEAMS = ((206, 60, 60), (60, 110, 210), (226, 176, 50), (70, 160, 80), (150, 80, 190), (240, 130, 60))
_PITCH, _WIDTH, _HEAD, _EDGE = 48, 430, 76, 40
_DARK, _WHITE = (24, 24, 28), (255, 255, 255)


def draw_pills(seed: int, *, style: Style | None = None, war: War | None = None) -> Drawn:
    """The capsules of `seed`: sides under a head of tag and total, one, two or three beside one another."""
    rng = random.Random(seed)
    war = war or invent_war(rng, drawable)
    if style is None:
        style = replace(random_style(rng), beside=rng.choice([1, 2, 2, 3]), font=rng.choice(["bold", "plain"]))
        style = replace(style, faded=False, frame="none" if style.frame == "crop" else style.frame)
    return framed(_Capsules(rng, style, war).drawn, style)


class _Capsules:
    """One picture of capsules while it is drawn."""

    def __init__(self, rng: random.Random, style: Style, war: War) -> None:
        self._style, self._war = style, war
        self._coloured = rng.random() < 0.5  # capsules in the team's colour, or dark ones
        self._beside = min(style.beside, len(war.sides))
        self._head = _HEAD if len(war.sides) > 1 or style.totals else 10
        self._tops = self._panel_tops()
        bottom = max(y + self._panel(n) for n, y in enumerate(self._tops))
        width = self._px(2 * _EDGE + _WIDTH * self._beside + 30 * (self._beside - 1))
        self._brush = Brush(rng, style, width, self._px(bottom + 20))
        self._brush.paper([(0, 1 << 16)])
        self.drawn = Drawn(self._brush.image, {}, quality=style.quality)
        colour = self._style.text
        self._brush.text((width // 2, self._px(30)), war.title, 26, colour, font="bold")
        for number in range(len(war.sides)):
            self._side(number)
        self.drawn.truth = war.truth(places=style.places, totals=style.totals)
        self.drawn.picture = self._brush.image.convert("RGB")

    def _px(self, value: float) -> int:
        return round(value * self._style.scale)

    def _panel(self, number: int) -> int:
        return self._head + _PITCH * len(self._war.sides[number].lines)

    def _panel_tops(self) -> list[int]:
        tops: list[int] = []
        y = 60
        for start in range(0, len(self._war.sides), self._beside):
            numbers = range(start, min(start + self._beside, len(self._war.sides)))
            tops += [y] * len(numbers)
            y += max(self._panel(number) for number in numbers) + 16
        return tops

    def _side(self, number: int) -> None:
        style, side, top = self._style, self._war.sides[number], self._tops[number]
        left = self._px(_EDGE + (number % self._beside) * (_WIDTH + 30))
        middle = self._px(top + self._head / 2)
        if side.tag is not None:
            self._brush.text(
                (left + self._px(14), middle), side.tag, 38, style.text, font="bold", anchor="lm", most=190
            )
        if style.totals:
            at = (left + self._px(_WIDTH - 14), middle)
            frame = self._brush.text(at, str(side.total), 46, style.text, font=style.total_font, anchor="rm")
            self.drawn.totals.append(frame)
            if side.penalty:
                before = (frame[0] - self._px(12), middle)
                self._brush.text(before, style.penalty.format(side.penalty), 18, style.text, anchor="rm", most=90)
        for row, line in enumerate(side.lines):
            self._row(line, left, self._px(top + self._head + _PITCH * row), _TEAMS[number % len(_TEAMS)])

    def _row(self, line: Line, left: int, top: int, team: Colour) -> None:
        style, brush = self._style, self._brush
        box = (left, top, left + self._px(_WIDTH), top + self._px(_PITCH - 6))
        fill = team if self._coloured else _DARK
        brush.bar(box, fill, 255 if self._coloured else 205, self._px((_PITCH - 6) / 2))
        middle = (box[1] + box[3]) // 2
        ink = _WHITE if sum(fill) < 420 else (20, 20, 20)
        x = left + self._px(22)
        if style.places:
            place = str(line.place) if style.medals else ordinal(line.place)
            brush.text((left + self._px(36), middle), place, 22, ink, font="bold")
            x = left + self._px(70)
        if style.flags:
            brush.flag(x, middle)
            x += self._px(46)
        self.drawn.names.append(brush.text((x, middle), line.drawn, 25, ink, anchor="lm", most=230))
        at = (box[2] - self._px(20), middle)
        self.drawn.scores.append(brush.text(at, str(line.score), 27, ink, font="bold", anchor="rm"))
        if line.penalty:
            brush.text((box[2] + self._px(4), middle), f"(-{line.penalty})", 15, style.text, anchor="lm", most=34)
