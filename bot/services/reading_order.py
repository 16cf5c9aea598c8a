"""Whose picture is read next: a person who waits goes before a bulk scan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ocr.reading import Reading

Reader: TypeAlias = Callable[[bytes], Awaitable[Reading]]


class ReadingOrder:
    """`now` reads side by side, as many as come. `when_idle` reads one at a time, in the order asked for, and begins
    only while nobody is in `now`: whoever comes meanwhile waits for one picture at most."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._waiting = 0
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()
        self._one_at_a_time = asyncio.Lock()

    async def now(self, data: bytes) -> Reading:
        self._waiting += 1
        self._nobody_waits.clear()
        try:
            return await self._read(data)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody_waits.set()

    async def when_idle(self, data: bytes) -> Reading:
        async with self._one_at_a_time:
            while self._waiting:  # somebody may come between the event and here
                await self._nobody_waits.wait()
            return await self._read(data)
