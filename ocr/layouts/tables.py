"""Drawn war tables: Lorenzi's, Ice Mario's, web scoreboards and whatever else sets names beside scores.

Everything is found from where text stands: the neural detector's boxes form columns that share rows; the rows form
sides around the totals beside them. Nothing depends on a style, a size or a font.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median

import numpy as np

from ocr.detector import Detector, shared_detector
from ocr.layouts import table_heads, table_ink, table_panels, table_sides
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.layouts.table_columns import Column, Grid, around, bottom, find_columns, find_grids, middle_y, right
from ocr.layouts.table_sample import Sample
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout

_BIG_LETTERS = 320  # long side at which totals as tall as a tenth of the picture are seen whole
_LOUD_PATTERN = 480
_SMALL_PITCH = 16  # pixels between rows below which the detector joins and loses cells
_GOOD_PITCH = 22
_LOOKS = 6  # columns looked at for one of names
_UNHEADED = 0.75  # of fit: where totals beside the rows explain less, they are looked for above and below
_HEADED = 0.85  # fit of a table whose sides all have a total above or below
_FEW_NUMBERS = 0.4  # share of numbers up to which a column of names may hold some
_HEADS_AS_ROWS = 0.75  # the same where the totals stand in rows of their own
_SAME_SIZE = 0.88  # the lower of two letter heights over the higher, when columns are set in one size


def find(pixels: Pixels) -> list[Found]:
    """One proposal, or two where sides may stand beside one another. Empty where no three rows of a name and a number
    are drawn."""
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    boxes, grid = _look(detector, pixels, None)
    if grid is None:  # a loud pattern drowns the letters; scaled down it is gone
        boxes, grid = _look(detector, pixels, _LOUD_PATTERN)
    if grid is None:
        return []
    seen = grid.pitch * detector.long_side / max(pixels.shape[:2])  # the pitch as the detector saw it
    if seen < _SMALL_PITCH:
        closer = _look(detector, pixels, round(min(2 * detector.long_side, detector.long_side * _GOOD_PITCH / seen)))
        if closer[1] is not None:
            boxes, grid = closer[0], closer[1]
    big = [box for box in detector.boxes(pixels, long_side=_BIG_LETTERS) if box.height > 1.3 * grid.pitch]
    found = _Table(pixels, boxes, big, grid).found()
    beside = _beside(pixels, detector.boxes(pixels), big)
    return beside if _rows(beside) > _rows(found) else found


def _rows(proposals: Sequence[Found]) -> int:
    return sum(len(side.rows) for found in proposals for side in found.sides)


def _beside(pixels: Pixels, boxes: Sequence[Box], big: Sequence[Box]) -> list[Found]:
    """The proposal in which sides stand beside one another, each part of the picture a table of its own."""
    parts = max(_ways(pixels, boxes), key=lambda way: sum(len(part.grid.lines) for part in way), default=[])
    tables: list[tuple[int, Found]] = []
    for part in parts:
        crop = pixels[:, part.left : part.end]
        found = _Table(crop, part.boxes, table_panels.part(big, part.left, part.end), part.grid).found()
        if not found:
            return []
        tables.append((part.left, found[0]))
    if not tables:
        return []
    bars = [row.bar for _, found in tables for side in found.sides for row in side.rows]
    title = table_sides.find_title(
        boxes, min(bar.y for bar in bars), max(bar.height for bar in bars), 0, pixels.shape[1]
    )
    return [table_panels.joined(tables, title and table_ink.bright_part(pixels, title))]


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two cuts; its boxes and grid are counted from `left`."""

    left: int
    end: int
    boxes: list[Box]
    grid: Grid


def _ways(pixels: Pixels, boxes: Sequence[Box]) -> Iterator[list[_Part]]:
    """Every way to cut the picture so that each part has names and numbers, rows as far apart in all."""
    cuts = table_panels.find_cuts(boxes)
    known: dict[tuple[int, int], _Part | None] = {}
    for count in range(len(cuts), 0, -1):
        for chosen in combinations(cuts, count):
            spans = list(pairwise([0, *chosen, pixels.shape[1]]))
            for span in spans:
                if span not in known:
                    known[span] = _part(pixels, boxes, *span)
            parts = [part for span in spans if (part := known[span]) is not None]
            pitches = [part.grid.pitch for part in parts]
            if len(parts) == len(spans) and min(pitches) > 0.8 * max(pitches):
                yield parts


