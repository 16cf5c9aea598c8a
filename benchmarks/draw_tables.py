"""Draws war tables of many looks with their truth, to measure the reader on what nobody has posted yet.

python benchmarks/draw_tables.py OUTDIR --count N --seed S [--kinds table,pills,board]

writes pairs of a picture and its .json of truth into a folder a kind. Everything follows from the seed and the fonts of
the machine. All names are invented.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.draw_boards import draw_board
from benchmarks.draw_pills import draw_pills
from benchmarks.keep_drawn import keep_drawn
from benchmarks.table_frames import framed
from benchmarks.table_paint import Brush, Drawn, drawable, ordinal
from benchmarks.table_styles import Colour, Style, random_style
from benchmarks.table_wars import Line, War, invent_war

_PITCH = 38
_PANEL = 460  # width of a side among others beside it
_TINTS = ((60, 190, 255), (255, 200, 60), (140, 255, 140))  # of later sides' letters


def draw_table(seed: int, *, style: Style | None = None, war: War | None = None) -> Drawn:
    """The table of `seed`; the style and the war are drawn by lot where not given."""
    rng = random.Random(seed)
    style = style or random_style(rng)
    war = war or invent_war(rng, drawable)
    return framed(_Canvas(rng, style, war).drawn, style)


class _Canvas:
    """One table while it is drawn."""

    def __init__(self, rng: random.Random, style: Style, war: War) -> None:
        self._rng, self._style, self._war = rng, style, war
        self._beside = min(style.beside, len(war.sides))
        self._pitch = self._px(_PITCH)
        self._tops = self._row_tops()
        last = max(tops[-1] for tops in self._tops)
        below = 78 if self._beside > 1 and style.total_at == "below" else 10
        width = self._px(1000 if self._beside == 1 else 40 + _PANEL * self._beside)
        self._brush = Brush(rng, style, width, last + self._pitch + self._px(below))
        self._brush.paper(self._bands())
        self.drawn = Drawn(self._brush.image, {}, quality=style.quality)
        self._title()
        for number in range(len(war.sides)):
            self._side(number)
        self.drawn.truth = war.truth(places=style.places, totals=style.totals)
        self.drawn.picture = self._brush.image.convert("RGB")

    def _px(self, value: float) -> int:
        return round(value * self._style.scale)

    def _row_tops(self) -> list[list[int]]:
        """The upper edges of every side's rows; sides beside one another share their first."""
        tops: list[list[int]] = []
        y = self._px(58)
        for start in range(0, len(self._war.sides), self._beside):
            group = self._war.sides[start : start + self._beside]
            if self._beside > 1:
                y += self._px(66)
            tops += [[y + row * self._pitch for row in range(len(side.lines))] for side in group]
            lowest = max(side[-1] for side in tops[-len(group) :])
            y = lowest + round(self._pitch * self._style.gap) + (self._px(70) if self._beside > 1 else 0)
        return tops

    def _bands(self) -> list[tuple[int, int]]:
        reach = round(self._pitch * (self._style.gap - 1) / 2)
        edges = [tops[0] - reach for tops in self._tops] if self._beside == 1 else [0]
        return list(zip(edges, [*edges[1:], 1 << 16], strict=True))

    def _title(self) -> None:
        width = self._brush.image.width
        self._brush.draw.rectangle((0, 0, width, self._px(44)), (0, 0, 0, 255))
        self._brush.text((width // 2, self._px(22)), self._war.title, 24, (255, 255, 255), font="bold")
        if self._rng.random() < 0.5:
            at = (width - self._px(90), self._px(22))
            self._brush.text(at, "tables.example", 18, (70, 70, 70), font="bold")

    def _side(self, number: int) -> None:
        style, side, tops = self._style, self._war.sides[number], self._tops[number]
        colour = [style.text, *_TINTS][number % 4] if style.side_text else style.text
        left = self._px(340) if self._beside == 1 else self._px(40 + _PANEL * (number % self._beside))
        for line, top in zip(side.lines, tops, strict=True):
            self._row(line, top, left, colour)
        if self._beside > 1:
            self._panel_head(number, left, colour)
            return
        middle = (tops[0] + tops[-1] + self._pitch) // 2
        room = min(len(tops) * _PITCH, 120)
        if style.totals:
            frame = self._brush.text(
                (self._px(840), middle), str(side.total), room * 0.62, colour, font=style.total_font
            )
            self.drawn.totals.append(frame)
            if side.penalty:
                below = (self._px(840), middle + self._px(room * 0.42))
                self._brush.text(below, style.penalty.format(side.penalty), max(14, room * 0.18), colour, font="bold")
        if side.tag is not None:
            self._tag(side.tag, middle, room, colour)
            if style.side_places:
                self._brush.text((self._px(40), middle), ordinal(number + 1), 18, colour, font="bold")
        if number and style.difference and style.totals:
            border = (self._tops[number - 1][-1] + self._pitch + tops[0]) // 2
            gap = abs(self._war.sides[number - 1].total - side.total)
            self._brush.text((self._px(925), border), f"±{gap}", 20, style.text, font="bold")

    def _panel_head(self, number: int, left: int, colour: Colour) -> None:
        """The tag over a side's rows, its total at the right of the tag or under the rows."""
        style, side, tops = self._style, self._war.sides[number], self._tops[number]
        above = tops[0] - self._px(32)
        if side.tag is not None:
            self._brush.text((left + self._px(8), above), side.tag, 40, colour, font="bold", anchor="lm", most=200)
        if not style.totals:
            return
        at = above if style.total_at == "above" else tops[-1] + self._pitch + self._px(36)
        total = (left + self._px(340), at)
        frame = self._brush.text(total, str(side.total), 46, colour, font=style.total_font, anchor="rm")
        self.drawn.totals.append(frame)
        if side.penalty:
            behind = (left + self._px(350), at)
            self._brush.text(behind, style.penalty.format(side.penalty), 16, colour, font="bold", anchor="lm", most=90)

    def _tag(self, tag: str, middle: int, room: float, colour: Colour) -> None:
        x = self._px(180)
        if self._style.logos:
            reach = self._px(room * 0.45)
            fill = tuple(self._rng.randrange(256) for _ in range(3))
            self._brush.draw.ellipse((x - reach, middle - reach, x + reach, middle + reach), (*fill, 255))
        if not (self._style.logos and self._style.bare_logos):
            self._brush.text((x, middle), tag, room * 0.5, colour, font="bold", most=240)

    def _row(self, line: Line, top: int, left: int, colour: Colour) -> None:
        style, brush, middle = self._style, self._brush, top + self._pitch // 2
        end, shade = left + self._px(350), 0 if style.bar_dark else 255
        inner = (left, top + self._px(2), end, top + self._pitch - self._px(2))
        brush.bar(inner, (shade, shade, shade), style.bar, self._px(5))
        if style.align == "left":
            name = brush.text((left + self._px(8), middle), line.drawn, 25, colour, anchor="lm", most=175)
        else:
            name = brush.text((left + self._px(96), middle), line.drawn, 25, colour, most=175)
        self.drawn.names.append(name)
        if style.flags and self._rng.random() < 0.9:
            brush.flag(left + self._px(192), middle)
        self.drawn.scores.append(brush.text((left + self._px(262), middle), str(line.score), 25, colour))
        if style.places:
            x = left + self._px(322)
            if line.place > 3 or not style.medals:
                brush.text((x, middle), ordinal(line.place), 16, colour)
            else:
                brush.medal(line.place, (x, middle), self._px(9))
        if line.penalty:
            at = (end + self._px(8), middle)
            brush.text(at, f"(-{line.penalty})", 18, style.text, anchor="lm", font="bold")


_DRAW = {"table": draw_table, "pills": draw_pills, "board": draw_board}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw war tables with their truth.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=50, help="of every kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(_DRAW), help="of: " + ", ".join(_DRAW))
    arguments = parser.parse_args()
    for kind in arguments.kinds.split(","):
        keep_drawn(arguments.directory, kind, arguments.seed, arguments.count, _DRAW[kind])


if __name__ == "__main__":
    main()
