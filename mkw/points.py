"""Points by place and what they add up to. Source: the game; the sums of the smaller rooms as seen in play."""

from __future__ import annotations

from collections.abc import Sequence

_TWELVE = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_TWENTY_FOUR = (15, 12, 10, 9, 9, 8, 8, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 1)
# Nobody has written a room of ten down: these are the points of the game before this one, and are the 58 seen.
_TEN = (12, 10, 8, 7, 6, 5, 4, 3, 2, 1)
_SUM_BY_PLAYERS = {2: 4, 4: 11, 6: 22, 8: 39, 9: 48, 10: 58, 11: 69, 12: sum(_TWELVE), 24: sum(_TWENTY_FOUR)}
RACES_PER_WAR = 12
MOST_A_RACE = _TWELVE[0]


def points_table(players: int) -> tuple[int, ...] | None:
    """Points of places 1, 2, … in a room of `players`, or None where nobody has written them down."""
    return {11: _TWELVE[1:], 12: _TWELVE, 24: _TWENTY_FOUR}.get(players)


def points_by_place(players: int) -> tuple[int, ...] | None:
    """As `points_table`, for places that people type, where nothing is judged by it: a room of ten is known too."""
    return _TEN if players == len(_TEN) else points_table(players)


def race_sum(players: int) -> int | None:
    """What all rows of one race add up to in a room of `players`, or None where it is not known."""
    return _SUM_BY_PLAYERS.get(players)


def break_even(players: int, teams: int, races: int = RACES_PER_WAR) -> float | None:
    """What a team scores in `races` races when all teams are as good; None where the room's sum is not known."""
    total = race_sum(players)
    return None if total is None or teams < 1 else total * races / teams


def team_bounds(players: int, size: int) -> tuple[int, int] | None:
    """The fewest and the most points a team of `size` can score in one race; None where the points are not known."""
    table = points_table(players)
    if table is None or not 0 < size <= players:
        return None
    return sum(table[-size:]), sum(table[:size])


def shared_places(scores: Sequence[int | None]) -> list[int | None]:
    """The place of each score, highest first; equal scores share a place and the next one is skipped: 1, 2, 2, 4.

    A missing score has no place.
    """
    known = [score for score in scores if score is not None]
    return [None if score is None else 1 + sum(other > score for other in known) for score in scores]
