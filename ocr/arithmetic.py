"""The identities of the game, tried on what was read: they settle what the readers left open, or say what does not fit.

Each function looks at a draft, marks numbers as proven where an identity closes with them, and returns its checks.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mkw.points import MOST_A_RACE, points_table, race_sum
from ocr.assemble import Draft, DraftRow, DraftSide, Number
from ocr.reading import Check, Layout

POINTS_FOLLOW = "+N follows the points table"  # the check that only a race of the game has
_MOST_CHOICES = 8  # so few ways to choose between readings that closing by chance stays unlikely
_FEW_CHOICES = 2  # the same for a sum known only up to a multiple: one choice in 82 closes by chance
_TELLING = 58  # a sum a race: smaller ones divide a wrong total too often to prove anything
_PATTERN = 0.6  # share of rows whose +N must fit the points table before it speaks for the others
_CLEAR, _SOME = 0.9, 0.5  # of a +N's confidence; share of clear ones from which a column of them is believed
_FEWEST_FITTING = 3
_FEWEST_SORTED = 4  # proven scores in falling order from which a list counts as sorted
_MOST_WAYS = 200  # followed up a list
_SORTED = 0.65  # share of rows in order from which a list counts as sorted
_MOST_RACES = 32
WHOLE_ROOMS = (12, 24)  # rows of which a list is taken for a whole room


def close_totals(draft: Draft) -> list[Check]:
    """Rows of a side add up to its total, with or without the penalty taken off."""
    return [check for index, side in enumerate(draft.sides) if (check := _close_total(side, index)) is not None]


def _close_total(side: DraftSide, index: int) -> Check | None:
    if side.total is None or not side.total.value or not side.rows:
        return None  # nothings add up to nothing whatever they are
    label = _label(side, index)
    numbers = [row.score for row in side.rows]
    taken = _taken(side)
    every = [*numbers, side.total]
    closing = [values for values in choices(every) if _closes(values, taken)]
    if not closing and all(number.value is not None for number in every):
        closing = [values for values in _near(every) if _closes(values, taken)]
        closing = closing if closing[:1] == [_likeliest(every)] else []
    if len(closing) == 1:
        unsettled = [(number, replace(number)) for number in every if not number.proven]
        side.settled = unsettled if len(unsettled) > 1 else []
        _prove(every, closing[0])
        return Check(label, side.total.value, sum(closing[0][:-1]), ok=True)
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
    if closing:
        side.doubts.append("Its rows add up to its total in more than one way.")
    else:
        side.doubts.append(f"Its rows add up to {sum(known)}, its total says {side.total.value}.")
    return Check(label, side.total.value, sum(known), ok=False)


def _label(side: DraftSide, index: int) -> str:
    return f"rows of {side.tag or f'side {index + 1}'} add up to its total"


def _taken(side: DraftSide) -> int:
    return side.penalty + sum(row.penalty for row in side.rows)


def totals_as_read(draft: Draft) -> list[Check]:
    """The same checks with the numbers as they are: nothing is settled by them."""
    found = []
    for index, side in enumerate(draft.sides):
        if side.total is not None and side.total.value and side.rows:
            *scores, total = _likeliest([*(row.score for row in side.rows), side.total])
            found.append(Check(_label(side, index), total, sum(scores), ok=adds_up(side)))
    return found


def adds_up(side: DraftSide) -> bool:
    """Whether the rows as they are add up to the side's total, with or without the points taken off."""
    if side.total is None or side.total.value is None:
        return False
    return _closes(_likeliest([*(row.score for row in side.rows), side.total]), _taken(side))


def choices(numbers: Sequence[Number]) -> Iterator[tuple[int, ...]]:
    """Every way to choose among what the readers saw, proven numbers fixed; none where there are too many, or a gap."""
    if _ways(numbers) > _MOST_CHOICES:
        return iter(())
    return itertools.product(*(number.options[:1] if number.proven else number.options for number in numbers))


