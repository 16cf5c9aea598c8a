"""The game's team screens: rows on bars in the teams' colours, with a box per team above that holds its total.

The same rows without boxes are the two teams' lists between races.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from ocr.detector import shared_detector
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.layouts.grid import join, right
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout

STRONG = 0.5  # saturation, 0..1, of a team's bar
LIT = 0.3  # value, 0..1
_ONE_HUE = 22.0  # degrees between neighbours on the colour circle that are still one team's colour
_COLOURED = 0.85  # share of the rows that must stand on strong colour
_BIG = 1.5  # a total is at least this many times as high as a row's text
_TOTALS_SIDE = 400  # long side at which the detector sees letters as high as a tenth of the picture whole


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
    sides = tuple(FoundSide(tuple(members), total=_above(members, big)) for members in ordered)
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
    every = [*detector.boxes(pixels), *detector.boxes(pixels, long_side=_TOTALS_SIDE)]
    return [
        box
        for box in every
        if box.height > _BIG * text and box.y + box.height < top + text and box.width < 3.5 * box.height
    ]


def _above(rows: Sequence[FoundRow], big: Sequence[Box]) -> Box | None:
    """The box over a team's columns, as wide as every box there that shares its line."""
    left, end = min(row.bar.x for row in rows), max(right(row.bar) for row in rows)
    over = [box for box in big if left <= box.x + box.width / 2 <= end]
    if not over:
        return None
    largest = max(box.width * box.height for box in over)
    # the total stands right over the rows; a banner may be larger, an emblem or a crown's letters are higher up
    main = max((b for b in over if b.width * b.height > 0.3 * largest), key=lambda b: b.y + b.height / 2)
    level = [
        box
        for box in over
        if abs((box.y + box.height / 2) - (main.y + main.height / 2)) < 0.3 * main.height
        and box.height > 0.6 * main.height
    ]
    return join(level)
