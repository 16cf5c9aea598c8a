"""What is answered with a shared cache is what is answered without one, whatever happens to the cache."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from bot.services.errors import UserProblem
from bot.services.records import Records
from bot.services.statistics import StatisticsService
from db import shared_blocks
from db.pool import Database, PoolOptions, connect
from db.redis_cache import ANSWERS_WITHIN, RedisCache, redis_cache
from db.shared_blocks import SharedBlocks
from db.shared_cache import OwnMemory, SharedCache
from mkw.ids import ChannelId, MessageId, ServerId
from tests.db.test_blocks import same
from tests.redis_server import PASSWORD, RedisServer, redis_server
from tests.services.conftest import EDITOR, OTHER_SERVER, SERVER, STRANGER, Clan
from tests.services.histories import live, step
from tests.services.test_bringing_in import brought_in
from tests.services.test_export import exported

SECRET = b"a token of tests"


@pytest.fixture(autouse=True)
def small_records_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_blocks, "LEAST", 0)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
async def cache(redis: RedisServer) -> AsyncIterator[RedisCache]:
    async with redis_cache(redis.url, pauses=(0.05,)) as made:
        yield made


class Process:
    """What a process of the bot that has just started knows: nothing."""

    def __init__(self, database: Database, clan: Clan, cache: SharedCache | None, secret: bytes = SECRET) -> None:
        self.blocks = None if cache is None else SharedBlocks(cache, secret)
        self.statistics = StatisticsService(Records(database), clan.clock, self.blocks)

    async def settled(self) -> None:
        if self.blocks is not None:
            await self.blocks.settled()
            if isinstance(self.blocks.cache, RedisCache):
                await self.blocks.cache.settled()


async def equal(database: Database, clan: Clan, cache: SharedCache, server_id: ServerId = SERVER) -> None:
    with_it, without = Process(database, clan, cache), Process(database, clan, None)
    assert same(await with_it.statistics.record(server_id), await without.statistics.record(server_id))
    assert same(await with_it.statistics.races(server_id), await without.statistics.races(server_id))
    await with_it.settled()


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_changed(clan: Clan, database: Database, cache: RedisCache, seed: int) -> None:
    rng = random.Random(seed)
    await live(clan, rng, steps=0)
    for _ in range(30):
        clan.clock.pass_days(rng.random() * 3)
        with suppress(UserProblem):
            await step(clan, rng)
        await equal(database, clan, cache)
        await equal(database, clan, cache)  # now out of the cache
    document = await exported(clan)
    for _ in range(2):
        await brought_in(clan, document)
        await equal(database, clan, cache, OTHER_SERVER)
        await clan.services.history.undo(STRANGER)
        await equal(database, clan, cache, OTHER_SERVER)
    counts = cache.counts
    assert counts.hits > 30
    assert counts.kept > 10
    assert (counts.failures, counts.spoiled) == (0, 0)


async def test_of_a_record_that_is_there_nothing_is_read_again(
    clan: Clan, database: Database, cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(clan, random.Random(3), steps=12)
    await equal(database, clan, cache)

    async def read(*_: object, **__: object) -> None:
        raise AssertionError("read from the database")

    fresh = Process(database, clan, cache)
    monkeypatch.setattr("db.statistics.load_wars", read)
    monkeypatch.setattr("db.statistics.load_races", read)
    await fresh.statistics.races(SERVER)


async def test_a_change_of_one_process_is_never_answered_stale_by_another(
    clan: Clan, database: Database, cache: RedisCache, redis: RedisServer
) -> None:
    """The other one has connections of its own, to both, and has heard of nothing."""
    await live(clan, random.Random(4), steps=12)
    await equal(database, clan, cache)
    async with redis_cache(redis.url) as others, await connect(database.url, PoolOptions(max_size=2)) as pool:
        for number in (1, 2):
            before = len((await Process(pool, clan, others).statistics.record(SERVER)).wars)
            await one_more_war(clan, number)
            await equal(pool, clan, others)
            assert len((await Process(database, clan, cache).statistics.record(SERVER)).wars) == before + 1


async def test_spoiled_entries_are_left(clan: Clan, database: Database, cache: RedisCache, redis: RedisServer) -> None:
    await live(clan, random.Random(5), steps=12)
    await equal(database, clan, cache)
    async with Redis.from_url(redis.url) as client:
        keys = sorted(await client.keys("*"))
        assert len(keys) >= 2
        good = {key: await client.get(key) for key in keys}
        first, other = (good[key] for key in keys[:2])
        for bad in (b"", b"rubbish", first[:-1], first + b"\0", first[:16], other, bytes(len(first))):
            await client.set(keys[0], bad)
            await equal(database, clan, cache)
            await client.set(keys[0], bad)
            await client.set(keys[1], first)
            await equal(database, clan, cache)
        await client.delete(keys[0])
        await client.rpush(keys[0], "a list")
        await equal(database, clan, cache)
    assert cache.counts.spoiled >= 10
    # What another bot wrote, who knows another token, is nobody's either.
    stranger = Process(database, clan, cache, b"another token")
    spoiled = cache.counts.spoiled
    await stranger.statistics.record(SERVER)
    assert cache.counts.spoiled > spoiled


async def test_killed_and_started_again(
    clan: Clan, database: Database, cache: RedisCache, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    await live(clan, random.Random(6), steps=12)
    await equal(database, clan, cache)
    redis.kill()
    for _ in range(3):
        await equal(database, clan, cache)
    assert not cache.there
    assert cache.counts.failures == 1, "the others did not ask"
    assert PASSWORD not in caplog.text + cache.state
    redis.start()
    await until_there(cache)
    await equal(database, clan, cache)
    hits = cache.counts.hits
    await equal(database, clan, cache)
    assert cache.counts.hits > hits


async def test_killed_while_asked(clan: Clan, database: Database, cache: RedisCache, redis: RedisServer) -> None:
    await live(clan, random.Random(7), steps=12)
    await equal(database, clan, cache)
    redis.signal(signal.SIGSTOP)
    asked = [asyncio.create_task(equal(database, clan, cache)) for _ in range(4)]
    await asyncio.sleep(0.1)
    redis.kill()
    await asyncio.gather(*asked)
    assert not cache.there


async def test_one_that_hangs_is_waited_for_once(
    clan: Clan, database: Database, cache: RedisCache, redis: RedisServer
) -> None:
    await live(clan, random.Random(8), steps=12)
    await equal(database, clan, cache)
    redis.signal(signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(5):
        await equal(database, clan, cache)
    assert cache.counts.failures == 1
    assert not cache.there
    assert time.monotonic() - began > ANSWERS_WITHIN  # and that once
    redis.signal(signal.SIGCONT)
    await until_there(cache)
    await equal(database, clan, cache)


async def test_a_full_one_is_still_read(clan: Clan, database: Database, cache: RedisCache, redis: RedisServer) -> None:
    await live(clan, random.Random(9), steps=12)
    await equal(database, clan, cache)
    async with Redis.from_url(redis.url) as client:
        await client.config_set("maxmemory-policy", "noeviction")
        await client.config_set("maxmemory", "1")
        hits = cache.counts.hits
        await equal(database, clan, cache)
        assert cache.counts.hits > hits
        await one_more_war(clan, 1)
        await equal(database, clan, cache)
        await equal(database, clan, cache)
        assert cache.there
        assert cache.state.startswith("full")
        assert cache.counts.failures


async def test_one_that_was_never_there_or_wants_another_password(clan: Clan, database: Database) -> None:
    await live(clan, random.Random(10), steps=12)
    with redis_server() as server:
        for url in (server.url.replace(PASSWORD, "wrong"), "redis://:secret@127.0.0.1:1/0"):
            async with redis_cache(url, pauses=(60,)) as cache:
                await equal(database, clan, cache)
                assert not cache.there
                assert cache.counts.failures == 1


async def test_one_that_talks_rubbish(clan: Clan, database: Database) -> None:
    await live(clan, random.Random(11), steps=12)
    for rubbish in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$-7\r\n", b"*99999999\r\n", b"\xff" * 100, b""):

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes = rubbish) -> None:
            await reader.read(10)
            writer.write(said)
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with redis_cache(f"redis://127.0.0.1:{port}", pauses=(60,)) as cache:
                await equal(database, clan, cache)
                assert not cache.there, rubbish


async def test_another_version_of_the_bot_finds_nothing(
    clan: Clan, database: Database, cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(clan, random.Random(12), steps=12)
    await equal(database, clan, cache)
    monkeypatch.setattr(shared_blocks, "layout", lambda: "of tomorrow")
    hits = cache.counts.hits
    await equal(database, clan, cache)
    assert cache.counts.hits == hits


async def test_a_database_with_another_life_finds_nothing(clan: Clan, database: Database, cache: RedisCache) -> None:
    """One that was put back from a backup has the old numbers and may have other wars under them."""
    await live(clan, random.Random(13), steps=12)
    await equal(database, clan, cache)
    async with database.acquire() as connection:
        await connection.execute("vacuum full wars")  # as new tables do, it gives them other files
    hits = cache.counts.hits
    await equal(database, clan, cache)
    assert cache.counts.hits == hits


async def test_memory_of_one_process_has_the_same_interface(clan: Clan, database: Database) -> None:
    own = OwnMemory()
    await live(clan, random.Random(14), steps=12)
    await equal(database, clan, own)
    await equal(database, clan, own)
    assert own.counts.hits >= 2
    small = OwnMemory(most=10)
    await equal(database, clan, small)
    await equal(database, clan, small)
    assert not small.counts.hits


async def one_more_war(clan: Clan, number: int) -> None:
    review = await clan.services.reviews.typed(EDITOR, ChannelId(1), MessageId(number), f"Comet 10{number} vs CB 90")
    await clan.services.reviews.save(EDITOR, review.upload_id)


async def until_there(cache: RedisCache) -> None:
    async with asyncio.timeout(10):
        while not cache.there:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)
