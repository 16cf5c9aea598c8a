"""A database that goes away under the use cases, and caches that never show what was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.services.errors import AlreadyExists, Conflict, RecordsAway
from bot.services.following import LARGE, FollowService
from bot.services.records import Cache, Records
from bot.services.statistics import StatisticsService
from db.pool import Database
from mkw.ids import MessageId, ServerId, WarId
from tests.services.conftest import CHANNEL, EDITOR, OTHER_SERVER, SERVER, STRANGER, Clan
from tests.services.test_intake import Flaky, flaky
from tests.services.test_statistics import keep

if TYPE_CHECKING:
    from db.pool import Connection


async def test_connections_cut_by_the_server_are_replaced(clan: Clan, database: Database) -> None:
    await clan.players("Comet")
    for _ in range(2):
        async with database.acquire() as db:
            await db.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            cut = await db.fetchval("select pg_backend_pid()")
        async with database.acquire() as db:
            if await db.fetchval("select pg_backend_pid()") == cut:
                with pytest.raises(Exception, match="terminat"):
                    await db.execute("select pg_terminate_backend(pg_backend_pid())")
        await clan.services.roster.add(EDITOR, f"Pixel {cut}")
    assert len(await clan.services.roster.players(SERVER)) == 3


async def test_a_short_absence_is_not_noticed(clan: Clan, database: Database) -> None:
    shaky, away = flaky(clan, database, failures=2)
    await shaky.services.roster.add(EDITOR, "Comet")
    away.failures = 2
    assert len(await shaky.services.roster.players(SERVER)) == 1


async def test_a_long_absence_is_said_and_changes_nothing(clan: Clan, database: Database) -> None:
    shaky, away = flaky(clan, database, failures=100)
    with pytest.raises(RecordsAway, match="Nothing that was sent is lost"):
        await shaky.services.roster.add(EDITOR, "Comet")
    with pytest.raises(RecordsAway):
        await shaky.services.settings.get(SERVER)
    away.failures = 0
    assert await shaky.services.roster.players(SERVER) == ()


async def test_what_is_cached_needs_no_database(clan: Clan, database: Database) -> None:
    shaky, away = flaky(clan, database, failures=0)
    await shaky.services.settings.change(EDITOR, prefix="?")
    assert (await shaky.services.settings.get(SERVER)).prefix == "?"
    away.failures = 100
    assert (await shaky.services.settings.get(SERVER)).prefix == "?"


async def test_a_value_loaded_before_a_change_is_not_kept() -> None:
    cache, gate = Cache(), asyncio.Event()

    async def slow() -> str:
        await gate.wait()
        return "old"

    reading = asyncio.create_task(cache.get(SERVER, "key", slow))
    await asyncio.sleep(0)
    cache.drop(SERVER)
    gate.set()
    assert await reading == "old"

    async def fresh() -> str:
        return "new"

    assert await cache.get(SERVER, "key", fresh) == "new"
    assert await cache.get(SERVER, "key", slow) == "new"
    assert await cache.get(ServerId(2), "key", slow) == "old"


class Impatient(Flaky):
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._database.transaction() as connection:
            await connection.execute("set local lock_timeout = '50ms'")
            yield connection


async def test_a_row_held_too_long_is_a_conflict(database: Database) -> None:
    impatient = Records(Impatient(database, 0))  # type: ignore[arg-type]

    async def change() -> None:
        async with impatient.change(SERVER):
            pytest.fail("the row is held by somebody else")

    async with Records(database).change(SERVER):
        with pytest.raises(Conflict, match="Somebody else"):
            await change()


class DiesInside(Flaky):
    """Connections that are found dead by the first statement of a transaction."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._database.transaction() as connection:
            if self.failures > 0:
                self.failures -= 1
                connection.terminate()
            yield connection


async def test_a_connection_that_dies_at_the_first_statement_is_replaced(clan: Clan, database: Database) -> None:
    records = Records(DiesInside(database, 2), pauses=(0.01, 0.01))  # type: ignore[arg-type]
    async with records.change(SERVER) as db:
        await db.execute("insert into watched_channels values ($1, 5)", SERVER)
    assert (await clan.services.settings.get(SERVER)).watched_channels == {5}
    worse = Records(DiesInside(database, 9), pauses=(0.01, 0.01))  # type: ignore[arg-type]
    with pytest.raises(RecordsAway):
        await worse.change(SERVER).__aenter__()


