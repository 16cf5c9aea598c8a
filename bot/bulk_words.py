"""How much of a history, as people type it: nothing, `500`, `since 2026-01-01`, `since 3 months`, `in march`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.filter_words import parse
from bot.services.bulk import require_possible
from bot.services.errors import BadInput
from mkw.filters import Filter

EXAMPLES = "`bulkscan`, `bulkscan 500`, `bulkscan since 2026-01-01`, `bulkscan since 3 months`"


@dataclass(frozen=True, slots=True)
class Span:
    """None: without an end on that side. Days are the server's, both included."""

    most_messages: int | None = None
    since: date | None = None
    until: date | None = None


def span_of(text: str, today: date) -> Span:
    """Raises BadInput, with what to type instead."""
    words = parse(text, today)
    wanted = words.filter
    most = wanted.last
    if most is None and len(words.names) == 1 and words.names[0].isdecimal():
        most = int(words.names[0])
    elif words.names:
        raise BadInput(f"How much of the history? Such as {EXAMPLES}.")
    rest = Filter(last=wanted.last, since=wanted.since, until=wanted.until)
    if words.season is not None or words.metric is not None or wanted != rest:
        raise BadInput(f"A bulk scan takes a number of messages or days, such as {EXAMPLES}.")
    require_possible(most)
    return Span(most, wanted.since, wanted.until)
