"""What a person changes in a draft, one pure function each. All raise BadInput for what cannot be taken.

A correction clears the doubts of its row: a person has looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from bot.services.checking import MOST_PENALTY, races_of
from bot.services.drafting import FIRST_DAY, MOST_RACES
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput, Conflict
from bot.services.roster import named
from bot.services.texts import LONGEST_DRAWN, a_name, tidy
from mkw.names import fold, without_tag
from mkw.points import MOST_A_RACE

if TYPE_CHECKING:
    from bot.services.player import Player


def line_at(draft: Draft, row: int) -> tuple[int, DraftLine]:
    """(side index, line) of a row counted from 1."""
    rows = draft.rows()
    if not 1 <= row <= len(rows):
        raise BadInput(f"There is no row {row}; the rows are 1 to {len(rows)}." if rows else "This war has no rows.")
    _, side, line = rows[row - 1]
    return side, line


def _put(draft: Draft, row: int, line: DraftLine) -> Draft:
    number, sides = 0, []
    for side in draft.sides:
        lines = list(side.lines)
        if number < row <= number + len(lines):
            lines[row - number - 1] = line
        number += len(lines)
        sides.append(replace(side, lines=tuple(lines)))
    return replace(draft, sides=tuple(sides))


def _put_side(draft: Draft, side: int, change: DraftSide) -> Draft:
    return replace(draft, sides=(*draft.sides[: side - 1], change, *draft.sides[side:]))


def _side_at(draft: Draft, side: int) -> DraftSide:
    if not 1 <= side <= len(draft.sides):
        raise BadInput(f"There is no side {side}; the sides are 1 to {len(draft.sides)}.")
    return draft.sides[side - 1]


def set_score(draft: Draft, row: int, score: int) -> Draft:
    _, line = line_at(draft, row)
    races = line.races or races_of(draft)
    if not 0 <= score <= MOST_A_RACE * races:
        raise BadInput(f"A score in {races} races lies between 0 and {MOST_A_RACE * races}, not {score}.")
    return _put(draft, row, replace(line, score=score, doubts=()))


def set_races(draft: Draft, row: int, races: int) -> Draft:
    _, line = line_at(draft, row)
    whole = races_of(draft)
    if not 1 <= races <= whole:
        raise BadInput(f"A player of this war raced 1 to {whole} races, not {races}.")
    if line.score is not None and line.score > MOST_A_RACE * races:
        raise BadInput(f"{line.score} points cannot be made in {races} races; correct the score first.")
    return _put(draft, row, replace(line, races=None if races == whole else races, doubts=()))


def set_row(
    draft: Draft, row: int, roster: Sequence[Player], *, name: str | None, score: int | None, races: int | None
) -> Draft:
    """Several of a row at once; None leaves one as it is."""
    if score is not None:
        # The old score must not hold back a new number of races.
        _, line = line_at(draft, row)
        draft = _put(draft, row, replace(line, score=None))
    if races is not None:
        draft = set_races(draft, row, races)
    if score is not None:
        draft = set_score(draft, row, score)
    return draft if name is None else set_name(draft, row, name, roster)


def remove_row(draft: Draft, row: int) -> Draft:
    """For a row that is no player or was read twice. The rows below it move up by one number."""
    number, line = line_at(draft, row)
    side = draft.sides[number]
    if len(side.lines) == 1:
        raise BadInput("The last row of a side stays; correct it, or discard the war.")
    return _put_side(draft, number + 1, replace(side, lines=tuple(one for one in side.lines if one is not line)))


def set_war_races(draft: Draft, races: int) -> Draft:
    """Rows that played the whole war play the new number."""
    if not 1 <= races <= MOST_RACES:
        raise BadInput(f"A war has 1 to {MOST_RACES} races, not {races}.")
    return replace(draft, races=races)


def set_played_on(draft: Draft, day: date, today: datetime) -> Draft:
    if not FIRST_DAY <= day <= today.date():
        raise BadInput(f"A war was played between {FIRST_DAY} and today, not on {day}.")
    at = today if day == today.date() else datetime.combine(day, time(12), UTC)
    return replace(draft, played_at=at)


def set_name(draft: Draft, row: int, name: str, roster: Sequence[Player]) -> Draft:
    """A roster player's name or alias, on our side, links the row."""
    name = tidy(name)
    if not fold(name) or len(name) > LONGEST_DRAWN:
        raise BadInput(f"A name has 1 to {LONGEST_DRAWN} characters, one of them visible.")
    side, line = line_at(draft, row)
    player = named(roster, name)
    if player is not None and (draft.ours is None or side == draft.ours):
        return link(draft, row, player)
    drawn = line.drawn_name
    return _put(
        draft,
        row,
        replace(
            line,
            name=name,
            drawn=drawn,
            name_confidence=None,
            player_id=None,
            player_name=None,
            by_hand=True,
            doubts=(),
        ),
    )


