"""What of a server's wars has to be read again: they are looked at in blocks of 256, each with a state that every
change of one of its wars moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mkw.record import Ints, Mask

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from db.executor import Executor
    from mkw.ids import ServerId

BITS = 8
WARS = 1 << BITS

# Every change gives the wars it touches a higher revision, those that it hands from player to player too. `recorded_at`
# tells the wars of two imports apart; and one file brought in twice is of new players, none of whom has an old number.
# Tells two lives of a database apart, in which the same states may stand for other wars: one put back from a backup has
# new tables, and one whose files were put back, or that another took over from, another start.
EPOCH = """
    hashtextextended(concat_ws(' ', current_database(), extract(epoch from pg_postmaster_start_time()),
                               'wars'::regclass::oid, pg_relation_filenode('wars')), 0)
"""
STATES = f"""
    select war_id >> {BITS} as block, sum(revision)::int8 as revisions, count(*) as wars,
           max(recorded_at) as recorded_at, (select min(player_id) from players where server_id = $1) as first_player,
           (select {EPOCH}) as epoch
    from wars where server_id = $1 group by 1
"""  # noqa: S608 - a number of ours
FIRST, LAST = f"(b.block << {BITS})", f"(b.block << {BITS}) + {WARS - 1}"  # wars of a block


@dataclass(frozen=True, slots=True)
class States:
    """Equal where nothing was changed between two looks. `epoch` is of the database (EPOCH)."""

    blocks: dict[int, tuple[int, int, datetime, int | None]]
    epoch: int = field(default=0, compare=False)

    def stale(self, before: States | None) -> list[int]:
        """The blocks that are there and do not stand as they stood before."""
        old = {} if before is None else before.blocks
        return [block for block, state in self.blocks.items() if old.get(block) != state]

    @property
    def wars(self) -> int:
        return sum(wars for _, wars, *_ in self.blocks.values())

    def only(self, some: Collection[int]) -> States:
        """Of these blocks."""
        return States({block: state for block, state in self.blocks.items() if block in some}, self.epoch)

    def kept(self, before: States, war_id: Ints) -> Mask:
        """Which of these wars, read before, are of blocks that stand as they stood."""
        if not len(war_id):
            return np.zeros(0, np.bool_)
        block = war_id >> BITS
        same = np.zeros(int(block.max()) + 1, np.bool_)
        same[[one for one, state in self.blocks.items() if before.blocks.get(one) == state and one < len(same)]] = True
        found: Mask = same[block]
        return found


async def look(db: Executor, *, server_id: ServerId) -> States:
    rows = await db.fetch(STATES, server_id)
    return States(
        {
            row["block"]: (row["revisions"], row["wars"], row["recorded_at"], row["first_player"])
            for row in rows
        },
        rows[0]["epoch"] if rows else 0,
    )  # fmt: skip
