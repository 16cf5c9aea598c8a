"""The connection pool: how the bot holds on to PostgreSQL."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

log = logging.getLogger(__name__)

# A connection found dead inside a transaction raises InterfaceError, which is no PostgresError; one whose server said
# goodbye between two statements, InternalClientError. The three server codes are a server that is stopping or starting:
# it will be back.
DB_DOWN: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
    TimeoutError,
)


class DatabaseUnavailableError(Exception):
    """The database could not be reached at start; `str(error)` says where and why."""


IDLE_SECONDS = 300.0
APPLICATION = "mkw-clan-bot"  # as the database sees it


@dataclass(frozen=True, slots=True)
class PoolOptions:
    min_size: int = 1
    max_size: int = 10
    connect_timeout: float = 10.0  # seconds, also for waiting for a free connection
    command_timeout: float = 30.0  # seconds, for one statement
    application_name: str = APPLICATION
    slow_seconds: float = 0.5  # a statement that takes longer is logged
    idle_seconds: float = IDLE_SECONDS  # what connections and statements nobody needs last; 0: for ever


@dataclass(frozen=True, slots=True)
class StatementDone:
    """One statement of the pool's connections, as long as it took; nothing of what it was about."""

    seconds: float
    slow: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class PoolUse:
    """Connections: held by somebody, open, and allowed."""

    busy: int
    open: int
    most: int


Watch: TypeAlias = Callable[[StatementDone], None]


class Database:
    """A pool of connections to one database. Made by `connect`; closed by `close` or `async with`."""

    def __init__(self, pool: Pool, options: PoolOptions, url: str) -> None:
        self.pool = pool
        self._options = options
        self.url = url  # with its password: never logged

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection for single statements. Never hold it while waiting on anything but the database."""
        async with self.pool.acquire(timeout=self._options.connect_timeout) as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside one transaction: committed at the end, rolled back on an exception."""
        async with self.acquire() as connection, connection.transaction():
            yield connection

    async def connect_apart(self) -> asyncpg.Connection[asyncpg.Record]:
        """A connection of its own, for what holds on to one. Whoever asks closes it. Raises DB_DOWN."""
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            self.url,
            timeout=self._options.connect_timeout,
            command_timeout=self._options.command_timeout,
            server_settings={"application_name": f"{self._options.application_name} (listening)"},
        )
        return connection

    @property
    def use(self) -> PoolUse:
        opened = self.pool.get_size()
        return PoolUse(busy=opened - self.pool.get_idle_size(), open=opened, most=self.pool.get_max_size())

    async def close(self, *, patience: float = 10.0) -> None:
        """Let what is running finish within `patience` seconds, then cut it off."""
        try:
            await asyncio.wait_for(self.pool.close(), patience)
        except TimeoutError:
            log.warning("database connections were still busy after %.0f s and were cut off", patience)
            self.pool.terminate()


async def connect(
    url: str, options: PoolOptions | None = None, *, attempts: int = 6, watch: Watch | None = None
) -> Database:
    """Open the pool; a database that is not there yet is tried again with growing pauses (0.5, 1, 2, 4 … s). `watch` is
    called after every statement, and must be quick.

    Raises DatabaseUnavailableError after the last attempt, or at once where trying again cannot help (a wrong password,
    an unknown database, a malformed address).
    """
    options = options or PoolOptions()
    return await with_backoff(lambda: _open(url, options, watch), attempts=attempts)


async def with_backoff(action: Callable[[], Awaitable[Database]], *, attempts: int, pause: float = 0.5) -> Database:
    for attempt in range(1, attempts + 1):
        try:
            return await action()
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            raise DatabaseUnavailableError(f"The database refuses this address: {error}") from error
        except (asyncpg.exceptions.ClientConfigurationError, ValueError) as error:
            raise DatabaseUnavailableError(f"DATABASE_URL cannot be used: {error}") from error
        except DB_DOWN as error:
            if attempt == attempts:
                raise DatabaseUnavailableError(
                    f"The database does not answer: {error or type(error).__name__}"
                ) from error
            log.warning("the database does not answer (%s); trying again in %.1f s", error, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)
    raise DatabaseUnavailableError("The database was not tried: attempts must be at least 1")


def statement_id(text: str) -> str:
    """The same for one statement of the code at every run, whatever its parameters: 8 hexadecimal digits."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def _watcher(options: PoolOptions, watch: Watch | None) -> Callable[[asyncpg.connection.LoggedQuery], None]:
    shown = functools.lru_cache(maxsize=1_000)(lambda text: (statement_id(text), " ".join(text.split())[:200]))

    def done(query: asyncpg.connection.LoggedQuery) -> None:
        slow = query.elapsed > options.slow_seconds
        if slow:
            # The text holds no data: that is in the parameters, which stay out.
            name, text = shown(query.query)
            told = {"statement": name, "seconds": query.elapsed}
            log.warning("slow statement %s: %.2f s (%s)", name, query.elapsed, text, extra=told)
        if watch is not None:
            watch(StatementDone(query.elapsed, slow=slow, failed=query.exception is not None))

    return done


async def _open(url: str, options: PoolOptions, watch: Watch | None) -> Database:
    watcher = _watcher(options, watch)

    async def prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        connection.add_query_logger(watcher)

    pool = await asyncpg.create_pool(
        url,
        min_size=options.min_size,
        max_size=options.max_size,
        timeout=options.connect_timeout,
        command_timeout=options.command_timeout,
        max_inactive_connection_lifetime=options.idle_seconds,
        max_cached_statement_lifetime=int(options.idle_seconds),
        init=prepare,
        server_settings={
            "application_name": options.application_name,
            "jit": "off",  # compiling costs more than our short queries take
            "max_parallel_workers_per_gather": "0",  # and so does waking other processes for them
            "timezone": "UTC",
            "statement_timeout": str(int(options.command_timeout * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "lock_timeout": "10000",
        },
    )
    return Database(pool, options, url)
