"""Panels of a table: a column of names with every column of numbers that shares its rows.

Sides beside one another are panels of their own; sides under one another share one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ocr.layouts.boxes import middle_x, middle_y
from ocr.layouts.found import Box
from ocr.layouts.table_columns import Column, find_columns, pitch_of, regular
from ocr.layouts.table_pieces import Numbers, Pieces, are_pictures
from ocr.layouts.words import Word
from ocr.readers import Pixels

_NAMES = re.compile(r"(?:player )?names?|players?|プレイヤー|名前")
_TAGS = re.compile(r"clans?|teams?|tags?|crews?|squads?|チーム|クラン")
_SHARED = 0.5  # of the lines of a column: so many it has in common with its names
_SAME_SIZE = 0.85  # the lower of two text heights over the higher: smaller letters under a name are its team's or title
_LEVEL = 0.45  # of a text height: how far apart the centres of one row may lie
_FEWEST = 2  # rows of a panel
_SURE = 0.5  # the usual confidence of words; flags and avatars read as letters stay below
_FIRST_PLACE = 4  # medals may stand for the first three
_LAST_PLACE = 30
_MOSTLY = 0.7  # of a column's numbers
_NEAREST = 8.0  # of a text height: how far left of its name a score may stand
_CLEAR = 0.9  # the same where most are as narrow as a letter or two: medals are read as one
_DISTINCT = 0.5  # share of a column's words that differ: names do, units and flags do not
_FARTHEST = 60.0  # of a text height: the farthest a score stands from where its name begins


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows by their centres, the names, and the columns of numbers beside them from left to right."""

    names: Column
    numbers: tuple[Numbers, ...]
    lines: tuple[float, ...]
    pitch: float

    @property
    def reach(self) -> float:
        return 0.4 * self.pitch


def find_panels(pixels: Pixels, pieces: Pieces) -> list[Panel]:
    """The panels from left to right; empty where no column of names has numbers beside it."""
    phrases = {phrase.box: phrase for phrase in pieces.phrases if phrase.wordy and not phrase.is_figure}
    columns = [
        column for column in find_columns(list(phrases)) if _like_names(pixels, [phrases[box] for box in column.boxes])
    ]
    columns = _without_tags(columns, pieces.phrases)
    chosen: dict[int, list[Numbers]] = {}
    before: list[Numbers] = []  # of every name
    for numbers in pieces.numbers:
        at = _names_of(numbers, columns)
        if at is not None:
            chosen.setdefault(at, []).append(numbers)
        else:
            before.append(numbers)
    found = [_panel(columns[at], numbers) for at, numbers in chosen.items()]
    panels = _without_twins([panel for panel in found if panel is not None])
    mirrored = _mirrored(panels, columns)
    mirrored += [
        panel for panel in _led(columns, before, [*panels, *mirrored]) if not _place_between(panel, pieces.numbers)
    ]
    every = [*panels, *mirrored]
    led = _led(columns, pieces.numbers, [])
    if _paired(led, pieces.numbers) > _paired(every, pieces.numbers) and not any(
        _place_between(panel, pieces.numbers) for panel in led
    ):
        every = led
    return sorted(every, key=lambda panel: panel.names.left)


def _without_tags(columns: Sequence[Column], phrases: Sequence[Word]) -> list[Column]:
    """The columns less those whose header says that they hold clans, where another's says that it holds players."""

    def headed(column: Column, words: re.Pattern[str]) -> bool:
        second = sorted(map(middle_y, column.boxes))[1:2]  # the header may be a box of the column itself
        return any(
            words.fullmatch(phrase.text.strip().strip(".:").casefold())
            and abs(phrase.box.x - column.left) < column.height
            and middle_y(phrase.box) < min(second, default=0.0)
            for phrase in phrases
        )

    named = any(headed(column, _NAMES) for column in columns)
    return [column for column in columns if not (named and headed(column, _TAGS))]


def _paired(panels: Sequence[Panel], every: Sequence[Numbers]) -> int:
    """How many names of these panels have a number that may be a score beside them."""
    likely = [numbers for numbers in every if not may_be_places(numbers)]
    return sum(
        max((len(_level(panel.names, one.column)) for one in panel.numbers if one in likely), default=0)
        for panel in panels
    )


