from __future__ import annotations

import errno
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.memory import give_back, is_want_of_memory
from ocr.pool import read_picture, rest_reader
from tests.ocr.pictures import png


@pytest.mark.skipif(sys.platform != "linux", reason="the heap of the GNU C library")
def test_what_was_let_go_leaves_the_process() -> None:
    pieces = [np.ones(12_000, np.int64) for _ in range(1_500)]  # below the size that is mapped alone
    kept = pieces[-1].copy()  # stands above them on the heap
    full = _resident()
    del pieces
    give_back()
    assert _resident() < full - 50_000_000
    assert kept.sum() == 12_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count no such memory")
def test_a_resting_reader_gives_back_what_a_large_picture_took() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1000, 1000, 3), np.uint8)
    read_picture(png(Image.fromarray(noise)))
    full = _resident()
    rest_reader()
    assert _resident() < full - 50_000_000


@pytest.mark.parametrize(
    ("problem", "is_it"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (RuntimeError("can't start new thread"), True),
        # onnxruntime's words at a limit of 500 MB
        (RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code: std::bad_alloc"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (RuntimeError("the model is missing"), False),
    ],
)
def test_want_of_memory_is_known_whoever_says_it(problem: Exception, *, is_it: bool) -> None:
    assert is_want_of_memory(problem) == is_it


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
