"""Draws war tables of many looks with their truth, to measure the reader on what nobody has posted yet.

python benchmarks/draw_tables.py OUTDIR --count N --seed S    writes pairs of a picture and its .json of truth

Everything follows from the seed and the fonts of the machine. All names are invented.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.table_wars import Line, War, invent_war

_FONT_DIRECTORIES = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FONTS = {  # by what they are used for; the first found of each pair is used, Pillow's own font where none is
    "plain": ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "Mplus1-Regular.otf"),
    "bold": ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSansCJK-Bold.ttc", "Mplus1-Black.otf"),
    "condensed": ("DejaVuSansCondensed.ttf", "LiberationSansNarrow-Regular.ttf", "DejaVuSansCondensed-Bold.ttf"),
    "light": ("Mplus1-Light.otf", "DejaVuSans-ExtraLight.ttf", "Mplus2-Light.otf"),
    "serif": ("DejaVuSerif-Bold.ttf", "LiberationSerif-Bold.ttf", "NotoSerifCJK-Bold.ttc"),
    "mono": ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "Mplus1Code-Regular.otf"),
}
_WIDE = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf")  # many scripts
Colour = tuple[int, int, int]
Frame = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Style:
    """How a table looks. Sizes are for scale 1, where a row is about 38 pixels high."""

    background: str = "flat"  # flat, gradient, photo, stripes
    colours: tuple[Colour, ...] = ((240, 240, 240),)  # one a side, used in turn
    text: Colour = (10, 10, 10)
    side_text: bool = False  # sides after the first write in their own colour
    font: str = "bold"
    font_number: int = 0
    total_font: str = "bold"
    bar: int = 60  # how opaque the bar of a row is, 0..255; 0: none
    bar_dark: bool = True
    align: str = "centre"  # of names: centre, left
    flags: bool = True
    places: bool = True
    medals: bool = True
    difference: bool = True
    totals: bool = True
    logos: bool = False
    shadow: bool = False
    gap: float = 1.3  # pitch between the last row of a side and the first of the next, in pitches
    scale: float = 1.0
    quality: int | None = None  # of JPEG; None: PNG
    frame: str = "none"  # none, discord, crop


@dataclass(slots=True)
class Drawn:
    """The picture as drawn, its truth, and where each row's name and score are, in reading order."""

    picture: Image.Image
    truth: dict[str, Any]
    names: list[Frame] = field(default_factory=list)
    scores: list[Frame] = field(default_factory=list)
    totals: list[Frame] = field(default_factory=list)
    quality: int | None = None

    def encoded(self) -> bytes:
        buffer = io.BytesIO()
        if self.quality is None:
            self.picture.save(buffer, "PNG")
        else:
            self.picture.save(buffer, "JPEG", quality=self.quality)
        return buffer.getvalue()

    def moved(self, dx: int, dy: int) -> None:
        """Shifts every frame, after the picture was set into another or cut."""
        for frames in (self.names, self.scores, self.totals):
            frames[:] = [(a + dx, b + dy, c + dx, d + dy) for a, b, c, d in frames]


@functools.cache
def _font_files() -> dict[str, str]:
    roots = [Path(root) for root in (*_FONT_DIRECTORIES, Path.home() / ".fonts")]
    return {path.name: str(path) for root in roots if root.is_dir() for path in sorted(root.rglob("*.[to]t[fc]"))}


