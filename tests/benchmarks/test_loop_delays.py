from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from benchmarks import loop_delays
from benchmarks.loop_delays import Blame, Delays, note_delays


async def test_a_block_is_noted_and_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.events.Handle, "_run", asyncio.events.Handle._run)  # put back at the end
    monkeypatch.setattr(loop_delays, "_AT_ONCE", 1)
    monkeypatch.setattr(loop_delays.gc, "callbacks", [])
    blame = Blame(limit=0.05)
    blame.start()
    began = time.monotonic()
    noting = asyncio.create_task(note_delays(tmp_path / "delays"))
    await asyncio.sleep(0)

    async def blocks() -> None:
        time.sleep(0.1)  # noqa: ASYNC251 - what is blamed

    await asyncio.create_task(blocks(), name="somebody-1")
    await asyncio.sleep(0.05)
    noting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await noting
    delays = Delays.noted(tmp_path / "delays", began, time.monotonic())
    assert delays.within(1) > 80
    assert delays.over(80) == 1
    blame.write(tmp_path / "blame")
    text = (tmp_path / "blame").read_text()
    assert "blocks" in text.splitlines()[0]
    assert "somebody" in text


def test_shares_of_delays(tmp_path: Path) -> None:
    file = tmp_path / "delays"
    file.write_text("".join(f"{number}.0 {number / 1000}\n" for number in range(100)) + "100.0")  # killed while writing
    delays = Delays.noted(file, 10.0, 59.0)
    assert (len(delays.each), delays.within(0.5), delays.within(1)) == (50, 35.0, 59.0)
    assert Delays.noted(file, 200.0, 300.0).within(0.5) == float("inf")
