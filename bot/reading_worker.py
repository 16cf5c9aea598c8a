"""`main.py worker`: takes pictures out of the reading queue, on any number of machines, with processes of its own.

A worker needs the database and nothing else: no Discord, no folder of pictures. What it was reading when it died is
read by another one, once its sign of life is too old.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job

from bot.health import Health
from bot.metrics import Metrics, Read
from bot.reading_queue import key_of
from bot.services.errors import RecordsAway
from bot.services.records import Records
from bot.settings import Settings
from bot.startup import open_database, open_pool, point_at_tesseract, watched
from db import reading_queue as queue
from db.beside import beside
from db.pool import DB_DOWN, Database
from ocr.pool import ReaderFailed, ReaderPool

log = logging.getLogger(__name__)
MOST_BEGUN = 3  # a picture that took that many workers down with it is left
_LOST: tuple[type[BaseException], ...] = (*DB_DOWN, asyncpg.PostgresError, FailingListenerError)
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts to come back
_WAIT = 45.0  # seconds an answer is kept for a database that is away


@dataclass(frozen=True, slots=True)
class WorkerRules:
    """In seconds: `dead_after` without a sign of life, a worker's pictures are given to others, who look for them every
    `look_every`. `patience` is what pictures under way get when the worker is stopped."""

    dead_after: float = 15.0
    look_every: float = 5.0
    patience: float = 20.0


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises what START_ERRORS names."""
    point_at_tesseract(settings)
    name, metrics = queue.worker_name(settings.ocr_workers), Metrics()
    async with (
        open_database(settings, metrics.statement_done, application_name=name) as database,
        open_pool(settings) as pool,
        watched(settings, Health(metrics, database, pool, is_bot=False)),
    ):
        rules = WorkerRules(patience=settings.shutdown_seconds)
        log.info("reading what the queue holds, %d pictures at a time", pool.size)
        await ReadingWorker(database, pool, rules, read=metrics.timed(pool.read)).run(stop)


class ReadingWorker:
    """`pool` is closed at the end where pictures under way have to be given up. `read` is its own, counted."""

    def __init__(self, database: Database, pool: ReaderPool, rules: WorkerRules, *, read: Read | None = None) -> None:
        self._database = database
        self._records = Records(database)
        self._pool = pool
        self._read = read or pool.read
        self._rules = rules
        self._giving_up = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; a database that is lost meanwhile is waited for."""
        await queue.prepare(self._database)
        attempt = 0
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._serve(stop)
            except _LOST as error:
                log.warning("the reading queue is lost (%s); trying again", type(error).__name__)
                if asyncio.get_running_loop().time() - began > 2 * _PAUSES[-1]:
                    attempt = 0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1

    async def _serve(self, stop: asyncio.Event) -> None:
        """Raises _LOST."""
        connection = await self._database.connect_apart()
        try:
            manager = _Manager(queue.jobs_on(connection), queue.JOBS)
            manager.most = self._pool.size
            manager.entrypoint(queue.ENTRYPOINT, accepts_context=False)(self._take)
            async with self._stopping(manager, stop):
                await manager.run(
                    batch_size=1,
                    max_concurrent_tasks=max(2, self._pool.size),
                    dequeue_timeout=timedelta(seconds=self._rules.look_every),
                    heartbeat_timeout=timedelta(seconds=self._rules.dead_after),
                    log_aggregation_interval=timedelta(0),
                    shutdown_on_listener_failure=True,
                )
        finally:
            connection.terminate()

    @asynccontextmanager
    async def _stopping(self, manager: QueueManager, stop: asyncio.Event) -> AsyncIterator[None]:
        async def wait_for_it() -> None:
            await stop.wait()
            manager.shutdown.set()
            await asyncio.sleep(self._rules.patience)
            self._giving_up = True
            await self._pool.close()

        async with beside(wait_for_it(), name="stop of the worker"):
            yield

    async def _take(self, job: Job) -> None:
        picture = job.payload or b""
        sha256 = key_of(picture)
        answer = await self._answer(picture, sha256)
        await self._records.patiently(
            lambda: self._records.read(lambda db: queue.give(db, sha256=sha256, answer=answer)), _WAIT
        )

    async def _answer(self, picture: bytes, sha256: str) -> queue.Answer:
        try:
            known = await self._records.read(lambda db: queue.answer_to(db, sha256=sha256))
            if known is not None and known.reading is not None:  # whoever read it lost the queue after that
                return known
            begun = await self._records.read(lambda db: queue.begin(db, sha256=sha256))
        except RecordsAway as error:
            raise RetryRequested(reason="the records are away") from error
        if begun > MOST_BEGUN:
            return queue.Answer(problem=f"Reading this picture stopped its worker {MOST_BEGUN} times, so it is left.")
        try:
            reading = await self._read(picture)
        except ReaderFailed as error:
            if self._giving_up:
                raise RetryRequested(reason="the worker is stopped") from error
            return queue.Answer(problem=str(error))
        return queue.Answer(reading=json.dumps(reading.to_json()))


class _Manager(QueueManager):
    """Takes as many pictures as there are processes: one that waited here could be read by another worker."""

    most = 1

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job, None]:
        del global_concurrency_limit
        async for job in super().fetch_jobs(batch_size, self.most, heartbeat_timeout):
            yield job
