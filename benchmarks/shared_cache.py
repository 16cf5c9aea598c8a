"""What a start finds in a Redis, against a start without: the first question about a clan, by turns with and without.

    python benchmarks/shared_cache.py                       # clans of 1,000 and 10,000 wars, a fifth race by race
    python benchmarks/shared_cache.py --redis redis://host  # another machine's; otherwise a redis-server is made here

The processor's time is this process's alone; the database's and Redis's own are not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics as numbers
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from redis.asyncio import Redis

from benchmarks.record_speed import HISTORIES, filled
from bot.services.records import Records
from bot.services.statistics import StatisticsService
from db.pool import Database
from db.redis_cache import RedisCache, redis_cache
from db.shared_blocks import SharedBlocks
from mkw.ids import ServerId


@contextlib.contextmanager
def started() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="mkw-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        try:
            while not socket.exists():
                time.sleep(0.05)
            yield f"unix://{socket}"
        finally:
            process.kill()
            process.wait()


async def first_question(database: Database, server: ServerId, cache: RedisCache | None) -> dict[str, float]:
    """Milliseconds, as a process that has just started takes them."""
    blocks = None if cache is None else SharedBlocks(cache, b"benchmark")
    service = StatisticsService(Records(database), lambda: datetime.now(UTC), blocks)
    began, busy = time.perf_counter(), time.process_time()
    await service.record(server)
    told = time.perf_counter()
    await service.races(server)
    ended = time.perf_counter()
    took = {"record": told - began, "races": ended - told, "both": ended - began, "busy": time.process_time() - busy}
    if blocks is not None:
        await blocks.settled()
        await blocks.cache.settled()  # type: ignore[attr-defined]
    return {name: seconds * 1000 for name, seconds in took.items()}


async def run(options: argparse.Namespace) -> None:
    with contextlib.ExitStack() as stack:
        url = options.redis or stack.enter_context(started())
        async with filled(options) as database, redis_cache(url) as cache:
            for wars in options.histories:
                await compare(database, ServerId(HISTORIES + wars), wars, cache, options.rounds)
            async with Redis.from_url(url) as client:
                size = sum([await client.strlen(key) for key in await client.keys("mkw:*")])
            print(f"\nall of them lie there in {size / 2**20:.1f} MB")


async def compare(database: Database, server: ServerId, wars: int, cache: RedisCache, rounds: int) -> None:
    kept = cache.counts.kept
    await first_question(database, server, cache)
    print(f"\na clan of {wars:,} wars: {cache.counts.kept - kept} entries kept")
    without, found = [], []
    for _ in range(rounds):
        without.append(await first_question(database, server, None))
        found.append(await first_question(database, server, cache))
    print(f"{'ms':8}{'without':>16}{'with Redis':>16}{'ratio':>8}")
    for name in without[0]:
        one, other = (numbers.median(figures[name] for figures in every) for every in (without, found))
        print(f"{name:8}{one:16.1f}{other:16.1f}{one / other:8.2f}")
    if cache.counts.failures or cache.counts.spoiled:
        print(f"not a fair run: {cache.counts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, nargs="*", default=[1000, 10_000], help="clans of so many wars")
    parser.add_argument("--raced", type=float, default=0.2, help="how many of the wars are kept race by race, 0 to 1")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--redis", default=None, help="the address of a Redis that is there (default: one of its own)")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(servers=1, wars=10, keep=None)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
