"""The plug is pulled: a real process is killed while it reads, and the next start takes the upload up again, once."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.pool import Database
from tests.database import TestServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def url(database: Database, test_server: TestServer) -> str:
    async with database.acquire() as connection:
        return test_server.url_of(await connection.fetchval("SELECT current_database()"))


def start(url: str, data_dir: Path, mode: str, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.bot_process", url, str(data_dir), mode, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


async def test_killed_while_reading(url: str, database: Database, tmp_path: Path) -> None:
    first = start(url, tmp_path, "post", 60)
    assert first.stdout is not None
    assert any("reading" in line for line in first.stdout), "the reading never began"
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=10)
    assert await states(database) == ["received"], "an upload is kept before it is read"

    second = said(start(url, tmp_path, "resume", 0))
    assert [fact for fact in second if "reading" in fact], "the next start reads it"
    assert second[-1]["messages"] == [{"embeds": 1, "buttons": 5}], "and answers it, with its buttons"
    assert await states(database) == ["review"]

    third = said(start(url, tmp_path, "resume", 0))
    assert third == [{"messages": []}], "and the start after that leaves it alone"


async def test_killed_in_the_midst_of_a_bulk_scan(url: str, database: Database, tmp_path: Path) -> None:
    first = start(url, tmp_path, "bulk", 60)
    assert first.stdout is not None
    begun = list(itertools.islice((line for line in first.stdout if "reading" in line), 2))
    assert [json.loads(line)["reading"] for line in begun] == [0, 1], "oldest first, one at a time"
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=10)
    assert await states(database) == ["review", "received"]

    second = said(start(url, tmp_path, "bulk-resume", 0))
    assert [fact["reading"] for fact in second if "reading" in fact] == [1, 2, 3], "it goes on where it stood"
    (shown,) = second[-2]["lists"]
    assert "4 pictures" in shown
    assert "**4 proven**" in shown
    assert second[-1]["messages"] == [], "and nothing of it is answered one by one"
    assert await states(database) == ["review"] * 4

    third = said(start(url, tmp_path, "bulk-resume", 0))
    assert [fact for fact in third if "reading" in fact] == []


async def test_killed_between_posting_a_report_and_noting_it(url: str, database: Database, tmp_path: Path) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            """
            create function wait() returns trigger language plpgsql
                as $$ begin perform pg_sleep(60); return new; end $$;
            create trigger wait before update on monthly_reports for each row when (new.posted) execute function wait()
            """
        )
    first = start(url, tmp_path, "monthly", 60)
    assert first.stdout is not None
    assert any("Comet Racers" in line for line in first.stdout), "the report was never posted"
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=10)
    async with database.acquire() as connection:
        assert await connection.fetchval("select posted from monthly_reports") is False
        await connection.execute("drop trigger wait on monthly_reports")

    second = said(start(url, tmp_path, "monthly-again", 0))
    assert second[0]["reports"] == ["Comet Racers · December 2025"], "the next one finds it"
    async with database.acquire() as connection:
        assert await connection.fetchval("select posted from monthly_reports") is True

        await connection.execute("update monthly_reports set posted = false, taken_at = '2026-01-01 12:00+00'")
    third = said(start(url, tmp_path, "monthly-none", 0))
    assert third[-2]["reports"] == ["Comet Racers · December 2025"] * 2, "what somebody asked for is not the report"


async def states(database: Database) -> list[str]:
    async with database.acquire() as connection:
        return [row["state"] for row in await connection.fetch("SELECT state FROM uploads ORDER BY upload_id")]
