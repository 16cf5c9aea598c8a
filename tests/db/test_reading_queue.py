"""The reading queue's tables: made beside the record's, and again, and brought to the version of their library."""

from __future__ import annotations

import asyncio

from db import reading_queue as queue
from db.fingerprints import tables
from db.pool import Database


async def test_the_tables_are_made_once_by_many_at_once_and_are_no_part_of_the_record(database: Database) -> None:
    async with database.acquire() as connection:
        record = await tables(connection)
    await asyncio.gather(*(queue.prepare(database) for _ in range(3)))
    async with database.acquire() as connection:
        assert (await queue.jobs_on(connection).plan_upgrade()).statements == ()
        assert await tables(connection) == record, "a backup has nothing of it"
        logged = "select relname from pg_class where relnamespace = $1::regnamespace and relpersistence <> 'u'"
        assert [row[0] for row in await connection.fetch(logged + " and relkind = 'r'", queue.SCHEMA)] == []


async def test_tables_of_an_earlier_version_are_brought_to_this_one(database: Database) -> None:
    await queue.prepare(database)
    await database.pool.execute("drop index mkw_reading.pgqueuer_ep_ea_idx")
    await queue.prepare(database)
    async with database.acquire() as connection:
        assert (await queue.jobs_on(connection).plan_upgrade()).statements == ()


async def test_an_answer_is_what_was_given(database: Database) -> None:
    await queue.prepare(database)
    db = database.pool
    text = '{"title": "a\\u0000b \\ud83d"}'  # jsonb would take neither
    assert await queue.begin(db, sha256="a") == 1
    assert await queue.answer_to(db, sha256="a") is None
    await queue.give(db, sha256="a", answer=queue.Answer(reading=text))
    await queue.forget_problem(db, sha256="a")
    assert await queue.answer_to(db, sha256="a") == queue.Answer(reading=text)
    assert await queue.begin(db, sha256="a") == 1, "what was answered begins anew"
    await queue.give(db, sha256="b", answer=queue.Answer(problem="It is torn."))
    assert await queue.answer_to(db, sha256="b") == queue.Answer(problem="It is torn.")
    await queue.forget_problem(db, sha256="b")
    assert await queue.answer_to(db, sha256="b") is None
    await db.execute("update mkw_reading.answers set changed_at = now() - interval '11 minutes'")
    async with database.acquire() as connection:
        await queue.tidy(connection, minutes=10)
    assert await queue.answer_to(db, sha256="a") is None
