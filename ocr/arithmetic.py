"""The identities of the game, tried on what was read: they settle what the readers left open, or say what does not fit.

Each function looks at a draft, marks numbers as proven where an identity closes with them, and returns its checks.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from mkw.points import MOST_A_RACE, points_table, race_sum
from ocr.assemble import Draft, DraftRow, DraftSide, Number
from ocr.reading import Check

POINTS_FOLLOW = "+N follows the points table"  # the check that only a race of the game has
_MOST_CHOICES = 8  # so few ways to choose between readings that closing by chance stays unlikely
_LOOSE = 2  # numbers that a sum known only up to a multiple may settle
_TELLING = 58  # a sum a race: smaller ones divide a wrong total too often to prove anything
_PATTERN = 0.6  # share of rows whose +N must fit the points table before it speaks for the others
_CLEAR, _SOME = 0.9, 0.5  # of a +N's confidence; share of clear ones from which a column of them is believed
_SORTED = 0.65  # share of rows in order from which a list counts as sorted
_MOST_RACES = 32


def close_totals(draft: Draft) -> list[Check]:
    """Rows of a side add up to its total, with or without the penalty taken off."""
    return [check for index, side in enumerate(draft.sides) if (check := _close_total(side, index)) is not None]


def _close_total(side: DraftSide, index: int) -> Check | None:
    if side.total is None or side.total.value is None or not side.rows:
        return None
    label = f"rows of {side.tag or f'side {index + 1}'} add up to its total"
    numbers = [row.score for row in side.rows]
    taken = side.penalty + sum(row.penalty for row in side.rows)
    closing = [
        (values, total) for *values, total in choices([*numbers, side.total]) if sum(values) in {total, total + taken}
    ]
    if len(closing) == 1:
        _prove([*numbers, side.total], [*closing[0][0], closing[0][1]])
        return Check(label, side.total.value, sum(closing[0][0]), ok=True)
    known = [number.value for number in numbers if number.value is not None]
    likeliest = len(known) == len(numbers) and sum(known) in {side.total.value, side.total.value + taken}
    if not closing and likeliest:  # too many ways to choose to try them all, and what was read at first closes
        _prove([*numbers, side.total], [*known, side.total.value])
        return Check(label, side.total.value, sum(known), ok=True)
    missing = [number for number in numbers if number.value is None]
    if len(missing) == 1 and side.total.proven:
        rest = side.total.value - sum(known)
        missing[0].value = rest if 0 <= rest <= 999 else None
        missing[0].options = (rest,)
        return None
    side.doubts.append(f"Its rows add up to {sum(known)}, its total says {side.total.value}.")
    return Check(label, side.total.value, sum(known), ok=False)


def choices(numbers: Sequence[Number]) -> Iterator[tuple[int, ...]]:
    """Every way to choose among what the readers saw, proven numbers fixed; none where there are too many, or a gap."""
    options: list[tuple[int, ...]] = [number.options[:1] if number.proven else number.options for number in numbers]
    if math.prod(len(option) for option in options) > _MOST_CHOICES:
        return iter(())
    return itertools.product(*options)


def _prove(numbers: Sequence[Number], values: Sequence[int]) -> None:
    for number, value in zip(numbers, values, strict=True):
        number.value, number.proven, number.options = value, True, (value,)


def close_race_sum(draft: Draft) -> tuple[list[Check], int | None]:
    """All rows add up to a whole number of races; that number is returned where it is plausible.

    With +N drawn, the numbers are the totals before this race and add up as well.
    """
    rows = [row for side in draft.sides for row in side.rows]
    each = race_sum(len(rows))
    scores = [row.score for row in rows]
    if each is None or len(rows) < 4 or any(score.value is None for score in scores):
        return [], None
    first = [score.value or 0 for score in scores]
    closing = [first] if 0 < _races(sum(first), each) <= _MOST_RACES else []
    if not closing and sum(not score.proven for score in scores) <= _LOOSE:
        closing = [list(values) for values in choices(scores) if 0 < _races(sum(values), each) <= _MOST_RACES]
    if len(closing) == 1 and each >= _TELLING:
        _prove(scores, closing[0])
    total = sum(score.value or 0 for score in scores)
    races = _races(total, each)
    if not races and len(rows) not in (12, 24):
        return [], None  # part of a list, more likely than a room of that size
    label = f"all rows add up to a whole number of races of {each}"
    nearest = max(1, round(total / each)) * each
    return [Check(label, nearest, total, ok=races > 0)], races if 0 < races <= _MOST_RACES else None


def _races(total: int, each: int) -> int:
    """Whole races a sum stands for, or 0."""
    return total // each if total % each == 0 else 0


def close_points(draft: Draft) -> list[Check]:
    """+N follows the points table from place to place; while it counts down every row is less by the same number."""
    rows = [row for side in draft.sides for row in side.rows]
    if not any(row.plus for row in rows):
        return []
    first = first_place(rows)
    players = first + len(rows) - 1
    written_down = points_table(players) is not None
    table = points_table(players) or points_table(12 if players < 12 else 24) or ()
    offsets = Counter(
        table[first - 1 + index] - row.plus.value
        for index, row in enumerate(rows)
        if first - 1 + index < len(table) and row.plus and row.plus.value is not None
    )
    offset, fitting = offsets.most_common(1)[0] if offsets else (-1, 0)
    drawn = sum(
        (first - 1 + index < len(table) and table[first - 1 + index] > offset) or _is_clear(row.plus)
        for index, row in enumerate(rows)
    )  # counted down to nothing they are no longer there
    if offset < 0 or fitting < max(3, _PATTERN * drawn):
        clear = sum(_is_clear(row.plus) for row in rows)
        if clear < _SOME * len(rows):  # arrows, flags or scenery between names and scores
            for row in rows:
                row.plus = None
            return []
        return [Check(POINTS_FOLLOW, len(rows), fitting, ok=False)]
    for index, row in enumerate(rows):
        row.place = first + index
        due = table[first - 1 + index] - offset if first - 1 + index < len(table) else 0
        if row.plus is not None and row.plus.value == due:
            row.plus.proven = True
        elif row.plus and row.plus.value and (not written_down or (row.plus.proven and _is_clear(row.plus))):
            continue  # the table speaks against what was seen only where it is surely this room's
        elif due > 0:
            row.plus = Number(due, proven=True, options=(due,), confidence=1.0)
        else:
            row.plus = None  # counted down to nothing: no longer drawn
    return [Check(POINTS_FOLLOW, len(rows), len(rows), ok=True)]


def _is_clear(plus: Number | None) -> bool:
    return plus is not None and plus.confidence >= _CLEAR and plus.value is not None and 0 < plus.value <= MOST_A_RACE


def first_place(rows: Sequence[DraftRow]) -> int:
    """The place of the first row, said by most of the places read; 1 where none was read."""
    votes = Counter(row.place - index for index, row in enumerate(rows) if row.place and row.place - index >= 1)
    return votes.most_common(1)[0][0] if votes else 1


def doubt_order(draft: Draft) -> None:
    """In a sorted list a score out of order is doubted, though two readers agree on it."""
    for side in draft.sides:
        rows = [row for row in side.rows if row.score.value is not None]
        kept = _longest_falling([row.score.value or 0 for row in rows])
        outside = [index for index in range(len(rows)) if index not in kept]
        if len(kept) >= _SORTED * len(rows):
            for index in outside:
                rows[index].doubts.append("The score stands out of order.")


def _longest_falling(values: Sequence[int]) -> set[int]:
    """Indices of a longest run (with gaps) of values that never rise."""
    best: list[list[int]] = []
    for index, value in enumerate(values):
        before = [run for run in best if values[run[-1]] >= value]
        longest = max(before, key=len) if before else []
        best.append([*longest, index])
    longest_of_all: list[int] = max(best, key=len) if best else []
    return set(longest_of_all)
