"""How long statistics take at real size: a database filled by COPY, every command's way from the question to its answer
measured cold (after a change of a war) and warm, how they grow with a clan's history, and how often the cache answers.

    python benchmarks/record_speed.py                    # 50 servers of 200 wars, and clans of 100 and 1,000 wars
    python benchmarks/record_speed.py --servers 1000 --wars 1000 --histories 100 1000 10000   # the real size
    python benchmarks/record_speed.py --keep data/bench  # fill once, measure again later

A fresh PostgreSQL is started in a temporary folder (or under --keep). Foreign keys are not checked while filling: the
rows are right by construction. Commands are asked one after another, as one person waits for them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import random
import re
import statistics as numbers
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.graphing import OF_RACES, Kind, draw
from bot.matchup_texts import best_against
from bot.services.following import FollowService
from bot.services.records import Records
from bot.services.statistics import Scope, StatisticsService
from bot.statistics_texts import compare_text, form_lines
from db.embedded import embedded_server
from db.migrate import migrate
from db.pool import Database, PoolOptions, connect
from mkw.filters import Filter
from mkw.ids import PlayerId, ServerId
from mkw.matchups import clan_meeting, opponents, opponents_of, participation, player_meeting
from mkw.metrics import BY_KEY, METRICS
from mkw.picks import picks
from mkw.races import by_track, race_statistics
from mkw.statistics import player_statistics, team_statistics
from mkw.streaks import clan_records, streaks
from mkw.tracks import TRACKS

PLAYERS = 24  # on a roster
CLANS = 60  # met
FIRST = datetime(2025, 7, 1, tzinfo=UTC)
HISTORIES = 1_000_000  # server ids of the clans whose history grows
_CHUNK = 50_000  # wars made at once


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    common: bool
    first: float  # milliseconds, of a server nobody has asked about since the start
    cold: list[float]  # milliseconds
    warm: list[float]
    busy: list[float]  # of the cold ones: the processors' time, here and in PostgreSQL, which others do not disturb


# --- filling --------------------------------------------------------------------------------------------------------


async def fill(database: Database, sizes: dict[int, int], seed: int, raced: float) -> None:
    """Servers with so many wars of twelve lines each, by COPY. So many of the wars (0..1), the newest, race by race."""
    rng = np.random.default_rng(seed)
    async with database.acquire() as db:
        await db.execute("set session_replication_role = replica")
        await db.execute("drop index " + ", ".join(INDEXES))
        await db.copy_records_to_table("servers", records=[(s,) for s in sizes], columns=["server_id"])
        players = [(s, s * 100 + p, f"P{p}", f"p{p}") for s in sizes for p in range(1, PLAYERS + 1)]
        await db.copy_records_to_table(
            "spellings", records=[(s, folded, p, name) for s, p, name, folded in players],
            columns=["server_id", "folded", "player_id", "spelling"],
        )  # fmt: skip
        await _copy(db, "players", "server_id, player_id, name", "".join(f"{s}\t{p}\t{n}\n" for s, p, n, _ in players))
        pending: list[tuple[int, int, int]] = []
        for server, wars in sizes.items():
            for start in range(1, wars + 1, _CHUNK):
                pending.append((server, start, min(wars, start + _CHUNK - 1)))
                if sum(end - begin + 1 for _, begin, end in pending) >= _CHUNK:
                    await _wars(db, pending, rng, raced)
                    pending = []
        if pending:
            await _wars(db, pending, rng, raced)
        await db.execute("set session_replication_role = origin")
        for statement in INDEXES.values():
            await db.execute(statement, timeout=3600)
        await db.execute("vacuum (analyze) ", timeout=3600)


async def _wars(db: object, chunks: list[tuple[int, int, int]], rng: np.random.Generator, raced: float) -> None:
    server = np.concatenate([np.full(end - begin + 1, s) for s, begin, end in chunks])
    war = np.concatenate([np.arange(begin, end + 1) for _, begin, end in chunks])
    count = len(server)
    # Six of the roster, the first ones more often; scores around 82 that add up to a table's 984.
    weight = 1 / (1 + np.arange(PLAYERS) / 8)
    order = np.argsort(rng.exponential(size=(count, PLAYERS)) / weight, axis=1)[:, :6] + 1
    ours = np.clip(rng.normal(86 - order / 2, 15), 12, 180).astype(int)
    theirs = np.clip(rng.normal(82, 15, (count, 6)), 12, 180).astype(int)
    theirs[:, 5] = np.clip(984 - ours.sum(1) - theirs[:, :5].sum(1), 12, 180)
    clan = np.minimum(rng.zipf(1.3, count) - 1, CLANS - 1)
    penalty = np.where(rng.random(count) < 0.05, 20, 0)
    day = FIRST + timedelta(hours=20)
    stamp = [(day + timedelta(hours=8 * int(number))).isoformat(" ") for number in war]
    pairs = list(zip(server.tolist(), war.tolist(), strict=True))
    rows = (f"{s}\t{w}\t{at}\ttable\t12\t1\tpicture\n" for (s, w), at in zip(pairs, stamp, strict=True))
    await _copy(db, "wars", "server_id, war_id, played_at, layout, races, our_side, source", "".join(rows))
    totals = zip(pairs, ours.sum(1).tolist(), theirs.sum(1).tolist(), clan.tolist(), penalty.tolist(), strict=True)
    rows = (
        f"{s}\t{w}\t1\tDX\t{own}\t{cost}\n{s}\t{w}\t2\tT{foe}\t{other}\t0\n" for (s, w), own, other, foe, cost in totals
    )
    await _copy(db, "war_sides", "server_id, war_id, side, tag, total, penalty", "".join(rows))
    lines = io.StringIO()
    for (s, w), mine, who, other in zip(pairs, ours.tolist(), order.tolist(), theirs.tolist(), strict=True):
        for place, (score, number, their) in enumerate(zip(mine, who, other, strict=True), 1):
            lines.write(f"{s}\t{w}\t1\t{place}\t{s * 100 + number}\tP{number}\t{score}\t12\n")
            lines.write(f"{s}\t{w}\t2\t{place}\t\\N\tFoe {place}\t{their}\t12\n")
    columns = "server_id, war_id, side, position, player_id, drawn_name, score, races"
    await _copy(db, "war_lines", columns, lines.getvalue())
    await _races(db, [pair for pair, at in zip(pairs, rng.random(count), strict=True) if at < raced], rng)


async def _races(db: object, wars: list[tuple[int, int]], rng: np.random.Generator) -> None:
    """Twelve races a war on tracks that are picked more or less often, with everybody's place; a sixth of ours is a
    place nobody said who took."""
    races, results = io.StringIO(), io.StringIO()
    weights = np.array([1 / (1 + place / 6) for place in range(len(TRACKS))])
    tracks = rng.choice(len(TRACKS), (len(wars), 12), p=weights / weights.sum())
    places = rng.permuted(np.tile(np.arange(1, 13), (len(wars), 12, 1)), axis=2)
    for (s, w), on, of_war in zip(wars, tracks.tolist(), places.tolist(), strict=True):
        for race, (track, order) in enumerate(zip(on, of_war, strict=True), 1):
            races.write(f"{s}\t{w}\t{race}\t{TRACKS[track].track_id}\n")
            for seat, place in enumerate(order):
                side, position = divmod(seat, 6)
                line = "\\N" if seat == 5 else str(position + 1)
                results.write(f"{s}\t{w}\t{race}\t{side + 1}\t{line}\t{place}\n")
    await _copy(db, "races", "server_id, war_id, race, track", races.getvalue())
    await _copy(db, "race_results", "server_id, war_id, race, side, position, place", results.getvalue())


async def _copy(db: object, table: str, columns: str, text: str) -> None:
    await db.copy_to_table(table, source=io.BytesIO(text.encode()), columns=columns.split(", "))  # type: ignore[attr-defined]


def _indexes() -> dict[str, str]:
    """The indexes statistics read, as the newest migration that makes each does, by name."""
    found = {}
    for name in ("0004_statistics.sql", "0007_tracks.sql", "0012_races_read_fast.sql"):
        text = (Path(__file__).resolve().parent.parent / "migrations" / name).read_text()
        for made in re.finditer(r"create (?:unique )?index (\w+)[^;]*", text):
            found[made[1]] = made[0]
    return found


INDEXES = _indexes()


# --- what is measured -----------------------------------------------------------------------------------------------

Question = Callable[["Asked"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's question on one server."""

    service: StatisticsService
    server: ServerId
    rng: random.Random

    async def scope(self, **filters: object) -> Scope:
        return await self.service.scope(self.server, Filter(**filters))  # type: ignore[arg-type]

    def player(self) -> PlayerId:
        return PlayerId(self.server * 100 + self.rng.randint(1, PLAYERS))

    def clan(self) -> str:
        return f"T{self.rng.randint(0, 2)}"


