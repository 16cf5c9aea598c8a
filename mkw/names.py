"""Names: folding what is drawn alike, clan tags, and finding the player behind a drawn name.

Names are kept as drawn; folding is for comparing only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mkw.ids import PlayerId


class How(StrEnum):
    """On what a match stands."""

    EXACT = "exact"  # folds to the player's name or alias, with or without the tag
    NEAR = "near"  # the best one-to-one assignment, close enough to be taken without a question
    FAR = "far"  # the best guess, to be asked
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    player_id: PlayerId
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameMatch:
    """For one drawn name: the player (None for How.NONE), how, and the distance 0 (same) .. 1 (nothing in common)."""

    drawn: str
    player_id: PlayerId | None
    how: How
    distance: float


def fold(name: str) -> str:
    """The form names are compared in: NFKC, case, marks and look-alikes of other scripts folded, spaces and invisible
    characters dropped. Never empty for a name with a visible character."""
    raise NotImplementedError


def common_tag(names: Sequence[str]) -> str | None:
    """The clan tag most of the names wear in front (or all wear behind), as drawn on the first; None without one."""
    raise NotImplementedError


def without_tag(name: str, tags: Sequence[str]) -> str:
    """The name less any of the tags in front or behind (compared folded); the whole name where nothing would be left."""
    raise NotImplementedError


def match_names(drawn: Sequence[str], roster: Sequence[Candidate], *, tags: Sequence[str] = ()) -> tuple[NameMatch, ...]:
    """Exact matches first, then the best one-to-one assignment of the rest by weighted edit distance. One result per
    drawn name, in order; no player is given to two names."""
    raise NotImplementedError


def close_names(text: str, roster: Sequence[Candidate], *, limit: int = 5) -> tuple[Candidate, ...]:
    """For "did you mean": the nearest candidates, nearest first; empty where none is near."""
    raise NotImplementedError