def _part(pixels: Pixels, boxes: Sequence[Box], left: int, end: int) -> _Part | None:
    crop = pixels[:, left:end]
    within, grid = _named(crop, table_panels.part(boxes, left, end))
    sample = Sample(crop)
    if grid is None or sample.share_of_numbers(grid.on(grid.names)) > _FEW_NUMBERS:
        return None
    if not any(sample.is_numbers(grid.on(column)) for column in grid.others):
        return None
    return _Part(left, end, within, grid)


def _look(detector: Detector, pixels: Pixels, long_side: int | None) -> tuple[list[Box], Grid | None]:
    boxes = detector.boxes(pixels, long_side=long_side)
    return _named(pixels, boxes)


def _named(pixels: Pixels, boxes: Sequence[Box]) -> tuple[list[Box], Grid | None]:
    """The grid of the boxes and the boxes it is made of: columns of places left of the names are left out."""
    columns = find_columns(boxes)
    grids = find_grids(columns)[:_LOOKS]
    if not grids:
        return list(boxes), None
    sample = Sample(pixels)
    shares = [sample.likely_numbers(grid.on(grid.names)) for grid in grids]
    worths = [(1 - share) ** 2 * grid.worth for grid, share in zip(grids, shares, strict=True)]
    grid = grids[worths.index(max(worths))]
    before = [column for column in columns if median(right(box) for box in column.boxes) < grid.names.left]
    places = {box for column in before if sample.is_numbers(grid.on(column)) for box in grid.on(column)}
    rest = [box for box in boxes if box not in places]
    if not places:
        return rest, grid
    start = grid.names.left  # where a place and its name were boxed as one
    return [_from(box, start) if box.x < start < right(box) - 0.8 * grid.pitch else box for box in rest], grid


def _from(box: Box, start: int) -> Box:
    return Box(start, box.y, right(box) - start, box.height) if box.height < 1.6 * box.width else box