async def stats(asked: Asked) -> object:
    who = asked.player()
    return player_statistics((await asked.service.scope(asked.server, of=[who])).played(who))


async def stats_filtered(asked: Asked) -> object:
    return player_statistics((await asked.scope(last=20, opponent=asked.clan())).played(asked.player()))


async def team(asked: Asked) -> object:
    return team_statistics((await asked.scope()).newest.wars)


async def board(asked: Asked) -> object:
    return await asked.service.leaderboard(asked.server, asked.rng.choice(OF_WARS), Filter(minimum=3.0))


async def board_by_place(asked: Asked) -> object:
    return await asked.service.leaderboard(asked.server, BY_KEY["place"], Filter(minimum=30.0))


async def form(asked: Asked) -> object:
    return form_lines(await asked.scope())


async def compare(asked: Asked) -> object:
    scope = await asked.scope()
    every = asked.rng.sample(range(1, PLAYERS + 1), 6)
    played = [scope.played(PlayerId(asked.server * 100 + number)) for number in every]
    return compare_text([str(number) for number in every], played)


async def head_to_head_clan(asked: Asked) -> object:
    tag = asked.clan()
    scope = await asked.scope(opponent=tag)
    return clan_meeting(scope.newest, scope.clan(tag)), best_against(scope, list(scope.newest.everybody()))


