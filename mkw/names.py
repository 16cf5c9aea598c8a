"""Names: folding what is drawn alike, clan tags, and finding the player behind a drawn name.

Names are kept as drawn; folding is for comparing only.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from mkw.ids import PlayerId
from mkw.lookalikes import fold
from mkw.tags import common_tag, first_word, without_tag

__all__ = ["Candidate", "How", "NameMatch", "close_names", "common_tag", "fold", "match_names", "without_tag"]


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


# --- distance -------------------------------------------------------------------------------------------------------

_CHEAP, _EDGE = 0.4, 0.8
# Pairs that readers mix up at the size of a row. Folded letters: l stands for i, 1 and | too, o for 0, s for 5.
_PAIRS = "lt lj l! l/ l[ l] lf ce co ao oq od uv vy nh nr mn bh b8 b6 b3 g9 gq g6 q9 z2 z7 a4 a@ e3 s8 s3 s$ o6 o9 o8"
_MIXED_UP = frozenset(frozenset(pair) for pair in _PAIRS.split())
_MERGED = {"rn": "m", "nn": "m", "vv": "w", "cl": "d", "ll": "u", "ri": "n"}


def _swap(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if frozenset((a, b)) in _MIXED_UP or unicodedata.normalize("NFD", a)[0] == unicodedata.normalize("NFD", b)[0]:
        return _CHEAP
    return 1.0


def _drop(text: str, index: int) -> float:
    """What it costs that the reader lost (or invented) this character."""
    if not text[index].isalnum():
        return _CHEAP  # stars, dots and bars come and go
    return _EDGE if index == 0 else 1.0  # the icon touches the first letter


def _weighted(a: str, b: str) -> float:
    """Edit distance of two folded names in letters, with the confusions of readers at a discount."""
    table = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == j == 0:
                continue
            best = float("inf")
            if i:
                best = table[i - 1][j] + _drop(a, i - 1)
            if j:
                best = min(best, table[i][j - 1] + _drop(b, j - 1))
            if i and j:
                best = min(best, table[i - 1][j - 1] + _swap(a[i - 1], b[j - 1]))
                if i > 1 and _MERGED.get(a[i - 2 : i]) == b[j - 1]:
                    best = min(best, table[i - 2][j - 1] + _CHEAP)
                if j > 1 and _MERGED.get(b[j - 2 : j]) == a[i - 1]:
                    best = min(best, table[i - 1][j - 2] + _CHEAP)
            table[i][j] = best
    return table[-1][-1]


def _allowed(length: int) -> float:
    """How many letters a name of `length` folded letters may differ by and still be taken without a question."""
    if length < 5:
        return 0.0  # Luna and Luma are two people
    # A whole wrong letter is another name (Corbit, Norbit) unless the name is long.
    return _EDGE if length < 8 else 1.0


_MARGIN = 0.75  # letters by which the second best must be worse
_FARTHEST = 0.4  # share of letters that differ, past which a guess about a drawn name helps nobody
_FARTHEST_TYPED = 0.5  # the same for "did you mean", where a person has typed it and chooses
_LONGEST_COMPARED = 64


# --- matching -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Forms:
    """Every form a drawn name or a candidate is compared in, strongest first; each a set of one or more strings."""

    ranks: tuple[frozenset[str], ...]
    compared: tuple[str, ...]  # folded, for the distance


def _drawn_forms(name: str, tags: Sequence[str]) -> _Forms:
    raw, whole, bare = name.strip(), fold(name), fold(without_tag(name, tags))
    compared = [bare or whole]  # a tag would make strangers of one clan alike
    word = first_word(name)
    if word and any(_swap_count(fold(word[0]), fold(tag)) <= 1 < len(fold(tag)) for tag in tags):
        compared.append(fold(word[1]))  # the tag itself was misread
    ranks = ({raw}, {raw}, {whole}, {whole}, {whole, bare}, {whole, bare})
    return _Forms(tuple(frozenset(forms - {""}) for forms in ranks), _for_distance(compared))


def _candidate_forms(candidate: Candidate, tags: Sequence[str]) -> _Forms:
    name, aliases = {candidate.name.strip()}, {alias.strip() for alias in candidate.aliases}
    bare_name = {fold(without_tag(text, tags)) for text in name} | {fold(text) for text in name}
    bare_aliases = {fold(without_tag(text, tags)) for text in aliases} | {fold(text) for text in aliases}
    ranks = (name, aliases, {fold(text) for text in name}, {fold(text) for text in aliases}, bare_name, bare_aliases)
    compared = [fold(without_tag(text, tags)) for text in (candidate.name, *candidate.aliases)]
    return _Forms(tuple(frozenset(forms - {""}) for forms in ranks), _for_distance(compared))


def _for_distance(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form[:_LONGEST_COMPARED] for form in forms if form))


def _swap_count(a: str, b: str) -> int:
    return Levenshtein.distance(a, b, score_cutoff=2)


def _gap(drawn: _Forms, candidate: _Forms) -> tuple[float, int]:
    """(distance in letters, length of the candidate's form it was measured against) of the likest pair of forms."""
    best = (float(_LONGEST_COMPARED), 1)
    for form in candidate.compared:
        for seen in drawn.compared:
            longest = max(len(form), len(seen))
            # The plain distance is quick, and no discount makes up for more than half of the letters.
            if Levenshtein.distance(seen, form, score_cutoff=longest - 1) < longest:
                gap = _weighted(seen, form)
                if gap / longest < best[0] / best[1] or (gap, -len(form)) < (best[0], -best[1]):
                    best = (gap, len(form))
    return best


def match_names(
    drawn: Sequence[str], roster: Sequence[Candidate], *, tags: Sequence[str] = ()
) -> tuple[NameMatch, ...]:
    """Exact matches first, then the best one-to-one assignment of the rest by weighted edit distance.

    One result per drawn name, in order; no player is given to two names. Two equal names for one player, or one name
    for two players, are guesses (How.FAR): nothing on the picture tells them apart.
    """
    # One order inside, whatever the order outside: the same picture gets the same answer.
    rows = sorted(range(len(drawn)), key=lambda index: (drawn[index], index))
    people = sorted({candidate.player_id: candidate for candidate in roster}.values(), key=lambda one: one.player_id)
    seen = [_drawn_forms(drawn[index], tags) for index in rows]
    known = [_candidate_forms(candidate, tags) for candidate in people]
    found = _exact(seen, known)
    _assign(seen, known, found)
    result = {}
    for position, index in enumerate(rows):
        person, how, distance = found.get(position, (None, How.NONE, 1.0))
        player_id = None if person is None else people[person].player_id
        result[index] = NameMatch(drawn[index], player_id, how, distance)
    return tuple(result[index] for index in range(len(drawn)))


_Found = dict[int, tuple[int, How, float]]  # row position -> (person, how, distance)


def _exact(seen: Sequence[_Forms], known: Sequence[_Forms]) -> _Found:
    found: _Found = {}
    taken: set[int] = set()
    for rank in range(6):
        people_by_form: dict[str, list[int]] = defaultdict(list)
        for person, forms in enumerate(known):
            if person not in taken:
                for form in forms.ranks[rank]:
                    people_by_form[form].append(person)
        claims = {
            row: sorted({person for form in forms.ranks[rank] for person in people_by_form.get(form, ())})
            for row, forms in enumerate(seen)
            if row not in found
        }
        rivals: dict[int, int] = defaultdict(int)
        for claimed in claims.values():
            for person in claimed:
                rivals[person] += 1
        for row, claimed in claims.items():
            free = [person for person in claimed if person not in taken]
            if free:
                sure = len(claimed) == 1 and rivals[free[0]] == 1
                found[row] = (free[0], How.EXACT if sure else How.FAR, 0.0)
                taken.add(free[0])
    return found


def _assign(seen: Sequence[_Forms], known: Sequence[_Forms], found: _Found) -> None:
    """Adds the best assignment of the rows that no exact match settled."""
    rows = [row for row in range(len(seen)) if row not in found]
    taken = {person for person, _, _ in found.values()}
    if not rows or not known:
        return
    gaps = {row: [_gap(seen[row], forms) for forms in known] for row in rows}
    free = [person for person in range(len(known)) if person not in taken]
    if not free:
        return
    share = np.array([[_share(seen[row], gaps[row][person]) for person in free] for row in rows])
    # A dummy column for every row lets a row stay without a player rather than take somebody else's.
    cost = np.hstack([np.where(share <= _FARTHEST, share, 9.0), np.full((len(rows), len(rows)), _FARTHEST + 0.01)])
    for line, column in zip(*linear_sum_assignment(cost), strict=True):
        if column >= len(free) or share[line, column] > _FARTHEST:
            continue
        row, person = rows[line], free[column]
        near = _is_near(row, person, gaps)
        found[row] = (person, How.NEAR if near else How.FAR, round(float(share[line, column]), 3))


def _share(forms: _Forms, gap: tuple[float, int]) -> float:
    """The distance as a share 0..1 of the longer name; the drawn name counts without its tag."""
    distance, length = gap
    return min(1.0, distance / max(length, min((len(form) for form in forms.compared), default=1)))


def _is_near(row: int, person: int, gaps: dict[int, list[tuple[float, int]]]) -> bool:
    """Close enough, and neither another player nor another unsettled row comes close to being meant as well."""
    gap, length = gaps[row][person]
    if gap > _allowed(length):
        return False
    others = [other for index, (other, _) in enumerate(gaps[row]) if index != person]
    rivals = [lines[person][0] for index, lines in gaps.items() if index != row]
    return min([*others, *rivals], default=float("inf")) >= gap + _MARGIN


def close_names(text: str, roster: Sequence[Candidate], *, limit: int = 5) -> tuple[Candidate, ...]:
    """For "did you mean": the nearest candidates, nearest first; empty where none is near."""
    wanted = fold(text)
    if not wanted:
        return ()
    typed = _Forms((), _for_distance([wanted]))
    near: list[tuple[float, str, int, Candidate]] = []
    for candidate in roster:
        forms = _candidate_forms(candidate, ())
        gap, length = _gap(typed, forms)
        share = gap / max(length, len(wanted))
        if len(wanted) > 1 and any(form.startswith(wanted) for form in forms.compared):
            share = min(share, 0.2)  # somebody is still typing
        if share <= _FARTHEST_TYPED:
            near.append((share, candidate.name, candidate.player_id, candidate))
    by_nearness: Callable[[tuple[float, str, int, Candidate]], tuple[float, str, int]] = lambda one: one[:3]  # noqa: E731
    return tuple(candidate for *_, candidate in sorted(near, key=by_nearness)[:limit])
