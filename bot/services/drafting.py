"""From a reading or a typed war to a draft, and on to one that knows our side and its players. Pure functions.

What is stored is the draft as read; `settle` is done anew at every look, so that a player added meanwhile is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.services.computing import Remembered
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput
from bot.services.roster import candidates
from bot.services.sides import Ours, as_one_list, as_read, matched, split, which_is_ours
from bot.services.texts import LONGEST_DRAWN, LONGEST_NAME, tidy
from mkw.dates import date_in, title_alone
from mkw.names import How, fold
from mkw.points import RACES_PER_WAR, race_sum
from ocr.reading import Layout, Reading

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.settings import ServerSettings
    from mkw.wartext import TextSide, TextWar
    from ocr.reading import Row, Side

TYPED = "typed"
MOST_RACES = 48
_FULL_ROOMS = (12, 24)
FIRST_DAY = date(2025, 1, 1)  # the game came out in 2025
_GUESS = "is it "  # begins the doubt that asks about a far match; made anew at every look
_FREE_FOR_ALL = 4  # from so many sides of one row each on, a table has no teams


def from_reading(reading: Reading, sent_at: datetime) -> Draft:
    """`reading` is not a refusal."""
    sides = tuple(_side(side, reading) for side in reading.sides)
    if len(sides) >= _FREE_FOR_ALL and all(len(side.lines) == 1 for side in sides):
        sides = (DraftSide(as_one_list(sides)),)
    running = reading.layout is Layout.RACE
    return Draft(
        sides=sides,
        ours=None,
        # What a race's list implies is the races before this one; its points are added here, so it counts too.
        races=_races(None if running else reading.races, sides, running=running),
        layout=reading.layout.value,
        title=title_alone(tidy(reading.title or ""))[:LONGEST_DRAWN].strip() or None,
        played_at=_played_at(reading.title, sent_at),
        was_one_list=len(sides) == 1,
    )


def _played_at(title: str | None, sent_at: datetime) -> datetime:
    """The day a table's title names, at noon; when it was sent where it names none, or one that cannot be."""
    day = date_in(title or "")
    if day is None or day == sent_at.date() or not FIRST_DAY <= day <= sent_at.date():
        return sent_at
    return datetime.combine(day, time(12), UTC)


def note_on(reading: Reading, draft: Draft) -> str | None:
    """The doubt about the whole picture, in a sentence."""
    notes = [tidy(reading.reason)] if reading.reason else []
    if reading.layout is Layout.RACE:
        players, points = _room(draft.sides)
        is_sure = points == (race_sum(players) or -1) * (draft.races or 0)
        after = (
            f"after {draft.races} races" if is_sure else f"after {draft.races} races or so (the points do not add up)"
        )
        notes.append(f"This list is from the middle of a war, {after}; the points of its race are added.")
    return " ".join(notes) or None


def _side(side: Side, reading: Reading) -> DraftSide:
    return DraftSide(
        lines=tuple(_line(row, reading) for row in side.rows),
        tag=tidy(side.tag or "")[:LONGEST_NAME].strip() or None,
        total=side.total,
        penalty=side.penalty,
        doubts=side.doubts,
    )


def _line(row: Row, reading: Reading) -> DraftLine:
    name, score = tidy(row.name)[:LONGEST_DRAWN].strip(), row.score
    if reading.layout is Layout.RACE and score is not None and row.race_points is not None:
        score += row.race_points  # the list shows the points from before the race beside what it adds
    return DraftLine(
        name=name or "?",
        score=score,
        races=None if row.races == reading.races else row.races,
        place=row.place,
        penalty=row.penalty,
        race_points=row.race_points,
        doubts=row.doubts if name else (*row.doubts, "no name read"),
        drawn=name or "?",
        name_confidence=row.name_confidence,
    )


def _races(drawn: int | None, sides: Sequence[DraftSide], *, running: bool = False) -> int:
    """As drawn; else what the points add up to; else a whole war, of a running one the fewest that give the points."""
    if drawn is not None and 1 <= drawn <= MOST_RACES:
        return drawn
    players, points = _room(sides)
    a_race = race_sum(players)
    if a_race and points:
        races, rest = divmod(points, a_race)
        fewest = min(races + (rest > 0), MOST_RACES)
        if rest == 0 and fewest <= RACES_PER_WAR:
            return fewest
        if players in _FULL_ROOMS and (running or fewest > RACES_PER_WAR):  # fewer rows may be a part of the list
            return fewest
    return RACES_PER_WAR


def _room(sides: Sequence[DraftSide]) -> tuple[int, int]:
    """(players, all points), or (0, 0) where a row is missing something."""
    lines = [line for side in sides for line in side.lines]
    known = all(line.score is not None and line.races is None for line in lines)
    if not known or not all(side.lines for side in sides):
        return 0, 0
    return len(lines), sum(line.score or 0 for line in lines)


def races_of_rows(sides: Sequence[DraftSide]) -> int | None:
    """How many races the points of all rows are, where they are those of whole races of a full room."""
    players, points = _room(sides)
    a_race = race_sum(players)
    races, rest = divmod(points, a_race) if a_race else (0, 1)
    return races if rest == 0 and 1 <= races <= MOST_RACES else None


