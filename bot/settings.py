"""The operator's settings: from the environment and `.env`, typed, and every mistake told at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.cooldowns import Limit
from bot.logs import LogFormat
from bot.shards import Shards

Value = TypeVar("Value")
ReadBy = Literal["own", "postgres"]
PREFIX_LIMIT = 5
MOST_SHARDS = 10_000
LEAST_MEMORY = 700  # MB of a reading process, of which the models have some 350: usual pictures take 520
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)
_COOLDOWN = re.compile(r"([a-z][a-z0-9 ]*?) +(off|(\d{1,4})/(\d{1,4}))")


class SettingsError(Exception):
    """`problems` holds one line per wrong setting: its name, what is wrong with the value, what is allowed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """`.env.example` explains each; the names are the same in capitals."""

    discord_token: str | None
    database_url: str | None
    redis_url: str | None  # None: processes share nothing but the database
    data_dir: Path
    command_prefix: str
    log_level: str
    log_format: LogFormat
    metrics_port: int | None
    slow_command_seconds: float
    slow_query_seconds: float
    ocr_queue: ReadBy
    ocr_workers: int
    ocr_deadline_seconds: float
    ocr_pictures_per_worker: int
    ocr_memory_mb: int
    database_pool_size: int
    cache_mb: int
    max_upload_mb: int
    shutdown_seconds: float
    tesseract_cmd: str | None
    members_intent: bool
    cooldowns: Mapping[str, Limit | None]
    backup_every_hours: float | None
    backup_keep: int
    backup_dir: Path | None  # None: backups under the data directory
    discord_api_url: str | None
    discord_gateway_url: str | None
    shard_count: int | None  # None: one process with one connection to Discord
    shard_ids: tuple[int, ...] | None  # None: all of them

    @property
    def shards(self) -> Shards | None:
        count = self.shard_count
        return None if count is None else Shards(self.shard_ids or tuple(range(count)), count)

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.backup_dir or self.data_dir / "backups"

    def __repr__(self) -> str:
        """Without the secrets, so that a log line or a traceback cannot leak them."""
        return (
            f"Settings(data_dir={str(self.data_dir)!r}, ocr_workers={self.ocr_workers}, log_level={self.log_level!r})"
        )


