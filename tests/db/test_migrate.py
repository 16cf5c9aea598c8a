import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from db.migrate import Migration, MigrationError, load, migrate, pending, status
from db.pool import PoolOptions, connect
from tests.database import TestServer

ONE = Migration(1, "one", "CREATE TABLE one (id integer PRIMARY KEY)")
TWO = Migration(2, "two", "ALTER TABLE one ADD COLUMN name text")


async def test_from_empty_to_today(test_server: TestServer) -> None:
    async with test_server.fresh_database(empty=True) as database:
        assert await status(database) == ()
        applied = await migrate(database)
        assert [migration.version for migration in applied] == [migration.version for migration in load()]
        assert [done.checksum for done in await status(database)] == [migration.checksum for migration in load()]


async def test_a_second_start_changes_nothing(test_server: TestServer) -> None:
    async with test_server.fresh_database(empty=True) as database:
        assert await migrate(database, (ONE,)) == (ONE,)
        assert await migrate(database, (ONE, TWO)) == (TWO,)
        assert await migrate(database, (ONE, TWO)) == ()


async def test_two_processes_starting_at_once_migrate_once(test_server: TestServer) -> None:
    async with test_server.fresh_database(empty=True) as database:
        done = await asyncio.gather(*(migrate(database, (ONE, TWO)) for _ in range(3)))
        assert sorted(migration.version for applied in done for migration in applied) == [1, 2]


async def test_a_long_migration_is_not_ended_and_says_how_it_goes(
    test_server: TestServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Longer than the pool lets a statement take, and longer than it lets the other process wait for a lock."""
    monkeypatch.setattr("db.migrate.TELL_EVERY", 0.2)
    caplog.set_level("INFO", "db.migrate")
    long = Migration(2, "long", "SELECT pg_sleep(1.5)")
    name = await test_server.create(empty=True)
    options = PoolOptions(command_timeout=0.5)
    async with (
        await connect(test_server.url_of(name), options) as first,
        await connect(test_server.url_of(name), options) as second,
    ):
        done = await asyncio.gather(migrate(first, (ONE, long)), migrate(second, (ONE, long)))
    await test_server.drop(name)
    assert sorted(migration.version for applied in done for migration in applied) == [1, 2]
    said = [record.getMessage() for record in caplog.records]
    assert "schema: applying 0002 long (2 of 2)" in said or "schema: applying 0002 long (1 of 1)" in said
    assert any(line.startswith("schema: still applying 0002 long") for line in said)
    assert any(line.startswith("schema: waiting for another process") for line in said)


async def test_a_failing_migration_leaves_nothing_half_done(test_server: TestServer) -> None:
    broken = Migration(2, "broken", "CREATE TABLE half (id integer); SELECT 1 / 0")
    async with test_server.fresh_database(empty=True) as database:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await migrate(database, (ONE, broken))
        assert [done.version for done in await status(database)] == [1]
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT to_regclass('half')") is None


async def test_a_newer_database_is_refused(test_server: TestServer) -> None:
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, (ONE, TWO))
        with pytest.raises(MigrationError, match="newer than this bot knows"):
            await migrate(database, (ONE,))


async def test_a_changed_file_is_refused(test_server: TestServer) -> None:
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, (ONE,))
        with pytest.raises(MigrationError, match="was changed after it was applied"):
            pending((replace(ONE, sql="SELECT 2"),), await status(database))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("0001_a.sql", "0003_b.sql"), "without gaps"),
        (("0001_a.sql", "0001_b.sql"), "without gaps"),
        (("first.sql",), "not named"),
    ],
)
def test_misnamed_files_are_refused(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match=message):
        load(tmp_path)
