"""The second reader, Tesseract: all cells of a picture stacked into one strip, read in one call.

Its library is asked inside this process where the machine has both the library (the wheel tesserocr) and the
program's data; a call costs a tenth of what starting the program does. Otherwise the program is asked by pytesseract.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytesseract
from PIL import Image

from ocr.ink import paper
from ocr.readers import Cell, Text
from ocr.tones import Grey

try:  # there are no wheels of it for every machine
    import tesserocr
except ImportError:  # pragma: no cover
    tesserocr = None
if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

# The operator's own, where it is not on the PATH; processes inherit it.
pytesseract.pytesseract.tesseract_cmd = os.environ.get("TESSERACT_CMD") or "tesseract"
os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for one another: more of them are slower

_LINE = 40  # pixels a cell is high on the strip
_GAP = 22  # white between two cells
_SIDE = 24
_DOTS = 70  # an inch: what Tesseract takes a picture for that does not say
_SCRIPTS = ("eng", "rus", "ell")  # the neural reader knows Latin, kana and kanji, but neither Cyrillic nor Greek well
_CONFIG = "--oem 1 --psm 6"  # the network of Tesseract, a block of lines


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: int  # pixels of the strip, as the next two
    top: int
    bottom: int
    confidence: float  # 0..1


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
    Not thread-safe.
    """
    if not cells or not tesseract_here():
        return [None] * len(cells)
    strip = _strip([paper(cell.pixels, _LINE) for cell in cells])
    library = library_of(languages)
    if library is None:
        words = _program_words(strip, alphabet, languages, deadline)
    else:
        words = _library_words(library, strip, alphabet, deadline)
    lines: list[list[_Word]] = [[] for _ in cells]
    for word in words:
        index = int(((word.top + word.bottom) / 2 - _GAP / 2) // (_LINE + _GAP))
        if word.text and 0 <= index < len(cells):
            lines[index].append(word)
    return [_joined(line) for line in lines]


@functools.cache
def library_of(languages: str) -> PyTessBaseAPI | None:
    """The library with these languages loaded, kept while the process lives; None where the program must be asked."""
    folder = _data_folder()
    if tesserocr is None or folder is None:
        return None
    try:
        return tesserocr.PyTessBaseAPI(
            path=folder, lang=languages, oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.SINGLE_BLOCK
        )
    except RuntimeError:  # data that this library does not know
        return None


@functools.cache
def _data_folder() -> str | None:
    """Where the program has what it was taught, as it says itself; older ones do not."""
    command = [pytesseract.pytesseract.tesseract_cmd, "--list-langs"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    folder = re.search(r'"(.+)"', said)
    return folder[1] if folder else None


def _library_words(library: PyTessBaseAPI, strip: Grey, alphabet: str | None, deadline: float) -> list[_Word]:
    library.SetVariable("tessedit_char_whitelist", alphabet or "")
    library.SetImage(Image.fromarray(strip))
    library.SetSourceResolution(_DOTS)
    try:
        if not library.Recognize(round(deadline * 1000)):
            return []
        return list(_every_word(library))
    finally:
        library.Clear()


def _every_word(library: PyTessBaseAPI) -> Iterator[_Word]:
    level, words = tesserocr.RIL.WORD, library.GetIterator()
    if words is None:
        return
    for word in tesserocr.iterate_level(words, level):
        box = word.BoundingBox(level)
        if box is not None:  # a page without a word has one all the same, which is nowhere
            left, top, _, bottom = box
            yield _Word(word.GetUTF8Text(level).strip(), left, top, bottom, word.Confidence(level) / 100)


def _program_words(strip: Grey, alphabet: str | None, languages: str, deadline: float) -> list[_Word]:
    config = f"{_CONFIG} -c tessedit_char_whitelist={alphabet}" if alphabet else _CONFIG
    try:
        said = pytesseract.image_to_data(
            strip, lang=languages, config=config, timeout=deadline, output_type=pytesseract.Output.DICT
        )
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return []
    columns = (said[name] for name in ("text", "left", "top", "height", "conf"))
    return [
        _Word(str(text).strip(), int(left), int(top), int(top) + int(height), float(sure) / 100)
        for text, left, top, height, sure in zip(*columns, strict=True)
    ]


def _joined(words: Sequence[_Word]) -> Text | None:
    if not words:
        return None
    words = sorted(words, key=lambda word: (word.left, word.text))
    return Text(" ".join(word.text for word in words), max(0.0, min(word.confidence for word in words)))


def _strip(lines: Sequence[Grey]) -> Grey:
    width = max(line.shape[1] for line in lines) + 2 * _SIDE
    strip = np.full((len(lines) * (_LINE + _GAP) + _GAP, width), 255, np.uint8)
    for index, line in enumerate(lines):
        top = _GAP + index * (_LINE + _GAP)
        strip[top : top + _LINE, _SIDE : _SIDE + line.shape[1]] = line
    return strip
