from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.drawing import drawn
from mkw.numerals import whole, write_as


async def test_one_after_the_other_in_one_thread() -> None:
    under_way, most, threads = 0, 0, set()

    def make() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        threads.add(threading.current_thread())
        time.sleep(0.005)
        under_way -= 1

    await asyncio.gather(*(drawn(make) for _ in range(8)))
    assert (most, len(threads)) == (1, 1)
    assert threads != {threading.current_thread()}


async def test_numbers_are_written_as_the_caller_writes_them() -> None:
    write_as("de")
    assert await drawn(lambda: whole(1234)) == "1.234"


async def test_what_cannot_be_drawn_is_raised() -> None:
    def make() -> None:
        raise ValueError("no such picture")

    with pytest.raises(ValueError, match="no such"):
        await drawn(make)
