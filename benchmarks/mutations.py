"""Ways a picture gets worse between the screen and the bot, each from a seeded lot. Pure functions.

`JUDGED` leave every number legible, so a wrong number without a doubt is the reader's; the others only must not crash
or hang it.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.table_paint import Frame

_SEEN = 0.9  # share of a number's frame that must be left for it to count as there; less is cut


@dataclass(frozen=True, slots=True)
class Original:
    """A picture with its truth. `names` and `scores` are frames in the order of its rows; empty where unknown."""

    label: str
    data: bytes
    truth: dict[str, Any]
    names: tuple[Frame, ...] = ()
    scores: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Mutant:
    data: bytes
    truth: dict[str, Any] | None  # of what is still to be seen, the numbers cut by an edge among it; None: undecidable


Mutation = Callable[[random.Random, Original], Mutant]


def _picture(original: Original) -> Image.Image:
    return Image.open(io.BytesIO(original.data)).convert("RGB")


def _encoded(image: Image.Image, form: str = "PNG", quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **({} if form == "PNG" else {"quality": quality}))
    return out.getvalue()


def as_it_is(_: random.Random, original: Original) -> Mutant:
    return Mutant(original.data, original.truth)


def noise(rng: random.Random, original: Original) -> Mutant:
    """Gaussian, of up to 12 of 255 levels."""
    pixels = np.asarray(_picture(original), np.float64)
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(2, 12), pixels.shape)
    return Mutant(_encoded(Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))), original.truth)


def recompressed(rng: random.Random, original: Original) -> Mutant:
    form = rng.choice(("JPEG", "WEBP"))
    return Mutant(_encoded(_picture(original), form, rng.randint(30, 95)), original.truth)


def resized(rng: random.Random, original: Original) -> Mutant:
    image, factor = _picture(original), rng.uniform(0.7, 1.6)
    size = (round(image.width * factor), round(image.height * factor))
    how = rng.choice((Image.Resampling.BILINEAR, Image.Resampling.LANCZOS, Image.Resampling.BICUBIC))
    return Mutant(_encoded(image.resize(size, how)), original.truth)


def tilted(rng: random.Random, original: Original) -> Mutant:
    """As a photograph or a bad scan: up to 1.5 degrees."""
    angle = rng.uniform(-1.5, 1.5)
    image = _picture(original).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(49, 51, 56))
    return Mutant(_encoded(image), original.truth)


def relit(rng: random.Random, original: Original) -> Mutant:
    image = ImageEnhance.Brightness(_picture(original)).enhance(rng.uniform(0.6, 1.3))
    image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.6, 1.4))
    return Mutant(_encoded(ImageEnhance.Color(image).enhance(rng.uniform(0.2, 1.5))), original.truth)


def blurred(rng: random.Random, original: Original) -> Mutant:
    return Mutant(_encoded(_picture(original).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))), original.truth)


def cropped(rng: random.Random, original: Original) -> Mutant:
    """Any rectangle of at least a third of each side. What lies outside is not asked; what an edge cuts is asked: a
    number half seen must be doubted or left out."""
    image = _picture(original)
    spans = []
    for length in (image.width, image.height):
        kept = rng.randint(length // 3, length)
        start = rng.randint(0, length - kept)
        spans.append((start, start + kept))
    (left, right), (top, bottom) = spans
    data = _encoded(image.crop((left, top, right, bottom)))
    return Mutant(data, _left_of_truth(original, (left, top, right, bottom)))


def _left_of_truth(original: Original, box: Frame) -> dict[str, Any] | None:
    rows = original.truth["rows"]
    if not len(rows) == len(original.names) == len(original.scores):
        return None
    left = [
        {**row, "race_points": None, "cut": _seen(score, box) < _SEEN}
        for row, name, score in zip(rows, original.names, original.scores, strict=True)
        if _seen(score, box) > 0 and _seen(name, box) > 0
    ]
    return {**original.truth, "rows": left, "teams": []}


def _seen(frame: Frame, box: Frame) -> float:
    """The share of the frame's area inside the box."""
    wide = min(frame[2], box[2]) - max(frame[0], box[0])
    high = min(frame[3], box[3]) - max(frame[1], box[1])
    area = (frame[2] - frame[0]) * (frame[3] - frame[1])
    return max(0.0, wide) * max(0.0, high) / area if area > 0 else 0.0


def turned(rng: random.Random, original: Original) -> Mutant:
    image = _picture(original).rotate(rng.uniform(0, 360), expand=True)
    return Mutant(_encoded(image), None)


def covered(rng: random.Random, original: Original) -> Mutant:
    """Boxes of any size and colour over it."""
    image = _picture(original)
    for _ in range(rng.randint(1, 6)):
        size = (rng.randint(1, image.width // 2), rng.randint(1, image.height // 2))
        colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        at = (rng.randint(0, image.width - 1), rng.randint(0, image.height - 1))
        image.paste(Image.new("RGB", size, colour), at)
    return Mutant(_encoded(image), None)


def stretched(rng: random.Random, original: Original) -> Mutant:
    image = _picture(original)
    size = (max(1, round(image.width * rng.uniform(0.02, 3))), max(1, round(image.height * rng.uniform(0.02, 3))))
    return Mutant(_encoded(image.resize(size)), None)


def drowned(rng: random.Random, original: Original) -> Mutant:
    """Noise beyond reading, or nothing but noise."""
    pixels = np.asarray(_picture(original), np.float64)
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(40, 200), pixels.shape)
    kept = pixels * rng.choice((0.0, 0.3, 1.0))
    return Mutant(_encoded(Image.fromarray((kept + grain).clip(0, 255).astype(np.uint8)), "JPEG", 80), None)


def bytes_broken(rng: random.Random, original: Original) -> Mutant:
    """PNG, JPEG or WebP with bytes changed, cut off, doubled, taken out or zeroed."""
    form = rng.choice(("PNG", "JPEG", "WEBP"))
    data = bytearray(_encoded(_picture(original), form, rng.randint(40, 95)))
    for _ in range(rng.choice((1, 1, 3, 20, 200))):
        at, length = rng.randrange(len(data)), rng.randint(1, 64)
        way = rng.randrange(5)
        if way == 0:
            data[at] = rng.randrange(256)
        elif way == 1 and len(data) > 200:
            del data[at : at + length]
        elif way == 2:
            data[at:at] = data[at : at + length]
        elif way == 3:
            data[at : at + length] = bytes(len(data[at : at + length]))
        else:
            at = rng.randrange(min(64, len(data)))  # heads say sizes and kinds
            data[at] = rng.randrange(256)
    if rng.random() < 0.2:
        del data[rng.randrange(len(data)) :]
    return Mutant(bytes(data), None)


JUDGED: Sequence[Mutation] = (as_it_is, noise, recompressed, resized, tilted, relit, blurred, cropped, cropped)
UNJUDGED: Sequence[Mutation] = (turned, covered, stretched, drowned, bytes_broken, bytes_broken)
