"""Which column of a panel holds the scores, which the places and which the races: headers, ranks and sums say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from ocr.layouts import table_ink
from ocr.layouts.boxes import bottom, middle_x, middle_y, right
from ocr.layouts.found import Box
from ocr.layouts.table_panels import Panel
from ocr.layouts.table_pieces import Numbers, Pieces
from ocr.layouts.words import Word
from ocr.readers import Pixels

_WORDS = {  # what a header's word says its column holds
    "score": r"points?|pts|scores?|totals?|sum|得点|ポイント|合計",
    "place": r"#|no|rank|pos|place|position|順位",
    "races": r"races|played|rp|races played|gp|レース",
    "other": r"avg|average|avg[/ ]?race|best|high|low|(?:new )?mmr|diff|change"
    r"|(?:[rg]p?|gp|cup|race)\s?\d{1,2}|\+/?-|plus|minus",
}
_ABOVE = 3.5  # of the pitch: how far over the first row a header may stand
_SUMMED = 0.7  # share of the rows whose last number is the sum of the others
_CONCORDANT = 0.9  # share of pairs of rows in which the better score has the better place
_FEWEST_RANKS = 5  # rows from which places of another panel's scores are no chance
_MOST_PLACES = 30
_MOST_RACES = 32
_ONE_COUNT = 0.6  # share of the rows that ran the usual number of races
_SAME_SIZE = 0.88  # the lower of two letter heights over the higher, when columns are set in one size
_COVERED = 0.6  # of the rows of the fullest column that another of scores fills as well
_BESIDE = 4.0  # of a text height: how far places stand from the names


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of one panel by what they hold."""

    score: Numbers
    place: Numbers | None = None
    races: Numbers | None = None
    headed: bool = False  # a header says that these are the scores


def find_roles(pixels: Pixels, panels: Sequence[Panel], pieces: Pieces) -> list[Roles | None]:
    """One answer per panel; None where its numbers are places, races and the like only."""
    roles = [_roles(pixels, panel, pieces) for panel in panels]
    # what stands left of a column of places is no column of names
    roles = [one and (None if _is_place_of_another(one, roles, panels) else one) for one in roles]
    named = [panel for panel, one in zip(panels, roles, strict=True) if one]
    return [
        _with_place(one, panel, roles, named, pieces) if one else None for one, panel in zip(roles, panels, strict=True)
    ]


def _is_place_of_another(one: Roles, roles: Sequence[Roles | None], panels: Sequence[Panel]) -> bool:
    return any(
        other is not None
        and other is not one
        and len(_pairs(one.score, other.score, panel)) >= _FEWEST_RANKS
        and ranks_of(one.score, other.score, panel)
        for other, panel in zip(roles, panels, strict=True)
    )


def _roles(pixels: Pixels, panel: Panel, pieces: Pieces) -> Roles | None:
    heads = {numbers: _head(numbers, panel, pieces.words) for numbers in panel.numbers}
    ranks = [
        numbers
        for numbers in panel.numbers
        if heads[numbers] == "place" or any(ranks_of(numbers, other, panel) for other in panel.numbers)
    ]
    races = [
        numbers
        for numbers in panel.numbers
        if numbers not in ranks and (heads[numbers] == "races" or _like_races(numbers, panel))
    ]
    full = _in_most_rows(panel)
    left = [numbers for numbers in full if numbers not in (*ranks, *races) and heads[numbers] != "other"]
    if not left:
        left = [numbers for numbers in full if numbers not in ranks] or full
    if not left:
        return None
    named = [numbers for numbers in left if heads[numbers] == "score"]
    summed = [numbers for numbers in left if _is_sum(numbers, panel)]
    score = (named or summed or _largest(pixels, left, panel))[-1 if named or summed else 0]
    counted = [numbers for numbers in races if heads[numbers] == "races"]
    return Roles(score, races=counted[0] if counted else None, headed=bool(named))


def _in_most_rows(panel: Panel) -> list[Numbers]:
    """The columns with a number in most of the panel's rows: totals of sides stand in few."""
    shares = [sum(one.at(line, panel.reach) is not None for line in panel.lines) for one in panel.numbers]
    return [one for one, share in zip(panel.numbers, shares, strict=True) if share >= _COVERED * max(shares)]


def _head(numbers: Numbers, panel: Panel, words: Sequence[Word]) -> str:
    """What the header over a column says it holds; empty without one."""
    top = min(panel.lines[0], middle_y(numbers.column.boxes[0]))
    over = [
        word
        for word in words
        if word.alone
        and top - _ABOVE * panel.pitch < middle_y(word.box) < top - 0.4 * panel.pitch
        and word.box.x < numbers.right + 0.3 * numbers.height
        and right(word.box) > numbers.left - 0.3 * numbers.height
    ]
    said = [(middle_y(word.box), meaning) for word in over if (meaning := _meaning(word.text))]
    return max(said)[1] if said else ""


