"""The clans in a list of names nobody sorted: which tags are worn, and who wears which. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mkw.lookalikes import fold
from mkw.misreading import READER, change
from mkw.tags import bare, common_tag, first_word, heads, without_tag

_FEWEST_WEARERS = 3  # two names that begin alike are no team
_MISREAD, _MISREAD_SHORT = 10.5, 7.5  # nats a tag may be misread by; of two letters one drawn alike, no other
_CLEARER = 2.0  # nats by which another clan's tag must be a worse guess


@dataclass(frozen=True, slots=True)
class Clan:
    """`tag` as most of its wearers draw it; `rows` are indices into the names, ascending."""

    tag: str
    rows: tuple[int, ...]


def tags_in(names: Sequence[str], *, most: int | None = None) -> tuple[Clan, ...]:
    """Every tag that 3 names or more (and `most` or fewer) wear in front or behind, the most worn first.

    A name is in one clan at most. One whose own tag is a misreading of a tag found, and of no other, is in that clan;
    names that wear no tag are in none. The order of the names does not matter.
    """
    left = set(range(len(names)))
    found: dict[str, set[int]] = {}
    while best := _most_worn({row: names[row] for row in left}, len(names) if most is None else most):
        found[best[0]] = best[1]
        left -= best[1]
    for row in left:
        if tag := _misread(names[row], list(found)):
            found[tag].add(row)
    return tuple(Clan(_as_drawn(tag, [names[row] for row in rows]), tuple(sorted(rows))) for tag, rows in found.items())


def wears(name: str, tags: Sequence[str]) -> bool:
    return bool(tags) and without_tag(name, tags) != name.strip()


def _most_worn(names: dict[int, str], most: int) -> tuple[str, set[int]] | None:
    best: tuple[int, int, str] | None = None
    worn: dict[str, set[int]] = {}
    for tag in sorted({tag for name in names.values() for tag in _ends(name)}):
        # `Crash` begins as CR does, but wears no tag: wearing is more than beginning alike.
        rows = {row for row, name in names.items() if wears(name, [tag])}
        folded = fold(tag)
        if len(rows) > len(worn.get(folded, ())):
            worn[folded] = rows
    for folded, rows in worn.items():
        fits = _FEWEST_WEARERS <= len(rows) <= most
        if fits and common_tag([names[row] for row in sorted(rows, key=lambda row: names[row])]) is not None:
            best = max(best or (0, 0, ""), (len(rows), len(folded), folded))
    return None if best is None else (best[2], worn[best[2]])


def _ends(name: str) -> Iterable[str]:
    """Beginnings and endings of the name that could be tags, as drawn."""
    name = name.strip()
    yield from (name[:end] for end in heads(name))
    yield from (name[-end:] for end in heads(name[::-1]))


def _misread(name: str, tags: Sequence[str]) -> str | None:
    """The tag that the name's first or last word is a misreading of, clearly that one."""
    words = [fold(word[0]) for word in (first_word(name), first_word(name[::-1])) if word]
    if len(words) == 2:
        words[1] = words[1][::-1]
    costs = sorted((min((change(tag, word, READER) for word in words), default=99.0), tag) for tag in tags)
    if not costs:
        return None
    cost, tag = costs[0]
    is_clear = len(costs) == 1 or costs[1][0] >= cost + _CLEARER
    return tag if is_clear and cost <= (_MISREAD if len(tag) > 2 else _MISREAD_SHORT) and len(tag) > 1 else None


def _as_drawn(tag: str, names: Sequence[str]) -> str:
    drawn = Counter(bare(end) for name in names for end in _ends(name) if fold(end) == tag)
    return min(drawn, key=lambda end: (-drawn[end], end), default=tag)
