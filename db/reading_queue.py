"""Pictures to be read, in the database: whoever asks puts one in, any worker takes it, the answer comes back that way.

PgQueuer keeps the jobs. All of it lies in a schema of its own beside the record's and is made by `prepare`, for nothing
in it is worth a backup: a picture has its row and its file elsewhere, and who waits for one asks again where the queue
was lost. So its tables are unlogged, and a picture is not written twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pgqueuer
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel

if TYPE_CHECKING:
    import asyncpg

    from db.executor import Executor
    from db.pool import Connection, Database

SCHEMA = "mkw_reading"
ENTRYPOINT = "read"
JOBS = Channel("mkw_reading_jobs")  # news for workers
ANSWERS = "mkw_reading_answers"  # news for who waits: the picture's sha256
FIRST, LATER = 1, 0  # priorities: somebody waits for it; part of a bulk scan
_LOCK = 0x6D6B7771  # "mkwq": two processes starting at once make the tables once
_WORKER = re.compile(r"mkw-worker of (\d+)\b")
_ANSWERS_TABLE = """
create unlogged table if not exists mkw_reading.answers (
    sha256      text primary key,
    begun       integer not null default 0,
    reading     text,
    problem     text,
    changed_at  timestamptz not null default now(),
    check (reading is null or problem is null)
)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a picture: one of the two. `reading` is a Reading's JSON, as text: jsonb would drop what it
    cannot hold. `problem` is a sentence for whoever sent it."""

    reading: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """`workers` are there, with so many reading `processes` together; so many pictures are `waiting` for one."""

    workers: int
    processes: int
    waiting: int


def settings() -> DBSettings:
    """Every name is said, for what is not said comes from the environment."""
    return DBSettings(
        prefix="", db_schema=SCHEMA, channel=JOBS, durability=Durability.volatile,
        function="fn_pgqueuer_changed", trigger="tg_pgqueuer_changed", queue_status_type="pgqueuer_status",
        queue_table="pgqueuer", queue_table_log="pgqueuer_log", statistics_table="pgqueuer_statistics",
        schedules_table="pgqueuer_schedules",
    )  # fmt: skip


def worker_name(processes: int) -> str:
    """How a worker is called in the database: `state` counts them by it. No bot's name: a restore waits for none."""
    return f"mkw-worker of {processes}"


def jobs_on(connection: Connection | asyncpg.Connection[asyncpg.Record]) -> pgqueuer.Queries:
    names = settings()
    return pgqueuer.Queries(
        AsyncpgDriver(connection),  # type: ignore[arg-type]  # a pool's stand-in does what a connection does
        qbe=QueryBuilderEnvironment(names),
        qbq=QueryQueueBuilder(names),
        qbs=QuerySchedulerBuilder(names),
    )


async def prepare(database: Database) -> None:
    """Make the queue's tables, or bring them to this version's. Can be done by many at once, and again."""
    async with database.transaction() as connection:
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        if not await connection.fetchval("select to_regnamespace($1) is not null", SCHEMA):
            await connection.execute("create schema mkw_reading")
        jobs = jobs_on(connection)
        if not await jobs.schema_is_installed():
            await jobs.install(create_schema=False)
        await connection.execute(_ANSWERS_TABLE)
        stale = bool((await jobs.plan_upgrade()).statements)
    if stale:  # its statements cannot share a transaction
        apart = await database.connect_apart()
        try:
            await jobs_on(apart).apply_upgrade()
        finally:
            await apart.close()


async def put(db: Connection, *, sha256: str, picture: bytes, priority: int) -> None:
    """Ask for a reading. Twice is once, with the higher priority."""
    await jobs_on(db).enqueue(ENTRYPOINT, picture, priority, dedupe_key=sha256, on_conflict="update_priority")


async def is_asked(db: Executor, *, sha256: str, priority: int) -> bool:
    """It waits, not behind others of a higher priority, or is being read."""
    query = """
        select exists (
            select from mkw_reading.pgqueuer
            where dedupe_key = $1 and (status = 'picked' or status = 'queued' and priority >= $2)
        )
    """
    return bool(await db.fetchval(query, sha256, priority))


async def answer_to(db: Executor, *, sha256: str) -> Answer | None:
    query = "select reading, problem from mkw_reading.answers where sha256 = $1 and coalesce(reading, problem) <> ''"
    row = await db.fetchrow(query, sha256)
    return None if row is None else Answer(**row)


async def forget_problem(db: Executor, *, sha256: str) -> None:
    """What failed before is tried anew."""
    await db.execute("delete from mkw_reading.answers where sha256 = $1 and problem is not null", sha256)


async def begin(db: Executor, *, sha256: str) -> int:
    """Before a picture is read: how often that was begun without an answer, this time included."""
    query = """
        insert into mkw_reading.answers (sha256, begun) values ($1, 1)
        on conflict (sha256) do update set begun = answers.begun + 1, changed_at = now()
        returning begun
    """
    return int(await db.fetchval(query, sha256))


async def give(db: Executor, *, sha256: str, answer: Answer) -> None:
    """Keep the answer, and tell who waits."""
    query = """
        with kept as (
            insert into mkw_reading.answers (sha256, reading, problem) values ($1, $2, $3)
            on conflict (sha256) do update set
                begun = 0, reading = excluded.reading, problem = excluded.problem, changed_at = now()
        )
        select pg_notify($4, $1)
    """
    await db.execute(query, sha256, answer.reading, answer.problem, ANSWERS)


async def tidy(db: Connection, *, minutes: int) -> None:
    """Forget answers older than that, and the queue's own log, which nobody reads."""
    await db.execute("delete from mkw_reading.answers where changed_at < now() - make_interval(mins => $1)", minutes)
    await jobs_on(db).clear_queue_log(ENTRYPOINT)


async def state(db: Executor) -> QueueState:
    """Workers are seen that came with the same user of the database, or where this one may see all."""
    names = await db.fetch(
        """
        select application_name from pg_stat_activity
        where datname = current_database() and application_name like 'mkw-worker of % (listening)'
        """
    )
    found = [int(match[1]) for row in names if (match := _WORKER.match(row[0]))]
    waiting = await db.fetchval("select count(*) from mkw_reading.pgqueuer where status = 'queued'")
    return QueueState(workers=len(found), processes=sum(found), waiting=int(waiting))
