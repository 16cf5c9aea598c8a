"""The sides of one panel: its rows parted by their sums, and the total, tag and penalty drawn with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ocr import texts
from ocr.layouts import table_checks, table_ink, table_sides, table_sums
from ocr.layouts.boxes import around, bottom, middle_x, middle_y, right
from ocr.layouts.found import Box, FoundSide
from ocr.layouts.table_columns import Column, find_columns
from ocr.layouts.table_panels import Panel
from ocr.layouts.table_roles import Roles, is_header
from ocr.layouts.table_rows import PanelRow
from ocr.layouts.table_sums import Line, Loose, Sum
from ocr.layouts.words import Word
from ocr.readers import Pixels

_CLEARLY = 0.9  # of confidence: what is read so surely is no logo
_SMALLEST = 0.75  # of a score's height: the smallest total
_SAME_LINE, _TOUCHING = 0.2, 0.35  # of a text height: two boxes of one number
_MOST_DIGITS = 4
_TALLER = 1.15  # of a score's height: what is taller beside the rows is a total, read or not
_MOST = 0.7  # of the rows: a column with a number on so many of them holds no totals
_FAR = 8.0  # of the pitch: how far left of its rows or total a tag may end
_OVER = 2.6  # of the pitch: how far over its rows a tag may stand alone
_LIKE_NAMES = 0.8  # of a name's height: the smallest tag that stands over its rows


@dataclass(frozen=True, slots=True)
class Head:
    """A side and whether its rows add up to its total, as far as they were read at once."""

    side: FoundSide
    closes: bool


def find_sides(
    pixels: Pixels,
    rows: Sequence[PanelRow],
    panel: Panel,
    roles: Roles,
    words: Sequence[Word],
    numbers: Sequence[Word],
) -> list[Head]:
    """The sides from the top down. `words` are the phrases that belong to the panel, `numbers` what may be totals."""
    return _SideFinder(pixels, rows, panel, roles, words, numbers).sides()


class _SideFinder:
    def __init__(
        self,
        pixels: Pixels,
        rows: Sequence[PanelRow],
        panel: Panel,
        roles: Roles,
        words: Sequence[Word],
        numbers: Sequence[Word],
    ) -> None:
        self._pixels = pixels
        self._rows = rows
        self._pitch = panel.pitch
        self._size = roles.score.height
        self._names_height = panel.names.height
        self._left = min(row.cells.bar.x for row in rows)
        self._end = max(right(row.cells.bar) for row in rows)
        others = [one.column for one in panel.numbers if one is not roles.score]
        own = {box for one in panel.numbers for box in one.values}
        others += find_columns([word.box for word in numbers if word.box not in own])  # ratings are too large for it
        self._columns = [one for one in others if self._fills(one)]
        figures = find_columns([word.box for word in words if word.is_figure])
        changes = {box for one in figures if self._fills(one) for box in one.boxes}
        words = [word for word in words if word.box not in changes]
        self._fines = [taken for word in words if (taken := _taken(word.text))]
        self._every = words
        top = rows[0].y - 0.4 * self._pitch
        self._words = [
            word
            for word in words
            if not self._in_row(word.box)
            and not (is_header(word.text) and middle_y(word.box) < top)
            and not texts.is_title(word.text)
        ]
        titles = [word.box for word in words if texts.is_title(word.text)]
        self._numbers = [
            word
            for word in numbers
            if word.value is not None
            and word.box.height >= _SMALLEST * self._size
            and not self._in_row(word.box)
            and not any(word.box in one.boxes and self._on_line(word.box) for one in self._columns)
            and not any(_runs_through(word.box, title) for title in titles)
        ]

    def sides(self) -> list[Head]:
        lines = [Line(row.y, row.value) for row in self._rows]
        numbers = [*self._numbers, *_joined(self._numbers)]
        loose = [Loose(word.box, word.value) for word in numbers if word.value is not None]
        sums = table_sums.part(lines, self._pitch, loose, self._fines)
        tall = any(word.box.height > _TALLER * self._size and word.box.x > self._end for word in self._numbers)
        if tall and not any(side.closes for side in sums):
            sums = self._by_place()
        totals = self._evened(sums)
        return [self._head(at, sums, total) for at, total in enumerate(totals)]

    def _in_row(self, box: Box) -> bool:
        return any(
            abs(middle_y(box) - row.y) < 0.45 * self._pitch
            and row.cells.bar.x - 0.2 * self._pitch < middle_x(box) < right(row.cells.bar)
            and box.height < 1.5 * self._pitch
            for row in self._rows
        )

    def _fills(self, column: Column) -> bool:
        """Whether a column has a number on most rows: no column of totals does."""
        return sum(column.at(row.y, 0.4 * self._pitch) is not None for row in self._rows) >= _MOST * len(self._rows)

    def _on_line(self, box: Box) -> bool:
        return any(abs(middle_y(box) - row.y) < 0.4 * self._pitch for row in self._rows)

    def _by_place(self) -> list[Sum]:
        """The sides by where numbers stand beside the rows and by wider steps, where no sum closes."""
        beside = [
            word
            for word in self._numbers
            if self._rows[0].cells.bar.y < middle_y(word.box) < bottom(self._rows[-1].cells.bar)
        ]
        by_box = {word.box: word.value or 0 for word in beside}
        right_of = [box for box in by_box if box.x > self._end - 0.3 * self._pitch]
        found = table_sides.find_sides([row.y for row in self._rows], self._pitch, right_of, size=self._size)
        return [
            Sum(
                tuple(range(side.first, side.last + 1)),
                Loose(side.total, by_box.get(side.total, 0)) if side.total else None,
            )
            for side in found
        ]

    def _evened(self, sums: Sequence[Sum]) -> list[Box | None]:
        """Every side's total; one that was not boxed is looked for where the others stand beside their rows."""
        totals = [
            side.total.box if side.total else self._rows[side.head].cells.score if side.head is not None else None
            for side in sums
        ]
        beside = [
            total
            for total, side in zip(totals, sums, strict=True)
            if total and side.head is None and self._is_beside(total, side)
        ]
        if len(beside) == len(totals) or len(beside) < max(1, len(totals) / 2):
            return totals
        height = round(median(box.height for box in beside))
        left, end = min(box.x for box in beside), max(right(box) for box in beside)
        for at, side in enumerate(sums):
            if totals[at] is None:
                middle = (self._rows[side.rows[0]].y + self._rows[side.rows[-1]].y) / 2
                cell = table_ink.clip(Box(left, round(middle - height / 2), end - left, height), self._pixels)
                totals[at] = cell if table_ink.has_letter(self._pixels, cell) else None
        return totals

    def _is_beside(self, total: Box, side: Sum) -> bool:
        top, foot = self._rows[side.rows[0]], self._rows[side.rows[-1]]
        return top.y - 0.6 * self._pitch <= middle_y(total) <= foot.y + 0.6 * self._pitch

    def _head(self, at: int, sums: Sequence[Sum], total: Box | None) -> Head:
        side = sums[at]
        rows = tuple(self._rows[row].cells for row in side.rows)
        floor = bottom(self._rows[sums[at - 1].rows[-1]].cells.bar) if at else 0
        ceiling = self._rows[sums[at + 1].rows[0]].cells.bar.y if at + 1 < len(sums) else self._pixels.shape[0]
        if side.head is not None:
            tag = self._tag_of_row(self._rows[side.head]) or self._over(side, total, floor)
        else:
            tag = self._tag(side, total, floor, several=len(sums) > 1)
        found = FoundSide(rows, tag, total, self._penalty(side, total, floor, ceiling))
        return Head(found, side.closes)

    def _tag_of_row(self, head: PanelRow) -> Box | None:
        """The words left of the total in a head that is set like a row; None where they only say that it is one."""
        level = [
            word.box
            for word in self._every
            if abs(middle_y(word.box) - head.y) < 0.4 * self._pitch
            and right(word.box) < head.cells.score.x + 0.3 * self._size
            and word.value is None
            and not self._says_no_tag(word.text)
        ]
        return around(level) if level else None

    def _tag(self, side: Sum, total: Box | None, floor: float, *, several: bool) -> Box | None:
        top, foot = self._rows[side.rows[0]], self._rows[side.rows[-1]]
        edge = min(self._left, total.x) if total is not None else self._left
        left_of = [
            word.box
            for word in self._words
            if right(word.box) < self._left + 0.3 * self._pitch
            and top.y - 0.6 * self._pitch <= middle_y(word.box) <= foot.y + 0.6 * self._pitch
            and right(word.box) > edge - _FAR * self._pitch
            and word.value is None
            and (word.confidence > _CLEARLY or not table_ink.is_picture(self._pixels, word.box))
        ]
        if total is not None and not self._is_beside(total, side):
            level = self._level_with(total)
            if level:
                return _before(around(level), total)
        if left_of:
            return _largest(left_of)
        return self._over(side, total, floor) if several or total is not None else None

    def _says_no_tag(self, text: str) -> bool:
        return not texts.without_total(text) or is_header(text) or table_checks.is_header(text, None)

    def _level_with(self, total: Box) -> list[Box]:
        """The words on the line of a total, less what is taken off."""
        level = [
            word.box
            for word in self._words
            if abs(middle_y(word.box) - middle_y(total)) < 0.5 * total.height
            and word.box.height > 0.45 * total.height
            and word.value is None
            and _taken(word.text) is None
            and not self._says_no_tag(word.text)
        ]
        return [box for box in level if not table_sides.touch(box, total)]

    def _over(self, side: Sum, total: Box | None, floor: float) -> Box | None:
        """A tag that stands alone over its rows."""
        first = self._rows[side.rows[0]].cells.bar
        over = [
            word.box
            for word in self._words
            if max(floor, first.y - _OVER * self._pitch) < middle_y(word.box) < first.y + 0.2 * self._pitch
            and self._left - self._pitch < middle_x(word.box) < self._end
            and word.box.height >= _LIKE_NAMES * self._names_height
            and word.value is None
            and word.box != total
            and not self._says_no_tag(word.text)
        ]
        return max(over, key=middle_y, default=None)

    def _penalty(self, side: Sum, total: Box | None, floor: float, ceiling: float) -> Box | None:
        """What is taken off a side, near its total; never the difference between two sides."""
        if total is None:
            return None
        top, foot = self._rows[side.rows[0]].cells.bar.y, bottom(self._rows[side.rows[-1]].cells.bar)
        low = max(floor, min(top, total.y) - self._pitch)
        high = min(ceiling, max(foot, bottom(total)) + self._pitch)
        head = self._rows[side.head].y if side.head is not None else None
        own = {self._rows[row].cells.penalty for row in side.rows} if len(self._rows) == len(side.rows) else set()
        near = [
            word.box
            for word in self._every
            if word.box not in own
            and (word in self._words or (head is not None and abs(middle_y(word.box) - head) < 0.4 * self._pitch))
            and low < middle_y(word.box) < high
            and _taken(word.text)
        ]
        return min(near, key=lambda box: _distance(box, total), default=None)


