"""The lines and items of a war in text: cutting them apart and reading one player, number, tag or date each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

MOST_CHARACTERS, LONGEST_LINE, LONGEST_NAME, LONGEST_TAG = 10_000, 400, 60, 40
MOST_SIDES, MOST_LINES, MOST_RACES, MOST_PENALTY, MOST_TOTAL = 24, 64, 48, 999, 9999


class WarTextError(ValueError):
    """`str(error)` names the line and what was expected there, for the person who typed it."""


@dataclass(frozen=True, slots=True)
class TextLine:
    name: str
    score: int
    races: int | None = None  # the number in brackets; None: the whole war
    country: str | None = None
    penalty: int = 0
    gps: tuple[int, ...] = field(default=(), compare=False)  # the score by cups of races, where they are to be written


# --- pieces ---------------------------------------------------------------------------------------------------------

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_WIDE = str.maketrans("０１２３４５６７８９＋－−｜（）［］：，、；＃＝　\xa0\t", "0123456789+--|()[]:,,;#=   ")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_COMMA = re.compile(r"[,;](?!\u200b)")
_VERSUS = re.compile(
    r"(?:^|(?<=[\d)\]:,])\s+)(?:vs\.?|versus|gegen|contre|against)\s+(?=\S)|\s+vs\.?\s+", re.IGNORECASE
)
_TYPED = re.compile(r"\d\)?\s*(?:[,;](?!\u200b)|\s+vs\.?\s)", re.IGNORECASE)  # more than one score on the line
COLOUR = re.compile(r"\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\s*$")
POINTS_OFF = re.compile(r"\s*\(\s*([+-])\s*(\d+)\s*\)\s*$")
SCORE = re.compile(r"(?<![^\s:=)\]\-])(\d+(?:\s*[+|]\s*\d+|-\d+)*)$")


# A date, a race count or a penalty written behind something else without a comma begins a piece of its own. Without
# this, the year in `vs CB 491 2025-07-18` would be taken for the total.
_FACT_AHEAD = re.compile(
    r"(?<!\son)\s+(?=(?:on\s+)?\d{4}-\d{1,2}-\d{1,2}(?:\s|$)|\d+\s+races?(?:\s|$)"
    r"|[+-]\s?\d+\s+(?:ours?|us|we|theirs?|them|opponents?)(?:\s|$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One line, or one item of a typed line."""

    number: int  # of the line, from 1
    text: str  # digits and signs made plain
    versus: bool = False  # begins the next side


def pieces_of(text: str) -> Iterator[Piece]:
    """Lines; typed lines cut at commas and at `vs`. An empty piece stands for an empty line."""
    lines = re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))
    lines = ["" if line.strip().startswith("```") else line for line in lines]  # pasted as a code block
    headers = any(is_header(_plain(line)) for line in lines)
    for number, drawn in enumerate(lines, 1):
        control = _CONTROL.search(drawn)
        if control:
            raise WarTextError(
                f"Line {number} has an invisible control character (U+{ord(control[0]):04X}): take it out."
            )
        line = _plain(drawn)
        if len(line) > LONGEST_LINE and (headers or not _COMMA.search(line)):
            raise WarTextError(f"Line {number} has {len(line)} characters; {LONGEST_LINE} at most.")
        if headers or line.startswith("#") or not line:
            yield Piece(number, line)
            continue
        for item in _COMMA.split(line):
            yield from _cut_at_versus(number, item.strip())


def _cut_at_versus(number: int, item: str) -> Iterator[Piece]:
    first, *sides = _VERSUS.split(item)
    for fact in _FACT_AHEAD.split(first.strip()):
        if fact:
            yield Piece(number, fact)
    for side in sides:
        head, *facts = _FACT_AHEAD.split(side.strip())
        yield Piece(number, head, versus=True)
        for fact in facts:
            yield Piece(number, fact)


def _plain(line: str) -> str:
    # One blank between words: thousands of them would keep the patterns busy.
    return re.sub(" {2,}", " ", line.translate(_WIDE)).strip().rstrip(_ZERO_WIDTH + " ")


def is_header(text: str) -> bool:
    """Whether it is a team line `TAG - Name`, perhaps with colour and penalty."""
    if text.startswith("#") or _TYPED.search(text):
        return False
    text = COLOUR.sub("", POINTS_OFF.sub("", text))
    tag, dash, name = text.partition(" - ")
    return bool(dash and tag.strip() and name.strip()) and not re.fullmatch(r"[\d\s+|\-]+", name)


