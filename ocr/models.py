"""The neural models: files inside the wheel of rapidocr, run on onnxruntime without that package's own code."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"


class ModelMissingError(RuntimeError):
    """The model file is not on this machine; the text says which package brings it."""


onnxruntime.disable_telemetry_events()  # nothing of what is read here is told to anybody


def open_model(name: str, *, threads: int) -> onnxruntime.InferenceSession:
    """A session on one model of the wheel. Raises ModelMissingError."""
    return session(path_of(name), threads=threads)


def session(path: Path, *, threads: int) -> onnxruntime.InferenceSession:
    """A session on a model file."""
    _register_arena()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the core alone
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")  # they never go back
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def shrink_arena(any_session: onnxruntime.InferenceSession, shape: tuple[int, ...]) -> None:
    """Gives the networks' working memory back to the system: at the end of a run on nothing, as there is no other way.

    `shape` is that of the session's one input.
    """
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    nothing = np.zeros(shape, np.float32)
    any_session.run(None, {any_session.get_inputs()[0].name: nothing}, options)


@functools.cache
def _register_arena() -> None:
    """One working memory for all networks of this process, which run in turns, kept from run to run.

    A network's own would stay as large as its largest input; with none, every run waits for fresh pages (12 % of the
    time of a picture).
    """
    where = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(where, onnxruntime.OrtArenaCfg(0, -1, -1, -1))  # as onnxruntime likes it


def path_of(name: str) -> Path:
    """Where the wheel put a model. Raises ModelMissingError."""
    package = importlib.util.find_spec("rapidocr")  # found, never imported: its dependencies are not installed
    path = Path(package.origin).parent / "models" / name if package and package.origin else None
    if path is None or not path.is_file():
        raise ModelMissingError(f"{name} is missing: install the package rapidocr, which brings it")
    return path
