"""From a draft to the reading: arithmetic first, then doubts in words, then how much the whole is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mkw.points import shared_places
from ocr import arithmetic, texts
from ocr.assemble import Draft, DraftRow, DraftSide
from ocr.layouts import table_checks, table_texts
from ocr.reading import Check, Layout, Reading, Row, Side, Status

_FEWEST_ROWS = 3
_READ = 0.6  # share of rows that must have a plausible score
_RATINGS = 0.4  # share of rows with a numeric name or a signed score from which they are no result
_HIGHEST_SCORE = 999
_BARE_TABLE = 0.8  # a table without totals is more likely one of the game's lists
_MEDALS, _RANKED = 0.5, 0.8  # share of the places seen that must be the ranks, in a drawn table and in a list
_GAINED = 0.6  # share of the rows that have +N where a list is one race's
_PLACED = 0.4  # share of the rows that must have a place
_FOLLOWING = 0.5  # share of a list's rows whose places follow one another
_FEWEST_ALIKE, _ALIKE = 4, 0.6  # rows of a list, and the share of them with one number, from which it is no score
_MOST_BARE = 2  # sides: of more, each must add up by itself where the room does not
_LEFT_OUT = (
    "Another column of numbers beside these rows was left out.",
    "A team's column beside these rows may have been missed.",
)
_LARGE_ROOM = 10  # rows: what is left of fewer numbers adds up to whole races by chance
_HARD_NAME = 0.5  # a name's confidence below which it is doubted


def judge(draft: Draft) -> tuple[Reading, float]:
    """The reading and its worth: 0 is no result at all; each sure row counts 1, an identity that closes a half."""
    if draft.found.layout is not Layout.RACE:
        table_texts.tidy(draft)
    if draft.found.layout in (Layout.RACE, Layout.STANDINGS):
        arithmetic.drop_above_first(draft)
    no_result = _no_result(draft)
    if no_result:
        return Reading.refused(no_result), 0.0
    totals = arithmetic.close_totals(draft)
    layout = draft.found.layout
    races = texts.races_in(draft.title) if draft.title else None
    points = arithmetic.close_points(draft) if layout is Layout.RACE else []
    room, implied = arithmetic.close_race_sum(draft)
    if arithmetic.unsettle(draft, room):
        totals = arithmetic.totals_as_read(draft)
        room, implied = arithmetic.close_race_sum(draft)
    checks = [*totals, *points, *room]
    checks += _difference(draft)
    if layout is Layout.STANDINGS:
        arithmetic.doubt_order(draft)
    if (layout is Layout.STANDINGS or points) and not any(check.ok for check in checks):
        _doubt_no_list(draft)
    if layout is Layout.TABLE:
        speaks = [check for check in checks if check not in room or arithmetic.tells(draft)]
        _doubt_table(draft, speaks, room=any(check.ok for check in room if check in speaks))
    large = sum(len(side.rows) for side in draft.sides) >= _LARGE_ROOM
    _doubt_left_out(draft, room=large and any(check.ok for check in room))
    _places(draft)
    if layout is Layout.RACE and not any(row.plus for side in draft.sides for row in side.rows):
        layout = Layout.STANDINGS
    races = races or implied
    sides = tuple(_side(side, races) for side in draft.sides if side.rows)
    reason = _reason(draft, sides, checks)
    reading = Reading(
        status=Status.DOUBTFUL if reason else Status.PROVEN,
        layout=layout,
        sides=sides,
        reason=reason,
        title=draft.title,
        races=races,
        checks=tuple(checks),
    )
    return reading, _worth(draft, checks)


def _reason(draft: Draft, sides: Sequence[Side], checks: Sequence[Check]) -> str | None:
    """What a person should look at, as one sentence; None where nothing is in doubt."""
    doubtful = sum(bool(row.doubts) for side in sides for row in side.rows)
    if doubtful:
        every = sum(len(side.rows) for side in sides)
        return f"{doubtful} of {every} rows need a look."
    doubt = next((doubt for side in sides for doubt in side.doubts), None)
    if doubt:
        return doubt
    if any(row.partial for side in draft.found.sides for row in side.rows):
        return "A row is cut off at the edge and was left out."
    failed = next((check for check in checks if not check.ok), None)
    if failed is None:
        return None
    numbers = f"{failed.got} instead of {failed.expected}"
    return f"Not so: {failed.check} ({numbers}). A row is missing, a number wrong, or somebody left."


def _doubt_table(draft: Draft, checks: Sequence[Check], *, room: bool) -> None:
    """Where nothing drawn adds up, other columns than the scores may have been read, or a part of the rows.

    A side without a total beside one that has its own may lack rows, or be rows of the other. Where the `room` as a
    whole does not add up, a single row that is its side's total speaks for no other row, and of a side that does not
    add up to its own total nobody knows which row is wrong.
    """
    totals = any(side.total for side in draft.sides)
    adds_up = room or any(len(side.rows) > 1 and arithmetic.adds_up(side) for side in draft.sides)
    for side in draft.sides:
        if totals and side.total is None:
            side.doubts.append("No total was found beside it: rows may be missing.")
        by_itself = len(draft.sides) > _MOST_BARE or totals
        alone = not room and by_itself and not arithmetic.adds_up(side)
        for row in side.rows if alone or not (adds_up and any(check.ok for check in checks)) else ():
            row.doubts.append("Nothing drawn adds up with this score.")


def _doubt_no_list(draft: Draft) -> None:
    """Where neither the scores fall nor the places follow one another, or most rows have one and the same number (of
    races, say), for their score or their +N, these are columns of something else."""
    rows = [row for side in draft.sides for row in side.rows]
    scores = [row.score.value or 0 for row in rows]
    gained = [row.plus.value for row in rows if row.plus and row.plus.value]
    firsts = Counter(row.place - index for index, row in enumerate(rows) if row.place is not None)
    follow = firsts.most_common(1)[0][1] if firsts else 0
    most = max((Counter(column).most_common(1)[0][1] for column in (scores, gained) if column), default=0)
    alike = len(rows) >= _FEWEST_ALIKE and most > _ALIKE * len(rows)
    if alike or (follow < _FOLLOWING * len(rows) and not arithmetic.mostly_falls(scores)):
        for row in rows:
            row.doubts.append("Nothing drawn adds up with this score.")


def _doubt_left_out(draft: Draft, *, room: bool) -> None:
    """What is left of numbers that are cut off may add up to what is left of their totals, though hardly a large `room`
    as a whole to its races; so may the sides seen where others stand beside them."""
    teams = draft.found.layout is Layout.TEAMS
    for side in draft.sides if draft.found.left_over else ():
        side.doubts.append(_LEFT_OUT[teams])
        for row in side.rows if teams else ():  # its scores may have gone to the names of the team before
            row.doubts.append(_LEFT_OUT[teams])
    for row in (row for side in draft.sides for row in side.rows):
        if not room and row.found.score in draft.cut_off:
            row.doubts.append("The scores run over the picture's edge: digits may be cut off.")


def _difference(draft: Draft) -> list[Check]:
    totals = [side.total.value for side in draft.sides if side.total and side.total.value is not None]
    if draft.difference is None or len(totals) != 2 or len(draft.sides) != 2:
        return []
    got = abs(totals[0] - totals[1])
    return [Check("the totals differ by what is drawn", draft.difference, got, ok=got == draft.difference)]


def _places(draft: Draft) -> None:
    """Places put right or filled in by the ranks of the scores, in the whole room or side by side, whichever fits.

    A medal stands in for a place and may be read as any number: a place that contradicts the ranks gives way to them
    where most places agree, and is left out where too few do.
    """
    rows = [row for side in draft.sides for row in side.rows]
    seen = sum(row.place is not None for row in rows)
    if not seen or any(row.score.value is None for row in rows):
        return
    due = max(_rankings(draft), key=lambda ranks: _agreeing(rows, ranks))
    drawn = draft.found.layout is Layout.TABLE  # a race's places are not those of the totals
    if _agreeing(rows, due) >= (_MEDALS if drawn else _RANKED) * seen and seen >= _PLACED * len(rows):
        settled = all(row.score.proven for row in rows)
        for row, rank in zip(rows, due, strict=True):
            row.place = rank if settled or row.place is None or row.place > len(rows) else row.place
    elif drawn:
        for row, rank in zip(rows, due, strict=True):
            row.place = row.place if row.place == rank else None


def _rankings(draft: Draft) -> Iterator[list[int | None]]:
    """Every way tables rank: over the room or each side, with what a row's own penalty takes or without."""
    for share in (0, 1):
        sides = [[(row.score.value or 0) - share * row.penalty for row in side.rows] for side in draft.sides]
        yield shared_places([score for side in sides for score in side])
        yield [rank for side in sides for rank in shared_places(side)]


