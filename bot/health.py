"""How the process stands right now: what answers, what lives, what waits. For `/readyz`, `/metrics` and `health`."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import asyncpg

from bot.metrics import Metrics
from db.pool import DB_DOWN
from db.shared_cache import NoSharedCache, SharedCache

if TYPE_CHECKING:
    from db.pool import Database

_NO_ANSWER: tuple[type[BaseException], ...] = (*DB_DOWN, asyncpg.PostgresError)  # too many connections, for one
ANSWERS_WITHIN = 2.0  # seconds that the database is given


class Readers(Protocol):
    """The reading processes; `waiting` pictures have their turn and no process yet."""

    @property
    def size(self) -> int: ...
    @property
    def alive(self) -> int: ...
    @property
    def waiting(self) -> int: ...


class Queue(Protocol):
    """Pictures whose turn has not come."""

    @property
    def waiting(self) -> int: ...


class Client(Protocol):
    """The Discord client."""

    @property
    def connected(self) -> bool: ...
    @property
    def latency(self) -> float: ...
    def is_ready(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the bot needs; `text` says how it stands, or what is wrong with it."""

    name: str
    ok: bool
    text: str


@dataclass(slots=True)
class BackupState:
    """Of the backups this bot makes by itself. A backup that failed does not keep the bot from answering."""

    wanted: bool = False
    newest: datetime | None = None  # aware UTC; None: there is none yet
    failure: str | None = None  # why the newest try failed; None: it did not


class Health:
    """`client` is there once the bot is made; a worker has none, and is no bot. Without a database or readers (tests),
    these are not looked at."""

    def __init__(
        self,
        metrics: Metrics | None = None,
        database: Database | None = None,
        readers: Readers | None = None,
        queue: Queue | None = None,
        *,
        is_bot: bool = True,
    ) -> None:
        self.metrics = metrics or Metrics()
        self.database = database
        self.readers = readers
        self._queue = queue
        self._is_bot = is_bot
        self.client: Client | None = None
        self.since = datetime.now(UTC)
        self.backups = BackupState()
        self.shared: SharedCache | None = None
        self.metrics.watch(self._state)

    async def parts(self) -> tuple[Part, ...]:
        """All that must be well for pictures and commands to be answered. Never raises."""
        found = [] if self.database is None else [await self._database(self.database)]
        found += [self._discord()] if self._is_bot else []
        return (*found, *([] if self.readers is None else [self._reading(self.readers)]))

    async def _database(self, database: Database) -> Part:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN), database.acquire() as connection:
                await connection.fetchval("select 1")
        except TimeoutError:
            return Part("database", ok=False, text=f"does not answer within {ANSWERS_WITHIN:g} seconds")
        except _NO_ANSWER as error:
            return Part("database", ok=False, text=f"cannot be reached ({type(error).__name__})")
        use = database.use
        return Part("database", ok=True, text=f"answers; {use.busy} of {use.most} connections in use")

    def _discord(self) -> Part:
        client = self.client
        if client is None or not client.is_ready():
            return Part("discord", ok=False, text="not logged in yet")
        if not client.connected:
            return Part("discord", ok=False, text="the connection is lost; it is tried again")
        return Part("discord", ok=True, text=f"connected, {_milliseconds(client.latency)} away")

    def _waiting(self, readers: Readers) -> int:
        return readers.waiting + (0 if self._queue is None else self._queue.waiting)

    def _reading(self, readers: Readers) -> Part:
        waiting = self._waiting(readers)
        waits = "1 picture waits" if waiting == 1 else f"{waiting} pictures wait"
        return Part(
            "readers", ok=readers.alive > 0, text=f"{readers.alive} of {readers.size} reading processes live, {waits}"
        )

    def _state(self) -> Mapping[str, tuple[str, float]]:
        found: dict[str, tuple[str, float]] = {}
        if self.readers is not None:
            found["mkw_readers"] = "Reading processes when all is well", self.readers.size
            found["mkw_readers_alive"] = "Reading processes that live", self.readers.alive
            found["mkw_reading_queue"] = "Pictures that no process has taken yet", self._waiting(self.readers)
        if self.database is not None:
            use = self.database.use
            found["mkw_database_connections_busy"] = "Connections somebody holds", use.busy
            found["mkw_database_connections_open"] = "Connections open", use.open
            found["mkw_database_connections_most"] = "Connections allowed (DATABASE_POOL_SIZE)", use.most
        if self.shared is not None and not isinstance(self.shared, NoSharedCache):
            counts = self.shared.counts
            found["mkw_shared_cache_up"] = "1 while the shared cache answers", self.shared.there
            found["mkw_shared_cache_hits"] = "Blocks of wars found in the shared cache", counts.hits
            found["mkw_shared_cache_misses"] = "Blocks of wars not found in the shared cache", counts.misses
            found["mkw_shared_cache_kept"] = "Blocks of wars given to the shared cache", counts.kept
            found["mkw_shared_cache_spoiled"] = "Blocks of wars found spoiled", counts.spoiled
            found["mkw_shared_cache_failures"] = "Requests that the shared cache did not answer", counts.failures
        if self.backups.wanted:
            newest = self.backups.newest
            found["mkw_backup_newest_seconds"] = "When the newest backup was made", newest.timestamp() if newest else 0
            found["mkw_backup_failing"] = "1 while the newest try of a backup failed", self.backups.failure is not None
        if self.client is not None:
            found["mkw_discord_connected"] = "1 while the gateway is connected", self.client.connected
            found["mkw_discord_latency_seconds"] = "The gateway's heartbeat there and back", self.client.latency
        return found


def _milliseconds(seconds: float) -> str:
    return "an unknown time" if math.isnan(seconds) or math.isinf(seconds) else f"{seconds * 1000:.0f} ms"
