"""Wars as text: the Lorenzi table form people paste, the one-line form they type, and writing the Lorenzi form.

Both forms are read by one reader, a line or an item between commas at a time; docs/war-text.md shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from mkw.points import MOST_A_RACE, RACES_PER_WAR
from mkw.warlines import (
    COLOUR,
    MOST_CHARACTERS,
    MOST_LINES,
    MOST_RACES,
    MOST_SIDES,
    MOST_TOTAL,
    POINTS_OFF,
    SCORE,
    Piece,
    TextLine,
    WarTextError,
    bounded,
    clean,
    colour_of,
    date_of,
    integer,
    is_header,
    penalty_of,
    pieces_of,
    player,
    points_of,
    quoted,
    refuse,
    tag_of,
)

__all__ = ["TextLine", "TextSide", "TextWar", "WarTextError", "format_lorenzi", "parse_war"]


@dataclass(frozen=True, slots=True)
class TextSide:
    lines: tuple[TextLine, ...]
    tag: str | None = None
    name: str | None = None
    total: int | None = None  # where only the total was typed (`vs CB 491`)
    penalty: int = 0
    colour: str | None = None  # "#rrggbb"


@dataclass(frozen=True, slots=True)
class TextWar:
    sides: tuple[TextSide, ...]
    title: str | None = None
    played_on: date | None = None
    races: int | None = None


def parse_war(text: str) -> TextWar:
    """Either form. Raises WarTextError, never anything else, on any text.

    Lorenzi: see docs/war-text.md. Typed: `Comet 92, Willow (7) 44, Ghost (5) 27 … vs CB 491`, commas or line breaks,
    `vs TAG`/`vs TAG TOTAL` (or `vs TAG: name score, …`) begins the opponent's side, `(7)` races, `-20 ours` and
    `-20 theirs` penalties, `12 races`, `2025-07-18`.
    """
    if len(text) > MOST_CHARACTERS:
        raise WarTextError(f"That is {len(text)} characters; a war has at most {MOST_CHARACTERS}.")
    pieces = list(pieces_of(text))
    if not any(piece.text for piece in pieces):
        raise WarTextError("There is nothing to read: type lines such as `Comet 92`, then `vs CB 491`.")
    reader = _Reader(has_headers=any(is_header(piece.text) for piece in pieces))
    for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
        reader.take(piece, after)
    return reader.war()


def format_lorenzi(war: TextWar) -> str:
    """Text that gb.hlorenzi.com takes; names it would misread get a zero-width space."""
    out = [f"#title {war.title}"] if war.title else []
    out += [f"#date {war.played_on.isoformat()}"] if war.played_on else []
    out += [f"#races {war.races}"] if war.races is not None else []
    tagged = any(side.tag for side in war.sides)
    for number, side in enumerate(war.sides, 1):
        out += [""] if out else []
        if tagged:
            # A side without a tag beside one with a tag is called by its number, or its rows would join the side above.
            tag = side.tag or str(number)
            colour = f" {side.colour}" if side.colour else ""
            penalty = f" ({-side.penalty:+d})" if side.penalty else ""
            out.append(f"{_guard_tag(tag)} - {_guard_tag(side.name or tag)}{colour}{penalty}")
        out += [_format_line(line) for line in side.lines]
        out += [f"Penalty {-side.penalty:+d}"] if side.penalty and not tagged else []
        if side.total is not None and not side.lines:
            out.append(f"Total {side.total}")
    return "\n".join(out) + "\n"


_TITLE, _DATE = (
    re.compile(r"#title\s+(.+)", re.IGNORECASE),
    re.compile(r"(?:#date\s+|on\s+)?(\d{4}-\d{1,2}-\d{1,2})", re.IGNORECASE),
)

_RACES = re.compile(r"(?:#races\s+(\d+)|(\d+)\s*races?)", re.IGNORECASE)

_PENALTY = re.compile(r"penalty\s*:?\s*([+-]?)\s*(\d+)|([+-])\s*(\d+)\s+(?!races?$)(\S.*)", re.IGNORECASE)

_TAGGED = re.compile(r"([^:]+):(?!\u200b)\s*(\S.*\s\S+)")  # `CR: Comet 92, …`
_TOTAL = re.compile(r"total\s*:?\s*(\d+)", re.IGNORECASE)

_OURS, _THEIRS = {"ours", "our", "us", "we"}, {"theirs", "their", "them", "opponent", "opponents"}


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Side:
    line: int
    tag: str | None = None
    name: str | None = None
    total: int | None = None
    penalty: int = 0
    colour: str | None = None
    lines: list[TextLine] = field(default_factory=list)

    def finished(self, *, alone: bool) -> TextSide:
        if (
            not alone
            and self.total is None
            and len(self.lines) == 1
            and self.lines[0].score > MOST_A_RACE * RACES_PER_WAR
        ):
            only = self.lines[0]  # `CR 493 vs CB 491`
            return TextSide((), self.tag or only.name, self.name, only.score, self.penalty, self.colour)
        together = sum(line.score for line in self.lines)
        if self.total is not None and together > self.total:
            raise WarTextError(
                f"Line {self.line} says {quoted(self.tag or 'the side')} has {self.total} in all, "
                f"but its players have {together}. For a player's score write `vs TAG: Comet 92, …`."
            )
        return TextSide(tuple(self.lines), self.tag, self.name, self.total, self.penalty, self.colour)


class _Reader:
    """Takes the pieces in order and holds the war so far."""

    def __init__(self, *, has_headers: bool) -> None:
        self._has_headers = has_headers
        self._sides: list[_Side] = []
        self._gap = True  # the next line stands first or after an empty line
        self._title: str | None = None
        self._played_on: date | None = None
        self._races: int | None = None
        self._owed: list[tuple[Piece, str, int]] = []  # penalties of sides by word, known at the end
        self._line_numbers: list[tuple[int, TextLine]] = []

    def take(self, piece: Piece, after: Piece | None) -> None:
        if not piece.text:
            self._gap = True
            return
        if piece.versus:
            self._begin_versus(piece)
        elif not self._take_fact(piece):
            if self._is_team(piece, after):
                self._begin_team(piece)
            else:
                if self._gap and not self._has_headers and self._sides and not self._sides[-1].tag:
                    self._begin(piece.number)
                self._add_player(piece)
        self._gap = False

    def war(self) -> TextWar:
        for piece, whose, points in self._owed:
            self._side_called(piece, whose).penalty += points
        sides = [side.finished(alone=len(self._sides) == 1) for side in self._sides]
        sides = [side for side in sides if side.lines or side.total is not None or side.tag]
        if not any(side.lines or side.total is not None for side in sides):
            raise WarTextError("There is no player with a score: type lines such as `Comet 92`.")
        self._check_scores(sides)
        return TextWar(tuple(sides), self._title, self._played_on, self._races)

    # -- sides

    def _begin(self, number: int) -> _Side:
        if len(self._sides) == MOST_SIDES:
            raise WarTextError(f"Line {number} begins side {MOST_SIDES + 1}; a war has at most {MOST_SIDES}.")
        self._sides.append(_Side(number))
        return self._sides[-1]

    def _current(self, number: int) -> _Side:
        return self._sides[-1] if self._sides else self._begin(number)

    def _begin_versus(self, piece: Piece) -> None:
        if not self._sides:
            self._begin(piece.number)
        side = self._begin(piece.number)
        tag, colon, player = piece.text.partition(":")
        if colon:
            side.tag = tag_of(piece, tag)
            if player.strip():
                self._take_first(replace(piece, text=player.strip(), versus=False))
            return
        text = COLOUR.sub("", POINTS_OFF.sub("", piece.text))
        off = POINTS_OFF.search(piece.text)
        side.penalty = penalty_of(piece, off[1], off[2]) if off else 0
        score = SCORE.search(text)
        if score and score.start():
            side.total = bounded(piece, points_of(piece, score[1])[0], MOST_TOTAL, "a total")
            text = text[: score.start()].rstrip(" -:=")
        side.tag = tag_of(piece, text)

    def _take_first(self, piece: Piece) -> None:
        total = re.fullmatch(r"\d+", piece.text)
        if total:
            self._sides[-1].total = bounded(piece, integer(piece, total[0]), MOST_TOTAL, "a total")
        else:
            self._add_player(piece)

    def _is_team(self, piece: Piece, after: Piece | None) -> bool:
        if is_header(piece.text):
            return True
        if COLOUR.search(piece.text) and not piece.text.startswith("#"):
            return True
        # A bare tag or name stands first or after an empty line, has no number at its end, and players follow.
        follows = after is not None and bool(after.text) and not after.versus
        last_word = piece.text.split()[-1]
        return self._gap and follows and not re.search(r"\d", last_word) and ":" not in piece.text

    def _begin_team(self, piece: Piece) -> None:
        text = piece.text
        penalty, colour = 0, None
        for _ in range(2):  # in either order
            if off := POINTS_OFF.search(text):
                penalty += penalty_of(piece, off[1], off[2])
                text = text[: off.start()]
            if drawn := COLOUR.search(text):
                colour = colour_of(drawn[1])
                text = text[: drawn.start()]
        side = self._begin(piece.number)
        tag, dash, name = text.partition(" - ")
        side.tag = tag_of(piece, tag)
        side.name = (clean(name) or None) if dash else None
        if side.name == side.tag:
            side.name = None
        side.penalty, side.colour = penalty, colour

    def _side_called(self, piece: Piece, whose: str) -> _Side:
        word = clean(whose).casefold()
        if word in _OURS and self._sides:
            return self._sides[0]
        if word in _THEIRS and len(self._sides) > 1:
            return self._sides[1]
        for side in self._sides:
            if side.tag and side.tag.casefold() == word:
                return side
        return refuse(piece, "`-20 ours`, `-20 theirs` or `-20 TAG` with the tag of a side")

    # -- facts

    def _take_fact(self, piece: Piece) -> bool:
        """Directives, dates, race counts and penalties. False: something else."""
        text = piece.text
        if title := _TITLE.fullmatch(text):
            self._title = clean(title[1])[:200] or None
        elif (day := _DATE.fullmatch(text)) is not None:
            self._played_on = date_of(piece, day[1])
        elif text.lower().startswith("#date"):
            refuse(piece, "a date such as `#date 2025-07-18`")
        elif races := _RACES.fullmatch(text):
            self._races = bounded(
                piece, integer(piece, races[1] or races[2]), MOST_RACES, "the number of races", least=1
            )
        elif text.startswith("#"):
            pass  # a directive for the one who draws the table
        elif off := _PENALTY.fullmatch(text):
            if off[2]:
                self._current(piece.number).penalty += penalty_of(piece, off[1] or "-", off[2])
            else:
                self._owed.append((piece, off[5], penalty_of(piece, off[3], off[4])))
        elif (total := _TOTAL.fullmatch(text)) and self._sides and not self._sides[-1].lines:
            self._sides[-1].total = bounded(piece, integer(piece, total[1]), MOST_TOTAL, "a total")
        else:
            return False
        return True

    # -- players

    def _add_player(self, piece: Piece) -> None:
        side = self._current(piece.number)
        tagged = _TAGGED.fullmatch(piece.text)
        if tagged and not side.lines and not side.tag:
            side.tag = tag_of(piece, tagged[1])
            piece = replace(piece, text=tagged[2])
        if sum(len(one.lines) for one in self._sides) == MOST_LINES:
            raise WarTextError(f"Line {piece.number} is player {MOST_LINES + 1}; a war has at most {MOST_LINES}.")
        line = player(piece)
        self._line_numbers.append((piece.number, line))
        side.lines.append(line)

    def _check_scores(self, sides: list[TextSide]) -> None:
        kept = {id(line) for side in sides for line in side.lines}
        whole = max(self._races or RACES_PER_WAR, RACES_PER_WAR)
        for number, line in self._line_numbers:
            races = line.races or whole
            if id(line) in kept and line.score > MOST_A_RACE * races:
                raise WarTextError(
                    f"Line {number}: {quoted(line.name)} cannot have {line.score} points in {races} races; "
                    f"{MOST_A_RACE * races} is the most."
                )


# --- writing --------------------------------------------------------------------------------------------------------

_GUARD = "\u200b"


def _written(line: TextLine, name: str) -> str:
    parts = [name]
    parts += [f"[{line.country}]"] if line.country else []
    parts += [f"({line.races})"] if line.races is not None else []
    score = "|".join(map(str, line.gps)) if sum(line.gps) == line.score and len(line.gps) > 1 else str(line.score)
    parts.append(f"{score}-{line.penalty}" if line.penalty > 0 else score)
    parts += [f"({-line.penalty:+d})"] if line.penalty < 0 else []
    return " ".join(parts)


def _format_line(line: TextLine) -> str:
    """The line with the fewest zero-width spaces that reads back as itself."""
    guarded = [line.name, f"{_GUARD}{line.name}{_GUARD}", _GUARD + "".join(char + _GUARD for char in line.name)]
    for name in guarded:
        text = _written(line, name)
        try:
            first, later = parse_war(text).sides[0], parse_war(f"A - B\n{text}").sides[0]
            if first.lines == later.lines == parse_war(f"A 1\n{text}").sides[0].lines[1:] == (line,) and not first.tag:
                return text
        except WarTextError:
            continue
    return _written(line, guarded[-1])


def _guard_tag(text: str) -> str:
    risky = re.search(r"[#(),;]|\d\s+vs| - |^[+-]|-$|^[\d\s+|-]+$", text, re.IGNORECASE) is not None
    return _GUARD + "".join(char + _GUARD for char in text) if risky else text