async def test_a_failed_change_leaves_nothing(database: Database) -> None:
    records = Records(database)

    async def change() -> None:
        async with records.change(SERVER) as db:
            await db.execute("insert into watched_channels values ($1, 5)", SERVER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change()
    async with database.acquire() as db:
        assert await db.fetchval("select count(*) from watched_channels") == 0


async def loads(clan: Clan, act: object) -> dict[str, int]:
    """How often the record, the roster and the settings were loaded again after what was done."""
    records = clan.services.statistics._records
    await clan.services.statistics.scope(SERVER)
    await act  # type: ignore[misc]
    asked = {}
    for name, ask in (
        ("record", clan.services.statistics.record),
        ("players", clan.services.roster.players),
        ("settings", clan.services.settings.get),
    ):
        before = records.cache.misses
        await ask(SERVER)
        asked[name] = records.cache.misses - before
    return asked


async def test_what_a_change_touches_is_loaded_again_and_nothing_else(clan: Clan) -> None:
    await clan.players()
    text = "Comet 180, Pixel 70 vs CB 200"
    review = await clan.services.reviews.typed(EDITOR, CHANNEL, MessageId(1), text)
    services = clan.services
    assert await loads(clan, services.settings.change(EDITOR, clan_name="DX")) == {
        "record": 0, "players": 0, "settings": 1,
    }  # fmt: skip
    assert await loads(clan, services.seasons.add(EDITOR, "1", date(2026, 1, 1), date(2026, 2, 1))) == {
        "record": 0, "players": 0, "settings": 0,
    }  # fmt: skip
    assert await loads(clan, services.reviews.set_score(EDITOR, review.upload_id, 2, 80)) == {
        "record": 0, "players": 0, "settings": 0,
    }  # fmt: skip
    newcomer = await services.reviews.typed(EDITOR, CHANNEL, MessageId(2), "Stranger 90 vs CB 200")
    assert await loads(clan, services.reviews.link_new(EDITOR, newcomer.upload_id, 1, "Stranger")) == {
        "record": 0, "players": 1, "settings": 0,
    }  # fmt: skip
    assert (await loads(clan, services.reviews.save(EDITOR, review.upload_id)))["record"] == 1
    assert (await loads(clan, services.wars.remove(EDITOR, WarId(1))))["record"] == 1
    assert (await loads(clan, services.history.undo(EDITOR)))["record"] == 1


async def test_a_change_that_was_rolled_back_drops_nothing(clan: Clan) -> None:
    await clan.players("Comet")

    async def refused() -> None:
        with pytest.raises(AlreadyExists):
            await clan.services.roster.add(EDITOR, "comet")

    assert await loads(clan, refused()) == {"record": 0, "players": 0, "settings": 0}


async def test_another_servers_change_drops_nothing_here(clan: Clan) -> None:
    await clan.players("Comet")
    assert (await loads(clan, clan.services.roster.add(STRANGER, "Kim")))["record"] == 0


async def test_what_many_ask_for_at_once_is_loaded_once() -> None:
    cache, loaded = Cache(), []

    async def load() -> int:
        loaded.append(1)
        await asyncio.sleep(0.01)
        return len(loaded)

    assert await asyncio.gather(*(cache.get(SERVER, "record", load) for _ in range(5))) == [1] * 5
    assert (len(loaded), cache.hits, cache.misses) == (1, 4, 1)


async def test_who_asks_after_a_change_does_not_wait_for_what_was_before() -> None:
    cache, loaded = Cache(), []

    async def load() -> int:
        loaded.append(1)
        number = len(loaded)
        await asyncio.sleep(0.01)
        return number

    first = asyncio.create_task(cache.get(SERVER, "record", load))
    await asyncio.sleep(0)
    cache.drop(SERVER)
    assert await cache.get(SERVER, "record", load) == 2
    assert await first == 1
    assert await cache.get(SERVER, "record", load) == 2


async def test_who_waited_for_a_load_that_failed_loads_for_themselves() -> None:
    cache, tries = Cache(), []

    async def load() -> int:
        tries.append(1)
        await asyncio.sleep(0.01)
        if len(tries) == 1:
            raise RecordsAway("away")
        return 7

    answers = await asyncio.gather(*(cache.get(SERVER, "record", load) for _ in range(3)), return_exceptions=True)
    assert isinstance(answers[0], RecordsAway)
    assert answers[1:] == [7, 7]


@pytest.mark.parametrize("turns", range(4))
async def test_a_server_that_says_goodbye_between_two_statements_is_away(database: Database, turns: int) -> None:
    """Whatever has been heard of it by then: the word, the end of the connection, or nothing yet."""
    records = Records(database)
    tries: list[int] = []

    async def work(connection: Connection) -> int:
        tries.append(await connection.fetchval("select pg_backend_pid()"))
        if len(tries) == 1:
            async with database.acquire() as other:
                await other.execute("select pg_terminate_backend($1)", tries[0])
            time.sleep(0.005)  # noqa: ASYNC251 - the loop shall hear of it in its turns alone
            for _ in range(turns):
                await asyncio.sleep(0)
        return int(await connection.fetchval("select 1"))

    assert await records.read(work) == 1
    assert len(tries) == 2


def following(clan: Clan, database: Database) -> tuple[Records, StatisticsService, FollowService]:
    records = Records(database)
    statistics = StatisticsService(records, clan.clock)
    return records, statistics, FollowService(records, statistics, soon=0.0)


async def test_a_record_in_use_is_read_again_before_somebody_asks(clan: Clan, database: Database) -> None:
    records, statistics, follow = following(clan, database)
    await clan.players("Comet")
    await keep(clan, "Comet 90 vs CB 80")
    await keep(clan, "Comet 80 vs CB 80")
    async with follow.following():
        await asyncio.sleep(0.2)  # listening begins with all caches dropped
        await statistics.races_of(await statistics.scope(SERVER))
        async with records.change(SERVER) as db:
            await db.execute("update wars set removed_at = now(), revision = revision + 1 where war_id = 2")
        await follow.settled()
        seen = records.cache.misses
        assert len((await statistics.scope(SERVER)).record.wars) == 1
        await statistics.races(SERVER)
        assert records.cache.misses == seen
        async with records.change(OTHER_SERVER):  # of which nobody asked
            pass
        await follow.settled()
        assert records.cache.misses == seen
        async with records.change(SERVER, drops=frozenset({"settings"})):
            pass
        await follow.settled()
        assert records.cache.misses == seen


async def test_large_records_are_read_after_a_start(clan: Clan, database: Database) -> None:
    records, statistics, follow = following(clan, database)
    await clan.players("Comet")
    await keep(clan, "Comet 90 vs CB 80")
    async with database.acquire() as db:
        await db.execute("update servers set last_war_id = $1", LARGE)
    async with follow.following():
        await asyncio.sleep(0.2)  # listening begins with all caches dropped
        await follow.expect([OTHER_SERVER])
        await follow.settled()
        assert records.cache.misses == 0  # the bot is not there, or nothing is kept
        await follow.expect([SERVER])
        await follow.settled()
        seen = records.cache.misses
        assert len((await statistics.races_of(await statistics.scope(SERVER))).wars) == 1
        assert records.cache.misses == seen > 0


async def test_what_is_cached_is_bounded_by_its_bytes() -> None:
    class Large:
        bytes = 400_000

    cache, loaded = Cache(most=1_000_000), []

    async def load() -> Large:
        loaded.append(1)
        return Large()

    for server in (1, 2, 1, 3, 1, 2):
        await cache.get(ServerId(server), "record", load)
    assert len(loaded) == 4  # the third took the place of the second, asked about least lately
    await cache.get(ServerId(1), "races", load)
    await cache.get(ServerId(1), "more", load)  # of one server more than all may be together
    await cache.get(ServerId(1), "record", load)
    assert len(loaded) == 7
