"""How use cases reach the records: reads that are tried again, changes in one transaction, caches dropped after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import asyncpg
from cachetools import TTLCache

from bot.services.errors import AlreadyExists, BadInput, Conflict, RecordsAway
from db import servers
from db.errors import DB_DOWN, RuleBrokenError, TakenError, rules

if TYPE_CHECKING:
    from db.pool import Connection, Database
    from mkw.ids import ServerId

log = logging.getLogger(__name__)
T = TypeVar("T")
AWAY = "The records do not answer right now. Nothing that was sent is lost; try again in a minute."


class Cache:
    """Values by server, each server's dropped together. A value loaded while its server was dropped is not kept, for it
    may be from before the change."""

    def __init__(self, *, servers: int = 2_000, seconds: float = 600.0) -> None:
        self._kept: TTLCache[int, dict[Hashable, object]] = TTLCache(maxsize=servers, ttl=seconds)
        self._drops = 0

    async def get(self, server_id: ServerId, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        values = self._kept.get(server_id)
        if values is not None and key in values:
            return cast("T", values[key])
        drops = self._drops
        value = await load()
        if drops == self._drops:
            self._kept.setdefault(server_id, {})[key] = value
        return value

    def drop(self, server_id: ServerId) -> None:
        self._drops += 1
        self._kept.pop(server_id, None)


class Records:
    """One for all services. `pauses` are the waits between attempts, in seconds."""

    def __init__(self, database: Database, *, pauses: tuple[float, ...] = (0.2, 0.8)) -> None:
        self._database = database
        self._pauses = pauses
        self.cache = Cache()

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work`, which changes nothing or can be done twice, until the database answers. Raises RecordsAway."""
        for pause in (*self._pauses, None):
            try:
                async with self._database.acquire() as connection:
                    return await work(connection)
            except DB_DOWN as error:
                if pause is None:
                    raise RecordsAway(AWAY) from error
                log.warning("the database does not answer (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
        raise AssertionError

    async def patiently(self, work: Callable[[], Awaitable[T]], limit: float) -> T:
        """Do what can be done twice, again and again with growing pauses until `limit` seconds are over."""
        pause, until = 0.5, asyncio.get_running_loop().time() + limit
        while True:
            try:
                return await work()
            except RecordsAway:
                if asyncio.get_running_loop().time() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def cached(self, server_id: ServerId, key: Hashable, work: Callable[[Connection], Awaitable[T]]) -> T:
        return await self.cache.get(server_id, key, lambda: self.read(work))

    @asynccontextmanager
    async def change(self, server_id: ServerId, *, drops: bool = True) -> AsyncIterator[Connection]:
        """One transaction with the server's row held. `drops` forgets what is cached of the server, after the commit.

        Broken rules come out as AlreadyExists or BadInput, a database that is away as RecordsAway,
        a row that somebody holds for too long as Conflict.
        """
        try:
            with rules():
                async with AsyncExitStack() as stack:
                    connection = await self._begin(stack, server_id)
                    yield connection
        except TakenError as error:
            raise AlreadyExists(str(error)) from error
        except RuleBrokenError as error:
            raise BadInput(str(error)) from error
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            raise Conflict("Somebody else is changing this right now; nothing was changed. Try again.") from error
        except DB_DOWN as error:
            raise RecordsAway(AWAY) from error
        finally:
            if drops:
                self.cache.drop(server_id)

    async def _begin(self, stack: AsyncExitStack, server_id: ServerId) -> Connection:
        """Nothing has been done yet, so a connection found dead here is simply tried again."""
        for pause in (*self._pauses, None):
            try:
                async with AsyncExitStack() as attempt:
                    connection = await attempt.enter_async_context(self._database.transaction())
                    await servers.lock(connection, server_id=server_id)
                    stack.push_async_exit(attempt.pop_all().__aexit__)
                    return connection
            except DB_DOWN as error:
                if pause is None:
                    raise
                log.warning("the database does not answer (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
        raise AssertionError
