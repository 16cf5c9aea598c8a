"""Which rows are a team, and which team is ours: from the tags people wear and from the roster. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.services.drafts import DraftLine, DraftSide
from mkw.clans import tags_in, wears
from mkw.names import Candidate, How, NameMatch, common_tag, fold, match_names

_SURE = (How.EXACT, How.NEAR)


@dataclass(frozen=True, slots=True)
class Ours:
    """What a server is known by: its players, and the tags they wear."""

    roster: tuple[Candidate, ...]
    tags: tuple[str, ...]


Read = tuple[str, float | None]  # a row's name and how sure the reader was of it


def as_read(line: DraftLine) -> Read:
    return line.name, line.name_confidence


@lru_cache(maxsize=256)
def matched(names: tuple[Read, ...], roster: tuple[Candidate, ...], tags: tuple[str, ...]) -> tuple[NameMatch, ...]:
    """`match_names`, remembered: deciding our side and linking its rows ask the same."""
    confidences = [confidence for _, confidence in names]
    return match_names([name for name, _ in names], roster, tags=tags, confidences=confidences)


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
    found = matched(tuple(map(as_read, side.lines)), ours.roster, tags)
    return sum({How.EXACT: 1.0, How.NEAR: 0.5}.get(match.how, 0.0) for match in found)


def _is_tagged(side: DraftSide, tags: Sequence[str]) -> bool:
    if side.tag and fold(side.tag) in {fold(tag) for tag in tags}:
        return True
    return 2 * sum(wears(line.name, tags) for line in side.lines) > max(1, len(side.lines))


def split(lines: Sequence[DraftLine], ours: Ours) -> tuple[DraftSide, ...] | None:
    """Teams in a list drawn without them, or None where the names tell none. The team of the first row comes first."""
    names = [line.name for line in lines]
    teams = _by_tags(names) or _by_roster(lines, ours)
    if teams is None:
        return None
    return tuple(
        DraftSide(tuple(lines[index] for index in members), tag=tag)
        for tag, members in sorted(teams, key=lambda team: team[1][0])
    )


_Team = tuple[str | None, list[int]]


def _by_tags(names: Sequence[str]) -> list[_Team] | None:
    """Teams of equal size, told by their tags; the few that wear none fill the one team that lacks them."""
    clans = tags_in(names, most=len(names) // 2 + 1)
    teams: list[_Team] = [
        (common_tag([names[row] for row in clan.rows]) or clan.tag, list(clan.rows)) for clan in clans
    ]
    left = [row for row in range(len(names)) if not any(row in members for _, members in teams)]
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


def _by_roster(lines: Sequence[DraftLine], ours: Ours) -> list[_Team] | None:
    """Our players, and everybody else as one side."""
    names = [line.name for line in lines]
    found = matched(tuple(map(as_read, lines)), ours.roster, ours.tags)
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
