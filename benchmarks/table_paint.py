"""The brush of drawn tables: fonts that have the glyphs, text, bars, flags, medals and papers on one picture."""

from __future__ import annotations

import functools
import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.table_styles import Colour, Style

_FONT_DIRECTORIES = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FONTS = {  # by what they are used for; of those the machine has one is drawn by number, Pillow's own where none is
    "plain": (
        "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "Mplus1-Regular.otf",
        "Roboto-Regular.ttf", "OpenSans-Regular.ttf", "Lato-Regular.ttf", "NotoSans-Regular.ttf", "Inter-Regular.otf",
        "Cantarell-Regular.otf",
    ),
    "bold": (
        "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSansCJK-Bold.ttc", "Mplus1-Black.otf",
        "Roboto-Bold.ttf", "Roboto-Medium.ttf", "OpenSans-Bold.ttf", "Lato-Black.ttf", "Inter-SemiBold.otf",
    ),
    "condensed": (
        "DejaVuSansCondensed.ttf", "LiberationSansNarrow-Regular.ttf", "DejaVuSansCondensed-Bold.ttf",
        "BebasNeue-Bold.otf", "OpenSans-CondBold.ttf", "RobotoCondensed-Bold.ttf",
    ),
    "light": (
        "Mplus1-Light.otf", "DejaVuSans-ExtraLight.ttf", "Mplus2-Light.otf", "Roboto-Light.ttf", "OpenSans-Light.ttf",
        "Lato-Light.ttf", "Inter-Light.otf",
    ),
    "serif": ("DejaVuSerif-Bold.ttf", "LiberationSerif-Bold.ttf", "NotoSerifCJK-Bold.ttc", "NotoSerif-Regular.ttf"),
    "mono": ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "Mplus1Code-Regular.otf", "FiraCode-Medium.ttf"),
    "playful": ("ComicNeue-Bold.otf", "Inter-BlackItalic.otf", "Lato-HeavyItalic.ttf"),
}  # fmt: skip
_WIDE = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf")  # many scripts
Frame = tuple[int, int, int, int]  # left, top, right, bottom
_METALS = ((255, 205, 40), (190, 200, 210), (205, 127, 50))


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
def font_files() -> dict[str, str]:
    roots = [Path(root) for root in (*_FONT_DIRECTORIES, Path.home() / ".fonts")]
    return {path.name: str(path) for root in roots if root.is_dir() for path in sorted(root.rglob("*.[to]t[fc]"))}