async def head_to_head_players(asked: Asked) -> object:
    record = (await asked.scope()).record
    return player_meeting(record.of(asked.player()), record.of(asked.player()))


async def foes(asked: Asked) -> object:
    scope = await asked.scope()
    return opponents(scope.newest, 3), opponents_of(scope.played(asked.player()), 3)


async def records(asked: Asked) -> object:
    record = (await asked.scope()).newest
    return clan_records(record), streaks(record.wars), participation(record)


async def duo(asked: Asked) -> object:
    return (await asked.service.chemistry(await asked.scope())).pairs(3)


async def lineup(asked: Asked) -> object:
    many = [PlayerId(asked.server * 100 + number) for number in range(1, 13)]
    return await asked.service.lineups(await asked.scope(), many, against=asked.clan())


async def tracks(asked: Asked) -> object:
    return by_track(await asked.service.races_of(await asked.scope()), minimum=3)


async def tracks_of_player(asked: Asked) -> object:
    who = asked.player()
    scope = await asked.service.scope(asked.server, of=[who])
    return by_track(await asked.service.races_of(scope, who), minimum=3)


async def picks_against(asked: Asked) -> object:
    scope = await asked.scope()
    every = await asked.service.races_of(scope)
    return picks(every, every.within(scope.record.against(scope.clan(asked.clan())).wars))


async def places(asked: Asked) -> object:
    who = asked.player()
    scope = await asked.service.scope(asked.server, of=[who])
    return race_statistics(await asked.service.races_of(scope, who), 12)


