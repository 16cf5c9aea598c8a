"""Migration 0005 on a database with a log and settings: nothing of before changes, and its rules hold."""

from __future__ import annotations

import asyncpg
import pytest

from db import changes
from db.migrate import load, migrate
from mkw.ids import ServerId
from tests.database import TestServer

HERE = ServerId(1)


async def test_what_was_kept_before_is_as_it_was(test_server: TestServer) -> None:
    every = load()
    number = next(one.version for one in every if one.name == "personal_data")
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, every[: number - 1])
        async with database.acquire() as db:
            await db.execute("insert into servers (server_id, prefix) values ($1, '?')", HERE)
            await db.execute(
                """
                insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
                values ($1, now(), 1, 'Robin', 'set', 'settings', 0, 'x', '{}', '{}')
                """,
                HERE,
            )
        await migrate(database)
        async with database.acquire() as db:
            row = await db.fetchrow("select prefix, locale, self_link from servers")
            assert row is not None
            assert tuple(row) == ("?", "en", False)
            change = await changes.newest_to_undo(db, server_id=HERE)
            assert change is not None
            assert not change.final


async def test_a_log_that_was_brought_in_is_final(test_server: TestServer) -> None:
    async with test_server.fresh_database() as database, database.acquire() as db:
        await db.execute("insert into servers (server_id) values ($1)", HERE)
        with pytest.raises(asyncpg.CheckViolationError, match="changes_brought_in_stay"):
            await db.execute(
                """
                insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after,
                                     brought_in)
                values ($1, now(), 1, 'Robin', 'set', 'settings', 0, 'x', '{}', '{}', true)
                """,
                HERE,
            )
        for locale in ("x", "deutsch", "de_CH"):
            with pytest.raises(asyncpg.CheckViolationError, match="servers_locale_short"):
                await db.execute("update servers set locale = $1", locale)


async def test_what_is_final_is_neither_taken_back_nor_done_again(test_server: TestServer) -> None:
    async with test_server.fresh_database() as database, database.acquire() as db:
        await db.execute("insert into servers (server_id) values ($1)", HERE)
        for undone_by in (None, 1):
            await db.execute(
                """
                insert into changes (server_id, change_id, at, actor_id, actor_name, verb, entity, entity_id, text,
                                     before, after, undone_by, final)
                overriding system value
                values ($1, coalesce($2::bigint, 0) + 1, now(), 1, 'Robin', 'set', 'settings', 0, 'x', '{}', '{}', $2,
                        true)
                """,
                HERE,
                undone_by,
            )
        assert await changes.newest_to_undo(db, server_id=HERE) is None
        assert await changes.newest_to_redo(db, server_id=HERE) is None
