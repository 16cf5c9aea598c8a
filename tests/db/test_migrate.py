import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from db.migrate import Migration, MigrationError, load, migrate, pending, status
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