def link(draft: Draft, row: int, player: Player) -> Draft:
    """The row is that player: decides our side where nobody has; in a list drawn without teams the row moves to it."""
    side, line = line_at(draft, row)
    line = replace(
        line, player_id=player.player_id, player_name=player.name, drawn=line.drawn_name, by_hand=True, doubts=()
    )
    if draft.ours is not None and side != draft.ours and not draft.was_one_list:
        raise BadInput(f"Row {row} is not on our side; press Other side if it should be.")
    draft = _put(draft, row, line)
    sides = tuple(
        replace(
            one,
            lines=tuple(
                other
                if other is line or other.player_id != player.player_id
                else replace(other, player_id=None, player_name=None, by_hand=False)
                for other in one.lines
            ),
        )
        for one in draft.sides
    )
    draft = replace(draft, sides=sides)
    if draft.ours is None and len(draft.sides) > 1:
        return replace(draft, ours=side)
    if draft.ours is None and len(draft.sides[0].lines) == 1:
        return replace(draft, ours=0)
    return draft if side == draft.ours else _move_to_ours(draft, side, line)


def _move_to_ours(draft: Draft, side: int, line: DraftLine) -> Draft:
    """Only of a list: its sides were made here, so they may be wrong."""
    rest = replace(draft.sides[side], lines=tuple(other for other in draft.sides[side].lines if other is not line))
    if draft.ours is None:
        return replace(draft, sides=(DraftSide((line,)), rest), ours=0)
    mine = draft.sides[draft.ours]
    changed = {draft.ours: replace(mine, lines=(*mine.lines, line)), side: rest}
    sides = [changed.get(index, one) for index, one in enumerate(draft.sides)]
    ours = draft.ours
    if not rest.lines:
        del sides[side]
        ours -= side < ours
    return replace(draft, sides=tuple(sides), ours=ours)


def set_tag(draft: Draft, side: int, tag: str) -> Draft:
    return _put_side(draft, side, replace(_side_at(draft, side), tag=a_name(tag, what="tag"), doubts=()))


def set_penalty(draft: Draft, side: int, penalty: int) -> Draft:
    if abs(penalty) > MOST_PENALTY:
        raise BadInput(f"A penalty lies between -{MOST_PENALTY} and {MOST_PENALTY}.")
    return _put_side(draft, side, replace(_side_at(draft, side), penalty=penalty, doubts=()))


def other_side(draft: Draft) -> Draft:
    """The next side is ours; who was linked on the one before is nobody again."""
    if len(draft.sides) < 2:
        raise BadInput("This war has only one side; link our rows to their players instead.")
    sides = tuple(
        replace(
            side,
            lines=tuple(
                replace(line, player_id=None, player_name=None, by_hand=line.by_hand and line.player_id is None)
                for line in side.lines
            ),
        )
        for side in draft.sides
    )
    ours = 0 if draft.ours is None else (draft.ours + 1) % len(draft.sides)
    return replace(draft, sides=sides, ours=ours)


def alias_of(line: DraftLine, side: DraftSide, tags: Sequence[str]) -> str | None:
    """What a correction by hand teaches: the drawn name less the tag, where it can be anybody's spelling."""
    if not line.by_hand or line.player_id is None or line.drawn_name == "?":
        return None
    bare = without_tag(line.drawn_name, (*tags, side.tag) if side.tag else tags)
    try:
        return a_name(bare)
    except BadInput:
        return None


def refuse_unless_open(state: str, *, decided: str) -> None:
    """`decided` says by whom and when. Raises Conflict for anything that is not under review."""
    if state == "received":
        raise Conflict("This picture is still being read; wait a moment.")
    if state in ("refused", "failed"):
        raise Conflict("This picture could not be read, so there is nothing to change; type the war with addwar.")
    if state == "joined":
        raise Conflict(f"{decided} Change it there; `split`, or `race remove`, takes it out again.")
    if state != "review":
        raise Conflict(decided)
