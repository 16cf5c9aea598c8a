from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.periodic import PeriodicCog
from bot.services.errors import RecordsAway


class Looking(PeriodicCog):
    every = timedelta(milliseconds=1)
    failed = "Nobody looked"

    def __init__(self, *rounds: Exception | None) -> None:
        bot: Any = None
        super().__init__(bot)
        self.left = list(rounds)
        self.over = asyncio.Event()

    async def look(self) -> None:
        if not self.left:
            self.over.set()
            return
        if (problem := self.left.pop(0)) is not None:
            raise problem


async def test_a_round_that_fails_does_not_end_the_others(caplog: pytest.LogCaptureFixture) -> None:
    cog = Looking(RecordsAway("away"), ValueError("no"), None)
    await cog.begin_rounds()
    await cog.begin_rounds()  # ready again
    await asyncio.wait_for(cog.over.wait(), 5)
    assert cog.rounds.is_running()
    assert [record.message for record in caplog.records if record.name == "bot.periodic"] == ["Nobody looked"]
    await cog.cog_unload()


async def test_each_has_its_own_pace() -> None:
    class Seldom(Looking):
        every = timedelta(hours=3)

    seldom, often = Seldom(), Looking()
    assert (seldom.rounds.hours, often.rounds.seconds) == (0, 0.001)
    assert seldom.rounds.seconds == 3 * 3600
