"""Measures the reader of pictures beside RapidOCR and Tesseract on the whole picture, in one run.

python benchmarks/reading.py [--quick] [--kinds table,mkw-race] [--each N] [--count N] [--seed S] [--no-rapidocr]
    [--json FILE]

Reads the real pictures of ../shared/images where they are, and pictures drawn by seed. Prints Markdown: accuracy,
silent errors, seconds, memory, growth with rows and pixels, and what confidence is worth. The engines take turns
picture by picture, so that whatever else runs on the machine hits all of them alike.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.engines import Engine, EngineError, Memory, missing_for_rapidocr
from benchmarks.growth import by_pixels, by_rows
from benchmarks.marks import NoScorerError, mark
from benchmarks.reading_report import report
from benchmarks.reliability import Said

_HERE = Path(__file__).resolve().parent
REAL = _HERE.parent.parent / "shared" / "images"


@dataclass(frozen=True, slots=True)
class Picture:
    path: Path
    truth: dict[str, Any]
    group: str  # `real` or `drawn`
    kind: str


@dataclass(slots=True)
class Result:
    """What one engine did."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by group
    said: list[Said] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by group, in the same order
    stages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: Memory | None = None
    by_rows: dict[int, tuple[float, float]] = field(default_factory=dict)  # median seconds, peak MB
    by_pixels: dict[int, tuple[float, float]] = field(default_factory=dict)


def real_pictures(kinds: set[str] | None, most: int | None) -> list[Picture]:
    """The pictures of ../shared/images; `most` of every kind."""
    return _labelled(REAL, "real", kinds, most) if REAL.is_dir() else []


def drawn_pictures(folder: Path, kinds: set[str] | None, count: int, seed: int) -> list[Picture]:
    """Pictures drawn into `folder` now; raises CalledProcessError where the generator fails."""
    command = [sys.executable, str(_HERE / "draw_tables.py"), str(folder), "--count", str(count), "--seed", str(seed)]
    subprocess.run(command, check=True)
    return _labelled(folder, "drawn", kinds, None)


def _labelled(folder: Path, group: str, kinds: set[str] | None, most: int | None) -> list[Picture]:
    found = []
    taken: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        kind = path.parent.name
        if "image" not in truth or (kinds and kind not in kinds) or (most is not None and taken[kind] >= most):
            continue
        taken[kind] += 1
        found.append(Picture(path.parent / truth["image"], truth, group, kind))
    return found


def measure(engines: Sequence[Engine], pictures: Sequence[Picture]) -> dict[str, Result]:
    """Every picture by every engine; who is first changes from picture to picture."""
    results = {engine.name: Result() for engine in engines}
    for number, picture in enumerate(pictures):
        data = picture.path.read_bytes()
        turn = number % len(engines)
        for engine in (*engines[turn:], *engines[:turn]):
            answer, result = engine.read(data), results[engine.name]
            counted, said = mark(picture.truth, answer.reading, picture.kind)
            result.counts[picture.group].update(counted)
            result.said += said
            result.seconds[picture.group].append(answer.seconds)
            for stage, seconds in answer.reading["stages"]:
                result.stages[stage].append(seconds)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(pictures)} pictures", end="", file=sys.stderr)
    for engine in engines:
        results[engine.name].memory = engine.memory()
    return results


def measure_growth(engines: Sequence[Engine], results: dict[str, Result], seed: int, times: int) -> None:
    """Fills the growth tables: each picture `times` times by every engine in turn."""
    for what, pictures in (("by_rows", by_rows(seed)), ("by_pixels", by_pixels(seed))):
        for size, data in pictures:
            took: dict[str, list[float]] = {engine.name: [] for engine in engines}
            for _ in range(times):
                for engine in engines:
                    took[engine.name].append(engine.read(data).seconds)
            for engine in engines:
                getattr(results[engine.name], what)[size] = (median(took[engine.name]), engine.memory().peak)


def main() -> int:
    options = _options()
    names = ["ours", "tesseract", *([] if options.no_rapidocr else ["rapidocr"])]
    if not options.no_rapidocr and (problem := missing_for_rapidocr()):
        print(problem, file=sys.stderr)
        return 1
    kinds = set(options.kinds.split(",")) if options.kinds else None
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_engines:
        pictures = real_pictures(kinds, 1 if options.quick else options.each)
        count = 2 if options.quick else options.count
        pictures += drawn_pictures(Path(folder), kinds, count, options.seed) if count else []
        if not pictures:
            print("There are no pictures of these kinds.", file=sys.stderr)
            return 1
        try:
            engines = [open_engines.enter_context(Engine(name)) for name in names]
            results = measure(engines, pictures)
            measure_growth(engines, results, options.seed, 1 if options.quick else 3)
        except (EngineError, NoScorerError) as problem:
            print(problem, file=sys.stderr)
            return 1
    print(report(results))
    if options.json:
        kept = {name: _plain(result) for name, result in results.items()}
        options.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return 0


def _plain(result: Result) -> dict[str, Any]:
    """What json takes; `asdict` does not know how to copy a defaultdict."""
    return {
        **{each.name: getattr(result, each.name) for each in dataclasses.fields(result)},
        "said": [dataclasses.asdict(said) for said in result.said],
        "memory": dataclasses.asdict(result.memory) if result.memory else None,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few pictures, each size once")
    parser.add_argument("--kinds", help="folders of pictures, with commas between; default: all")
    parser.add_argument("--each", type=int, help="real pictures of every kind at most; default: all")
    parser.add_argument("--count", type=int, default=20, help="pictures drawn of every kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-rapidocr", action="store_true", help="without RapidOCR, which needs more packages")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the whole result")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
