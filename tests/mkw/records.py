"""Records written down by hand, as short as a test needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from mkw.ids import PlayerId
from mkw.record import Record
from mkw.record_rows import build_record

START = datetime(2025, 7, 1, 20, tzinfo=UTC)
A, B, C, D = (PlayerId(number) for number in (1, 2, 3, 4))


@dataclass(frozen=True)
class Kept:
    """One war: our lines as {player: score or (score, races)}, the other sides as (tag, total[, penalty])."""

    lines: Mapping[int, int | tuple[int, int]] = field(default_factory=dict)
    foes: Sequence[tuple[str, int] | tuple[str, int, int]] = (("CB", 484),)
    own: int | None = None  # the lines' sum where None
    penalty: int = 0
    races: int = 12
    tag: str = "DX"
    day: int | None = None  # days after the first; the war's number where None


def record(*wars: Kept) -> Record:
    """Numbered from 1 in the order given, a day apart."""
    rows: dict[str, list[list[int]]] = {"wars": [], "sides": [], "lines": []}
    tags: dict[str, int] = {}
    for number, war in enumerate(wars, 1):
        at = START + timedelta(days=number if war.day is None else war.day)
        rows["wars"].append([number, int(at.timestamp()), war.races, 1])
        lines = {player: line if isinstance(line, tuple) else (line, war.races) for player, line in war.lines.items()}
        own = sum(score for score, _ in lines.values()) if war.own is None else war.own
        sides = [(war.tag, own, war.penalty), *((foe[0], foe[1], foe[2] if len(foe) > 2 else 0) for foe in war.foes)]
        for side, (tag, total, penalty) in enumerate(sides, 1):
            key = tags.setdefault(tag, len(tags) + 1) if tag else 0
            rows["sides"].append([number, side, total, penalty, key])
        rows["lines"] += [
            [number, 1, place, player, score, races] for place, (player, (score, races)) in enumerate(lines.items(), 1)
        ]
    rows["lines"].sort(key=lambda row: (row[0], row[3]))
    rows["wars"].sort(key=lambda row: (-row[1], -row[0]))
    return build_record(
        _columns(rows["wars"], "war_id", "at", "races", "our_side"),
        _columns(rows["sides"], "war_id", "side", "total", "penalty", "tag"),
        _columns(rows["lines"], "war_id", "side", "position", "player_id", "score", "races"),
        {key: tag for tag, key in tags.items()},
    )


def _columns(rows: list[list[int]], *names: str) -> dict[str, np.ndarray]:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return {name: table[:, place] for place, name in enumerate(names)}