OF_WARS = [metric for metric in METRICS if not metric.of_races]
TOUCH = "update wars set revision = revision + 1 where server_id = $1 and war_id = $2"
QUESTIONS: dict[str, tuple[Question, bool, int]] = {  # the question, whether it is a common one, how often it is asked
    "stats": (stats, True, 30),
    "stats vs, last 20": (stats_filtered, True, 10),
    "stats team": (team, True, 8),
    "leaderboard": (board, True, 20),
    "form": (form, True, 8),
    "compare 6": (compare, False, 4),
    "head2head clan": (head_to_head_clan, False, 5),
    "head2head players": (head_to_head_players, False, 3),
    "opponents": (foes, False, 4),
    "records, streaks": (records, False, 4),
    "duo": (duo, False, 2),
    "lineup 6 of 12": (lineup, False, 2),
    "tracks": (tracks, False, 4),
    "tracks of a player": (tracks_of_player, False, 4),
    "picks": (picks_against, False, 4),
    "places": (places, False, 4),
    "leaderboard by place": (board_by_place, False, 1),
}


async def measure(
    database: Database, servers: list[int], seed: int, rounds: int, *, cold_rounds: int | None = None
) -> list[Figure]:  # fmt: skip
    """Each question cold on a server nobody asked about, and warm. One after another: what one person waits."""
    rng = random.Random(seed)
    figures = []
    async with database.acquire() as db:  # the pool has one
        backend = await db.fetchval("select pg_backend_pid()")
    for name, (question, common, _) in QUESTIONS.items():
        service = StatisticsService(made := Records(database), lambda: datetime.now(UTC))
        cold, warm, busy = [], [], []
        first = await _timed(question, Asked(service, ServerId(servers[0]), rng))
        for server in servers[1:] if len(servers) <= rounds else ():
            await question(Asked(service, ServerId(server), rng))
        for _ in range(cold_rounds or rounds):
            asked = Asked(service, ServerId(rng.choice(servers)), rng)
            made.cache.drop(asked.server)
            async with database.acquire() as db:  # as a change of a war leaves it
                await db.execute(TOUCH, asked.server, rng.randrange(1, 100))
            before = _busy(backend)
            cold.append(await _timed(question, asked))
            busy.append(_busy(backend) - before)
            warm.append(await _timed(question, asked))
        figures.append(Figure(name, common, first, cold, warm, busy))
    return figures


def _busy(backend: int) -> float:
    """Milliseconds of processor time of this process and of one of PostgreSQL's (Linux alone knows the latter)."""
    here = time.process_time() * 1000
    try:
        return here + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return here


async def _timed(question: Question, asked: Asked) -> float:
    start = time.perf_counter()
    await question(asked)
    return (time.perf_counter() - start) * 1000


async def mix(database: Database, servers: list[int], seed: int, asked_times: int) -> tuple[float, list[float], int]:
    """(hit rate of the records' cache, milliseconds of every question, drops) of an evening after a start: servers
    asked about by their activity, a war saved before one question in twelve. Between the two there is the half second
    in which a server somebody asks about is read again."""
    rng = random.Random(seed)
    records_ = Records(database)
    service = StatisticsService(records_, lambda: datetime.now(UTC))
    follow = FollowService(records_, service, soon=0.0)
    weights = [1 / (1 + place) for place in range(len(servers))]
    names = list(QUESTIONS)
    often = [QUESTIONS[name][2] for name in names]
    hits = drops = total = 0
    times = []
    async with follow.following():
        await asyncio.sleep(0.2)  # listening begins with all caches dropped
        for _ in range(asked_times):
            server = ServerId(rng.choices(servers, weights)[0])
            if rng.random() < 1 / 12:
                async with database.acquire() as db:
                    await db.execute(TOUCH, server, rng.randrange(1, 100))
                records_.cache.drop(server)
                await follow.settled()
                drops += 1
            before = records_.cache.misses
            question = QUESTIONS[rng.choices(names, often)[0]][0]
            times.append(await _timed(question, Asked(service, server, rng)))
            hits += records_.cache.misses == before
            total += 1
    return hits / total, times, drops