def _agreeing(rows: Sequence[DraftRow], ranks: Sequence[int | None]) -> int:
    return sum(row.place == rank for row, rank in zip(rows, ranks, strict=True))


def _side(side: DraftSide, races: int | None) -> Side:
    doubts = list(side.doubts)
    if side.total is not None and not side.total.proven:
        doubts.append(f"The total {side.total.question}.")
    return Side(
        rows=tuple(_row(row, races) for row in side.rows),
        tag=side.tag,
        total=side.total.value if side.total else None,
        penalty=side.penalty,
        doubts=tuple(doubts),
    )


def _row(row: DraftRow, races: int | None) -> Row:
    doubts = list(row.doubts)
    if not row.score.proven:
        doubts.append(f"The score {row.score.question}.")
    elif not 0 <= (row.score.value or 0) <= _HIGHEST_SCORE:
        doubts.append("The score is larger than any war's.")
    if row.plus is not None and not row.plus.proven:
        doubts.append(f"The race's points {row.plus.question}.")
    if not row.name:
        doubts.append("No name could be read.")
    elif row.name_confidence < _HARD_NAME:
        doubts.append("The name is hard to read.")
    return Row(
        name=row.name,
        score=row.score.value,
        place=row.place,
        race_points=row.plus.value if row.plus else None,
        races=row.races or races,
        penalty=row.penalty,
        doubts=tuple(doubts),
        name_confidence=round(row.name_confidence, 3),
    )


