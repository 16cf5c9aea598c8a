"""Measures how well names are matched to a roster, beside plain ways of doing it, on invented and on real misreadings.

python benchmarks/names.py [--rooms 200] [--seeds 5] [--rate 0.06] [--family "held out"] [--curve] [--real FILE]

Prints Markdown. `--curve` tries thresholds on the family the rule was chosen on; without it the other family is
measured. `--real` takes what `main.py scan --json` printed for ../shared/images.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.invented_names import FIT, HELD_OUT, Family
from benchmarks.misread_names import MISREAD
from benchmarks.name_confusions import Row, real
from benchmarks.name_rooms import Room, Shown, rooms
from benchmarks.name_scores import HEAD, SIZES, corpus, exact_only, measure, nearest, ours, without_confidence
from mkw.clans import tags_in
from mkw.ids import PlayerId
from mkw.names import Candidate, common_tag, fold, match_names, without_tag

THRESHOLDS = (0.5, 0.8, 0.9, 0.93, 0.95, 0.98, 0.999)


def _compare(family: Family, seeds: Sequence[int], count: int, rate: float) -> None:
    print(f"\n## Names of the family `{family.name}`, {100 * rate:.0f} % of the rows misread\n")
    print(HEAD.format("roster, way"))
    for size in SIZES:
        made = corpus(family, size, seeds=seeds, count=count, rate=rate)
        for judge in (ours, without_confidence, nearest, exact_only):
            print(f"| {size} {judge.__name__.replace('_', ' ')} | {measure(judge, made).line()} |")


def _curve(family: Family, seeds: Sequence[int], count: int, rate: float) -> None:
    print(f"\n## Thresholds on the family `{family.name}`, {100 * rate:.0f} % of the rows misread\n")
    print(HEAD.format("roster, threshold"))
    for size in SIZES:
        made = corpus(family, size, seeds=seeds, count=count, rate=rate)
        for sure in THRESHOLDS:
            print(f"| {size} {sure} | {measure(lambda room: ours(room, sure), made).line()} |")  # noqa: B023


def _real(scanned: Path, lots: int) -> None:
    """Real misreadings: half of a picture's people by lot are the roster, filled up with those of other pictures."""
    pictures = list(real(scanned))
    print(f"\n## Real pictures, half of the people known, {lots} lots\n")
    print(HEAD.format("roster, way"))
    for size in SIZES:
        made = [room for lot in range(lots) for room in _real_rooms(pictures, size, random.Random(lot))]
        for judge in (ours, without_confidence, nearest, exact_only):
            print(f"| {size} {judge.__name__.replace('_', ' ')} | {measure(judge, made).line()} |")


def _real_rooms(pictures: Sequence[Sequence[Row]], size: int, rng: random.Random) -> Iterator[Room]:
    """Left out: pictures with two people of one name less the tag, and people of other pictures who may be the same."""
    bare = [_bare_names(rows) for rows in pictures]
    for rows, (names, tags) in zip(pictures, bare, strict=True):
        folded = {fold(name) for name in names}
        if len(folded) < len(rows):
            continue
        known = set(rng.sample(range(len(rows)), len(rows) // 2))
        others = {
            fold(name): name
            for other, _ in bare
            for name in other
            if not any(fold(name) in one or one in fold(name) for one in folded)
        }
        distractors = rng.sample(sorted(others.values()), min(len(others), max(0, size - len(known))))
        roster = [Candidate(PlayerId(number + 1), names[number]) for number in sorted(known)]
        roster += [Candidate(PlayerId(100 + number), name) for number, name in enumerate(distractors)]
        shown = [
            Shown(seen, sure, PlayerId(number + 1) if number in known else None, fold(seen) != fold(whole))
            for number, (whole, _, seen, sure) in enumerate(rows)
        ]
        yield Room(tuple(shown), tuple(roster), tags)


def _bare_names(rows: Sequence[Row]) -> tuple[list[str], tuple[str, ...]]:
    """The names of a picture less the tags worn on it, and those tags."""
    drawn = [whole for whole, *_ in rows]
    tags = tuple(common_tag([drawn[row] for row in clan.rows]) or clan.tag for clan in tags_in(drawn))
    return [without_tag(whole, tags) for whole, *_ in rows], tags


def _speed() -> None:
    """CPU time, for the machine may do other work."""
    room = next(iter(rooms(1, HELD_OUT, size=200, count=1, rate=0.5)))
    drawn = ([row.text for row in room.rows] * 4)[:24]
    fold.cache_clear()
    took = []
    for _ in range(5):
        start = time.process_time()
        match_names(drawn, room.roster, tags=room.tags)
        took.append(1000 * (time.process_time() - start))
    print(f"\n24 rows, half of them misread, against 200 players: {took[0]:.0f} ms cold, {min(took[1:]):.0f} ms warm.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=200, help="pictures a roster")
    parser.add_argument("--seeds", type=int, default=5, help="rosters of every size")
    parser.add_argument("--rate", type=float, default=MISREAD, help="share of the rows that are misread")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--real", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.curve:
        _curve(FIT, range(options.seeds), options.rooms, options.rate)
        return
    _compare(HELD_OUT, range(1000, 1000 + options.seeds), options.rooms, options.rate)
    if options.real:
        _real(options.real, 10)
    _speed()


if __name__ == "__main__":
    main()
