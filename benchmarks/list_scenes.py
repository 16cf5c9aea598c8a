"""Scenery behind the lists: skies, ground, boards with words, lights. Nothing in it is anybody's art."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.list_ink import glyphs

_WORDS = ("TURBO", "GO! GO!", "KART OIL", "12 LAPS", "BOLT", "NO. 77", "SPRINGS", "FINISH", "88 TYRES", "COMET")
_PALETTES = (  # sky above, sky below, ground far, ground near
    ((80, 150, 230), (220, 240, 250), (190, 160, 120), (140, 100, 70)),
    ((20, 24, 60), (90, 60, 120), (60, 50, 80), (30, 26, 44)),
    ((200, 225, 250), (245, 250, 255), (230, 238, 246), (190, 205, 225)),
    ((250, 180, 110), (255, 230, 180), (150, 110, 70), (90, 70, 50)),
    ((30, 90, 60), (120, 170, 90), (90, 140, 60), (50, 90, 40)),
    ((10, 10, 14), (40, 36, 40), (60, 54, 50), (30, 28, 26)),
    ((90, 200, 220), (190, 240, 240), (240, 225, 170), (220, 190, 120)),
    ((120, 40, 60), (220, 120, 90), (110, 60, 50), (60, 30, 30)),
)
Colour = tuple[int, int, int]


def scene(rng: random.Random, width: int, height: int, *, soft: float = 0) -> Image.Image:
    """A landscape of `width` x `height`; `soft` is the radius of a blur over all of it."""
    above, below, far, near = rng.choice(_PALETTES)
    horizon = round(height * rng.uniform(0.25, 0.6))
    image = Image.new("RGB", (width, height))
    image.paste(_ramp(above, below, width, horizon), (0, 0))
    image.paste(_ramp(far, near, width, height - horizon), (0, horizon))
    pen = ImageDraw.Draw(image)
    for paint in rng.sample((_blobs, _road, _boards, _towers, _bushes, _checkers), rng.randrange(2, 5)):
        paint(rng, image, pen, horizon)
    image = image.filter(ImageFilter.GaussianBlur(width / 1920 * rng.uniform(0.5, 2)))
    image = _grained(rng, image)
    if rng.random() < 0.35:
        image = _lights(rng, image)
    return image.filter(ImageFilter.GaussianBlur(soft)) if soft else image


def _ramp(top: Colour, foot: Colour, width: int, height: int) -> Image.Image:
    share = np.linspace(0, 1, height)[:, None, None]
    column = np.array(top) * (1 - share) + np.array(foot) * share
    return Image.fromarray(np.broadcast_to(column, (height, width, 3)).astype(np.uint8))


def smooth_noise(rng: random.Random, width: int, height: int, cell: int) -> npt.NDArray[np.float64]:
    """Values around 0, as large as a normal lot's, that change slowly over `cell` pixels."""
    lot = np.random.default_rng(rng.getrandbits(32))
    small = lot.normal(0, 40, (height // cell + 2, width // cell + 2)) + 128
    big = Image.fromarray(small.clip(0, 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return (np.asarray(big, np.float64) - 128) / 40


def _grained(rng: random.Random, image: Image.Image) -> Image.Image:
    """Texture of three sizes, as grass, sand and rock have it."""
    pixels = np.asarray(image, np.float64)
    for cell, most in ((90, 16), (22, 10), (5, 7)):
        pixels = pixels + (smooth_noise(rng, image.width, image.height, cell) * rng.uniform(0, most))[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _tone(rng: random.Random) -> Colour:
    return (rng.randrange(30, 250), rng.randrange(30, 250), rng.randrange(30, 250))


def _blobs(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    """Clouds, or balloons."""
    fill: Colour = rng.choice(((250, 250, 252), (230, 235, 240), _tone(rng)))
    for _ in range(rng.randrange(3, 9)):
        x, y, reach = rng.randrange(image.width), rng.randrange(max(1, horizon)), image.width * rng.uniform(0.02, 0.08)
        for step in range(4):
            left = x + step * reach * 0.7
            pen.ellipse((left, y - reach * 0.5, left + reach * 1.4, y + reach * 0.5), fill)


def _road(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    """A way to the horizon with kerbs in two colours."""
    middle, width, height = rng.uniform(0.2, 0.8) * image.width, image.width, image.height
    pen.polygon([(middle - 20, horizon), (middle + 20, horizon), (middle + width, height), (middle - width, height)],
                rng.choice(((110, 110, 116), (70, 66, 72), (190, 150, 90))))  # fmt: skip
    kerb = (_tone(rng), (240, 240, 240))
    steps = 14
    for step in range(steps):
        near, far = ((step + 1) / steps) ** 2, (step / steps) ** 2
        for sign in (-1, 1):
            edge = [(middle + sign * (20 + width * share * wide), horizon + (height - horizon) * share)
                    for share, wide in ((far, 1), (far, 0.94), (near, 0.94), (near, 1))]  # fmt: skip
            pen.polygon(edge, kerb[step % 2])


def _boards(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    """Hoardings with words and numbers, some behind the list."""
    for _ in range(rng.randrange(2, 6)):
        tall = round(image.height * rng.uniform(0.04, 0.11))
        mask = glyphs(rng.choice(_WORDS), "display", rng.randrange(4), round(tall * 0.6))
        x, y = rng.randrange(image.width), rng.randrange(horizon // 2, round(image.height * 0.8))
        wide = mask.width + tall
        pen.rectangle((x, y, x + wide, y + tall), _tone(rng), (250, 250, 250), 3)
        image.paste((250, 250, 250) if rng.random() < 0.6 else (20, 20, 30), (x + tall // 2, y + tall // 6), mask)


def _towers(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    for _ in range(rng.randrange(3, 9)):
        x, wide = rng.randrange(image.width), round(image.width * rng.uniform(0.01, 0.12))
        top = round(horizon * rng.uniform(0, 0.9))
        tone = _tone(rng)
        pen.rectangle((x, top, x + wide, max(top + 1, image.height * rng.uniform(0.5, 0.9))), tone)
        for y in range(top + 20, horizon + 100, 46):
            pen.rectangle((x + wide // 4, y, x + wide // 2, y + 22), tuple(255 - part for part in tone))


def _bushes(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    for _ in range(rng.randrange(10, 60)):
        x, y = rng.randrange(image.width), rng.randrange(horizon, image.height)
        reach = 12 + (y - horizon) * 0.12
        pen.ellipse((x - reach, y - reach * 1.3, x + reach, y + reach * 0.4),
                    (rng.randrange(20, 90), rng.randrange(80, 190), rng.randrange(20, 80)))  # fmt: skip


def _checkers(rng: random.Random, image: Image.Image, pen: ImageDraw.ImageDraw, horizon: int) -> None:
    """A flag of squares, straight or leaning, as at a start."""
    step, lean = round(image.width * rng.uniform(0.012, 0.03)), rng.uniform(-0.5, 0.5)
    left, top = rng.randrange(image.width), rng.randrange(horizon)
    tones = ((245, 245, 245), (20, 20, 24)) if rng.random() < 0.7 else (_tone(rng), _tone(rng))
    for row in range(rng.randrange(2, 6)):
        for column in range(rng.randrange(8, 26)):
            x, y = left + column * step, top + row * step + column * step * lean
            pen.rectangle((x, y, x + step, y + step), tones[(row + column) % 2])


def _lights(rng: random.Random, image: Image.Image) -> Image.Image:
    """Out-of-focus lights and a flare."""
    veil = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    for _ in range(rng.randrange(5, 25)):
        x, y, reach = rng.randrange(image.width), rng.randrange(image.height), image.width * rng.uniform(0.005, 0.05)
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), (*_tone(rng), rng.randrange(30, 110)))
    veil = veil.filter(ImageFilter.GaussianBlur(image.width / 640))
    return Image.alpha_composite(image.convert("RGBA"), veil).convert("RGB")