def _runs_through(box: Box, line: Box) -> bool:
    """Whether a box is a part of a line of text."""
    return line.x <= middle_x(box) <= right(line) and abs(middle_y(box) - middle_y(line)) < _SAME_LINE * line.height


def _taken(text: str) -> int | None:
    """The penalty a text speaks of; none in titles, where a dash stands between a day and the races."""
    return None if texts.is_title(text) else texts.penalty(text)


def _largest(boxes: Sequence[Box]) -> Box:
    """The largest text with what stands on its line in letters of about its size."""
    first = max(boxes, key=lambda box: (box.height, box.width))
    return around(
        box
        for box in boxes
        if abs(middle_y(box) - middle_y(first)) < 0.3 * first.height and box.height >= 0.65 * first.height
    )


def _before(box: Box, total: Box) -> Box:
    """The part of a line that stands before its total."""
    return Box(box.x, box.y, total.x - box.x, box.height) if box.x < total.x < right(box) else box


def _distance(one: Box, other: Box) -> float:
    return abs(middle_x(one) - middle_x(other)) + abs(middle_y(one) - middle_y(other))


def _joined(words: Sequence[Word]) -> list[Word]:
    """Numbers of thin digits that were boxed in two parts."""
    return [
        Word(around([one.box, other.box]), one.text + other.text, min(one.confidence, other.confidence), alone=True)
        for one in words
        for other in words
        if abs(middle_y(one.box) - middle_y(other.box)) < _SAME_LINE * one.box.height
        and other.box.x > one.box.x
        and abs(other.box.x - right(one.box)) < _TOUCHING * one.box.height
        and len(one.text + other.text) <= _MOST_DIGITS
    ]
