"""Rows in running text: lines that end in a number, as messages, embeds and code blocks have them.

`Kestrl — 109`, `3. Kestrl: 109`, `Kestrl (7) ..... 44 (-10)`: such numbers stand under one another by chance only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ocr import texts
from ocr.layouts import table_ink
from ocr.layouts.boxes import around, middle_y, right
from ocr.layouts.found import Box, FoundRow
from ocr.layouts.table_columns import Column, pitch_of
from ocr.layouts.table_panels import Panel
from ocr.layouts.table_pieces import Numbers
from ocr.layouts.table_roles import Roles
from ocr.layouts.table_rows import PanelRow
from ocr.layouts.words import Word
from ocr.readers import Pixels

_BETWEEN = r"\-‐-―−一ー:=|.…·•・→>~_"  # what stands between a name and its number
_SEPARATOR = re.compile(rf"[{_BETWEEN}]+")
_GLUED = re.compile(rf"(?P<before>.*?)[{_BETWEEN}]+(?P<digits>\d{{1,4}})")
_STUCK = re.compile(r"(?<=\D)\d{2,3}$")
_LEADING = re.compile(r"(?P<digits>\d{1,4})(?P<dash>[-‐–−—:|]*)(?P<after>.*)")
_UNIT = re.compile(r"(?:p|pts?|points?|点)\.?", re.IGNORECASE)
_TAIL = re.compile(r"\([^)]*\)?|[^(]*\)")
_LEVEL = 0.5  # of a text height: how far apart the centres of one line's words may lie
_BREAK, _APART = 0.6, 2.5  # of a text height: the least space between two texts beside one another, and a clear one
_FLUSH = 1.6  # of a text height: how far apart lines of one block may begin
_SETTLED = 0.6  # the same for the ends of names that are set flush right
_ALIKE = 0.7  # the lower of two text heights over the higher, within one block
_TORN = 6.5  # of the pitch: lines farther apart are two blocks
_FEWEST = 3
_RANKED = 0.6  # share of the lines that must begin with a place
_DISTINCT = 0.5  # share of the lines' names that differ
_CROWDED = 0.3  # share of the lines that may have a number in their name
_HIGHEST = 9999


@dataclass(frozen=True, slots=True)
class _Ended:
    """One line that ends in a number."""

    name: Box
    score: Box
    value: int
    place: Box | None
    penalty: Box | None
    text: str  # of the name
    crowded: bool  # with another number between the name and this one: columns of a table

    @property
    def start(self) -> int:
        return min(self.score.x, self.place.x if self.place else self.name.x)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one another, in the form that columns of a table have."""

    panel: Panel
    roles: Roles
    rows: list[PanelRow]
    words: list[Word]  # what stands on the picture besides the scores


def find_blocks(pixels: Pixels, words: Sequence[Word]) -> list[Block]:
    """The blocks of at least three lines that end in a number, or begin with one, from left to right."""
    segments = list(_segments(words))
    runs = _runs(max((_all_ended(pixels, segments), _all_led(pixels, segments)), key=len))
    if not runs:
        return []
    starts = [median(line.start for line in run) for run in runs]
    segments = [part for segment in segments for part in _parted(segment, starts)]  # now that it is known where to cut
    runs = _runs(max((_all_ended(pixels, segments, starts), _all_led(pixels, segments)), key=len))
    nameless = [word for segment in segments if (word := _lone(segment)) is not None]
    blocks = [sorted([*run, *_unread(pixels, run, nameless)], key=lambda line: line.score.y) for run in runs]
    return [_block(pixels, block, words) for block in sorted(blocks, key=lambda block: block[0].start)]


def _all_ended(pixels: Pixels, segments: Sequence[Sequence[Word]], starts: Sequence[float] = ()) -> list[_Ended]:
    return [line for segment in segments if (line := _ended(pixels, segment, starts)) is not None]


def _all_led(pixels: Pixels, segments: Sequence[Sequence[Word]]) -> list[_Ended]:
    return [line for segment in segments if (line := _led(pixels, segment)) is not None]


def _runs(lines: Sequence[_Ended]) -> list[list[_Ended]]:
    """The lines by blocks, the largest first: those of one block begin or end under one another."""
    left, runs = list(lines), []
    while left:
        mates = max(
            ([line for line in left if goes(line, first)] for first in left for goes in (_begins_with, _ends_with)),
            key=len,
        )
        left = [line for line in left if line not in mates]
        run = _together(mates)
        if len(run) >= _FEWEST and _are_players(run):
            runs.append(run)
    return runs


def _parted(line: Sequence[Word], starts: Sequence[float]) -> Iterator[list[Word]]:
    """The line parted where a word stands apart and under the beginnings of another block."""
    part: list[Word] = []
    for word in line:
        apart = bool(part) and word.box.x - right(part[-1].box) > _BREAK * word.box.height
        if apart and any(abs(word.box.x - start) < _SETTLED * word.box.height for start in starts):
            yield part
            part = []
        part.append(word)
    yield part


