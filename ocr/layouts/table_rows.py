"""The rows of one panel of a table and the boxes of their cells, those the detector missed among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ocr import texts
from ocr.layouts import table_checks, table_ink
from ocr.layouts.boxes import around, bottom, middle_x, middle_y, right
from ocr.layouts.found import Box, FoundRow
from ocr.layouts.table_columns import Column
from ocr.layouts.table_panels import Panel
from ocr.layouts.table_pieces import Numbers, Pieces
from ocr.layouts.table_roles import Roles, is_header
from ocr.layouts.words import Word
from ocr.readers import Pixels

_CROSSING = 0.35  # of the narrower of two boxes: so much of it shared, they hold the same
_FILLED = 4.2  # of the pitch: the widest hole between two rows of one panel
_UNDER = 0.55  # of a name's height: what stands further under it is another text
_WORD = 0.5  # of confidence: what is read so surely as a word is no score
_LEVEL = 0.34  # of the pitch: how far from a row's centre its words may stand


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One row, with the number read in its score's box (None where there is no box or it was not read)."""

    y: float
    value: int | None
    cells: FoundRow


class RowCutter:
    """Cuts one panel's rows; see `rows`."""

    def __init__(self, pixels: Pixels, panel: Panel, roles: Roles, pieces: Pieces) -> None:
        self._pixels = pixels
        self._panel = panel
        self._score = roles.score
        self._roles = roles
        self._pitch = panel.pitch
        self._reach = panel.reach
        self._mirrored = _usual_middle(roles.score.column) < _usual_middle(panel.names)
        self._numbers = pieces.numbers
        self._texts = pieces.columns
        columns = {box for numbers in pieces.numbers for box in numbers.values}
        self._words = [phrase for phrase in pieces.phrases if phrase.box not in columns]
        self._every = pieces.words
        self._crossing = [word for word in pieces.words if word.value is not None or len(word.text) > 1]
        self._start = self._names_start()
        self._end = self._names_end()
        self._flags = self._flag_span()
        self._start = self._behind_flags(self._start)

    def rows(self) -> list[PanelRow]:
        """From the top down; rows without a letter in the name's or the score's place are left out."""
        return [row for y in self._lines() if (row := self._row(y)) is not None]

    def _names_start(self) -> int:
        """Where names may begin: the usual left edge, or behind the column before where they are not set flush left."""
        names = self._panel.names
        if names.flush_left:
            start = round(median(box.x for box in names.boxes) - 0.35 * names.height)
            return max(start, self._score_end()) if self._mirrored else start
        if self._mirrored:
            return self._score.right
        before = [
            round(median(right(box) for box in numbers.column.boxes))
            for numbers in self._numbers
            if self._on_lines(numbers.column)
        ]
        return max([0, *(edge for edge in before if edge < median(box.x for box in names.boxes))])

    def _score_end(self) -> int:
        return round(median(right(box) for box in self._score.column.boxes))

    def _on_lines(self, column: Column) -> bool:
        shared = sum(column.at(line, self._reach) is not None for line in self._panel.lines)
        return shared >= max(2, 0.4 * len(self._panel.lines))

    def _names_end(self) -> int:
        """Where names must end: at the next column of numbers, averages or tags."""
        start = round(median(box.x for box in self._panel.names.boxes))
        behind = [
            round(median(box.x for box in numbers.column.boxes))
            for numbers in self._numbers
            if median(box.x for box in numbers.column.boxes) > start + self._panel.names.height
            and self._on_lines(numbers.column)
        ]
        behind += [
            round(median(box.x for box in column.boxes)) - round(0.2 * column.height)
            for column in self._texts
            if self._is_behind(column)
        ]
        edge = self._pixels.shape[1]
        return min([edge if self._mirrored else self._score.left, *behind])

    def _is_behind(self, column: Column) -> bool:
        """Whether a column of words stands right of the names on most lines: tags, averages, flags read as letters."""
        names = [self._panel.names.at(line, self._reach) for line in self._panel.lines]
        others = [column.at(line, self._reach) for line in self._panel.lines]
        behind = [
            other.x > right(name) - 0.3 * name.height
            for name, other in zip(names, others, strict=True)
            if name is not None and other is not None
        ]
        return len(behind) >= max(2, 0.4 * len(names)) and all(behind)

    def _flag_span(self) -> tuple[int, int] | None:
        """Where flags begin and end between names and numbers; None without flags."""
        if self._mirrored:
            return None
        names = [box for line in self._panel.lines if (box := self._panel.names.at(line, self._reach)) is not None]
        start = round(median(right(box) for box in names) - self._panel.names.height) if names else self._start
        if self._end - start < 0.6 * self._pitch:
            return None
        tall = 0.84 * self._pitch
        strips = [Box(start, round(y - tall / 2), self._end - start, round(tall)) for y in self._panel.lines]
        return table_ink.flag_span(self._pixels, [table_ink.clip(strip, self._pixels) for strip in strips])

    def _behind_flags(self, start: int) -> int:
        """Where names begin behind the flags that were boxed with them."""
        names, tall = self._panel.names, 0.84 * self._pitch
        if not names.flush_left:
            return start
        strips = [Box(start, round(y - tall / 2), round(2.6 * names.height), round(tall)) for y in self._panel.lines]
        flags = table_ink.flag_span(self._pixels, [table_ink.clip(strip, self._pixels) for strip in strips])
        return start if flags is None else flags[1] + 1

    def _lines(self) -> list[float]:
        """The rows known by both cells, by their score alone, and by a name with an unboxed score beside it."""
        score = self._score
        ys = sorted(line for line in self._panel.lines if not self._is_heading(line) and self._is_scored(line))
        if not ys:
            return []
        for box in score.column.boxes:
            y = middle_y(box)
            if self._free(y, ys) and self._near(y, ys) and self._is_named(y):
                ys = sorted([*ys, y])
        for box in self._panel.names.boxes:
            y = middle_y(box)
            scored = self._free(y, ys) and self._near(y, ys) and self._is_score(self._cell(score, y))
            if scored and self._is_scored(y) and self._is_named(y):
                ys = sorted([*ys, y])
        for y in list(ys):
            for other in (y - self._pitch, y + self._pitch):
                inside = ys[0] < other < ys[-1]
                scored = inside and self._free(other, ys) and self._is_score(self._cell(score, other))
                if scored and self._is_named(other):
                    ys = sorted([*ys, other])
        return ys

    def _is_named(self, y: float) -> bool:
        """Whether a name stands on the line where names do, or letters that the detector missed."""
        pieces = self._pieces(y)
        names = self._panel.names
        if self._is_heading(y):
            return False
        placed = self._roles.place is not None and self._roles.place.at(y, self._reach) is not None
        if names.flush_left and not placed and self._begins_before(y):  # the head of a side
            return False
        if pieces:
            return True
        cell = self._name_cell(y)
        crossing = any(self._crosses(word.box, cell, y) for word in self._words)
        return not crossing and self._has_letter(cell)

    def _begins_before(self, y: float) -> bool:
        """Whether words on a line begin left of where names do and reach into their column."""
        return any(
            word.wordy
            and abs(middle_y(word.box) - y) < _LEVEL * self._pitch
            and word.box.x < self._start < right(word.box) - 0.2 * self._panel.names.height
            and not self._reaches_in(word.box)
            for word in self._words
        )

    def _crosses(self, box: Box, cell: Box, y: float) -> bool:
        """Whether a box on a line holds what a cell should."""
        return abs(middle_y(box) - y) < _LEVEL * self._pitch and _shared(box, cell) > _CROSSING

    def _is_heading(self, y: float) -> bool:
        """Whether the line is a title, the headers of the columns, or a penalty set like a row."""
        names = self._panel.names
        level = [word for word in self._every if abs(middle_y(word.box) - y) < _LEVEL * self._pitch]
        level.sort(key=lambda word: word.box.x)
        line = [word.text for word in level]
        leading = [word.text for word in level if names.left - names.height < word.box.x < names.right]
        if texts.is_title(" ".join(line)) or any(map(texts.speaks_of_penalty, leading)):
            return True
        return any(table_checks.is_header(text, None) for text in line) and (
            any(map(is_header, line)) or self._score.value_at(y, self._reach) is None
        )

    def _free(self, y: float, ys: Sequence[float]) -> bool:
        return all(abs(y - other) > 0.7 * self._pitch for other in ys)

    def _near(self, y: float, ys: Sequence[float]) -> bool:
        return min(abs(y - other) for other in ys) < _FILLED * self._pitch

    def _is_scored(self, y: float) -> bool:
        """Whether a number was boxed where scores stand, or something else than a word may be one there."""
        if self._score.at(y, self._reach) is not None:
            return True
        cell = self._cell(self._score, y)
        return self._has_letter(cell) and not any(
            word.wordy and len(word.text) > 1 and word.confidence > _WORD and self._crosses(word.box, cell, y)
            for word in self._every
        )

    def _is_score(self, cell: Box) -> bool:
        """Whether letters as tall and as strong as the scores' are drawn in the cell, and no number crosses it."""
        y, slack = middle_y(cell), 0.5 * self._score.height
        wider = Box(round(cell.x - slack), cell.y, round(cell.width + 2 * slack), cell.height)
        if any(self._crosses(word.box, cell, y) and not _within(word.box, wider) for word in self._crossing):
            return False
        known = [self._level(box) for box in self._score.column.boxes]
        usual = median(table_ink.ink_height(self._pixels, box) for box in known)
        strong = median(table_ink.strength(self._pixels, box) for box in known)
        like = abs(table_ink.ink_height(self._pixels, cell) - usual) <= 0.2 * usual
        return like and table_ink.strength(self._pixels, cell) > 0.6 * strong

    def _row(self, y: float) -> PanelRow | None:
        score = self._score.at(y, self._reach)
        value = self._score.values.get(score) if score is not None else None
        pieces = self._pieces(y)
        cell = self._widened(self._trimmed(score)) if score is not None else self._cell(self._score, y)
        name = self._name(y, pieces)
        if score is None and not self._has_letter(cell):
            return None
        if not pieces and not self._has_letter(name):
            return None
        place = self._cell_of(self._roles.place, y)
        races = self._roles.races.at(y, self._reach) if self._roles.races else None
        start = min(name.x, cell.x, place.x if place else name.x)
        end = max(right(name), right(cell), right(place) if place else 0)
        bar = Box(start, round(y - self._pitch / 2), end - start, round(self._pitch))
        row = FoundRow(
            bar=table_ink.clip(bar, self._pixels),
            name=self._level(name),
            score=self._level(cell),
            place=self._level(place) if place else None,
            races=self._level(races) if races else None,
            penalty=self._penalty(y, end),
            partial=table_ink.touches(self._pixels, cell),
        )
        return PanelRow(y, value, row)

    def _cell_of(self, numbers: Numbers | None, y: float) -> Box | None:
        if numbers is None:
            return None
        return numbers.at(y, self._reach) or self._cell(numbers, y)

    def _widened(self, score: Box) -> Box:
        """A detector's box may cut into the last digit; a tenth of its height more on both sides takes nothing in."""
        more = round(0.1 * score.height)
        return Box(score.x - more, score.y, score.width + 2 * more, score.height)

    def _trimmed(self, score: Box) -> Box:
        """The score's box less a flag before it, if they were boxed as one."""
        if self._flags and score.x < self._flags[1] < right(score) - 0.4 * self._pitch:
            return table_ink.cut_at(score, self._flags[1] + 1 - score.x)[1]
        return score

    def _pieces(self, y: float) -> list[Box]:
        """The words of a name on a line: between the edge of the names and the next column, pictures left out."""
        end = self._flags[0] if self._flags else self._end
        slack = 0.35 * self._panel.names.height
        reach = min(_LEVEL * self._pitch, _UNDER * self._panel.names.height)
        level = [
            _from(word.box, self._start)
            for word in self._words
            if abs(middle_y(word.box) - y) < reach
            and (self._start <= word.box.x or self._reaches_in(word.box))
            and word.box.x < end - slack
            and word.box.height < 1.4 * self._pitch
            and not word.is_figure
            and not self._is_alien(word)
        ]
        return level if self._panel.names.flush_left else self._together(level)

    def _reaches_in(self, box: Box) -> bool:
        """Whether a box that begins before the names holds one all the same, behind a place or an icon."""
        names = self._panel.names
        near = self._start - 0.9 * names.height < box.x
        return names.flush_left and near and right(box) > self._start + 1.2 * names.height

    def _together(self, boxes: Sequence[Box]) -> list[Box]:
        """Of the words on a line those that stand close to one another and in the column of names."""
        names = self._panel.names
        middle = median(middle_x(box) for box in names.boxes)
        if not boxes:
            return []
        first = min(boxes, key=lambda box: max(0, box.x - middle, middle - right(box)))
        if right(first) < names.left or first.x > names.right:
            return []
        kept, near = [first], 0.9 * names.height
        for box in sorted(boxes, key=lambda box: abs(middle_x(box) - middle_x(first))):
            whole = around(kept)
            close = box.x - right(whole) < near and whole.x - right(box) < near
            if box is not first and close and 0.6 < box.height / first.height < 1.6:
                kept.append(box)
        return kept

    def _is_alien(self, word: Word) -> bool:
        """A flag, a medal or an avatar read as letters: small, unsure and filled rather than drawn in strokes."""
        small = word.box.width < 2.4 * word.box.height and word.confidence < 0.7
        return small and table_ink.is_picture(self._pixels, self._level(word.box))

    def _name(self, y: float, pieces: Sequence[Box]) -> Box:
        if not pieces:
            return self._name_cell(y)
        whole = around(pieces)
        end = self._flags[0] - 1 if self._flags else self._end
        return Box(whole.x, whole.y, max(1, min(right(whole), end) - whole.x), whole.height)

    def _name_cell(self, y: float) -> Box:
        names = self._panel.names
        height, end = round(names.height), self._flags[0] - 1 if self._flags else self._end
        left = self._start if names.flush_left else names.left
        return Box(left, round(y - height / 2), max(1, min(names.right, end) - left), height)

    def _cell(self, numbers: Numbers, y: float) -> Box:
        """The cell of a column on a line where nothing was boxed."""
        height = round(numbers.height)
        usual = sorted(box.width for box in numbers.column.boxes)[-max(1, len(numbers.column.boxes) // 4)]
        ends = median(right(box) for box in numbers.column.boxes)
        return table_ink.clip(Box(round(ends - usual), round(y - height / 2), round(usual), height), self._pixels)

    def _has_letter(self, box: Box) -> bool:
        return table_ink.has_letter(self._pixels, table_ink.clip(box, self._pixels))

    def _penalty(self, y: float, end: int) -> Box | None:
        """What is taken off one row, right of it and in letters no larger."""
        near = [
            word.box
            for word in self._words
            if word.taken is not None
            and abs(middle_y(word.box) - y) < 0.25 * self._pitch
            and word.box.height < 1.3 * self._pitch
            and self._start < word.box.x < end + 2.4 * self._pitch
        ]
        return table_ink.clip(min(near, key=lambda box: box.x), self._pixels) if near else None

    def _level(self, box: Box) -> Box:
        """The box less what reaches over into the rows above and below."""
        top = max(box.y, round(middle_y(box) - 0.46 * self._pitch))
        height = max(1, min(bottom(box), round(middle_y(box) + 0.46 * self._pitch)) - top)
        return table_ink.clip(Box(box.x, top, box.width, height), self._pixels)


def _usual_middle(column: Column) -> float:
    return float(median(middle_x(box) for box in column.boxes))


def _from(box: Box, start: int) -> Box:
    """The part of a box right of `start`."""
    return Box(start, box.y, right(box) - start, box.height) if box.x < start else box


def _within(inner: Box, outer: Box) -> bool:
    """Whether a box reaches beyond another on neither side."""
    return outer.x <= inner.x and right(inner) <= right(outer)


def _shared(one: Box, other: Box) -> float:
    """Which share of the narrower box's width lies over the other."""
    return (min(right(one), right(other)) - max(one.x, other.x)) / min(one.width, other.width)
