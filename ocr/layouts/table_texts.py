"""What the words and sums of a table's rows say about its shape, once they are read: heads and places among the rows.

Pure functions over a draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mkw.points import shared_places
from ocr import texts
from ocr.assemble import Draft, DraftRow, DraftSide
from ocr.layouts import table_checks
from ocr.layouts.found import Box
from ocr.layouts.table_columns import middle_y, right

_PLACE = re.compile(r"^\s*(\d{1,2})(st|nd|rd|th)?[.:)]?\s+(?=\S)", re.IGNORECASE)
_PENALTY = re.compile(r"\s*\(?\s*(?:penalty:?)?\s*[-−–—]\s*\d{1,3}\s*\)?\s*$", re.IGNORECASE)
_FEWEST_PLACES = 2  # names that must begin with their own rank before it is cut off: one may be called so
_PENALTIES = range(5, 65, 5)
_FINED, _ALONE, _OPEN = (
    1.0,
    1.5,
    3.0,
)  # costs of a side: a penalty explains its sum, it has one row, nothing explains it
_FEWEST_FALLING = 4
_FEWEST_ALONE = 5  # rows from which one that is the sum of the others is no chance
_MOST_COST = 1.6  # of a side, on average
_CLOSED = 0.5  # share of the sides whose rows must add up; with a penalty they count half


def tidy(draft: Draft) -> None:
    """Takes off what stands among the rows and is none, the line of headers first."""
    for side in draft.sides[:1]:
        if side.rows and table_checks.is_header(side.rows[0].name, side.rows[0].score.value):
            del side.rows[0]
    take_heads(draft)
    take_places(draft)


def take_places(draft: Draft) -> None:
    """`1 Comet`, `2nd Marlin` … -> names and places, where the numbers are the ranks of the scores."""
    rows = [row for side in draft.sides for row in side.rows]
    for group in (rows, *(side.rows for side in draft.sides)):
        found = [_PLACE.match(row.name) for row in group]
        ranks = shared_places([row.score.value for row in group])
        fits = [match is not None and int(match[1]) == rank for match, rank in zip(found, ranks, strict=True)]
        suffixed = [fit and match is not None and match[2] is not None for fit, match in zip(fits, found, strict=True)]
        if _fall(group, found):
            fits = [match is not None for match in found]  # though a row is missing or one too many
        elif sum(fits) < _FEWEST_PLACES:
            fits = suffixed
        for row, match, fit in zip(group, found, fits, strict=True):
            if match is not None and fit:
                row.name, row.place = row.name[match.end() :], int(match[1])


def _fall(rows: Sequence[DraftRow], found: Sequence[re.Match[str] | None]) -> bool:
    """Whether the numbers before four names or more rise as the scores fall."""
    pairs = sorted(
        (-row.score.value, int(match[1]))
        for row, match in zip(rows, found, strict=True)
        if match is not None and row.score.value is not None
    )
    return len(pairs) >= _FEWEST_FALLING and all(
        (before[0] < after[0]) == (before[1] < after[1]) and before[1] <= after[1] for before, after in pairwise(pairs)
    )


def take_heads(draft: Draft) -> None:
    """Rows that are the head or foot of a side (its tag and total, in the columns of the names and scores) become it.

    They are known by their sums: all rows are parted into runs of a total and what adds up to it.
    """
    sides: list[DraftSide] = []
    for panel in _panels(draft.sides):
        sides += _by_heads(panel) or panel
    draft.sides = sides


def _by_heads(panel: Sequence[DraftSide]) -> list[DraftSide]:
    """The sides of one panel by the heads among its rows; empty where it has none, or totals of another kind."""
    if any(_closes(side) for side in panel):
        return []
    rows = sorted((row for side in panel for row in side.rows), key=lambda row: middle_y(row.found.score))
    before, after = _parted(rows), _parted(rows[::-1])
    backward = after[0] < before[0]
    cost, blocks = after if backward else before
    if cost > _MOST_COST or (len(blocks) == 1 and len(rows) < _FEWEST_ALONE):
        return []
    sides = [_headed(block[0], sorted(block[1:], key=lambda row: middle_y(row.found.score))) for block in blocks]
    return sides[::-1] if backward else sides


def _closes(side: DraftSide) -> bool:
    if side.total is None or side.total.value is None or not side.rows:
        return False
    taken = side.penalty + sum(row.penalty for row in side.rows)
    return sum(row.score.value or 0 for row in side.rows) in {side.total.value, side.total.value + taken}


def _panels(sides: Sequence[DraftSide]) -> list[list[DraftSide]]:
    """The sides that stand under one another, by the column of their scores."""
    panels: list[list[DraftSide]] = []
    for side in sides:
        if not side.rows:
            continue
        box = side.rows[0].found.score
        mates = (panel for panel in panels if _overlap(panel[0].rows[0].found.score, box))
        panel = next(mates, None)
        if panel is None:
            panels.append([side])
        else:
            panel.append(side)
    return panels


def _overlap(one: Box, other: Box) -> bool:
    return one.x < right(other) and other.x < right(one)


def _parted(rows: Sequence[DraftRow]) -> tuple[float, list[list[DraftRow]]]:
    """The cheapest way to part rows into runs of a total and its rows: mean cost of a run, and the runs."""
    values = [row.score.value for row in rows]
    best: list[tuple[float, float, list[int]]] = [(0.0, 0.0, [0])]  # by end: cost, closing runs, the starts and the end
    for end in range(1, len(rows) + 1):
        ways = [
            (best[start][0] + cost, best[start][1] + _closing(cost), [*best[start][2], end])
            for start in range(end - 1)
            if (cost := _cost(values[start], values[start + 1 : end])) is not None and best[start][0] < float("inf")
        ]
        best.append(min(ways, key=lambda way: (way[0], -way[1]), default=(float("inf"), 0.0, [0])))
    cost, exact, edges = best[-1]
    runs = len(edges) - 1
    if cost == float("inf") or not runs or exact < _CLOSED * runs:
        return float("inf"), []
    return cost / runs, [list(rows[start:end]) for start, end in pairwise(edges)]


def _closing(cost: float) -> float:
    """What a run speaks for the whole: one that adds up exactly 1, one that does with a penalty a half."""
    return {0.0: 1.0, _FINED: 0.5}.get(cost, 0.0)


def _cost(total: int | None, scores: Sequence[int | None]) -> float | None:
    """What it costs to take the number for the total of the scores; None where it cannot be one."""
    known = [score for score in scores if score is not None]
    if total is None:
        return _OPEN
    if known and total < max(known):
        return None
    over = sum(known) - total
    cost = 0.0 if over == 0 and len(known) == len(scores) else _FINED if over in _PENALTIES else _OPEN
    return cost + (_ALONE if len(scores) == 1 else 0.0)


def _headed(head: DraftRow, rows: Sequence[DraftRow]) -> DraftSide:
    penalty = texts.penalty(head.name) or head.penalty
    tag = _PENALTY.sub("", head.name) if penalty else head.name
    return DraftSide(rows=list(rows), tag=tag or None, total=head.score, penalty=penalty)