def _meaning(text: str) -> str:
    plain = text.strip().strip(".:").casefold()
    return next((holds for holds, words in _WORDS.items() if re.fullmatch(words, plain)), "")


def is_header(text: str) -> bool:
    """Whether the text is a word that heads a column of numbers."""
    return bool(_meaning(text))


def _pairs(one: Numbers, other: Numbers, panel: Panel) -> list[tuple[int, int]]:
    """The numbers of two columns on the same lines, where both were read."""
    found = []
    for box, value in one.values.items():
        mate = other.value_at(middle_y(box), panel.reach)
        if mate is not None:
            found.append((value, mate))
    return found


def ranks_of(places: Numbers, scores: Numbers, panel: Panel) -> bool:
    """Whether one column's numbers rise as the other's fall, and are small enough for places."""
    pairs = _pairs(places, scores, panel) if places is not scores else []
    if any(place > _MOST_PLACES for place, _ in pairs):
        return False
    if len(pairs) < 3 or len({score for _, score in pairs}) < 2:
        return False
    told = [(a[0] - b[0]) * (a[1] - b[1]) for a, b in combinations(pairs, 2) if a[1] != b[1]]
    return sum(value < 0 for value in told) >= _CONCORDANT * len(told)


def _like_races(numbers: Numbers, panel: Panel) -> bool:
    values = [value for line in panel.lines if (value := numbers.value_at(line, panel.reach)) is not None]
    if len(values) < 3 or max(values) > _MOST_RACES:
        return False
    return Counter(values).most_common(1)[0][1] >= _ONE_COUNT * len(values) and len(panel.numbers) > 1


def _is_sum(numbers: Numbers, panel: Panel) -> bool:
    """Whether most of the column's numbers are the sum of those left of them in their rows."""
    before = [other for other in panel.numbers if other.right < numbers.left]
    fitting = seen = 0
    for box, value in numbers.values.items():
        parts = [other.value_at(middle_y(box), panel.reach) for other in before]
        known = [part for part in parts if part is not None]
        if len(known) >= 2:
            seen += 1
            fitting += any(sum(known[start:]) == value for start in range(len(known) - 1))
    return seen >= 3 and fitting >= _SUMMED * seen


def _largest(pixels: Pixels, columns: Sequence[Numbers], panel: Panel) -> list[Numbers]:
    """The columns set in the largest letters; of four or more the last is meant, otherwise the first."""
    heights = [
        median(table_ink.ink_height(pixels, _level(box, panel.pitch)) for box in one.column.boxes) for one in columns
    ]
    tallest = [one for one, height in zip(columns, heights, strict=True) if height >= _SAME_SIZE * max(heights)]
    return tallest[-1:] if len(tallest) >= 4 else tallest


def _level(box: Box, pitch: float) -> Box:
    top = max(box.y, round(middle_y(box) - 0.46 * pitch))
    return Box(box.x, top, box.width, max(1, min(bottom(box), round(middle_y(box) + 0.46 * pitch)) - top))


def _with_place(
    roles: Roles, panel: Panel, every: Sequence[Roles | None], panels: Sequence[Panel], pieces: Pieces
) -> Roles:
    """The roles with the column of places: before the names, or behind the scores where no other names follow."""
    scores = [one.score for one in every if one]
    likely = [
        numbers
        for numbers in pieces.numbers
        if numbers not in scores
        and (ranks_of(numbers, roles.score, panel) or _head(numbers, panel, pieces.words) == "place")
    ]
    before = [numbers for numbers in likely if _is_before(numbers, panel)]
    behind = [
        numbers
        for numbers in likely
        if _is_behind(numbers, roles.score) and not any(_is_before(numbers, other) for other in panels)
    ]
    near = before or behind
    place = min(near, key=lambda one: abs(one.right - panel.names.left), default=None)
    return replace(roles, place=place)


def _is_before(numbers: Numbers, panel: Panel) -> bool:
    start = median(box.x for box in panel.names.boxes)
    middle = median(middle_x(box) for box in numbers.column.boxes)
    return start - _BESIDE * panel.names.height < middle < start


def _is_behind(numbers: Numbers, score: Numbers) -> bool:
    middle = median(middle_x(box) for box in numbers.column.boxes)
    return score.left < middle < score.right + 3 * _BESIDE * score.height
