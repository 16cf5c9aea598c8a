"""Nothing waits for a thread while it holds a connection: what takes long is computed with the connection given back,
and what needed it begins anew.

A function is `Remembered`. `at_hand` gives its answer where it is known; where it is not and the caller can begin anew
(`beginning_anew`, `begins_anew`), it leaves by an exception, the answer is computed in a thread, and all that was done
is done again: a read is repeated, and a transaction was rolled back. Otherwise it computes at once.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar, TypeVarTuple

from cachetools import LRUCache

P = ParamSpec("P")
A = TypeVarTuple("A")
T = TypeVar("T")
_can_begin_anew: ContextVar[bool] = ContextVar("can begin anew", default=False)
MOST_TIMES = 20  # after so many it is computed on the spot: others may crowd out what was remembered


class Remembered(Generic[*A, T]):
    """A pure function of hashable arguments; its newest `most` answers are kept. Any thread may call it."""

    def __init__(self, function: Callable[[*A], T], *, most: int) -> None:
        self.function = function
        self._known: LRUCache[Any, T] = LRUCache(maxsize=most)
        self._lock = Lock()

    def __call__(self, *given: *A) -> T:
        """Computes what is not known."""
        with self._lock:
            if given in self._known:
                return self._known[given]
        answer = self.function(*given)
        with self._lock:
            self._known[given] = answer
        return answer

    def at_hand(self, *given: *A) -> T:
        """Raises ComputeFirst where the answer is not known and whoever asks can begin anew."""
        if _can_begin_anew.get() and given not in self._known:
            raise ComputeFirst(lambda: self(*given))
        return self(*given)


class ComputeFirst(Exception):  # noqa: N818 - a way out, no error
    def __init__(self, compute: Callable[[], object]) -> None:
        super().__init__("to be computed without a connection")
        self.compute = compute


async def beginning_anew(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` gives, which leaves nothing behind where it is left by an exception."""
    for _ in range(MOST_TIMES):
        token = _can_begin_anew.set(True)
        try:
            return await work()
        except ComputeFirst as first:
            compute = first.compute
        finally:
            _can_begin_anew.reset(token)
        await asyncio.to_thread(compute)
    token = _can_begin_anew.set(False)
    try:
        return await work()
    finally:
        _can_begin_anew.reset(token)


def begins_anew(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """For use cases that do nothing outside their one transaction."""

    @functools.wraps(method)
    async def whole(*given: P.args, **named: P.kwargs) -> T:
        return await beginning_anew(lambda: method(*given, **named))

    return whole
