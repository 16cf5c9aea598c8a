"""The words of a picture sorted for a table: numbers that stand in columns, and phrases of the other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from ocr.layouts import table_ink
from ocr.layouts.boxes import around, middle_y, right
from ocr.layouts.found import Box
from ocr.layouts.table_columns import Column, find_columns
from ocr.layouts.words import Word
from ocr.readers import Pixels

_WIDEST = 1.7  # of a column's usual number: beyond it a box holds more than the number
_WITH_TAIL = re.compile(
    r"[#(]?(?P<digits>\d{1,4})(?:点|p|pts?|[.,]|(?<=\d{3})(?P<fine>\(?[-–—−]\d{1,3}\)?))", re.IGNORECASE
)
_HIGHEST = 999  # number in a column; larger ones are years and totals
_MANY = 6  # numbers from which the usual width of a digit is known
_STRETCHED = 1.8  # of the width that a number's digits take: it holds something else too
_ALIGNED_ENDS = 0.35  # of a text height: how far apart the ends of numbers under one another lie
_CHANCE = 3  # numbers within names that may stand under one another by chance


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers; `values` are those that could be read at once."""

    column: Column
    values: dict[Box, int] = field(compare=False)

    def at(self, y: float, reach: float) -> Box | None:
        return self.column.at(y, reach)

    def value_at(self, y: float, reach: float) -> int | None:
        box = self.column.at(y, reach)
        return self.values.get(box) if box is not None else None

    @property
    def left(self) -> int:
        """Where its widest number begins; boxes that took something else with them do not count."""
        usual = median(box.width for box in self.column.boxes)
        return min(box.x for box in self.column.boxes if box.width <= _WIDEST * usual)

    @property
    def right(self) -> int:
        """Where they end; as with `left`, and a side's total over its scores may be larger as well."""
        usual = median(box.width for box in self.column.boxes)
        return max(right(box) for box in self.column.boxes if box.width <= _WIDEST * usual)

    @property
    def height(self) -> float:
        return self.column.height


@dataclass(frozen=True, slots=True)
class Pieces:
    """The words of a picture sorted by what they can be: numbers in columns, and phrases of other words."""

    numbers: tuple[Numbers, ...]
    phrases: tuple[Word, ...]
    words: tuple[Word, ...]
    columns: tuple[Column, ...]  # of phrases: names, tags, averages


def sort_words(pixels: Pixels, words: Sequence[Word]) -> Pieces:
    """Numbers that stand in columns are taken off the words they share a box with: a place, a score."""
    words = _narrowed([part for word in words for part in _parted(pixels, word)])
    values: dict[Box, int] = {}
    for word in words:
        value = word.value if word.value is not None else word.rank
        if value is not None and value <= _HIGHEST:
            values[word.box] = value
    alone = {word.box for word in words if word.alone}
    twice = {box for box in values if box not in alone and any(_covered(box, other) for other in alone & values.keys())}
    values = {box: value for box, value in values.items() if box not in twice}
    numbers = [
        Numbers(column, {box: values[box] for box in column.boxes})
        for column in find_columns(sorted(values, key=lambda box: (box.y, box.x)))
    ]
    # A number inside a name is in no column; three names that hold one each are.
    numbers = [one for one in numbers if len(one.values) > _CHANCE or any(box in alone for box in one.values)]
    numbers = [one for one in numbers if not are_pictures(pixels, one.column.boxes)]  # flags read as digits
    taken = {box for one in numbers for box in one.values}
    phrases: list[Word] = []
    for line in _boxes(words):
        runs: list[list[Word]] = [[]]
        for word in line:
            if word.box in twice or (word.box in taken and not word.alone):
                runs.append([])
            else:
                runs[-1].append(word)
        phrases += [_phrase(run) for run in runs if run]
    loose = [phrase.box for phrase in phrases if phrase.box not in taken]
    return Pieces(tuple(numbers), tuple(phrases), tuple(words), tuple(find_columns(loose)))


def _parted(pixels: Pixels, word: Word) -> list[Word]:
    """`120点` less its unit, which a reader of digits would take for one; `440-20` as a total and what it lost."""
    found = _WITH_TAIL.fullmatch(word.text)
    if found is None:
        return [word]
    box = table_ink.first_letters(pixels, word.box, len(found["digits"]))
    if box == word.box:
        return [word]
    number = Word(box, found["digits"], word.confidence, word.alone)
    if not found["fine"]:
        return [number]
    rest = Box(right(box), box.y, right(word.box) - right(box), box.height)
    return [number, Word(rest, found["fine"], word.confidence, word.alone)]


def _narrowed(words: Sequence[Word]) -> list[Word]:
    """Words whose numbers' boxes hold letters besides that were not read: Cyrillic, which the network does not know.

    Such a number keeps the end of its box that lies under or over the ends of other numbers.
    """
    numbers = [word for word in words if word.value is not None and len(word.text) > 1]
    if len(numbers) < _MANY:
        return list(words)
    digit = median(word.box.width / (len(word.text) * word.box.height) for word in numbers)
    out = []
    for word in words:
        usual = digit * len(word.text) * word.box.height
        if word.value is None or len(word.text) < 2 or word.box.width < _STRETCHED * usual + 0.3 * word.box.height:
            out.append(word)
            continue
        reach, wide = _ALIGNED_ENDS * word.box.height, round(1.1 * usual)
        others = [other.box for other in numbers if other is not word]
        if any(abs(right(other) - right(word.box)) < reach for other in others):
            box = Box(right(word.box) - wide, word.box.y, wide, word.box.height)
            out.append(Word(box, word.text, word.confidence, alone=True))
        elif any(abs(other.x - word.box.x) < reach for other in others):
            out.append(
                Word(Box(word.box.x, word.box.y, wide, word.box.height), word.text, word.confidence, alone=False)
            )
        else:
            out.append(word)
    return out


def _covered(box: Box, other: Box) -> bool:
    """Whether a number at the end of a box is one that has a box of its own besides."""
    shared = min(right(box), right(other)) - max(box.x, other.x)
    return shared > 0.5 * box.width and abs(middle_y(box) - middle_y(other)) < 0.4 * other.height


def _boxes(words: Sequence[Word]) -> list[list[Word]]:
    """The words of one box of the detector's together, from left to right."""
    lines: list[list[Word]] = []
    for word in words:
        before = lines[-1][-1] if lines else None
        if before is not None and not word.alone and not before.alone and _follows(before.box, word.box):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _follows(before: Box, after: Box) -> bool:
    return (before.y, before.height) == (after.y, after.height) and after.x >= before.x


def _phrase(words: Sequence[Word]) -> Word:
    text, sure = " ".join(word.text for word in words), min(word.confidence for word in words)
    return Word(around(word.box for word in words), text, sure, alone=True)


def are_pictures(pixels: Pixels, boxes: Sequence[Box]) -> bool:
    return sum(table_ink.is_picture(pixels, box) for box in boxes) >= 0.6 * len(boxes)
