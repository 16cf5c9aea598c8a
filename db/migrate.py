"""Numbered SQL migrations: `migrations/0001_name.sql`, each in one transaction, its version and checksum kept in the
database. A file that was applied never changes; a newer database is refused by an older bot."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.beside import beside

if TYPE_CHECKING:
    from db.pool import Connection, Database

log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 0x6D6B77  # "mkw": two processes starting at once migrate once
TELL_EVERY = 10.0  # seconds
_MOST_SECONDS = 86_400.0  # for a migration, which the pool would end much sooner
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")

_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version     integer PRIMARY KEY CHECK (version > 0),
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(Exception):
    """The schema cannot be brought to this version; `str(error)` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AppliedMigration:
    version: int
    name: str
    checksum: str
    applied_at: datetime


def load(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The migrations of this release in order. Raises MigrationError for gaps, doubles and misnamed files."""
    found: list[Migration] = []
    for path in sorted(directory.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name} is not named like 0001_what_it_does.sql")
        found.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8")))
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationError("The migrations are not numbered 1, 2, 3 … without gaps")
    return tuple(found)


def pending(migrations: tuple[Migration, ...], applied: tuple[AppliedMigration, ...]) -> tuple[Migration, ...]:
    """What is still to be applied. Raises MigrationError where the database has what this release does not know."""
    by_version = {migration.version: migration for migration in migrations}
    for done in applied:
        known = by_version.get(done.version)
        if known is None:
            raise MigrationError(
                f"The database is at version {done.version} ({done.name}), newer than this bot knows. Update the bot."
            )
        if known.checksum != done.checksum:
            raise MigrationError(
                f"Migration {done.version} ({done.name}) was changed after it was applied. Restore its file."
            )
    return tuple(migration for migration in migrations if migration.version not in {done.version for done in applied})


async def status(database: Database) -> tuple[AppliedMigration, ...]:
    """What has been applied; empty for a new database. Changes nothing."""
    async with database.acquire() as connection:
        exists = await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL")
        return await applied_in(connection) if exists else ()


async def migrate(database: Database, migrations: tuple[Migration, ...] | None = None) -> tuple[Migration, ...]:
    """Apply what is pending, each in its own transaction; returns what was applied now."""
    migrations = load() if migrations is None else migrations
    done: list[Migration] = []
    while True:
        async with database.transaction() as connection:
            await connection.execute("SET LOCAL lock_timeout = 0")
            await connection.execute("SET LOCAL statement_timeout = 0")  # a long migration is not a hung query
            # The lock ends with the transaction, so a second process sees the first one's work and finds nothing left.
            async with _telling("waiting for another process that changes the schema"):
                await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK, timeout=_MOST_SECONDS)
            await connection.execute(_CREATE_TABLE)
            todo = pending(migrations, await applied_in(connection))
            if not todo:
                return tuple(done)
            name = f"{todo[0].version:04d} {todo[0].name} ({len(done) + 1} of {len(done) + len(todo)})"
            log.info("schema: applying %s", name)
            async with _telling(f"still applying {name}; if it is stopped, nothing of it is kept"):
                await _apply(connection, todo[0])
        done.append(todo[0])
        log.info("schema: applied %04d %s", todo[0].version, todo[0].name)


@asynccontextmanager
async def _telling(what: str) -> AsyncIterator[None]:
    """Says so in the log every `TELL_EVERY` seconds, for as long as this is open."""

    async def tell() -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(TELL_EVERY)
            log.info("schema: %s (%.0f s)", what, time.monotonic() - began)

    async with beside(tell(), name="telling how a migration goes"):
        yield


async def applied_in(connection: Connection) -> tuple[AppliedMigration, ...]:
    """In order, where the list of migrations is there."""
    rows = await connection.fetch("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version")
    return tuple(AppliedMigration(**dict(row)) for row in rows)


async def _apply(connection: Connection, migration: Migration) -> None:
    await connection.execute(migration.sql, timeout=_MOST_SECONDS)
    await connection.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
        migration.version,
        migration.name,
        migration.checksum,
    )
