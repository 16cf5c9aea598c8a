"""One drawn screen: bars, inked text, round heads, flags, arrows, confetti. Lengths are of a 1920 x 1080 one."""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.list_ink import bars_of_seven, glyphs, grown

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom
DARK: Colour = (30, 26, 26)
WHITE: Colour = (255, 255, 255)
GOLD: tuple[Colour, Colour] = ((255, 200, 40), (246, 166, 8))


class Canvas:
    """Draws on a picture that is `scale` times 1920 x 1080."""

    def __init__(self, rng: random.Random, ground: Image.Image, scale: float) -> None:
        self.rng, self.scale = rng, scale
        self.image = ground.convert("RGBA")

    def px(self, value: float) -> int:
        return round(value * self.scale)

    def bar(
        self,
        box: Box,
        fills: tuple[Colour, Colour],
        opacity: int,
        *,
        radius: float,
        rim: int = 70,
        chevrons: bool = False,
    ) -> None:
        """A row's ground in a run of two colours from left to right, with a thin light rim."""
        left, top, right, foot = (self.px(edge) for edge in box)
        size = (max(2, right - left), max(2, foot - top))
        share = np.linspace(0, 1, size[0])[None, :, None]
        run = np.array(fills[0]) * (1 - share) + np.array(fills[1]) * share
        veil = Image.fromarray(np.broadcast_to(run, (size[1], size[0], 3)).astype(np.uint8)).convert("RGBA")
        mask = Image.new("L", size)
        corner = (0, 0, size[0] - 1, size[1] - 1)
        ImageDraw.Draw(mask).rounded_rectangle(corner, self.px(radius), opacity)
        if chevrons:
            self._chevrons(veil, min(fills))
        veil.putalpha(mask)
        edge = Image.new("RGBA", size, (255, 255, 255, 0))
        pen = ImageDraw.Draw(edge)
        pen.rounded_rectangle(corner, self.px(radius), None, (255, 255, 255, rim), max(1, self.px(2)))
        self._paste(Image.alpha_composite(veil, edge), left, top)

    def _chevrons(self, veil: Image.Image, tone: Colour) -> None:
        """A faint row of arrows, as the game's bars have it in their right half."""
        pen, tall, step = ImageDraw.Draw(veil), veil.height, max(4, self.px(26))
        darker = tuple(max(0, part - 5) for part in tone)
        for x in range(round(veil.width * 0.45), round(veil.width * 0.7), step):
            tip = (x + tall * 0.2, tall / 2)
            pen.line([(x, tall * 0.25), tip, (x, tall * 0.75)], darker, max(1, self.px(12)), joint="curve")

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        colour: Colour,
        *,
        use: str = "display",
        face: int = 0,
        anchor: str = "l",
        edge: tuple[Colour, float] | None = None,
        shadow: float = 0,
        opacity: float = 1,
        most: float | None = None,
    ) -> None:
        """Ink at (x, middle): `edge` is an outline's colour and width, `shadow` how far a dark copy falls.

        Squeezed where wider than `most`. The anchor, l, m or r, says what of the ink stands at x.
        """
        mask = glyphs(text, use, face, self.px(size))
        if most is not None and mask.width > self.px(most):
            mask = mask.resize((self.px(most), mask.height), Image.Resampling.LANCZOS)
        self._ink(at, mask, colour, anchor, edge, shadow, opacity)

    def seven(
        self, at: tuple[float, float], text: str, tall: float, colour: Colour, *, anchor: str = "r", opacity: float = 1
    ) -> None:
        """Digits of seven bars, with the thin dark edge that keeps them apart from a light ground."""
        edge = (DARK, 1.0) if sum(colour) > 380 else None
        self._ink(at, bars_of_seven(text, self.px(tall)), colour, anchor, edge, 0, opacity)

    def _ink(
        self,
        at: tuple[float, float],
        mask: Image.Image,
        colour: Colour,
        anchor: str,
        edge: tuple[Colour, float] | None,
        shadow: float,
        opacity: float,
    ) -> None:
        left = self.px(at[0]) - {"l": 0, "m": mask.width // 2, "r": mask.width}[anchor]
        top = self.px(at[1]) - mask.height // 2
        if edge or shadow:
            by = max(1, self.px(edge[1])) if edge else 1
            around = grown(mask, by).point(lambda value: round(value * opacity))
            dark = Image.new("RGBA", around.size, (*(edge[0] if edge else DARK), 255))
            dark.putalpha(around)
            for fall in {0, self.px(shadow)}:
                self._paste(dark, left - by + fall, top - by + fall)
        ink = Image.new("RGBA", mask.size, (*colour, 255))
        ink.putalpha(mask.point(lambda value: round(value * opacity)))
        self._paste(ink, left, top)

    def head(self, at: tuple[float, float], reach: float, *, badge: bool) -> None:
        """An invented driver: a face in a dark circle, a cap, eyes, and a sticker that reaches over to the name."""
        tall = max(8, self.px(reach * 2))
        fine = 4
        icon = Image.new("RGBA", (tall * fine, tall * fine), (0, 0, 0, 0))
        pen, whole = ImageDraw.Draw(icon), tall * fine
        pen.ellipse((0, 0, whole, whole), (30, 26, 30, 170))
        skin, cap = self._tone(), self._tone()
        pen.ellipse((whole * 0.16, whole * 0.14, whole * 0.9, whole * 0.92), skin)
        pen.pieslice((whole * 0.1, whole * 0.02, whole * 0.94, whole * 0.86), 180, 360, cap)
        if self.rng.random() < 0.5:
            pen.ellipse((whole * 0.3, 0, whole * 0.7, whole * 0.36), self._tone())
        for x in (0.36, 0.62):
            pen.ellipse((whole * x, whole * 0.46, whole * (x + 0.16), whole * 0.68), (255, 255, 255))
            pen.ellipse((whole * (x + 0.06), whole * 0.52, whole * (x + 0.14), whole * 0.64), (20, 20, 30))
        self._paste(icon.resize((tall, tall), Image.Resampling.LANCZOS), self.px(at[0] - reach), self.px(at[1] - reach))
        if badge and self.rng.random() < 0.85:
            self._sticker((at[0] + reach * 0.85, at[1] + reach * 0.45), reach * 0.55)

    def _sticker(self, at: tuple[float, float], reach: float) -> None:
        tall = max(6, self.px(reach * 2))
        sticker = Image.new("RGBA", (tall * 4, tall * 4), (0, 0, 0, 0))
        pen, whole, tone = ImageDraw.Draw(sticker), tall * 4, self._tone()
        if self.rng.random() < 0.5:
            pen.ellipse((0, 0, whole, whole), tone, (250, 250, 250), whole // 12)
        else:
            pen.rounded_rectangle((0, whole * 0.2, whole, whole * 0.85), whole // 8, tone, (250, 250, 250), whole // 14)
        pen.ellipse((whole * 0.3, whole * 0.35, whole * 0.7, whole * 0.7), self._tone())
        self._paste(
            sticker.resize((tall, tall), Image.Resampling.LANCZOS), self.px(at[0] - reach), self.px(at[1] - reach)
        )

    def _tone(self) -> Colour:
        return (self.rng.randrange(40, 256), self.rng.randrange(40, 256), self.rng.randrange(40, 256))

    def flag(self, at: tuple[float, float], width: float, height: float, stripes: tuple[Colour, ...], dot: str) -> None:
        """Stripes across or down, or a disc, around `at`."""
        size = (self.px(width), self.px(height))
        flag = Image.new("RGBA", size, (*stripes[0], 255))
        pen, count = ImageDraw.Draw(flag), len(stripes)
        for number, stripe in enumerate(stripes):
            share = (number / count, (number + 1) / count)
            if dot == "down":
                pen.rectangle((size[0] * share[0], 0, size[0] * share[1], size[1]), stripe)
            elif dot == "across":
                pen.rectangle((0, size[1] * share[0], size[0], size[1] * share[1]), stripe)
        if dot == "disc":
            reach, (x, y) = size[1] * 0.3, (size[0] / 2, size[1] / 2)
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), stripes[-1])
        self._paste(flag, self.px(at[0] - width / 2), self.px(at[1] - height / 2))

    def arrow(self, at: tuple[float, float], reach: float, way: int) -> None:
        """How a player's place changed: up in orange, down in blue, a green dash for 0."""
        x, y, span = self.px(at[0]), self.px(at[1]), self.px(reach)
        pen = ImageDraw.Draw(self.image)
        if way == 0:
            pen.rounded_rectangle((x - span, y - span // 3, x + span, y + span // 3), span // 5, (120, 200, 40, 255))
            return
        sign = -way
        points = [(0, sign), (1, 0.1 * sign), (0.45, 0.1 * sign), (0.45, -sign), (-0.45, -sign), (-0.45, 0.1 * sign),
                  (-1, 0.1 * sign)]  # fmt: skip
        pen.polygon([(x + span * a, y + span * b) for a, b in points], (240, 110, 30) if way > 0 else (60, 130, 230))

    def confetti(self, count: int) -> None:
        """Gold scraps over everything, text among it."""
        veil = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(veil)
        for _ in range(count):
            x, y = self.rng.randrange(veil.width), self.rng.randrange(veil.height)
            span, turn = self.px(self.rng.uniform(4, 12)), self.rng.uniform(0, math.pi)
            thin = self.rng.uniform(0.25, 0.9)
            corners = [(span * math.cos(turn + side) * (thin if number % 2 else 1),
                        span * math.sin(turn + side) * (thin if number % 2 else 1))
                       for number, side in enumerate((0.0, 1.2, math.pi, math.pi + 1.2))]  # fmt: skip
            light = self.rng.choice(((255, 240, 130), (230, 200, 70), (180, 140, 30), (255, 250, 200)))
            pen.polygon([(x + a, y + b) for a, b in corners], (*light, 255))
        self.image.alpha_composite(veil.filter(ImageFilter.GaussianBlur(0.6 * self.scale)))

    def paste(self, layer: Image.Image, at: tuple[float, float]) -> None:
        self._paste(layer.convert("RGBA"), self.px(at[0]), self.px(at[1]))

    def _paste(self, layer: Image.Image, left: int, top: int) -> None:
        cut = (max(0, -left), max(0, -top))
        room = (self.image.width - max(0, left), self.image.height - max(0, top))
        right, foot = min(layer.width, cut[0] + room[0]), min(layer.height, cut[1] + room[1])
        if right > cut[0] and foot > cut[1]:
            self.image.alpha_composite(layer.crop((*cut, right, foot)), (max(0, left), max(0, top)))
