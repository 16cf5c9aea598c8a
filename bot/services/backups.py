"""Backups of everything the bot keeps: made while it runs, checked by restoring them, kept for a while, put back.

A restore changes the record in one transaction, and of the files it only adds what is missing, before that: whenever it
is killed, the record is the old one or the new one, with every picture that it names.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from bot.services.backup_file import ENDING, BackupError, BackupFile, Manifest, write
from db import dumps, migrate
from db.dumps import DumpError, Here
from db.embedded import EmbeddedServerError, embedded_server
from db.errors import DB_DOWN
from db.pool import DatabaseUnavailableError, connect
from db.programs import ProgramError

log = logging.getLogger(__name__)
_NAME = re.compile(r"mkw-(\d{8}T\d{6}Z)\.zip")
_STAMP = "%Y%m%dT%H%M%SZ"
STALE = 86_400.0  # seconds after which what a killed backup left is deleted
_DUMPS = ".mkw-dump-"
TROUBLES: tuple[type[BaseException], ...] = (
    BackupError, DumpError, ProgramError, EmbeddedServerError, DatabaseUnavailableError, migrate.MigrationError,
    asyncpg.PostgresError, *DB_DOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backup:
    path: Path
    manifest: Manifest
    size: int  # bytes
    checked: bool


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    files_added: int
    files_there: int
    migrated: tuple[migrate.Migration, ...]


class BackupService:
    """`url` is the database's address; pictures, spool and cases lie under `data_dir`."""

    def __init__(self, url: str, data_dir: Path, now: Callable[[], datetime]) -> None:
        self._url = url
        self._data_dir = data_dir
        self._now = now

    async def make(self, target: Path, *, check: bool = True) -> Backup:
        """A backup as `target` where that ends in .zip, otherwise named by the time in the folder `target`. `check`
        restores it into a server of its own and compares; what does not pass is deleted. Raises TROUBLES."""
        made_at = self._now().astimezone(UTC)
        path = target if target.suffix == ENDING else target / f"mkw-{made_at:{_STAMP}}{ENDING}"
        if path.exists():
            raise BackupError(f"{path} is there already. Nothing was written.")
        path.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(_clear_away, path.parent)
        with tempfile.TemporaryDirectory(prefix=_DUMPS, dir=path.parent) as folder:
            dump = Path(folder) / "database.dump"
            record = await dumps.dump(self._url, dump)
            # The files come after the record: whatever the record names was on disk before it.
            async with _stoppable() as stopped:
                manifest = await asyncio.to_thread(write, path, dump, record, self._data_dir, made_at, stopped)
        if check:
            try:
                await verify(path)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        size = path.stat().st_size
        log.info("backup: %d bytes, %d files, schema %d", size, len(manifest.files), manifest.version)
        return Backup(path, manifest, size, checked=check)

    async def restore(self, path: Path, *, replace: bool) -> Restored:
        """Raises BackupError where something is there and `replace` is not said, and TROUBLES."""
        with await asyncio.to_thread(BackupFile, path) as file:
            known_here(file.manifest)
            await asyncio.to_thread(file.check)
            here = await self.here()
            if here.bots:
                raise BackupError("A bot is running on this database. Stop it first; nothing was changed.")
            if here.rows and not replace:
                raise BackupError("There is a record in this database. Nothing was changed.")
            added, there = await asyncio.to_thread(file.put_back, self._data_dir)
            await asyncio.to_thread(_clear_away, self._data_dir)
            with tempfile.TemporaryDirectory(prefix=_DUMPS, dir=self._data_dir) as folder:
                dump = Path(folder) / "database.dump"
                await asyncio.to_thread(file.take_dump, dump)
                await dumps.restore(self._url, dump, file.manifest.record, drop=here.tables)
            async with await connect(self._url) as database:
                migrated = await migrate.migrate(database)
        return Restored(file.manifest, added, there, migrated)

    async def here(self) -> Here:
        """What a restore would replace."""
        return await dumps.look(self._url)


async def verify(path: Path) -> Manifest:
    """Every file against its checksum, then the record: restored into a server that is made for it and thrown away,
    compared table by table, and brought to this version's schema. Needs no other database. Raises TROUBLES."""
    with await asyncio.to_thread(BackupFile, path) as file:
        known_here(file.manifest)
        await asyncio.to_thread(file.check)
        with tempfile.TemporaryDirectory(prefix="mkw-verify-", ignore_cleanup_errors=True) as folder:
            dump = Path(folder) / "database.dump"
            await asyncio.to_thread(file.take_dump, dump)
            async with _scratch(Path(folder) / "postgres") as url:
                await dumps.restore(url, dump, file.manifest.record, drop=())
                async with await connect(url) as database:
                    await migrate.migrate(database)
    return file.manifest


def known_here(manifest: Manifest) -> None:
    """Raises BackupError where this version of the bot does not know the backup's schema."""
    try:
        migrate.pending(migrate.load(), manifest.record.migrations)
    except migrate.MigrationError as error:
        raise BackupError(f"This backup cannot be used here. {error}") from error


def kept_in(folder: Path) -> tuple[tuple[datetime, Path], ...]:
    """Backups by the names this bot gives them, newest first. Blocking."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.glob(f"*{ENDING}"))
    found = ((datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), path) for match, path in named if match)
    return tuple(sorted(found, reverse=True))


def thin_out(folder: Path, keep: int) -> int:
    """Delete all but the newest `keep`; how many went. Blocking."""
    old = kept_in(folder)[keep:]
    for _, path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _clear_away(folder: Path) -> None:
    """Delete what is left of backups and restores that were killed. Blocking."""
    for path in (*folder.glob("mkw-*.zip.partial"), *folder.glob(f"{_DUMPS}*")):
        with suppress(FileNotFoundError):  # whoever is at work has just ended
            if time.time() - path.stat().st_mtime < STALE:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@asynccontextmanager
async def _scratch(folder: Path) -> AsyncIterator[str]:
    server = embedded_server(folder)
    url = await asyncio.to_thread(server.__enter__)
    try:
        yield url
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


@asynccontextmanager
async def _stoppable() -> AsyncIterator[Callable[[], bool]]:
    """For work in a thread that cannot be cancelled: it looks itself whether it is still wanted."""
    unwanted = threading.Event()
    try:
        yield unwanted.is_set
    finally:
        unwanted.set()
