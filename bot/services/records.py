"""How use cases reach the records: reads that are tried again, changes in one transaction, caches dropped after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import asyncpg
from cachetools import TTLCache

from bot.services.computing import beginning_anew
from bot.services.errors import AlreadyExists, BadInput, Conflict, RecordsAway
from db import listening, servers
from db.errors import DB_DOWN, RuleBrokenError, TakenError, rules
from mkw.ids import ServerId

if TYPE_CHECKING:
    from db.pool import Connection, Database

log = logging.getLogger(__name__)
T = TypeVar("T")
ROSTER = frozenset({"players", "names"})  # the keys under which players are cached; their wars are not
AWAY = "The records do not answer right now. Nothing that was sent is lost; try again in a minute."


BUDGET = 128 * 1024 * 1024  # bytes of all that is kept in memory of the records, unless the operator says otherwise
_SMALL_VALUE = 4_096  # bytes that a value is counted as, which does not say how many it has


class Cache:
    """Values by server; a change drops all of its server's, or those under the keys it says it touches. A value loaded
    while its server was dropped is not kept, for it may be from before the change. Who asks for what is being loaded
    waits for it, unless it was dropped meanwhile. Together they hold `most` bytes by what their `bytes` say; the
    servers longest not asked about go first, and one that nobody loaded anything of for so many `seconds`.

    `hits` and `misses` are counted. `on_drop` hears which keys of a server were there and are not any more."""

    def __init__(self, *, most: int = BUDGET // 2, seconds: float = 3_600.0) -> None:
        self._kept: TTLCache[int, dict[Hashable, object]] = TTLCache(maxsize=most, ttl=seconds, getsizeof=_bytes_of)
        self._drops: Counter[int] = Counter()
        self._all_dropped = 0
        self._loading: dict[tuple[int, Hashable], tuple[int, asyncio.Future[object]]] = {}
        self.hits = self.misses = 0
        self.on_drop: Callable[[ServerId, frozenset[Hashable]], None] | None = None

    async def get(self, server_id: ServerId, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        values = self._kept.get(server_id)
        if values is not None and key in values:
            self.hits += 1
            return cast("T", values[key])
        drops = self._dropped(server_id)
        under_way = self._loading.get((server_id, key))
        if under_way is not None and under_way[0] == drops:
            self.hits += 1
            with contextlib.suppress(_Unfinished):
                return cast("T", await asyncio.shield(under_way[1]))
        self.misses += 1
        return await self._load(server_id, key, drops, load)

    async def _load(self, server_id: ServerId, key: Hashable, drops: int, load: Callable[[], Awaitable[T]]) -> T:
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._loading[server_id, key] = drops, future
        try:
            value = await load()
            future.set_result(value)
        finally:
            if not future.done():
                future.set_exception(_Unfinished())
                future.exception()  # nobody need have waited
            if self._loading.get((server_id, key)) == (drops, future):
                del self._loading[server_id, key]
        if drops == self._dropped(server_id):
            # Put back as a whole: its size is looked at when it is put there.
            values = {**self._kept.pop(server_id, {}), key: value}
            with contextlib.suppress(ValueError):  # larger than all may be together
                self._kept[server_id] = values
        return value

    def drop(self, server_id: ServerId, keys: frozenset[str] | None = None) -> None:
        """All of the server's values, or those whose key is among `keys` or is a tuple that begins with one."""
        self._drops[server_id] += 1
        values = self._kept.get(server_id, {})
        gone = [key for key in values if keys is None or (key[0] if isinstance(key, tuple) else key) in keys]
        for key in gone:
            del values[key]
        if not values:
            self._kept.pop(server_id, None)
        if gone and self.on_drop is not None:
            self.on_drop(server_id, frozenset(gone))

    def drop_all(self) -> None:
        """Of every server: nobody knows what has changed."""
        self._all_dropped += 1
        self._kept.clear()

    def _dropped(self, server_id: ServerId) -> int:
        """Grows with everything that is dropped of the server."""
        return self._all_dropped + self._drops[server_id]


def _bytes_of(values: dict[Hashable, object]) -> int:
    return sum(getattr(value, "bytes", _SMALL_VALUE) for value in values.values()) + _SMALL_VALUE


class _Unfinished(Exception):  # noqa: N818 - it says so to whoever waited, who then loads for themselves
    pass


class Records:
    """One for all services. `pauses` are the waits between attempts, in seconds. `budget` is how many bytes may be kept
    in memory: half of it by `cache`, the rest by whoever keeps what a change leaves as it was."""

    def __init__(self, database: Database, *, pauses: tuple[float, ...] = (0.2, 0.8), budget: int = BUDGET) -> None:
        self.database = database
        self._pauses = pauses
        self.budget = budget
        self.cache = Cache(most=budget // 2)
        self._own = secrets.token_hex(8)  # tells our own news from those of other processes

    def heard(self, news: str) -> None:
        """Another process has committed a change: `whose server keys`, keys with commas between them or `*`."""
        whose, server_id, keys = news.split(" ")
        if whose != self._own:
            self.cache.drop(ServerId(int(server_id)), None if keys == "*" else frozenset(keys.split(",")))

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work`, which changes nothing or can be done twice, until the database answers. Raises RecordsAway."""
        return await beginning_anew(lambda: self._read(work))

    async def _read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        for pause in (*self._pauses, None):
            try:
                async with self.database.acquire() as connection:
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
    async def change(self, server_id: ServerId, *, drops: bool | frozenset[str] = True) -> AsyncIterator[Connection]:
        """One transaction with the server's row held. `drops` forgets what is cached of the server after the commit, in
        every process: all of it, or what lies under these keys; a change that was rolled back drops nothing.

        Broken rules come out as AlreadyExists or BadInput, a database that is away as RecordsAway,
        a row that somebody holds for too long as Conflict.
        """
        may_be_kept = False
        try:
            with rules():
                async with AsyncExitStack() as stack:
                    connection = await self._begin(stack, server_id)
                    yield connection
                    if drops:
                        keys = "*" if drops is True else ",".join(sorted(drops))
                        await listening.tell(connection, f"{self._own} {server_id} {keys}")
                    may_be_kept = True  # from here on it is committed, or nobody knows
        except TakenError as error:
            raise AlreadyExists(str(error)) from error
        except RuleBrokenError as error:
            raise BadInput(str(error)) from error
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            raise Conflict("Somebody else is changing this right now; nothing was changed. Try again.") from error
        except DB_DOWN as error:
            raise RecordsAway(AWAY) from error
        finally:
            if drops and may_be_kept:
                self.cache.drop(server_id, None if drops is True else drops)

    async def _begin(self, stack: AsyncExitStack, server_id: ServerId) -> Connection:
        """Nothing has been done yet, so a connection found dead here is simply tried again."""
        for pause in (*self._pauses, None):
            try:
                async with AsyncExitStack() as attempt:
                    connection = await attempt.enter_async_context(self.database.transaction())
                    await servers.lock(connection, server_id=server_id)
                    stack.push_async_exit(attempt.pop_all().__aexit__)
                    return connection
            except DB_DOWN as error:
                if pause is None:
                    raise
                log.warning("the database does not answer (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
        raise AssertionError
