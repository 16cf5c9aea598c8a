"""The rules of bulk scans, tried past the use cases."""

from __future__ import annotations

import pytest

from db import servers
from db.errors import RuleBrokenError, TakenError, rules
from db.pool import Database
from tests.db.test_schema import HERE, THERE

UPLOAD = """
    insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                         sha256, path, sent_at, bulk_id)
    values ($1, 'picture', 5, 6, 7, 8, 'Robin', repeat('a', 64), 'pictures/aa/x', now(), $2) returning upload_id
"""
SCAN = """
    insert into bulk_scans (server_id, channel_id, answer_channel_id, started_by, started_by_name, walked_to)
    values ($1, 5, 5, 1, 'Robin', 100) returning bulk_id
"""


@pytest.fixture
async def scanned(database: Database) -> tuple[Database, int, int]:
    """A scan with one picture here, an upload there."""
    async with database.transaction() as db:
        for server_id in (HERE, THERE):
            await servers.lock(db, server_id=server_id)
        bulk_id = await db.fetchval(SCAN, HERE)
        await db.execute("insert into bulk_pictures values ($1, $2, 6, 7)", HERE, bulk_id)
        upload_id = await db.fetchval(UPLOAD, THERE, None)
    return database, bulk_id, upload_id


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ("update bulk_pictures set state = 'lost'", "bulk_pictures_state_known"),
        ("update bulk_pictures set state = 'taken'", "bulk_pictures_taken_has_upload"),
        ("update bulk_pictures set state = 'skipped'", "bulk_pictures_skipped_says_why"),
        ("update bulk_pictures set reason = 'x'", "bulk_pictures_skipped_says_why"),
        ("update bulk_scans set state = 'ended'", "bulk_scans_ended_sometime"),
        ("update bulk_scans set reason = 'x'", "bulk_scans_stopped_at_an_end"),
        ("update bulk_scans set most_messages = 0", "bulk_scans_messages_counted"),
    ],
)
async def test_a_scan_is_always_whole(scanned: tuple[Database, int, int], wrong: str, constraint: str) -> None:
    database, _, _ = scanned
    async with database.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(wrong)
    assert caught.value.constraint == constraint


async def test_one_runs_a_server(scanned: tuple[Database, int, int]) -> None:
    database, _, _ = scanned
    async with database.acquire() as db:
        with pytest.raises(TakenError, match="running"), rules():
            await db.execute(SCAN, HERE)
        await db.execute("update bulk_scans set state = 'ended', ended_at = now()")
        await db.execute(SCAN, HERE)


async def test_nothing_crosses_servers(scanned: tuple[Database, int, int]) -> None:
    database, bulk_id, upload_id = scanned
    async with database.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute("update bulk_pictures set state = 'taken', upload_id = $1", upload_id)
        assert caught.value.constraint == "bulk_pictures_upload_fkey"
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute("update uploads set bulk_id = $1", bulk_id)
        assert caught.value.constraint == "uploads_bulk_fkey"
