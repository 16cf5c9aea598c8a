"""The rules of live wars, tried past the use cases."""

from __future__ import annotations

import pytest

from db.errors import RuleBrokenError, rules
from db.pool import Database

HERE, THERE = 100, 200
LIVE = """
    insert into live_wars (server_id, channel_id, war, started_by, started_by_name, started_at, last_at)
    values ($1, 5, '{}', 1, 'Robin', now(), now()) returning live_id
"""
PICTURE = """
    insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                         sha256, path, sent_at, state, draft, decided_by, decided_by_name, decided_at, live_id)
    values ($1, 'picture', 5, 6, 7, 1, 'Robin', repeat('a', 64), 'x', now(), 'joined', '{}', 1, 'Robin', now(), $2)
"""


@pytest.fixture
async def live_id(database: Database) -> int:
    async with database.acquire() as db:
        await db.execute("insert into servers (server_id) values ($1), ($2)", HERE, THERE)
        found: int = await db.fetchval(LIVE, HERE)
        return found


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update live_wars set state = 'lost'", "live_wars_state_known"),
        ("update live_wars set state = 'kept'", "live_wars_kept_has_war"),
        ("update live_wars set raced_by = 1", "live_wars_raced_by_somebody"),
        ("update servers set live_typing = 'nobody'", "servers_live_typing_known"),
    ],
)
async def test_what_cannot_be_is_refused(database: Database, live_id: int, statement: str, constraint: str) -> None:
    assert live_id
    async with database.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(statement)
    assert caught.value.constraint == constraint


async def test_a_channel_has_one_at_a_time_and_each_server_its_own(database: Database, live_id: int) -> None:
    async with database.acquire() as db:
        await db.fetchval(LIVE, THERE)
        with pytest.raises(RuleBrokenError, match="A live war runs in this channel already"), rules():
            await db.fetchval(LIVE, HERE)
        await db.execute("update live_wars set state = 'thrown' where live_id = $1", live_id)
        await db.fetchval(LIVE, HERE)


async def test_a_picture_is_part_of_a_live_war_of_its_own_server(database: Database, live_id: int) -> None:
    async with database.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(PICTURE, THERE, live_id)
        assert caught.value.constraint == "uploads_live_fkey"
        await db.execute(PICTURE, HERE, live_id)
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute("update uploads set joined_into = upload_id")
        assert caught.value.constraint in ("uploads_joined_somewhere", "uploads_joined_to_another")