def _are_players(run: Sequence[_Ended]) -> bool:
    """Whether the lines may be names with their scores: names differ, and have seldom other numbers behind them."""
    several = len({line.text for line in run}) >= _DISTINCT * len(run)
    return several and sum(line.crowded for line in run) <= _CROWDED * len(run)


def _unread(pixels: Pixels, run: Sequence[_Ended], numbers: Sequence[Word]) -> list[_Ended]:
    """Lines of which the number alone was read: their names are in a script that the network does not know."""
    ys = [middle_y(line.name) for line in run]
    pitch, start = pitch_of(ys), round(median(line.name.x for line in run))
    left, end = min(line.score.x for line in run), max(right(line.score) for line in run)
    out = []
    for word in numbers:
        digits, y = _number(word), middle_y(word.box)
        score = word.box if word.value is not None else table_ink.part_at_end(pixels, word.box, len(digits))[1]
        near = ys[0] - 1.5 * pitch < y < ys[-1] + 1.5 * pitch and all(abs(y - other) > 0.6 * pitch for other in ys)
        name = Box(start, score.y, score.x - start, score.height)
        if near and left - pitch < score.x < right(score) < end + pitch and table_ink.has_letter(pixels, name):
            out.append(_Ended(name, score, int(digits), None, None, "", crowded=False))
    return out