def _no_result(draft: Draft) -> str | None:
    """Why this is no result, as one sentence, where it looks like one at first."""
    rows = [row for side in draft.sides for row in side.rows]
    good = [row for row in rows if row.score.value is not None and row.name]
    if len(good) < _FEWEST_ROWS:
        return None
    if sum(row.name.removeprefix("+").isdigit() or row.score.signed for row in good) > _RATINGS * len(good):
        return "This looks like a table of rating changes, not of a war's scores."
    scores = [row.score.value for row in rows]
    falling = draft.found.layout is not Layout.TABLE and all(_is_falling(side) for side in draft.sides)
    if (falling or _pluses_fall(draft)) and table_checks.are_places(scores):
        scores = []  # places rise down a list, and have no +N: these are the points of a first race
    return table_checks.refuse_reason(
        scores,
        race_points=[row.plus.value if row.plus else None for row in rows],
        words=[draft.title],
        races=texts.races_in(draft.title) if draft.title else None,
    )


def _pluses_fall(draft: Draft) -> bool:
    """Whether +N is drawn beside most rows, less from one to the next."""
    rows = [row for side in draft.sides for row in side.rows]
    gained = [row.plus.value for row in rows if row.plus and row.plus.value]
    return len(gained) >= _GAINED * len(rows) and gained == sorted(gained, reverse=True) and len(set(gained)) > 1


def _is_falling(side: DraftSide) -> bool:
    scores = [row.score.value or 0 for row in side.rows]
    return scores == sorted(scores, reverse=True)


def _worth(draft: Draft, checks: list[Check]) -> float:
    rows = [row for side in draft.sides for row in side.rows]
    good = [row for row in rows if row.score.value is not None and row.score.value <= _HIGHEST_SCORE and row.name]
    if len(good) < _FEWEST_ROWS or len(good) < _READ * len(rows):
        return 0.0
    proven = sum(row.score.proven for row in good)
    bad = len(rows) - len(good)
    worth = proven + 0.3 * (len(good) - proven) - 0.5 * bad + 0.5 * sum(check.ok for check in checks)
    summed = any(side.total for side in draft.sides) or (len(draft.sides) > 1 and all(s.tag for s in draft.sides))
    bare = draft.found.layout is Layout.TABLE and not summed and not (checks and all(check.ok for check in checks))
    return max(0.0, worth * (_BARE_TABLE if bare else 1.0))
