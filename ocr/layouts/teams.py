"""The game's team screens: rows on bars in the teams' colours, with a box per team above that holds its total.

The same rows without boxes are the two teams' lists between races.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from ocr.detector import shared_detector
from ocr.layouts.boxes import around, right
from ocr.layouts.closer import closer_boxes
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout
from ocr.tones import LIT, STRONG, darkest, in_colour

_ONE_HUE = 22.0  # degrees between neighbours on the colour circle that are still one team's colour
_COLOURED = 0.85  # share of the rows that must stand on strong colour
_BIG = 1.5  # a total is at least this many times as high as a row's text
_LEVEL, _TALLER = 0.3, 1.4  # of a total's height: how far from the others' line, and how much taller it may be
_TOTAL_TEXT = (2.0, 4.0)  # times a row's text: a total is looked for as if it were so high, near and far
_HIGHEST = 14.0  # times a row's text: how far above the rows its head is


def as_teams(pixels: Pixels, rows: Sequence[FoundRow], fit: float) -> Found | None:
    """The rows parted into teams by the colour of their bars; None where they do not stand on two colours or more."""
    hues = [_hue(pixels, row) for row in rows]
    seen = [hue for hue in hues if hue is not None]
    if len(seen) < max(4, _COLOURED * len(rows)):
        return None
    groups = _groups(seen)
    if not 2 <= len(groups) <= 4:
        return None
    teams: dict[int, list[FoundRow]] = {}
    for row, hue in zip(rows, hues, strict=True):
        if hue is not None:
            nearest = min(range(len(groups)), key=lambda index: _apart(hue, groups[index]))
            teams.setdefault(nearest, []).append(row)
    if min(len(members) for members in teams.values()) < 2:
        return None
    ordered = sorted(teams.values(), key=lambda members: (min(row.bar.x for row in members) // 50, members[0].bar.y))
    big = _totals(pixels, rows)
    over = [_over(members, big) for members in ordered]
    totals = _alike(_on_their_line(over), [_left(members) for members in ordered])
    sides = tuple(FoundSide(tuple(members), total=total) for members, total in zip(ordered, totals, strict=True))
    return Found(Layout.TEAMS, sides, fit)


def _hue(pixels: Pixels, row: FoundRow) -> float | None:
    """Degrees of the bar's colour between name and score; None where it is pale or dark."""
    left, end = right(row.name), row.score.x
    if end - left < row.score.height // 2:
        left, end = row.bar.x, right(row.bar)
    middle, reach = row.bar.y + row.bar.height // 2, max(1, row.bar.height // 5)
    patch = pixels[max(0, middle - reach) : middle + reach, left:end]
    if not patch.size:
        return None
    blue, green, red = (float(value) for value in np.median(patch.reshape(-1, 3), axis=0))
    high, low = max(red, green, blue), min(red, green, blue)
    if high < 255 * LIT or high - low < STRONG * high:
        return None
    if high == red:
        return 60 * ((green - blue) / (high - low)) % 360
    if high == green:
        return 60 * ((blue - red) / (high - low) + 2)
    return 60 * ((red - green) / (high - low) + 4)


def _groups(hues: Sequence[float]) -> list[float]:
    """Middle hues of the groups that wide gaps on the colour circle part."""
    ordered = sorted(hues)
    gaps = [later - earlier for earlier, later in pairwise(ordered)] + [ordered[0] + 360 - ordered[-1]]
    start = (max(range(len(gaps)), key=gaps.__getitem__) + 1) % len(ordered)
    turned = [hue + (360 if hue < ordered[start] else 0) for hue in ordered[start:] + ordered[:start]]
    groups: list[list[float]] = [[turned[0]]]
    for hue in turned[1:]:
        if hue - groups[-1][-1] > _ONE_HUE:
            groups.append([])
        groups[-1].append(hue)
    return [median(group) % 360 for group in groups]


def _apart(one: float, other: float) -> float:
    return min(abs(one - other), 360 - abs(one - other))


def _totals(pixels: Pixels, rows: Sequence[FoundRow]) -> list[Box]:
    """Boxes of letters much higher than the rows', above the rows."""
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    text = median(row.score.height for row in rows)
    top = min(row.bar.y for row in rows)
    bars = around([row.bar for row in rows])
    above = Box(bars.x, max(0, round(top - _HIGHEST * text)), bars.width, round(min(top, _HIGHEST * text) + text))
    every = detector.boxes(pixels)
    whiteness = in_colour(darkest(pixels))  # of any colour the ground and the edges may be
    for height in _TOTAL_TEXT:
        every += closer_boxes(whiteness, above, height * text, detector)
    return [
        box
        for box in every
        if box.height > _BIG * text and box.y + box.height < top + text and box.width < 3.5 * box.height
    ]


def _left(rows: Sequence[FoundRow]) -> int:
    return min(row.bar.x for row in rows)


def _alike(totals: Sequence[Box | None], lefts: Sequence[int]) -> list[Box | None]:
    """Each total as wide as the widest seen, on one line at the same distance from its rows.

    Digits over scenery are missed, and what else is large above the rows is taken for some.
    """
    seen = [(box, left) for box, left in zip(totals, lefts, strict=True) if box]
    if not seen:
        return list(totals)
    lines = [[(other, left) for other, left in seen if _on_one_line(box, other)] for box, _ in seen]
    line = max(lines, key=lambda line: (len(line), median(box.height for box, _ in line)))
    start, end = min(box.x - left for box, left in line), max(right(box) - left for box, left in line)
    top, foot = min(box.y for box, _ in line), max(box.y + box.height for box, _ in line)
    return [Box(max(0, left + start), top, left + end - max(0, left + start), foot - top) for left in lefts]


def _on_one_line(one: Box, other: Box) -> bool:
    apart = abs(one.y + one.height / 2 - other.y - other.height / 2)
    return apart < _LEVEL * one.height and max(one.height, other.height) < _TALLER * min(one.height, other.height)


def _over(rows: Sequence[FoundRow], big: Sequence[Box]) -> list[Box]:
    """The boxes over a team's columns."""
    left, end = min(row.bar.x for row in rows), max(right(row.bar) for row in rows)
    return [box for box in big if left <= box.x + box.width / 2 <= end]


def _on_their_line(over: Sequence[Sequence[Box]]) -> list[Box | None]:
    """Each team's total, as wide as the boxes over its rows that stand on the line most teams have boxes on.

    Scenery may be larger, but hardly stands on one line over every team.
    """
    of_one = [box for boxes in over for box in boxes if sum(box in others for others in over) == 1]
    lines = [[[box for box in boxes if _on_one_line(one, box)] for boxes in over] for one in of_one]
    best = max(lines, key=lambda line: sum(map(bool, line)), default=[])
    if sum(map(bool, best)) < 2:
        return [_lowest(boxes) for boxes in over]
    return [around(level) if level else None for level in best]


def _lowest(over: Sequence[Box]) -> Box | None:
    """The total where it stands alone: right over the rows, as wide as every box there that shares its line."""
    if not over:
        return None
    largest = max(box.width * box.height for box in over)
    # a banner may be larger, an emblem or a crown's letters are higher up
    main = max((b for b in over if b.width * b.height > 0.3 * largest), key=lambda b: b.y + b.height / 2)
    level = [
        box
        for box in over
        if abs((box.y + box.height / 2) - (main.y + main.height / 2)) < 0.3 * main.height
        and box.height > 0.6 * main.height
    ]
    return around(level)
