"""Which pictures a server owns, by their sha256: what was uploaded there, and what its wars were made of elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.executor import Executor
    from mkw.ids import ServerId


async def owned(db: Executor, *, server_id: ServerId) -> tuple[str, ...]:
    """Each once, in an order that stays. They need not be on this machine."""
    rows = await db.fetch(
        """
        select sha256 from uploads where server_id = $1 and sha256 is not null
        union
        select sha256 from war_pictures where server_id = $1
        order by sha256
        """,
        server_id,
    )
    return tuple(row["sha256"] for row in rows)
