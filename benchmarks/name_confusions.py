"""Counts how the reader misreads names: on pictures drawn with invented names, and on the real ones where they are.

python benchmarks/name_confusions.py [--pictures 150] [--seed 1] [--real FILE]

`--real` takes what `main.py scan --json` printed for ../shared/images. Prints rates, never a name.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.draw_boards import draw_board
from benchmarks.draw_pills import draw_pills
from benchmarks.draw_tables import draw_table
from benchmarks.invented_names import FIT, HELD_OUT, People, wearing
from benchmarks.mutations import JUDGED, Original, cropped
from benchmarks.reading import REAL
from benchmarks.table_paint import drawable
from benchmarks.table_wars import invent_war
from mkw.names import fold
from ocr.read import read
from ocr.scoring import pair

_DRAW = (draw_table, draw_pills, draw_board)
_SPOIL = [mutation for mutation in JUDGED if mutation is not cropped]
Row = tuple[str, str, str, float]  # name as drawn, the same less its tag, name as read, confidence
_BINS = (0.6, 0.8, 0.9, 0.97, 0.99, 1.0, 2.0)


@dataclass(slots=True)
class Counts:
    rows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    tags: Counter[tuple[str, str]] = field(default_factory=Counter)
    context: Counter[tuple[str, str]] = field(default_factory=Counter)  # of two or three letters, never a name
    confidence: Counter[tuple[float, str]] = field(default_factory=Counter)

    def add(self, true: str, bare: str, seen: str, sure: float) -> None:
        """One row: the name as drawn, the same less its tag, the name as read (not folded)."""
        whole, rest, got = fold(true), fold(bare), fold(seen)
        step = next(edge for edge in _BINS if sure < edge)
        self.rows["rows"] += 1
        self.rows["tagged"] += rest != whole
        self.confidence[step, "rows"] += 1
        if rest != whole and Levenshtein.distance(got, rest) + 1 < Levenshtein.distance(got, whole):
            self.rows["tag lost"] += 1
            whole = rest
        self.kinds["letters"] += sum(char.isalnum() for char in whole)
        self.kinds["signs"] += sum(not char.isalnum() for char in whole)
        if got == whole:
            return
        self.rows["misread"] += 1
        if Levenshtein.distance(got, whole) > max(len(got), len(whole)) / 2:
            self.rows["unreadable"] += 1
            self.confidence[step, "unreadable"] += 1
            return
        letters = "".join(filter(str.isalnum, got)) != "".join(filter(str.isalnum, whole))
        self.rows["letters misread"] += letters
        self.confidence[step, "letters misread"] += letters
        self.rows[f"edits {min(4, Levenshtein.distance(got, whole))}"] += 1
        self._edits(whole, got, whole.find(rest), len(rest))

    def _edits(self, whole: str, got: str, at_name: int, length: int) -> None:
        """Counts the changes in the name; one in the tag or between only says that the tag was misread."""
        in_name = False
        for tag, start, end, at, until in Levenshtein.opcodes(whole, got):
            true, seen = whole[start:end], got[at:until]
            if tag != "equal" and not at_name <= start < at_name + length + (tag == "insert"):
                self.kinds["in the tag"] += len(true) or len(seen)
                self.tags[true, seen] += 1
                continue
            in_name = in_name or tag != "equal"
            if tag != "equal":
                self.context[whole[max(start - 1, 0) : end + 1], got[max(at - 1, 0) : until + 1]] += 1
            if tag == "replace":
                for a, b in zip(true, seen, strict=True):
                    self.kinds["swap" if a.isalnum() and b.isalnum() else "sign swap"] += 1
                    self.pairs[a, b] += 1
            elif tag == "delete":
                for offset, char in enumerate(true, start):
                    self.kinds[_where("drop", char, offset, len(whole))] += 1
                    self.signs[char] += not char.isalnum()
            elif tag == "insert":
                for offset, char in enumerate(seen, at):
                    self.kinds[_where("add", char, offset, len(got))] += 1
                    self.added[char] += 1
        self.rows["name misread"] += in_name


def _where(what: str, char: str, at: int, length: int) -> str:
    if not char.isalnum():
        return f"{what} sign"
    return f"{what} {'first' if at == 0 else 'last' if at == length - 1 else 'inner'}"


def drawn(pictures: int, seed: int) -> Iterator[Row]:
    """(name drawn, less its tag, name read, confidence) for the rows of drawn pictures, most of them spoiled."""
    for number in range(pictures):
        rng = random.Random(seed * 100_003 + number)
        family = (FIT, HELD_OUT)[number % 2]
        people, bare = People(family, rng), dict[str, str]()
        war = invent_war(rng, drawable)
        sides = []
        for side in war.sides:
            worn = wearing(rng, family)
            lines = []
            for line in side.lines:
                name = people.fresh()
                while not drawable(worn.drawn(name)):
                    name = people.fresh()
                bare[worn.drawn(name)] = name
                lines.append(replace(line, name=worn.drawn(name)))
            sides.append(replace(side, lines=tuple(lines)))
        made = _DRAW[number % 3](rng.randrange(1 << 30), war=replace(war, sides=tuple(sides)))
        data = rng.choice(_SPOIL)(rng, Original("", made.encoded(), {}, (), ())).data
        for true, seen in _paired(made.truth["rows"], read(data).to_json()):
            yield true["name"], bare[true["name"]], seen["name"], seen["name_confidence"]


def real(scanned: Path) -> Iterator[list[Row]]:
    """The same of each real picture; a row with another row's name, or with hardly a letter in common, is one that was
    not found, and left out."""
    readings = {Path(one["image"]).name: one for one in map(json.loads, scanned.read_text("utf-8").splitlines())}
    for path in sorted(REAL.rglob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        if not truth.get("rows") or truth.get("expect") == "refuse" or truth["image"] not in readings:
            continue
        names = {fold(row["name"]) for row in truth["rows"]}
        rows = []
        for true, seen in _paired(truth["rows"], readings[truth["image"]]):
            alternatives = true.get("name_alt") or []
            forms = [true["name"], *([alternatives] if isinstance(alternatives, str) else alternatives)]
            read_as = seen["name"]
            name = min(forms, key=lambda form: Levenshtein.distance(fold(form), fold(read_as)))
            common = 1 - Levenshtein.normalized_distance(fold(name), fold(read_as))
            if common > 0.25 and fold(read_as) not in names - {fold(true["name"])}:
                rows.append((name, name, read_as, seen["name_confidence"]))
        yield rows


def _paired(rows: Sequence[Any], reading: dict[str, Any]) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    wanted = [row for row in rows if row.get("score") is not None]
    seen = [row for side in reading["sides"] for row in side["rows"]]
    return [(wanted[at], seen[found]) for at, found in pair(wanted, seen).items()]


def show(title: str, counts: Counts) -> None:
    print(f"## {title}: {counts.rows['rows']} rows")
    for key, number in sorted(counts.rows.items()):
        print(f"{key}: {number} ({100 * number / counts.rows['rows']:.2f} %)")
    for key, number in sorted(counts.kinds.items()):
        print(f"{key}: {number} ({100 * number / max(1, counts.kinds['letters']):.3f} % of letters)")
    print("pairs:", " ".join(f"{a}>{b}:{number}" for (a, b), number in counts.pairs.most_common(70)))
    print("in tags:", " ".join(f"{a}>{b}:{number}" for (a, b), number in counts.tags.most_common(30)))
    print("around:", " ".join(f"{a}>{b}:{number}" for (a, b), number in counts.context.most_common(40)))
    print("added:", dict(counts.added.most_common(20)))
    print("signs lost:", dict(counts.signs.most_common(20)))
    for edge in _BINS:
        told = {what: number for (step, what), number in counts.confidence.items() if step == edge}
        print(f"confidence under {edge}: {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=Path)
    options = parser.parse_args()
    for title, measured in (
        ("drawn", drawn(options.pictures, options.seed)),
        ("real", (row for rows in real(options.real) for row in rows) if options.real else iter(())),
    ):
        counts = Counts()
        for row in measured:
            counts.add(*row)
        show(title, counts)


if __name__ == "__main__":
    main()