def _ways(numbers: Sequence[Number]) -> int:
    return math.prod(len(number.options) for number in numbers if not number.proven)


def _closes(values: Sequence[int], taken: int) -> bool:
    """Whether the last is what the others add up to, with or without the points taken off."""
    return sum(values[:-1]) in {values[-1], values[-1] + taken}


def _near(numbers: Sequence[Number]) -> Iterator[tuple[int, ...]]:
    """What was read most likely, and everything that differs from it in one number or two: the likeliest first."""
    likeliest = _likeliest(numbers)
    yield likeliest
    others = [(at, other) for at, number in enumerate(numbers) if not number.proven for other in number.options[1:]]
    for changes in (*((one,) for one in others), *itertools.combinations(others, 2)):
        if len({at for at, _ in changes}) == len(changes):
            changed = dict(changes)
            yield tuple(changed.get(at, value) for at, value in enumerate(likeliest))


def _likeliest(numbers: Sequence[Number]) -> tuple[int, ...]:
    return tuple(number.value or 0 for number in numbers)


def _prove(numbers: Sequence[Number], values: Sequence[int]) -> None:
    for number, value in zip(numbers, values, strict=True):
        number.value, number.proven, number.options = value, True, (value,)


def close_race_sum(draft: Draft) -> tuple[list[Check], int | None]:
    """All rows add up to a whole number of races; that number is returned where it is plausible.

    With +N drawn, the numbers are the totals before this race and add up as well, once what was counted over to them
    already is taken off again.
    """
    rows = [row for side in draft.sides for row in side.rows]
    each = race_sum(len(rows))
    scores = [row.score for row in rows]
    if each is None or len(rows) < 4 or any(score.value is None for score in scores):
        return [], None
    first = [score.value or 0 for score in scores]
    if not any(first) or first_place(rows) > 1 or _of_a_larger_room(rows):
        return [], None  # before the first race is added, or a part of a list
    counted = 0 if _plausible(sum(first), each) else -sum(row.plus.value or 0 for row in rows if row.plus) % each
    closing = [first] if _plausible(sum(first) - counted, each) else []
    if not closing and draft.found.layout is Layout.STANDINGS and is_sorted(scores):
        closing = [list(values) for values in _falling(scores) if _plausible(sum(values) - counted, each)]
    elif not closing and _ways(scores) <= _FEW_CHOICES:
        closing = [list(values) for values in choices(scores) if _plausible(sum(values) - counted, each)]
    started = any(row.plus for row in rows)  # a race whose points are added now
    closing = [v for v in closing if max(v) <= MOST_A_RACE * ((sum(v) - counted) // each + started)]
    if len(closing) == 1 and each >= _TELLING:
        _prove(scores, closing[0])
    total = sum(score.value or 0 for score in scores) - counted
    if not _plausible(total, each) and len(rows) not in WHOLE_ROOMS:
        return [], None  # part of a list, more likely than a room of that size
    label = f"all rows add up to a whole number of races of {each}"
    nearest = max(0 if counted else 1, round(total / each)) * each
    return [Check(label, nearest, total, ok=total == nearest)], total // each if _plausible(total, each) else None


def tells(draft: Draft) -> bool:
    """Whether so many rows add up to a whole number of races by chance too seldom for it to be one."""
    return (race_sum(sum(len(side.rows) for side in draft.sides)) or 0) >= _TELLING


def unsettle(draft: Draft, checks: Sequence[Check]) -> bool:
    """Takes back what a total settled where several numbers were open and the whole room does not add up with them.

    Two numbers may be misread alike, as a font's 1 for a 7, and close a sum that is wrong, and so may one that still
    counts up. Whether anything was taken back.
    """
    settled = [pair for side in draft.sides for pair in side.settled]
    if all(check.ok for check in checks) or sum(len(side.rows) for side in draft.sides) not in WHOLE_ROOMS:
        return False
    for number, before in settled:
        number.value, number.options, number.proven = before.value, before.options, False
    return bool(settled)


def is_sorted(scores: Sequence[Number]) -> bool:
    """Whether the proven of a list's scores are enough to say that they fall from the first to the last."""
    proven = [score.value or 0 for score in scores if score.proven]
    return len(proven) >= _FEWEST_SORTED and proven == sorted(proven, reverse=True)


def _falling(scores: Sequence[Number]) -> list[tuple[int, ...]]:
    """Every way to choose among what was seen so that no score is larger than the one before; none if too many."""
    ways: list[tuple[int, ...]] = [()]
    for score in reversed(scores):  # from the end, where a digit too many is out of order
        options = score.options[:1] if score.proven else score.options
        ways = [(value, *way) for way in ways for value in options if not way or value >= way[0]]
        if len(ways) > _MOST_WAYS:
            return []
    return ways if len(ways) <= _MOST_CHOICES else []


def _plausible(total: int, each: int) -> bool:
    """Whether a sum stands for a whole number of races, of which none but the first may be on its way."""
    return total % each == 0 and 0 <= total <= _MOST_RACES * each


def close_points(draft: Draft) -> list[Check]:
    """+N follows the points table from place to place; while it counts down every row is less by the same number."""
    rows = [row for side in draft.sides for row in side.rows]
    if not any(row.plus for row in rows):
        return []
    first = _first_by_points(rows) or first_place(rows)
    players = first + len(rows) - 1
    written_down = points_table(players) is not None
    table, offset, fitting = _table_of(rows, first)
    drawn = sum(
        (first - 1 + index < len(table) and table[first - 1 + index] > offset) or _is_clear(row.plus)
        for index, row in enumerate(rows)
    )  # counted down to nothing they are no longer there
    last = _last_counting(rows, table) if first == 1 else None
    if last is not None:
        offset = last
    elif offset < 0 or fitting < max(_FEWEST_FITTING, _PATTERN * drawn):
        clear = sum(_is_clear(row.plus) for row in rows)
        if clear < _SOME * len(rows):  # arrows, flags or scenery between names and scores, but for what still counts
            for row in rows[_still_drawn(rows) :]:
                row.plus = None
            return []
        return [Check(POINTS_FOLLOW, len(rows), fitting, ok=False)]
    for index, row in enumerate(rows):
        row.place = first + index
        due = table[first - 1 + index] - offset if first - 1 + index < len(table) else 0
        if row.plus is not None and row.plus.value == due:
            row.plus.proven = True
        elif row.plus and row.plus.value and _speaks(row.plus, sure=written_down, due=due):
            continue  # the table speaks against what was seen only where it is surely this room's
        elif due > 0:
            row.plus = Number(due, proven=True, options=(due,), confidence=1.0)
        else:
            row.plus = None  # counted down to nothing: no longer drawn
    return [Check(POINTS_FOLLOW, len(rows), len(rows), ok=True)]


def _last_counting(rows: Sequence[DraftRow], table: Sequence[int]) -> int | None:
    """How much less each +N is by now where only those of the first one or two places are still drawn, and fit."""
    left = [row.plus if row.plus and row.plus.signed and _is_clear(row.plus) else None for row in rows]
    count = sum(plus is not None for plus in left)
    offsets = {points - plus.value for points, plus in zip(table, left, strict=False) if plus and plus.value}
    if not 0 < count < _FEWEST_FITTING or not all(left[:count]) or len(offsets) != 1:
        return None
    offset = offsets.pop()
    return offset if offset >= table[count] else None


def _still_drawn(rows: Sequence[DraftRow]) -> int:
    """How many rows from the first on have a clear +N, falling, with none below: it counts down by an unknown table."""
    left = [row.plus.value or 0 if row.plus and row.plus.signed and _is_clear(row.plus) else 0 for row in rows]
    count = sum(value > 0 for value in left)
    falling = all(before > after for before, after in itertools.pairwise(left[: count + 1]))
    return count if falling and all(left[:count]) else 0


def _first_by_points(rows: Sequence[DraftRow]) -> int | None:
    """The place of the first row where no place was read and every +N stands in the points table at one stretch."""
    points = tuple(row.plus.value if row.plus else None for row in rows)
    if any(row.place for row in rows) or len(points) <= _FEWEST_FITTING:
        return None
    tables = [points_table(players) or () for players in WHOLE_ROOMS]
    firsts = {at + 1 for table in tables for at in range(len(table)) if table[at : at + len(points)] == points}
    return firsts.pop() if len(firsts) == 1 else None


def _table_of(rows: Sequence[DraftRow], first: int) -> tuple[tuple[int, ...], int, int]:
    """The points table most +N follow, how much less each is by now, and how many follow it.

    It is that of a room with so many players, or of 24 where only a part of its list is drawn.
    """
    players = first + len(rows) - 1
    own = points_table(players) or points_table(12 if players < 12 else 24) or ()
    fits = []
    for table in dict.fromkeys((own, points_table(24) or ())):
        offsets = Counter(
            table[first - 1 + index] - row.plus.value
            for index, row in enumerate(rows)
            if first - 1 + index < len(table) and row.plus and row.plus.value is not None
        )
        fits.append((table, *(offsets.most_common(1)[0] if offsets else (-1, 0))))
    return max(fits, key=lambda fit: fit[2])


def _of_a_larger_room(rows: Sequence[DraftRow]) -> bool:
    """Whether the +N say that more players were in the room than there are rows."""
    table, _, fitting = _table_of(rows, first_place(rows))
    return fitting >= _FEWEST_FITTING and len(table) == WHOLE_ROOMS[-1] > len(rows) >= WHOLE_ROOMS[0]


def _speaks(plus: Number, *, sure: bool, due: int) -> bool:
    """Whether what was seen counts though `due` says otherwise, which is `sure` only where the table is this room's."""
    return plus.proven and _is_clear(plus) if sure else due > 0 or _is_clear(plus)


def _is_clear(plus: Number | None) -> bool:
    return plus is not None and plus.confidence >= _CLEAR and plus.value is not None and 0 < plus.value <= MOST_A_RACE


def first_place(rows: Sequence[DraftRow]) -> int:
    """The place of the first row, said by most of the places read; 1 where none was read."""
    votes = Counter(row.place - index for index, row in enumerate(rows) if row.place and row.place - index >= 1)
    return votes.most_common(1)[0][0] if votes else 1


def drop_above_first(draft: Draft) -> None:
    """Takes off what was read above the row that the places say is the first: a clock, a window's head."""
    rows = [row for side in draft.sides for row in side.rows]
    starts = Counter(row.place - index for index, row in enumerate(rows) if row.place)
    start, fitting = starts.most_common(1)[0] if starts else (1, 0)
    if start < 1 and fitting >= _PATTERN * len(rows):
        del draft.sides[0].rows[: 1 - start]


def doubt_order(draft: Draft) -> None:
    """In a sorted list a score out of order is doubted, though two readers agree on it."""
    for side in draft.sides:
        rows = [row for row in side.rows if row.score.value is not None]
        kept = _longest_falling([row.score.value or 0 for row in rows])
        outside = [index for index in range(len(rows)) if index not in kept]
        if len(kept) >= _SORTED * len(rows):
            for index in outside:
                rows[index].doubts.append("The score stands out of order.")


def mostly_falls(values: Sequence[int]) -> bool:
    """Whether so many of the values are in falling order that a list counts as sorted."""
    return len(_longest_falling(values)) >= _SORTED * len(values)


def _longest_falling(values: Sequence[int]) -> set[int]:
    """Indices of a longest run (with gaps) of values that never rise."""
    best: list[list[int]] = []
    for index, value in enumerate(values):
        before = [run for run in best if values[run[-1]] >= value]
        longest = max(before, key=len) if before else []
        best.append([*longest, index])
    longest_of_all: list[int] = max(best, key=len) if best else []
    return set(longest_of_all)
