"""Rows parted into sides by where they and the numbers beside them stand, for tables whose sums do not close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.layouts.boxes import around, bottom, middle_x, middle_y, right
from ocr.layouts.found import Box

_WIDER = 1.09  # of the pitch: a step between two rows that parts two sides
_NARROW = 1.04  # of the pitch: a step that parts none
_OFF = 0.6  # of the pitch: how far a total's centre may lie from the centre of its rows

Group = tuple[int, int]  # first and last row of a side, by index


@dataclass(frozen=True, slots=True)
class Side:
    """Rows first..last (inclusive, by index) and what is drawn beside them."""

    first: int
    last: int
    total: Box | None = None


def find_sides(lines: Sequence[float], pitch: float, right_of: Sequence[Box], *, size: float) -> list[Side]:
    """Parts the rows into sides so that totals lie at the sides' centres and wider steps between them.

    `right_of` are the numbers beside the rows that belong to no row, `size` the height of a score.
    """
    candidates = total_candidates(right_of, size)
    ways = {tuple(_by_steps(lines, pitch, wider)) for wider in (_NARROW + 0.02, _WIDER, 1.25, 1.8, 1e9)}
    ways |= {tuple(groups) for groups in _by_totals(lines, pitch, candidates)}
    groups = max(sorted(ways), key=lambda way: _worth(way, lines, pitch, candidates))
    return [Side(*group, total=_total(group, lines, pitch, candidates)) for group in groups]


def total_candidates(boxes: Sequence[Box], size: float) -> list[Box]:
    """What may be totals: the larger texts, or all where none is larger; no box that holds two others."""
    single = [box for box in boxes if sum(_inside(other, box) for other in boxes if other is not box) < 2]
    tallest = max((box.height for box in single), default=0)
    if tallest < 1.3 * size:
        return single
    return [box for box in single if box.height >= max(1.2 * size, 0.45 * tallest)]


def _inside(inner: Box, outer: Box) -> bool:
    level = outer.y < middle_y(inner) < bottom(outer)
    return level and outer.x < middle_x(inner) < right(outer) and inner.height < 0.6 * outer.height


def _worth(groups: Sequence[Group], lines: Sequence[float], pitch: float, candidates: Sequence[Box]) -> float:
    """How well a way to part the rows explains the totals and the steps, 0..3; without totals only the steps count."""
    breaks = {first for first, _ in groups}
    steps = [(after - before) / pitch for before, after in pairwise(lines)]
    fitting = [step >= _NARROW if at in breaks else step <= _WIDER for at, step in enumerate(steps, 1)]
    even = sum(fitting) / len(fitting) if fitting else 1.0
    if not candidates:
        return even
    totals = [_total(group, lines, pitch, candidates) for group in groups]
    near = [
        1 - _off(total, group, lines, pitch) / _OFF if total else 0.0
        for total, group in zip(totals, groups, strict=True)
    ]
    tall = [box for box in candidates if box.height >= 0.75 * max(box.height for box in candidates)]
    explained = sum(any(total is not None and touch(box, total) for total in totals) for box in tall) / len(tall)
    return even + sum(near) / len(near) + explained


def _off(box: Box, group: Group, lines: Sequence[float], pitch: float) -> float:
    return abs(middle_y(box) - (lines[group[0]] + lines[group[1]]) / 2) / pitch


def touch(one: Box, other: Box) -> bool:
    return one.y < bottom(other) and other.y < bottom(one) and one.x < right(other) and other.x < right(one)


def _total(group: Group, lines: Sequence[float], pitch: float, candidates: Sequence[Box]) -> Box | None:
    """The tallest candidate at the centre of the rows."""
    near = [box for box in candidates if _off(box, group, lines, pitch) <= _OFF]
    return max(near, key=lambda box: box.height * box.width, default=None)


def _by_totals(lines: Sequence[float], pitch: float, boxes: Sequence[Box]) -> list[list[Group]]:
    """The cuts into sides whose centres lie on totals, with the tallest one, two, … of the boxes as totals."""
    out = []
    for height in sorted({box.height for box in boxes}, reverse=True):
        totals: list[Box] = []
        for box in sorted((box for box in boxes if box.height >= height), key=lambda box: -box.height):
            if all(abs(middle_y(box) - middle_y(other)) > 0.6 * pitch for other in totals):
                totals.append(box)
        if len(totals) <= len(lines):
            groups = _cut(lines, pitch, sorted(middle_y(total) for total in totals))[1]
            if groups:
                out.append(groups)
    return out


def _cut(lines: Sequence[float], pitch: float, centres: Sequence[float]) -> tuple[float, list[Group]]:
    """Rows cut into one run per centre so that the runs' centres lie nearest; the mean distance in pitches.

    A cut at a step no wider than the usual costs a little, so that equal fits follow the drawn gaps.
    """
    steps = [after - before for before, after in pairwise(lines)]
    table: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number, centre in enumerate(centres):
        row: dict[int, tuple[float, int]] = {}
        for end in range(number + 1, len(lines) + 1):
            for start, (cost, _) in table[-1].items():
                if start >= end:
                    continue
                off = abs((lines[start] + lines[end - 1]) / 2 - centre) / pitch
                narrow = 0.15 if start and steps[start - 1] < _NARROW * pitch else 0.0
                if end not in row or cost + off + narrow < row[end][0]:
                    row[end] = cost + off + narrow, start
        table.append(row)
    end = len(lines)
    if end not in table[-1]:
        return float("inf"), []
    cost = table[-1][end][0] / len(centres)
    groups: list[Group] = []
    for row in reversed(table[1:]):
        start = row[end][1]
        groups.append((start, end - 1))
        end = start
    return cost, groups[::-1]


def _by_steps(lines: Sequence[float], pitch: float, wider: float) -> list[Group]:
    breaks = [index for index, (before, after) in enumerate(pairwise(lines), 1) if after - before > wider * pitch]
    starts = [0, *breaks]
    return list(zip(starts, [start - 1 for start in (*breaks, len(lines))], strict=True))


def find_title(boxes: Sequence[Box], first_top: float, pitch: float, left: float, right_edge: float) -> Box | None:
    """The nearest line of text above the rows that is no header of columns."""
    above = sorted((box for box in boxes if bottom(box) <= first_top + 0.35 * pitch), key=middle_y, reverse=True)
    above = [box for box in above if left - 6 * pitch < middle_x(box) < right_edge + 8 * pitch]
    while above:
        base = above[0]
        level = [box for box in above if abs(middle_y(box) - middle_y(base)) < 0.5 * base.height]
        if first_top - bottom(base) > 5 * pitch:
            return None
        if len(level) < 5:
            return around(level)
        above = [box for box in above if box not in level]
    return None
