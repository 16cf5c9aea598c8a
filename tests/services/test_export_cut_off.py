"""The database drops the line amid an export or an import: the one is made after all, the other leaves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.services.errors import RecordsAway
from db.pool import Database
from tests.services.conftest import OTHER_SERVER, Clan
from tests.services.test_bringing_in import brought_in
from tests.services.test_export import exported
from tests.services.test_privacy import DANA, everything_stored, known_person
from tests.services.test_war_edits import kept, records


@asynccontextmanager
async def cut_off_at(database: Database, table: str) -> AsyncIterator[None]:
    """Whoever reaches the table first waits there, and loses the connection while waiting."""
    async with database.transaction() as db:
        await db.execute(f"lock table {table} in access exclusive mode")
        task = asyncio.create_task(cut_whoever_waits(database))
        yield
        await task


async def cut_whoever_waits(database: Database) -> None:
    cut = """
        select pg_terminate_backend(pid) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()
    """
    for _ in range(1000):
        async with database.acquire() as db:
            if await db.fetch(cut):
                return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_an_export_that_is_cut_off_is_made_anew(clan: Clan, database: Database) -> None:
    await kept(clan)
    before = await exported(clan)
    async with cut_off_at(database, "changes"):
        running = asyncio.create_task(exported(clan))
    assert await running == before


async def test_an_import_that_is_cut_off_leaves_nothing(clan: Clan, database: Database) -> None:
    await kept(clan)
    document = await exported(clan)
    before = await records(database)
    async with cut_off_at(database, "war_lines"):
        with pytest.raises(RecordsAway, match="do not answer right now"):
            await brought_in(clan, document)
    assert await records(database) == before
    assert (await exported(clan, OTHER_SERVER))["changes"] == []
    await brought_in(clan, document)  # and it can be done again
    assert (await clan.services.wars.page(OTHER_SERVER)).total == 1


async def test_forgetting_that_is_cut_off_forgets_nothing_by_halves(clan: Clan, database: Database) -> None:
    await known_person(clan)
    before = await everything_stored(database)
    async with database.transaction() as db:  # the players are done by then, the uploads are not
        await db.execute("select from uploads where uploader_id = $1 for update", DANA.user_id)
        running = asyncio.create_task(clan.services.privacy.forget(DANA))
        await cut_whoever_waits(database)
    with pytest.raises(RecordsAway):
        await running
    assert await everything_stored(database) == before
    assert (await clan.services.privacy.forget(DANA)).players == ("Pixel",)
