"""What the bot stands on, opened in order and closed in reverse: database, schema, reading processes, use cases.

The database comes before Discord: a bot that restarts in a loop because of its database must not use up its logins.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import asyncpg
import discord

from bot.health import Health, Readers
from bot.kept_errors import keeping_errors
from bot.metrics import Metrics, Read
from bot.monitoring import monitored
from bot.services.house import Services, build_services
from bot.services.reading_order import ReadingOrder
from bot.settings import Settings
from db import migrate
from db.embedded import EmbeddedServerError, embedded_server
from db.pool import APPLICATION, IDLE_SECONDS, Database, DatabaseUnavailableError, PoolOptions, Watch, connect
from db.shared_blocks import SharedBlocks
from db.shared_cache import NoSharedCache
from ocr.pool import ReaderFailed, ReaderPool

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """How pictures are read: at once, in that order; and those of bulk scans (None: as all others)."""

    read: Read
    read_later: Read | None
    order: ReadingOrder
    state: Readers
    warm: asyncio.Future[None]  # done when the processes are; ReaderFailed where one does not come up


@dataclass(frozen=True, slots=True)
class House:
    """Everything below the Discord process."""

    database: Database
    services: Services
    health: Health
    warm: asyncio.Future[None]  # as `Reader` has it


def point_at_tesseract(settings: Settings) -> None:
    """Use the operator's Tesseract. The reading processes learn it from the environment they inherit."""
    if settings.tesseract_cmd:
        os.environ["TESSERACT_CMD"] = settings.tesseract_cmd


def tesseract_path(settings: Settings) -> str | None:
    """Where Tesseract is, or None on a machine without it."""
    return shutil.which(settings.tesseract_cmd or "tesseract")


@asynccontextmanager
async def open_database(
    settings: Settings,
    watch: Watch | None = None,
    *,
    idle_seconds: float = IDLE_SECONDS,
    application_name: str = APPLICATION,
) -> AsyncIterator[Database]:
    """The database of the settings, not migrated; `watch` hears of every statement, and connections idle for
    `idle_seconds` are closed (0: never). Raises EmbeddedServerError or DatabaseUnavailableError."""
    async with AsyncExitStack() as stack:
        url = settings.database_url
        if url is None:
            server = embedded_server(settings.data_dir / "postgres")
            # Starting and stopping a server takes a moment and is a blocking call.
            url = await asyncio.to_thread(server.__enter__)
            stack.push_async_callback(asyncio.to_thread, server.__exit__, None, None, None)
        options = PoolOptions(
            max_size=settings.database_pool_size,
            slow_seconds=settings.slow_query_seconds,
            idle_seconds=idle_seconds,
            application_name=application_name,
        )
        yield await stack.enter_async_context(await connect(url, options, watch=watch))


@asynccontextmanager
async def open_house(
    settings: Settings, *, idle_seconds: float = IDLE_SECONDS, wait_for_readers: bool = True
) -> AsyncIterator[House]:
    """Database, schema, readers and use cases, and what a monitoring system asks. `idle_seconds` as `open_database`
    has it. Raises what that does, MigrationError, and ReaderFailed; where nobody waits for the reading processes, that
    they are warm is said by `House.warm`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    point_at_tesseract(settings)
    metrics = Metrics()
    async with open_database(settings, metrics.statement_done, idle_seconds=idle_seconds) as database:
        for migration in await migrate.migrate(database):
            log.info("the database now has version %d (%s)", migration.version, migration.name)
        async with open_shared(settings) as shared, open_reader(settings, database, metrics) as reader:
            services = build_services(
                database, metrics.timed(reader.read), settings.data_dir, order=reader.order,
                read_later=None if reader.read_later is None else metrics.timed(reader.read_later),
                shared=shared, budget=settings.cache_mb * 2**20,
            )  # fmt: skip
            health = Health(metrics, database, reader.state, reader.order)
            health.shared = shared.cache
            async with watched(settings, health), services.follow.following():
                with keeping_errors(settings.data_dir):
                    if wait_for_readers:
                        await reader.warm
                    yield House(database, services, health, reader.warm)


@asynccontextmanager
async def watched(settings: Settings, health: Health) -> AsyncIterator[None]:
    """Errors and the event loop's delay are counted, and a monitoring system answered, while this is open."""
    metrics = health.metrics
    with metrics.counting_errors():
        async with metrics.sampling_the_loop(), monitored(health, settings.metrics_port):
            yield


