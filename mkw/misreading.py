"""How likely readers make one name of another: a noisy channel over folded names. Pure functions.

All costs are nats, the negative logarithm of a probability: 0 is certain, 7 one in a thousand. The rates of misreading
are those of `benchmarks/name_confusions.py`; docs/names.md has them and what is made of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Pairs that readers mix up at the size of a row. Folded letters: l stands for i, 1 and | too, o for 0, s for 5.
_PAIRS = (
    "lt lj l! l/ l[ l] lf tf ce co ao oq od uv vy nh nr mn bh b8 b6 b3 g9 gq g6 q9 z2 z7 a4 a@ e3 s8 s3 s$ o6 o9 o8 "
    "æe dó ソン シツ ロ口 ノl 一ー うラ"
)
_ALIKE = frozenset(frozenset(pair) for pair in _PAIRS.split())
_MERGED = {"rn": "m", "nn": "m", "vv": "w", "cl": "d", "ll": "u", "ri": "n", "ln": "m"}
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ", "あいうえおつやゆよわアイウエオツヤユヨワ", strict=True))
_IMPOSSIBLE = 99.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What one change of a name costs, in nats."""

    alike: float  # for a letter drawn like it
    swap: float  # for any one other letter
    digit: float  # for another digit
    sign: float  # a star, dot or bar lost, or changed
    add_sign: float
    first: float  # the first letter lost
    drop: float  # another letter lost
    add_first: float  # each letter in front that is none of the name: an icon, or somebody else's tag
    add_last: float
    add: float
    merge: float  # two letters read as the one they look like, or the other way round


READER = Costs(
    alike=5.5, swap=10.0, digit=9.0, sign=3.0, add_sign=7.0, first=5.0, drop=6.5, add_first=6.5, add_last=8.0, add=9.0,
    merge=5.5
)
# Another person's name one step away, as friends and second accounts wear them.
RELATIVE = Costs(
    alike=6.0, swap=6.0, digit=2.5, sign=3.5, add_sign=3.5, first=6.0, drop=4.5, add_first=3.5, add_last=4.5, add=8.0,
    merge=9.0
)


@lru_cache(maxsize=65536)
def is_alike(a: str, b: str) -> bool:
    """Two folded letters drawn so alike that readers mix them up; kana with and without their marks among them."""
    if frozenset((a, b)) in _ALIKE:
        return True
    plain_a, plain_b = (_SMALL.get(base, base) for base in (unicodedata.normalize("NFD", char)[0] for char in (a, b)))
    return plain_a == plain_b


def _swap(a: str, b: str, costs: Costs) -> float:
    if a == b:
        return 0.0
    if is_alike(a, b):
        return costs.alike
    if not a.isalnum() and not b.isalnum():
        return costs.sign
    return costs.digit if a.isdigit() and b.isdigit() else costs.swap


def _drop(text: str, index: int, costs: Costs) -> float:
    if not text[index].isalnum():
        return costs.sign
    return costs.first if index == 0 else costs.drop


def _add(text: str, index: int, costs: Costs, *, in_front: bool) -> float:
    if not text[index].isalnum():
        return costs.add_sign
    return costs.add_first if in_front else costs.add_last if index == len(text) - 1 else costs.add


def change(name: str, seen: str, costs: Costs) -> float:
    """The cheapest way from one folded name to another, in nats; 0 where they are the same."""
    rows = [[0.0] * (len(seen) + 1) for _ in range(len(name) + 1)]
    for i in range(len(name) + 1):
        for j in range(len(seen) + 1):
            if i or j:
                rows[i][j] = _cheapest(name, seen, rows, i, j, costs)
    return rows[-1][-1]


def _cheapest(name: str, seen: str, rows: Sequence[Sequence[float]], i: int, j: int, costs: Costs) -> float:
    best = _IMPOSSIBLE
    if i:
        best = min(best, rows[i - 1][j] + _drop(name, i - 1, costs))
    if j:
        best = min(best, rows[i][j - 1] + _add(seen, j - 1, costs, in_front=i == 0))
    if i and j:
        best = min(best, rows[i - 1][j - 1] + _swap(name[i - 1], seen[j - 1], costs))
        if i > 1 and _MERGED.get(name[i - 2 : i]) == seen[j - 1]:
            best = min(best, rows[i - 2][j - 1] + costs.merge)
        if j > 1 and _MERGED.get(seen[j - 2 : j]) == name[i - 1]:
            best = min(best, rows[i - 1][j - 2] + costs.merge)
    return best


_LETTER, _KANA, _SIGN, _RARE = 2.8, 3.6, 3.5, 5.5


def surprise(text: str) -> float:
    """How unlikely it is that somebody unknown is called so, in nats: the longer, the unlikelier."""
    return sum(map(_letter_surprise, text))


def _letter_surprise(char: str) -> float:
    if char.isascii():
        return _LETTER if char.isalnum() else _SIGN
    return _KANA if "\u3040" <= char <= "\u30ff" else _RARE


_EASE: Sequence[tuple[float, float]] = ((0.8, 1.6), (0.9, 1.0), (0.97, 0.3), (1.01, -0.5))


def ease(confidence: float | None) -> float:
    """By how many nats every misreading is likelier than on average, of a name read with that confidence (0..1)."""
    return 0.0 if confidence is None else next(nats for below, nats in _EASE if confidence < below)

