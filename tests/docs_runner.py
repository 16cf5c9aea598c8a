"""Runs command lines of `./run` one after the other in one process, because starting one for each takes seconds: JSON
in, a line of JSON for each out."""

from __future__ import annotations

import io
import json
import shlex
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from main import main


def matching(pattern: str) -> list[str]:
    return sorted(str(path) for path in Path().glob(pattern))


def run(line: str) -> dict[str, object]:
    words = shlex.split(line, comments=True)[1:]
    arguments = [one for word in words for one in (matching(word) if "*" in word else [word])]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code: object = main(arguments)
        except SystemExit as end:  # argparse
            code = end.code
        except Exception:  # noqa: BLE001 - told to the test
            code = traceback.format_exc()
    return {"line": line, "code": code, "said": said.getvalue()}


if __name__ == "__main__":
    for line in json.load(sys.stdin):
        print(json.dumps(run(line)), flush=True)  # noqa: T201  (the test reads it)
