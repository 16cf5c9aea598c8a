"""A reading worker in a process of its own, to be killed: the real one but for its reader.

usage: python -m tests.faults.worker DATABASE_URL PROCESSES DEAD_AFTER

A picture is JSON: `log`, a file that gets a line (this worker's process id, and the reading process's) whenever a
reading begins; `name`, what is read; and `seconds`, how long its first readings take.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

from bot.reading_worker import ReadingWorker, WorkerRules
from db.pool import PoolOptions, connect
from db.reading_queue import worker_name
from ocr.pool import ReaderPool
from ocr.reading import Layout, Reading, Row, Side, Status


def picture(log: Path, name: str, *seconds: float) -> bytes:
    return json.dumps({"log": str(log), "name": name, "seconds": seconds}).encode()


def begun(log: Path) -> list[tuple[int, int, str]]:
    """Of every reading that began: the worker's process id, the reading process's, and the picture's name."""
    lines = [line.split(" ", 2) for line in (log.read_text() if log.exists() else "").splitlines()]
    return [(int(worker), int(process), name) for worker, process, name in lines]


def read(data: bytes) -> Reading:
    wanted = json.loads(data)
    log, name = Path(wanted["log"]), wanted["name"]
    before = sum(one == name for _, _, one in begun(log))
    with log.open("a") as file:
        file.write(f"{os.getppid()} {os.getpid()} {name}\n")
    time.sleep(wanted["seconds"][before] if before < len(wanted["seconds"]) else 0)
    return Reading(Status.PROVEN, Layout.RACE, sides=(Side(rows=(Row(name, 44),)),), seconds=0.1)


async def main(url: str, processes: int, dead_after: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    options = PoolOptions(application_name=worker_name(processes))
    rules = WorkerRules(dead_after=dead_after, look_every=dead_after / 4, patience=0.5)
    async with (
        await connect(url, options) as database,
        ReaderPool(workers=processes, reader=read, warm_up=None) as pool,
    ):
        await ReadingWorker(database, pool, rules).run(stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
