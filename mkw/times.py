"""A moment as people write one for a war to come: `21:00`, `9pm`, `tomorrow 20:30`, `sat 9pm`, `in 2 hours`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from mkw.dates import day_cut

_STAMP = re.compile(r"<t:(\d{1,10})(?::[a-z])?>", re.IGNORECASE)
_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_CLOCKS = (
    re.compile(rf"(?<![\w:.+-])(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:\s*{_HALF})?(?![\w:])", re.IGNORECASE),
    re.compile(rf"(?<![\w:.+-])(?P<hour>\d{{1,2}})(?P<minute>)\s*{_HALF}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w:.+-])(?P<hour>\d{1,2})(?P<minute>)(?P<half>)\s*(?:h|uhr|o'?clock)(?!\w)", re.IGNORECASE),
)
_ALONE = re.compile(r"\s*(?:at\s+)?(?P<hour>\d{1,2})(?P<minute>)(?P<half>)(?![\w:.])")
_WORDS = {"noon": (12, 0), "midnight": (24, 0)}
_WORD = re.compile(r"\b(noon|midnight)\b", re.IGNORECASE)
_IN = re.compile(
    r"\bin\s+(?=\d)(?:(?P<hours>\d{1,3})\s*h(?:ours?|rs?)?\b\s*|(?P<glued>\d{1,2})h(?=\d))?(?:and\s+)?"
    r"(?:(?P<minutes>\d{1,4})\s*(?:m(?:in(?:ute)?s?)?)?\b)?",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(today|tonight|tomorrow|tmrw?|tmr)\b", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?:on\s+|this\s+)?(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?)\b",
    re.IGNORECASE,
)
_EVENING, _NIGHT_ENDS = 12, 5  # tonight at 9 is 21:00, tonight at 1:00 is after midnight


class UnclearTimeError(ValueError):
    """`str(error)` says what is unclear and how to write it."""


def moment_cut(text: str, now: datetime) -> tuple[datetime | None, str]:
    """(the moment in UTC, the text without it); None where no time stands in it.

    `now` is aware and in the time zone of whoever writes. A time without a day is the next one there is; a day that is
    named may be over. Raises UnclearTimeError where it can be read in two ways, or a clock has no such time.
    """
    if stamp := _STAMP.search(text):
        return datetime.fromtimestamp(int(stamp[1]), UTC), _without(text, stamp)
    if (later := _IN.search(text)) and (later["hours"] or later["glued"] or later["minutes"]):
        hours, minutes = int(later["hours"] or later["glued"] or 0), int(later["minutes"] or 0)
        return now.astimezone(UTC) + timedelta(hours=hours, minutes=minutes), _without(text, later)
    near, rest = _cut(_NEAR, text)
    named, rest = (None, rest) if near else day_cut(rest, now.date())
    weekday, rest = ("", rest) if near or named else _cut(_WEEKDAY, rest)
    clock, rest = _clock(rest, tonight=near == "tonight")
    if clock is None:
        return None, text
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    first, again = today, tomorrow  # what is over on the first is meant of the second
    if named is not None or near:
        first = again = named or (today if near in ("today", "tonight") else tomorrow)
    elif weekday:
        first = today + timedelta(days=(_WEEKDAYS.index(weekday[:3]) - today.weekday()) % 7)
        again = first + timedelta(days=7)
    found = _at(first, clock, now)
    return (found if found > now else _at(again, clock, now)), rest


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """(what is found in small letters, the text without it)."""
    found = pattern.search(text)
    return ("", text) if found is None else (found[1].casefold(), _without(text, found))


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _clock(text: str, *, tonight: bool) -> tuple[tuple[int, int] | None, str]:
    """((hour up to 28, minute), the rest)."""
    if word := _WORD.search(text):
        return _WORDS[word[1].casefold()], _without(text, word)
    match = next((found for clock in _CLOCKS if (found := clock.search(text))), None)
    alone = match is None
    match = match or _ALONE.match(text)
    if match is None:
        return None, text
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").casefold()
    if hour > (12 if half else 24) or (half and not hour) or minute > 59 or (hour == 24 and minute):
        raise UnclearTimeError(f"`{match[0].strip()}` is no time of the day; write it as `21:00` or `9pm`.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif tonight and hour < _EVENING:
        hour += 24 if hour < _NIGHT_ENDS else 12
    elif alone and hour <= 12:
        raise UnclearTimeError(f"`{hour}` may be in the morning or the evening: write `{hour}pm` or `{hour}am`.")
    return (hour, minute), _without(text, match)


def _at(day: date, clock: tuple[int, int], now: datetime) -> datetime:
    """That day at `clock`, whose hours count on past midnight. Raises UnclearTimeError at the ends of the calendar."""
    days, hour = divmod(clock[0], 24)
    try:
        return datetime.combine(day + timedelta(days=days), time(hour, clock[1]), tzinfo=now.tzinfo).astimezone(UTC)
    except OverflowError:
        raise UnclearTimeError(f"{day} is beyond what a calendar has.") from None
