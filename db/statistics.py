"""The rows statistics are made of: only wars that are kept, our side's lines and everybody's totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.columns import fetch_columns
from mkw.record import Record
from mkw.record_rows import build_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.executor import Executor
    from db.pool import Connection
    from mkw.ids import PlayerId, ServerId, WarId

# Whole seconds: a war is played on a day, and equal moments are parted by the war's number.
WARS = """
    select war_id::int4, extract(epoch from played_at)::int8 as at, races::int2, our_side::int2
    from wars where server_id = $1 and removed_at is null order by played_at desc, war_id desc
"""
# A tag's key is its hash: text has no fixed length, and 64 bits part the few hundred tags a server meets.
SIDES = """
    select war_id::int4, side::int2, total::int4, penalty::int4, coalesce(hashtextextended(tag, 0), 0)::int8 as tag
    from war_sides where server_id = $1 order by war_id, side
"""
LINES = """
    select war_id::int4, side::int2, player_id::int8, score::int4, races::int2
    from war_lines where server_id = $1 and player_id is not null
"""
TAGS = """
    select hashtextextended(tag, 0) as key, tag from war_sides where server_id = $1 and tag is not null
    group by tag order by max(war_id)
"""
TOTALS = """
    select l.player_id, sum(l.score)::int8 as points, sum(l.races)::int8 as races,
           coalesce(sum(l.score) filter (where l.war_id <> $3), 0)::int8 as points_before,
           coalesce(sum(l.races) filter (where l.war_id <> $3), 0)::int8 as races_before
    from war_lines l
    join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side and w.removed_at is null
    where l.server_id = $1 and l.player_id = any($2::bigint[])
    group by l.player_id
"""


async def load_record(db: Connection, *, server_id: ServerId) -> Record:
    """Everything statistics need of a server, as of one moment."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        wars = await fetch_columns(
            db, WARS, server_id, types={"war_id": "int4", "at": "int8", "races": "int2", "our_side": "int2"}
        )
        sides = await fetch_columns(
            db, SIDES, server_id,
            types={"war_id": "int4", "side": "int2", "total": "int4", "penalty": "int4", "tag": "int8"},
        )  # fmt: skip
        lines = await fetch_columns(
            db, LINES, server_id,
            types={"war_id": "int4", "side": "int2", "player_id": "int8", "score": "int4", "races": "int2"},
        )  # fmt: skip
        tags = await db.fetch(TAGS, server_id)
    return build_record(wars, sides, lines, {row["key"]: row["tag"] for row in tags})


async def totals(
    db: Executor, *, server_id: ServerId, player_ids: Sequence[PlayerId], without: WarId
) -> dict[PlayerId, tuple[int, int, int, int]]:
    """(points, races, the same two without one war) of each player who has a line."""
    rows = await db.fetch(TOTALS, server_id, list(player_ids), without)
    return {row["player_id"]: (row["points"], row["races"], row["points_before"], row["races_before"]) for row in rows}
