"""Names: folding what is drawn alike, clan tags, and finding the player behind a drawn name.

Names are kept as drawn; folding is for comparing only.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from mkw.ids import PlayerId
from mkw.lookalikes import fold
from mkw.misreading import READER, RELATIVE, change, ease, surprise
from mkw.tags import bare, common_tag, names_worn, without_tag

__all__ = [
    "Candidate",
    "How",
    "NameMatch",
    "close_names",
    "common_tag",
    "could_be_others",
    "fold",
    "match_names",
    "without_tag",
]


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


# --- what is known of rosters and rooms -----------------------------------------------------------------------------

SURE = 0.93  # the probability from which a name is taken without a question; docs/names.md has the curve
_STRANGER = 0.5  # of the rows no exact match settles
_SMALLEST_ROSTER = 12  # a roster that is just being made says little about who is not on it
_RELATIVE = 0.04  # of the strangers, whose name is one of the roster's with a letter changed
_SAME_NAME = 4.0  # nats, for a relative who wears the very name
_TAG_MISREAD = 5.0  # nats, at most, for a tag with one letter wrong
_SHORTEST_REST = 3  # letters beside a tag that was misread
_FAR = 11.0  # nats by which a stranger may be the better guess while the player is still asked about
_FARTHEST = 0.45  # share of letters that differ, past which a guess about a drawn name helps nobody
_FARTHEST_TYPED = 0.5  # the same for "did you mean", where a person has typed it and chooses
_LONGEST_COMPARED = 64
_NEVER = 1e3  # nats


# --- matching -------------------------------------------------------------------------------------------------------


_MOST_WORN = 3  # what `names_worn` gives at most
# Letter for letter, folded, less the tag, less the signs between them; the name each time before the alias.
_RANKS = 4 + 2 * _MOST_WORN


@dataclass(frozen=True, slots=True)
class _Forms:
    """Every form a drawn name or a candidate is compared in, strongest first; each a set of one or more strings."""

    ranks: tuple[frozenset[str], ...]
    compared: tuple[str, ...]  # folded, for the distance; the first is the likeliest
    parting: tuple[float, ...] = ()  # nats, for each of `compared` that a misread tag was parted from


def _drawn_forms(name: str, tags: Sequence[str]) -> _Forms:
    raw, whole = name.strip(), fold(name)
    worn = [fold(one) for one in names_worn(name, tags)]
    compared = {one[:_LONGEST_COMPARED]: 0.0 for one in reversed(worn)}  # a tag would make strangers of one clan alike
    for part, rest in _misread_tag(whole, [fold(bare(tag)) for tag in tags]) if worn == [whole] else ():
        compared.setdefault(rest[:_LONGEST_COMPARED], _TAG_MISREAD - surprise(part))
    fullest = (worn[0], worn[-1] if len(worn) < _MOST_WORN else worn[1], worn[-1])
    ranks = ({raw}, {raw}, {whole}, {whole}, *({whole, one} for one in fullest for _ in range(2)))
    compared.pop("", None)
    return _Forms(tuple(frozenset(forms - {""}) for forms in ranks), tuple(compared), tuple(compared.values()))


def _misread_tag(whole: str, tags: Sequence[str]) -> Iterable[tuple[str, str]]:
    """(part, rest) of a folded name, whose part in front or behind may be one of the tags with a letter wrong."""
    for tag in tags:
        for length in range(max(1, len(tag) - 1), len(tag) + 2) if len(tag) > 1 else ():
            for part, rest in ((whole[:length], whole[length:]), (whole[-length:], whole[:-length])):
                if Levenshtein.distance(part, tag, score_cutoff=1) == 1 and len(rest) >= _SHORTEST_REST:
                    yield part, rest
                    if not (rest[0].isalnum() and rest[-1].isalnum()):
                        yield part, rest[1:] if rest == whole[length:] else rest[:-1]


@lru_cache(maxsize=4096)
def _candidate_forms(candidate: Candidate, tags: tuple[str, ...]) -> _Forms:
    name, aliases = [candidate.name.strip()], [alias.strip() for alias in candidate.aliases]
    folded = [[fold(text) for text in texts] for texts in (name, aliases)]
    worn = [[fold(one) for text in texts for one in names_worn(text, tags)] for texts in (name, aliases)]
    either = [[*plain, *rest] for plain, rest in zip(folded, worn, strict=True)]
    ranks = (name, aliases, *folded, *either * _MOST_WORN)
    forms = _for_distance(form for forms in worn for form in forms)
    return _Forms(tuple(frozenset(forms) - {""} for forms in ranks), forms)


def _for_distance(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form[:_LONGEST_COMPARED] for form in forms if form))


def match_names(
    drawn: Sequence[str],
    roster: Sequence[Candidate],
    *,
    tags: Sequence[str] = (),
    confidences: Sequence[float | None] = (),
    sure: float = SURE,
) -> tuple[NameMatch, ...]:
    """Exact matches first, then the one-to-one assignment of the rest that the reader's misreadings make likeliest.

    One result per drawn name, in order; no player is given to two names. Two equal names for one player, or one name
    for two players, are guesses (How.FAR): nothing on the picture tells them apart. `confidences` (0..1, one a name, or
    none at all; None where nobody said) are the reader's own: doubt makes asking likelier, never taking. `sure` is the
    probability from which a name that is not exact is taken without a question.
    """
    told: Sequence[float | None] = confidences or [None] * len(drawn)
    # One order inside, whatever the order outside: the same picture gets the same answer.
    rows = sorted(range(len(drawn)), key=lambda index: (drawn[index], told[index] or 0.0, index))
    people = sorted({candidate.player_id: candidate for candidate in roster}.values(), key=lambda one: one.player_id)
    seen = [_drawn_forms(drawn[index], tags) for index in rows]
    known = [_candidate_forms(candidate, tuple(tags)) for candidate in people]
    eases = [ease(told[index]) for index in rows]
    found = _exact(seen, known)
    weights = _Weights(seen, known, eases)
    _doubt(found, weights, sure)
    _assign(found, weights, sure)
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
    for rank in range(_RANKS):
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


class _Weights:
    """For every row and person: how much likelier it is that the row is the person than that it is a stranger."""

    def __init__(self, seen: Sequence[_Forms], known: Sequence[_Forms], eases: Sequence[float]) -> None:
        self.eases = eases
        rows, people = len(seen), len(known)
        self.cost = np.full((rows, people), _NEVER)  # nats, for reading the person's name so
        self.share = np.ones((rows, people))  # of the letters that differ
        self.signs = np.zeros((rows, people), bool)  # nothing but signs differ, which readers lose without a doubt
        relative = np.full(rows, _NEVER)
        for row, person, form, parting, name in _close(seen, known):
            misread = parting + change(name, form, READER)
            self.cost[row, person] = min(self.cost[row, person], misread)
            if _letters(form) == _letters(name):
                self.signs[row, person] = True
            self.share[row, person] = min(self.share[row, person], Levenshtein.normalized_distance(form, name))
            nearness = change(name, form, RELATIVE) or _SAME_NAME
            relative[row] = min(relative[row], parting + nearness)
        unknown = np.array([surprise(forms.compared[0]) if forms.compared else _NEVER for forms in seen])
        size = math.log(max(_SMALLEST_ROSTER, people))
        stranger = np.logaddexp(math.log(_RELATIVE) - size - relative, math.log(1 - _RELATIVE) - unknown)
        stranger += math.log(_STRANGER / (1 - _STRANGER))
        # log odds; a confident reading hardly is a misreading, a doubted one could be one of more people's
        odds = np.where(self.cost < _NEVER, -self.cost - size - stranger[:, None], -_NEVER)
        eased = np.where(~self.signs, np.array(eases, float).reshape(rows, 1), 0.0)
        self.odds, self.rival = odds + np.minimum(eased, 0), odds + np.maximum(eased, 0)

    def probability(self, row: int, person: int, rows: Sequence[int], people: Sequence[int]) -> float:
        """That the row is the person, where only these rows and people are unsettled."""
        mine = math.exp(min(700.0, self.odds[row, person]))
        others = sum(math.exp(min(700.0, self.rival[row, other])) for other in people if other != person)
        rivals = sum(math.exp(min(700.0, self.rival[other, person])) for other in rows if other != row)
        return mine / (1.0 + mine + others + rivals)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _close(seen: Sequence[_Forms], known: Sequence[_Forms]) -> Iterable[tuple[int, int, str, float, str]]:
    """(row, person, form of the row, nats for it, form of the person) where at least half of the letters agree."""
    lines = [
        (row, form, parting)
        for row, one in enumerate(seen)
        for form, parting in zip(one.compared, one.parting, strict=True)
    ]
    names = [(person, form) for person, one in enumerate(known) for form in one.compared]
    if not lines or not names:
        return
    # The plain distance is quick, and nothing that differs in more is worth a look.
    shares = process.cdist(
        [form for _, form, _ in lines], [name for _, name in names], scorer=Levenshtein.normalized_distance
    )
    for line, name in np.argwhere(shares <= _FARTHEST):
        row, form, parting = lines[line]
        person, text = names[name]
        yield row, person, form, parting, text


def _doubt(found: _Found, weights: _Weights, sure: float) -> None:
    """A name that is exact, but read with doubt, is asked about where it may be another free player's misread."""
    taken = {person for person, how, _ in found.values() if how is How.EXACT}
    for row, (person, how, distance) in list(found.items()):
        if how is How.EXACT and weights.eases[row] > 0:
            others = [other for other in range(weights.cost.shape[1]) if other not in taken]
            rivals = sum(math.exp(weights.eases[row] - weights.cost[row, other]) for other in others)
            if rivals > (1 - sure) / sure:
                found[row] = (person, How.FAR, distance)


