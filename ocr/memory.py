"""Memory of a reading process: bounded, and given back to the system, for the C library keeps what large networks let
go, for a next time that may be far."""

from __future__ import annotations

import ctypes
import errno
import functools
import resource
from collections.abc import Callable

_NO_MEMORY_IN_OPENCV = -4
_SAID_WITHOUT = ("bad_alloc", "bad allocation", "failed to allocate", "cannot allocate", "can't start new thread")


def bound(limit: int) -> None:
    """This process, and every one it starts, gets no more than so many bytes of memory of its own (Linux: RLIMIT_DATA;
    not RLIMIT_AS, for threads and libraries reserve addresses freely)."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def is_want_of_memory(problem: Exception) -> bool:
    """Whether that is what went wrong: libraries written in C have words of their own for it."""
    if isinstance(problem, MemoryError) or getattr(problem, "errno", None) == errno.ENOMEM:
        return True
    if getattr(problem, "code", None) == _NO_MEMORY_IN_OPENCV:
        return True
    words = str(problem).casefold()
    return any(one in words for one in _SAID_WITHOUT)


def give_back() -> None:
    """Returns what is free of this process's heap; nothing where the C library has no such call."""
    _trim()(0)


@functools.cache
def _trim() -> Callable[[int], int]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return lambda _: 0
