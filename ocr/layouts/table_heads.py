"""Sides with their tag and total drawn above or under their rows, instead of beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr.layouts.found import Box, FoundRow
from ocr.layouts.table_columns import around, bottom, middle_y, right
from ocr.layouts.table_sides import Side

_WIDER = 1.35  # of the pitch: a step that has room for a line of head between two rows
_REACH = 3.2  # of the pitch: how far a head may stand from its rows
_LARGER = 1.2  # of a score's height: what alone is so large is a total, where nothing else says so


def find_heads(rows: Sequence[FoundRow], pitch: float, boxes: Sequence[Box], size: float) -> list[Side] | None:
    """The sides, where over (or under) each of them a total stands in a line of its own; None where they do not.

    `boxes` are those of no row, `size` the height of a score.
    """
    starts = [0, *(at for at, step in enumerate(_steps(rows), 1) if step > _WIDER * pitch)]
    groups = list(zip(starts, [start - 1 for start in (*starts[1:], len(rows))], strict=True))
    best: tuple[float, list[Side]] | None = None
    for above in (True, False):
        sides = [_headed(rows, group, groups, boxes, pitch, size, above=above) for group in groups]
        known = [side for side in sides if side.total is not None]
        if len(known) < max(1, 0.6 * len(sides)):
            continue
        larger = sum(side.total.height > _LARGER * size for side in known if side.total)
        if len(sides) == 1 and not larger:
            continue
        far = sum(_distance(side, rows) for side in known) / len(known) / pitch - len(known)
        if best is None or far < best[0]:
            best = far, sides
    return best[1] if best else None


def _steps(rows: Sequence[FoundRow]) -> list[float]:
    return [middle_y(after.score) - middle_y(before.score) for before, after in pairwise(rows)]


def _distance(side: Side, rows: Sequence[FoundRow]) -> float:
    total = side.total
    if total is None:
        return 0.0
    return min(
        abs(middle_y(rows[side.first].bar) - middle_y(total)), abs(middle_y(rows[side.last].bar) - middle_y(total))
    )


def _headed(
    rows: Sequence[FoundRow],
    group: tuple[int, int],
    groups: Sequence[tuple[int, int]],
    boxes: Sequence[Box],
    pitch: float,
    size: float,
    *,
    above: bool,
) -> Side:
    at = groups.index(group)
    first, last = rows[group[0]].bar, rows[group[1]].bar
    if above:
        top = max(first.y - _REACH * pitch, bottom(rows[groups[at - 1][1]].bar) if at else 0)
        foot = float(first.y)
    else:
        top = float(bottom(last))
        foot = min(bottom(last) + _REACH * pitch, rows[groups[at + 1][0]].bar.y if at + 1 < len(groups) else 1e9)
    zone = [box for box in boxes if top - 0.25 * pitch <= middle_y(box) <= foot + 0.25 * pitch]
    scores = [row.score for row in rows]
    left, end = min(box.x for box in scores), max(right(box) for box in scores)
    numbers = [
        box
        for box in zone
        if box.height >= 0.75 * size
        and box.width < 4.5 * box.height
        and right(box) > left
        and box.x < end + pitch
        and box.x > (min(row.name.x for row in rows) + left) / 2
    ]
    if not numbers:
        return Side(*group)
    tallest = max(box.height for box in numbers)
    near = first.y if above else bottom(last)
    total = min((box for box in numbers if box.height > 0.8 * tallest), key=lambda box: abs(middle_y(box) - near))
    level = [box for box in zone if box is not total and abs(middle_y(box) - middle_y(total)) < 0.5 * total.height]
    tags = [box for box in level if right(box) <= total.x + 0.2 * size and box.height > 0.6 * total.height]
    if not tags and not above:  # the tag over the rows, the total under them
        over = max(first.y - _REACH * pitch, bottom(rows[groups[at - 1][1]].bar) if at else 0)
        tags = [
            box
            for box in boxes
            if over < middle_y(box) < first.y and right(box) < end and box.height > size and box not in numbers
        ]
    small = [box for box in level if box not in tags]
    return Side(
        *group,
        total=total,
        penalty=max(small, key=lambda box: box.width, default=None),
        tag=around(tags) if tags else None,
    )
