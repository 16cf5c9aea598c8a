"""What the numbers of a draft say about themselves, in words: checks that warn, and obstacles that stop saving."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.drafts import Draft, DraftSide, ReviewCheck
from bot.services.texts import listed
from mkw.names import fold
from mkw.points import MOST_A_RACE, RACES_PER_WAR, race_sum

MOST_POINTS = MOST_A_RACE * 48  # of one player in the longest war
MOST_PENALTY = 1000
MOST_PLAYERS = 24
_FULL_ROOMS = (12, MOST_PLAYERS)


def races_of(draft: Draft) -> int:
    return draft.races or RACES_PER_WAR


def checks(draft: Draft) -> tuple[ReviewCheck, ...]:
    """Only what can be said: no sum where a score is missing, no 82 a race where nobody knows the room."""
    found = [check for index, side in enumerate(draft.sides) if (check := _drawn_total(index, side, draft)) is not None]
    found += [check for index, side in enumerate(draft.sides) if (check := _seats(index, side, draft)) is not None]
    whole = _whole(draft)
    return (*((whole,) if whole is not None else ()), *_twice(draft), *found)


def _twice(draft: Draft) -> list[ReviewCheck]:
    """The same name with the same score in two rows is one row read twice, most likely."""
    first: dict[tuple[str, int | None], int] = {}
    found = []
    for row, _, line in draft.rows():
        key = (fold(line.name), line.score)
        if not key[0] or line.score is None:
            continue
        if key in first:
            which = f"Rows {first[key]} and {row} are the same, {line.name[:40]} {line.score}"
            found.append(ReviewCheck(f"{which}: `edit remove {row}` leaves one out", ok=False))
        first.setdefault(key, row)
    return found


def side_name(index: int, side: DraftSide) -> str:
    return f"Side {side.tag}" if side.tag else f"Side {index + 1}"


def _complete(side: DraftSide) -> bool:
    return all(line.score is not None for line in side.lines) and (bool(side.lines) or side.total is not None)


def _points(side: DraftSide) -> int:
    return side.score_sum if side.lines else side.total or 0


def _seats_of(side: DraftSide, races: int) -> int | None:
    """Players at once; substitutes share a seat. None where the races do not add up."""
    seats, rest = divmod(sum(line.races or races for line in side.lines), races)
    return None if rest else seats


def _whole(draft: Draft) -> ReviewCheck | None:
    races = races_of(draft)
    seats = [_seats_of(side, races) for side in draft.sides if side.lines]
    if not seats or None in seats or not all(_complete(side) for side in draft.sides):
        return None
    if len(draft.sides) == 1 and not draft.was_one_list:
        return None  # our side alone says nothing about the room
    known = [number for number in seats if number is not None]
    players = sum(known) + max(known) * (len(draft.sides) - len(known))
    a_race = race_sum(players)
    if a_race is None:
        return None
    parts = [_points(side) for side in draft.sides]
    got, expected = sum(parts), a_race * races
    said = f"{' + '.join(map(str, parts))} = {got}" if len(parts) > 1 else f"all rows add up to {got}"
    if got == expected:
        return ReviewCheck(f"{said}, {a_race} a race: closes", ok=True)
    return ReviewCheck(f"{said}, {expected} expected ({a_race} a race): {_gap(expected - got, players)}", ok=False)


def _gap(missing: int, players: int) -> str:
    """What it can mean that the points do not add up."""
    if missing > 0:
        points = "1 point is" if missing == 1 else f"{missing} points are"
        return f"{points} missing; somebody missed a race, or a score is read too low?"
    points = "1 point" if missing == -1 else f"{-missing} points"
    whose = (
        "a score is read too high?"
        if players in _FULL_ROOMS
        else "there were others in the room, or a score is read too high?"
    )
    return f"{points} too many; {whose}"


def _drawn_total(index: int, side: DraftSide, draft: Draft) -> ReviewCheck | None:
    if side.total is None or not side.lines or not _complete(side) or draft.layout == "race":
        return None
    got, own = side.score_sum, sum(line.penalty for line in side.lines)
    name = side_name(index, side)
    if side.total == got:
        return ReviewCheck(f"{name}: rows add up to {got}, drawn {side.total}: closes", ok=True)
    if (off := got - side.total) and off in {side.penalty, own, side.penalty + own}:
        return ReviewCheck(f"{name}: rows add up to {got}, drawn {side.total} after {off} penalty: closes", ok=True)
    return ReviewCheck(
        f"{name}: rows add up to {got}, drawn {side.total}: a score or the total is read wrong", ok=False
    )


def _seats(index: int, side: DraftSide, draft: Draft) -> ReviewCheck | None:
    races = races_of(draft)
    if all(line.races is None for line in side.lines):
        return None
    got = sum(line.races or races for line in side.lines)
    seats = round(got / races)
    name = side_name(index, side)
    if got == seats * races:
        return ReviewCheck(f"{name}: {got} races played, {seats} players x {races}: closes", ok=True)
    return ReviewCheck(
        f"{name}: {got} races played, {seats * races} expected ({seats} players x {races}): "
        "a number of races is read wrong, or somebody missed some",
        ok=False,
    )


def obstacles(draft: Draft) -> tuple[str, ...]:
    """Why the draft cannot be saved, each with what to do about it."""
    if draft.running:
        return ("Races are still added to it: press Finish, or write `race finish`.",)
    return (*_who(draft), *_numbers(draft), *_sides(draft))


def _who(draft: Draft) -> list[str]:
    if draft.ours is None:
        return [
            "It is not clear which side is ours: press Other side, link one of our rows, or set our tag in settings."
        ]
    if not any(line.player_id for line in draft.sides[draft.ours].lines):
        return ["No row of our side is a player on the roster: link a row, or add the player first."]
    return []


def _numbers(draft: Draft) -> list[str]:
    rows, races = draft.rows(), races_of(draft)
    out: list[str] = []
    if missing := [row for row, _, line in rows if line.score is None]:
        out.append(f"{_rows(missing)} no score: give it with `edit {missing[0]} score 44`.")
    for row, _, line in rows:
        most = MOST_A_RACE * (line.races or races)
        if line.races is not None and not 1 <= line.races <= races:
            out.append(f"Row {row} has {line.races} races and the war {races}: `edit {row} races 7`.")
        elif line.score is not None and not 0 <= line.score <= most:
            out.append(f"Row {row} has {line.score} points and {most} is the most: `edit {row} score 44`.")
        if abs(line.penalty) > MOST_PENALTY:
            out.append(f"Row {row} has a penalty of {line.penalty}, which cannot be.")
    return out


def _rows(rows: Sequence[int]) -> str:
    return f"Row {rows[0]} has" if len(rows) == 1 else f"Rows {listed([str(row) for row in rows])} have"


def _sides(draft: Draft) -> list[str]:
    out = []
    if len(draft.sides) > MOST_PLAYERS:
        out.append(f"There are {len(draft.sides)} sides; a room has {MOST_PLAYERS} players.")
    for index, side in enumerate(draft.sides):
        if not side.lines and side.total is None:
            out.append(f"{side_name(index, side)} has neither rows nor a total: type the war with `vs CB 491`.")
        if not side.lines and not 0 <= (side.total or 0) <= MOST_A_RACE * MOST_PLAYERS * races_of(draft):
            out.append(f"{side_name(index, side)} has a total of {side.total}, which cannot be.")
        if len(side.lines) > 2 * MOST_PLAYERS:
            out.append(f"{side_name(index, side)} has {len(side.lines)} rows; a room has {MOST_PLAYERS} players.")
        if abs(side.penalty) > MOST_PENALTY:
            out.append(f"{side_name(index, side)} has a penalty of {side.penalty}: `edit side {index + 1} penalty 20`.")
    return out


def scores_of(side: DraftSide) -> list[int]:
    """For finding a war that looks the same; substitutes' order does not matter."""
    return sorted(line.score for line in side.lines if line.score is not None)
