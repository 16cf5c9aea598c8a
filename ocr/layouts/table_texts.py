"""What the words of a table's rows say about its shape, once they are read: headers and places among the rows.

Pure functions over a draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mkw.points import shared_places
from ocr import texts
from ocr.assemble import Draft, DraftRow
from ocr.layouts import table_checks

_PLACE = re.compile(r"^\s*(\d{1,2})(?:(st|nd|rd|th)?[.:)]?\s+|[.)])(?=\S)", re.IGNORECASE)
_PENALTY = re.compile(r"\s*\(?\s*(?:penalty:?)?\s*[-−–—]\s*\d{1,3}\s*\)?\s*$", re.IGNORECASE)
_BEHIND, _BEFORE = re.compile(r"\s*[-‐–−—:=.…·|]+$"), re.compile(r"^[-‐–−—:|]+\s*(?=\S)")
_AFTER_TAG = " -‐–−—:=|"
_OFTEN = 0.25  # share of the names that end so
_FLAGS = ("□", "■")
_FEWEST_PLACES = 2  # names that must begin with their own rank before it is cut off: one may be called so
_FEWEST_FALLING = 4


def tidy(draft: Draft) -> None:
    """Takes off what stands among the rows and is none, the line of headers first."""
    for side in draft.sides[:1]:
        if side.rows and table_checks.is_header(side.rows[0].name, side.rows[0].score.value):
            del side.rows[0]
    _take_flags(draft)
    _take_separators(draft)
    take_places(draft)
    for side in draft.sides:
        side.tag = (texts.without_total(side.tag) or None) if side.tag else None
        if side.tag and (taken := texts.penalty(side.tag)) and _PENALTY.search(side.tag):
            side.tag, side.penalty = _PENALTY.sub("", side.tag) or None, side.penalty or taken


def _take_flags(draft: Draft) -> None:
    """Takes off what flags before names were read as."""
    rows = [row for side in draft.sides for row in side.rows]
    if sum(row.name.startswith(_FLAGS) for row in rows) >= _FEWEST_PLACES:
        for row in rows:
            row.name = row.name.lstrip("".join(_FLAGS)).lstrip() or row.name


def _take_separators(draft: Draft) -> None:
    """`Comet: 109`, `Comet — 109`, `109 - Comet` -> `Comet`, where several names end or begin so."""
    rows = [row for side in draft.sides for row in side.rows]
    for separator in (_BEHIND, _BEFORE):
        if sum(separator.search(row.name) is not None for row in rows) >= _OFTEN * len(rows):
            for row in rows:
                row.name = separator.sub("", row.name) or row.name
            for side in draft.sides:
                side.tag = side.tag.rstrip(_AFTER_TAG) if side.tag else side.tag


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
