"""Colours as people type them."""

from __future__ import annotations

import re

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_WORDS = {
    "red": "#e02020", "crimson": "#c2183c", "orange": "#f08020", "gold": "#f0b429", "yellow": "#f5d020",
    "lime": "#a0d246", "green": "#2e9e5b", "teal": "#159a9c", "cyan": "#36d2d6", "turquoise": "#36c9b4",
    "blue": "#2f6fed", "navy": "#20407a", "purple": "#8a4fff", "violet": "#7a3fd0", "magenta": "#d63fb0",
    "pink": "#ff78be", "brown": "#8a5a33", "black": "#202225", "white": "#f5f5f5", "grey": "#8a8f98", "gray": "#8a8f98",
    "silver": "#b8c0cc",
}  # fmt: skip
WORDS = tuple(_WORDS)


def colour_in(text: str) -> str | None:
    """`#E02020`, `e02`, `red` -> `#rrggbb` in small letters; None for anything else."""
    word = text.strip().casefold()
    if word in _WORDS:
        return _WORDS[word]
    found = _HEX.fullmatch(word)
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(char * 2 for char in found[1])
    return f"#{digits}"
