"""Everything goes wrong while people post pictures and correct wars: is anything lost, doubled or half done?

usage: python -m benchmarks.faults [--uploads 500] [--edits 300] [--seed 1] [--minutes 15] [--only killed,disk]

The bot is a process of its own on a real PostgreSQL of its own, with its real reading processes; Discord is SimCord's
model behind a real HTTP API and gateway (`discord_server`), so discord.py's own client is what meets the troubles. Most
pictures hold a number and are read by a quick stand-in inside the reading processes; `--real` of them are drawn
tables for the real reader. What happens, and in which order, follows from the seed; how far everybody has come by then
does not.

Exit code 1 where something was found.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.discord_server import DiscordServer
from benchmarks.fault_machine import BotProcess, DatabaseServer, Disk
from benchmarks.fault_people import People, make_places
from benchmarks.record_checks import findings, undo_everything
from db.pool import connect

SETTLES_WITHIN = 60.0  # seconds from the last fault's end until every picture has its answer


@dataclass(frozen=True)
class Plan:
    uploads: int
    edits: int
    seed: int
    real: int = 0  # of the uploads, for the real reader
    servers: int = 3
    seconds: float = 900.0  # no more is posted after it
    pause: float = 3.0  # seconds between two faults, on average
    kinds: tuple[str, ...] = ()  # all where empty
    length: float = 1.0  # of each fault, in place of its usual seconds
    order: tuple[str, ...] = ()  # these and no others, once each
    mount: bool = True
    within: float = 10.0  # seconds from a fault's end to the next answered command


@dataclass
class Report:
    plan: Plan
    pictures: int = 0
    edits: int = 0
    unanswered_edits: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def lines(self) -> list[str]:
        plan = self.plan
        states = ", ".join(f"{number} {state}" for state, number in self.states.most_common())
        edits = f"{self.edits} edits ({self.unanswered_edits} without an answer)"
        lines = [
            f"seed {plan.seed}: {self.pictures} pictures, {plan.real} of them for the real reader; {edits}",
            f"{sum(self.faults.values())} faults in {self.seconds:.0f} s",
            f"uploads: {states}; requests refused or slowed: {self.met}",
        ]
        for kind, times in sorted(self.recoveries.items()):
            worst, middle = max(times), sorted(times)[len(times) // 2]
            lines.append(f"  {self.faults[kind]:3d} x {kind:18} back in {middle:.1f} s (half), {worst:.1f} s (worst)")
        lines += [f"  logged {number} x {what}" for what, number in self.errors.most_common(8)]
        lines += [f"FOUND {line}" for line in self.found[:40]]
        lines.append(f"{len(self.found)} findings")
        return lines


class Run:
    def __init__(self, plan: Plan, world: DiscordServer, people: People, bot: BotProcess, server: DatabaseServer,
                 disk: Disk) -> None:  # fmt: skip
        self.plan, self.world, self.people, self.bot = plan, world, people, bot
        self.server, self.disk = server, disk
        self.report = Report(plan)
        self._chance = random.Random(plan.seed * 7919)
        self._began = time.monotonic()
        self.faults: dict[str, Callable[[], Awaitable[None]]] = {
            "bot killed": self._kill_bot,
            "reader killed": self._kill_reader,
            "database stopped": self._stop_database,
            "database crashed": self._crash_database,
            "gateway cut": self._cut_gateway,
            "session lost": self._lose_session,
            "429 and 500": self._refuse,
            "done but 500": self._leave_unsaid,
            "slow Discord": self._slow,
            "disk full": self._fill_disk,
        }

    @property
    def _time_is_up(self) -> bool:
        return time.monotonic() - self._began > self.plan.seconds

    async def everything(self) -> Report:
        self.bot.start()
        await asyncio.wait_for(self.world.identified.wait(), 60)
        self._began = time.monotonic()
        doing = [asyncio.create_task(self._post()), asyncio.create_task(self._edit())]
        saving = asyncio.create_task(self._save())
        try:
            await self._break_things(doing)
            await asyncio.gather(*doing)
            await self._settle()
        finally:
            saving.cancel()
        return self.report

    # --- people ------------------------------------------------------------------------------------------------------

    async def _post(self) -> None:
        left, real = self.plan.uploads, self.plan.real
        pace = self._pace(self.plan.uploads)
        while left > 0 and not self._time_is_up:
            is_real = real > 0 and self.people.chance.random() < self.plan.real / self.plan.uploads * 2
            real -= is_real
            count = self.people.post(left, real=is_real)
            left -= count
            await asyncio.sleep(self.people.chance.expovariate(1 / (pace * count)))

    async def _edit(self) -> None:
        await asyncio.sleep(1.0)
        pace = self._pace(self.plan.edits)
        for number in range(self.plan.edits):
            if self._time_is_up:
                return
            await self.people.edit(number)
            await asyncio.sleep(self.people.chance.uniform(0.2, 1.0) * pace)

    def _pace(self, count: int) -> float:
        """Seconds between two, so that they last for most of the run."""
        return self.plan.seconds * 0.8 / max(1, count)

    async def _save(self) -> None:
        while True:
            self.people.press_saves()
            await asyncio.sleep(0.5)

    # --- faults ------------------------------------------------------------------------------------------------------

    async def _break_things(self, doing: list[asyncio.Task[None]]) -> None:
        kinds = [name for name in self.faults if not self.plan.kinds or any(k in name for k in self.plan.kinds)]
        for kind in self.plan.order:
            await asyncio.sleep(self.plan.pause)
            await self._break(kind)
        queue: list[str] = []
        while not self.plan.order and not all(task.done() for task in doing):
            await asyncio.sleep(self._chance.uniform(0.3, 1.7) * self.plan.pause)
            if not queue:  # every kind once, in a new order each time
                queue = self._chance.sample(kinds, len(kinds))
            await self._break(queue.pop())

    async def _break(self, kind: str) -> None:
        self.report.faults[kind] += 1
        print(f"{time.monotonic() - self._began:6.1f} {kind}", flush=True)
        await self.faults[kind]()
        since = time.monotonic()
        if not self.bot.is_alive:
            self.report.found.append(f"the bot ended by itself after: {kind}")
            self.bot.start()
        took = await self.people.recovered(since)
        if took is None or took > self.plan.within:
            self.report.found.append(f"not back within {self.plan.within:g} s after: {kind} ({took})")
        self.report.recoveries.setdefault(kind, []).append(60.0 if took is None else took)

    async def _last(self, least: float, most: float) -> None:
        await asyncio.sleep(self._chance.uniform(least, most) * self.plan.length)

    async def _kill_bot(self) -> None:
        self.bot.kill()
        await self._last(0.0, 2.0)
        self.bot.start()

    async def _kill_reader(self) -> None:
        for worker in self._chance.sample(
            workers := self.bot.workers(), min(len(workers), self._chance.choice((1, 2)))
        ):
            worker.kill()

    async def _stop_database(self) -> None:
        await self._database_away(at_once=False)

    async def _crash_database(self) -> None:
        await self._database_away(at_once=True)

    async def _database_away(self, *, at_once: bool) -> None:
        await asyncio.to_thread(self.server.stop, at_once=at_once)
        await self._last(0.2, 4.0)
        await asyncio.to_thread(self.server.start)

    async def _cut_gateway(self) -> None:
        self.world.cut_gateway(forget=False)

    async def _lose_session(self) -> None:
        self.world.cut_gateway(forget=True)

    async def _refuse(self) -> None:
        self.world.troubles.too_fast, self.world.troubles.broken = 0.3, 0.3
        await self._last(1.0, 4.0)
        self.world.troubles.calm()

    async def _leave_unsaid(self) -> None:
        self.world.troubles.unsaid = 0.4
        await self._last(1.0, 4.0)
        self.world.troubles.calm()

    async def _slow(self) -> None:
        self.world.troubles.seconds = self._chance.choice((0.5, 1.5, 3.3))
        await self._last(1.0, 5.0)
        self.world.troubles.calm()

    async def _fill_disk(self) -> None:
        await asyncio.to_thread(self.disk.fill, self.bot.pid)
        await self._last(1.0, 4.0)
        await asyncio.to_thread(self.disk.free, self.bot.pid)

    # --- the end -----------------------------------------------------------------------------------------------------

    def _is_something_open(self) -> bool:
        return bool(self.people.unanswered() or self.people.press_saves())

    async def _settle(self) -> None:
        """Nothing is broken any more: every picture gets its answer, and every Save is pressed."""
        until = time.monotonic() + SETTLES_WITHIN
        while time.monotonic() < until and self._is_something_open():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.25)
        for posted in self.people.unanswered():
            self.report.found.append(f"no answer without another start: message {posted.message.id}")


@contextlib.asynccontextmanager
async def prepared(plan: Plan, log: Path) -> AsyncIterator[Run]:
    with tempfile.TemporaryDirectory(prefix="mkw-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # a server started by root runs as somebody else
        server = await asyncio.to_thread(DatabaseServer, Path(folder) / "postgres")
        disk = Disk(Path(folder) / "data", mount=plan.mount)
        try:
            async with DiscordServer(plan.seed) as world:
                async with await connect(server.url) as database:
                    places = await make_places(world, database, Path(folder) / "data", plan.servers)
                people = People(world, places, random.Random(plan.seed))
                bot = BotProcess(world, server.url, Path(folder) / "data", log)
                try:
                    yield Run(plan, world, people, bot, server, disk)
                finally:
                    if bot.is_alive:
                        bot.kill()
                    for orphan in bot.orphans():
                        orphan.kill()
        finally:
            disk.close()
            await asyncio.to_thread(server.close)


async def run(plan: Plan, log: Path) -> Report:
    """Do it, look at what is left, and take everything back."""
    began = time.monotonic()
    async with prepared(plan, log) as going:
        report = await going.everything()
        people, data_dir = going.people, going.bot.data_dir
        if (code := await going.bot.stop()) != 0:
            report.found.append(f"the bot ended with {code} when it was asked to")
        await asyncio.sleep(1.0)
        report.found += [f"a reading process outlived its bot: {one.pid}" for one in going.bot.orphans()]
        async with await connect(going.server.url) as database:
            report.found += await findings(people, database, data_dir)
            async with database.acquire() as db:
                counted = await db.fetch("select state, count(*) as number from uploads group by state")
            report.states.update({row["state"]: row["number"] for row in counted})
            report.found += await undo_everything(people, database, data_dir)
        report.found += [f"the simulated Discord lacks: {gap}" for gap in set(going.world.gaps)]
        report.pictures, report.met = people.pictures, going.world.troubles.met
        report.edits, report.unanswered_edits = len(people.said), sum(one.answer is None for one in people.said)
        report.errors = _errors_in(log)
        report.seconds = time.monotonic() - began
    return report


def _errors_in(log: Path) -> Counter[str]:
    """What the bot logged as an error, without numbers."""
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    texts = (line.split(" ERROR ", 1)[1] for line in lines if " ERROR " in line)
    return Counter("".join("#" if one.isdigit() else one for one in text)[:110] for text in texts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uploads", type=int, default=500)
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument("--real", type=int, default=6, help="of the uploads, drawn tables for the real reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--only", default="", help="kinds of faults, with commas between; all where empty")
    parser.add_argument("--log", type=Path, default=None, help="where the bot's log goes")
    options = parser.parse_args()
    plan = Plan(
        uploads=options.uploads, edits=options.edits, seed=options.seed, real=options.real,
        seconds=options.minutes * 60, kinds=tuple(filter(None, options.only.split(","))),
    )  # fmt: skip
    log = options.log or Path(tempfile.mkstemp(prefix="mkw-faults-", suffix=".log")[1])
    report = asyncio.run(run(plan, log))
    print("\n".join(report.lines()))
    print(f"the bot's log: {log}")
    return 1 if report.found else 0


if __name__ == "__main__":
    sys.exit(main())
