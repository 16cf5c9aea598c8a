"""The neural models: files inside the wheel of rapidocr, run on onnxruntime without that package's own code."""

from __future__ import annotations

import importlib.util
from pathlib import Path

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
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the core alone
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False  # a third less memory a process for a few hundredths of a second
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def path_of(name: str) -> Path:
    """Where the wheel put a model. Raises ModelMissingError."""
    package = importlib.util.find_spec("rapidocr")  # found, never imported: its dependencies are not installed
    path = Path(package.origin).parent / "models" / name if package and package.origin else None
    if path is None or not path.is_file():
        raise ModelMissingError(f"{name} is missing: install the package rapidocr, which brings it")
    return path
