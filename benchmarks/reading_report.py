"""The benchmark's result as Markdown that a terminal shows well too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.reliability import markdown

if TYPE_CHECKING:
    from benchmarks.reading import Result

OURS, RIVAL = "ours", "rapidocr"
# What is counted: title, part, of what, and the target, where there is one, as words and as a rule.
_SHARES = (
    ("scores right", "scores_right", "rows", "99.7 %"),
    ("names right (folded)", "names_right", "rows", "97 %"),
    ("+N right", "points_right", "points", "99.5 %"),
    ("totals right", "totals_right", "totals", "100 %"),
    ("races right", "races_right", "races", "100 %"),
    ("penalties right", "penalties_right", "penalties", "100 %"),
    ("pictures whole", "whole", "to_read", ""),
    ("right but doubted", "right_doubted", "rows", "< 3 %"),
)
_NUMBERS = (
    ("silent wrong scores", "silent", "0"),
    ("silent wrong +N", "silent_points", "0"),
    ("rows that are none", "extra", ""),
    ("refused, but a result", "refused_wrong", "0"),
    ("accepted, but no result", "accepted_wrong", "0"),
)


def report(results: Mapping[str, Result]) -> str:
    groups = [group for group in ("real", "drawn") if group in results[OURS].counts]
    parts = [_accuracy(results, group) for group in groups]
    parts += [_seconds(results, group) for group in groups]
    parts += [_stages(results[OURS]), _memory(results)]
    parts += [growth_table("rows, 1920 x 1080", {name: result.by_rows for name, result in results.items()})]
    parts += [growth_table("pixels wide, 16:9", {name: result.by_pixels for name, result in results.items()})]
    parts.append("#### What its word is worth: ours, all pictures\n\n" + markdown(results[OURS].said))
    return "\n\n".join(parts)


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded; the first column to the left, the others to the right."""
    widths = [max(len(line[at]) for line in (head, *lines)) for at in range(len(head))]

    def padded(line: Sequence[str]) -> str:
        cells = [text.rjust(width) if at else text.ljust(width) for at, (text, width) in enumerate(zip(line, widths))]  # noqa: B905
        return "| " + " | ".join(cells) + " |"

    rule = ["-" * width if at == 0 else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    return "\n".join(padded(line) for line in (head, rule, *lines))


def growth_table(what: str, measured: Mapping[str, Mapping[int, tuple[float, float]]]) -> str:
    """Seconds and peak MB by size, and the seconds as a multiple of the smallest size's."""
    sizes = sorted(next(iter(measured.values())))
    lines = []
    for size in sizes:
        line = [str(size)]
        for found in measured.values():
            seconds, memory = found[size]
            line += [f"{seconds:.2f} s", f"x{seconds / found[sizes[0]][0]:.1f}", f"{memory:.0f} MB"]
        lines.append(line)
    head = [what, *(text for name in measured for text in (name, "", ""))]
    return f"#### Growth with {what}\n\n" + table(head, lines)


def _accuracy(results: Mapping[str, Result], group: str) -> str:
    counts = {name: result.counts[group] for name, result in results.items()}
    asked = counts[OURS]
    lines = [
        [f"{title} (of {asked[of]})", target, *(_share(count, part, of) for count in counts.values())]
        for title, part, of, target in _SHARES
        if asked[of]
    ]
    lines += [[title, target, *(str(count[part]) for count in counts.values())] for title, part, target in _NUMBERS]
    head = ["", "target", *counts]
    return f"#### {group.capitalize()} pictures: {asked['pictures']}\n\n" + table(head, lines)


def _share(count: Counter[str], part: str, of: str) -> str:
    return f"{100 * count[part] / count[of]:.2f} %"


def _seconds(results: Mapping[str, Result], group: str) -> str:
    lines = []
    rival = results.get(RIVAL)
    for name, result in results.items():
        times = result.seconds[group]
        line = [name, f"{median(times):.2f}", f"{_high(times):.2f}", f"{max(times):.2f}"]
        lines.append([*line, f"{median(times) / median(rival.seconds[group]):.2f}" if rival else "-"])
    head = ["seconds a picture", "median", "p90", "max", "median / rapidocr's"]
    return f"#### Seconds, {group} pictures (target: 0.50 of rapidocr's)\n\n" + table(head, lines)


def _high(times: Sequence[float]) -> float:
    return quantiles(times, n=10, method="inclusive")[-1] if len(times) > 1 else times[0]


def _stages(ours: Result) -> str:
    lines = [
        [stage, f"{median(times):.3f}", f"{_high(times):.3f}", f"{max(times):.3f}"]
        for stage, times in ours.stages.items()
    ]
    return "#### Seconds by stage, ours\n\n" + table(["stage", "median", "p90", "max"], lines)


def _memory(results: Mapping[str, Result]) -> str:
    lines = [
        [name, f"{memory.peak:.0f} MB", f"{memory.now:.0f} MB"]
        for name, result in results.items()
        if (memory := result.memory) is not None
    ]
    head = ["memory after all pictures", "peak", "now"]
    return "#### Memory of a process, without the program Tesseract (target: below 500 MB)\n\n" + table(head, lines)
