"""The id that all log lines about one thing carry: from the message to the reading of its picture to the war.

It is the Discord id of the message (or of the interaction) that began it. Whoever writes logs asks `followed`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_followed: ContextVar[int | None] = ContextVar("followed", default=None)


def follow(message_id: int) -> None:
    """From here on, in this task and in what it starts."""
    _followed.set(message_id)


@contextmanager
def following(message_id: int) -> Iterator[None]:
    """As long as this is open."""
    before = _followed.set(message_id)
    try:
        yield
    finally:
        _followed.reset(before)


def followed() -> int | None:
    return _followed.get()
