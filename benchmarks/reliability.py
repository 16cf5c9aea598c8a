"""Does confidence mean something? Of the rows said with 0.9, nine in ten must be right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Said:
    """One row read: what the reader said of it, and whether it was right. `numbers` is None where it says nothing."""

    doubted: bool
    name: float | None  # 0..1, confidence in the name
    numbers: float | None  # 0..1, confidence in the numbers
    name_right: bool
    numbers_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    lowest: float
    rows: int
    said: float  # the mean
    right: float  # the share, 0..1


def bins(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """(confidence, right) sorted into the bins that begin at EDGES; empty bins are left out."""
    found = []
    for low, high in zip(EDGES, (*EDGES[1:], float("inf")), strict=True):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            found.append(Bin(low, len(inside), fmean(pair[0] for pair in inside), fmean(pair[1] for pair in inside)))
    return found


def calibration_error(found: Sequence[Bin]) -> float:
    """Expected calibration error (Naeini et al., 2015): |said - right| averaged over the rows; 0 without rows."""
    rows = sum(one.rows for one in found)
    return sum(one.rows * abs(one.said - one.right) for one in found) / rows if rows else 0.0


def markdown(said: Sequence[Said]) -> str:
    """The reliability tables: by doubts, by confidence in the name, and by confidence in the numbers where given."""
    parts = [_by_doubt(said)]
    columns: tuple[tuple[str, Callable[[Said], float | None], Callable[[Said], bool]], ...] = (
        ("Name", lambda one: one.name, lambda one: one.name_right),
        ("Numbers", lambda one: one.numbers, lambda one: one.numbers_right),
    )
    for title, confidence, right in columns:
        pairs = [(value, right(one)) for one in said if (value := confidence(one)) is not None]
        if not pairs:
            continue
        found = bins(pairs)
        lines = [f"| {title}: said at least | rows | mean said | right |", "| --- | ---: | ---: | ---: |"]
        lines += [f"| {one.lowest:.2f} | {one.rows} | {one.said:.3f} | {100 * one.right:.1f} % |" for one in found]
        parts.append("\n".join(lines) + f"\n\nExpected calibration error: {calibration_error(found):.3f}")
    return "\n\n".join(parts)


def _by_doubt(said: Sequence[Said]) -> str:
    lines = ["| Row | rows | numbers right | name right |", "| --- | ---: | ---: | ---: |"]
    for title, doubted in (("without doubts", False), ("with doubts", True)):
        rows = [one for one in said if one.doubted is doubted]
        if rows:
            numbers, names = fmean(one.numbers_right for one in rows), fmean(one.name_right for one in rows)
            lines.append(f"| {title} | {len(rows)} | {100 * numbers:.2f} % | {100 * names:.2f} % |")
    return "\n".join(lines)
