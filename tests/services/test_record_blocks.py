"""A process that heard of every change has the record that a new process would read."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.services.errors import UserProblem
from bot.services.records import Records
from bot.services.statistics import Remembered, StatisticsService
from db.pool import Database
from mkw.ids import ServerId
from tests.db.conftest import years_of_wars
from tests.db.test_blocks import same
from tests.services.conftest import OTHER_SERVER, SERVER, STRANGER, Clan
from tests.services.histories import live, step
from tests.services.test_bringing_in import brought_in
from tests.services.test_export import exported

__all__ = ["years_of_wars"]  # a fixture


async def as_a_new_process_reads(clan: Clan, database: Database, server_id: ServerId) -> int:
    """How many wars there are."""
    fresh = StatisticsService(Records(database), clan.clock)
    here = clan.services.statistics
    record = await here.record(server_id)
    assert same(record, await fresh.record(server_id))
    assert same(await here.races(server_id), await fresh.races(server_id))
    return len(record.wars)


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_changed(clan: Clan, database: Database, seed: int) -> None:
    rng = random.Random(seed)
    await live(clan, rng, steps=0)
    for _ in range(40):
        clan.clock.pass_days(rng.random() * 3)
        with suppress(UserProblem):
            await step(clan, rng)
        await as_a_new_process_reads(clan, database, SERVER)
    # One file brought in twice: the same wars with the same revisions, of new players.
    document = await exported(clan)
    for _ in range(2):
        await brought_in(clan, document)
        assert await as_a_new_process_reads(clan, database, OTHER_SERVER)
        await clan.services.history.undo(STRANGER)
        assert not await as_a_new_process_reads(clan, database, OTHER_SERVER)
        await brought_in(clan, document)
        assert await as_a_new_process_reads(clan, database, OTHER_SERVER)
        await clan.services.history.undo(STRANGER)


def test_what_is_remembered_is_bounded() -> None:
    most = 1_000_000
    remembered: Remembered[int] = Remembered(most, lambda size: size)
    for server in range(1, 10):
        remembered.keep(ServerId(server), most // 4)
    assert [server for server in range(1, 10) if remembered.get(ServerId(server)) is not None] == [7, 8, 9]
    remembered.keep(ServerId(9), 2 * most)
    assert remembered.get(ServerId(9)) is None


async def test_all_that_is_kept_of_records_stays_within_one_budget(years_of_wars: Database) -> None:
    """Of twenty servers, of whom a few have room."""
    budget = 1_000_000
    records = Records(years_of_wars, budget=budget)
    service = StatisticsService(records, lambda: datetime.now(UTC))
    for server in range(1, 21):
        await service.races(ServerId(server))
        kept = (records.cache._kept, service._last._kept, service._last_races._kept)
        assert sum(int(one.currsize) for one in kept) <= budget
        assert sum(int(one.maxsize) for one in kept) <= budget
    there = [server for server in range(1, 21) if service._last.get(ServerId(server)) is not None]
    assert 0 < len(there) < 20
    assert there[-1] == 20
