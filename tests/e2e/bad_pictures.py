"""Files that somebody might post, none of which shows a result; made here, byte by byte where a tool would refuse."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw


def encoded(image: Image.Image, form: str, *, frames: int = 1) -> bytes:
    out = io.BytesIO()
    if frames == 1:
        image.save(out, form)
    else:
        # Frames that differ, or the encoder makes one of them.
        others = [Image.new("RGB", image.size, (40 * number, 90, 20)) for number in range(1, frames)]
        image.save(out, form, save_all=True, append_images=others)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes, whole and valid, that unpacks to width x height pixels of black (a bit each)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    row = bytes(1 + -(-width // 8))
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def table_of_another_game() -> bytes:
    """Names with kills, deaths and ratings: rows and numbers, and no war."""
    image = Image.new("RGB", (900, 520), (18, 20, 28))
    draw = ImageDraw.Draw(image)
    draw.text((40, 20), "RANK  PLAYER          KILLS   DEATHS   RATING", fill="white", font_size=24)
    for row in range(10):
        text = f"{row + 1:<6}Soldier{row:<10}{31 - row:<9}{12 + row:<9}{2841 - 37 * row}"
        draw.text((40, 70 + 42 * row), text, fill=(210, 210, 210), font_size=24)
    return encoded(image, "PNG")


BLACK = Image.new("RGB", (1280, 720))
WHOLE = encoded(Image.effect_noise((640, 360), 60).convert("RGB"), "PNG")

# (file name, bytes, a part of the answer, which for the last may say more or less closely what it shows)
BAD_PICTURES: tuple[tuple[str, bytes, str], ...] = (
    ("words.png", b"These are words.", "no PNG, JPEG or WebP"),
    ("empty.png", b"", "empty"),
    ("moving.gif", encoded(BLACK, "GIF", frames=3), "no PNG, JPEG or WebP"),
    ("truncated.png", WHOLE[: len(WHOLE) // 2], "damaged"),
    ("truncated.jpg", encoded(Image.open(io.BytesIO(WHOLE)), "JPEG")[:900], "damaged"),
    ("header.webp", encoded(BLACK, "WEBP")[:20], "damaged"),
    ("lie.png", encoded(BLACK, "JPEG"), "not look like a result"),
    ("moving.webp", encoded(BLACK, "WEBP", frames=3), "not look like a result"),
    ("moving.png", encoded(BLACK, "PNG", frames=3), "not look like a result"),
    ("huge.png", WHOLE[:8] + bytes(50 * 2**20), "50 MB; pictures of up to 25 MB"),
    ("square.png", bomb(20_000, 20_000), "million pixels"),
    ("strip.png", bomb(20_000, 20), "20000 x 20"),
    ("black.png", encoded(BLACK, "PNG"), "not look like a result"),
    ("othergame.png", table_of_another_game(), "more than a race gives"),
)
