"""How many pictures a minute are read by the bot's own processes, and by workers (`main.py worker`) in 1, 2 and 4
processes of their own, on one PostgreSQL: the whole way, from the bytes at the bot to the reading at the bot.

    python benchmarks/workers.py                         # 24 tables, drawn; 0, 1, 2 and 4 workers
    python benchmarks/workers.py --workers 2 --kill      # one of them gets SIGKILL in the midst of it
    python benchmarks/workers.py --stand-in 0.5          # readers that sleep so long: the queue alone

0 workers is `ReaderPool` with one process, as the bot has without OCR_QUEUE. Every worker has one reading process. All
pictures are asked for at once; what is measured begins once all workers are there and warm.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.draw_tables import draw_table
from bot.metrics import Read
from bot.reading_queue import QueueReader
from bot.reading_worker import ReadingWorker, WorkerRules
from db import reading_queue as queue
from db.embedded import embedded_server
from db.pool import Database, PoolOptions, connect
from ocr.pool import ReaderPool
from ocr.reading import Layout, Reading, Status

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Result:
    seconds: float
    last: float  # seconds from a picture's question to its answer, the slowest one's
    readings: tuple[Reading, ...]


async def read_all(read: Read, pictures: list[bytes]) -> Result:
    began = time.monotonic()

    async def one(data: bytes) -> tuple[Reading, float]:
        return await read(data), time.monotonic() - began

    done = await asyncio.gather(*(one(data) for data in pictures))
    return Result(time.monotonic() - began, max(at for _, at in done), tuple(reading for reading, _ in done))


def sleep_for(data: bytes) -> Reading:
    """The stand-in: sleeps as long as the picture begins with, padded."""
    time.sleep(float(data[:8]))
    return Reading(Status.PROVEN, Layout.RACE, seconds=float(data[:8]))


async def work(url: str) -> None:
    """A worker with the stand-in, in this process."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with (
        await connect(url, PoolOptions(application_name=queue.worker_name(1))) as database,
        ReaderPool(workers=1, reader=sleep_for, warm_up=None) as pool,
    ):
        await ReadingWorker(database, pool, WorkerRules()).run(stop)


def _start(command: list[str], environment: dict[str, str], folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.DEVNULL)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    while not await happened():  # noqa: ASYNC110 - another process makes it happen
        await asyncio.sleep(0.05)


@asynccontextmanager
async def workers(database: Database, number: int, *, stand_in: bool) -> AsyncIterator[list[subprocess.Popen[bytes]]]:
    """There once all of them listen, which is after their models are loaded."""
    environment = {**os.environ, "DATABASE_URL": database.url, "OCR_WORKERS": "1", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, str(ROOT / "main.py"), "worker"]
    if stand_in:
        command = [sys.executable, str(Path(__file__).resolve()), "--be-worker", database.url]
    with tempfile.TemporaryDirectory() as empty:  # no .env of somebody's
        started = [_start(command, environment, empty) for _ in range(number)]
        try:

            async def are_there() -> bool:
                return (await queue.state(database.pool)).workers == number

            await until(are_there)
            yield started
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


async def by_workers(database: Database, number: int, pictures: list[bytes], *, kill: bool, stand_in: bool) -> Result:
    async with QueueReader(database) as reader, workers(database, number, stand_in=stand_in) as started:
        # Answers of the round before would be given again.
        await database.pool.execute("truncate mkw_reading.answers")

        async def kill_one() -> None:
            half = "select count(*) <= $1 from mkw_reading.pgqueuer"
            await asyncio.sleep(1)
            await until(lambda: database.pool.fetchval(half, len(pictures) // 2))
            started[0].send_signal(signal.SIGKILL)

        killing = asyncio.create_task(kill_one()) if kill else None
        result = await read_all(reader.read, pictures)
        if killing is not None:
            await killing
        return result


async def by_own(pictures: list[bytes], *, stand_in: bool) -> Result:
    pool = ReaderPool(workers=1, reader=sleep_for, warm_up=None) if stand_in else ReaderPool(workers=1)
    async with pool:
        return await read_all(pool.read, pictures)


def tell(name: str, result: Result, load: float) -> None:
    a_minute = len(result.readings) * 60 / result.seconds
    proven = sum(reading.status is Status.PROVEN for reading in result.readings)
    busy = sum(reading.seconds for reading in result.readings) / len(result.readings)
    print(
        f"{name:<24} {a_minute:6.1f} pictures a minute, {busy:5.2f} s each in its process, last answer after "
        f"{result.last:5.1f} s, {len(result.readings)} answered ({proven} proven), load before {load:.1f}",
        flush=True,
    )


async def main(options: argparse.Namespace) -> None:
    pictures = [draw_table(seed).encoded() for seed in range(options.pictures)]
    stand_in = options.stand_in is not None
    if stand_in:
        pictures = [f"{options.stand_in:<8}".encode() + picture for picture in pictures]
    size = sum(map(len, pictures)) / len(pictures) / 1000
    print(f"{len(pictures)} pictures, {size:.0f} kB each; {os.cpu_count()} cores")
    truth: tuple[object, ...] | None = None
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory,
        embedded_server(Path(directory) / "db") as url,
    ):
        async with await connect(url, PoolOptions(idle_seconds=0)) as database:
            await queue.prepare(database)
            for number in options.workers:
                load = os.getloadavg()[0]
                if number == 0:
                    result = await by_own(pictures, stand_in=stand_in)
                else:
                    result = await by_workers(
                        database, number, pictures, kill=options.kill and number > 1, stand_in=stand_in
                    )
                name = "own process" if number == 0 else f"{number} workers" if number > 1 else "1 worker"
                tell(name, result, load)
                said = tuple(tuple(reading.sides) for reading in result.readings)
                if truth is not None and said != truth:
                    print("  other readings than the round before!")
                truth = said


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=24, metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2, 4], metavar="N")
    parser.add_argument("--kill", action="store_true", help="SIGKILL for one worker, half-way")
    parser.add_argument("--stand-in", type=float, metavar="SECONDS", help="read nothing, sleep so long")
    parser.add_argument("--be-worker", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(work(given.be_worker) if given.be_worker else main(given))
