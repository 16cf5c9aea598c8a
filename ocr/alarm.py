"""Something done after a while, in a thread of its own, unless it is put off or called off before."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)


class Alarm:
    """Calls `act` so many seconds after it was set, once. What `act` raises is logged."""

    def __init__(self, seconds: float, act: Callable[[], None], *, name: str) -> None:
        self._seconds, self._act = seconds, act
        self._until: float | None = None
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def set(self) -> None:
        """Starts anew, whether it was set or not."""
        self._change(time.monotonic() + self._seconds)

    def call_off(self) -> None:
        self._change(None)

    @contextlib.contextmanager
    def over(self) -> Iterator[None]:
        """Set while something goes on."""
        self.set()
        try:
            yield
        finally:
            self.call_off()

    def _change(self, until: float | None) -> None:
        with self._changed:
            self._until = until
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while (left := self._left()) is None or left > 0:
                    self._changed.wait(left)
                self._until = None
            try:
                self._act()
            except Exception:  # noqa: BLE001 — the next time counts too
                _LOG.exception("what an alarm was to do failed")

    def _left(self) -> float | None:
        return None if self._until is None else self._until - time.monotonic()
