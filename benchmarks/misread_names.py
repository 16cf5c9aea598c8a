"""Misreads names as the reader does, at the rates and with the confusions that `name_confusions.py` counted."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mkw.names import fold

# Counted by `python benchmarks/name_confusions.py --pictures 220 --seed 5` on drawn pictures, three in four of them
# spoiled, and on the 637 rows of the real ones.
MISREAD = 0.06  # of the rows: 5.7 % of the real ones
UNREADABLE = 0.10  # of the misread rows: more than half of the letters wrong
TAG_LOST = 0.01
EDITS = ((1, 0.8), (2, 0.16), (3, 0.04))  # changes in a misread row that is not unreadable
KINDS = {
    "swap": 0.35,
    "sign lost": 0.35,
    "sign changed": 0.06,
    "first lost": 0.06,
    "lost": 0.08,
    "last lost": 0.02,
    "added first": 0.03,
    "added": 0.02,
    "added last": 0.03,
}
PAIRS: dict[str, dict[str, float]] = {"l": {"t": 1, "j": 1}, "o": {"c": 1, "q": 1}, "e": {"c": 1}, "u": {"v": 1}}
ANY_LETTER = 0.25  # of the swaps: to a letter that is not drawn alike
CONFIDENCE = ((0.5, 0.1), (0.7, 0.1), (0.85, 0.1), (0.95, 0.2), (0.98, 0.2), (0.999, 0.2), (1.0, 0.1))  # right rows
CONFIDENCE_MISREAD = ((0.5, 0.2), (0.7, 0.2), (0.85, 0.2), (0.95, 0.1), (0.98, 0.1), (0.999, 0.1), (1.0, 0.1))
_ADDED = "qojl1ac3"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Seen:
    text: str
    confidence: float
    misread: bool


def seen(rng: random.Random, whole: str, bare: str, rate: float = MISREAD) -> Seen:
    """`whole` as the reader would give it; `rate` of the rows are misread."""
    shown = bare if bare != whole and rng.random() < TAG_LOST * rate / MISREAD else whole
    if rng.random() >= rate:
        return Seen(shown, _lot(rng, CONFIDENCE), misread=shown != whole)
    text = _garbled(rng, shown) if rng.random() < UNREADABLE else _changed(rng, shown)
    return Seen(text, _lot(rng, CONFIDENCE_MISREAD), misread=fold(text) != fold(whole))


def _lot(rng: random.Random, weighted: tuple[tuple[float, float], ...]) -> float:
    return rng.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _garbled(rng: random.Random, text: str) -> str:
    kept = [char for char in text if rng.random() < 0.4]
    return "".join(kept) + "".join(rng.choices(_LETTERS, k=rng.randint(1, 4)))


def _changed(rng: random.Random, text: str) -> str:
    edits = rng.choices([number for number, _ in EDITS], [share for _, share in EDITS])[0]
    for _ in range(edits):
        for _ in range(20):  # not every name has a sign to lose
            changed = _edited(rng, text, rng.choices(list(KINDS), list(KINDS.values()))[0])
            if changed is not None and fold(changed):
                text = changed
                break
    return text


def _edited(rng: random.Random, text: str, kind: str) -> str | None:
    """None where the name has nothing of the kind."""
    signs = [at for at, char in enumerate(text) if not char.isalnum() and not char.isspace()]
    letters = [at for at, char in enumerate(text) if char.isalnum()]
    if kind in ("sign lost", "sign changed"):
        if not signs:
            return None
        at = rng.choice(signs)
        return text[:at] + ("" if kind == "sign lost" else rng.choice("-.l・*")) + text[at + 1 :]
    if kind == "added first":
        return rng.choice(_ADDED) + text
    if kind == "added last":
        return text + rng.choice(_ADDED)
    if kind == "added":
        at = rng.randrange(1, len(text) + 1)
        return text[:at] + rng.choice(_ADDED) + text[at:]
    if not letters or len(text) < 2:
        return None
    if kind in ("first lost", "last lost", "lost"):
        at = {"first lost": letters[0], "last lost": letters[-1], "lost": rng.choice(letters)}[kind]
        return text[:at] + text[at + 1 :]
    return _swapped(rng, text, letters)


def _swapped(rng: random.Random, text: str, letters: list[int]) -> str | None:
    if rng.random() < ANY_LETTER:
        at = rng.choice(letters)
        return text[:at] + rng.choice(_LETTERS) + text[at + 1 :]
    able = [(at, other, weight) for at in letters for other, weight in PAIRS.get(fold(text[at]), {}).items()]
    able += [(at, to, 1.0) for at in range(len(text) - 1) if (to := _MERGES.get(text[at : at + 2].lower()))]
    if not able:
        return None
    at, other, _ = rng.choices(able, [weight for *_, weight in able])[0]
    width = 2 if text[at : at + 2].lower() in _MERGES and other == _MERGES[text[at : at + 2].lower()] else 1
    return text[:at] + other + text[at + width :]


_MERGES = {"rn": "m", "vv": "w", "cl": "d", "ri": "n"}
