"""Spoils pictures by seed and gives them to the reader: nothing may crash it, hang it, or be wrong without a doubt.

python benchmarks/fuzz.py [--count 2000] [--seed 1] [--keep DIR] [--minutes M] [--deadline S] [--no-real]

Pictures are drawn, and those of ../shared/images where they are. They go through the pool the bot uses. Each picture is
its own: `--only N` makes and reads number N of a seed again. Offending pictures are kept with the reading and the
truth. The exit code is 1 where there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.draw_boards import draw_board
from benchmarks.draw_pills import draw_pills
from benchmarks.draw_tables import draw_table
from benchmarks.mutations import JUDGED, UNJUDGED, Mutant, Original
from ocr.pool import ReaderFailed, ReaderPool
from ocr.reading import Reading
from ocr.scoring import mark

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "images"
OFFENCES = ("error", "hang", "silent")
_DRAW = {"table": draw_table, "pills": draw_pills, "board": draw_board}
_DRAWN_SHARE = 0.7
_JUDGED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Spoiled:
    number: int
    label: str  # the picture it was and what was done to it
    mutant: Mutant


@dataclass(frozen=True, slots=True)
class Outcome:
    spoiled: Spoiled
    verdict: str  # read, doubtful, refused, error, hang or silent
    said: str  # of an offence: what was wrong, in a line
    seconds: float
    reading: Reading | None = None


@cache
def real_pictures() -> tuple[tuple[Path, dict[str, Any]], ...]:
    truths = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(REAL.rglob("*.json"))]
    return tuple((path.parent / truth["image"], truth) for path, truth in truths if "image" in truth)


def spoil(seed: int, number: int, *, real: bool) -> Spoiled:
    """Everything follows from the seed and the number (and the pictures there are)."""
    rng = random.Random(f"{seed}/{number}")
    if real and real_pictures() and rng.random() > _DRAWN_SHARE:
        path, truth = rng.choice(real_pictures())
        original = Original(f"{path.parent.name}/{path.stem}", path.read_bytes(), truth)
    else:
        kind = rng.choice(sorted(_DRAW))
        drawn_seed = rng.randrange(1_000_000)
        drawn = _DRAW[kind](drawn_seed)
        truth = {"kind": kind, **drawn.truth}
        original = Original(f"{kind} {drawn_seed}", drawn.encoded(), truth, tuple(drawn.names), tuple(drawn.scores))
    mutation = rng.choice(JUDGED if rng.random() < _JUDGED_SHARE else UNJUDGED)
    return Spoiled(number, f"{original.label}, {mutation.__name__}", mutation(rng, original))


def judge(spoiled: Spoiled, reading: Reading, seconds: float) -> Outcome:
    truth = spoiled.mutant.truth
    if truth is not None and truth.get("rows"):
        rows = mark(truth, reading.to_json(), truth.get("kind", "")).rows
        wrong = [row for row in rows if row.silent and row.true is not None and row.read is not None]
        if wrong:
            said = "; ".join(
                f"{row.true['name']} {row.true['score']} read as {row.read['name']} {row.read['score']}"
                + (" (cut)" if row.true.get("cut") else "")
                for row in wrong
                if row.true is not None and row.read is not None
            )
            return Outcome(spoiled, "silent", said, seconds, reading)
    verdict = {"proven": "read"}.get(reading.status.value, reading.status.value)
    return Outcome(spoiled, verdict, "", seconds, reading)


async def read_one(pool: ReaderPool, spoiled: Spoiled) -> Outcome:
    start = time.perf_counter()
    try:
        reading = await pool.read(spoiled.mutant.data)
    except ReaderFailed as problem:
        said = str(problem)
        verdict = "error" if "stumbled" in said or "memory" in said else "hang"
        return Outcome(spoiled, verdict, said, time.perf_counter() - start)
    return judge(spoiled, reading, time.perf_counter() - start)


async def fuzz(
    numbers: range,
    seed: int,
    *,
    workers: int = 2,
    real: bool = True,
    deadline: float = 30.0,
    until: float = float("inf"),
    keep_in: Path | None = None,
) -> list[Outcome]:
    """Outcomes by number. `until` is when to stop, by `time.monotonic`; `keep_in` takes offending pictures."""
    left: Iterator[int] = iter(numbers)
    done: list[Outcome] = []

    async def take(pool: ReaderPool) -> None:
        for number in left:
            if time.monotonic() > until:
                return
            spoiled = await asyncio.to_thread(spoil, seed, number, real=real)
            outcome = await read_one(pool, spoiled)
            done.append(outcome)
            if outcome.verdict in OFFENCES:
                print(f"{number}: {outcome.verdict}: {spoiled.label}: {outcome.said}", flush=True)
                if keep_in is not None:
                    keep(keep_in, seed, outcome)
            if len(done) % 100 == 0:
                print(f"{len(done)} of {len(numbers)} pictures", file=sys.stderr, flush=True)

    async with ReaderPool(workers=workers, deadline=deadline) as pool:
        await asyncio.gather(*(take(pool) for _ in range(workers)))
    return sorted(done, key=lambda outcome: outcome.spoiled.number)


def keep(folder: Path, seed: int, outcome: Outcome) -> None:
    """The picture as it was given to the reader, and all that is known of it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{seed}-{outcome.spoiled.number}-{outcome.verdict}"
    starts = {b"\x89P": "png", b"\xff\xd8": "jpg", b"RI": "webp"}
    data = outcome.spoiled.mutant.data
    (folder / f"{name}.{starts.get(data[:2], 'bin')}").write_bytes(data)
    known = {
        "seed": seed,
        "number": outcome.spoiled.number,
        "label": outcome.spoiled.label,
        "said": outcome.said,
        "truth": outcome.spoiled.mutant.truth,
        "reading": outcome.reading.to_json() if outcome.reading is not None else None,
    }
    (folder / f"{name}.txt").write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="N", help="number N of the seed alone")
    parser.add_argument("--keep", type=Path, default=Path("data/fuzz"), metavar="DIR", help="of offending pictures")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--deadline", type=float, default=30.0, help="seconds a picture; more on a busy machine")
    parser.add_argument("--no-real", action="store_true", help="drawn pictures alone")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else range(options.only, options.only + 1)
    until = time.monotonic() + 60 * options.minutes
    done = asyncio.run(
        fuzz(
            numbers,
            options.seed,
            real=not options.no_real,
            deadline=options.deadline,
            until=until,
            keep_in=options.keep,
        )
    )
    offences = [outcome for outcome in done if outcome.verdict in OFFENCES]
    if options.only is not None:  # asked for by number: kept whatever it is
        for outcome in done:
            keep(options.keep, options.seed, outcome)
    verdicts = Counter(outcome.verdict for outcome in done)
    judged = sum(outcome.spoiled.mutant.truth is not None for outcome in done)
    slowest = max((outcome.seconds for outcome in done), default=0.0)
    counted = ", ".join(f"{verdicts[word]} {word}" for word in ("read", "doubtful", "refused", *OFFENCES))
    print(f"{len(done)} pictures, {judged} judged: {counted}; slowest {slowest:.1f} s")
    if offences:
        print(f"Kept in {options.keep}; again: --seed {options.seed} --only NUMBER")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