@functools.cache
def font(kind: str, number: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    there = [name for name in _FONTS.get(kind, (kind,)) if name in font_files()]
    if not there:
        return ImageFont.load_default(max(4, size))
    return ImageFont.truetype(font_files()[there[number % len(there)]], max(4, size))


def _covers(face: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> bool:
    """Whether the font has a glyph for every letter: a missing one is drawn as the same box as U+FFFF."""
    missing = bytes(face.getmask("\uffff"))
    return all(character == " " or bytes(face.getmask(character)) != missing for character in text)


def _font_for(text: str, style: Style, size: int, kind: str | None = None) -> Any:
    first = font(kind or style.font, style.font_number, size)
    if _covers(first, text):
        return first
    others = (font(name, 0, size) for name in _WIDE if name in font_files())
    return next((face for face in others if _covers(face, text)), first)


def drawable(text: str) -> bool:
    """Whether some font of this machine has all its letters."""
    return _covers(_font_for(text, Style(), 20), text)


def ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


class Brush:
    """Draws on one picture. Lengths are given for scale 1 where `px` is named, in pixels elsewhere."""

    def __init__(self, rng: random.Random, style: Style, width: int, height: int) -> None:
        self.rng, self.style = rng, style
        self.image = Image.new("RGBA", (width, height), (*style.colours[0], 255))
        self.draw = ImageDraw.Draw(self.image)

    def px(self, value: float) -> int:
        return round(value * self.style.scale)

    def paper(self, bands: list[tuple[int, int]]) -> None:
        """The ground: a photo, a gradient, or a band (top, bottom) a side with stripes or dots over it."""
        (width, height), style = self.image.size, self.style
        if style.background == "photo":
            self.image.paste(_photo(width, height, self.px(6)))
        elif style.background == "gradient":
            for y in range(height):
                shade = tuple(max(0, channel - 60 * y // height) for channel in style.colours[0])
                self.draw.line((0, y, width, y), shade)
        else:
            for number, (top, foot) in enumerate(bands):
                self.draw.rectangle((0, top, width, foot), style.colours[number % len(style.colours)])
            self._pattern()

    def _pattern(self) -> None:
        (width, height), style = self.image.size, self.style
        veil = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(veil)
        if style.background == "stripes":
            for x in range(0, width + height, self.px(22)):
                pen.line((x, 0, x - height, height), (128, 128, 128, 38), self.px(4))
        elif style.background == "dots":
            reach, step = max(1, self.px(2)), max(4, self.px(11))
            for y in range(0, height, step):
                for x in range((y // step % 2) * step // 2, width, step):
                    pen.ellipse((x - reach, y - reach, x + reach, y + reach), (128, 128, 128, 60))
        self.image.alpha_composite(veil)

    def bar(self, box: Frame, fill: Colour, opacity: int, radius: int) -> None:
        if opacity:
            veil = Image.new("RGBA", (max(1, box[2] - box[0]), max(1, box[3] - box[1])), (0, 0, 0, 0))
            corner = (0, 0, veil.width - 1, veil.height - 1)
            ImageDraw.Draw(veil).rounded_rectangle(corner, radius, (*fill, opacity))
            self._paste(veil, box[0], box[1])

    def flag(self, x: int, middle: int) -> None:
        width, height = self.px(34), self.px(22)
        stripes = [tuple(self.rng.choice([0, 40, 200, 255]) for _ in range(3)) for _ in range(3)]
        for number, stripe in enumerate(stripes):
            top = middle - height // 2 + number * height // 3
            self.draw.rectangle((x, top, x + width, top + height // 3), (*stripe, 255))
        self.draw.rectangle((x, middle - height // 2, x + width, middle + height // 2), None, (0, 0, 0, 255))

    def medal(self, place: int, at: tuple[int, int], reach: int) -> None:
        (x, y), fill = at, (*_METALS[place - 1], 255)
        if place == 1:
            crown = [
                (x - reach, y + reach),
                (x - reach, y - reach),
                (x, y),
                (x + reach, y - reach),
                (x + reach, y + reach),
            ]
            self.draw.polygon(crown, fill, (90, 60, 10))
        else:
            self.draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill, (90, 60, 10))

    def text(
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
        """Draws the text, squeezed into `most` where it is wider, and says where its ink is.

        The anchor's first letter says what of it stands at x: l, m or r.
        """
        face = _font_for(text, self.style, max(6, self.px(size)), font)
        box = face.getbbox(text, anchor="ls")
        width, height = round(box[2] - box[0]), round(box[3] - box[1])
        layer = Image.new("RGBA", (max(1, width + 4), max(1, height + 4)), (*colour, 0))
        ImageDraw.Draw(layer).text((2 - box[0], 2 - box[1]), text, (*colour, 255), face, anchor="ls")
        if self.style.faded:
            layer = _faded(layer, colour)
        if most is not None and width > self.px(most):
            layer = layer.resize((self.px(most), layer.height), Image.Resampling.LANCZOS)
        digits = face.getbbox("0", anchor="ls")
        left = at[0] - {"l": 0, "m": layer.width // 2, "r": layer.width}[anchor[0]]
        top = round(at[1] - (digits[1] + digits[3]) / 2 + box[1]) - 2  # digits are centred, tails hang below
        if self.style.shadow:
            dark = Image.new("RGBA", layer.size, (0, 0, 0, 255))
            dark.putalpha(layer.getchannel("A"))
            self._paste(dark, left + self.px(2), top + self.px(2))
        self._paste(layer, left, top)
        return left, top, left + layer.width, top + layer.height

    def _paste(self, layer: Image.Image, left: int, top: int) -> None:
        left, top = max(0, left), max(0, top)
        room = (self.image.width - left, self.image.height - top)
        if min(room) > 0:
            part = layer.crop((0, 0, min(layer.width, room[0]), min(layer.height, room[1])))
            self.image.alpha_composite(part, (left, top))


def _photo(width: int, height: int, soft: int) -> Image.Image:
    noise = Image.effect_noise((max(2, width // 24), max(2, height // 24)), 90).resize((width, height))
    blur = noise.filter(ImageFilter.GaussianBlur(soft))
    fine = Image.effect_noise((width, height), 14)
    tint = Image.new("L", (width, height), 110)
    return Image.merge("RGB", (blur, Image.blend(blur, tint, 0.5), Image.blend(tint, fine, 0.3)))


def _faded(layer: Image.Image, colour: Colour) -> Image.Image:
    """The letters in a run of colours from their own to a warm one, from the top down."""
    ramp = Image.linear_gradient("L").resize(layer.size)
    light = sum(colour) > 380
    other = Image.new("RGB", layer.size, (255, 170, 60) if light else (150, 20, 60))
    mixed = Image.composite(other, Image.new("RGB", layer.size, colour), ramp).convert("RGBA")
    mixed.putalpha(layer.getchannel("A"))
    return mixed