async def pictures(database: Database, server: int) -> dict[str, float]:
    service = StatisticsService(Records(database), lambda: datetime.now(UTC))
    scope = await service.scope(ServerId(server))
    found = {}
    for kind in Kind:
        who = [(f"P{number}", PlayerId(server * 100 + number)) for number in (1, 2, 3)]
        times = []
        for _ in range(5):
            start = time.perf_counter()
            races = None if kind not in OF_RACES else await service.races_of(scope)
            if races is not None and kind is Kind.RACES:
                races = races.take(races.war == races.war[:1].sum())
            whom = who if kind is Kind.COMPARE else who[:1]
            drawn = await draw(kind, scope, whom, clan="DX", note="12p", races=races)
            times.append((time.perf_counter() - start) * 1000)
            if drawn.picture is None:
                raise SystemExit(f"{kind}: {drawn.words}")
        found[kind.value] = numbers.median(times)
    return found


def p99(values: list[float]) -> float:
    return float(np.percentile(values, 99))


def table(title: str, figures: list[Figure]) -> None:
    heads = "".join(f"{name + ' median':>13}{'p99':>8}" for name in ("cold", "busy", "warm"))
    print(f"\n{title}\n{'':21}{'first':>8}{heads}   target met")
    for one in figures:
        limit = 20 if one.common else 100
        told = [f"{numbers.median(values):13.1f}{p99(values):8.1f}" for values in (one.cold, one.busy, one.warm)]
        met = [name for name in ("cold", "busy", "warm") if p99(getattr(one, name)) < limit]
        print(f"{one.name:21}{one.first:8.1f}{''.join(told)}   < {limit}: {', '.join(met) or 'missed'}")


@contextlib.asynccontextmanager
async def filled(options: argparse.Namespace) -> AsyncIterator[Database]:
    sizes = dict.fromkeys(range(1, options.servers + 1), options.wars)
    sizes |= {HISTORIES + wars: wars for wars in options.histories}
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mkw-bench-")))
        url = stack.enter_context(embedded_server(folder / "postgres"))
        async with await connect(url, PoolOptions(command_timeout=3600)) as database:
            await migrate(database)
            async with database.acquire() as db:
                there = await db.fetchval("select count(*) from servers")
            if there == 0:
                start = time.perf_counter()
                await fill(database, sizes, options.seed, options.raced)
                seconds, wars = time.perf_counter() - start, sum(sizes.values())
                print(f"filled in {seconds:.0f} s: {len(sizes):,} servers, {wars:,} wars, {12 * wars:,} lines")
            async with database.acquire() as db:
                size = await db.fetchval("select pg_size_pretty(pg_database_size(current_database()))")
                print(f"the database takes {size}")
        async with await connect(url, PoolOptions(max_size=1)) as database:
            yield database


async def run(options: argparse.Namespace) -> None:
    async with filled(options) as database:
        servers = list(range(1, options.servers + 1))
        table(f"{options.servers} servers of {options.wars} wars, in ms",
              await measure(database, servers, options.seed, options.rounds))  # fmt: skip
        for wars in options.histories:
            growing = [HISTORIES + wars]
            table(f"one clan of {wars:,} wars, in ms", await measure(database, growing, options.seed, options.rounds))
        rate, times, drops = await mix(database, servers, options.seed, options.questions)
        print(f"\nan evening of {options.questions:,} questions with {drops:,} saved wars: {rate:.1%} answered from "
              f"the cache; median {numbers.median(times):.1f} ms, p99 {p99(times):.1f} ms")  # fmt: skip
        made = await pictures(database, servers[0])
        print("pictures, ms: " + ", ".join(f"{kind} {value:.0f}" for kind, value in made.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", type=int, default=50)
    parser.add_argument("--wars", type=int, default=200, help="of each server")
    parser.add_argument("--histories", type=int, nargs="*", default=[100, 1000], help="clans of so many wars besides")
    parser.add_argument("--raced", type=float, default=0.2, help="how many of the wars are kept race by race, 0 to 1")
    parser.add_argument("--rounds", type=int, default=100, help="of each question")
    parser.add_argument("--questions", type=int, default=2000, help="of the evening")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None, help="a folder for the database, kept and used again")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
