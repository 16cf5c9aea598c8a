"""The sides of a drawn table: which rows belong together, and the totals, tags and penalties drawn beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr.layouts.found import Box
from ocr.layouts.table_columns import around, bottom, middle_x, middle_y, right

_WIDER = 1.09  # of the pitch: a step between two rows that parts two sides, where no total says so
_OFF = 0.6  # of the pitch: how far a total's centre may lie from the centre of its rows


@dataclass(frozen=True, slots=True)
class Side:
    """Rows first..last (inclusive, by index) and what is drawn beside them."""

    first: int
    last: int
    total: Box | None = None
    penalty: Box | None = None
    tag: Box | None = None


def find_sides(lines: Sequence[float], pitch: float, right_of: Sequence[Box], left_of: Sequence[Box]) -> list[Side]:
    """Parts the rows into sides by the totals in `right_of`, or by the wider steps where no total is drawn.

    `right_of` and `left_of` are the text boxes beside the rows that belong to no row.
    """
    groups, totals = _by_totals(lines, pitch, right_of) or (_by_steps(lines, pitch), [])
    if not totals:
        totals = [_largest(right_of, lines, group) for group in groups]
    return [
        Side(first, last, total, _penalty(total, right_of, lines, (first, last), pitch), _tag(left_of, lines, (first, last), pitch))
        for (first, last), total in zip(groups, totals, strict=True)
    ]


def _by_totals(
    lines: Sequence[float], pitch: float, boxes: Sequence[Box]
) -> tuple[list[tuple[int, int]], list[Box | None]] | None:
    """The cut into sides whose centres lie on totals, trying the tallest one, two, … of the boxes as totals."""
    heights = sorted({box.height for box in boxes}, reverse=True)
    best: tuple[float, list[tuple[int, int]], list[Box]] | None = None
    for height in heights:
        totals = sorted((box for box in boxes if box.height >= height), key=middle_y)
        if len(totals) > len(lines) or height < 0.5 * heights[0]:
            break
        if any(middle_y(after) - middle_y(before) < 0.7 * pitch for before, after in pairwise(totals)):
            continue
        cost, groups = _cut(lines, pitch, [middle_y(total) for total in totals])
        if cost <= _OFF and (best is None or cost < best[0] - 0.1 or (cost < best[0] + 0.1 and len(totals) > len(best[2]))):
            best = cost, groups, totals
    return (best[1], list(best[2])) if best else None


def _cut(lines: Sequence[float], pitch: float, centres: Sequence[float]) -> tuple[float, list[tuple[int, int]]]:
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
                narrow = 0.15 if start and steps[start - 1] < 1.04 * pitch else 0.0
                if end not in row or cost + off + narrow < row[end][0]:
                    row[end] = cost + off + narrow, start
        table.append(row)
    end = len(lines)
    if end not in table[-1]:
        return float("inf"), []
    cost = table[-1][end][0] / len(centres)
    groups: list[tuple[int, int]] = []
    for row in reversed(table[1:]):
        start = row[end][1]
        groups.append((start, end - 1))
        end = start
    return cost, groups[::-1]


def _by_steps(lines: Sequence[float], pitch: float) -> list[tuple[int, int]]:
    breaks = [index for index, (before, after) in enumerate(pairwise(lines), 1) if after - before > _WIDER * pitch]
    starts = [0, *breaks]
    return list(zip(starts, [start - 1 for start in (*breaks, len(lines))], strict=True))


def _largest(boxes: Sequence[Box], lines: Sequence[float], group: tuple[int, int]) -> Box | None:
    """The tallest box beside the rows of the group; None where none is taller than the rest by much."""
    beside = [box for box in boxes if lines[group[0]] - box.height / 4 <= middle_y(box) <= lines[group[1]] + box.height / 4]
    return max(beside, key=lambda box: box.height, default=None)


def _penalty(
    total: Box | None, boxes: Sequence[Box], lines: Sequence[float], group: tuple[int, int], pitch: float
) -> Box | None:
    """A smaller text above or under the total, within the rows of its side."""
    if total is None:
        return None
    top, foot = lines[group[0]] - 0.4 * pitch, lines[group[1]] + 0.4 * pitch
    beside = [
        box
        for box in boxes
        if box is not total
        and box.height < 0.75 * total.height
        and top <= middle_y(box) <= foot
        and box.x < right(total) + total.height / 2
        and right(box) > total.x
        and abs(middle_y(box) - middle_y(total)) > 0.3 * total.height
    ]
    return max(beside, key=lambda box: box.width, default=None)


def _tag(boxes: Sequence[Box], lines: Sequence[float], group: tuple[int, int], pitch: float) -> Box | None:
    """The largest text beside the rows, with what stands on its line in letters of about its size."""
    top, foot = lines[group[0]] - 0.6 * pitch, lines[group[1]] + 0.6 * pitch
    beside = [box for box in boxes if top <= middle_y(box) <= foot]
    if not beside:
        return None
    first = max(beside, key=lambda box: (box.height, box.width))
    level = [
        box
        for box in beside
        if abs(middle_y(box) - middle_y(first)) < 0.3 * first.height and box.height >= 0.65 * first.height
    ]
    return around(level)


def find_difference(sides: Sequence[Side], lines: Sequence[float], boxes: Sequence[Box]) -> Box | None:
    """The text at the border of two sides, right of the rows; only where there are just two."""
    if len(sides) != 2:
        return None
    border = (lines[sides[0].last] + lines[sides[1].first]) / 2
    pitch = median(after - before for before, after in pairwise(lines))
    used = {sides[0].total, sides[1].total}
    near = [box for box in boxes if box not in used and abs(middle_y(box) - border) < 0.8 * pitch]
    return min(near, key=lambda box: abs(middle_y(box) - border), default=None)


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
