"""The whole record as one file of pg_dump, and back: all of it or nothing, whenever whoever does it is killed."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from db import programs
from db.fingerprints import PLAIN, Fingerprint, checking, fingerprints, quoted, tables
from db.migrate import LOCK, AppliedMigration, applied_in
from db.programs import address_of, programs_for

ONE_BACKUP = 0x6D6B78  # two processes with one database do not dump it at the same time
_BLOCK = 1 << 16
_READY = b"everything is as it was"
_BOTS = "mkw-clan-bot%"
_OURS = "mkw-clan-bot (backup)"
_NO_TIMEOUTS = ("statement_timeout", "idle_in_transaction_session_timeout")
# Written by the newer programs into every script, and not known to servers before 17.
_NEW_SETTING = b"SET transaction_timeout = 0;\n"


class DumpError(Exception):
    """The record cannot be dumped or put back as things are; `str(error)` says why. Nothing was changed."""


class BusyError(DumpError):
    """Somebody else dumps this database right now."""


@dataclass(frozen=True, slots=True)
class Dump:
    """What a dump holds, as it was at one moment."""

    schema: str
    migrations: tuple[AppliedMigration, ...]
    tables: Mapping[str, Fingerprint]
    server_major: int
    programs_major: int


@dataclass(frozen=True, slots=True)
class Here:
    """What a database holds."""

    schema: str
    tables: tuple[str, ...]
    rows: int  # of all tables but the list of migrations
    wars: int
    players: int
    bots: int  # connections of running bots
    server_major: int


async def dump(url: str, file: Path) -> Dump:
    """Write the record as it is now, while everybody else goes on. Raises DumpError, ProgramError, OSError and what
    asyncpg does."""
    connection = await _connect(url)
    try:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", ONE_BACKUP):
            raise BusyError("Another backup of this database is being made.")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for name in _NO_TIMEOUTS:
                await connection.execute(f"set local {name} = 0")
            snapshot = await connection.fetchval("select pg_export_snapshot()")
            schema = await connection.fetchval("select current_schema()")
            names = await tables(connection)
            if "schema_migrations" not in names:
                raise DumpError("There is no record in this database yet: nothing to back up.")
            major = _major(connection)
            used = await asyncio.to_thread(programs_for, major)
            migrations = await applied_in(connection)
            address = address_of(url)
            command = [
                used.path("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--no-password",
                f"--snapshot={snapshot}", f"--file={file}", f"--dbname={address.url}",
                *(f"--table={quoted(schema)}.{quoted(name)}" for name in names),
            ]  # fmt: skip
            await programs.run(command, address.environment)
            found = await fingerprints(connection, schema, names)
    finally:
        await _close(connection)
    return Dump(schema, migrations, found, major, used.major)


async def look(url: str) -> Here:
    """What is there. Raises what asyncpg does."""
    connection = await _connect(url)
    try:
        names = await tables(connection)
        schema = await connection.fetchval("select current_schema()")
        counts = {
            name: await connection.fetchval(f"select count(*) from {quoted(schema)}.{quoted(name)}")  # noqa: S608
            for name in names
        }
        bots = await connection.fetchval(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and application_name like $1 and application_name <> $2",
            _BOTS,
            _OURS,
        )
        rows = sum(number for name, number in counts.items() if name != "schema_migrations")
        major = _major(connection)
    finally:
        await _close(connection)
    return Here(schema, names, rows, counts.get("wars", 0), counts.get("players", 0), bots, major)


async def restore(url: str, file: Path, holds: Dump, *, drop: tuple[str, ...]) -> None:
    """Put a dump in the place of the tables `drop`, and compare every table with what the dump holds, in one
    transaction: whoever is killed on the way, on either side, leaves the database as it was.

    A bot that starts meanwhile waits. Raises DumpError, ProgramError and OSError.
    """
    connection = await _connect(url)
    major, schema = _major(connection), await connection.fetchval("select current_schema()")
    await _close(connection)
    if schema != holds.schema:
        raise DumpError(f"The backup is of a schema called {holds.schema}, and this database's is {schema}.")
    used = await asyncio.to_thread(programs_for, max(major, holds.programs_major))
    address = address_of(url)
    writer = await asyncio.create_subprocess_exec(
        used.path("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file),
        env=address.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    reader = await asyncio.create_subprocess_exec(
        used.path("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
        f"--dbname={address.url}",
        env=address.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        await _play(writer, reader, holds, drop=drop, old_server=major < 17)
    finally:
        await programs.end(writer)
        await programs.end(reader)


async def _play(
    writer: asyncio.subprocess.Process,
    reader: asyncio.subprocess.Process,
    holds: Dump,
    *,
    drop: tuple[str, ...],
    old_server: bool,
) -> None:
    assert writer.stdout is not None
    assert writer.stderr is not None
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stderr is not None
    complaints = asyncio.gather(writer.stderr.read(), reader.stderr.read())
    answers = asyncio.create_task(_ready(reader.stdout), name="psql's answers")
    whole = False
    # A reader that fails closes its end; what it said is below.
    with suppress(ConnectionError):
        reader.stdin.write(_before(holds.schema, drop).encode())
        async for block in _script(writer.stdout, old_server=old_server):
            reader.stdin.write(block)
            await reader.stdin.drain()
        whole = await writer.wait() == 0
        if whole:
            reader.stdin.write(_check(holds).encode())
            await reader.stdin.drain()
            # The last word is said when all before it is done, and not before: psql whose input ends without it,
            # because this process was killed, has the server take everything back.
            if await answers:
                reader.stdin.write(b"commit;\n")
                await reader.stdin.drain()
    with suppress(ConnectionError):
        reader.stdin.close()
        await reader.stdin.wait_closed()
    await programs.end(writer)  # where psql failed, nobody reads what it still has to say
    by_writer, by_reader = await complaints
    await answers
    code = await reader.wait()
    if code:
        raise programs.failed("psql", code, by_reader)
    if not whole:
        raise programs.failed("pg_restore", await writer.wait(), by_writer)


async def _ready(source: asyncio.StreamReader) -> bool:
    """Whether psql came to the end of what it was given; what else it prints is of no interest."""
    while line := await source.readline():
        if line.strip() == _READY:
            return True
    return False


async def _script(source: asyncio.StreamReader, *, old_server: bool) -> AsyncIterator[bytes]:
    beginning = old_server
    while block := await (source.readline() if beginning else source.read(_BLOCK)):
        if beginning and block == _NEW_SETTING:
            beginning = False
            continue
        yield block


def _before(schema: str, drop: tuple[str, ...]) -> str:
    gone = ", ".join(f"{quoted(schema)}.{quoted(name)}" for name in drop)
    return "\n".join(
        (
            "begin;",
            "set local lock_timeout = '10s';",
            f"select pg_advisory_xact_lock({LOCK});",
            f"drop table {gone};" if drop else "",
            "",
        )
    )


def _check(holds: Dump) -> str:
    every = ", ".join(f"{quoted(holds.schema)}.{quoted(name)}" for name in sorted(holds.tables))
    plain = "".join(f"{setting};\n" for setting in PLAIN)
    return f"{plain}{checking(holds.schema, holds.tables)}\nanalyze {every};\n\\echo {_READY.decode()}\n"


async def _connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        url, timeout=10, server_settings={"application_name": _OURS, "timezone": "UTC"}
    )
    return connection


async def _close(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    with suppress(Exception):  # what is being raised already says more
        await connection.close(timeout=5)


def _major(connection: asyncpg.Connection[asyncpg.Record]) -> int:
    return connection.get_server_version().major
