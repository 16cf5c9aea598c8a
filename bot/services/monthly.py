"""The monthly report: where a server wants it, which month is due, and that each is posted once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.services.actors import Actor
from bot.services.changelog import MONTHLY, Entry
from bot.services.small_logs import month_before
from db import monthly
from mkw.filters import Filter
from mkw.ids import ChannelId, ServerId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.monthly import MonthlyRow

STALE = timedelta(hours=1)  # after which a report that was taken on and never posted is anybody's again


@dataclass(frozen=True, slots=True)
class Due:
    server_id: ServerId
    channel_id: ChannelId
    month: date  # its first day

    @property
    def over(self) -> datetime:
        """From when on it can have been posted, wherever the server lives: the end of the month, UTC+14."""
        following = (self.month + timedelta(days=32)).replace(day=1)
        return datetime(following.year, following.month, 1, tzinfo=UTC) - timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Taken:
    channel_id: ChannelId
    again: bool  # somebody took it on before, and may have posted it without saying so


class MonthlyService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def channel(self, server_id: ServerId) -> ChannelId | None:
        return await self._records.read(lambda db: monthly.channel(db, server_id=server_id))

    async def set_channel(self, actor: Actor, channel_id: ChannelId | None, *, today: date) -> None:
        """Post there from the month of `today` on; None: nowhere. Doing it twice is no error."""
        async with self._records.change(actor.server_id, drops=False) as db:
            if await monthly.channel(db, server_id=actor.server_id) == channel_id:
                return
            entry = Entry(db, actor, self._now())
            await entry.touch(MONTHLY, 0)
            if channel_id is None:
                await monthly.delete(db, server_id=actor.server_id)
                text = "stopped the monthly report"
            else:
                last = month_before(today)
                await monthly.put(db, server_id=actor.server_id, channel_id=channel_id, month=last)
                text = f"set the monthly report's channel to {channel_id}"
            await entry.write("set", MONTHLY, 0, text)

    async def due(self) -> tuple[Due, ...]:
        """Reports nobody has posted, of all servers; whoever posts one takes it on first."""
        rows = await self._records.read(monthly.everything)
        return tuple(
            Due(row.server_id, row.channel_id, month) for row in rows if (month := self._month_due(row)) is not None
        )

    async def take(self, due: Due) -> Taken | None:
        """For the one who may post it; None where somebody else has it."""
        at = self._now()
        taken = await self._records.read(
            lambda db: monthly.take(db, server_id=due.server_id, month=due.month, at=at, stale=at - STALE)
        )
        return None if taken is None else Taken(*taken)

    async def posted(self, due: Due) -> None:
        await self._records.read(lambda db: monthly.posted(db, server_id=due.server_id, month=due.month))

    def _month_due(self, row: MonthlyRow) -> date | None:
        """The month that ended last, in the server's time zone."""
        ended = month_before(self._now().astimezone(ZoneInfo(row.time_zone)).date())
        is_free = row.month < ended or (row.month == ended and not row.posted and row.taken_at < self._now() - STALE)
        return ended if is_free else None


def filter_of(month: date) -> Filter:
    """The wars of a month, from its first day to its last."""
    following = (month + timedelta(days=32)).replace(day=1)
    return Filter(since=month, until=following - timedelta(days=1))