def load_settings(environment: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The environment wins over `.env`; an empty value counts as not set. Raises SettingsError."""
    merged: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        merged.update({name: value for name, value in dotenv_values(env_file).items() if value is not None})
    merged.update(os.environ if environment is None else environment)
    values = _Values(merged)
    settings = Settings(
        discord_token=values.take("DISCORD_TOKEN", _token, None),
        database_url=values.take("DATABASE_URL", _url("postgresql", "postgres"), None),
        redis_url=values.take("REDIS_URL", _redis, None),
        data_dir=values.take("DATA_DIR", _path, Path("data")),
        command_prefix=values.take("COMMAND_PREFIX", _prefix, "!"),
        log_level=values.take("LOG_LEVEL", _level, "INFO"),
        log_format=values.take("LOG_FORMAT", _log_format, "people"),
        metrics_port=values.take("METRICS_PORT", _port, None),
        slow_command_seconds=values.take("SLOW_COMMAND_SECONDS", _number(0.01, 600), 5.0),
        slow_query_seconds=values.take("SLOW_QUERY_SECONDS", _number(0.001, 600), 0.5),
        ocr_queue=values.take("OCR_QUEUE", _read_by, "own"),
        ocr_workers=values.take("OCR_WORKERS", _whole(1, 64), max(1, min(4, (os.cpu_count() or 2) - 1))),
        ocr_deadline_seconds=values.take("OCR_DEADLINE_SECONDS", _number(1, 600), 30.0),
        ocr_pictures_per_worker=values.take("OCR_PICTURES_PER_WORKER", _whole(1, 100_000), 200),
        ocr_memory_mb=values.take("OCR_MEMORY_MB", _whole(LEAST_MEMORY, 1_000_000), 1200),
        database_pool_size=values.take("DATABASE_POOL_SIZE", _whole(2, 100), 10),
        cache_mb=values.take("CACHE_MB", _whole(8, 100_000), 128),
        max_upload_mb=values.take("MAX_UPLOAD_MB", _whole(1, 100), 25),
        shutdown_seconds=values.take("SHUTDOWN_SECONDS", _number(1, 600), 20.0),
        tesseract_cmd=values.take("TESSERACT_CMD", str, None),
        members_intent=values.take("MEMBERS_INTENT", _switch, False),  # noqa: FBT003 - a default
        cooldowns=values.take("COOLDOWNS", _cooldowns, {}),
        backup_every_hours=values.take("BACKUP_EVERY_HOURS", _hours, None),
        backup_keep=values.take("BACKUP_KEEP", _whole(1, 1000), 7),
        backup_dir=values.take("BACKUP_DIR", _folder, None),
        discord_api_url=values.take("DISCORD_API_URL", _url("http", "https"), None),
        discord_gateway_url=values.take("DISCORD_GATEWAY_URL", _url("ws", "wss"), None),
        shard_count=values.take("SHARD_COUNT", _count_of_shards, None),
        shard_ids=values.take("SHARD_IDS", _ranges, None),
    )
    if settings.shard_ids is not None and settings.shard_count is None:
        values.problems.append("SHARD_IDS: SHARD_COUNT is missing: how many there are in all processes together")
    try:
        _ = settings.shards
    except ValueError as error:
        values.problems.append(f"SHARD_IDS: {error}")
    if values.problems:
        raise SettingsError(tuple(values.problems))
    return settings


class _Values:
    """Takes settings one by one and remembers what was wrong instead of stopping at the first."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._raw = raw
        self.problems: list[str] = []

    def take(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        text = self._raw.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return default


def _count_of_shards(text: str) -> int | None:
    return _whole(1, MOST_SHARDS)(text)


def _ranges(text: str) -> tuple[int, ...] | None:
    """`0-3, 6`."""
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None or int(match[1]) > int(match[2] or match[1]):
            raise ValueError(f"{_shown(part.strip())} is not such as 0-3 or 5")
        found.extend(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(found)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:27] + "…")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or not low <= int(text) <= high:
            raise ValueError(f"{_shown(text)} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _port(text: str) -> int | None:
    return _whole(1, 65_535)(text)


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"{_shown(text)} is not a number from {low:g} to {high:g}")
        return value

    return parse


def _hours(text: str) -> float | None:
    return _number(0.1, 8_760)(text)


def _url(*schemes: str) -> Callable[[str], str | None]:
    def parse(text: str) -> str | None:
        allowed = ", ".join(f"{scheme}://" for scheme in schemes[:-1]) + f" or {schemes[-1]}://"
        if urlsplit(text).scheme not in schemes:
            # The value is not repeated: an address may hold a password.
            raise ValueError(f"the address must begin with {allowed}")
        return text

    return parse


def _redis(text: str) -> str | None:
    address = _url("redis", "rediss", "unix")(text)
    from redis.asyncio.connection import parse_url  # noqa: PLC0415  (who has none need not load it)

    try:
        parse_url(text)
    except ValueError:
        # Not its own words: they repeat parts of the address.
        raise ValueError("the address is not such as redis://:password@host:6379/0") from None
    return address


def _token(text: str) -> str | None:
    if any(character.isspace() for character in text) or text.count(".") < 2:
        raise ValueError("this is no bot token (three parts joined by dots, from the Bot page of the developer portal)")
    return text


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{_shown(text)} is a file; a folder is needed")
    return path


def _folder(text: str) -> Path | None:
    return _path(text)


def _prefix(text: str) -> str:
    if len(text) > PREFIX_LIMIT or any(character.isspace() for character in text) or text.startswith("/"):
        raise ValueError(f"{_shown(text)} must be 1 to {PREFIX_LIMIT} characters without spaces, and not begin with /")
    return text


def _switch(text: str) -> bool:
    words = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}
    if text.casefold() not in words:
        raise ValueError(f"{_shown(text)} is neither on nor off")
    return words[text.casefold()]


def _cooldowns(text: str) -> dict[str, Limit | None]:
    """`scan 6/30, graph off`: times a minute for a person, and for a server."""
    found: dict[str, Limit | None] = {}
    for one in text.split(","):
        match = _COOLDOWN.fullmatch(one.strip())
        limit = None if match is None or match[2] == "off" else Limit(int(match[3]), int(match[4]))
        if match is None or (limit is not None and not 1 <= limit.person <= limit.server):
            example = "'scan 6/30' (a person/a server, a minute) or 'scan off'"
            raise ValueError(f"{_shown(one.strip())} is not such as {example}")
        found[match[1]] = limit
    return found


def _level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise ValueError(f"{_shown(text)} is not one of {', '.join(levels)}")
    return text.upper()


def _log_format(text: str) -> LogFormat:
    match text.casefold():
        case "people":
            return "people"
        case "json":
            return "json"
    raise ValueError(f"{_shown(text)} is neither people nor json")


def _read_by(text: str) -> ReadBy:
    match text.casefold():
        case "own":
            return "own"
        case "postgres":
            return "postgres"
    raise ValueError(f"{_shown(text)} is neither own (processes of the bot) nor postgres (main.py worker)")
