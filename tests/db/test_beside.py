from __future__ import annotations

import asyncio

import pytest

from db.beside import beside


async def test_it_ends_with_what_it_runs_beside() -> None:
    events: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            events.append("ended")

    async with beside(work(), name="work"):
        await asyncio.sleep(0)
    events.append("after")
    assert events == ["ended", "after"]


async def test_its_failure_is_logged_and_nobody_elses(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ValueError("no")

    async with beside(work(), name="looking after it"):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert "looking after it failed" in caplog.text


async def test_a_cancelled_owner_stays_cancelled() -> None:
    async def owner() -> None:
        async with beside(asyncio.sleep(60), name="work"):
            await asyncio.sleep(60)

    task = asyncio.create_task(owner())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
