"""Tables that look like results and are none: ratings, ranks, changes. Pure functions over what was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mkw.points import MOST_A_RACE

_RATING = re.compile(r"\b(mmr|elo|rating|lr)\b", re.IGNORECASE)
_HEADER = re.compile(r"^\W*(player|players|name|names|team|user|member|nick(name)?|racer)s?\W*$", re.IGNORECASE)
_MOST_RACES = 32  # of one war; 12 is usual
_MOST_ROWS = 40  # 24 players and their substitutes
_SHARE = 0.9


def refuse_reason(
    scores: Sequence[int | None],
    *,
    race_points: Sequence[int | None] = (),
    words: Sequence[str | None] = (),
    races: int | None = None,
) -> str | None:
    """Why rows with these scores are no result, as one sentence; None where they may be one.

    `race_points` are what was taken for +N, `words` the title and headers of columns, `races` what the picture says.
    """
    if any(word and _RATING.search(word) for word in words):
        return "This looks like a table of ratings, not of a war's points."
    if len(scores) > _MOST_ROWS:
        return "There are more rows on this picture than a room has players."
    if are_places(scores):
        return "Only places could be read on this picture, no points."
    gained = [points for points in race_points if points is not None]
    if sum(points > MOST_A_RACE for points in gained) > len(gained) / 3:
        return "The points of a race on this picture are more than a race gives."
    known = [score for score in scores if score is not None]
    most = MOST_A_RACE * (races or _MOST_RACES)
    if known and sum(score > most for score in known) > len(known) / 2:
        return "The numbers on this picture are too large for a war's points."
    return None


def are_places(scores: Sequence[int | None]) -> bool:
    """Whether the numbers are places rather than points: 1, 2, 3, … in some order with ties, or again and again.

    Unread ones may be the medals. The points of one race do not pass: 15 and 12 stand two places too high.
    """
    known = [score for score in scores if score]  # a medal may be read as 0
    missing = len(scores) - len(known)
    if len(known) < max(4, len(scores) / 2):
        return False
    steps = list(pairwise(known))
    if min(known) == 1 and sum(after in {before + 1, 1} for before, after in steps) > _SHARE * len(steps):
        return True  # the places in one side after the other
    due = [1 + sum(other < score for other in known) for score in known]
    return any(
        sum(score == place + medals for score, place in zip(known, due, strict=True)) > _SHARE * len(known)
        for medals in range(missing + 1)
    )


def is_header(name: str, score: int | None) -> bool:
    """Whether a row is the line of column headers: a word for players and no number."""
    return score is None and _HEADER.match(name) is not None
