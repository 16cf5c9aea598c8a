"""What people type for the places their side took in a race: `1 3 4 7 9 12`, `13479+`, `1-3 7 9-`. Pure functions.

In a room of up to twelve the places may stand without blanks: `0` is the 10th, `+` the 11th, `++` (or `12`) the 12th.
Of all ways to cut such a text apart only those count that give as many different places as the side has players; two
such ways are asked about, never guessed. docs/live-war.md has the rules for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mkw.warlines import quoted

_LARGEST_RUN = 12  # a room in which places can stand without blanks
_SIGNS = {"0": 10, "+": 11, "++": 12, "10": 10, "11": 11, "12": 12} | {str(place): place for place in range(1, 10)}
_RANGE = re.compile(r"(\d{1,2})?[-–—](\d{1,2})?")
_APART = re.compile(r"[\s,;/|.]+")
_MOST_CHARACTERS = 120


class PlacesError(ValueError):
    """`str(error)` is one line for whoever typed it. `readings`: the places it can mean, where it can mean several."""

    def __init__(self, text: str, readings: tuple[tuple[int, ...], ...] = ()) -> None:
        super().__init__(text)
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Seats:
    """A side of `size` players in a room of `room`; `away` of them are disconnected and come last. `seen`: places that
    are known already, so that the others may be typed alone."""

    size: int
    room: int
    away: int = 0
    seen: tuple[int, ...] = ()


def read_places(text: str, seats: Seats) -> tuple[int, ...]:
    """The places, ascending. Raises PlacesError, never anything else, on any text.

    Missing ones are completed only where exactly one completion is possible: an open range (`9-` goes to the last
    place, `-3` begins at the first), players who are away (they have the last places nobody typed), a room in which
    as many places are left as are missing, or the places that are seen already.
    """
    typed = text.strip()
    if len(typed) > _MOST_CHARACTERS:
        raise PlacesError(f"That is {len(typed)} characters; places are such as `1 3 4 7 9 12`.")
    chunks = [chunk for chunk in _APART.split(typed) if chunk]
    if not chunks:
        raise PlacesError("Type the places, such as `1 3 4 7 9 12`.")
    ways = [_ways(chunk, seats, alone=len(chunks) == 1) for chunk in chunks]
    # A number between blanks is that place; only where this does not fit it may be cut apart.
    plain = [place for way in ways for place in (way[0] if way else ())]
    if len(chunks) > 1 and all(ways) and (found := _complete(plain, seats)):
        return found
    readings = tuple(sorted(set(_fitting(ways, seats))))
    if len(readings) == 1:
        return readings[0]
    if readings:
        said = " or ".join(f"`{written(one)}`" for one in readings)
        raise PlacesError(f"{quoted(typed)} can be read as {said}: type it with blanks.", readings)
    raise PlacesError(_why_not(typed, plain if all(ways) else [], seats))


def looks_like_places(text: str, seats: Seats) -> bool:
    """Whether somebody meant places, right or wrong: digits and signs alone, for nearly a whole side. A lone number, a
    score (`45 : 37`), a date or a time are something else."""
    typed = text.strip()
    if len(typed) > _MOST_CHARACTERS or re.search(r"[^\d\s,;/|.+\-–—]", typed) or not re.search(r"\d", typed):
        return False
    try:
        read_places(typed, seats)
    except PlacesError as problem:
        if problem.readings:
            return True
    else:
        return True
    chunks = [chunk for chunk in _APART.split(typed) if chunk]
    if not all(re.fullmatch(r"\d{1,2}\+{0,2}|\+{1,2}|\d{1,2}[-–—]\d{1,2}|[\d+]{4,14}", chunk) for chunk in chunks):
        return False
    if len(chunks) == 1:
        return seats.room <= _LARGEST_RUN and len(chunks[0].rstrip("+")) >= seats.size - 1 and "-" not in chunks[0]
    return len(chunks) >= min(4, seats.size - 1)


def written(places: Sequence[int]) -> str:
    """`1 3 4 7 9 12`."""
    return " ".join(map(str, places))


def _ways(chunk: str, seats: Seats, *, alone: bool) -> list[tuple[int, ...]]:
    """The places a piece can stand for, the plainest first."""
    if (spread := _RANGE.fullmatch(chunk)) and (spread[1] or spread[2]):
        first, last = int(spread[1] or 1), int(spread[2] or seats.room)
        return [tuple(range(first, last + 1))] if first <= last <= 99 else []
    found: list[tuple[int, ...]] = []
    if chunk.isdecimal() and len(chunk) <= 2 and not (alone and seats.size - len(seats.seen) > 1):
        found.append((int(chunk),))
        if not int(chunk):
            return found  # a 0 between blanks is a mistake more likely than the 10th
    if seats.room <= _LARGEST_RUN and len(chunk) <= 2 * _LARGEST_RUN:
        found += [way for way in _cut(chunk, seats.room) if way not in found]
    return found


def _cut(chunk: str, room: int) -> Iterator[tuple[int, ...]]:
    """Every way to cut `1347++` into different places."""
    if not chunk:
        yield ()
        return
    for length in (1, 2):
        place = _SIGNS.get(chunk[:length]) if len(chunk) >= length else None
        if place is not None and place <= room:
            for rest in _cut(chunk[length:], room):
                if place not in rest:
                    yield (place, *rest)


def _fitting(ways: Sequence[Sequence[tuple[int, ...]]], seats: Seats) -> Iterator[tuple[int, ...]]:
    """Every choice of one way a piece that gives a whole side."""

    def choose(left: Sequence[Sequence[tuple[int, ...]]], taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(taken) > seats.size or len(set(taken)) < len(taken):
            return
        if not left:
            whole = _complete(taken, seats)
            if whole is not None:
                yield whole
            return
        for way in left[0]:
            yield from choose(left[1:], (*taken, *way))

    yield from choose(ways, ())


def _complete(places: Sequence[int], seats: Seats) -> tuple[int, ...] | None:
    """A whole side of these places, ascending; None where they are none and no one completion is possible."""
    if len(set(places)) < len(places) or not all(1 <= place <= seats.room for place in places):
        return None
    missing = seats.size - len(places)
    free = [place for place in range(1, seats.room + 1) if place not in places]
    if missing == 0:
        return tuple(sorted(places))
    if seats.seen and missing == len(seats.seen) and places and set(seats.seen).isdisjoint(places):
        return tuple(sorted((*places, *seats.seen)))
    if 0 < missing <= len(free) and places and missing in (seats.away, len(free)):
        return tuple(sorted((*places, *free[-missing:])))
    return None


def _why_not(typed: str, places: Sequence[int], seats: Seats) -> str:
    """In one line what is wrong with it."""
    if not places:
        spread = "" if seats.room <= _LARGEST_RUN else ", with blanks between them"
        return f"{quoted(typed)} is not {seats.size} different places from 1 to {seats.room}{spread}."
    twice = next((place for place in places if list(places).count(place) > 1), None)
    outside = next((place for place in places if not 1 <= place <= seats.room), None)
    if outside == 0:
        return "There is no place 0; the 10th is `10`, or `0` in a text without blanks such as `13479+0`."
    if outside is not None:
        return f"There is no place {outside}: {seats.room} players are in the room."
    if twice is not None:
        return f"Place {twice} is there twice; every place is taken once."
    if len(places) > seats.size:
        return f"Those are {len(places)} places, and a side has {seats.size}."
    missing = seats.size - len(places)
    which = "1 is missing" if missing == 1 else f"{missing} are missing"
    return f"Those are {len(places)} places of {seats.size}: {which} (`9-` means from the 9th to the last)."


# --- who took which -------------------------------------------------------------------------------------------------

_TAKEN = re.compile(r"(?:(?P<name>\D.*?)[\s:=]+#?(?P<place>\d{1,2})(?:st|nd|rd|th)?|"
                    r"#?(?P<first>\d{1,2})(?:st|nd|rd|th)?[.:)=]?\s+(?P<last>\D.*))")  # fmt: skip
_BETWEEN = re.compile(r"(?<=\d)\s+(?=[^\W\d])")
_MOST_ITEMS = 24


def takers(text: str) -> tuple[tuple[str, int], ...]:
    """`Cyn 1, Willow 3rd` or `1 Cyn, 3 Willow` -> ((name, place), …) as typed; empty where it is something else. With
    blanks alone between them (`Cyn 1 Willow 3`) every name comes before its place."""
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", text) if piece.strip()]
    if len(pieces) == 1:
        pieces = _BETWEEN.split(pieces[0])
    if not 1 <= len(pieces) <= _MOST_ITEMS:
        return ()
    found = []
    for piece in pieces:
        item = _TAKEN.fullmatch(piece)
        if item is None:
            return ()
        found.append(((item["name"] or item["last"]).strip(), int(item["place"] or item["first"])))
    return tuple(found)
