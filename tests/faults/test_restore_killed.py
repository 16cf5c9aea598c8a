"""A restore that is killed on its way leaves the record as it was, and the next one does all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bot.services.backups import BackupService
from db.migrate import migrate
from db.pool import Database, connect
from tests.database import TestServer
from tests.faults.test_killed import ROOT
from tests.services.conftest import Clock
from tests.services.test_backups import everything

# Most of a restore is done when indexes are made: every row is there, and not yet for good.
STOP_NEAR_THE_END = """
    create function wait() returns event_trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); end $$;
    create event trigger wait on ddl_command_end when tag in ('CREATE INDEX') execute function wait();
"""


@pytest.fixture
async def backup(database: Database, tmp_path: Path) -> Path:
    async with database.transaction() as db:
        await db.execute(
            "insert into servers (server_id, clan_name) select n, 'Restored' from generate_series(1, 50) n"
        )
    made = await BackupService(database.url, tmp_path, Clock()).make(tmp_path / "a.zip", check=False)
    return made.path


@pytest.fixture
async def target(test_server: TestServer) -> AsyncIterator[str]:
    name = await test_server.create(empty=True)
    url = test_server.url_of(name)
    async with await connect(url) as database:
        await migrate(database)
        async with database.transaction() as db:
            await db.execute("insert into servers (server_id, clan_name) values (7, 'There before')")
    yield url
    await test_server.drop(name)


def restoring(url: str, backup: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "main.py", "restore", str(backup), "--replace"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url, "DATA_DIR": str(backup.parent / "data")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


async def asked(url: str, query: str) -> int:
    connection = await asyncpg.connect(url, server_settings={"application_name": "a test"})
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


async def reached(url: str, query: str, count: int) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if await asked(url, query) == count:
            return True
        time.sleep(0.05)  # noqa: ASYNC251 - nothing else runs here
    return False


WORKING = (
    "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' "
    "and application_name = 'mkw-clan-bot (backup)'"
)
STOPPED = f"{WORKING} and wait_event_type = 'Lock'"


@pytest.mark.parametrize("near_the_end", [False, True])
@pytest.mark.parametrize("with_its_programs", [False, True])
async def test_killed_on_the_way(target: str, backup: Path, *, near_the_end: bool, with_its_programs: bool) -> None:
    """psql, left alone, goes on to the end of what it was given: that must not be the last word."""
    before = await everything(target)
    connection = await asyncpg.connect(target, server_settings={"application_name": "a test"})
    if near_the_end:
        await connection.execute(STOP_NEAR_THE_END)
    holding = connection.transaction()
    await holding.start()
    await connection.execute("select pg_advisory_xact_lock(1)" if near_the_end else "lock table wars in share mode")
    process = restoring(target, backup)
    assert await reached(target, STOPPED, 1), process.communicate(timeout=5)
    if with_its_programs:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    await holding.rollback()
    assert await reached(target, WORKING, 0)
    if near_the_end:
        await connection.execute("drop event trigger wait; drop function wait()")
    await connection.close()
    assert await everything(target) == before
    if near_the_end and with_its_programs:
        said, errors = restoring(target, backup).communicate(timeout=60)
        assert "It takes the place of what is there: 0 wars, 0 players, 1 row in all." in said, errors
        assert "Restored and compared table by table" in said
        assert await asked(target, "select count(*) from servers where clan_name = 'Restored'") == 50
