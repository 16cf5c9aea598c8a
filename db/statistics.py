"""The rows statistics are made of: only wars that are kept, only our side."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from mkw.ids import PlayerId, ServerId
from mkw.statistics import PlayerWar, TeamWar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor

# The best opponent is the one with the most points after penalties; its tag and totals stand for the other side.
_OPPONENT = """
    left join lateral (
        select x.total, x.penalty, x.tag from war_sides x
        where x.server_id = w.server_id and x.war_id = w.war_id and x.side <> w.our_side
        order by x.total - x.penalty desc, x.side limit 1
    ) o on true
"""

_LINES = f"""
    select l.player_id, w.war_id, w.played_at, l.score, l.races, w.races as war_races,
           s.total as own_total, o.total as opponent_total, s.penalty as own_penalty,
           coalesce(o.penalty, 0) as opponent_penalty, o.tag as opponent_tag
    from war_lines l
    join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side and w.removed_at is null
    join war_sides s on s.server_id = w.server_id and s.war_id = w.war_id and s.side = w.our_side
    {_OPPONENT}
"""  # noqa: S608

PLAYER_LINES = (
    _LINES + "where l.server_id = $1 and l.player_id = any($2::bigint[]) order by w.played_at desc, w.war_id desc"
)


async def player_wars(
    db: Executor, *, server_id: ServerId, player_ids: Sequence[PlayerId]
) -> dict[PlayerId, tuple[PlayerWar, ...]]:
    """Newest first; a player without a war has an empty tuple."""
    rows = await db.fetch(PLAYER_LINES, server_id, list(player_ids))
    by_player: defaultdict[PlayerId, list[PlayerWar]] = defaultdict(list)
    for row in rows:
        values = dict(row)
        by_player[values.pop("player_id")].append(PlayerWar(**values))
    return {player_id: tuple(by_player[player_id]) for player_id in player_ids}


async def team_wars(db: Executor, *, server_id: ServerId) -> tuple[TeamWar, ...]:
    """Newest first."""
    rows = await db.fetch(
        f"""
        select w.war_id, w.played_at, w.races, s.total as own_total, o.total as opponent_total,
               s.penalty as own_penalty, coalesce(o.penalty, 0) as opponent_penalty, o.tag as opponent_tag
        from wars w
        join war_sides s on s.server_id = w.server_id and s.war_id = w.war_id and s.side = w.our_side
        {_OPPONENT}
        where w.server_id = $1 and w.removed_at is null
        order by w.played_at desc, w.war_id desc
        """,  # noqa: S608
        server_id,
    )
    return tuple(TeamWar(**dict(row)) for row in rows)
