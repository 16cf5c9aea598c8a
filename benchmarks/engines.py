"""The engines the benchmark compares, each warm in a process of its own with the same number of threads.

`ours` is the project's reader; `rapidocr` and `tesseract` read the whole picture and `rows_from_boxes` makes rows.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from benchmarks.rows_from_boxes import Box, reading_of

THREADS = 2
_NEEDED = ("pyclipper", "shapely", "yaml", "omegaconf", "colorlog", "tqdm", "requests", "six")
_PATIENCE = 120.0  # seconds for one picture or for loading the models

_SPARSE = "--psm 11"  # finds more rows of real pictures than 6 does: 100 against 73 of 186, and is faster

Read = Callable[[bytes], dict[str, Any]]


class EngineError(RuntimeError):
    """An engine cannot start or died; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    reading: dict[str, Any]
    seconds: float  # in the process, without the way there and back


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident MB of the process, without the Tesseract program it may run beside."""

    now: float
    peak: float


class Engine:
    """One engine in a process. Use as a context; raises EngineError where it does not start or dies."""

    def __init__(self, name: str) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(name, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._receive()  # warm

    def read(self, data: bytes) -> Answer:
        self._pipe.send(data)
        answer: Answer = self._receive()
        return answer

    def memory(self) -> Memory:
        """What the process takes now and took at most since the last call."""
        self._pipe.send(None)
        memory: Memory = self._receive()
        return memory

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()

    def _receive(self) -> Any:
        if not self._pipe.poll(_PATIENCE):
            raise EngineError(f"{self.name} gave no answer in {_PATIENCE:.0f} s")
        try:
            answer = self._pipe.recv()
        except EOFError as problem:
            raise EngineError(f"the process of {self.name} died") from problem
        if isinstance(answer, str):
            raise EngineError(f"{self.name}: {answer}")
        return answer


def missing_for_rapidocr() -> str | None:
    """What to do before RapidOCR's own code runs here; None where nothing is missing."""
    missing = [name for name in (*_NEEDED, "rapidocr") if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    return f"RapidOCR needs {', '.join(missing)}: pip install -r benchmarks/requirements.txt, or pass --no-rapidocr"


def _serve(name: str, pipe: Connection) -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # Tesseract's threads wait for one another: two are slower than one
    try:
        import cv2  # noqa: PLC0415

        cv2.setNumThreads(THREADS)
        read = _OPEN[name]()
        pipe.send(True)  # noqa: FBT003 — warm
        while True:
            data = pipe.recv()
            if data is None:
                pipe.send(_memory())
                continue
            start = time.perf_counter()
            reading = read(data)
            pipe.send(Answer(reading, time.perf_counter() - start))
    except EOFError:
        return
    except Exception as problem:  # noqa: BLE001 — whatever it is, the other side says it
        pipe.send(f"{type(problem).__name__}: {problem}")


def _memory() -> Memory:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    now, peak = (int(lines[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew (man 5 proc)
    return Memory(now, peak)


def _open_ours() -> Read:
    from ocr.pool import read_picture, warm_reader  # noqa: PLC0415 — as a worker of the bot reads

    warm_reader()
    return lambda data: read_picture(data).to_json()


def _open_rapidocr() -> Read:
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    from rapidocr import RapidOCR  # noqa: PLC0415

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": count for kind, count in (("intra", 2), ("inter", 1))}
    engine = RapidOCR(params={"Global.log_level": "error", **threads})  # what a call is given would stick: so nothing
    engine(np.full((200, 400, 3), 255, np.uint8))
    page = np.full((100, 300, 3), 255, np.uint8)
    cv2.putText(page, "warm 12", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3)
    engine(page)  # the second model is loaded at the first text found

    def read(data: bytes) -> dict[str, Any]:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        found: Any = engine(pixels) if pixels is not None else None
        if found is None or found.boxes is None:
            return reading_of([])
        return reading_of(
            [
                Box(text, float(box[:, 0].min()), float(box[:, 1].min()), float(box[:, 1].max()), float(sure))
                for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
            ]
        )

    return read


def _open_tesseract() -> Read:
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    import pytesseract  # noqa: PLC0415

    pytesseract.get_tesseract_version()

    def read(data: bytes) -> dict[str, Any]:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            return reading_of([])
        words = pytesseract.image_to_data(
            pixels[:, :, ::-1], config=_SPARSE, output_type=pytesseract.Output.DICT, timeout=60
        )
        keys = ("text", "left", "top", "height", "conf")
        return reading_of(
            [
                Box(str(text), float(left), float(top), float(top + height), max(0.0, float(sure) / 100))
                for text, left, top, height, sure in zip(*(words[key] for key in keys), strict=True)
                if str(text).strip()
            ]
        )

    return read


_OPEN: dict[str, Callable[[], Read]] = {
    "ours": _open_ours,
    "rapidocr": _open_rapidocr,
    "tesseract": _open_tesseract,
}
