"""What other processes change is dropped from the caches of this one: within moments, not when it grows old. Records
that somebody asks for are read again after a change, before they ask."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.services.errors import RecordsAway
from db import servers
from db.beside import beside
from db.listening import listen
from mkw.ids import ServerId

if TYPE_CHECKING:
    from bot.services.records import Records
    from bot.services.statistics import StatisticsService

log = logging.getLogger(__name__)
LARGE, MOST_LARGE = 500, 100  # wars of a record that is read at the start; servers that have one
BETWEEN = 0.02  # seconds between two records
SOON = 0.5  # seconds after a change: several wars saved at once are read once, and nobody asks sooner


class FollowService:
    def __init__(self, records: Records, statistics: StatisticsService, *, soon: float = SOON) -> None:
        self._records = records
        self._ahead = ReadingAhead(statistics, soon)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Hear what others change, for as long as this is open. A lost connection drops everything, and so does its
        coming back. Records that were in use when they were changed are read again."""
        records = self._records
        listening = listen(records.database, records.heard, records.cache.drop_all)
        records.cache.on_drop = self._ahead.dropped
        try:
            async with (
                beside(listening, name="changes of other processes"),
                beside(self._ahead.run(), name="reading records ahead"),
            ):
                yield
        finally:
            records.cache.on_drop = None

    async def expect(self, server_ids: Sequence[ServerId]) -> None:
        """After a start: large records of these servers are read one after another, with their races, which would keep
        the first who asks for a tenth of a second. Nothing where the records are away."""
        with contextlib.suppress(RecordsAway):
            for server_id in await self._records.read(
                partial(servers.with_most_wars, server_ids=server_ids, least=LARGE, limit=MOST_LARGE)
            ):
                self._ahead.dropped(server_id, frozenset({"record", "races"}))

    async def settled(self) -> None:
        """When everything that was changed is read again."""
        await self._ahead.settled()


class ReadingAhead:
    """The records of servers, read again one after another once they were changed. A record that nobody has asked for
    is not read, and one that cannot be is left to whoever asks next."""

    def __init__(self, statistics: StatisticsService, soon: float) -> None:
        self._statistics = statistics
        self._soon = soon
        self._waiting: dict[ServerId, bool] = {}  # whether the races too
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def dropped(self, server_id: ServerId, keys: frozenset[Hashable]) -> None:
        if "record" in keys:
            self._waiting[server_id] = "races" in keys or self._waiting.get(server_id, False)
            self._some.set()
            self._none.clear()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(self._soon)
            while self._waiting:
                server_id = next(iter(self._waiting))
                await self._read(server_id, races=self._waiting.pop(server_id))
                await asyncio.sleep(BETWEEN if self._waiting else 0)
            self._some.clear()
            self._none.set()

    async def settled(self) -> None:
        await self._none.wait()

    async def _read(self, server_id: ServerId, *, races: bool) -> None:
        try:
            await self._statistics.scope(server_id)
            if races:
                await self._statistics.races(server_id)
        except RecordsAway:
            log.info("a record that was changed could not be read ahead; whoever asks for it reads it")
        except Exception:
            log.exception("a record that was changed could not be read ahead")
