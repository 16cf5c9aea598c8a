"""Pictures in the manner of the game's lists, drawn here: bars over scenery, names, +N, totals."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

NAMES = (
    "Comet",
    "Pixel",
    "Marlin",
    "Willow",
    "Juniper",
    "Falcon",
    "Rocket",
    "Amber",
    "Domino",
    "Harbor",
    "Nimbus",
    "Quartz",
)
PLUS = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def scenery(width: int, height: int) -> Image.Image:
    """A colourful ground that no row of a list has to itself."""
    y, x = np.mgrid[0:height, 0:width]
    red = 120 + 80 * np.sin(x / 90.0) * np.cos(y / 130.0)
    green = 130 + 70 * np.sin(y / 70.0)
    blue = 110 + 60 * np.cos((x + y) / 110.0)
    return Image.fromarray(np.stack((red, green, blue), axis=2).clip(0, 255).astype(np.uint8))


def race_list(
    scores: Sequence[int], *, names: Sequence[str] = NAMES, plus: Sequence[int] | None = PLUS, scale: float = 1.0
) -> Image.Image:
    """A race's list at the right of a 1280 x 720 picture, times `scale`; without `plus`, the standings."""
    sheet = scenery(1280, 720).convert("RGBA")
    bars = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(bars)
    font, small = ImageFont.load_default(30), ImageFont.load_default(22)
    for index, score in enumerate(scores):
        top = 24 + index * 52
        own = index == 3
        pen.rounded_rectangle((700, top, 1220, top + 46), 22, fill=(240, 180, 20, 255) if own else (20, 20, 24, 190))
        middle = top + 23
        pen.text((765, middle), str(index + 1), font=font, fill="white", anchor="rm")
        pen.text((850, middle), names[index], font=font, fill="white", anchor="lm", stroke_width=1, stroke_fill="black")
        if plus is not None and plus[index]:
            pen.text((1140, middle), f"+{plus[index]}", font=small, fill=(255, 230, 120), anchor="rm")
        pen.text((1205, middle), str(score), font=font, fill="white", anchor="rm", stroke_width=1, stroke_fill="black")
    whole = Image.alpha_composite(sheet, bars).convert("RGB")
    return whole.resize((round(1280 * scale), round(720 * scale)), Image.Resampling.LANCZOS)


def team_screen(teams: Sequence[Sequence[int]], totals: Sequence[int]) -> Image.Image:
    """Boxes with totals over rows on the teams' colours."""
    sheet = scenery(1280, 720)
    pen = ImageDraw.Draw(sheet)
    font, big = ImageFont.load_default(28), ImageFont.load_default(84)
    pen.text((640, 60), "DRAW!", font=ImageFont.load_default(110), fill="white", anchor="mm")
    colours = ((200, 40, 35), (40, 90, 215), (225, 170, 30), (40, 160, 60))
    wide = 1200 // len(teams)
    for team, (scores, total) in enumerate(zip(teams, totals, strict=True)):
        left = 40 + team * wide
        pen.rectangle((left + 60, 150, left + wide - 80, 290), fill=(60, 60, 70), outline=colours[team], width=6)
        pen.text((left + wide // 2 - 10, 220), str(total), font=big, fill="white", anchor="mm")
        for index, score in enumerate(scores):
            top = 330 + index * 54
            pen.rounded_rectangle((left, top, left + wide - 20, top + 48), 22, fill=colours[team])
            ink = "white" if team == 0 and index == 0 else tuple(value // 4 for value in colours[team])
            name = NAMES[(team * 6 + index) % len(NAMES)]
            pen.text((left + 90, top + 24), name, font=font, fill=ink, anchor="lm")
            pen.text((left + wide - 40, top + 24), str(score), font=font, fill=ink, anchor="rm")
    return sheet


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
