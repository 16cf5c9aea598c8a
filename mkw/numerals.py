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


_THIN = "\u202f"  # the narrow space of print that never breaks a line
ENGLISH = Locale("English", ".", ",")
# A short table instead of a library: averages, differences and counts are all that is written.
LOCALES = {
    "en": ENGLISH,
    "de": Locale("Deutsch", ",", "."),
    "fr": Locale("Français", ",", _THIN),
    "es": Locale("Español", ",", "."),
    "it": Locale("Italiano", ",", "."),
    "nl": Locale("Nederlands", ",", "."),
    "pt": Locale("Português", ",", "."),
    "sv": Locale("Svenska", ",", _THIN),
    "pl": Locale("Polski", ",", _THIN),
    "de-CH": Locale("Schweiz", ".", "\u2019"),
    "ja": Locale("日本語", ".", ","),
    "ko": Locale("한국어", ".", ","),
}

# The server whose answer is being written. A variable of the context, so that the hundred functions between a command
# and a number need not pass it on; a thread that draws gets a copy of it.
_current: ContextVar[Locale] = ContextVar("locale", default=ENGLISH)


def write_as(key: str) -> None:
    """From here on, in this task and in what it starts; English for a key nobody knows."""
    _current.set(LOCALES.get(key, ENGLISH))


def decimal(value: float, digits: int = 1, *, plus: bool = False) -> str:
    """`1,234.5` as the current locale writes it; `plus` writes +26 for what is above zero."""
    sign = "+" if plus else ""
    return localised(f"{value:{sign},.{digits}f}")


def short(value: float) -> str:
    """As few digits as it needs: `12`, `0.58`."""
    return localised(f"{value:g}")


def localised(text: str) -> str:
    """A number as Python writes it (`-1,234.5`) in the current locale."""
    locale = _current.get()
    return "".join({".": locale.point, ",": locale.thousands}.get(mark, mark) for mark in text)
