"""Two drafts of one war made one: which way fits, and the draft of both. Pure functions.

`rows`: two parts of one list, everybody in one of them. `add`: the totals began anew between the two, mostly the same
players in both, scores and races summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.services.checking import MOST_PLAYERS, races_of
from bot.services.computing import Remembered
from bot.services.drafting import MOST_RACES, races_of_rows
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput
from bot.services.texts import listed
from mkw.ids import PlayerId
from mkw.names import Candidate, How, fold, match_names
from mkw.points import RACES_PER_WAR

_SURE = (How.EXACT, How.NEAR)
_MANY, _FEW = 0.6, 0.34  # share of the shorter list's names that stand in the other
_ALIKE = 0.8  # share of the shared names that have the same score in both


class Way(StrEnum):
    ROWS = "rows"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`way` is None where the two do not say. `same`: the second says nothing that the first does not. `likely`: worth
    offering unasked."""

    way: Way | None
    same: bool
    likely: bool
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A player of both drafts, by index among the lines of each. `sure`: not only a guess."""

    first: int
    second: int
    sure: bool


def pairs(first: Sequence[DraftLine], second: Sequence[DraftLine]) -> tuple[Pair, ...]:
    """Who is who: linked to one player, else one to one by name; of equal names the upper with the upper."""
    linked = {line.player_id: index for index, line in enumerate(first) if line.player_id is not None}
    found = [
        Pair(linked[line.player_id], index, sure=True)
        for index, line in enumerate(second)
        if line.player_id is not None and line.player_id in linked
    ]
    taken = {pair.first for pair in found}
    left = [index for index in range(len(second)) if index not in {pair.second for pair in found}]
    known = [
        Candidate(PlayerId(index), line.name, (line.drawn_name,))
        for index, line in enumerate(first)
        if index not in taken
    ]
    for index, match in zip(left, match_names([second[index].name for index in left], known), strict=True):
        if match.player_id is not None:
            found.append(Pair(int(match.player_id), index, sure=match.how in _SURE))
    return tuple(sorted(found, key=lambda pair: pair.first))


def _propose(first: Draft, second: Draft) -> Proposal:
    """What the two are to each other, from how far their names and scores agree. Both are settled; `first` is older."""
    mine, theirs = _lines(first), _lines(second)
    fewer = min(len(mine), len(theirs))
    if not fewer:
        return Proposal(None, same=False, likely=False, why="one of them has no rows")
    shared = [pair for pair in pairs(mine, theirs) if pair.sure]
    alike = sum(_same_numbers(mine[pair.first], theirs[pair.second]) for pair in shared)
    share = len(shared) / fewer
    why = f"{len(shared)} of {fewer} names stand in both, {alike} with the same score"
    if shared and alike >= _ALIKE * len(shared):
        if share >= _ALIKE and alike >= _ALIKE * len(theirs):
            return Proposal(None, same=True, likely=False, why=why)
        if share < _ALIKE:
            return Proposal(Way.ROWS, same=False, likely=_halves(first, second, len(shared)), why=why)
    if share >= _MANY and alike <= _FEW * len(shared):
        races = races_of(first) + races_of(second)
        likely = share >= _ALIKE and races <= RACES_PER_WAR and _fell(mine, theirs, shared)
        return Proposal(Way.ADD, same=False, likely=likely, why=why)
    if share <= _FEW:
        return Proposal(Way.ROWS, same=False, likely=not shared and _halves(first, second, 0), why=why)
    return Proposal(None, same=False, likely=False, why=why)


propose = Remembered(_propose, most=256)


def _same_numbers(one: DraftLine, other: DraftLine) -> bool:
    return one.score is not None and one.score == other.score


def _fell(mine: Sequence[DraftLine], theirs: Sequence[DraftLine], shared: Sequence[Pair]) -> bool:
    """Points only grow while a war goes on: where some have fewer, the totals began anew."""
    scores = [(mine[pair.first].score, theirs[pair.second].score) for pair in shared]
    return sum(one is not None and other is not None and other < one for one, other in scores) > 1


def _halves(first: Draft, second: Draft, shared: int) -> bool:
    """Two lists that can be the columns of one: the second goes on where the first ends."""
    if not (first.was_one_list and second.was_one_list) or first.layout != second.layout:
        return False
    mine, theirs = _lines(first), _lines(second)
    if not RACES_PER_WAR < len(mine) + len(theirs) - shared <= MOST_PLAYERS:
        return False
    places = [[line.place for line in lines if line.place is not None] for lines in (mine, theirs)]
    if all(places):
        one, other = sorted((min(found), max(found)) for found in places)
        return other[0] > one[0] and other[1] > one[1] and other[0] > one[1] - max(shared, 1)
    return True


def _lines(draft: Draft) -> list[DraftLine]:
    return [line for _, _, line in draft.rows()]


# --- joining --------------------------------------------------------------------------------------------------------


def _joined(first: Draft, second: Draft, way: Way) -> Draft:
    """Both are settled, `first` is older. Sides, checks and guesses are made anew at the next look. Raises BadInput."""
    is_list = first.was_one_list and second.was_one_list
    if is_list:
        first, second = _as_list(first), _as_list(second)
    made = _rows(first, second) if way is Way.ROWS else _added(first, second)
    return replace(
        made,
        title=first.title or second.title,
        played_at=first.played_at or second.played_at,
        layout=second.layout,
        was_one_list=is_list,
    )


joined = Remembered(_joined, most=64)


def _as_list(draft: Draft) -> Draft:
    """A list whose sides were made here, undivided again; who stands where is decided anew over all rows."""
    if len(draft.sides) == 1:
        return draft
    lines = [line for side in draft.sides for line in side.lines]
    if all(line.place is not None for line in lines):
        lines.sort(key=lambda line: line.place or 0)
    penalty = {side.penalty for side in draft.sides if side.penalty}
    if penalty:
        raise BadInput("A side has a penalty: take it off with `edit side 1 penalty 0`, join, and give it again.")
    return replace(draft, sides=(DraftSide(tuple(lines)),), ours=None)


def _rows(first: Draft, second: Draft) -> Draft:
    """Rows that stand in both are kept once, where they say the same; a row that says something else is doubted."""
    mine, theirs = _lines(first), _lines(second)
    twice = {pair.second: pair for pair in pairs(mine, theirs) if pair.sure}
    overlap = {
        index: pair for index, pair in twice.items() if _same_numbers(mine[pair.first], theirs[index])
    }  # the lists overlap; two players of one name have different scores
    lines = dict(enumerate(theirs))
    fresh: list[tuple[DraftLine, ...]] = []
    number = 0
    for side in second.sides:
        kept = []
        for line in side.lines:
            if number not in overlap:
                pair = twice.get(number)
                kept.append(line if pair is None else _doubted(line, f"is it {mine[pair.first].name} of the other?"))
            number += 1
        fresh.append(tuple(kept))
    if len(mine) + len(lines) - len(overlap) > 2 * MOST_PLAYERS:
        raise BadInput(f"Together they have {len(mine) + len(theirs)} rows; a room has {MOST_PLAYERS} players.")
    sides = list(first.sides)
    for side, added in zip(second.sides, fresh, strict=True):
        index = _side_of(side, sides, alone=len(first.sides) == len(second.sides) == 1)
        if index is None:
            sides.append(replace(side, lines=added))
        else:
            sides[index] = _with_rows(sides[index], added, side)
    if len(sides) == 1 and first.was_one_list:
        sides = [replace(sides[0], lines=_by_place(sides[0].lines))]
    races = races_of_rows(sides)
    if races is None:
        races = races_of(first) if first.races == second.races else max(races_of(first), races_of(second))
    ours = first.ours if first.ours is not None else None
    return replace(first, sides=tuple(sides), ours=ours, races=races)


def _with_rows(side: DraftSide, added: tuple[DraftLine, ...], other: DraftSide) -> DraftSide:
    doubts = dict.fromkeys((*side.doubts, *other.doubts))
    if side.penalty and other.penalty and side.penalty != other.penalty:
        doubts[f"one picture has a penalty of {side.penalty}, the other of {other.penalty}"] = None
    return replace(
        side,
        lines=side.lines + added,
        total=side.total if side.total is not None else other.total,
        penalty=side.penalty or other.penalty,
        doubts=tuple(doubts),
    )


def _side_of(side: DraftSide, sides: Sequence[DraftSide], *, alone: bool) -> int | None:
    """The side of the same tag; where both are lists, the one there is."""
    if alone:
        return 0
    tags = [fold(one.tag) if one.tag else None for one in sides]
    return tags.index(fold(side.tag)) if side.tag and fold(side.tag) in tags else None


def _by_place(lines: tuple[DraftLine, ...]) -> tuple[DraftLine, ...]:
    places = [line.place for line in lines]
    if None in places or len(set(places)) != len(places):
        return lines
    return tuple(sorted(lines, key=lambda line: line.place or 0))


def _added(first: Draft, second: Draft) -> Draft:
    races = races_of(first) + races_of(second)
    if races > MOST_RACES:
        raise BadInput(
            f"Together they have {races} races; a war has at most {MOST_RACES}. Correct them with `edit races 8`."
        )
    mine, theirs = _lines(first), _lines(second)
    found = {pair.first: pair for pair in pairs(mine, theirs)}
    sums = [
        _sum(line, theirs[found[index].second], first, second, sure=found[index].sure)
        if index in found
        else _alone(line, races_of(first), races)
        for index, line in enumerate(mine)
    ]
    sides, number = [], 0
    for side in first.sides:
        sides.append(replace(side, lines=tuple(sums[number : number + len(side.lines)])))
        number += len(side.lines)
    home = [index for index, side in enumerate(first.sides) for _ in side.lines]
    of_second = {pair.second: home[pair.first] for pair in found.values()}
    number = 0
    for side in second.sides:
        numbers = range(number, number + len(side.lines))
        number += len(side.lines)
        at = [of_second[index] for index in numbers if index in of_second]
        target = max(set(at), key=lambda one: (at.count(one), -one)) if at else _side_of(side, sides, alone=False)
        late = tuple(_alone(theirs[index], races_of(second), races) for index in numbers if index not in of_second)
        if target is None:
            sides.append(replace(side, lines=late))
        else:
            sides[target] = _summed(sides[target], late, side)
    return replace(first, sides=tuple(sides), races=races)


def _summed(side: DraftSide, late: tuple[DraftLine, ...], other: DraftSide) -> DraftSide:
    both = side.total is not None and other.total is not None
    return replace(
        side,
        lines=side.lines + late,
        total=(side.total or 0) + (other.total or 0) if both else None,
        penalty=side.penalty + other.penalty,
        doubts=tuple(dict.fromkeys((*side.doubts, *other.doubts))),
        tag=side.tag or other.tag,
    )


def _sum(one: DraftLine, other: DraftLine, first: Draft, second: Draft, *, sure: bool) -> DraftLine:
    whole = races_of(first) + races_of(second)
    races = (one.races or races_of(first)) + (other.races or races_of(second))
    unread = one.score is None or other.score is None
    doubts = dict.fromkeys((*one.doubts, *other.doubts))
    if unread:
        doubts["a score of one of the two pictures was not read"] = None
    if not sure:
        doubts[f"{other.name} of the other picture is taken for the same"] = None
    known = one if one.player_id is not None or other.player_id is None else other
    return replace(
        one,
        score=None if unread else (one.score or 0) + (other.score or 0),
        races=None if races == whole else races,
        player_id=known.player_id,
        player_name=known.player_name,
        by_hand=known.by_hand,
        name=known.name,
        drawn=known.drawn,
        place=None,
        race_points=other.race_points,
        penalty=one.penalty + other.penalty,
        doubts=tuple(doubts),
    )


def _alone(line: DraftLine, raced: int, whole: int) -> DraftLine:
    """Somebody of one picture only keeps the races they had in it."""
    races = line.races or raced
    return replace(line, races=None if races == whole else races, place=None)


def _doubted(line: DraftLine, doubt: str) -> DraftLine:
    return replace(line, doubts=tuple(dict.fromkeys((*line.doubts, doubt))))


def way_named(word: str | None) -> Way | None:
    """What a person wrote. Raises BadInput."""
    if word is None or not word.strip():
        return None
    try:
        return Way(word.strip().casefold())
    except ValueError:
        choices = listed([f"`join {way.value}`" for way in Way]).replace(" and ", " or ")
        raise BadInput(f"How to join is {choices}.") from None
