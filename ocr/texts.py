"""What the texts of cells say: numbers, races in brackets, penalties, titles. Pure functions over strings."""

from __future__ import annotations

import re
import unicodedata

_RACE_COUNT = re.compile(r"\s*[(（\[]\s*(\d{1,2})\s*[)）\]]\s*$")
_RACES = re.compile(r"(\d{1,2})\s*races?\b", re.IGNORECASE)
_PENALTY = re.compile(r"[-−–—]\s*(\d{1,3})")
_MOST_RACES = 32


def number(text: str) -> int | None:
    """The digits of a score or total, 0 to 9999; None where something else than digits stands there."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "").lstrip("+").rstrip("-+")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 4 else None


def split_races(name: str) -> tuple[str, int | None]:
    """`Willow (7)` -> (`Willow`, 7); a name without a race count stays as it is."""
    found = _RACE_COUNT.search(name)
    if not found or not found[0].strip() or not name[: found.start()].strip():
        return name.strip(), None
    count = int(found[1])
    return (name[: found.start()].strip(), count) if 1 <= count <= _MOST_RACES else (name.strip(), None)


def race_count(text: str) -> int | None:
    """The races of a row in a column of their own, 1 to 32."""
    count = number(text)
    return count if count is not None and 1 <= count <= _MOST_RACES else None


def races_in(title: str) -> int | None:
    """`18 Jul 2025 • 12 Races` -> 12."""
    found = _RACES.search(title)
    return int(found[1]) if found and 1 <= int(found[1]) <= _MOST_RACES else None


def penalty(text: str) -> int | None:
    """`(-10)` or `Penalty: -20` -> points taken off; None without a minus sign and a number."""
    found = _PENALTY.search(unicodedata.normalize("NFKC", text))
    return int(found[1]) if found else None


def difference(text: str) -> int | None:
    """`±26` or `+26` -> 26."""
    found = re.search(r"\d{1,4}", unicodedata.normalize("NFKC", text))
    return int(found[0]) if found else None


def clean(text: str) -> str:
    """Without control and invisible characters, runs of spaces joined."""
    visible = "".join(" " if char in "\t\n\r" else char for char in text if not _invisible(char))
    return " ".join(visible.split())


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\t\n\r"
