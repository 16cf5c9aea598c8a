"""How people write numbers: the mark before decimals, and what parts thousands."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locale:
    """The minus is the hyphen in all of them: it is as wide as a plus on every phone, so columns stay in line."""

    name: str
    point: str
    thousands: str

    @property
    def example(self) -> str:
        return f"1{self.thousands}234{self.point}5"


_SPACE = "\u00a0"  # never breaks a line, and is as wide as any letter where letters are as wide as each other
ENGLISH = Locale("English", ".", ",")
# A short table instead of a library: averages, differences and counts are all that is written.
LOCALES = {
    "en": ENGLISH,
    "de": Locale("Deutsch", ",", "."),
    "fr": Locale("Français", ",", _SPACE),
    "es": Locale("Español", ",", "."),
    "it": Locale("Italiano", ",", "."),
    "nl": Locale("Nederlands", ",", "."),
    "pt": Locale("Português", ",", "."),
    "sv": Locale("Svenska", ",", _SPACE),
    "pl": Locale("Polski", ",", _SPACE),
    "de-CH": Locale("Schweiz", ".", "\u2019"),
    "ja": Locale("日本語", ".", ","),
    "ko": Locale("한국어", ".", ","),
}

# The server whose answer is being written. A variable of the context, so that the hundred functions between a command
# and a number need not pass it on; a thread that draws gets a copy of it, and nobody else's task sees it.
_current: ContextVar[Locale] = ContextVar("locale", default=ENGLISH)


def write_as(key: str) -> None:
    """From here on, in this task and in what it starts; English for a key nobody knows."""
    _current.set(LOCALES.get(key, ENGLISH))


def decimal(value: float, digits: int = 1) -> str:
    """`1,234.5` as the current locale writes it."""
    return _localised(f"{value:,.{digits}f}")


def plus_minus(value: float, digits: int = 0) -> str:
    """`+1,234` and `-3`; what is neither above nor below zero once it is rounded has no sign."""
    rounded = round(value, digits)
    return _localised(f"{rounded:+,.{digits}f}" if rounded else f"{0:.{digits}f}")


def as_few_digits(value: float) -> str:
    """With one digit behind the point where it needs one: `12`, `12.5`."""
    return decimal(value, 0 if round(value, 1) == round(value) else 1)


def whole(number: int) -> str:
    """`1,234`"""
    return decimal(number, 0)


def count_of(number: int, what: str) -> str:
    """`1 picture`, `1,234 pictures`"""
    return f"{whole(number)} {what}" + "s" * (number != 1)


def tick(value: float) -> str:
    """Beside an axis: every digit a tick has, and no more: `1,500`, `-2.5`, `0.25`."""
    return _localised(f"{value + 0.0:,.10g}")


def _localised(text: str) -> str:
    """A number as Python writes it."""
    locale = _current.get()
    return "".join({".": locale.point, ",": locale.thousands}.get(mark, mark) for mark in text)
