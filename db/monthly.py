"""Who wants a monthly report, and which month was taken on last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from mkw.ids import ChannelId, ServerId

if TYPE_CHECKING:
    from db.executor import Executor


@dataclass(frozen=True, slots=True)
class MonthlyRow:
    server_id: ServerId
    channel_id: ChannelId
    time_zone: str
    month: date  # the first day of the newest month that was taken on
    taken_at: datetime
    posted: bool


async def everything(db: Executor) -> tuple[MonthlyRow, ...]:
    """Of all servers: whoever posts looks which are due."""
    rows = await db.fetch(
        """
        select m.server_id, m.channel_id, s.time_zone, m.month, m.taken_at, m.posted
        from monthly_reports m join servers s using (server_id) order by m.server_id
        """
    )
    return tuple(MonthlyRow(**dict(row)) for row in rows)


async def channel(db: Executor, *, server_id: ServerId) -> ChannelId | None:
    found: ChannelId | None = await db.fetchval(
        "select channel_id from monthly_reports where server_id = $1", server_id
    )
    return found


async def put(db: Executor, *, server_id: ServerId, channel_id: ChannelId, month: date) -> None:
    """Post there from now on; for a server that had none, months up to `month` count as posted."""
    await db.execute(
        """
        insert into monthly_reports (server_id, channel_id, month, taken_at, posted) values ($1, $2, $3, now(), true)
        on conflict (server_id) do update set channel_id = excluded.channel_id
        """,
        server_id,
        channel_id,
        month,
    )


async def delete(db: Executor, *, server_id: ServerId) -> None:
    await db.execute("delete from monthly_reports where server_id = $1", server_id)


async def take(
    db: Executor, *, server_id: ServerId, month: date, at: datetime, stale: datetime
) -> tuple[ChannelId, bool] | None:  # fmt: skip
    """Take a month on: its channel, and whether somebody had taken it on before, for one caller alone; None for
    everybody else. A month taken before `stale` and not posted since is free again."""
    row = await db.fetchrow(
        """
        with before as (
            select month from monthly_reports
            where server_id = $1 and (month < $2 or (month = $2 and not posted and taken_at < $4)) for update
        )
        update monthly_reports m set month = $2, taken_at = $3, posted = false
        from before where m.server_id = $1 returning m.channel_id, before.month = $2 as again
        """,
        server_id,
        month,
        at,
        stale,
    )
    return None if row is None else (row["channel_id"], row["again"])


async def posted(db: Executor, *, server_id: ServerId, month: date) -> None:
    await db.execute("update monthly_reports set posted = true where server_id = $1 and month = $2", server_id, month)
