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

from bot.health import Health
from bot.kept_errors import keeping_errors
from bot.metrics import Metrics
from bot.monitoring import monitored
from bot.services.house import Services, build_services
from bot.services.reading_order import ReadingOrder
from bot.settings import Settings
from db import migrate
from db.embedded import EmbeddedServerError, embedded_server
from db.pool import IDLE_SECONDS, Database, DatabaseUnavailableError, PoolOptions, Watch, connect
from ocr.pool import ReaderFailed, ReaderPool

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Everything below the Discord process."""

    database: Database
    reader: ReaderPool
    services: Services
    health: Health


def point_at_tesseract(settings: Settings) -> None:
    """Use the operator's Tesseract. The reading processes learn it from the environment they inherit."""
    if settings.tesseract_cmd:
        os.environ["TESSERACT_CMD"] = settings.tesseract_cmd


def tesseract_path(settings: Settings) -> str | None:
    """Where Tesseract is, or None on a machine without it."""
    return shutil.which(settings.tesseract_cmd or "tesseract")


@asynccontextmanager
async def open_database(
    settings: Settings, watch: Watch | None = None, *, idle_seconds: float = IDLE_SECONDS
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
        )
        yield await stack.enter_async_context(await connect(url, options, watch=watch))


@asynccontextmanager
async def open_house(settings: Settings, *, idle_seconds: float = IDLE_SECONDS) -> AsyncIterator[House]:
    """Database, schema, readers and use cases, and what a monitoring system asks. `idle_seconds` as `open_database`
    has it. Raises what that does, and MigrationError."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    point_at_tesseract(settings)
    metrics = Metrics()
    async with open_database(settings, metrics.statement_done, idle_seconds=idle_seconds) as database:
        for migration in await migrate.migrate(database):
            log.info("the database now has version %d (%s)", migration.version, migration.name)
        async with ReaderPool(
            workers=settings.ocr_workers,
            deadline=settings.ocr_deadline_seconds,
            pictures_per_worker=settings.ocr_pictures_per_worker,
        ) as reader:
            order = ReadingOrder(settings.ocr_workers, waited=metrics.wait_seconds.observe)
            services = build_services(database, metrics.timed(reader.read), settings.data_dir, order=order)
            health = Health(metrics, database, reader, order)
            async with AsyncExitStack() as stack:
                stack.enter_context(metrics.counting_errors())
                stack.enter_context(keeping_errors(settings.data_dir))
                await stack.enter_async_context(metrics.sampling_the_loop())
                await stack.enter_async_context(monitored(health, settings.metrics_port))
                await stack.enter_async_context(services.follow.following())
                yield House(database, reader, services, health)


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
