"""Web scoreboards: a line of headers over rank, name, team, races, points, average …, some with a column a race."""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.table_frames import framed
from benchmarks.table_paint import Brush, Drawn, drawable, ordinal
from benchmarks.table_styles import Colour, Style, random_style
from benchmarks.table_wars import Line, Side, War, invent_war

_PITCH, _HEAD = 42, 40
_LIGHT = ((255, 255, 255), (243, 245, 248), (30, 34, 40), (110, 116, 128))  # paper, zebra, ink, dim
_NIGHT = ((22, 24, 29), (30, 33, 40), (232, 234, 240), (140, 146, 160))
_WORDS = {
    "rank": ("#", "Rank", "Pos", "Place"),
    "name": ("Player", "Name", "Players"),
    "team": ("Team", "Clan"),
    "races": ("Races", "Played", "RP"),
    "score": ("Points", "Score", "Pts", "Total"),
    "average": ("Avg", "Average", "Avg/Race"),
    "best": ("Best", "High"),
}
_WIDTHS = {"rank": 70, "name": 230, "team": 120, "races": 100, "score": 110, "average": 120, "best": 90}


def draw_board(seed: int, *, style: Style | None = None, war: War | None = None) -> Drawn:
    """The scoreboard of `seed`: sides one under another with their totals, or all players by points."""
    rng = random.Random(seed)
    war = war or invent_war(rng, drawable)
    style = style or replace(random_style(rng), font=rng.choice(["plain", "plain", "bold", "mono"]), faded=False)
    style = replace(style, shadow=False, frame="none" if style.frame == "crop" else style.frame)
    return framed(_Board(rng, style, war).drawn, style)


class _Board:
    """One scoreboard while it is drawn."""

    def __init__(self, rng: random.Random, style: Style, war: War) -> None:
        self._rng, self._style, self._war = rng, style, war
        self._paper, self._zebra, self._ink, self._dim = rng.choice([_LIGHT, _NIGHT])
        self._mixed = len(war.sides) > 1 and rng.random() < 0.4  # all players by points, their team in a column
        self._columns = self._choose()
        self._words = {key: rng.choice(_WORDS[key]) for key in self._columns}
        self._ordinals, self._right = rng.random() < 0.3, rng.random() < 0.5
        rows = sum(len(side.lines) for side in war.sides)
        heads = 0 if self._mixed or len(war.sides) == 1 else len(war.sides)
        width = self._px(60 + sum(_WIDTHS[key] for key in self._columns))
        height = self._px(60 + _HEAD + _PITCH * (rows + heads) + 20)
        self._brush = Brush(rng, replace(style, background="flat", colours=(self._paper,)), width, height)
        self.drawn = Drawn(self._brush.image, {}, quality=style.quality)
        self._brush.text((self._px(30), self._px(28)), war.title, 24, self._ink, font="bold", anchor="lm")
        for key, word in self._words.items():
            self._cell(key, word, self._px(60 + _HEAD / 2), self._dim, size=17)
        self._body()
        shown = style.totals and not self._mixed and len(war.sides) > 1
        self.drawn.truth = self._truth(totals=shown)
        self.drawn.picture = self._brush.image.convert("RGB")

    def _px(self, value: float) -> int:
        return round(value * self._style.scale)

    def _choose(self) -> list[str]:
        numbers = ["score"]
        for key, likely in (("races", 0.5), ("average", 0.4), ("best", 0.25)):
            if self._rng.random() < likely:
                numbers.insert(self._rng.randrange(len(numbers) + 1), key)
        columns = (["rank"] if self._style.places else []) + ["name"] + (["team"] if self._mixed else [])
        return columns + numbers

    def _body(self) -> None:
        sides = self._war.sides
        y = 60 + _HEAD
        if self._mixed:
            both = [(line, side) for side in sides for line in side.lines]
            for number, (line, side) in enumerate(sorted(both, key=lambda pair: -pair[0].score)):
                self._row(line, side, y, number)
                y += _PITCH
            return
        for side in sides:
            if len(sides) > 1:
                middle = self._px(y + _PITCH / 2)
                self._brush.bar((0, self._px(y), self._brush.image.width, self._px(y + _PITCH)), self._dim, 60, 0)
                fine = f" {self._style.penalty.format(side.penalty)}" if side.penalty and self._style.totals else ""
                at = (self._px(30), middle)
                self._brush.text(at, f"{side.tag}{fine}", 24, self._ink, font="bold", anchor="lm", most=200)
                if self._style.totals:
                    self.drawn.totals.append(self._cell("score", str(side.total), middle, self._ink, size=26))
                y += _PITCH
            for number, line in enumerate(side.lines):
                self._row(line, side, y, number)
                y += _PITCH

    def _row(self, line: Line, side: Side, top: int, number: int) -> None:
        if number % 2 and self._style.bar:
            box = (0, self._px(top), self._brush.image.width, self._px(top + _PITCH))
            self._brush.bar(box, self._zebra, 255, 0)
        races = line.races or 12
        texts = {
            "rank": ordinal(line.place) if self._ordinals else str(line.place),
            "name": line.name,
            "team": side.tag or "",
            "races": str(races),
            "score": str(line.score),
            "average": f"{line.score / races:.1f}",
            "best": str(self._rng.choice((15, 12, 10, 9))),
        }
        middle = self._px(top + _PITCH / 2)
        for key in self._columns:
            colour = self._ink if key in {"name", "score"} else self._dim
            drawn = line.drawn if key == "name" and "races" not in self._columns else texts[key]
            frame = self._cell(key, drawn, middle, colour)
            if key == "name":
                self.drawn.names.append(frame)
            elif key == "score":
                self.drawn.scores.append(frame)

    def _cell(self, key: str, text: str, middle: int, colour: Colour, *, size: float = 22) -> tuple[int, int, int, int]:
        at = self._columns.index(key)
        left = 30 + sum(_WIDTHS[other] for other in self._columns[:at])
        if key in {"name", "team"}:
            return self._brush.text((self._px(left), middle), text, size, colour, anchor="lm", most=_WIDTHS[key] - 20)
        if self._right:
            return self._brush.text((self._px(left + _WIDTHS[key] - 20), middle), text, size, colour, anchor="rm")
        return self._brush.text((self._px(left + _WIDTHS[key] / 2 - 10), middle), text, size, colour)

    def _truth(self, *, totals: bool) -> dict[str, object]:
        whole = self._war.truth(places=self._style.places, totals=totals)
        for row in whole["rows"]:
            row.pop("penalty", None)
        if self._mixed:
            whole["rows"].sort(key=lambda row: -row["score"])
        return whole
