"""What is known to be true of a picture: its label, from what a person corrected or saved. Pure functions.

Only what somebody has looked at counts: every row of a kept war, and of an open review the rows they changed. A row
nobody confirmed has no score, so nothing is asked of it. Names are the names as drawn: linking a row to a player does
not change what the picture shows, so the player's name is allowed beside it (`name_alt`), never put in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bot.services.drafts import Draft, DraftLine
from bot.services.texts import LONGEST_DRAWN, tidy
from ocr.reading import Layout

if TYPE_CHECKING:
    from bot.services.wars import War, WarLine, WarSide

Json = dict[str, Any]
_ROWS: Json = {"rows": [], "teams": []}


def label_of_no_result() -> Json:
    """The picture should have been refused."""
    return {"kind": "no-result", "expect": "refuse", **_ROWS}


def label_of_some_result() -> Json:
    """The picture should not have been refused; what it says is not known."""
    return {"kind": "unread", "expect": "optional", "is_result": True, **_ROWS}


def label_of_war(war: War, draft: Draft, reading: Mapping[str, Any]) -> Json:
    """A kept war as it stands today."""
    found = _Read(reading)
    rows: list[Json] = []
    teams: list[Json] = []
    lines = [line for side in draft.sides for line in side.lines]
    for side in war.sides:
        for line in side.lines:
            drafted = _take(lines, line)
            read = found.row(drafted.drawn_name if drafted else line.drawn_name)
            row = _row(line.drawn_name, line.score, read, side.tag, running=draft.layout == Layout.RACE)
            if read.get("races") is not None or line.races != war.races:
                row["races_played"] = line.races
            if line.player_id is not None:
                row["name_alt"] = _alternatives(line.name, side.tag)
            rows.append(row)
        if (total := _drawn_total(side, found)) is not None:
            teams.append({"team": side.tag, "score": total})
    return {"kind": draft.layout, "rows": rows, "teams": teams}


def label_of_review(draft: Draft, reading: Mapping[str, Any]) -> Json:
    """A review as corrected so far; the totals of sides are nobody's word yet."""
    found = _Read(reading)
    running = draft.layout == Layout.RACE
    rows: list[Json] = []
    for side in draft.sides:
        for line in side.lines:
            read = found.row(line.drawn_name)
            if not _looked_at(line, read, running=running):
                rows.append({"name": line.drawn_name, "score": None, "place": line.place, "team": side.tag})
                continue
            name = line.name if line.player_id is None else line.drawn_name
            row = _row(name, line.score, read, side.tag, running=running)
            if line.races is not None:
                row["races_played"] = line.races
            if line.player_name is not None:
                row["name_alt"] = _alternatives(line.player_name, side.tag)
            rows.append(row)
    return {"kind": draft.layout, "rows": rows, "teams": []}


def confirmed_rows(label: Mapping[str, Any]) -> int:
    return sum(row["score"] is not None for row in label["rows"])


class _Read:
    """The rows that were read, each given out once, by the name a draft knows them by."""

    def __init__(self, reading: Mapping[str, Any]) -> None:
        self.sides: list[Json] = list(reading.get("sides", ()))
        self._rows: list[Json] = [row for side in self.sides for row in side["rows"]]

    def row(self, drawn_name: str) -> Json:
        """Empty where no row was read by that name."""
        for row in self._rows:
            if (tidy(row["name"])[:LONGEST_DRAWN].strip() or "?") == drawn_name:
                self._rows.remove(row)
                return row
        return {}


def _take(lines: list[DraftLine], kept: WarLine) -> DraftLine | None:
    """The line of the draft that a kept line was; taken out of `lines`."""
    for line in lines:
        if kept.drawn_name in (line.drawn_name, line.name):
            lines.remove(line)
            return line
    return None


def _looked_at(line: DraftLine, read: Mapping[str, Any], *, running: bool) -> bool:
    """A person changed it; a correction clears the doubts of its row."""
    if line.by_hand or not read or line.name != line.drawn_name:
        return True
    plus = (read.get("race_points") or 0) if running else 0
    changed = read["score"] is None or line.score != read["score"] + plus
    return line.score is not None and (changed or bool(read["doubts"] and not line.doubts))


def _row(name: str, score: int | None, read: Mapping[str, Any], tag: str | None, *, running: bool) -> Json:
    """`running`: the list of one race, whose rows show the points before it and what it adds; a draft holds the sum.
    Where the sum is not the one read, nobody has said which of the two was wrong, so neither is asked."""
    points = read.get("race_points")
    if running and points is not None and score is not None:
        score = read["score"] if read["score"] is not None and score == read["score"] + points else None
        points = None if score is None else points
    return {"name": name, "score": score, "place": read.get("place"), "race_points": points, "team": tag}


def _alternatives(player: str, tag: str | None) -> list[str]:
    return [player] if tag is None else [player, f"{tag} {player}", f"{tag}{player}"]


def _drawn_total(side: WarSide, found: _Read) -> int | None:
    """What the picture shows as the side's total. Tables show it before or after a penalty: then only a total that was
    read as one of the two is known."""
    drawn: Iterable[int | None] = [one.get("total") for one in found.sides if one.get("tag") == side.tag]
    totals = [total for total in drawn if total is not None]
    if not totals or not side.lines:
        return None
    if not side.penalty:
        return side.total
    return totals[0] if totals[0] in (side.total, side.final) else None