@asynccontextmanager
async def open_shared(settings: Settings) -> AsyncIterator[SharedBlocks]:
    """Whether its Redis is there or not: nothing of the start depends on it."""
    if settings.redis_url is None:
        yield SharedBlocks(NoSharedCache(), b"")
        return
    from db.redis_cache import redis_cache  # noqa: PLC0415  (who has none need not load it)

    async with redis_cache(settings.redis_url) as cache:
        yield SharedBlocks(cache, (settings.discord_token or "").encode())


def open_pool(settings: Settings) -> ReaderPool:
    """Reading processes as the settings want them; to be entered."""
    return ReaderPool(
        workers=settings.ocr_workers,
        deadline=settings.ocr_deadline_seconds,
        pictures_per_worker=settings.ocr_pictures_per_worker,
        memory=settings.ocr_memory_mb * 2**20,
    )


@asynccontextmanager
async def open_reader(settings: Settings, database: Database, metrics: Metrics) -> AsyncIterator[Reader]:
    """Processes of this process, or those of all workers. Raises what the queue's schema raises. A picture that comes
    before the processes are warm waits for them."""
    waited = metrics.wait_seconds.observe
    if settings.ocr_queue == "postgres":
        from bot.reading_queue import QueueReader  # noqa: PLC0415  (who needs no queue need not load it)

        order = ReadingOrder(1, waited=waited, later_is_ordered=True)
        # As many as there are processes: what is in the queue already is out of the servers' turns.
        async with QueueReader(database, counted=lambda processes: order.allow(max(1, processes))) as queue:
            warm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            warm.set_result(None)  # the workers' business
            yield Reader(queue.read, queue.read_later, order, queue, warm)
    else:
        pool = open_pool(settings)
        warming = asyncio.create_task(pool.start(), name="warming the reading processes")
        try:
            yield Reader(pool.read, None, ReadingOrder(settings.ocr_workers, waited=waited), pool, warming)
        finally:
            warming.cancel()
            await asyncio.wait((warming,))
            await pool.close()


START_ERRORS: tuple[type[Exception], ...] = (
    EmbeddedServerError,
    DatabaseUnavailableError,
    migrate.MigrationError,
    discord.LoginFailure,
    discord.PrivilegedIntentsRequired,
    aiohttp.ClientConnectionError,
    ReaderFailed,
    asyncpg.PostgresError,
    OSError,
)


def is_for_good(error: Exception) -> bool:
    """Whether trying again cannot help, and would use up Discord's logins."""
    return isinstance(error, discord.LoginFailure | discord.PrivilegedIntentsRequired)


def explain(error: Exception, settings: Settings) -> str:
    """One line for the operator: what failed and what to do."""
    text = str(error) or type(error).__name__
    match error:
        case discord.LoginFailure():
            text = "Discord does not take this DISCORD_TOKEN. Reset it on the Bot page of the developer portal."
        case discord.PrivilegedIntentsRequired():
            also = " and the Server Members Intent (or set MEMBERS_INTENT=off)" if settings.members_intent else ""
            intents = f"Message Content Intent{also}"
            text = f"Switch on the {intents} for this bot: developer portal, Bot page, Privileged Intents."
        case aiohttp.ClientConnectionError():
            text = f"Discord cannot be reached ({error}). Is this machine online?"
        case asyncpg.PostgresError():
            text = f"The database refuses its schema: {error}. Is its user allowed to create tables?"
        case PermissionError(filename=None):
            text = f"{error}: the reading processes cannot be started. May this user write to /dev/shm?"
        case PermissionError():
            text = f"{error}. DATA_DIR is {settings.data_dir.absolute()}: this user must be able to write there."
    return text
