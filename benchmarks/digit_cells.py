"""Cells of numbers drawn by lot, each with what it says: what the small reader of digits is taught on.

`?` stands for anything drawn that is no digit and no sign; a cell without any text says "".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]  # height x width x 3, BGR
_Mask = npt.NDArray[np.float32]  # height x width, 0..1

OTHER = "?"
_DIGITS = "0123456789"
_LETTERS = "ACEFGHKLMNPRTUVWXYabcdefhkmnprtuvwxy"  # none that some font draws as it draws a digit
_SIGNS = "()/.:%#&=*★♥あかさのンアイ日本"
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class DrawnCell:
    pixels: Pixels
    text: str  # of 0-9, + and - and ?


def readable_fonts(directories: Sequence[Path]) -> list[Path]:
    """The font files under some directories that draw ten different digits and a plus, in an order of their own."""
    files = sorted(path for top in directories for path in top.rglob("*") if path.suffix.lower() in {".ttf", ".otf"})
    return [path for path in files if _draws_digits(path)]


def _draws_digits(path: Path) -> bool:
    try:
        font = ImageFont.truetype(str(path), 24)
        shapes = {font.getmask(letter).getbbox() and bytes(font.getmask(letter)) for letter in _DIGITS + "+-"}
    except (OSError, ValueError):
        return False
    return None not in shapes and len(shapes) == len(_DIGITS) + 2


def draw_cell(rng: random.Random, fonts: Sequence[Path]) -> DrawnCell:
    """One cell as a layout would cut it: text of any look on any ground, a little too wide or too narrow."""
    height = rng.choice([10, 12, 14, 16, 18, 20, 24, 28, 36, 48])  # of a digit
    written, said = _words(rng)
    mask, edge = _text(rng, written, rng.choice(fonts), height) if written else (None, None)
    pad = [round(height * rng.uniform(low, high)) for low, high in ((0.0, 0.6), (0.0, 0.6), (-0.02, 0.9), (-0.02, 0.9))]
    wide = mask.shape[1] if mask is not None else round(height * rng.uniform(0.5, 3.0))
    tall = mask.shape[0] if mask is not None else height
    size = (max(8, tall + pad[0] + pad[1]), max(8, wide + pad[2] + pad[3]))
    canvas = _ground(rng, size)
    if mask is not None and edge is not None:
        canvas = _inked(rng, canvas, _placed(mask, size, pad[0], pad[2]), _placed(edge, size, pad[0], pad[2]))
    if rng.random() < 0.12:
        canvas = _neighbour(rng, canvas, rng.choice(fonts), height)
    return DrawnCell(_worn(rng, canvas), said)


def _words(rng: random.Random) -> tuple[str, str]:
    lot = rng.random()
    if lot < 0.06:
        return "", ""
    if lot < 0.13:
        word = "".join(rng.choice(_LETTERS + (_SIGNS if rng.random() < 0.3 else "")) for _ in range(rng.randint(1, 5)))
        return word, OTHER * len(word)
    if lot < 0.19:
        place = rng.randint(1, 24)
        end = _ORDINALS.get(place, "th")
        return f"{place}{end}", f"{place}{OTHER * 2}"
    if lot < 0.22:
        number = str(rng.randint(1, 99))
        return f"({number})", OTHER + number + OTHER
    if lot < 0.44:
        sign = "+" if rng.random() < 0.85 else "-"
        number = str(rng.randint(1, 15) if rng.random() < 0.8 else rng.randint(0, 300))
        return sign + rng.choice(["", "", " "]) + number, sign + number
    length = rng.choice([1, 1, 2, 2, 2, 2, 3, 3, 3, 4])
    number = "".join(rng.choice(_DIGITS) for _ in range(length))
    if rng.random() < 0.15:
        number = rng.choice(_DIGITS) * length  # equal digits side by side are the hardest to count
    return number, number


def _text(rng: random.Random, written: str, path: Path, height: int) -> tuple[_Mask, _Mask]:
    """The letters and their outline as masks of one size, `height` pixels a digit or so."""
    font = ImageFont.truetype(str(path), 64)
    _, top, _, bottom = font.getbbox("0123456789")
    size = max(4, round(64 * height / max(1, bottom - top)))
    drawn = 3  # so many times as large, and scaled down
    font = ImageFont.truetype(str(path), size * drawn)
    gap = round(rng.choice([0.0, 0.0, rng.uniform(-0.05, 0.35)]) * size * drawn)
    stroke = round(rng.choice([0, 0, rng.uniform(0, 0.09)]) * size * drawn)
    outline = round(rng.choice([0, 0, rng.uniform(0.03, 0.16)]) * size * drawn)
    around = outline + stroke + drawn
    widths = [font.getlength(letter) + gap for letter in written]
    box = font.getbbox(written)
    shape = (round(sum(widths)) + 2 * around + size, round(box[3] - box[1]) + 2 * around)
    masks = []
    for fat in (stroke, stroke + outline):
        image = Image.new("L", shape, 0)
        pen = ImageDraw.Draw(image)
        at = float(around)
        for letter, width in zip(written, widths, strict=True):
            pen.text((at, around - box[1]), letter, fill=255, font=font, stroke_width=fat)
            at += width
        masks.append(np.asarray(image, np.float32) / 255)
    masks = _bent(rng, masks, drawn)
    rows, columns = np.any(masks[1] > 0.1, axis=1).nonzero()[0], np.any(masks[1] > 0.1, axis=0).nonzero()[0]
    if not len(rows) or not len(columns):
        return masks[0], masks[1]
    return tuple(m[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] for m in masks)  # type: ignore[return-value]


def _bent(rng: random.Random, masks: Sequence[_Mask], drawn: int) -> list[_Mask]:
    """Leaning, turned a little, stretched, and scaled down."""
    height, width = masks[0].shape
    lean = rng.choice([0.0, 0.0, rng.uniform(-0.1, 0.35)])
    turn = np.tan(np.radians(rng.choice([0.0, 0.0, rng.uniform(-3, 3)])))
    across = rng.choice([1.0, 1.0, rng.uniform(0.7, 1.35)]) / drawn
    extra = abs(lean) * height
    matrix = np.asarray(
        [[across, -lean * across, lean * height * across if lean > 0 else 0.0], [turn / drawn, 1 / drawn, 0.0]]
    )
    if turn < 0:
        matrix[1, 2] = -turn / drawn * width
    size = (max(4, round((width + extra) * across)), max(4, round((height + abs(turn) * width) / drawn)))
    blurred = [cv2.GaussianBlur(mask, (0, 0), drawn / 2.5) for mask in masks]
    return [np.asarray(cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR), np.float32) for mask in blurred]


def _placed(mask: _Mask, size: tuple[int, int], top: int, left: int) -> _Mask:
    whole = np.zeros(size, np.float32)
    from_y, from_x = max(0, -top), max(0, -left)
    part = mask[from_y:, from_x:]
    y, x = max(0, top), max(0, left)
    part = part[: size[0] - y, : size[1] - x]
    whole[y : y + part.shape[0], x : x + part.shape[1]] = part
    return whole


def _colour(rng: random.Random) -> npt.NDArray[np.float32]:
    kind = rng.random()
    if kind < 0.3:
        return np.full(3, rng.choice([rng.uniform(0, 40), rng.uniform(215, 255)]), np.float32)
    return np.asarray([rng.uniform(0, 255) for _ in range(3)], np.float32)


def _ground(rng: random.Random, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    height, width = size
    canvas = np.broadcast_to(_colour(rng), (height, width, 3)).copy()
    if rng.random() < 0.3:
        ramp = np.linspace(0, 1, width if rng.random() < 0.5 else height, dtype=np.float32)
        ramp = ramp[None, :, None] if ramp.shape[0] == width else ramp[:, None, None]
        canvas = canvas * (1 - ramp) + _colour(rng) * ramp
    if rng.random() < 0.45:  # a picture behind a bar
        coarse = np.random.default_rng(rng.getrandbits(32)).uniform(0, 255, (rng.randint(2, 5), rng.randint(2, 8), 3))
        photo = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        share = rng.uniform(0.05, 0.6)
        canvas = canvas * (1 - share) + photo * share
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        _blot(rng, canvas)
    if rng.random() < 0.12:
        _scraps(rng, canvas)
    return np.asarray(canvas, np.float32)


def _blot(rng: random.Random, canvas: npt.NDArray[np.float32]) -> None:
    """Something round, straight or broad: an edge of a bar, a scrap of an icon, a line."""
    height, width = canvas.shape[:2]
    colour = tuple(float(part) for part in canvas.mean(axis=(0, 1)) + np.asarray([rng.uniform(-90, 90)] * 3))
    kind = rng.random()
    if kind < 0.35:
        at = rng.choice([rng.uniform(-0.2, 0.1), rng.uniform(0.9, 1.2)])
        centre = (round(at * width), round(rng.uniform(0, 1) * height))
        cv2.circle(canvas, centre, max(2, round(rng.uniform(0.1, 0.5) * height)), colour, -1, cv2.LINE_AA)
    elif kind < 0.7:
        y = rng.choice([0, height - 1, round(height * rng.uniform(0, 0.12)), round(height * rng.uniform(0.88, 1))])
        cv2.line(canvas, (0, y), (width, y), colour, rng.randint(1, max(1, height // 12)))
    else:
        x = rng.choice([round(width * rng.uniform(0, 0.08)), round(width * rng.uniform(0.92, 1))])
        if x < width / 2:
            canvas[:, :x] = colour
        else:
            canvas[:, x:] = colour


def _scraps(rng: random.Random, canvas: npt.NDArray[np.float32]) -> None:
    """Confetti, and the thin line that parts two columns: bright, and no digit nor dash."""
    height, width = canvas.shape[:2]
    if rng.random() < 0.35:
        x = round(width * rng.choice([rng.uniform(0, 0.15), rng.uniform(0.85, 1)]))
        top, foot = round(height * rng.uniform(-0.1, 0.25)), round(height * rng.uniform(0.75, 1.1))
        cv2.line(canvas, (x, top), (x, foot), tuple(map(float, _colour(rng))), max(1, height // 24), cv2.LINE_AA)
        return
    for _ in range(rng.randint(1, 3)):
        at = (rng.uniform(0, 1) ** rng.choice([0.3, 3]) * width, rng.uniform(0, 1) ** rng.choice([0.3, 3]) * height)
        size = (rng.uniform(0.05, 0.25) * height, rng.uniform(0.04, 0.12) * height)
        corners = cv2.boxPoints((at, size, rng.uniform(0, 180))).astype(np.int32)
        cv2.fillConvexPoly(canvas, corners, tuple(map(float, _colour(rng))), cv2.LINE_AA)


def _inked(rng: random.Random, canvas: npt.NDArray[np.float32], ink: _Mask, edge: _Mask) -> npt.NDArray[np.float32]:
    ground = canvas.mean(axis=(0, 1))
    wanted = rng.uniform(60, 200)
    colour, best = _colour(rng), 0.0
    for _ in range(12):  # a colour that stands out, in one channel at least
        one = _colour(rng)
        apart = float(np.abs(one - ground).max() * 0.5 + np.abs(one.mean() - ground.mean()) * 0.5)
        if apart > best:
            colour, best = one, apart
        if best >= wanted:
            break
    rim = np.full(3, 255.0 if colour.mean() < 110 else 0.0, np.float32) if rng.random() < 0.7 else ground
    fill = np.broadcast_to(colour, canvas.shape)
    if rng.random() < 0.25:
        ramp = np.linspace(0, rng.uniform(0.2, 0.6), canvas.shape[0], dtype=np.float32)[:, None, None]
        fill = fill * (1 - ramp) + rim * 0.4 * ramp + ground * 0.6 * ramp
    if rng.random() < 0.25:
        by = max(1, round(canvas.shape[0] * rng.uniform(0.02, 0.1)))
        shade = np.roll(edge, (by, by), (0, 1)) * rng.uniform(0.2, 0.8)
        canvas = canvas * (1 - shade[:, :, None])
    strength = rng.uniform(0.55, 1.0) if rng.random() < 0.3 else 1.0
    canvas = canvas * (1 - edge[:, :, None]) + rim * edge[:, :, None]
    return canvas * (1 - strength * ink[:, :, None]) + fill * strength * ink[:, :, None]


def _neighbour(rng: random.Random, canvas: npt.NDArray[np.float32], path: Path, height: int) -> npt.NDArray[np.float32]:
    """A little of a letter that stands beside the cell, cut by its edge: no more than says nothing."""
    mask, _ = _text(rng, rng.choice(_LETTERS + _DIGITS), path, height)
    seen = max(1, round(mask.shape[1] * rng.uniform(0.05, 0.2)))
    y = max(0, (canvas.shape[0] - mask.shape[0]) // 2)
    part = mask[: canvas.shape[0] - y, -seen:] if rng.random() < 0.5 else mask[: canvas.shape[0] - y, :seen]
    x = 0 if rng.random() < 0.5 else canvas.shape[1] - seen
    if x < 0:
        return canvas
    area = canvas[y : y + part.shape[0], x : x + seen]
    area += (_colour(rng) - area) * part[:, : area.shape[1], None]
    return canvas


def _worn(rng: random.Random, canvas: npt.NDArray[np.float32]) -> Pixels:
    """Blurred, scaled, grained and compressed as pictures on their way are."""
    if rng.random() < 0.4:
        canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.3, max(0.4, canvas.shape[0] / 22)))
    if rng.random() < 0.4:
        grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(1, 14), canvas.shape)
        canvas = canvas + grain.astype(np.float32)
    if rng.random() < 0.2:
        scale = rng.uniform(0.6, 1.6)
        size = (max(6, round(canvas.shape[1] * scale)), max(6, round(canvas.shape[0] * scale)))
        canvas = cv2.resize(canvas, size, interpolation=rng.choice([cv2.INTER_LINEAR, cv2.INTER_AREA, cv2.INTER_CUBIC]))
    pixels = np.asarray(canvas.clip(0, 255), np.uint8)
    if rng.random() < 0.35:
        done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(45, 92)])
        if done:
            pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return pixels
