"""An export as one JSON document, one thing a line, written piece by piece. Blocking: call it in a thread."""

from __future__ import annotations

import json
import tempfile
from typing import IO, TYPE_CHECKING

from db.export import SECTIONS

if TYPE_CHECKING:
    from db.executor import Json

FORMAT = "mkw-clan-bot export"
VERSION = 1


class JsonFile:
    ending = "json"

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this call
        self._open: str | None = None
        self._left = list(SECTIONS)

    def begin(self, header: Json) -> None:
        lines = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in header.items())
        self._write(f"{{\n{lines}")

    def add(self, section: str, things: list[Json]) -> None:
        mark = ",\n"
        if self._open != section:
            self._close_up_to(section)
            self._write(f",\n{_json(section)}: [\n")
            self._open, mark = section, ""
            self._left.remove(section)
        self._write(mark + ",\n".join(_json(thing) for thing in things))

    def finish(self) -> IO[bytes]:
        self._close_up_to(None)
        self._write("\n}\n")
        self._file.seek(0)
        return self._file

    def drop(self) -> None:
        self._file.close()

    def _close_up_to(self, section: str | None) -> None:
        """Ends what is open, and writes the sections of nothing before this one."""
        if self._open is not None:
            self._write("\n]")
            self._open = None
        while self._left and self._left[0] != section:
            self._write(f",\n{_json(self._left.pop(0))}: []")

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