def _has_heads(sides: Sequence[table_sides.Side]) -> bool:
    """Whether single rows and groups take turns: heads in the columns of the rows, whose sums will tell."""
    sizes = [side.last - side.first + 1 for side in sides]
    heads = [size for size, after in pairwise(sizes) if size == 1 and after > 1]
    return len(heads) >= 2 and 2 * len(heads) >= 0.7 * len(sides)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row before its cells are cut: its centre and the boxes found on it."""

    y: float
    name: Box | None
    score: Box | None
    place: Box | None


class _Table:
    """One table being put together; see `found`."""

    def __init__(self, pixels: Pixels, boxes: Sequence[Box], big: Sequence[Box], grid: Grid) -> None:
        self._pixels = pixels
        self._boxes = boxes
        self._big = big
        self._pitch = grid.pitch
        self._reach = 0.4 * grid.pitch
        self._names = grid.names
        self._columns = [
            column for column in (c.on(grid.lines, self._reach) for c in grid.others) if column is not None
        ]
        self._grid_lines = grid.lines
        self._place: Column | None = None
        self._flags_end: int | None = None
        self._score = self._choose_score()
        self._find_places()

    def found(self) -> list[Found]:
        """The proposal, empty where the columns were flags and the like."""
        if self._score is None:
            return []
        lines = self._lines(self._score)
        rows = self._rows(lines)
        if len(rows) < 3:
            return []
        centres = [middle_y(row.score) for row in rows]
        edge_left = min(row.name.x for row in rows)
        edge_right = max(right(row.place or row.score) for row in rows)
        top, foot = rows[0].bar.y, bottom(rows[-1].bar)
        beside = [box for box in (*self._boxes, *self._big) if top < middle_y(box) < foot]
        reach = edge_right + max(edge_right - edge_left, 10 * self._pitch)  # beyond is what the picture shows besides
        right_of = [box for box in beside if edge_right - 0.3 * self._pitch < box.x < reach]
        left_of = [box for box in beside if right(box) < edge_left + 0.3 * self._pitch]
        rows = self._with_penalties(rows, right_of)
        taken = {row.penalty for row in rows}
        right_of = [box for box in right_of if box not in taken]
        left_of = [box for box in left_of if not table_ink.is_picture(self._pixels, box)]
        sides = table_sides.find_sides(centres, self._pitch, right_of, left_of, size=self._score.height)
        fit = self._fit(rows, sides, centres, right_of)
        heads = self._heads(rows) if fit <= _UNHEADED else None
        if heads is not None:
            sides, fit = heads, max(fit, _HEADED)
        if _has_heads(sides):
            fit = max(fit, _HEADS_AS_ROWS)
        title = table_sides.find_title(self._boxes, top, self._pitch, edge_left, edge_right)
        return [
            Found(
                layout=Layout.TABLE,
                sides=tuple(
                    FoundSide(tuple(rows[side.first : side.last + 1]), side.tag, side.total, side.penalty)
                    for side in sides
                ),
                fit=fit,
                title=title and table_ink.bright_part(self._pixels, title),
                difference=table_sides.find_difference(sides, centres, right_of),
            )
        ]

    def _heads(self, rows: Sequence[FoundRow]) -> list[table_sides.Side] | None:
        """The sides by totals over or under their rows."""
        assert self._score is not None
        cells = [cell for row in rows for cell in (row.name, row.score, row.place) if cell is not None]
        loose = [
            box
            for box in (*self._boxes, *self._big)
            if not any(abs(middle_y(box) - middle_y(c)) < self._reach for c in cells)
        ]
        return table_heads.find_heads(rows, self._pitch, loose, self._score.height)

    def _choose_score(self) -> Column | None:
        """The column of scores: the one set largest; of several in one size the first, in a scoreboard the last."""
        texts = [column for column in self._columns if not self._is_flags(column)]
        if not texts:
            return None
        heights = [
            median(table_ink.ink_height(self._pixels, self._level(box)) for box in column.boxes) for column in texts
        ]
        tallest = [column for column, height in zip(texts, heights, strict=True) if height >= _SAME_SIZE * max(heights)]
        score = tallest[-1] if len(tallest) >= 4 else tallest[0]
        self._place = next(
            (column for column in self._columns if column.left >= score.right - 0.5 * score.height), None
        )
        return score

    def _is_flags(self, column: Column) -> bool:
        pictures = [table_ink.is_picture(self._pixels, self._level(box)) for box in column.boxes]
        return sum(pictures) >= 0.6 * len(pictures)

    def _find_places(self) -> None:
        """Places that only some rows have boxed; or where score and place were boxed as one, part them."""
        if self._score is None or self._place is not None:
            return
        end, score = median(right(box) for box in self._score.boxes), self._score
        near = [
            box
            for box in self._boxes
            if end - 0.3 * self._pitch <= box.x <= end + 1.2 * self._pitch
            and box.width < 2.5 * self._pitch
            and box.height < 1.1 * self._pitch
            and score.at(middle_y(box), 0.3 * self._pitch) not in {None, box}
        ]
        if len(near) >= max(2, 0.25 * len(score.boxes)):
            self._place = Column(tuple(sorted(near, key=middle_y)))
            return
        parts = table_ink.split(self._pixels, [self._level(box) for box in score.boxes])
        places = tuple(second for _, second in parts if second is not None)
        if not places:
            return
        start = median(place.x for place in places) - 0.3 * self._pitch
        scores = tuple(first for first, _ in parts if first.x < start)  # some boxes hold a place alone
        self._score, self._place = Column(scores), Column(places)

    def _lines(self, score: Column) -> list[_Line]:
        """The rows the grid knows, and those where one cell was not boxed or neither was."""
        ys = sorted(middle_y(box) for box in score.boxes)
        inside = ys[0] - 3.2 * self._pitch, ys[-1] + 3.2 * self._pitch
        loose = [middle_y(box) for box in self._boxes if inside[0] < middle_y(box) < inside[1] and self._is_score(box)]
        loose += [y for y in (ys[0] - self._pitch, ys[-1] + self._pitch) if self._is_row(y, score)]
        for y in (*self._grid_lines, *sorted(loose)):
            if all(abs(y - other) > 0.7 * self._pitch for other in ys):
                ys.append(y)
        ys = self._with_unboxed(sorted(ys), score)
        return [
            _Line(
                y,
                self._names.at(y, self._reach),
                score.at(y, self._reach) or self._score_at(y),
                self._place.at(y, self._reach) if self._place else None,
            )
            for y in ys
        ]

    def _is_score(self, box: Box) -> bool:
        """Whether a box that is in no row yet stands in the column of scores with a name left of it."""
        assert self._score is not None
        within = self._score.left - 0.3 * self._pitch <= box.x and right(box) <= self._score.right + 0.3 * self._pitch
        if not within or not 0.7 * self._score.height < box.height < 1.4 * self._score.height:
            return False
        y = middle_y(box)
        pieces = self._pieces(y, self._names.left, self._score.left)
        if pieces:
            return self._names.aligned(around(pieces))
        return table_ink.has_letter(self._pixels, self._level(self._cell(self._names, y)))  # one letter may go unseen

    def _score_at(self, y: float) -> Box | None:
        return next((box for box in self._boxes if abs(middle_y(box) - y) <= self._reach and self._is_score(box)), None)

    def _is_row(self, y: float, score: Column) -> bool:
        """Whether a name is boxed on the line and a score drawn without a box."""
        name = self._names.at(y, 0.15 * self._pitch)
        cell = self._level(self._cell(score, y))
        crossing = [box for box in self._boxes if abs(middle_y(box) - y) < self._reach and table_sides.touch(box, cell)]
        return name is not None and not crossing and self._is_like_scores(cell, score)

    def _is_like_scores(self, cell: Box, score: Column) -> bool:
        """Whether letters as tall and as strong as the scores' are drawn in the cell."""
        cells = [self._level(box) for box in score.boxes]
        usual = median(table_ink.ink_height(self._pixels, box) for box in cells)
        strong = median(table_ink.strength(self._pixels, box) for box in cells)
        like = abs(table_ink.ink_height(self._pixels, cell) - usual) <= 0.2 * usual
        return like and table_ink.strength(self._pixels, cell) > 0.6 * strong

    def _with_unboxed(self, ys: list[float], score: Column) -> list[float]:
        """The lines with those put in, a pitch from another, where a score is drawn unboxed."""
        out = list(ys)
        for y in out:  # grows while it is walked: a row found leads to the next
            for other in (y - self._pitch, y + self._pitch):
                free = ys[0] < other < ys[-1] and all(abs(other - line) > 0.8 * self._pitch for line in out)
                if free and self._is_like_scores(self._level(self._cell(score, other)), score):
                    out.append(other)
        return sorted(out)

    def _rows(self, lines: Sequence[_Line]) -> list[FoundRow]:
        assert self._score is not None
        left = self._names.left
        names_end = self._names_end(lines)
        rows: list[FoundRow] = []
        for line in lines:
            score = self._trimmed(line.score or self._cell(self._score, line.y))
            name = self._name(line, left, names_end)
            if (line.score is None or (line.name is None and not self._pieces(line.y, left, names_end))) and not (
                table_ink.has_letter(self._pixels, score) and table_ink.has_letter(self._pixels, name)
            ):
                continue
            place = line.place or (self._cell(self._place, line.y) if self._place else None)
            end = max(right(score), right(place) if place else 0)
            start = min(left, name.x)
            bar = Box(start, round(line.y - self._pitch / 2), end - start, round(self._pitch))
            partial = table_ink.touches(self._pixels, score)
            rows.append(
                FoundRow(
                    bar=table_ink.clip(bar, self._pixels),
                    name=table_ink.clip(self._level(name), self._pixels),
                    score=table_ink.clip(self._level(score), self._pixels),
                    place=table_ink.clip(place, self._pixels) if place else None,
                    partial=partial,
                )
            )
        return rows

    def _trimmed(self, score: Box) -> Box:
        """The score's box less the flag before it and the place behind it, if they were boxed as one."""
        if self._flags_end is not None and score.x < self._flags_end < right(score) - 0.4 * self._pitch:
            score = table_ink.cut_at(score, self._flags_end + 1 - score.x)[1]
        if self._place is None:
            return score
        start = round(median(box.x for box in self._place.boxes))
        if right(score) - start < 0.4 * self._pitch or start - score.x < 0.3 * self._pitch:
            return score
        return table_ink.cut_at(score, start - score.x)[0]

    def _name(self, line: _Line, left: int, end: int) -> Box:
        """All pieces of the name on this line, or its whole column where none was boxed."""
        pieces = self._pieces(line.y, left, end)
        if line.name is None and not pieces:
            height = round(self._names.height)
            return Box(left, round(line.y - height / 2), max(1, min(self._names.right, end) - left), height)
        whole = around([line.name, *pieces] if line.name else pieces)
        if not self._names.flush_left:
            whole = around([whole, *self._reaching(whole, line.y)])
        return Box(whole.x, whole.y, max(1, min(right(whole), end) - whole.x), whole.height)

    def _reaching(self, name: Box, y: float) -> list[Box]:
        """The boxes on a line that end where the name's box begins: of long names that are not set flush left."""
        near = 0.5 * self._names.height
        return [
            box
            for box in self._boxes
            if abs(middle_y(box) - y) < 0.3 * self._pitch
            and box.x < name.x < right(box) + near
            and box.height < 1.3 * self._pitch
        ]

    def _pieces(self, y: float, left: int, end: int) -> list[Box]:
        """The boxes on a line between the left edge of the names and `end`."""
        return [
            box
            for box in self._boxes
            if abs(middle_y(box) - y) < 0.3 * self._pitch
            and box.x >= left - 0.3 * self._names.height
            and right(box) <= end + 0.3 * self._pitch
            and box.height < 1.3 * self._pitch
        ]

    def _names_end(self, lines: Sequence[_Line]) -> int:
        """Where names must end: at the flags, or short of the scores."""
        assert self._score is not None
        end = round(median(box.x for box in self._score.boxes))
        for column in self._columns:  # a scoreboard has columns between names and scores
            if column.left > self._names.left + self._pitch and not self._is_flags(column):
                end = min(end, column.left)
        named = [line for line in lines if line.name is not None]
        if not named:
            return end
        start = round(median(right(line.name) for line in named if line.name) - self._names.height)
        strips = [
            Box(start, round(line.y - self._pitch * 0.42), end - start, round(self._pitch * 0.84)) for line in lines
        ]
        if end - start < self._pitch * 0.6:
            return end
        flags = table_ink.flag_span(self._pixels, [table_ink.clip(strip, self._pixels) for strip in strips])
        if flags is None:
            return end
        self._flags_end = flags[1]
        return flags[0] - 1

    def _level(self, box: Box) -> Box:
        """The box less what reaches over into the rows above and below."""
        top = max(box.y, round(middle_y(box) - 0.46 * self._pitch))
        return Box(box.x, top, box.width, min(bottom(box), round(middle_y(box) + 0.46 * self._pitch)) - top)

    def _cell(self, column: Column, y: float) -> Box:
        """The cell of a column on the line `y` where no text was boxed."""
        height = round(column.height)
        return table_ink.clip(Box(column.left, round(y - height / 2), column.right - column.left, height), self._pixels)

    def _with_penalties(self, rows: Sequence[FoundRow], boxes: Sequence[Box]) -> list[FoundRow]:
        """FFA rows carry theirs behind the place, in letters no larger than the row's."""
        out = []
        for row in rows:
            near = [
                box
                for box in boxes
                if abs(middle_y(box) - middle_y(row.score)) < 0.25 * self._pitch
                and box.height < 1.15 * self._pitch
                and box.x - right(row.bar) < 2.4 * self._pitch
            ]
            penalty = min(near, key=lambda box: box.x, default=None)
            out.append(replace(row, penalty=table_ink.clip(penalty, self._pixels) if penalty else None))
        seen = sum(row.penalty is not None for row in out)
        return out if seen <= max(2, len(rows) // 3) else list(rows)  # most rows have one: it is another column

    def _fit(
        self,
        rows: Sequence[FoundRow],
        sides: Sequence[table_sides.Side],
        centres: Sequence[float],
        right_of: Sequence[Box],
    ) -> float:
        """Regular rows with totals at their sides' centres are a table; without, perhaps a game's list."""
        steps = [
            (centres[after] - centres[after - 1]) / self._pitch
            for side in sides
            for after in range(side.first + 1, side.last + 1)
        ]
        regular = float(np.mean([abs(step - 1) < 0.08 for step in steps])) if steps else 1.0
        boxed = float(np.mean([self._names.at(y, self._reach) is not None for y in centres]))
        enough = min(1.0, len(rows) / 6)
        beside = max(self._summed(rows, sides, right_of), 0.8 * self._tagged(sides, centres))
        return round(enough * (0.25 * regular + 0.25 * boxed + 0.5 * beside), 3)

    def _tagged(self, sides: Sequence[table_sides.Side], centres: Sequence[float]) -> float:
        """The share of sides with a tag at the middle of their rows, 0..1; 0 for one side."""
        if len(sides) < 2:
            return 0.0
        middles = [(centres[side.first] + centres[side.last]) / 2 for side in sides]
        near = [
            side.tag is not None and abs(middle_y(side.tag) - middle) < 0.6 * self._pitch
            for side, middle in zip(sides, middles, strict=True)
        ]
        return sum(near) / len(near)

    def _summed(self, rows: Sequence[FoundRow], sides: Sequence[table_sides.Side], right_of: Sequence[Box]) -> float:
        """How surely totals stand right of the rows, 0..1: larger than scores or fewer, and little else there."""
        totals = [side.total for side in sides if side.total is not None]
        larger = bool(totals) and median(total.height for total in totals) > 1.25 * median(
            row.score.height for row in rows
        )
        if not larger and len(totals) > 0.6 * len(rows):
            return 0.0
        drawn = [*totals, *(side.penalty for side in sides if side.penalty)]
        borders = [(after.bar.y + bottom(before.bar)) / 2 for before, after in pairwise(rows)]
        borders = [borders[side.last] for side in sides[:-1]]
        unexplained = [
            box
            for box in right_of
            if not any(table_sides.touch(box, other) for other in drawn)
            and not any(abs(middle_y(box) - border) < 0.6 * self._pitch for border in borders)
        ]
        clutter = min(1.0, len(unexplained) / max(3.0, len(rows) / 2))
        return len(totals) / len(sides) * (1 - clutter)