def _place_between(panel: Panel, every: Sequence[Numbers]) -> bool:
    """Whether places stand between names and the scores left of them, which are then those of a side further left."""
    ends = [numbers.right for numbers in panel.numbers if not may_be_places(numbers)]
    start = median(box.x for box in panel.names.boxes)
    return any(
        may_be_places(numbers)
        and max(ends, default=numbers.left) < numbers.left
        and (numbers.left + numbers.right) / 2 < start
        and len(_level(panel.names, numbers.column)) >= _FEWEST
        for numbers in every
    )


def may_be_places(numbers: Numbers) -> bool:
    """Whether a column's numbers are as small and as different as places, in whatever order."""
    values = list(numbers.values.values())
    small = [value for value in values if value <= _LAST_PLACE]  # the total of a side may stand over them
    return len(small) >= _MOSTLY * len(values) and len(set(small)) >= _DISTINCT * len(small)


def _like_names(pixels: Pixels, words: Sequence[Word]) -> bool:
    """Whether a column's words may be names: read with some certainty, different, and no pictures."""
    if median(word.confidence for word in words) < _SURE:
        return False
    if len({word.text for word in words}) < _DISTINCT * len(words):
        return False
    narrow = [word for word in words if word.box.width < 1.8 * word.box.height]
    if len(narrow) < 0.8 * len(words):
        return True
    return median(word.confidence for word in narrow) > _CLEAR and not are_pictures(
        pixels, [word.box for word in narrow]
    )


def _names_of(numbers: Numbers, columns: Sequence[Column]) -> int | None:
    """The nearest column of names left of the numbers that shares their lines."""
    best: tuple[float, int] | None = None
    for at, names in enumerate(columns):
        if not 0.5 <= numbers.height / names.height <= 2.0:
            continue
        start = median(box.x for box in names.boxes)
        if not numbers.left - _FARTHEST * names.height < start < numbers.left:
            continue
        shared = len(_shared(names, numbers.column))
        if shared >= max(_FEWEST, _SHARED * min(len(numbers.values), len(names.boxes))):
            worth = start / numbers.height + 0.5 * shared
            if best is None or worth > best[0]:
                best = worth, at
    return best[1] if best else None


def _shared(names: Column, numbers: Column) -> list[float]:
    """The centres of the names that have a number on their line, to the right; of two the one in larger letters."""
    reach = _LEVEL * max(names.height, numbers.height)
    beside: dict[Box, list[Box]] = {}
    for box in names.boxes:
        number = numbers.at(middle_y(box), reach)
        if number is not None and middle_x(number) > middle_x(box):
            beside.setdefault(number, []).append(box)
    return sorted(_nearest(number, boxes) for number, boxes in beside.items())


def _nearest(number: Box, names: Sequence[Box]) -> float:
    tallest = max(box.height for box in names)
    large = [box for box in names if box.height >= _SAME_SIZE * tallest]
    return min((middle_y(box) for box in large), key=lambda y: abs(y - middle_y(number)))


def _panel(names: Column, numbers: Sequence[Numbers]) -> Panel | None:
    lines = max((_shared(names, one.column) for one in numbers), key=len)
    if len(lines) < _FEWEST:
        return None
    pitch = _pitch(lines, numbers)
    seen = sorted([*lines, *(middle_y(box) for one in numbers for box in one.column.boxes)])
    run = regular(seen, pitch)  # a name may be missing where a number is not
    lines = [line for line in lines if run[0] <= line <= run[-1]]
    if len(lines) < _FEWEST:
        return None
    return Panel(names, tuple(sorted(numbers, key=lambda one: one.right)), tuple(lines), pitch)


def _pitch(lines: Sequence[float], numbers: Sequence[Numbers]) -> float:
    """The distance of two rows: names that were not boxed leave wider steps than the numbers beside them."""
    steps = [pitch_of(lines)]
    for one in numbers:
        ys = sorted(middle_y(box) for box in one.column.boxes if lines[0] - 1 <= middle_y(box) <= lines[-1] + 1)
        if len(ys) >= len(lines):
            steps.append(pitch_of(ys))
    return min(steps)


