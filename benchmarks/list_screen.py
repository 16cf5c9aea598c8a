"""A drawn screen, and what happens to it on the way to a chat: scaled, cut out, framed, blurred, packed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from benchmarks.list_canvas import Box
from benchmarks.list_rooms import Room
from benchmarks.table_paint import Drawn, font

_CHAT = (49, 51, 56)


@dataclass(slots=True)
class Screen:
    image: Image.Image
    truth: dict[str, Any]
    room: Room
    rows: Box  # around all rows, of a 1920 x 1080 screen
    scale: float


def row_truth(place: int | None, name: str, score: int, plus: int | None) -> dict[str, Any]:
    """One row as the files of truth beside real pictures have it."""
    return {"place": place, "name": name, "score": score, **({"race_points": plus} if plus is not None else {})}


def sent(rng: random.Random, screen: Screen, *, crops: float, least_wide: int) -> Drawn:
    """The screen as somebody posts it.

    `crops` is the share that is cut to the list; `least_wide` the width in pixels below which a whole screen's letters
    would be too small for a person.
    """
    image = screen.image.convert("RGB")
    if rng.random() < crops:
        image = _cut(rng, image, screen)
    elif screen.scale == 1:
        image = _scaled(image, rng.choice([width for width in (1920, 1920, 1280, 1280, 1097, 960, 860)
                                           if width >= least_wide]))  # fmt: skip
    way = rng.choice(("bare", "bare", "bare", "bare", "letterbox", "chat", "phone", "pane"))
    image = {"bare": _bare, "letterbox": _letterboxed, "chat": _in_chat, "phone": _on_phone, "pane": _in_pane}[way](
        rng, image
    )
    if rng.random() < 0.4:
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.72, 1.12))
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.65)))
    if rng.random() < 0.25:
        grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(1, 4), (image.height, image.width, 1))
        image = Image.fromarray((np.asarray(image, np.float64) + grain).clip(0, 255).astype(np.uint8))
    truth = {**screen.truth, "frame": way, "size": list(image.size), "races": screen.room.races}
    if screen.room.left:
        truth["left"] = screen.room.left
    return Drawn(image, truth, quality=rng.choice((None, None, 50, 60, 70, 80, 90)))


def _scaled(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)


def _cut(rng: random.Random, image: Image.Image, screen: Screen) -> Image.Image:
    """Only the list, by hand: the edges near the bars, never through what stands in them."""
    left, top, right, foot = screen.rows
    beside = (rng.uniform(-2, 60), rng.uniform(-2, 30), rng.uniform(-2, 60), rng.uniform(-4, 30))
    cut = (left - beside[0], top - beside[1], right + beside[2], foot + beside[3])
    box = tuple(round(edge * screen.scale) for edge in cut)
    part = image.crop((max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3])))
    least = round(530 * (part.width / screen.scale) / 800)
    return _scaled(part, rng.randrange(least, max(least + 1, round(part.width / screen.scale) + 1)))


def _bare(_: random.Random, image: Image.Image) -> Image.Image:
    return image


def _letterboxed(rng: random.Random, image: Image.Image) -> Image.Image:
    """Black bars above and below, or at the sides, as a capture of another shape has them."""
    across = rng.random() < 0.5
    add = round((image.width if across else image.height) * rng.uniform(0.03, 0.16))
    size = (image.width + 2 * add * across, image.height + 2 * add * (not across))
    return _on(Image.new("RGB", size, (0, 0, 0)), image, add * across, add * (not across))


def _in_chat(rng: random.Random, image: Image.Image) -> Image.Image:
    """On a desktop: channels at the left, a message above, a line to type in below."""
    unit = max(0.7, image.width / 1200)
    left, top, foot = round(rng.choice((90, 330)) * unit), round(110 * unit), round(80 * unit)
    page = Image.new("RGB", (image.width + left + round(40 * unit), image.height + top + foot), _CHAT)
    pen = ImageDraw.Draw(page)
    if left > 200 * unit:
        pen.rectangle((0, 0, left - round(70 * unit), page.height), (43, 45, 49))
        for number, word in enumerate(("# general", "# results", "# war-planning", "# off-topic")):
            _word(pen, (24, 60 + 44 * number), word, 18, unit, (148, 155, 164))
    pen.ellipse((left - 60 * unit, 24 * unit, left - 16 * unit, 68 * unit), (235, 69, 158))
    pen.text((left, round(24 * unit)), "Marlin   Today at 21:47", (242, 243, 245), font("bold", 0, round(18 * unit)))
    pen.text(
        (left, round(60 * unit)),
        f"race {rng.randrange(1, 13)} done, gg",
        (219, 222, 225),
        font("plain", 0, round(18 * unit)),
    )
    at = (left, page.height - round(52 * unit))
    pen.text(at, "Message #results", (148, 155, 164), font("plain", 0, round(18 * unit)))
    return _on(page, image, left, top)


def _on_phone(rng: random.Random, image: Image.Image) -> Image.Image:
    """A photo viewer or a chat on a phone, upright: clock above, buttons below, the picture across the whole width."""
    unit = max(0.6, image.width / 1080)
    tall = max(round(image.height * 1.25), round(image.width * rng.uniform(1.2, 1.9)))
    page = Image.new("RGB", (image.width, tall), (0, 0, 0) if rng.random() < 0.6 else _CHAT)
    pen, top = ImageDraw.Draw(page), (tall - image.height) // 2
    _word(pen, (44, 22), f"{rng.randrange(24):02d}:{rng.randrange(60):02d}", 30, unit, (250, 250, 250))
    _word(pen, (920, 22), f"{rng.randrange(8, 100)}%", 26, unit, (250, 250, 250))
    if top > 200 * unit:
        _word(pen, (44, 110), "<  # results", 34, unit, (250, 250, 250))
    pen.rounded_rectangle((420 * unit, tall - 20 * unit, 660 * unit, tall - 10 * unit), 4, (200, 200, 200))
    return _on(page, image, 0, top)


def _in_pane(rng: random.Random, image: Image.Image) -> Image.Image:
    """In a window beside other panes, as capture tools show it."""
    unit = max(0.7, image.width / 1000)
    left, top = round(rng.uniform(20, 160) * unit), round(rng.uniform(60, 180) * unit)
    page = Image.new(
        "RGB", (image.width + left + round(420 * unit), image.height + top + round(260 * unit)), (20, 20, 24)
    )
    pen = ImageDraw.Draw(page)
    _word(pen, (24, 18), "Capture card    1080p60    Settings", 22, unit, (220, 220, 225))
    right = left + image.width + round(30 * unit)
    for number in range(6):
        y = top + round(70 * number * unit)
        pen.rounded_rectangle((right, y, page.width - 20, y + 54 * unit), 8, (40 + 14 * number, 44, 110 - 12 * number))
        pen.text(
            (right + 16, y + 14 * unit), f"Scene {number + 1}", (235, 235, 240), font("plain", 0, round(20 * unit))
        )
    return _on(page, image, left, top)


def _word(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], word: str, size: float, unit: float, fill: tuple[int, int, int]
) -> None:
    pen.text((at[0] * unit, at[1] * unit), word, fill, font("plain", 0, round(size * unit)))


def _on(page: Image.Image, image: Image.Image, left: int, top: int) -> Image.Image:
    page.paste(image, (left, top))
    return page
