"""Which rows are a team, and which team is ours: from the tags people wear and from the roster. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.services.drafts import DraftLine, DraftSide
from mkw.names import Candidate, How, NameMatch, common_tag, fold, match_names, without_tag
from mkw.tags import first_word

_FEWEST_WEARERS = 3  # two names that begin alike are no team
_SURE = (How.EXACT, How.NEAR)


@dataclass(frozen=True, slots=True)
class Ours:
    """What a server is known by: its players, and the tags they wear."""

    roster: tuple[Candidate, ...]
    tags: tuple[str, ...]


@lru_cache(maxsize=256)
def matched(names: tuple[str, ...], roster: tuple[Candidate, ...], tags: tuple[str, ...]) -> tuple[NameMatch, ...]:
    """`match_names`, remembered: deciding our side and linking its rows ask the same."""
    return match_names(names, roster, tags=tags)


def wears(name: str, tags: Sequence[str]) -> bool:
    return bool(tags) and without_tag(name, tags) != name.strip()


def which_is_ours(sides: Sequence[DraftSide], ours: Ours) -> int | None:
    """The index of our side, or None where tags and roster leave a doubt."""
    known = [_known(side, ours) for side in sides]
    tagged = [index for index, side in enumerate(sides) if _is_tagged(side, ours.tags)]
    if len(tagged) == 1:
        return tagged[0] if known[tagged[0]] >= max(known) else None
    among = tagged or range(len(sides))
    ranked = sorted(among, key=lambda index: -known[index])
    best = ranked[0] if ranked else None
    if best is None or known[best] < 1:
        return None
    second = known[ranked[1]] if len(ranked) > 1 else 0.0
    return best if known[best] > 2 * second else None


def _known(side: DraftSide, ours: Ours) -> float:
    """How many of the roster stand in the side; a near match counts half."""
    tags = (*ours.tags, side.tag) if side.tag else ours.tags
    found = matched(tuple(line.name for line in side.lines), ours.roster, tags)
    return sum({How.EXACT: 1.0, How.NEAR: 0.5}.get(match.how, 0.0) for match in found)


def _is_tagged(side: DraftSide, tags: Sequence[str]) -> bool:
    if side.tag and fold(side.tag) in {fold(tag) for tag in tags}:
        return True
    return 2 * sum(wears(line.name, tags) for line in side.lines) > max(1, len(side.lines))


def split(lines: Sequence[DraftLine], ours: Ours) -> tuple[DraftSide, ...] | None:
    """Teams in a list drawn without them, or None where the names tell none. The team of the first row comes first."""
    names = [line.name for line in lines]
    teams = _by_tags(names) or _by_roster(names, ours)
    if teams is None:
        return None
    return tuple(
        DraftSide(tuple(lines[index] for index in members), tag=tag)
        for tag, members in sorted(teams, key=lambda team: team[1][0])
    )


_Team = tuple[str | None, list[int]]


def _by_tags(names: Sequence[str]) -> list[_Team] | None:
    """Teams of equal size, told by their tags; the few that wear none fill the one team that lacks them."""
    left, teams = list(range(len(names))), list[_Team]()
    while tag := _most_worn([names[index] for index in left], len(names) // 2 + 1):
        members = [index for index in left if wears(names[index], [tag])]
        teams.append((common_tag([names[index] for index in members]) or tag, members))
        left = [index for index in left if index not in members]
    if not teams:
        return None
    if len(teams) == 1:
        teams.append((None, []))
    seats = -(-len(names) // len(teams))
    short = [members for _, members in teams if len(members) < seats]
    if left and (len(short) != 1 or len(short[0]) + len(left) > seats):
        return None
    if left:
        short[0].extend(left)
        short[0].sort()
    return teams if all(abs(len(members) - seats) <= 1 for _, members in teams) else None


def _most_worn(names: Sequence[str], most: int) -> str | None:
    """The tag worn by most of the names, by 3 at least and by `most` at most."""
    tags: dict[str, str] = {}
    for name in names:
        parted = first_word(name)
        if parted is not None:
            tags.setdefault(fold(parted[0]), parted[0])
        for end in range(2, min(6, len(name))):
            tags.setdefault(fold(name[:end]), name[:end])
    best: tuple[int, int, str] | None = None
    for folded, tag in tags.items():
        wearers = [name for name in names if wears(name, [tag])]
        fits = _FEWEST_WEARERS <= len(wearers) <= most and bool(folded)
        # common_tag knows where a tag can end: `Marlin` and `Marigold` do not wear `Mar`.
        if fits and common_tag(wearers) is not None and (best is None or (len(wearers), len(folded)) > best[:2]):
            best = (len(wearers), len(folded), tag)
    return None if best is None else best[2]


def _by_roster(names: Sequence[str], ours: Ours) -> list[_Team] | None:
    """Our players, and everybody else as one side."""
    found = matched(tuple(names), ours.roster, ours.tags)
    mine = [index for index, match in enumerate(found) if match.how in _SURE or wears(names[index], ours.tags)]
    rest = [index for index in range(len(names)) if index not in mine]
    if not mine or not rest:
        return None
    return [
        (common_tag([names[index] for index in mine]), mine),
        (common_tag([names[index] for index in rest]), rest),
    ]


def as_one_list(sides: Sequence[DraftSide]) -> tuple[DraftLine, ...]:
    """The lines of sides of one row each, with the sides' penalties."""
    return tuple(replace(line, penalty=line.penalty or side.penalty) for side in sides for line in side.lines)
