"""Misreads names as the reader does, at the rates and with the confusions that `name_confusions.py` counted."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mkw.names import fold

# Counted by `python benchmarks/name_confusions.py --pictures 330 --seed 6 --real FILE`: 5050 rows drawn with invented
# names, most of the pictures spoiled, and 637 of the real ones. Of the rows, 3.5 % of the drawn and 4.7 % of the real
# ones have the name itself misread (folded).
MISREAD = 0.05
UNREADABLE = 0.04  # of the misread: more than half of the letters wrong
TAG_MISREAD = 0.07  # of the tags that are drawn before or behind a name
TAG_LOST = 0.014
EDITS = ((1, 0.75), (2, 0.21), (3, 0.04))  # changes in a misread name that is not unreadable
KINDS = {  # changes counted, in names alone
    "sign lost": 112,
    "swap": 48,
    "lost": 38,
    "sign changed": 30,
    "last lost": 13,
    "added": 8,
    "first lost": 4,
    "added first": 3,
    "sign added": 3,
    "added last": 2,
}
PAIRS: dict[str, dict[str, int]] = {
    "l": {"u": 7, "t": 3, "]": 2}, "o": {"q": 11, "a": 1}, "r": {"f": 2, "z": 2, "t": 2, "2": 1}, "u": {"v": 3},
    "e": {"l": 2}, "a": {"e": 1}, "t": {"m": 1}, "c": {"e": 1}, "v": {"a": 1, "w": 1},
    "n": {"r": 1}, "b": {"3": 1},
    "z": {"2": 2},
    "ぱ": {"ば": 14}, "パ": {"バ": 3}, "ぴ": {"び": 1}, "ぷ": {"ぶ": 1}, "プ": {"ブ": 1},
    "ぼ": {"ほ": 2},
    "ヒ": {"ピ": 1}, "や": {"ゃ": 2}, "ぅ": {"う": 1}, "ゥ": {"ウ": 1}, "オ": {"才": 4}, "メ": {"×": 3},
    "ガ": {"力": 1},
    "チ": {"于": 1}, "フ": {"つ": 1}, "ミ": {"三": 1}, "え": {"元": 1}, "ル": {"儿": 1},
}  # fmt: skip
ANY_LETTER = 0.15  # of the swaps: to a letter that is not drawn alike
SIGNS_LOST = {"◇": 56, "♪": 34, "☆": 6, "★": 6, "_": 4, ".": 1}  # others as rarely as a dot
# Rows by the reader's confidence: those right, and those with letters misread.
CONFIDENCE = ((0.5, 82), (0.7, 287), (0.85, 382), (0.94, 854), (0.98, 828), (0.995, 2052), (1.0, 773))
CONFIDENCE_MISREAD = ((0.5, 65), (0.7, 102), (0.85, 69), (0.94, 66), (0.98, 42), (0.995, 60), (1.0, 25))
_ADDED = "qojl1ac3"
_MERGES = {"rn": "m", "vv": "w", "cl": "d", "ri": "n", "li": "u"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Seen:
    text: str
    confidence: float
    misread: bool


def seen(rng: random.Random, whole: str, bare: str, rate: float = MISREAD) -> Seen:
    """`whole`, which is `bare` with a tag or not, as the reader would give it; `rate` of the names are misread."""
    at = whole.index(bare)
    front, behind = whole[:at], whole[at + len(bare) :]
    lot = rng.random()
    if lot < TAG_LOST:
        front = behind = ""
    elif lot < TAG_LOST + TAG_MISREAD:
        front, behind = (_tag_changed(rng, part) if part else "" for part in (front, behind))
    name = bare
    if rng.random() < rate:
        name = _garbled(rng, bare) if rng.random() < UNREADABLE else _changed(rng, bare)
    letters_wrong = _letters(name) != _letters(bare)
    told = _lot(rng, CONFIDENCE_MISREAD if letters_wrong else CONFIDENCE)
    text = front + name + behind
    return Seen(text, told, misread=fold(text) != fold(whole))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _tag_changed(rng: random.Random, tag: str) -> str:
    kind = rng.choice(("swap", "swap", "lost", "added", "sign changed", "sign lost"))
    return _edited(rng, tag, kind) or _edited(rng, tag, "swap") or tag


def _lot(rng: random.Random, weighted: tuple[tuple[float, int], ...]) -> float:
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


def _edited(rng: random.Random, text: str, kind: str) -> str | None:  # noqa: PLR0911
    """None where the name has nothing of the kind."""
    signs = [at for at, char in enumerate(text) if not char.isalnum() and not char.isspace()]
    letters = [at for at, char in enumerate(text) if char.isalnum()]
    if kind in ("sign lost", "sign changed"):
        if not signs:
            return None
        at = rng.choices(signs, [SIGNS_LOST.get(text[sign], 1) for sign in signs])[0]
        return text[:at] + ("" if kind == "sign lost" else rng.choice("-.l・*")) + text[at + 1 :]
    if kind == "sign added":
        return text + rng.choice("*.-")
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
    able: list[tuple[int, str, int]] = [
        (at, other, weight) for at in letters for other, weight in PAIRS.get(fold(text[at]), {}).items()
    ]
    able += [(at, to, 1) for at in range(len(text) - 1) if (to := _MERGES.get(text[at : at + 2].lower()))]
    if not able:
        return None
    at, other, _ = rng.choices(able, [weight for *_, weight in able])[0]
    width = 2 if text[at : at + 2].lower() in _MERGES and other == _MERGES[text[at : at + 2].lower()] else 1
    return text[:at] + other + text[at + width :]
