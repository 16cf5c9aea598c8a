"""Tesseract through pytesseract: all cells of a picture stacked into one strip, read in one call."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Sequence

import numpy as np
import pytesseract

from ocr.ink import paper
from ocr.readers import Cell, Text
from ocr.tones import Grey

# The operator's own, where it is not on the PATH; processes inherit it.
pytesseract.pytesseract.tesseract_cmd = os.environ.get("TESSERACT_CMD") or "tesseract"
os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for one another: more of them are slower

_LINE = 40  # pixels a cell is high on the strip
_GAP = 22  # white between two cells
_SIDE = 24
_SCRIPTS = ("eng", "rus", "ell")  # the neural reader knows Latin, kana and kanji, but neither Cyrillic nor Greek well
_CONFIG = "--oem 1 --psm 6"


@functools.cache
def tesseract_here() -> bool:
    """Whether this machine has Tesseract; the neural reader goes on alone without it."""
    return shutil.which(pytesseract.pytesseract.tesseract_cmd) is not None


@functools.cache
def scripts_here() -> str:
    """The languages Tesseract has here among those players' names are written in, in its own spelling: `eng+rus`."""
    try:
        here = pytesseract.get_languages()
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return "eng"
    return "+".join(name for name in _SCRIPTS if name in here) or "eng"


def read_strip(
    cells: Sequence[Cell], *, alphabet: str | None = None, languages: str = "eng", deadline: float = 10.0
) -> list[Text | None]:
    """One text per cell, in order; None where Tesseract saw nothing, is missing, or took longer than `deadline` s.

    `alphabet` restricts the letters it may read; `languages` says in Tesseract's spelling which are looked for.
    """
    if not cells or not tesseract_here():
        return [None] * len(cells)
    lines = [paper(cell.pixels, _LINE) for cell in cells]
    config = f"{_CONFIG} -c tessedit_char_whitelist={alphabet}" if alphabet else _CONFIG
    try:
        words = pytesseract.image_to_data(
            _strip(lines), lang=languages, config=config, timeout=deadline, output_type=pytesseract.Output.DICT
        )
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return [None] * len(cells)
    found: list[list[tuple[int, str, float]]] = [[] for _ in cells]
    for text, top, high, left, sure in zip(
        words["text"], words["top"], words["height"], words["left"], words["conf"], strict=True
    ):
        index = int((top + high / 2 - _GAP / 2) // (_LINE + _GAP))
        if str(text).strip() and 0 <= index < len(cells):
            found[index].append((int(left), str(text).strip(), float(sure) / 100))
    return [_joined(line) for line in found]


def _joined(words: list[tuple[int, str, float]]) -> Text | None:
    if not words:
        return None
    words.sort()
    return Text(" ".join(text for _, text, _ in words), max(0.0, min(sure for _, _, sure in words)))


def _strip(lines: Sequence[Grey]) -> Grey:
    width = max(line.shape[1] for line in lines) + 2 * _SIDE
    strip = np.full((len(lines) * (_LINE + _GAP) + _GAP, width), 255, np.uint8)
    for index, line in enumerate(lines):
        top = _GAP + index * (_LINE + _GAP)
        strip[top : top + _LINE, _SIDE : _SIDE + line.shape[1]] = line
    return strip
