"""The bot under load: many servers, bursts of pictures, people who ask for statistics meanwhile.

usage: python -m benchmarks.bot_load [--servers 200] [--burst 100] [--people 50] [--messages 10000] [--workers 1]
    [--quick] [--part all|speed|both] [--blame FILE]

`--quick`: the pictures hold a number and are read by a stand-in that takes 50 to 230 ms in the reading processes and no
processor time: whether the bot keeps its readers busy, on a machine where reading would leave nothing for the bot.

The bot is a process of its own with the real reader and a real PostgreSQL; Discord is SimCord's model behind a real API
and gateway (`discord_server`), in the process of this benchmark. A command's time is from its message's being posted
there to its answer's being there. `floor` is a mention of the bot, which it answers without work: what Discord's side,
both directions of the line and discord.py cost. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.discord_server import DiscordServer
from benchmarks.fault_machine import BotProcess, DatabaseServer
from benchmarks.fault_people import Place, make_places, no_reader
from benchmarks.loop_delays import Delays, idle_loop
from benchmarks.numbered_wars import OURS, picture_of, read
from bot.rendering.samples import sample_table
from bot.services.house import build_services
from db.pool import Database, connect
from mkw.ids import ChannelId, MessageId
from ocr.pool import NICENESS, ReaderPool

ASKED = (
    "!stats Comet", "!stats Pixel last 10", "!leaderboard", "!leaderboard winrate", "!form Marlin", "!records", "!wars",
    "!streaks", "!opponents", "!stats team", "!compare Comet, Pixel", "!participation", "!duo", "!head2head QZ",
)  # fmt: skip
ROUNDS = 5  # parts of a burst, by turns with the reader alone
GRAPHS = ("!graph form Comet", "!graph difference")
KNOWN_SERVERS, WARS_EACH = 20, 25  # servers with a record to ask about
THINKS = (1.0, 4.0)  # seconds between an answer and the same person's next question


@dataclass(frozen=True)
class Target:
    what: str
    measured: float
    limit: float
    unit: str
    least: bool = False  # at least, instead of at most

    @property
    def is_met(self) -> bool:
        return self.measured >= self.limit if self.least else self.measured < self.limit

    def __str__(self) -> str:
        sign = ">=" if self.least else "<"
        word = "met   " if self.is_met else "MISSED"
        return f"{word} {self.what}: {self.measured:.1f} {self.unit} ({sign} {self.limit:g})"


@dataclass
class Load:
    world: DiscordServer
    places: list[Place]
    bot: BotProcess
    database: Database
    chance: random.Random
    picture: Callable[[int], bytes]
    late: Late
    seconds: dict[str, list[float]] = field(default_factory=dict)
    unanswered: int = 0
    connections: int = 0
    memory: list[float] = field(default_factory=list)
    _answered: dict[int, asyncio.Future[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world.backend.subscribers.append(self._hear)

    def _hear(self, event: str, payload: Mapping[str, Any]) -> None:
        if event != "MESSAGE_CREATE" or int(payload["author"]["id"]) != self.world.backend.bot_user.id:
            return
        if str(payload.get("content") or "").endswith("in the queue."):
            return
        asked = int((payload.get("message_reference") or {}).get("message_id") or 0)
        waiting = self._answered.get(asked)
        if waiting is not None and not waiting.done():
            waiting.set_result(time.monotonic())

    async def ask(
        self, place: Place, text: str, kind: str, pictures: Mapping[str, bytes] | None = None
    ) -> float | None:
        """Seconds until the answer, which are kept under that kind; None after a minute and a half."""
        began = time.monotonic()
        message = self.world.post(place.channel, place.owner, text, pictures)
        future = self._answered[message.id] = asyncio.get_running_loop().create_future()
        try:
            took = await asyncio.wait_for(future, 300 if pictures else 90) - began
        except TimeoutError:
            self.unanswered += 1
            return None
        finally:
            del self._answered[message.id]
        self.seconds.setdefault(kind, []).append(took)
        return took

    async def burst(self, count: int, kind: str, *, places: list[Place], first: int) -> float:
        """So many pictures at once, spread over those servers; pictures a minute until the last answer."""
        pictures = [self.picture(first + number) for number in range(count)]
        began = time.monotonic()
        await asyncio.gather(
            *(
                self.ask(places[number % len(places)], "", kind, {"war.png": data})
                for number, data in enumerate(pictures)
            )
        )
        return count / (time.monotonic() - began) * 60

    async def people(self, count: int, kind: str, seconds: float) -> None:
        """They ask, read, and ask again."""
        until = time.monotonic() + seconds

        async def person(number: int) -> None:
            place = self.places[number % KNOWN_SERVERS]
            await asyncio.sleep(self.chance.uniform(0, THINKS[1]))
            while time.monotonic() < until:
                is_graph = self.chance.random() < 0.05
                text = self.chance.choice(GRAPHS if is_graph else ASKED)
                await self.ask(place, text, f"{kind}, graphs" if is_graph else kind)
                await asyncio.sleep(self.chance.uniform(*THINKS))

        await asyncio.gather(*(person(number) for number in range(count)))

    async def watch(self) -> None:
        process = psutil.Process(self.bot.pid)
        while True:
            self.memory.append(process.memory_info().rss / 2**20)
            async with self.database.acquire() as connection:
                opened = await connection.fetchval(
                    "select count(*) from pg_stat_activity where application_name like 'mkw-clan-bot%'"
                )
            self.connections = max(self.connections, opened)
            await asyncio.sleep(0.5)


@dataclass(frozen=True)
class Figures:
    """What the bot's own metrics say at one moment."""

    read_for: float  # seconds that pictures took to read, all together
    at: float


