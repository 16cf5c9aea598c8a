"""Marks for readings of pictures whose truth is known. Pairing and folding are the measuring script's."""

from __future__ import annotations

import functools
import importlib.util
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.reliability import Said

SCORER = Path(__file__).resolve().parent.parent.parent / "shared" / "measure" / "score_images.py"
DRAWN = ("table", "pills", "board")  # kinds whose pictures say how many races a row ran


class NoScorerError(RuntimeError):
    """The measuring script is not there."""


@functools.cache
def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_images", SCORER) if SCORER.is_file() else None
    if spec is None or spec.loader is None:
        raise NoScorerError(f"{SCORER.name} is not there: it is expected in ../shared/measure")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mark(truth: dict[str, Any], reading: dict[str, Any], kind: str) -> tuple[Counter[str], list[Said]]:
    """Counts of what was asked and what was right, and what the reader said of each row it read.

    A right row of a refused picture counts as doubted, a picture of `expect: optional` counts for nothing. Raises
    NoScorerError.
    """
    count: Counter[str] = Counter(pictures=1)
    refused = reading["status"] == "refused"
    if truth.get("expect") == "optional":
        return count, []
    if truth.get("expect") == "refuse" or not truth["rows"]:
        count.update(refuse=1, accepted_wrong=not refused)
        return count, []
    wanted = [row for row in truth["rows"] if row.get("score") is not None]
    read = [row for side in reading["sides"] for row in side["rows"]]
    pairs = _scorer().pair(wanted, read)
    count.update(to_read=1, refused_wrong=refused, rows=len(wanted), found=len(pairs), extra=len(read) - len(pairs))
    said = []
    whole = len(read) == len(wanted)
    for at, true in enumerate(wanted):
        row = read[pairs[at]] if at in pairs else {}
        told = _row(count, true, row, refused=refused, kind=kind)
        whole = whole and told.numbers_right and told.name_right
        if row:
            said.append(told)
    paired = set(pairs.values())
    said += [_told(row, refused, False, False) for at, row in enumerate(read) if at not in paired]  # noqa: FBT003
    count.update(whole=whole)
    _teams(count, truth, reading["sides"])
    return count, said


def _row(count: Counter[str], true: dict[str, Any], row: dict[str, Any], *, refused: bool, kind: str) -> Said:
    """Counts one row of the truth, `row` is empty where it was not read."""
    fold = _scorer().fold
    names = true.get("name_alt", [])
    names = [true["name"], *(names if isinstance(names, list) else [names])]
    score_right = row.get("score") == true["score"]
    name_right = fold(row.get("name")) in [fold(name) for name in names]
    doubted = refused or bool(row.get("doubts"))
    count.update(
        scores_right=score_right,
        names_right=name_right,
        silent=bool(row) and not score_right and not doubted,
        wrong_doubted=bool(row) and not score_right and doubted,
        right_doubted=score_right and doubted,
    )
    right = score_right
    if true.get("race_points") is not None:
        points_right = row.get("race_points") == true["race_points"]
        count.update(points=1, points_right=points_right, silent_points=bool(row) and not points_right and not doubted)
        right = right and points_right
    if true.get("races_played") and kind in DRAWN:
        count.update(races=1, races_right=row.get("races") == true["races_played"])
    if true.get("penalty"):
        count.update(penalties=1, penalties_right=abs(row.get("penalty") or 0) == abs(true["penalty"]))
    return _told(row, refused, name_right, right)


def _told(row: dict[str, Any], refused: bool, name_right: bool, numbers_right: bool) -> Said:  # noqa: FBT001
    doubted = refused or bool(row.get("doubts"))
    return Said(doubted, row.get("name_confidence"), row.get("confidence"), name_right, numbers_right)


def _teams(count: Counter[str], truth: dict[str, Any], sides: Sequence[dict[str, Any]]) -> None:
    """Totals and penalties of teams, as bags: the order of the sides is not asked for."""
    teams = truth.get("teams", [])
    for what, key, true in (
        ("totals", "total", [team["score"] for team in teams if isinstance(team.get("score"), int)]),
        ("penalties", "penalty", [abs(team["penalty"]) for team in teams if team.get("penalty")]),
    ):
        read = Counter(side.get(key) for side in sides)
        count.update({what: len(true), f"{what}_right": (Counter(true) & read).total()})