@functools.cache
def _font(kind: str, number: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    there = [name for name in _FONTS.get(kind, (kind,)) if name in _font_files()]
    if not there:
        return ImageFont.load_default(max(4, size))
    return ImageFont.truetype(_font_files()[there[number % len(there)]], max(4, size))


def _covers(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> bool:
    """Whether the font has a glyph for every letter: a missing one is drawn as the same box as U+FFFF."""
    missing = bytes(font.getmask("\uffff"))
    return all(character == " " or bytes(font.getmask(character)) != missing for character in text)


def _font_for(text: str, style: Style, size: int, kind: str | None = None) -> Any:
    first = _font(kind or style.font, style.font_number, size)
    if _covers(first, text):
        return first
    others = (_font(name, 0, size) for name in _WIDE if name in _font_files())
    return next((font for font in others if _covers(font, text)), first)


def drawable(text: str) -> bool:
    """Whether some font of this machine has all its letters."""
    return _covers(_font_for(text, Style(), 20), text)


def random_style(rng: random.Random) -> Style:
    dark = rng.random() < 0.5
    background = rng.choice(["flat", "flat", "stripes", "gradient", "photo", "photo"])
    base = [rng.randrange(0, 90) if dark else rng.randrange(150, 255) for _ in range(3)]
    if not dark and rng.random() < 0.4:
        base[rng.randrange(3)] = rng.randrange(10, 80)  # loud
    own = background in {"flat", "stripes"}  # every side has a paper of its own
    turns = [turn if own else 0 for turn in range(rng.choice([1, 2, 3]))]
    colours = tuple((base[turn % 3], base[(turn + 1) % 3], base[(turn + 2) % 3]) for turn in turns)
    white = dark or background == "photo"
    return Style(
        background=background,
        colours=colours,
        text=(255, 255, 255) if white else (8, 8, 8),
        side_text=white and rng.random() < 0.3,
        font=rng.choice(["plain", "bold", "bold", "condensed", "light", "serif", "mono"]),
        font_number=rng.randrange(4),
        total_font=rng.choice(["bold", "bold", "plain", "light", "serif"]),
        bar=rng.choice([120, 140, 160]) if background == "photo" else rng.choice([0, 30, 60, 90]),
        bar_dark=white or rng.random() < 0.5,
        align=rng.choice(["centre", "centre", "left"]),
        flags=rng.random() < 0.5,
        places=rng.random() < 0.8,
        medals=rng.random() < 0.6,
        difference=rng.random() < 0.8,
        totals=rng.random() < 0.93,
        logos=rng.random() < 0.3,
        shadow=background == "photo" and rng.random() < 0.5,
        gap=rng.choice([1.15, 1.3, 1.5, 2.2]),
        scale=rng.choice([0.55, 0.7, 0.85, 1.0, 1.0, 1.3, 1.7, 2.0]),
        quality=rng.choice([None, None, 92, 80, 65]),
        frame=rng.choice(["none", "none", "none", "discord", "crop"]),
    )


def draw_table(seed: int, *, style: Style | None = None, war: War | None = None) -> Drawn:
    """The table of `seed`; the style and the war are drawn by lot where not given."""
    rng = random.Random(seed)
    style = style or random_style(rng)
    war = war or invent_war(rng, drawable)
    drawn = _Canvas(rng, style, war).drawn
    if style.frame == "discord":
        drawn = _in_discord(drawn, style)
    elif style.frame == "crop":
        cut = (0, round(44 * style.scale), drawn.picture.width, drawn.picture.height)
        drawn.picture = drawn.picture.crop(cut)
        drawn.moved(-cut[0], -cut[1])
        drawn.truth["title"] = None
    return drawn


class _Canvas:
    """One table while it is drawn."""

    def __init__(self, rng: random.Random, style: Style, war: War) -> None:
        self._rng, self._style, self._war = rng, style, war
        self._unit = style.scale
        self._pitch = self._px(38)
        self._tops = self._row_tops()
        self._size = (self._px(1000), self._tops[-1][-1] + self._pitch + self._px(10))
        self._image = self._paper().convert("RGBA")
        self._draw = ImageDraw.Draw(self._image)
        self.drawn = Drawn(self._image, {}, quality=style.quality)
        self._title()
        for number in range(len(war.sides)):
            self._side(number)
        self.drawn.truth = war.truth(places=style.places, totals=style.totals)
        self.drawn.picture = self._image.convert("RGB")

    def _px(self, value: float) -> int:
        return round(value * self._unit)

    def _row_tops(self) -> list[list[int]]:
        tops: list[list[int]] = []
        y = self._px(58)
        for side in self._war.sides:
            tops.append([y + row * self._pitch for row in range(len(side.lines))])
            y = tops[-1][-1] + round(self._pitch * self._style.gap)
        return tops

    def _paper(self) -> Image.Image:
        width, height = self._size
        style = self._style
        if style.background == "photo":
            noise = Image.effect_noise((max(2, width // 24), max(2, height // 24)), 90).resize((width, height))
            blur = noise.filter(ImageFilter.GaussianBlur(self._px(6)))
            fine = Image.effect_noise((width, height), 14)
            tint = Image.new("L", (width, height), 110)
            return Image.merge("RGB", (blur, Image.blend(blur, tint, 0.5), Image.blend(tint, fine, 0.3)))
        paper = Image.new("RGB", (width, height), style.colours[0])
        draw = ImageDraw.Draw(paper)
        if style.background == "gradient":
            for y in range(height):
                draw.line((0, y, width, y), tuple(max(0, channel - 60 * y // height) for channel in style.colours[0]))
            return paper
        for number, tops in enumerate(self._tops):
            top = tops[0] - round(self._pitch * (self._style.gap - 1) / 2)
            draw.rectangle((0, top, width, height), style.colours[number % len(style.colours)])
        if style.background == "stripes":
            stripe = tuple(round(0.85 * channel + 0.15 * 128) for channel in style.colours[0])
            for x in range(0, width + height, self._px(22)):
                draw.line((x, 0, x - height, height), stripe, self._px(4))
        return paper

    def _title(self) -> None:
        width = self._size[0]
        self._draw.rectangle((0, 0, width, self._px(44)), (0, 0, 0, 255))
        self._text((width // 2, self._px(22)), self._war.title, 24, (255, 255, 255), font="bold")
        if self._rng.random() < 0.5:
            self._text((width - self._px(90), self._px(22)), "tables.example", 18, (70, 70, 70), font="bold")

    def _side(self, number: int) -> None:
        style, side, tops = self._style, self._war.sides[number], self._tops[number]
        colour = (
            [style.text, (60, 190, 255), (255, 200, 60), (140, 255, 140)][number % 4] if style.side_text else style.text
        )
        middle = (tops[0] + tops[-1] + self._pitch) // 2
        room = min(len(tops) * 38, 120)
        for line, top in zip(side.lines, tops, strict=True):
            self._row(line, top, colour)
        if style.totals:
            frame = self._text((self._px(840), middle), str(side.total), room * 0.62, colour, font=style.total_font)
            self.drawn.totals.append(frame)
            if side.penalty:
                below = middle + self._px(room * 0.42)
                self._text((self._px(840), below), f"(-{side.penalty})", max(14, room * 0.18), colour, font="bold")
        if side.tag is not None:
            self._tag(side.tag, middle, room, colour)
        if number and style.difference and style.totals:
            border = (self._tops[number - 1][-1] + self._pitch + tops[0]) // 2
            gap = abs(self._war.sides[number - 1].total - side.total)
            self._text((self._px(925), border), f"±{gap}", 20, style.text, font="bold")

    def _tag(self, tag: str, middle: int, room: float, colour: Colour) -> None:
        if self._style.logos:
            reach = self._px(room * 0.45)
            x = self._px(180)
            fill = tuple(self._rng.randrange(256) for _ in range(3))
            self._draw.ellipse((x - reach, middle - reach, x + reach, middle + reach), (*fill, 255))
        self._text((self._px(180), middle), tag, room * 0.5, colour, font="bold", most=240)

    def _row(self, line: Line, top: int, colour: Colour) -> None:
        style, middle = self._style, top + self._pitch // 2
        left, end = self._px(340), self._px(690)
        if style.bar:
            veil = Image.new("RGBA", self._image.size, (0, 0, 0, 0))
            shade = 0 if style.bar_dark else 255
            inner = (left, top + self._px(2), end, top + self._pitch - self._px(2))
            ImageDraw.Draw(veil).rounded_rectangle(inner, self._px(5), (shade, shade, shade, style.bar))
            self._image.alpha_composite(veil)
        if style.align == "left":
            name = self._text((left + self._px(8), middle), line.drawn, 25, colour, anchor="lm", most=175)
        else:
            name = self._text((left + self._px(96), middle), line.drawn, 25, colour, most=175)
        self.drawn.names.append(name)
        if style.flags and self._rng.random() < 0.9:
            self._flag(left + self._px(192), middle)
        self.drawn.scores.append(self._text((self._px(602), middle), str(line.score), 25, colour, font=None))
        if style.places:
            self._place(line, middle, colour)
        if line.penalty:
            self._text((end + self._px(8), middle), f"(-{line.penalty})", 18, style.text, anchor="lm", font="bold")

    def _place(self, line: Line, middle: int, colour: Colour) -> None:
        x = self._px(662)
        if line.place > 3 or not self._style.medals:
            self._text((x, middle), _ordinal(line.place), 16, colour, font=None)
            return
        reach = self._px(9)
        metal = [(255, 205, 40), (190, 200, 210), (205, 127, 50)][line.place - 1]
        self._draw.ellipse((x - reach, middle - reach, x + reach, middle + reach), (*metal, 255), (90, 60, 10))

    def _flag(self, x: int, middle: int) -> None:
        width, height = self._px(34), self._px(22)
        stripes = [tuple(self._rng.choice([0, 40, 200, 255]) for _ in range(3)) for _ in range(3)]
        for number, stripe in enumerate(stripes):
            top = middle - height // 2 + number * height // 3
            self._draw.rectangle((x, top, x + width, top + height // 3), (*stripe, 255))
        self._draw.rectangle((x, middle - height // 2, x + width, middle + height // 2), None, (0, 0, 0, 255))

    def _text(
        self,
        at: tuple[int, int],
        text: str,
        size: float,
        colour: Colour,
        *,
        font: str | None = None,
        anchor: str = "mm",
        most: float | None = None,
    ) -> Frame:
        """Draws the text, squeezed into `most` where it is wider, and says where its ink is."""
        face = _font_for(text, self._style, max(6, self._px(size)), font)
        box = face.getbbox(text, anchor="ls")
        width, height = round(box[2] - box[0]), round(box[3] - box[1])
        layer = Image.new("RGBA", (max(1, width + 4), max(1, height + 4)), (*colour, 0))
        ImageDraw.Draw(layer).text((2 - box[0], 2 - box[1]), text, (*colour, 255), face, anchor="ls")
        if most is not None and width > self._px(most):
            layer = layer.resize((self._px(most), layer.height), Image.Resampling.LANCZOS)
        digits = face.getbbox("0", anchor="ls")
        left = at[0] if anchor == "lm" else at[0] - layer.width // 2
        top = (
            round(at[1] - (digits[1] + digits[3]) / 2 + box[1]) - 2
        )  # digits are centred on the line, tails hang below
        if self._style.shadow:
            dark = Image.new("RGBA", layer.size, (0, 0, 0, 255))
            dark.putalpha(layer.getchannel("A"))
            self._paste(dark, left + self._px(2), top + self._px(2))
        self._paste(layer, left, top)
        return left, top, left + layer.width, top + layer.height

    def _paste(self, layer: Image.Image, left: int, top: int) -> None:
        left, top = max(0, left), max(0, top)
        room = (self._image.width - left, self._image.height - top)
        if min(room) > 0:
            self._image.alpha_composite(
                layer.crop((0, 0, min(layer.width, room[0]), min(layer.height, room[1]))), (left, top)
            )


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _in_discord(drawn: Drawn, style: Style) -> Drawn:
    """The table inside a dark chat: a message above, a line below, room at the sides."""
    unit = max(0.8, style.scale * 0.9)
    left, top = round(90 * unit), round(110 * unit)
    width, height = drawn.picture.width + left + round(40 * unit), drawn.picture.height + top + round(70 * unit)
    chat = Image.new("RGB", (width, height), (49, 51, 56))
    pen = ImageDraw.Draw(chat)
    pen.ellipse((round(20 * unit), round(20 * unit), round(64 * unit), round(64 * unit)), (88, 101, 242))
    for y, text, size in ((22, "Table Keeper  APP   Today at 9:24 PM", 20), (56, "War finished, 12 / 12 races", 19)):
        pen.text((left, round(y * unit)), text, (219, 222, 225), _font("plain", 0, round(size * unit)))
    pen.text(
        (left, height - round(52 * unit)), "Message #results", (148, 155, 164), _font("plain", 0, round(18 * unit))
    )
    chat.paste(drawn.picture, (left, top))
    drawn.picture = chat
    drawn.moved(left, top)
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw war tables with their truth.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = arguments.directory / "table"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        seed = arguments.seed * 100_003 + number
        drawn = draw_table(seed)
        name = f"drawn-{arguments.seed}-{number:04d}"
        suffix = ".png" if drawn.quality is None else ".jpg"
        (folder / (name + suffix)).write_bytes(drawn.encoded())
        truth = {"image": name + suffix, "kind": "table", "seed": seed, **drawn.truth}
        (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
