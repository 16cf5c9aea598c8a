"""The errors people were given an id of, kept in a small file so that the id can be looked up: `main.py errors ID`.

One JSON object a line in `errors.jsonl` under DATA_DIR. A full file is put aside as `errors.jsonl.1`, the oldest of
them goes. It holds what a log line may hold, and not who was in front of it: `forgetme` need not look here. A file and
not a table, because a database that is away is one of the errors.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from bot.logs import named, traceback_of
from bot.services.log_ids import followed

NAME = "errors.jsonl"
MOST_BYTES = 512 * 1024  # of one file; some hundred errors
PUT_ASIDE = 3  # full files kept beside it


@dataclass(frozen=True, slots=True)
class KeptError:
    error_id: str
    at: str  # ISO 8601, UTC
    what: str  # which command, or that it was a button or form
    kind: str
    traceback: str
    server_id: int | None
    channel_id: int | None
    followed: int | None  # the message or press that began it

    @property
    def line(self) -> str:
        return f"{self.error_id}  {self.at}  {self.what}: {self.kind}"

    @property
    def text(self) -> str:
        where = [
            f"{name} {number}"
            for name, number in (("server", self.server_id), ("channel", self.channel_id), ("message", self.followed))
            if number is not None
        ]
        return f"{self.line}\n{', '.join(where)}\n{self.traceback}"


@contextmanager
def keeping_errors(data_dir: Path) -> Iterator[None]:
    """Keeps every error that is logged with an id, as long as this is open."""
    handler = RotatingFileHandler(
        data_dir / NAME, maxBytes=MOST_BYTES, backupCount=PUT_ASIDE, encoding="utf-8", delay=True
    )
    handler.setFormatter(_Line())
    handler.addFilter(lambda record: hasattr(record, "error_id"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def kept_errors(data_dir: Path) -> tuple[KeptError, ...]:
    """The newest first. A line that was cut off by a full disk is left out. Raises OSError."""
    names = (NAME, *(f"{NAME}.{number}" for number in range(1, PUT_ASIDE + 1)))
    found: list[KeptError] = []
    for path in (data_dir / name for name in names):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += filter(None, map(_read, reversed(lines)))
    return tuple(found)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        told: dict[str, Any] = {
            name: getattr(record, name, None) for name in ("error_id", "what", "server_id", "channel_id")
        }
        told["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        told["followed"] = followed()
        told["kind"] = "" if error is None else named(error)
        told["traceback"] = "" if error is None else traceback_of(error)
        return json.dumps(told, ensure_ascii=False)


def _read(line: str) -> KeptError | None:
    try:
        return KeptError(**json.loads(line))
    except (ValueError, TypeError):
        return None
