"""The reader over labelled cases: how well it reads them now, and what got better or worse since they were kept."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.cases import Case, CaseError, load, remove
from ocr.reading import Reading
from ocr.scoring import Json, Marks, mark

NOTHING_KEPT = "No cases are kept in {folder}. `report`, said to an answer of the bot, keeps one."


@dataclass(frozen=True, slots=True)
class Scored:
    case: Case
    now: Marks
    before: Marks | None  # of the reading kept with the case

    @property
    def better(self) -> bool:
        return self.before is not None and _worth(self.now) > _worth(self.before)

    @property
    def worse(self) -> bool:
        return self.before is not None and _worth(self.now) < _worth(self.before)


def score(cases: Iterable[Case], read: Callable[[bytes], Reading]) -> Iterable[Scored | str]:
    """Each case read anew; a sentence for one whose picture cannot be opened any more."""
    for case in cases:
        try:
            data = case.picture.read_bytes()
        except OSError as problem:
            yield f"{case.case_id}: its picture cannot be opened ({problem.strerror})."
            continue
        yield Scored(case, mark_case(case, read(data).to_json()), _mark_kept(case))


def mark_case(case: Case, reading: Json) -> Marks:
    """As `mark`; a row nobody has confirmed (it has no score) is not held against the reading as one too many, and
    where all that is known is that the picture is a result, a refusal is wrong."""
    marks = mark(case.truth, reading, case.kind)
    if case.truth.get("is_result"):
        marks.counts["refused_wrong"] += reading["status"] == "refused"
    unasked = sum(row.get("score") is None for row in case.truth.get("rows", ()))
    marks.counts["extra"] = max(0, marks.counts["extra"] - unasked)
    return marks


def _mark_kept(case: Case) -> Marks | None:
    if case.reading is None:
        return None
    try:
        return mark_case(case, case.reading)
    except (KeyError, TypeError, AttributeError):
        return None  # the form has changed since: nothing to compare with


def _worth(marks: Marks) -> tuple[int, int, int, int, int]:
    """What counts first: no silent errors; then what is right; then few doubts about what is right."""
    counts = marks.counts
    return (
        -counts["silent"] - counts["silent_points"],
        counts["refused_right"] - counts["refused_wrong"],
        counts["score_right"] + counts["points_right"] + counts["totals_right"],
        counts["name_folded"] - counts["extra"],
        -counts["right_doubted"],
    )


def score_cases(folder: Path, *, as_json: bool, read: Callable[[bytes], Reading]) -> int:
    """Prints the figures. Returns 0, or 1 where a case is read worse than when it was kept or cannot be used."""
    cases, problems = _look(folder)
    if not cases:
        _say(*problems)
        print(json.dumps({"cases": [], "kinds": {}}) if as_json else NOTHING_KEPT.format(folder=folder))  # noqa: T201
        return 1 if problems else 0
    scored: list[Scored] = []
    for number, result in enumerate(score(cases, read), 1):
        if isinstance(result, str):
            problems.append(result)
        else:
            scored.append(result)
        if sys.stderr.isatty():
            print(f"\r{number} of {len(cases)} cases", end="", file=sys.stderr)  # noqa: T201
    if sys.stderr.isatty():
        print(file=sys.stderr)  # noqa: T201
    print(json.dumps(_plain(scored), ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(scored)))  # noqa: T201
    _say(*problems)
    return 1 if problems or any(one.worse for one in scored) else 0


def list_cases(folder: Path) -> int:
    """Prints one line a case. Returns 0, or 1 where one cannot be used."""
    cases, problems = _look(folder)
    for case in cases:
        asked = "no result" if case.truth.get("expect") == "refuse" else f"{len(case.truth['rows'])} rows"
        print(f"{case.case_id}  {case.kind:<10} {asked:<10} {case.note or ''}".rstrip())  # noqa: T201
    if not cases and not problems:
        print(NOTHING_KEPT.format(folder=folder))  # noqa: T201
    _say(*problems)
    return 1 if problems else 0


def remove_case(folder: Path, case_id: str) -> int:
    """Returns 0, or 1 where there is no such case or it cannot be deleted."""
    try:
        remove(folder, case_id)
    except CaseError as problem:
        _say(f"{problem} `cases list` names them.")
        return 1
    except OSError as problem:
        _say(f"{case_id} cannot be removed: {problem.strerror}.")
        return 1
    print(f"Removed {case_id} with its picture.")  # noqa: T201
    return 0


def _look(folder: Path) -> tuple[Sequence[Case], list[str]]:
    try:
        cases, problems = load(folder)
    except OSError as problem:
        return (), [f"{folder} cannot be read: {problem.strerror}."]
    return cases, list(problems)


def _say(*problems: str) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201


def _kinds(scored: Sequence[Scored]) -> dict[str, Counter[str]]:
    """The counts of every kind, and of `all`."""
    kinds: dict[str, Counter[str]] = {}
    for one in scored:
        for kind in (one.case.kind, "all"):
            kinds.setdefault(kind, Counter()).update(one.now.counts)
    return dict(sorted(kinds.items(), key=lambda item: (item[0] == "all", item[0])))


def _lines(scored: Sequence[Scored]) -> list[str]:
    lines = [f"{'kind':<12} cases  scores   names  silent  doubted: wrong  right  extra rows  refused"]
    for kind, counts in _kinds(scored).items():
        lines.append(
            f"{kind:<12} {counts['images']:>5} {_share(counts, 'score_right')} {_share(counts, 'name_folded')}"
            f" {counts['silent']:>7} {counts['wrong_doubted']:>15} {counts['right_doubted']:>6}"
            f" {counts['extra']:>11}  {counts['refused_right']} of {counts['refuse']}"
        )
    for word, chosen in (("worse", [s for s in scored if s.worse]), ("better", [s for s in scored if s.better])):
        lines += [f"{word}: {one.case.case_id} ({_change(one)})" for one in chosen]
    worse, better = sum(one.worse for one in scored), sum(one.better for one in scored)
    return [*lines, f"{better} better and {worse} worse than when they were kept."]


def _share(counts: Counter[str], part: str) -> str:
    return f"{100 * counts[part] / counts['rows']:6.1f}%" if counts["rows"] else "      -"


def _change(one: Scored) -> str:
    before = one.before.counts if one.before is not None else Counter[str]()
    names = ("score_right", "name_folded", "silent", "right_doubted", "extra", "totals_right", "points_right",
             "silent_points", "refused_right", "refused_wrong")  # fmt: skip
    changed = [name for name in names if before[name] != one.now.counts[name]]
    return ", ".join(f"{name.replace('_', ' ')} {before[name]} -> {one.now.counts[name]}" for name in changed)


def _plain(scored: Sequence[Scored]) -> dict[str, Any]:
    def one(each: Scored) -> dict[str, Json | str | bool | None]:
        before = None if each.before is None else each.before.counts
        return {
            "case": each.case.case_id,
            "kind": each.case.kind,
            "now": each.now.counts,
            "before": before,
            "better": each.better,
            "worse": each.worse,
        }

    return {"kinds": _kinds(scored), "cases": [one(each) for each in scored]}
