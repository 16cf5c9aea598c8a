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
    "lu rf rz rt r2 vw ea nr æe ♪s ♪j ◇o ソン シツ ミ三 オ才 メ× ガ力 チ千 フつ え元 ル儿 ノl 一ー うラ"
)
_ALIKE = frozenset(frozenset(pair) for pair in _PAIRS.split())
_MERGED = {"rn": "m", "nn": "m", "vv": "w", "cl": "d", "ll": "u", "rl": "n", "ln": "m"}
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ", "あいうえおつやゆよわアイウエオツヤユヨワ", strict=True))
_IMPOSSIBLE = 99.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What one change of a name costs, in nats."""

    alike: float  # for a letter drawn like it
    mark: float  # for the same kana with other marks, or small
    swap: float  # for any one other letter
    digit: float  # for another digit
    star: float  # a star lost, which readers know
    sign: float  # another sign lost: a dot, bar, note or diamond
    sign_inside: float  # the same where letters stand on either side
    sign_swap: float
    add_sign: float
    first: float  # the first letter lost
    drop: float  # another letter lost
    double: float  # one of two equal letters lost
    add_first: float  # a letter in front that is none of the name
    add_more: float  # every further one
    add_last: float
    add: float
    merge: float  # two letters read as the one they look like, or the other way round


READER = Costs(
    alike=6.5, mark=4.5, swap=11.0, digit=11.0, star=4.5, sign=3.0, sign_inside=3.0, sign_swap=4.5, add_sign=8.0,
    first=5.5, drop=7.0, double=5.0, add_first=6.5, add_more=5.0, add_last=8.5, add=8.5, merge=6.5,
)  # fmt: skip
# Another person's name one step away, as friends and second accounts wear them; in front it may be another clan's tag.
RELATIVE = Costs(
    alike=6.0, mark=6.0, swap=6.0, digit=2.5, star=3.5, sign=3.5, sign_inside=6.0, sign_swap=4.0, add_sign=3.5,
    first=6.0, drop=4.5, double=4.5, add_first=7.0, add_more=2.8, add_last=4.5, add=8.0, merge=9.0,
)  # fmt: skip


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0]
    return _SMALL.get(base, base)


def _swap(a: str, b: str, costs: Costs) -> float:
    if a == b:
        return 0.0
    if _plain(a) == _plain(b):
        return costs.mark
    if frozenset((a, b)) in _ALIKE:
        return costs.alike
    if not a.isalnum() and not b.isalnum():
        return costs.sign_swap
    return costs.digit if a.isdigit() and b.isdigit() else costs.swap


def _drop(text: str, index: int, costs: Costs) -> float:
    if not text[index].isalnum():
        is_inside = 0 < index < len(text) - 1
        return costs.star if text[index] == "☆" else costs.sign_inside if is_inside else costs.sign
    if index and text[index] == text[index - 1]:
        return costs.double
    return costs.first if index == 0 else costs.drop


def _add(text: str, index: int, costs: Costs, *, in_front: bool) -> float:
    if not text[index].isalnum():
        return costs.add_sign
    if in_front:
        return costs.add_first if index == 0 else costs.add_more
    return costs.add_last if index == len(text) - 1 else costs.add


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


_EASE: Sequence[tuple[float, float]] = ((0.6, 1.8), (0.8, 1.25), (0.9, 0.7), (0.97, 0.0), (0.99, -0.4), (1.01, -0.95))


def ease(confidence: float | None) -> float:
    """By how many nats every misreading is likelier than on average, of a name read with that confidence (0..1)."""
    return 0.0 if confidence is None else next(nats for below, nats in _EASE if confidence < below)