# --- players ---


def refuse(piece: Piece, expected: str) -> NoReturn:
    raise WarTextError(f"Line {piece.number}, {quoted(piece.text)}: expected {expected}.")


def player(piece: Piece) -> TextLine:
    """`Name [us] (7) 20+7|30-5 (-10)`."""
    text, penalty = piece.text, 0
    if off := POINTS_OFF.search(text):
        penalty += penalty_of(piece, off[1], off[2])
        text = text[: off.start()]
    found = SCORE.search(text)
    if found is None:
        raise WarTextError(_why_no_score(piece, text))
    if re.search(r"(?:^|\s)-$", text[: found.start()]):
        raise WarTextError(f"Line {piece.number}, {quoted(piece.text)}: a score is 0 or more, not -{found[1]}.")
    score, lost = points_of(piece, found[1])
    name, races, country = text[: found.start()], None, None
    name = re.sub(r"\s*[:=]?(?:\s+-\s*)?\s*$", "", name)
    while group := re.search(r"\s*(?:\(\s*(\d+)\s*\)|\[([A-Za-z]{2,3})\])$", name):
        if (group[1] and races is not None) or (group[2] and country is not None):
            break
        if group[1]:
            races = bounded(piece, integer(piece, group[1]), MOST_RACES, "the races in brackets", least=1)
        else:
            country = group[2].lower()
        name = name[: group.start()]
    name = clean(name)
    if not name:
        raise WarTextError(
            f"Line {piece.number}, {quoted(piece.text)}: expected a name before the score, as in `Comet 92`."
        )
    if len(name) > LONGEST_NAME:
        raise WarTextError(f"Line {piece.number}: the name has {len(name)} characters; {LONGEST_NAME} at most.")
    return TextLine(name, score, races, country, penalty + lost)


def _why_no_score(piece: Piece, text: str) -> str:
    place = f"Line {piece.number}, {quoted(piece.text)}"
    last = text.rsplit(maxsplit=1)[-1] if text.strip() else ""
    if re.fullmatch(r"[-+]\d+", last):
        return f"{place}: a score is 0 or more, not {last[:12]}."
    if re.search(r"\d", last):
        return f"{place}: the score must be a whole number after a space, as in `Comet 92`; `{_safe(last)}` is none."
    return f"{place}: expected a score at the end, as in `Comet 92` or `Comet 20+7`."


# --- small parts ----------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Without zero-width characters, blanks collapsed."""
    return " ".join("".join(char for char in text if char not in _ZERO_WIDTH).split())


def _safe(text: str) -> str:
    short = clean(text).replace("`", "'")
    return short if len(short) <= 40 else short[:39] + "…"


def quoted(text: str) -> str:
    return f"`{_safe(text)}`"


def tag_of(piece: Piece, text: str) -> str | None:
    tag = clean(text)
    if len(tag) > LONGEST_TAG:
        raise WarTextError(f"Line {piece.number}: the tag has {len(tag)} characters; {LONGEST_TAG} at most.")
    return tag or None


def integer(piece: Piece, digits: str) -> int:
    if len(digits) > 9:
        raise WarTextError(f"Line {piece.number}: {quoted(digits)} is too large a number.")
    return int(digits)


def bounded(piece: Piece, value: int, most: int, what: str, *, least: int = 0) -> int:
    if not least <= value <= most:
        raise WarTextError(f"Line {piece.number}: {what} is {least} to {most}, not {value}.")
    return value


def points_of(piece: Piece, expression: str) -> tuple[int, int]:
    """(points, points lost) of `20+7|30-5`: what is taken off is shown apart."""
    parts = re.findall(r"([+|-]?)\s*(\d+)", expression)
    numbers = [(sign, integer(piece, digits)) for sign, digits in parts]
    return sum(n for sign, n in numbers if sign != "-"), sum(n for sign, n in numbers if sign == "-")


def penalty_of(piece: Piece, sign: str, digits: str) -> int:
    """Points taken off; a bonus is below 0."""
    points = bounded(piece, integer(piece, digits), MOST_PENALTY, "a penalty")
    return -points if sign == "+" else points


def colour_of(digits: str) -> str:
    whole = digits if len(digits) == 6 else "".join(char * 2 for char in digits)
    return f"#{whole.lower()}"


def date_of(piece: Piece, text: str) -> date:
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise WarTextError(f"Line {piece.number}: {quoted(text)} is no date; write it as 2025-07-18.") from None
