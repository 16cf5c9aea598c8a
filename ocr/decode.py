"""From bytes to pixels, within bounds of time and memory; every refusal is a sentence for the person who sent them."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.readers import Pixels

MAX_BYTES = 25_000_000
MAX_PIXELS = 60_000_000  # of the picture as sent: beyond it nothing is unpacked
WORKING_PIXELS = 4_000_000  # what is read: 1920 x 1080 twice over
SMALLEST_SIDE = 48
LONGEST_SHAPE = 12  # a picture longer than this many times its width is a strip, and no result
_FORMATS = ("PNG", "JPEG", "WEBP")


class UndecodableError(ValueError):
    """`str(error)` is one sentence for the person who sent the picture."""


@dataclass(frozen=True, slots=True)
class Decoded:
    pixels: Pixels
    scale: float  # working pixels per pixel sent, 0 < scale <= 1
    note: str | None = None  # one sentence, where something of the picture was left out


def decode(data: bytes) -> Decoded:
    """Upright BGR pixels of a PNG, JPEG or WebP, WORKING_PIXELS at most. Raises UndecodableError, or
    MemoryError."""
    if not data:
        raise UndecodableError("The file is empty: it did not arrive whole, please send it again.")
    if len(data) > MAX_BYTES:
        raise UndecodableError(f"The file is larger than {MAX_BYTES // 1_000_000} MB: please send a smaller one.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of bombs it would still unpack: the cap below decides
            return _decode(data)
    except (UndecodableError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except UnidentifiedImageError:
        raise UndecodableError("This is not a PNG, JPEG or WebP picture.") from None
    except Exception:  # noqa: BLE001 — decoders raise whatever they like on broken files
        raise UndecodableError("The picture is damaged or did not arrive whole: please send it again.") from None


def _decode(data: bytes) -> Decoded:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise _too_large()
        if min(width, height) < SMALLEST_SIDE or max(width, height) > LONGEST_SHAPE * min(width, height):
            raise UndecodableError(f"A picture of {width} x {height} pixels cannot show a result.")
        note = None
        if getattr(image, "n_frames", 1) > 1:
            note = "The picture is animated: only its first frame was read."
            image.seek(0)
        scale = min(1.0, (WORKING_PIXELS / (width * height)) ** 0.5)
        if image.format == "JPEG" and scale < 1:
            image.draft("RGB", (round(width * scale), round(height * scale)))  # unpacks no more than is needed
        image.load()
        ImageOps.exif_transpose(image, in_place=True)  # a picture that stands upright is not copied
        upright = image.size
        flat = _on_grey(_eight_bits(image))
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    if (upright[0] < upright[1]) != (width < height):
        target = (target[1], target[0])
    if flat.size != target:
        flat = flat.resize(target, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    return Decoded(np.asarray(cv2.cvtColor(np.asarray(flat, np.uint8), cv2.COLOR_RGB2BGR), np.uint8), scale, note)


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys are scaled down; Pillow would cut them off at 255."""
    if image.mode.startswith("I") or image.mode == "F":
        levels = np.asarray(image, np.float64)
        top = 65535.0 if levels.max(initial=0) > 255 else 255.0
        return Image.fromarray((levels * (255.0 / top)).clip(0, 255).astype(np.uint8))
    return image


def _on_grey(image: Image.Image) -> Image.Image:
    """RGB; what shows through a transparent picture is the dark grey of the chat it was posted in."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        whole = image.convert("RGBA")
        ground = Image.new("RGBA", whole.size, (49, 51, 56, 255))
        return Image.alpha_composite(ground, whole).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _too_large() -> UndecodableError:
    return UndecodableError(
        f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels: please send a smaller one."
    )
