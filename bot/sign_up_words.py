"""When, against whom and with how many, as people type it: `21:00`, `tomorrow 9pm vs KT 5v5`, `20:30 6 remind 30`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.errors import BadInput
from bot.services.sign_ups import REMIND, SIZE
from mkw.times import UnclearTimeError, moment_cut

EXAMPLES = "`available 21:00`, `available 9pm vs KT`, `available tomorrow 20:30 vs KT 5v5`"
_OPPONENT = re.compile(r'(?<!\S)(?:vs\.?|versus|against)\s+("[^"]+"|“[^”]+”|„[^“]+“|«[^»]+»|\S+)', re.IGNORECASE)
_REMIND = re.compile(
    r"(?<!\S)remind(?:er)?:?\s+(?:(off|no|none|never)|(\d{1,4})\s*(h(?:ours?)?|m(?:in(?:ute)?s?)?)?)(?!\S)(?:\s+before\b)?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<!\S)(\d{1,2})\s?(?:v|vs|x)\s?(\d{1,2})(?!\S)", re.IGNORECASE)
_PLAYERS = re.compile(r"(?:for\s+)?(\d{1,2})(?:\s*(?:players?|people))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`starts_at` in UTC; `remind`: how long before it, None for no reminder."""

    starts_at: datetime
    opponent: str | None = None
    size: int = SIZE
    remind: timedelta | None = REMIND


def wanted(text: str, now: datetime) -> Wanted:
    """`now` is aware, in the server's time zone. Raises BadInput, with what to type instead."""
    opponent, rest = _opponent(text)
    remind, rest = _remind(rest)
    size, rest = _size(rest)
    try:
        starts_at, rest = moment_cut(rest, now)
    except UnclearTimeError as unclear:
        raise BadInput(str(unclear)) from unclear
    if starts_at is None:
        raise BadInput(f"At what time? Such as {EXAMPLES}.")
    rest = re.sub(r"(?<!\S)at(?!\S)", " ", rest).strip(" ,;")
    if (players := _PLAYERS.fullmatch(rest)) and size is None:
        size, rest = int(players[1]), ""
    if rest:
        shown = " ".join(rest.replace("`", "'").split())[:40]
        raise BadInput(f"`{shown}` is not understood here; nothing was posted. Such as {EXAMPLES}.")
    return Wanted(starts_at, opponent, SIZE if size is None else size, remind)


def _opponent(text: str) -> tuple[str | None, str]:
    found = _OPPONENT.search(text)
    if found is None:
        return None, text
    tag = found[1] if len(found[1]) < 3 or found[1][0] not in '"“„«' else found[1][1:-1]
    return tag.strip(), f"{text[: found.start()]} {text[found.end() :]}"


def _remind(text: str) -> tuple[timedelta | None, str]:
    found = _REMIND.search(text)
    if found is None:
        return REMIND, text
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if found[1] or not int(found[2]):
        return None, rest
    hours = (found[3] or "").casefold().startswith("h")
    return timedelta(minutes=int(found[2]) * (60 if hours else 1)), rest


def _size(text: str) -> tuple[int | None, str]:
    found = _SIZE.search(text)
    if found is None or found[1] != found[2]:
        return None, text
    return int(found[1]), f"{text[: found.start()]} {text[found.end() :]}"
