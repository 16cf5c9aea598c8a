"""Wars as text: the Lorenzi table form people paste, the one-line form they type, and writing the Lorenzi form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TextLine:
    name: str
    score: int
    races: int | None = None  # the number in brackets; None: the whole war
    country: str | None = None
    penalty: int = 0


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


class WarTextError(ValueError):
    """`str(error)` names the line and what was expected there, for the person who typed it."""


def parse_war(text: str) -> TextWar:
    """Either form. Raises WarTextError, never anything else, on any text.

    Lorenzi: see docs/war-text.md. Typed: `Cynical 92, Willow (7) 44, Ghost (5) 27 … vs CB 491`, commas or line breaks,
    `vs TAG`/`vs TAG TOTAL` (or `vs TAG: name score, …`) begins the opponent's side, `(7)` races, `-20 ours`/`-20 theirs`
    penalties, `12 races`, `2025-07-18`.
    """
    raise NotImplementedError


def format_lorenzi(war: TextWar) -> str:
    """Text that gb.hlorenzi.com takes; names it would misread get a zero-width space."""
    raise NotImplementedError
