"""Pictures from the command line: readings as JSON lines or as tables for people, and debug pictures beside them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ocr.debug import draw_debug
from ocr.read import Trace, read
from ocr.reading import Reading, Row, Status


def scan(paths: Sequence[str], as_json: bool, debug_dir: str | None) -> int:  # noqa: FBT001 — the command's own flags
    """Prints one reading per path. Returns 0, or 1 where a file could not be read at all."""
    problems = 0
    for path in paths:
        try:
            data = Path(path).read_bytes()
        except OSError as problem:
            problems += 1
            print(f"{path}: {problem.strerror}", file=sys.stderr)  # noqa: T201
            continue
        trace = Trace()
        reading = read(data, trace=trace)
        if debug_dir is not None:
            folder = Path(debug_dir)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{Path(path).parent.name}-{Path(path).stem}.png").write_bytes(draw_debug(trace, reading))
        line = json.dumps({"image": path, **reading.to_json()}, ensure_ascii=False) if as_json else table(path, reading)
        print(line, flush=True)  # noqa: T201
    return 1 if problems else 0


def table(path: str, reading: Reading) -> str:
    """The reading as aligned lines for people."""
    if reading.status is Status.REFUSED:
        return f"{path}: refused. {reading.reason}\n"
    lines = [f"{path}: {reading.status}, {reading.layout}" + (f" ({reading.title})" if reading.title else "")]
    for side in reading.sides:
        head = " ".join(str(part) for part in (side.tag, side.total) if part is not None)
        if head:
            lines.append(f"  {head}" + (f" (-{side.penalty})" if side.penalty else ""))
        lines += [_line(row, reading.races) for row in side.rows]
    lines += [f"  {'ok   ' if check.ok else 'FAILS'} {check.check}: {check.got}" for check in reading.checks]
    return "\n".join(lines) + "\n"


def _line(row: Row, played: int | None) -> str:
    name = row.name if row.races in {None, played} else f"{row.name} ({row.races})"
    plus = f"+{row.race_points}" if row.race_points is not None else ""
    score = "?" if row.score is None else str(row.score)
    taken = f" (-{row.penalty})" if row.penalty else ""
    doubts = "  ? " + " ".join(row.doubts) if row.doubts else ""
    return f"  {row.place or '':>3} {name:<16} {plus:>4} {score:>4}{taken}{doubts}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ocr.scan", description=__doc__)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--debug", metavar="DIR", help="write a picture of what was seen for every image")
    given = parser.parse_args()
    return scan(given.images, given.json, given.debug)


if __name__ == "__main__":
    sys.exit(main())
