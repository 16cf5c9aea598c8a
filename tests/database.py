"""A test server: a template database made by our migrations, copied for each test."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from db.migrate import migrate
from db.pool import Database, PoolOptions, connect

_MEMORY = Path("/dev/shm")
_ROOM = 2_000_000_000  # bytes a test process's server may need


@contextmanager
def server_directory() -> Iterator[Path]:
    """A folder for a server's data, in memory where there is room: a new database is three hundred files, which a busy
    disk takes ten times as long for. Not pytest's: that one is closed to other users again whenever a test process
    starts, and a server started by root runs as somebody else."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 2 * _ROOM
    with tempfile.TemporaryDirectory(
        prefix="mkw-tests-", ignore_cleanup_errors=True, dir=_MEMORY if roomy else None
    ) as directory:
        yield Path(directory)


_TEMPLATE = "template_of_tests"
_OPTIONS = PoolOptions(min_size=1, max_size=5, connect_timeout=10, command_timeout=20, idle_seconds=0)


class TestServer:
    """Makes and drops databases on one server. Copying the template takes about 15 ms."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self._url = url
        self._names = (f"test_{os.getpid()}_{number}" for number in itertools.count())

    async def make_template(self) -> None:
        await self._execute(f'CREATE DATABASE "{_TEMPLATE}"')
        async with await connect(self.url_of(_TEMPLATE), _OPTIONS) as database:
            await migrate(database)

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    async def create(self, *, empty: bool = False) -> str:
        """A new database's name; `empty` leaves the schema out."""
        name = next(self._names)
        await self._execute(f'CREATE DATABASE "{name}"' + ("" if empty else f' TEMPLATE "{_TEMPLATE}"'))
        return name

    async def drop(self, name: str) -> None:
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @asynccontextmanager
    async def fresh_database(self, *, empty: bool = False) -> AsyncIterator[Database]:
        name = await self.create(empty=empty)
        try:
            async with await connect(self.url_of(name), _OPTIONS) as database:
                yield database
        finally:
            await self.drop(name)

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()