def _without_twins(panels: Sequence[Panel]) -> list[Panel]:
    """Of panels whose names are the same boxes under another alignment the larger one, with the numbers of both."""
    kept: list[Panel] = []
    for panel in sorted(panels, key=lambda panel: -len(panel.lines)):
        twin = next((other for other in kept if _same_names(other, panel)), None)
        if twin is None:
            kept.append(panel)
        else:
            numbers = [*twin.numbers, *(one for one in panel.numbers if one not in twin.numbers)]
            kept[kept.index(twin)] = replace(twin, numbers=tuple(sorted(numbers, key=lambda one: one.right)))
    return kept


def _same_names(one: Panel, other: Panel) -> bool:
    apart = abs(median(map(middle_x, one.names.boxes)) - median(map(middle_x, other.names.boxes)))
    between = any(
        min(one.names.left, other.names.left) < numbers.left < max(one.names.left, other.names.left)
        for numbers in (*one.numbers, *other.numbers)
    )
    return apart < 6 * one.names.height and not between


def _mirrored(panels: list[Panel], columns: Sequence[Column]) -> list[Panel]:
    """Panels whose scores stand left of their names: the second of two columns of numbers between two of names."""
    out: list[Panel] = []
    for names in columns:
        if any(_overlap(names, panel.names) for panel in (*panels, *out)):
            continue
        for at, panel in enumerate(panels):
            near = [
                one
                for one in panel.numbers[1:]
                if one.right < median(box.x for box in names.boxes) + 0.3 * names.height
                and len(_level(names, one.column)) >= max(_FEWEST, _SHARED * len(names.boxes))
            ]
            if not near:
                continue
            fullest = max(len(_level(names, one.column)) for one in near)
            full = [one for one in near if len(_level(names, one.column)) >= _MOSTLY * fullest]
            nearest = max(full, key=lambda one: (len(one.values) >= fullest, one.right))
            new = _panel_of(names, nearest)
            if new is not None:
                out.append(new)
                panels[at] = replace(panel, numbers=tuple(one for one in panel.numbers if one is not nearest))
                break
    return out


def _led(columns: Sequence[Column], numbers: Sequence[Numbers], panels: Sequence[Panel]) -> list[Panel]:
    """Panels all of whose numbers stand left of their names."""
    out: list[Panel] = []
    for names in sorted(columns, key=lambda column: (-len(column.boxes), column.left)):
        if any(_overlap(names, panel.names) for panel in (*panels, *out)):
            continue
        start = median(box.x for box in names.boxes)
        near = [
            one
            for one in numbers
            if not any(one in panel.numbers for panel in out)
            and not _are_places(one)
            and start - _NEAREST * names.height < one.right < start + 0.3 * names.height
            and len(_level(names, one.column)) >= max(_FEWEST, _SHARED * len(names.boxes))
        ]
        if near:
            fullest = max(near, key=lambda one: len(_level(names, one.column)))
            panel = _panel_of(names, fullest)
            if panel is not None:
                out.append(replace(panel, numbers=tuple(sorted(near, key=lambda one: one.right))))
    return out


def _are_places(numbers: Numbers) -> bool:
    """Whether a column counts up from the top: places, which scores that fall from the top never do."""
    values = [value for _, value in sorted(numbers.values.items(), key=lambda item: item[0].y)]
    return values == sorted(values) and values[0] <= _FIRST_PLACE and values[-1] > values[0]


def _overlap(one: Column, other: Column) -> bool:
    return one.left < other.right and other.left < one.right


def _level(names: Column, numbers: Column) -> list[float]:
    reach = _LEVEL * max(names.height, numbers.height)
    return [middle_y(box) for box in names.boxes if numbers.at(middle_y(box), reach) is not None]


def _panel_of(names: Column, numbers: Numbers) -> Panel | None:
    lines = _level(names, numbers.column)
    if len(lines) < _FEWEST:
        return None
    pitch = _pitch(lines, [numbers])
    lines = regular(lines, pitch)
    return Panel(names, (numbers,), tuple(lines), pitch) if len(lines) >= _FEWEST else None
