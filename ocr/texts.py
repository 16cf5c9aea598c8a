"""What the texts of cells say: numbers, races in brackets, penalties, titles. Pure functions over strings."""

from __future__ import annotations

import re
import unicodedata

_RACE_COUNT = re.compile(r"\s*[(（\[]\s*(\d{1,2})\s*[)）\]]\s*$")
_RACES = re.compile(r"(\d{1,2})\s*(?:(?:races?|rennen|courses?|carreras|corridas|gare)\b|レース)", re.IGNORECASE)
_MONTH = (
    r"(?:jan(?:uar[yi]?|vier|eiro)?|feb(?:ruary?|rero)?|f[ée]v(?:rier|ereiro)?|mar(?:ch|s|zo|ço)?|m[äa]rz|a[pb]r(?:ile?)?"
    r"|avr(?:il)?|ma(?:y|i|yo|io)|jun[ei]?o?|juin|jul[yi]?o?|juil(?:let)?|aug(?:ust)?|ao[uû]t|ago(?:sto)?"
    r"|sept?(?:ember)?|o[ck]t(?:ob[er]{2})?|nov(?:ember)?|d[eé][cz](?:emb(?:er|re))?)"
)
_DATE = re.compile(
    rf"(?<!\d)20\d\d\s?[-–—/.年]\s?\d{{1,2}}|\b[0-3]?\d(?P<by>[-–—/.])[01]?\d(?P=by)(?:20)?\d\d\b"
    rf"|\b{_MONTH}\.?,?\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?20\d\d\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"\b\d?\d:[0-5]\d\b|^\W*(?:season|saison|week|round|event|table|page|match|game|div(?:ision)?)\W+#?\d+\W*$",
    re.IGNORECASE,
)
_PENALTY = re.compile(r"[-−–—]\s*(\d{1,3})")
_TOTAL = re.compile(
    r"(?:^|\s)\W?(?:team\s?)?(?:(?:sub\s?)?totals?|sum|summe|gesamt|score|points?|pts)\W*$|(?:チーム)?合?計\W*$|Σ$",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"^\W*(?:penalt(?:y|ies)|pen\.|p[ée]nalit[ée]s?|penalizaci[óo]n|penalidade|strafen?|ペナルティ)", re.IGNORECASE
)
_MOST_RACES = 32
_MOST_TAKEN = 250  # points; what stands behind a dash and is more is the other side's total


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


def is_dated(text: str) -> bool:
    """Whether a day is written in it: `2025/4/7`, `07.04.2025`, `Apr 7, 2025`; a number such as 2069 is none."""
    return _DATE.search(unicodedata.normalize("NFKC", text)) is not None


def is_title(text: str) -> bool:
    """Whether a line says when, how long or which a war was, as titles and the chats around do and rows do not."""
    return races_in(text) is not None or is_dated(text) or _CHAT.search(text) is not None


def without_total(text: str) -> str:
    """`Hy Team total` -> `Hy`: what a line says besides that its number is a total; empty where it says no more."""
    return _TOTAL.sub("", unicodedata.normalize("NFKC", text)).strip()


def speaks_of_penalty(text: str) -> bool:
    """Whether a line begins with a word for penalties: no player's row does."""
    return _FINE.match(unicodedata.normalize("NFKC", text)) is not None


def penalty(text: str) -> int | None:
    """`(-10)` or `Penalty: -20` -> points taken off, 250 at most; None without a minus sign and a number."""
    found = _PENALTY.search(unicodedata.normalize("NFKC", text))
    return int(found[1]) if found and int(found[1]) <= _MOST_TAKEN else None


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