def from_text(war: TextWar, settings: ServerSettings, sent_at: datetime) -> Draft:
    """Raises BadInput for a date that no war can have."""
    played_at = sent_at
    if war.played_on is not None:
        if not FIRST_DAY <= war.played_on <= sent_at.date() + timedelta(days=1):
            raise BadInput(f"A war is not played on {war.played_on}; the date is written like 2026-03-01.")
        played_at = datetime.combine(war.played_on, time(12), ZoneInfo(settings.time_zone)).astimezone(UTC)
        played_at = min(played_at, sent_at)  # of today, but not after now
    sides = tuple(_text_side(side) for side in war.sides)
    # Who types `Comet 92, … vs CB 491` leaves out only their own tag.
    first_is_ours = len(sides) == 1 or (sides[0].tag is None and all(side.tag or not side.lines for side in sides[1:]))
    if first_is_ours and sides[0].tag is None and settings.clan_tags:
        sides = (replace(sides[0], tag=settings.clan_tags[0]), *sides[1:])
    return Draft(
        sides=sides,
        ours=0 if first_is_ours else None,
        races=_races(war.races, sides),
        layout=TYPED,
        title=tidy(war.title or "")[:LONGEST_DRAWN].strip() or None,
        played_at=played_at,
    )


def _text_side(side: TextSide) -> DraftSide:
    lines = tuple(
        DraftLine(
            name=tidy(line.name)[:LONGEST_DRAWN].strip() or "?",
            score=line.score,
            races=line.races,
            penalty=line.penalty,
            drawn=tidy(line.name)[:LONGEST_DRAWN].strip() or "?",
        )
        for line in side.lines
    )
    tag = tidy(side.tag or side.name or "")[:LONGEST_NAME].strip() or None
    return DraftSide(lines=lines, tag=tag, total=side.total, penalty=side.penalty)


def _settle(draft: Draft, roster: tuple[Player, ...], settings: ServerSettings) -> Draft:
    """Decide our side where nobody has, and link its rows to the players they name. Takes 8 ms with a roster of 30
    players, 140 ms with one of 300."""
    ours = Ours(candidates(roster), settings.worn_tags)
    if draft.ours is None:
        sides = (
            split(draft.sides[0].lines, ours) if draft.was_one_list and len(draft.sides) == 1 else None
        ) or draft.sides
        draft = replace(draft, sides=sides, ours=which_is_ours(sides, ours) if len(sides) > 1 else None)
    return replace(
        draft,
        sides=tuple(
            _linked(side, roster, settings.worn_tags) if index == draft.ours else _unlinked(side)
            for index, side in enumerate(draft.sides)
        ),
    )


settle = Remembered(_settle, most=256)  # a review is looked at again and again


def is_guess(doubt: str) -> bool:
    """A doubt that asks who a row is; it is made anew at every look."""
    return doubt.startswith(_GUESS)


def strangers(draft: Draft) -> tuple[int, ...]:
    """Row numbers of our side that are nobody's and resemble nobody, each name once. The draft is settled."""
    found: dict[str, int] = {}
    for number, side, line in draft.rows():
        is_nobody = side == draft.ours and line.player_id is None and line.name != "?"
        if is_nobody and not any(is_guess(doubt) for doubt in line.doubts):
            found.setdefault(fold(line.name), number)
    return tuple(found.values())


def _unlinked(side: DraftSide) -> DraftSide:
    """Opponents are nobody's players."""
    lines = tuple(replace(line, player_id=None, player_name=None, doubts=_without_guess(line)) for line in side.lines)
    return replace(side, lines=lines)


def _without_guess(line: DraftLine) -> tuple[str, ...]:
    return tuple(doubt for doubt in line.doubts if not is_guess(doubt))


def _linked(side: DraftSide, roster: Sequence[Player], tags: Sequence[str]) -> DraftSide:
    by_id = {player.player_id: player for player in roster}
    lines = [
        replace(line, player_id=None, player_name=None)
        if line.player_id not in by_id
        else replace(line, player_name=by_id[line.player_id].name)
        for line in side.lines
    ]
    lines = [replace(line, doubts=_without_guess(line)) for line in lines]
    taken = {line.player_id for line in lines}
    open_rows = [index for index, line in enumerate(lines) if line.player_id is None]
    free = candidates([player for player in roster if player.player_id not in taken])
    worn = (*tags, side.tag) if side.tag else tuple(tags)
    found = matched(tuple(as_read(lines[index]) for index in open_rows), free, worn)
    for index, match in zip(open_rows, found, strict=True):
        line = lines[index]
        if match.player_id is None:
            continue
        name = by_id[match.player_id].name
        if match.how is How.EXACT or (match.how is How.NEAR and not line.by_hand):
            lines[index] = replace(line, player_id=match.player_id, player_name=name)
        elif not line.by_hand:
            lines[index] = replace(line, doubts=(*line.doubts, f"{_GUESS}{name}?"))
    return replace(side, lines=tuple(lines))
