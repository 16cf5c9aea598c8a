"""Rows of a result out of boxes of text anywhere on a picture: the plain way a whole-picture reader would be used.

Boxes whose middles lie within half a letter's height are one row. The last number of a row is its score, the longest
text left of it that is no number its name, `+N` its race points, a number at the very left its place. A row without a
name or a score is none. No arithmetic, no layout, no doubts: the readers' own confidence is all there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

_SCORE = re.compile(r"\d{1,4}")
_POINTS = re.compile(r"\+\s?(\d{1,2})")
_PLACE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?", re.IGNORECASE)
_DOUBTED = 0.5  # a number said with less confidence counts as doubted


@dataclass(frozen=True, slots=True)
class Box:
    """A text and where it stands, in pixels; `sure` is the reader's own confidence, 0..1."""

    text: str
    left: float
    top: float
    bottom: float
    sure: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def lines_of(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes grouped by their middles, from top to bottom, each line from left to right."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        if lines:
            height = fmean(other.bottom - other.top for other in lines[-1])
            if box.middle - fmean(other.middle for other in lines[-1]) <= height / 2:
                lines[-1].append(box)
                continue
        lines.append([box])
    return [sorted(line, key=lambda box: box.left) for line in lines]


def row_of(line: Sequence[Box]) -> dict[str, Any] | None:
    """The row a line of boxes says, in the form of the reading's JSON; None where it says no name or no score."""
    points = next((found for box in line if (found := _POINTS.fullmatch(box.text.strip()))), None)
    numbers = [at for at, box in enumerate(line) if _SCORE.fullmatch(box.text.strip())]
    if not numbers:
        return None
    last = numbers[-1]
    names = [box for box in line[:last] if not _is_number(box.text)]
    if not names:
        return None
    name = max(names, key=lambda box: len(box.text))
    place = _PLACE.fullmatch(line[0].text.strip()) if line[0] is not name and last != 0 else None
    return {
        "name": name.text.strip(),
        "score": int(line[last].text),
        "place": int(place[1]) if place else None,
        "race_points": int(points[1]) if points else None,
        "races": None,
        "penalty": 0,
        "doubts": ["The reader was not sure of the number."] if line[last].sure < _DOUBTED else [],
        "name_confidence": name.sure,
        "confidence": line[last].sure,
    }


def reading_of(boxes: Sequence[Box]) -> dict[str, Any]:
    """A reading's JSON of all the boxes of a picture; fewer than two rows are a refusal."""
    rows = [row for line in lines_of(boxes) if (row := row_of(line)) is not None]
    refused = len(rows) < 2
    doubted = any(row["doubts"] for row in rows)
    status = "refused" if refused else "doubtful" if doubted else "proven"
    return {"status": status, "sides": [] if refused else [{"rows": rows, "total": None, "penalty": 0}], "stages": []}


def _is_number(text: str) -> bool:
    stripped = text.strip()
    return any(form.fullmatch(stripped) for form in (_SCORE, _POINTS, _PLACE))
