from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from ocr import decode as decoding
from ocr.decode import UndecodableError, decode


def picture(width: int = 320, height: int = 200, *, mode: str = "RGB", form: str = "PNG", **save) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), save.pop("colour", 0)).save(out, form, **save)
    return out.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose data is a few bytes: a decompression bomb as it is sent."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_three_formats(form: str) -> None:
    colour = (200, 100, 50)
    found = decode(picture(form=form, colour=colour))
    assert found.pixels.shape == (200, 320, 3)
    assert found.pixels.dtype == np.uint8
    assert np.abs(found.pixels[100, 100].astype(int) - (50, 100, 200)).max() < 12  # BGR


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"hello, this is text", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a PNG|damaged"),
        (picture()[:-40], "damaged"),
        (picture(form="JPEG", colour=(9, 99, 200))[:400], "damaged|not a PNG"),
        (picture(form="BMP"), "not a PNG"),
        (picture(form="GIF", mode="P"), "not a PNG"),
        (b"\x89PNG\r\n\x1a\n" + picture(form="JPEG"), "not a PNG|damaged"),
        (png_of_size(20000, 20000), "million pixels"),
        (png_of_size(60000, 60000), "million pixels"),
        (png_of_size(320, 200), "damaged"),
        (picture(3000, 20), "3000 x 20"),
        (picture(10, 10), "10 x 10"),
        (b"\0" * (decoding.MAX_BYTES + 1), "larger than"),
    ],
)
def test_refusals_say_what_is_wrong(data: bytes, says: str) -> None:
    with pytest.raises(UndecodableError, match=says) as caught:
        decode(data)
    assert str(caught.value).endswith(".")


def test_strip_of_20000_by_20_is_refused_quickly() -> None:
    start = time.monotonic()
    with pytest.raises(UndecodableError, match="20000 x 20"):
        decode(picture(20000, 20))
    assert time.monotonic() - start < 1


def test_lie_about_the_type_does_not_matter() -> None:
    """Only the bytes count: nobody is asked what the file is called."""
    assert decode(picture(form="WEBP")).pixels.shape == (200, 320, 3)


def test_animated_picture_gives_its_first_frame_and_a_note() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (100, 100), colour) for colour in ((255, 0, 0), (0, 255, 0))]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    found = decode(out.getvalue())
    assert found.note is not None
    assert "first frame" in found.note
    assert tuple(found.pixels[50, 50]) == (0, 0, 255)


def test_camera_orientation_is_undone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = decode(picture(320, 200, form="JPEG", exif=exif.tobytes()))
    assert found.pixels.shape == (320, 200, 3)


def test_transparent_picture_lies_on_the_chat_it_was_posted_in() -> None:
    found = decode(picture(mode="RGBA", colour=(255, 255, 255, 0)))
    assert found.pixels[10, 10].max() < 80


def test_sixteen_bit_greys_keep_their_range() -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((100, 120), 40000, np.uint16)).save(out, "PNG")
    assert abs(int(decode(out.getvalue()).pixels[50, 50, 0]) - 40000 // 257) <= 2


def test_palette_with_transparency() -> None:
    image = Image.new("P", (100, 100), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    assert tuple(decode(out.getvalue()).pixels[50, 50]) == (0, 255, 0)


def test_giant_picture_is_brought_down_to_a_working_scale() -> None:
    found = decode(picture(7680, 4320, form="JPEG"))
    height, width = found.pixels.shape[:2]
    assert width * height <= decoding.WORKING_PIXELS * 1.01
    assert abs(width / height - 16 / 9) < 0.01
    assert found.scale == pytest.approx(width / 7680, rel=0.01)
