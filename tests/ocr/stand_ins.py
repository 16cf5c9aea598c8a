"""Readers that misbehave, importable by the pool's processes."""

from __future__ import annotations

import os
import signal
import time

from ocr.reading import Layout, Reading, Row, Side, Status

ANSWER = Reading(Status.PROVEN, Layout.RACE, sides=(Side(rows=(Row("Comet", 44),)),))


def good(data: bytes) -> Reading:
    return ANSWER if data else Reading.refused("empty")


def dies(_: bytes) -> Reading:
    os._exit(3)


def killed_once(data: bytes) -> Reading:
    """Kills its own process the first time a picture comes; `data` is the path of a file that remembers it."""
    path = data.decode()
    if not os.path.exists(path):  # noqa: PTH110
        with open(path, "w") as marker:  # noqa: PTH123
            marker.write(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    return ANSWER


def raises(_: bytes) -> Reading:
    class UnpicklableError(Exception):
        def __init__(self, *, only: str) -> None:
            super().__init__(only)

    raise UnpicklableError(only="by keyword")


def sleeps(_: bytes) -> Reading:
    time.sleep(60)
    return ANSWER


def deaf(_: bytes) -> Reading:
    """Hangs like native code: the alarm is heard by nobody."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    time.sleep(60)
    return ANSWER


def by_picture(data: bytes) -> Reading:
    """`die`, or how many seconds to take."""
    if data == b"die":
        os._exit(1)
    time.sleep(float(data))
    return ANSWER


def worker_pid(_: bytes) -> Reading:
    return Reading.refused(str(os.getpid()))


def no_models() -> None:
    raise RuntimeError("models are missing")
