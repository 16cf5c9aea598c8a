"""The ids of the tables and the numbers of an export, in what the log keeps of things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.services.changelog import LINES, LIVE, PLAYER, SEASON, TEAM, UPLOAD, WAR

if TYPE_CHECKING:
    from db.executor import Json

Numbering = Mapping[str, Mapping[int, int]]  # by kind: from one number of a thing to the other
NUMBERED = (TEAM, PLAYER, SEASON, UPLOAD, LIVE)  # wars count from 1 in every server anyway
_WORKING = ("draft", "own_draft")  # a review's work sheet, which no export carries


def number_of(kind: str, number: int, numbering: Numbering) -> int:
    """0 for what has no number: a thing that never was of this server, or nothing at all."""
    kind = PLAYER if kind == LINES else kind
    return numbering[kind].get(number, 0) if kind in numbering else number


def renumbered(snapshots: Json, numbering: Numbering) -> Json:
    """`before` or `after` of a change, with every id in it exchanged."""
    return {_key(key, numbering): _snapshot(key, one, numbering) for key, one in snapshots.items()}


def _key(key: str, numbering: Numbering) -> str:
    kind, *numbers = key.split(":")
    return ":".join([kind, *(str(number_of(kind, int(number), numbering)) for number in numbers)])


def _snapshot(key: str, one: Any, numbering: Numbering) -> Any:
    kind = key.split(":", maxsplit=1)[0]
    if not isinstance(one, dict):
        return one
    if kind == PLAYER:
        return {**one, **_exchanged(one, "team_id", TEAM, numbering)}
    if kind == UPLOAD:
        kept = {name: value for name, value in one.items() if name not in _WORKING}
        exchanged = _exchanged(kept, "joined_into", UPLOAD, numbering) | _exchanged(kept, "live_id", LIVE, numbering)
        return {**kept, **exchanged}
    if kind == LIVE:
        return {**one, "war": told_renumbered(one["war"], numbering)}
    if kind == WAR and "sides" in one:
        return {**one, "sides": [_side(side, numbering) for side in one["sides"]]}
    return one


def told_renumbered(told: Json, numbering: Numbering) -> Json:
    """What was told of a live war: its races name their pictures."""
    races = [{**race, **_exchanged(race, "picture", UPLOAD, numbering)} for race in told["races"]]
    return {**told, "races": races}


def _side(side: Json, numbering: Numbering) -> Json:
    lines = [{**line, **_exchanged(line, "player_id", PLAYER, numbering)} for line in side["lines"]]
    return {**side, "lines": lines}


def _exchanged(one: Json, name: str, kind: str, numbering: Numbering) -> Json:
    number = one.get(name)
    return {} if number is None else {name: number_of(kind, number, numbering) or None}
