"""The reading of one image: what the reader says it saw, what it doubts, and what the arithmetic said.

The JSON form is written down in the README ("The reading's JSON"). Everything is frozen and picklable, because it
crosses a process boundary.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    PROVEN = "proven"  # every number stands on more than one leg
    DOUBTFUL = "doubtful"  # something does not; the rows say what
    REFUSED = "refused"  # no result image, or nothing can be read from it


class Layout(StrEnum):
    TABLE = "table"  # a drawn war table
    RACE = "race"  # one race's list with +N
    STANDINGS = "standings"  # a list with running or final points
    TEAMS = "teams"  # the game's screen with team boxes
    UNKNOWN = "unknown"  # only with Status.REFUSED


@dataclass(frozen=True, slots=True)
class Row:
    """One player's row, as drawn. `doubts` holds one short sentence per doubt and is empty where the row is sure."""

    name: str
    score: int | None
    place: int | None = None
    race_points: int | None = None
    races: int | None = None
    penalty: int = 0
    doubts: tuple[str, ...] = ()
    name_confidence: float = 1.0  # 0..1, how sure the readers are of the name


@dataclass(frozen=True, slots=True)
class Side:
    """One team in the order drawn; a list without teams is one side."""

    rows: tuple[Row, ...]
    tag: str | None = None
    total: int | None = None
    penalty: int = 0
    doubts: tuple[str, ...] = ()  # doubts about tag, total or penalty, not about rows


@dataclass(frozen=True, slots=True)
class Check:
    """One identity of the game, tried on the numbers read. `check` says it in words."""

    check: str
    expected: int | None
    got: int | None
    ok: bool


@dataclass(frozen=True, slots=True)
class Reading:
    status: Status
    layout: Layout
    sides: tuple[Side, ...] = ()
    reason: str | None = None
    title: str | None = None
    races: int | None = None
    checks: tuple[Check, ...] = ()
    seconds: float = 0.0
    stages: tuple[tuple[str, float], ...] = ()  # (stage, seconds)

    @classmethod
    def refused(cls, reason: str) -> Reading:
        return cls(status=Status.REFUSED, layout=Layout.UNKNOWN, reason=reason)

    def to_json(self) -> dict[str, Any]:
        """A dict that `json.dumps` takes; tuples become lists."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reading:
        """The inverse of `to_json`; raises KeyError, TypeError or ValueError on anything else."""
        sides = tuple(
            Side(
                **{
                    **side,
                    "rows": tuple(Row(**{**row, "doubts": tuple(row["doubts"])}) for row in side["rows"]),
                    "doubts": tuple(side["doubts"]),
                }
            )
            for side in data["sides"]
        )
        return cls(
            **{
                **data,
                "status": Status(data["status"]),
                "layout": Layout(data["layout"]),
                "sides": sides,
                "checks": tuple(Check(**check) for check in data["checks"]),
                "stages": tuple((str(stage), float(seconds)) for stage, seconds in data["stages"]),
            }
        )
