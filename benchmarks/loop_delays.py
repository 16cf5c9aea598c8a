"""How late an event loop comes back, exactly, and what kept it.

usage: python -m benchmarks.loop_delays FILE    (an event loop with nothing else to do: how late the machine itself is)

A line a sample: the monotonic clock, which all processes of a machine share, and the delay, both in seconds.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import time
from asyncio import events
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVERY = 0.01  # seconds
_AT_ONCE = 100  # samples in memory before they are written


async def note_delays(file: Path) -> None:
    """Until it is cancelled."""
    clock = time.monotonic
    with file.open("a", buffering=2**16) as lines:
        while True:
            for _ in range(_AT_ONCE):
                due = clock() + EVERY
                await asyncio.sleep(EVERY)
                now = clock()
                lines.write(f"{now:.6f} {max(0.0, now - due):.6f}\n")
            lines.flush()


@contextmanager
def idle_loop(file: Path) -> Iterator[None]:
    """A process beside, whose loop has nothing else to do."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loop_delays", str(file)], cwd=Path(__file__).parents[1]
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Delays:
    """Of one stretch of time, in milliseconds, smallest first."""

    each: tuple[float, ...]

    @classmethod
    def noted(cls, file: Path, since: float, until: float) -> Delays:
        """Between those two moments of the monotonic clock."""
        pairs = [line.split() for line in file.read_text().splitlines() if line.count(" ") == 1]
        return cls(tuple(sorted(float(late) * 1000 for at, late in pairs if since <= float(at) <= until)))

    def within(self, share: float) -> float:
        """Under which that share (0..1) of all lies; infinite where there is nothing."""
        return self.each[min(len(self.each) - 1, int(len(self.each) * share))] if self.each else float("inf")

    def over(self, milliseconds: float) -> int:
        return len(self.each) - bisect_left(self.each, milliseconds)

    def __str__(self) -> str:
        shares = "  ".join(f"p{share * 100:g} {self.within(share):.1f}" for share in (0.5, 0.95, 0.99, 0.999))
        return f"{shares}  most {self.within(1):.1f} ms, {self.over(50)} of {len(self.each)} over 50"


@dataclass
class _Blamed:
    times: int = 0
    seconds: float = 0.0
    own: float = 0.0  # processor time of the thread: the rest was waited for, for a core or for the interpreter's lock
    most: float = 0.0


@dataclass
class Blame:
    """What kept the loop longer than `limit` seconds at a time, by the code that ran; and collections of garbage."""

    limit: float = 0.005
    by: defaultdict[str, _Blamed] = field(default_factory=lambda: defaultdict(_Blamed))
    _began: float = 0.0
    _began_own: float = 0.0

    def start(self) -> None:
        """For good: every step of every loop of this process is timed."""
        run = events.Handle._run  # noqa: SLF001 - there is no other place that sees every step
        wall, own = time.perf_counter, time.thread_time

        def timed(handle: events.Handle) -> None:
            began, began_own = wall(), own()
            run(handle)
            took = wall() - began
            if took > self.limit:
                self._add(_name_of(handle), took, own() - began_own)

        events.Handle._run = timed  # type: ignore[method-assign]  # noqa: SLF001
        gc.callbacks.append(self._collected)

    def _add(self, name: str, seconds: float, own: float) -> None:
        one = self.by[name]
        one.times += 1
        one.seconds += seconds
        one.own += own
        one.most = max(one.most, seconds)

    def _collected(self, phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            self._began, self._began_own = time.perf_counter(), time.thread_time()
        elif (took := time.perf_counter() - self._began) > self.limit:
            self._add(f"garbage of generation {told['generation']}", took, time.thread_time() - self._began_own)

    def write(self, file: Path) -> None:
        ordered = sorted(self.by.items(), key=lambda pair: -pair[1].seconds)
        file.write_text(
            "".join(
                f"{one.times:5d} x {one.seconds / one.times * 1000:6.1f} ms (own {one.own / one.times * 1000:6.1f}), "
                f"most {one.most * 1000:6.1f}: {name}\n"
                for name, one in ordered
            )
        )


def _name_of(handle: events.Handle) -> str:
    callback: Any = getattr(handle, "_callback", None)
    owner = getattr(callback, "__self__", None)
    if not isinstance(owner, asyncio.Task):
        return getattr(callback, "__qualname__", repr(callback))
    coroutine: Any = owner.get_coro()
    names = [owner.get_name().rstrip("-0123456789 ")]
    while coroutine is not None and hasattr(coroutine, "cr_code"):  # down to where it stands now, after the step
        names.append(f"{coroutine.__qualname__}:{coroutine.cr_frame.f_lineno if coroutine.cr_frame else 'end'}")
        coroutine = coroutine.cr_await
    return " > ".join(names)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(note_delays(Path(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