async def figures(port: int) -> Figures:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        text = await answer.text()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return Figures(sum(one.value for one in samples if one.name == "mkw_reading_seconds_sum"), time.monotonic())


@dataclass(frozen=True)
class Late:
    """How late the bot's event loop came back, and one beside it that has nothing else to do."""

    bot: Path
    idle: Path

    @asynccontextmanager
    async def during(self, what: str) -> AsyncIterator[list[Delays]]:
        """Gives a list that holds both at the end."""
        found: list[Delays] = []
        began, cores = time.monotonic(), psutil.cpu_times()
        yield found
        ended, then = time.monotonic(), psutil.cpu_times()
        await asyncio.sleep(2.5)  # they are written once in a second
        found += [Delays.noted(file, began, ended) for file in (self.bot, self.idle)]
        spent = sum(then) - sum(cores)
        print(
            f"{what}, loop of the bot: {found[0]}\n{what}, an idle loop:  {found[1]}\n"
            f"    cores idle {(then.idle - cores.idle) / spent:.0%}, stolen {(then.steal - cores.steal) / spent:.1%}, "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


async def own_speed(load: Load, options: argparse.Namespace) -> float:
    """Pictures a minute by way of the bot, in percent of those of reading processes alone. By turns, a part of a burst
    each: others use the machine, now more and now less."""
    count, through, alone = options.burst // ROUNDS, 0.0, 0.0
    async with ReaderPool(workers=options.workers, reader=read, niceness=options.niceness) as readers:
        pictures = [load.picture(6000 + number) for number in range(count)]
        await asyncio.gather(*(readers.read(data) for data in pictures[: options.workers]))
        for number in range(ROUNDS):
            speed = await load.burst(count, "pictures by turns", places=load.places, first=5000 + number * count)
            through += 60 * count / speed
            began = time.monotonic()
            await asyncio.gather(*(readers.read(data) for data in pictures))
            alone += time.monotonic() - began
    every = 60 * count * ROUNDS
    print(f"{ROUNDS} bursts of {count}, and the reader alone after each: {every / through:.0f} and {every / alone:.0f} "
          "pictures a minute", flush=True)  # fmt: skip
    return alone / through * 100


async def remember(database: Database, data_dir: Path, places: list[Place]) -> None:
    """Wars to ask about."""
    services = build_services(database, no_reader, data_dir)
    chance = random.Random(1)
    for place in places:
        for number in range(WARS_EACH):
            lines = ", ".join(f"{name} {chance.randint(55, 110)}" for name in OURS)
            rivals = f"{chance.choice(('QZ', 'KO', 'NV'))} {chance.randint(430, 550)}"
            text = f"CR: {lines} vs {rivals} 2026-0{1 + number % 9}-11"
            where = ChannelId(place.channel.id)
            review = await services.reviews.typed(place.actor, where, MessageId(number + 1), text)
            await services.reviews.save(place.actor, review.upload_id, despite_duplicate=True)


def told(name: str, seconds: list[float]) -> str:
    if not seconds:
        return f"{name:28} none"
    ordered = sorted(seconds)
    shares = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
    return f"{name:28} p50 {shares[0]:6.0f}  p95 {shares[1]:6.0f}  p99 {shares[2]:6.0f} ms  ({len(seconds)})"


def share_of(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1000 if seconds else float("inf")


async def measure(load: Load, options: argparse.Namespace) -> list[Target]:
    """Phase by phase."""
    places = load.places
    for number in range(30):
        await load.ask(places[number], f"<@{load.world.backend.bot_user.id}>", "floor")
    async with load.late.during("people ask"):
        await load.people(options.people, "statistics, nothing else", 15)

    # Alone, it reads as fast as its processes do.
    began = await figures(options.port)
    async with load.late.during("a burst"):
        speed = await load.burst(options.burst, "pictures of a burst", places=places, first=1000)
        ended = await figures(options.port)
    busy = (ended.read_for - began.read_for) / (ended.at - began.at) / options.workers * 100
    print(f"a burst: {speed:.0f} pictures a minute, {busy:.0f} % of the time read", flush=True)
    own = await own_speed(load, options)

    # One server's seventy, and a single one of another.
    bulk = asyncio.create_task(load.burst(70, "pictures of one server", places=places[:1], first=3000))
    await asyncio.sleep(3.0)
    single = [await load.ask(places[50 + number], "", "a single one meanwhile", {"a.png": load.picture(4000 + number)})
              for number in range(5)]  # fmt: skip
    await bulk

    together = await everything_together(load, options)
    flat = await chatter(load, options.messages)
    a_picture = 60 / speed * options.workers
    return [
        *together,
        Target("pictures a minute of the reader's own", own, 90, "%", least=True),
        Target("time the reading processes read", busy, 90, "%", least=True),
        Target("a single picture beside 70", max(one or 999.0 for one in single), 2 * a_picture + 1.5, "s"),
        Target("memory of the bot", max(load.memory), 300, "MB"),
        Target(f"growth over {options.messages} messages", flat, 10, "MB"),
        Target("database connections", load.connections, 15, ""),
        Target("questions without an answer", load.unanswered, 1, ""),
    ]


async def everything_together(load: Load, options: argparse.Namespace) -> list[Target]:
    async with load.late.during("both") as late:
        asking = asyncio.create_task(load.people(options.people, "statistics, while reading", 45))
        load.chance.shuffle(others := load.places[KNOWN_SERVERS:])
        both = await load.burst(options.burst, "pictures, while asked", places=others, first=2000)
        print(f"burst while people ask: {both:.0f} pictures a minute", flush=True)
        await asking
    asked = load.seconds.get("statistics, while reading", [])
    return [
        Target("command p95 while pictures are read", share_of(asked, 0.95), 500, "ms"),
        Target("event-loop delay p99", late[0].within(0.99), 50, f"ms, an idle loop {late[1].within(0.99):.1f}"),
    ]


async def only_speed(load: Load, options: argparse.Namespace) -> list[Target]:
    return [Target("pictures a minute of the reader's own", await own_speed(load, options), 90, "%", least=True)]


async def chatter(load: Load, count: int) -> float:
    """People just talk; by how many MB the bot grew from the first fifth to the end."""
    sizes = []
    for part in range(5):
        for number in range(count // 5):
            place = load.places[number % len(load.places)]
            load.world.post(place.channel, place.owner, f"good game {part} {number}, see you tomorrow")
            if number % 20 == 0:
                await asyncio.sleep(0.01)
        await load.ask(load.places[0], "!wars", "after chatter")  # all before it is taken in by then
        await asyncio.sleep(1.0)
        sizes.append(load.memory[-1])
    print(f"memory after each fifth of {count} messages: {[round(size) for size in sizes]} MB", flush=True)
    return sizes[-1] - sizes[0]


PARTS = {"all": measure, "speed": only_speed, "both": everything_together}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def run(options: argparse.Namespace) -> int:
    options.port = free_port()
    picture = picture_of if options.quick else sample_table
    with tempfile.TemporaryDirectory(prefix="mkw-load-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = await asyncio.to_thread(DatabaseServer, Path(folder) / "postgres")
        late = Late(Path(folder) / "bot.delays", Path(folder) / "idle.delays")
        try:
            async with DiscordServer() as world, await connect(server.url) as database:
                places = await make_places(world, database, Path(folder) / "data", options.servers)
                await remember(database, Path(folder) / "data", places[:KNOWN_SERVERS])
                bot = BotProcess(
                    world, server.url, Path(folder) / "data", options.log, OCR_WORKERS=str(options.workers),
                    METRICS_PORT=str(options.port), WARM_READERS="" if options.quick else "1", LOG_LEVEL="WARNING",
                    COOLDOWNS=options.cooldowns, LOOP_DELAYS=str(late.bot), LOOP_BLAME=str(options.blame or ""),
                    READER_NICENESS=str(options.niceness),
                )  # fmt: skip
                bot.start()
                try:
                    await asyncio.wait_for(world.identified.wait(), 60)
                    await asyncio.sleep(4.0)
                    load = Load(world, places, bot, database, random.Random(options.seed), picture, late)
                    watching = asyncio.create_task(load.watch())
                    with idle_loop(late.idle):
                        targets = await PARTS[options.part](load, options)
                    watching.cancel()
                    await bot.stop()
                finally:
                    if bot.is_alive:
                        bot.kill()
        finally:
            await asyncio.to_thread(server.close)
    for kind, seconds in load.seconds.items():
        print(told(kind, seconds))
    print(f"memory of the bot: {statistics.median(load.memory):.0f} MB (half), {max(load.memory):.0f} MB (most)")
    print("\n".join(map(str, targets)))
    return 0 if all(target.is_met for target in targets) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", type=int, default=200)
    parser.add_argument("--burst", type=int, default=100)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a stand-in reads")
    parser.add_argument("--part", choices=PARTS, default="all", help="of what is measured")
    parser.add_argument("--cooldowns", default="", help="as COOLDOWNS has them")
    parser.add_argument("--niceness", type=int, default=NICENESS, help="of the reading processes")
    parser.add_argument("--blame", type=Path, help="a file to be written: what kept the bot's event loop over 5 ms")
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "mkw-load.log")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