def _assign(found: _Found, weights: _Weights, sure: float) -> None:
    """Adds the best assignment of the rows that no exact match settled."""
    taken = {person for person, _, _ in found.values()}
    rows = [row for row in range(weights.odds.shape[0]) if row not in found]
    free = [person for person in range(weights.odds.shape[1]) if person not in taken]
    if not rows or not free:
        return
    odds = weights.odds[np.ix_(rows, free)]
    # A dummy column for every row lets a row stay without a player rather than take somebody else's.
    cost = np.hstack([np.where(odds > -_FAR, -odds, _NEVER), np.full((len(rows), len(rows)), _FAR)])
    guessed = {person for person, how, _ in found.values() if how is not How.EXACT}
    for line, column in zip(*linear_sum_assignment(cost), strict=True):
        if column >= len(free) or odds[line, column] <= -_FAR:
            continue
        row, person = rows[line], free[column]
        near = weights.probability(row, person, rows, [*free, *guessed]) >= sure
        found[row] = (person, How.NEAR if near else How.FAR, round(float(weights.share[row, person]), 3))


_MISREADABLE, _CLEARER = 14.0, 3.0  # nats: two letters wrong at most; another player so much less likely


def could_be_others(spelling: str, player_id: PlayerId, roster: Sequence[Candidate]) -> bool:
    """Whether a name drawn so may as well be another player's, misread: no alias of one of them, then."""
    drawn = fold(spelling)[:_LONGEST_COMPARED]
    costs = {
        one.player_id: min((change(form, drawn, READER) for form in _candidate_forms(one, ()).compared), default=_NEVER)
        for one in roster
    }
    mine = costs.pop(player_id, _NEVER)
    return min(costs.values(), default=_NEVER) <= min(mine + _CLEARER, _MISREADABLE)


def close_names(text: str, roster: Sequence[Candidate], *, limit: int = 5) -> tuple[Candidate, ...]:
    """For "did you mean": the nearest candidates, nearest first; empty where none is near."""
    wanted = fold(text)
    if not wanted:
        return ()
    near: list[tuple[float, str, int, Candidate]] = []
    for candidate in roster:
        forms = _candidate_forms(candidate, ())
        share = min((Levenshtein.normalized_distance(wanted, form) for form in forms.compared), default=1.0)
        if len(wanted) > 1 and any(form.startswith(wanted) for form in forms.compared):
            share = min(share, 0.2)  # somebody is still typing
        if share <= _FARTHEST_TYPED:
            near.append((share, candidate.name, candidate.player_id, candidate))
    by_nearness: Callable[[tuple[float, str, int, Candidate]], tuple[float, str, int]] = lambda one: one[:3]  # noqa: E731
    return tuple(candidate for *_, candidate in sorted(near, key=by_nearness)[:limit])
