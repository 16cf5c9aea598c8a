from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ocr.pool import ReaderFailed, ReaderPool
from tests.ocr import stand_ins


def pool(reader, **rules) -> ReaderPool:
    return ReaderPool(reader=reader, warm_up=None, **{"deadline": 10.0, "grace": 1.0, **rules})


async def test_reads() -> None:
    async with pool(stand_ins.good) as readers:
        assert await readers.read(b"x") == stand_ins.ANSWER


async def test_picture_that_kills_its_process_is_tried_again_and_read(tmp_path: Path) -> None:
    marker = tmp_path / "died"
    async with pool(stand_ins.killed_once) as readers:
        assert await readers.read(str(marker).encode()) == stand_ins.ANSWER
    assert marker.exists()


async def test_process_killed_from_outside_is_replaced() -> None:
    async with pool(stand_ins.worker_pid) as readers:
        first = await readers.read(b"x")
        os.kill(int(first.reason or 0), signal.SIGKILL)
        second = await readers.read(b"x")
        assert second.reason != first.reason


async def test_picture_that_always_kills_fails_after_two_tries_and_the_pool_lives_on() -> None:
    async with pool(stand_ins.by_picture) as readers:
        with pytest.raises(ReaderFailed, match="twice"):
            await readers.read(b"die")
        assert await readers.read(b"0") == stand_ins.ANSWER


async def test_a_dying_neighbour_does_not_cost_a_picture() -> None:
    async with pool(stand_ins.by_picture, workers=2) as readers:
        slow = asyncio.create_task(readers.read(b"1"))
        await asyncio.sleep(0.2)
        with pytest.raises(ReaderFailed):
            await readers.read(b"die")
        assert await slow == stand_ins.ANSWER


async def test_reader_that_raises_comes_back_as_words() -> None:
    async with pool(stand_ins.raises) as readers:
        with pytest.raises(ReaderFailed, match="UnpicklableError"):
            await readers.read(b"x")


async def test_deadline_is_held_inside_the_process() -> None:
    async with pool(stand_ins.sleeps, deadline=0.3) as readers:
        start = time.monotonic()
        with pytest.raises(ReaderFailed, match=r"0\.3 seconds"):
            await readers.read(b"x")
        assert time.monotonic() - start < 5


async def test_process_deaf_to_its_alarm_is_killed() -> None:
    async with pool(stand_ins.deaf, deadline=0.3, grace=0.3) as readers:
        start = time.monotonic()
        with pytest.raises(ReaderFailed, match="twice"):
            await readers.read(b"x")
        assert time.monotonic() - start < 15


async def test_models_that_do_not_load_are_said_at_start() -> None:
    readers = ReaderPool(reader=stand_ins.good, warm_up=stand_ins.no_models)
    with pytest.raises(ReaderFailed, match="does not start"):
        await readers.start()
    await readers.close()


async def test_process_is_recycled() -> None:
    async with pool(stand_ins.worker_pid, pictures_per_worker=2) as readers:
        pids = {(await readers.read(b"x")).reason for _ in range(6)}
    assert len(pids) >= 2


def test_processes_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-m", "tests.ocr.pool_parent"], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    with contextlib.suppress(psutil.NoSuchProcess):
        worker.wait(10)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


async def test_cancelled_read_frees_its_process() -> None:
    async with pool(stand_ins.by_picture) as readers:
        task = asyncio.create_task(readers.read(b"30"))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.wait_for(readers.read(b"0"), 20) == stand_ins.ANSWER


async def test_close_does_not_wait_for_a_slow_picture_and_may_be_called_twice() -> None:
    readers = pool(stand_ins.sleeps)
    await readers.start()
    task = asyncio.create_task(readers.read(b"x"))
    await asyncio.sleep(0.2)
    start = time.monotonic()
    await readers.close()
    await readers.close()
    with pytest.raises(ReaderFailed):
        await task
    assert time.monotonic() - start < 10


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count no such memory")
@pytest.mark.parametrize("how", ["python", "numpy", "pillow", "opencv", "threads", "unpack"])
async def test_a_picture_that_needs_too_much_memory_is_refused_and_its_process_replaced(how: str) -> None:
    async with pool(stand_ins.hungry, memory=600 * 2**20) as readers:
        before = await readers.read(b"nothing")
        with pytest.raises(ReaderFailed, match="more memory than it may"):
            await readers.read(how.encode())
        after = await readers.read(b"nothing")
        assert after.reason != before.reason, "the process that ran out of memory is gone"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count no such memory")
async def test_pictures_behind_one_that_needs_too_much_are_read() -> None:
    async with pool(stand_ins.hungry, memory=600 * 2**20, workers=2) as readers:
        found = await asyncio.gather(
            *(readers.read(what) for what in (b"unpack", b"1", b"2", b"numpy", b"3", b"4")), return_exceptions=True
        )
    assert [type(one).__name__ for one in found] == ["ReaderFailed", "Reading", "Reading"] * 2


async def test_a_process_that_reads_nothing_for_a_while_rests() -> None:
    async with pool(stand_ins.rests, rest=stand_ins.rest, rest_after=0.3) as readers:
        read = [(await readers.read(b"x")).reason for _ in range(3)]
        await asyncio.sleep(1)
        read.append((await readers.read(b"x")).reason)
    assert read == ["0", "0", "0", "1"], "once, and not between pictures that follow one another"


async def test_steps_back_for_others() -> None:
    async with pool(stand_ins.worker_pid, niceness=3) as readers:
        reading = await readers.read(b"x")
        pid, wanted = int(reading.reason or 0), os.getpriority(os.PRIO_PROCESS, 0) + 3
        assert psutil.Process(pid).nice() == wanted
        threads = {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in psutil.Process(pid).threads()}
        assert sys.platform != "linux" or threads == {wanted}


def test_failure_survives_pickling() -> None:
    assert str(pickle.loads(pickle.dumps(ReaderFailed("sorry")))) == "sorry"
