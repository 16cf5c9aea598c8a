"""Background work that is kept, named, and never fails in silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Self

logger = logging.getLogger(__name__)


class TaskKeeper:
    """Holds every task it started until the task is done; logs what a task raised."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - a limit for all tasks together, not a cancellation
        """Wait up to `timeout` seconds for what is under way; the number of tasks that are not finished then."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=timeout)
        return len(self._tasks)

    async def cancel(self) -> None:
        """Cancel what is left and wait until it is gone."""
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Task %s failed", task.get_name(), exc_info=error)


class Turns:
    """Work of one key may begin at once and ends in the order it was announced."""

    def __init__(self) -> None:
        self._last: dict[int, asyncio.Event] = {}

    def announce(self, key: int) -> Turn:
        """Take the next turn. Call before the first await, so that turns follow the order of events."""
        turn = Turn(self, key, before=self._last.get(key))
        self._last[key] = turn.done
        return turn

    def _finish(self, key: int, done: asyncio.Event) -> None:
        done.set()
        if self._last.get(key) is done:
            del self._last[key]


class Turn:
    """`async with turn:` around everything; `await turn.come()` before what must be in order."""

    def __init__(self, turns: Turns, key: int, *, before: asyncio.Event | None) -> None:
        self._turns = turns
        self._key = key
        self._before = before
        self.done = asyncio.Event()

    async def come(self) -> None:
        if self._before is not None:
            await self._before.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._turns._finish(self._key, self.done)  # noqa: SLF001 - two halves of one thing