def _segments(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Every line of every text, parted where another text begins beside it."""
    left = sorted(words, key=lambda word: middle_y(word.box))
    while left:
        first = left[0]
        level = [
            word
            for word in left
            if abs(middle_y(word.box) - middle_y(first.box)) < _LEVEL * min(word.box.height, first.box.height)
        ]
        left = [word for word in left if word not in level]
        line: list[Word] = []
        for word in sorted(level, key=lambda word: word.box.x):
            gap = (word.box.x - right(line[-1].box)) / word.box.height if line else 0.0
            begins = gap > _APART or (gap > _BREAK and word.wordy and not _UNIT.fullmatch(word.text))
            if begins and _is_full(line):
                yield line
                line = []
            line.append(word)
        yield line


def _stuck(text: str) -> str:
    found = _STUCK.search(text)
    return found[0] if found else ""


def _is_full(line: Sequence[Word]) -> bool:
    """Whether a line has something and, behind it, its number: what stands beside it is another text."""
    for words in (line, line[:-1] if len(line) > 1 and _is_tail(line) else ()):
        if words and _number(words[-1]):
            found = _GLUED.fullmatch(words[-1].text)
            return len(words) > 1 or bool(found and any(map(str.isalpha, found["before"])))
    return False


def _number(word: Word) -> str:
    """The digits that a word is, or ends in behind a dash; empty without."""
    if word.value is not None and not word.text.startswith("("):
        return "".join(char for char in word.text if char.isdigit())
    found = _GLUED.fullmatch(word.text)
    return found["digits"] if found else ""


def _lone(line: Sequence[Word]) -> Word | None:
    """The number of a line that has nothing else but what stands before numbers."""
    words = list(line)
    while len(words) > 1 and _is_tail(words):
        words.pop()
    *before, last = words
    return last if _number(last) and all(_SEPARATOR.fullmatch(word.text) for word in before) else None


def _ended(pixels: Pixels, line: Sequence[Word], starts: Sequence[float] = ()) -> _Ended | None:
    """The line taken apart; where blocks are known to begin, a name may touch its number: `コーラ★76`."""
    if texts.is_title(" ".join(word.text for word in line)) or any(
        texts.speaks_of_penalty(word.text) for word in line[:1]
    ):
        return None
    words = list(line)
    penalty: Box | None = None
    while len(words) > 1 and _is_tail(words):
        last = words.pop()
        penalty = last.box if texts.penalty(last.text) else penalty
    digits = _number(words[-1]) if words else ""
    if not digits and any(abs(line[0].box.x - start) < _SETTLED * line[0].box.height for start in starts):
        digits = _stuck(words[-1].text)
    if not digits or int(digits) > _HIGHEST:
        return None
    last = words.pop()
    score, rest = last.box, None
    if last.value is None or not last.text[-1:].isdigit():
        name, score = table_ink.part_at_end(pixels, last.box, len(digits))
        rest = name if not _SEPARATOR.fullmatch(last.text[: -len(digits)]) else None
    elif not last.alone:
        score = table_ink.uncut(pixels, score, len(digits))
    while words and _SEPARATOR.fullmatch(words[-1].text):
        words.pop()
    place = words[0].box if words and words[0].rank is not None and (len(words) > 1 or rest) else None
    named = [word.box for word in words if word.box != place] + ([rest] if rest else [])
    if not named or not any(any(map(str.isalnum, word.text)) for word in [*words, *([last] if rest else [])]):
        return None
    crowded = any(word.text.isdigit() or word.is_figure for word in words[1:] if word.box != place)
    said = " ".join(word.text for word in [*words, *([last] if rest else [])])
    return _Ended(around(named), score, int(digits), place, penalty, said, crowded)


def _led(pixels: Pixels, line: Sequence[Word]) -> _Ended | None:
    """`109 - Kestrl`: a line that begins with its number and a dash."""
    first, *words = line
    if words and first.text.isdigit() and words[0].text.isdigit() and _touch(first.box, words[0].box):
        second = words.pop(0)  # digits that stand wide apart
        first = Word(around([first.box, second.box]), first.text + second.text, first.confidence, alone=False)
    found = _LEADING.fullmatch(first.text)
    if found is None or texts.is_title(" ".join(word.text for word in line)):
        return None
    if not found["dash"] and not (words and _SEPARATOR.fullmatch(words[0].text)):
        return None
    while words and _SEPARATOR.fullmatch(words[0].text):
        words.pop(0)
    while len(words) > 1 and _is_tail(words):
        words.pop()
    score = table_ink.first_letters(pixels, first.box, len(found["digits"])) if found["dash"] else first.box
    named = [word.box for word in words]
    if found["after"]:
        named.append(Box(right(score), score.y, right(first.box) - right(score), score.height))
    said = found["after"] + " ".join(word.text for word in words)
    return _Ended(around(named), score, int(found["digits"]), None, None, said, crowded=False) if named else None


def _touch(box: Box, other: Box) -> bool:
    return other.x - right(box) < _BREAK * box.height


def _is_tail(words: Sequence[Word]) -> bool:
    """Whether the last word stands behind a line's number: a unit, a penalty, something in brackets."""
    *_, before, last = words
    fined = last.taken is not None and bool(_number(before))  # `- 98` is a score behind a dash
    return fined or _TAIL.fullmatch(last.text) is not None or _UNIT.fullmatch(last.text) is not None


def _begins_with(line: _Ended, first: _Ended) -> bool:
    return abs(line.start - first.start) < _FLUSH * first.name.height and _is_alike(line, first)


def _ends_with(line: _Ended, first: _Ended) -> bool:
    off = abs(right(line.name) - right(first.name))
    return off < _SETTLED * first.name.height and _is_alike(line, first)


def _is_alike(line: _Ended, first: _Ended) -> bool:
    tall, low = max(line.name.height, first.name.height), min(line.name.height, first.name.height)
    return low >= _ALIKE * tall


def _together(lines: Sequence[_Ended]) -> list[_Ended]:
    """The longest run of lines without a wide hole."""
    ordered = sorted(lines, key=lambda line: middle_y(line.name))
    if len(ordered) < _FEWEST:
        return []
    pitch = pitch_of([middle_y(line.name) for line in ordered])
    runs: list[list[_Ended]] = [[]]
    for line in ordered:
        if runs[-1] and middle_y(line.name) - middle_y(runs[-1][-1].name) > _TORN * pitch:
            runs.append([])
        runs[-1].append(line)
    return max(runs, key=len)


def _block(pixels: Pixels, lines: Sequence[_Ended], words: Sequence[Word]) -> Block:
    ys = [middle_y(line.name) for line in lines]
    pitch = pitch_of(ys)
    placed = sum(line.place is not None for line in lines) >= _RANKED * len(lines)
    scores = Numbers(Column(tuple(line.score for line in lines)), {line.score: line.value for line in lines})
    panel = Panel(Column(tuple(line.name for line in lines)), (scores,), tuple(ys), pitch)
    rows = []
    for y, line in zip(ys, lines, strict=True):
        name = line.name if placed or line.place is None else around([line.place, line.name])
        start, end = min(line.start, name.x), max(right(line.score), right(name))
        bar = Box(start, round(y - pitch / 2), end - start, round(pitch))
        cells = FoundRow(
            bar=table_ink.clip(bar, pixels),
            name=table_ink.clip(name, pixels),
            score=table_ink.clip(line.score, pixels),
            place=line.place if placed else None,
            penalty=line.penalty,
            partial=table_ink.touches(pixels, line.score),
        )
        rows.append(PanelRow(y, line.value, cells))
    others = [
        word
        for word in words
        if not any(_shares(word.box, line.score) for line in lines) and not _SEPARATOR.fullmatch(word.text)
    ]
    return Block(panel, Roles(scores), rows, others)


def _shares(box: Box, score: Box) -> bool:
    """Whether a word's box holds a score."""
    middle = score.x + score.width / 2
    return box.x <= middle <= right(box) and abs(middle_y(box) - middle_y(score)) < _LEVEL * score.height
