"""Background work: kept, named, logged; turns keep the order of announcements."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.tasks import TaskKeeper, Turns


async def test_a_failing_task_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    keeper = TaskKeeper()

    async def fail() -> None:
        raise RuntimeError("broken")

    keeper.start(fail(), name="a task of this test")
    await keeper.drain(1)
    await asyncio.sleep(0)
    assert "a task of this test" in caplog.text
    assert "broken" in caplog.text
    assert len(keeper) == 0


async def test_draining_waits_for_what_is_under_way_within_the_limit() -> None:
    keeper = TaskKeeper()
    finished = []

    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)
        finished.append(seconds)

    keeper.start(work(0.01), name="short")
    long = keeper.start(work(60), name="long")
    assert await keeper.drain(0.1) == 1
    assert finished == [0.01]
    await keeper.cancel()
    assert long.cancelled()
    assert len(keeper) == 0


async def test_cancelled_tasks_are_no_errors(caplog: pytest.LogCaptureFixture) -> None:
    keeper = TaskKeeper()
    keeper.start(asyncio.sleep(60), name="cancelled")
    await asyncio.sleep(0)
    with caplog.at_level(logging.ERROR):
        await keeper.cancel()
    assert caplog.text == ""


async def test_turns_end_in_the_order_they_were_announced() -> None:
    turns = Turns()
    order: list[str] = []

    async def work(name: str, seconds: float, key: int) -> None:
        async with announced[name] as turn:
            await asyncio.sleep(seconds)  # reading: side by side
            await turn.come()
            order.append(name)

    announced = {"slow": turns.announce(1), "fast": turns.announce(1), "elsewhere": turns.announce(2)}
    await asyncio.gather(work("slow", 0.05, 1), work("fast", 0, 1), work("elsewhere", 0, 2))
    assert order == ["elsewhere", "slow", "fast"]
    assert turns._last == {}


async def test_a_turn_that_fails_lets_the_next_one_come() -> None:
    turns = Turns()
    first, second = turns.announce(1), turns.announce(1)
    with pytest.raises(RuntimeError):
        async with first:
            raise RuntimeError
    async with second:
        await asyncio.wait_for(second.come(), 1)
