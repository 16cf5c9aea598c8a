"""Where pictures are drawn: in one thread beside the event loop, one after the other.

Drawing is mostly Python: several threads draw no more in the same time, but keep the event loop from its turns, and
each holds on to memory of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ocr.memory import give_back

T = TypeVar("T")
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="drawing")


async def drawn(make: Callable[[], T]) -> T:
    """What `make` gives; it sees the context of the caller. Raises what it raises."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_THREAD, context.run, _make, make)


def _make(make: Callable[[], T]) -> T:
    try:
        return make()
    finally:
        give_back()
