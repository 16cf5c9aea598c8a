"""A Redis as the shared cache. It may be away, slow, full or wrong: one request notices, the next ones do not wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, ResponseError

from db.shared_cache import KEPT_SECONDS, MOST_BYTES, Counts

log = logging.getLogger(__name__)
T = TypeVar("T")
ANSWERS_WITHIN = 0.25  # seconds; reading from PostgreSQL takes less
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds between looks whether one that failed answers again
_FULL_PAUSE = 30.0  # seconds in which nothing is given to one that has no room
_MOST_WAITING = 8 * 1024 * 1024  # bytes not yet given to it; what is more is not given at all
_AT_ONCE = 64  # entries a request


class RedisCache:
    """Made by `redis_cache`. A failed request opens the way around it: nobody asks until a look in the background, some
    seconds later and then more rarely, was answered."""

    def __init__(self, client: Redis, *, pauses: Sequence[float] = _PAUSES, seconds: float = KEPT_SECONDS) -> None:
        self._client = client
        self._pauses = pauses
        self._seconds = seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._full_until = 0.0
        self._failure: str | None = None
        self.counts = Counts()

    @property
    def there(self) -> bool:
        return self._failure is None

    @property
    def state(self) -> str:
        if self._failure is not None:
            return f"does not answer ({self._failure}); everything is read from the database"
        return "full: nothing new is kept" if time.monotonic() < self._full_until else "answers"

    async def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        if not self.there or not keys:
            return {}
        try:
            values = await self._within(lambda: self._client.mget(keys))
            found = {key: value for key, value in zip(keys, values, strict=True) if isinstance(value, bytes)}
        except Exception as error:  # noqa: BLE001 - whatever a broken answer makes of the library, nobody else's trouble
            self._failed(error)
            return {}
        self.counts.hits += len(found)
        self.counts.misses += len(keys) - len(found)
        return found

    def keep(self, entries: Mapping[str, bytes]) -> None:
        small = [(key, data) for key, data in entries.items() if len(data) <= MOST_BYTES]
        size = sum(len(data) for _, data in small)
        full = time.monotonic() < self._full_until or self._waiting + size > _MOST_WAITING
        if small and self.there and not full:
            self._waiting += size
            self._start(self._keep(small, size), "giving to the shared cache")

    async def _keep(self, entries: Sequence[tuple[str, bytes]], size: int) -> None:
        try:
            for start in range(0, len(entries), _AT_ONCE):
                if not self.there:
                    return
                some = entries[start : start + _AT_ONCE]
                await self._within(lambda some=some: self._set(some))  # type: ignore[misc]
                self.counts.kept += len(some)
        except OutOfMemoryError:
            self._no_room()
        except ResponseError as error:
            # It answers, and takes nothing: a replica, a user without the right, no disk to write to.
            self._no_room(str(error).split(" ", 1)[0])
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)
        finally:
            self._waiting -= size

    async def _set(self, entries: Sequence[tuple[str, bytes]]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for key, data in entries:
                pipeline.set(key, data, px=int(self._seconds * 1000))
            await pipeline.execute()

    async def _within(self, ask: Callable[[], Awaitable[T]]) -> T:
        async with asyncio.timeout(ANSWERS_WITHIN):
            return await ask()

    def _no_room(self, why: str = "OOM") -> None:
        self.counts.failures += 1
        self._full_until = time.monotonic() + _FULL_PAUSE
        log.warning("the shared cache (REDIS_URL) takes nothing more (%s); what it has is still used", why)

    def _failed(self, error: Exception) -> None:
        self.counts.failures += 1
        if self._failure is None:
            self._failure = type(error).__name__  # its text may hold the address
            log.warning("the shared cache (REDIS_URL) does not answer (%s); reading without it", self._failure)
            self._start(self._until_it_answers(), "waiting for the shared cache")

    async def _until_it_answers(self) -> None:
        attempt = 0
        while True:
            await asyncio.sleep(self._pauses[min(attempt, len(self._pauses) - 1)])
            attempt += 1
            try:
                await self._within(self._client.ping)
            except Exception as error:  # noqa: BLE001 - as above
                self._failure = type(error).__name__
                continue
            self._failure = None
            log.info("the shared cache (REDIS_URL) answers again")
            return

    def _start(self, work: Awaitable[None], name: str) -> None:
        task = asyncio.ensure_future(work)
        task.set_name(name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """When everything that was to be kept was given to it, or was not."""
        while self._waiting and self._tasks:
            await asyncio.wait(tuple(self._tasks), return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        for task in (tasks := tuple(self._tasks)):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._client.aclose()


@asynccontextmanager
async def redis_cache(url: str, *, pauses: Sequence[float] = _PAUSES) -> AsyncIterator[RedisCache]:
    """The Redis of `redis://`, `rediss://` or `unix://`. Not asked before it is needed: whether it is there is no
    reason to start or not. Raises ValueError for an address that is none."""
    client = Redis.from_url(
        url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN, retry=Retry(NoBackoff(), 0),
        client_name="mkw-clan-bot", max_connections=16, single_connection_client=False,
    )  # fmt: skip
    cache = RedisCache(client, pauses=pauses)
    try:
        yield cache
    finally:
        await cache.close()
