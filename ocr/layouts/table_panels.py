"""Sides drawn beside one another: where to cut the picture so that each part is a table of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from statistics import median

from ocr.layouts.found import Box, Found, FoundSide
from ocr.layouts.table_columns import Column, find_columns, middle_x, middle_y, right

_NAME_WIDTH = 1.6  # of a text height: a column of names is wider
_SHARED = 0.6  # share of the lower column's lines that both have
_SAME = 0.8  # of a text height: how much the distance of names and scores may differ between two panels
_MOST_PANELS = 4
_REPEATED = 0.8  # fit of parts that repeat one another


def find_cuts(boxes: Sequence[Box]) -> list[int]:
    """The x where one panel ends and the next begins, from left to right; empty where there is one panel."""
    columns = find_columns(boxes)
    cuts: list[int] = []
    for names, scores, others in _repeats(columns):
        left, end = median(right(box) for box in scores.boxes), median(box.x for box in others.boxes)
        lines = [middle_y(box) for box in scores.boxes]
        reach = 0.6 * scores.height
        level = [box for box in boxes if any(abs(middle_y(box) - line) < reach for line in lines)]
        spans = sorted((max(left, box.x), min(end, right(box))) for box in level if right(box) > left and box.x < end)
        edges, at = [], left
        for start, stop in [*spans, (end, end)]:
            edges.append((start - at, at, start))
            at = max(at, stop)
        width, start, stop = max(edges)
        cut = round((start + stop) / 2)
        if width > 0.5 * scores.height and all(abs(cut - other) > 2 * names.height for other in cuts):
            cuts.append(cut)
    return sorted(cuts)[: _MOST_PANELS - 1]


def _repeats(columns: Sequence[Column]) -> Iterator[tuple[Column, Column, Column]]:
    """Names, their scores and the names of the next panel, wherever the four columns repeat at one distance."""
    wide = [column for column in columns if median(box.width for box in column.boxes) >= _NAME_WIDTH * column.height]
    for first, second in permutations(wide, 2):
        if first.left >= second.left or not _share(first, second):
            continue
        for scores in columns:
            if not _behind(first, scores) or not _behind(scores, second) or not _share(first, scores):
                continue
            if any(_behind(second, other) and _periodic(first, scores, second, other) for other in columns):
                yield first, scores, second


def _behind(one: Column, other: Column) -> bool:
    """Whether the other stands right of the one, most of its boxes clear of the longest of the one."""
    return median(box.x for box in other.boxes) > median(right(box) for box in one.boxes) and other is not one


def _share(one: Column, other: Column) -> bool:
    """Whether both stand on the same lines."""
    reach = 0.4 * max(one.height, other.height)
    shared = sum(other.at(middle_y(box), reach) is not None for box in one.boxes)
    return shared >= max(3, _SHARED * min(len(one.boxes), len(other.boxes)))


def _periodic(names: Column, scores: Column, others: Column, their_scores: Column) -> bool:
    return _share(others, their_scores) and any(
        abs((_at(their_scores, way) - _at(others, to)) - (_at(scores, way) - _at(names, to))) < _SAME * names.height
        for way in (_left, middle_x, right)
        for to in (_left, middle_x)
    )


def _at(column: Column, way: Callable[[Box], float]) -> float:
    return float(median(way(box) for box in column.boxes))


def _left(box: Box) -> int:
    return box.x


def part(boxes: Sequence[Box], left: int, end: int) -> list[Box]:
    """The boxes whose middle lies between two cuts, clipped to them and counted from the left one."""
    inside = [box for box in boxes if left <= middle_x(box) < end]
    return [Box(max(0, box.x - left), box.y, min(right(box), end) - max(box.x, left), box.height) for box in inside]


def joined(parts: Sequence[tuple[int, Found]], title: Box | None) -> Found:
    """The panels' tables as one, each shifted back by the x of its cut; sides in the order they are read."""
    sides = [_shifted(side, by) for by, found in parts for side in found.sides]
    height = max(row.bar.height for side in sides for row in side.rows)
    sides.sort(key=lambda side: (round(side.rows[0].bar.y / (2 * height)), side.rows[0].bar.x))
    first = parts[0][1]
    return Found(first.layout, tuple(sides), max(_REPEATED, *(found.fit for _, found in parts)), title)


def _shifted(side: FoundSide, by: int) -> FoundSide:
    def moved(box: Box | None) -> Box | None:
        return Box(box.x + by, box.y, box.width, box.height) if box else None

    def sure(box: Box) -> Box:
        return Box(box.x + by, box.y, box.width, box.height)

    rows = tuple(
        replace(
            row,
            bar=sure(row.bar),
            name=sure(row.name),
            score=sure(row.score),
            place=moved(row.place),
            penalty=moved(row.penalty),
        )
        for row in side.rows
    )
    return FoundSide(rows, moved(side.tag), moved(side.total), moved(side.penalty))
