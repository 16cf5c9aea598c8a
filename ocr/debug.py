"""A picture of what was seen: rows and cells on the image, both readings beside them, doubts in words."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.read import Trace
from ocr.readers import CellKind, CellReading, Text
from ocr.reading import Reading

_COLOURS = {
    CellKind.NAME: (90, 200, 250),
    CellKind.NUMBER: (90, 220, 90),
    CellKind.PLUS: (240, 200, 60),
    CellKind.PLACE: (220, 120, 240),
    CellKind.TEXT: (250, 250, 250),
}
_ROW = (255, 80, 80)
_PANEL = 560  # pixels at the right for the texts
_LINE = 17
_FONT = 14


def draw_debug(trace: Trace, reading: Reading) -> bytes:
    """PNG bytes: the picture with its cells at the left, what the readers made of them at the right."""
    pixels = trace.pixels if trace.pixels is not None else np.zeros((200, 320, 3), np.uint8)
    lines = list(_lines(trace, reading))
    height = max(pixels.shape[0], (len(lines) + 2) * _LINE)
    sheet = Image.new("RGB", (pixels.shape[1] + _PANEL, height), (24, 24, 28))
    sheet.paste(Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])), (0, 0))
    pen = ImageDraw.Draw(sheet)
    if trace.chosen is not None:
        for side in trace.chosen.sides:
            for row in side.rows:
                bar = row.bar
                pen.rectangle((bar.x, bar.y, bar.x + bar.width, bar.y + bar.height), outline=_ROW)
    for placed in trace.cells:
        box = placed.box
        colour = _COLOURS[placed.cell.kind]
        pen.rectangle((box.x, box.y, box.x + box.width, box.y + box.height), outline=colour, width=2)
    font = ImageFont.load_default(_FONT)
    for index, (text, colour) in enumerate(lines):
        pen.text((pixels.shape[1] + 10, _LINE * (index + 1)), text, fill=colour, font=font)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _lines(trace: Trace, reading: Reading) -> Iterable[tuple[str, tuple[int, int, int]]]:
    yield f"{reading.status} {reading.layout} {reading.seconds:.2f} s", (255, 255, 255)
    if reading.reason:
        yield reading.reason, _ROW
    yield "proposals: " + ", ".join(f"{f.layout} {f.fit:.2f}" for f in trace.proposals), (180, 180, 180)
    for placed, both in zip(trace.cells, trace.readings, strict=True):
        yield _both(placed.cell.kind, both), _COLOURS[placed.cell.kind]
    for side in reading.sides:
        for row in side.rows:
            for doubt in row.doubts:
                yield f"{row.name}: {doubt}", _ROW
        for doubt in side.doubts:
            yield doubt, _ROW
    for check in reading.checks:
        yield f"{'ok' if check.ok else 'FAILS'} {check.check}: {check.got} of {check.expected}", (200, 200, 200)


def _both(kind: CellKind, both: CellReading) -> str:
    looks = " / ".join(_seen(look) for look in (both.neural, both.large, both.neural_ink) if look)
    others = "  |  ".join(_seen(other) for other in (both.tesseract, both.segments) if other)
    return f"{kind:7} {looks}  |  {others or '-'}"


def _seen(text: Text) -> str:
    return f"{text.text} ({text.confidence:.2f})"
