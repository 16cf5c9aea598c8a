"""What one process changes, another one sees within a second, though both keep in memory what they have read."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.services.errors import AlreadyExists
from bot.services.house import Services, build_services
from db.pool import Database
from mkw.ids import ChannelId, MessageId
from tests.database import TestServer
from tests.faults.test_killed import ROOT
from tests.services.conftest import EDITOR, SERVER, STRANGER, StandInReader
from tests.services.test_old_record import old_file

SECOND = 1.0


class Follower:
    def __init__(self, url: str, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.follower", url, str(data_dir), str(SERVER)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def sees(self, *, within: float = 10.0) -> dict[str, Any] | None:
        """The next thing it sees; None where nothing changes for it in that time."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], within)
        if not ready:
            return None
        seen: dict[str, Any] = json.loads(self.process.stdout.readline())
        return seen


@pytest.fixture
async def url(database: Database, test_server: TestServer) -> str:
    async with database.acquire() as connection:
        return test_server.url_of(await connection.fetchval("select current_database()"))


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Services:
    return build_services(database, StandInReader(), tmp_path)


@pytest.fixture
def follower(url: str, tmp_path: Path) -> Iterator[Follower]:
    made = Follower(url, tmp_path)
    yield made
    made.process.kill()
    made.process.communicate()


async def test_a_change_in_one_is_seen_by_the_other_within_a_second(services: Services, follower: Follower) -> None:
    assert follower.sees() is not None
    for number in range(5):
        await services.settings.change(EDITOR, prefix=f"p{number}")
        done = time.time()
        seen = follower.sees()
        assert seen is not None
        assert seen["prefix"] == f"p{number}"
        assert seen["at"] - done < SECOND
    await services.roster.add(EDITOR, "Comet")
    assert (follower.sees() or {})["players"] == ["Comet"]
    review = await services.reviews.typed(EDITOR, ChannelId(1), MessageId(1), "Comet 100 vs CB 90")
    await services.reviews.save(EDITOR, review.upload_id)
    assert (follower.sees() or {})["wars"] == 1
    await services.history.undo(EDITOR)
    assert (follower.sees() or {})["wars"] == 0
    await services.settings.change(STRANGER, prefix="?")
    assert follower.sees(within=0.5) is None, "nothing of another server"


async def test_a_connection_that_was_lost_loses_nothing(
    services: Services, follower: Follower, database: Database
) -> None:
    assert follower.sees() is not None
    async with database.acquire() as connection:
        cut = await connection.fetchval(
            """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and application_name = 'follower (listening)'
            """
        )
    assert cut == 1
    await services.settings.change(EDITOR, prefix="?")  # while nobody listens
    assert (follower.sees() or {})["prefix"] == "?"
    time.sleep(1.0)  # noqa: ASYNC251 - the other process connects again
    await services.settings.change(EDITOR, prefix="%")
    done = time.time()
    seen = follower.sees()
    assert seen is not None
    assert (seen["prefix"], seen["at"] - done < SECOND) == ("%", True)


async def test_what_is_rolled_back_is_told_to_nobody(services: Services, follower: Follower) -> None:
    assert follower.sees() is not None
    await services.roster.add(EDITOR, "Comet")
    assert follower.sees() is not None
    with pytest.raises(AlreadyExists):
        await services.roster.add(EDITOR, "Comet")
    assert follower.sees(within=0.5) is None


async def test_what_the_command_line_brings_in_is_seen_by_a_running_bot(
    services: Services, follower: Follower, url: str, tmp_path: Path
) -> None:
    seen = follower.sees()
    assert seen is not None
    assert (seen["players"], seen["wars"]) == ([], 0)
    file = old_file(tmp_path / "old.db")
    done = subprocess.run(  # noqa: ASYNC221 - the other process need not wait for this one
        [sys.executable, "main.py", "import-sqlite", str(file), "--server", str(SERVER), "--apply"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path)}, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = follower.sees(within=SECOND)
    assert seen is not None
    assert (seen["players"], seen["wars"]) == (["Comet", "Pixel"], 2)
