"""Readers that misbehave, importable by the pool's processes."""

from __future__ import annotations

import io
import os
import signal
import threading
import time

from ocr.decode import decode
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


_rests: list[float] = []


def rest() -> None:
    _rests.append(time.monotonic())


def rests(_: bytes) -> Reading:
    """How many times this process has rested."""
    return Reading.refused(str(len(_rests)))


def no_models() -> None:
    raise RuntimeError("models are missing")


def hungry(data: bytes) -> Reading:
    """Wants a gigabyte in the way that `data` names, and is answered with its process where it gets it."""
    import cv2  # noqa: PLC0415 - the other readers need none of it
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    match data:
        case b"python":
            bytearray(2**30)
        case b"numpy":
            np.ones(2**27)
        case b"pillow":
            Image.new("RGBA", (2**14, 2**14)).load()
        case b"opencv":
            cv2.resize(np.zeros((8, 8, 4), np.uint8), (2**14, 2**14))
        case b"unpack":
            decode(large_picture())
        case b"threads":
            ends = threading.Event()
            for _ in range(1000):  # each reserves eight megabytes for its stack
                threading.Thread(target=ends.wait, daemon=True).start()
    return Reading.refused(str(os.getpid()))


def large_picture() -> bytes:
    """PNG of 58 million pixels in 240 kB."""
    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    Image.new("RGBA", (8000, 7250), (30, 40, 50, 200)).save(out, "PNG", compress_level=1)
    return out.getvalue()
