"""Smooth shapes and text: shapes are drawn twice as large and scaled down, text at its own size on top."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.rendering.fonts import Weight, draw_text
from bot.rendering.theme import Colour, Theme

__all__ = ["Canvas", "Colour", "mix"]
_SCALE = 2


def mix(colour: Colour, ground: Colour, share: float) -> Colour:
    """`share` 0..1 of the colour on the ground."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(colour, ground, strict=True))
    return red, green, blue


class Canvas:
    """Collects shapes at once and texts for the end; `finish` gives the image."""

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        self.theme = theme
        column = Image.new("RGB", (1, height))
        for y in range(height):
            column.putpixel((0, y), mix(theme.back[1], theme.back[0], y / max(1, height - 1)))
        self._shapes = column.resize((width * _SCALE, height * _SCALE), Image.Resampling.NEAREST)
        self._draw = ImageDraw.Draw(self._shapes)
        self._texts: list[tuple[tuple[float, float], str, int, Colour, Weight, str]] = []

    def rounded(
        self,
        box: tuple[float, float, float, float],
        radius: float,
        fill: Colour | None,
        *,
        outline: Colour | None = None,
    ) -> None:
        left, top, right, bottom = (value * _SCALE for value in box)
        if right <= left or bottom <= top:
            return
        self._draw.rounded_rectangle(
            (left, top, right - 1, bottom - 1), radius * _SCALE, fill, outline, width=2 * _SCALE
        )

    def circle(
        self, centre: tuple[float, float], radius: float, fill: Colour | None, *, outline: Colour | None = None
    ) -> None:
        x, y = centre
        box = tuple(value * _SCALE for value in (x - radius, y - radius, x + radius, y + radius))
        self._draw.ellipse((box[0], box[1], box[2], box[3]), fill, outline, width=2 * _SCALE)

    def line(self, points: Sequence[tuple[float, float]], width: float, fill: Colour) -> None:
        """Through all points, with round corners and ends."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, fill, round(width * _SCALE), joint="curve")
        for point in (points[0], points[-1]):
            self.circle(point, width / 2, fill)

    def area(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        fill: Colour,
        *,
        weight: Weight = Weight.MEDIUM,
        anchor: str = "l",
    ) -> None:
        """At (x, baseline y); see fonts.draw_text."""
        self._texts.append((at, text, size, fill, weight, anchor))

    def finish(self) -> Image.Image:
        image = self._shapes.reduce(_SCALE)
        draw = ImageDraw.Draw(image)
        for at, text, size, fill, weight, anchor in self._texts:
            draw_text(draw, at, text, size, fill, weight=weight, anchor=anchor)
        return image
