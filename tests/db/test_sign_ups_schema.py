"""The rules of sign-ups, tried past the use cases."""

from __future__ import annotations

import pytest

from db.errors import RuleBrokenError, rules
from db.pool import Database

HERE, THERE = 100, 200
SIGN_UP = """
    insert into sign_ups (server_id, sign_up_id, channel_id, starts_at, size, posted_by, posted_by_name, posted_at)
    values ($1, 1, 5, now() + interval '1 hour', 6, 1, 'Robin', now())
"""
ANSWER = """
    insert into sign_up_answers (server_id, sign_up_id, user_id, user_name, answer, turn)
    values ($1, 1, $2, 'Robin', 'can', $3)
"""


@pytest.fixture
async def records(database: Database) -> Database:
    async with database.acquire() as db:
        await db.execute("insert into servers (server_id) values ($1), ($2)", HERE, THERE)
        await db.execute(SIGN_UP, HERE)
        await db.execute(ANSWER, HERE, 1, 1)
    return database


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update sign_ups set state = 'lost'", "sign_ups_state_known"),
        ("update sign_ups set size = 13", "sign_ups_size_possible"),
        ("update sign_ups set opponent = ' '", "sign_ups_opponent_tidy"),
        ("update sign_ups set remind_at = starts_at", "sign_ups_remind_before"),
        ("update sign_ups set reminded = true", "sign_ups_reminded_by_one"),
        ("update sign_up_answers set answer = 'no'", "sign_up_answers_known"),
        ("update sign_up_answers set answer = 'maybe', moved_up = true", "sign_up_answers_moved_up_can"),
    ],
)
async def test_what_cannot_be_is_refused(records: Database, statement: str, constraint: str) -> None:
    async with records.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(statement)
    assert caught.value.constraint == constraint


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ((HERE, 1, 2), "sign_up_answers_pkey"),  # one answer a person
        ((HERE, 2, 1), "sign_up_answers_turn_once"),
        ((THERE, 2, 1), "sign_up_answers_sign_up_fkey"),  # of another server
    ],
)
async def test_one_answer_a_person_and_one_person_a_turn(
    records: Database, values: tuple[int, int, int], constraint: str
) -> None:
    async with records.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(ANSWER, *values)
    assert caught.value.constraint == constraint
