"""Graphs to post: each takes plain numbers and gives a PNG, 1200 pixels wide. Values come oldest first.

A graph needs two points; whoever asks for one sees to that (`enough`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from bot.rendering.chart import BIG, DARK, SMALL, WIDTH, Sheet, Theme, drawing, short
from mkw.numerals import decimal, plus_minus, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 60
MOST_OPPONENTS = 14
MOST_WEEKS = 53
_DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")


@dataclass(frozen=True, slots=True)
class Head:
    """`note` is what the numbers are about: `12p · last 20`."""

    title: str
    subtitle: str = ""
    note: str = ""


def enough(points: int) -> bool:
    return points >= 2


def form_curve(
    head: Head, scores: Sequence[float], running: Sequence[float], average: float, deviation: float,
    theme: Theme = DARK,
) -> bytes:  # fmt: skip
    """Scores as points, the running average as a line, the average with one deviation each way as a band."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        axes = sheet.axes(top=150)
        x = np.arange(1, len(scores) + 1)
        axes.axhspan(average - deviation, average + deviation, color=theme.warm, alpha=0.13, linewidth=0)
        axes.axhline(average, color=theme.warm, linewidth=3, linestyle=(0, (5, 3)))
        axes.plot(x, scores, color=theme.ours, linewidth=1.5, alpha=0.35)
        axes.scatter(x, scores, s=_dot(len(scores)), color=theme.ours, alpha=0.75, linewidths=0, zorder=3)
        axes.plot(x, running, color=theme.ink, linewidth=5, solid_capstyle="round", zorder=4)
        _wars_axis(axes, len(scores))
        low, high = min(*scores, average - deviation), max(*scores, average + deviation)
        axes.set_ylim(low - 0.08 * (high - low or 20), high + 0.08 * (high - low or 20))
        sheet.text(96, 126, f"average {decimal(average)}", BIG, theme.warm, bold=True)
        sheet.text(330, 126, f"±{decimal(deviation)}", BIG, theme.soft, bold=True)
        sheet.text(WIDTH - 40, 126, f"now {decimal(running[-1])}", BIG, theme.ink, anchor="right", bold=True)
        return sheet.finish(axes)


def histogram(head: Head, scores: Sequence[float], average: float, theme: Theme = DARK) -> bytes:
    """How often which points per war, in steps of ten (of five where scores lie close)."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        axes = sheet.axes(top=150)
        step = 5 if max(scores) - min(scores) <= 60 else 10
        first, last = math.floor(min(scores) / step) * step, math.floor(max(scores) / step) * step + step
        counts, edges = np.histogram(scores, bins=np.arange(first, last + step, step))
        bars = axes.bar(edges[:-1] + step / 2, counts, width=step * 0.86, color=theme.ours)
        for bar, count in zip(bars, counts, strict=True):
            if count:
                sheet.label(axes, bar.get_x() + bar.get_width() / 2, count, whole(int(count)), theme.ink,
                            ha="center", va="bottom")  # fmt: skip
        axes.axvline(average, color=theme.warm, linewidth=3, linestyle=(0, (5, 3)))
        axes.set_ylim(0, max(counts) * 1.22)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_locator(MaxNLocator(9, integer=True))
        axes.grid(visible=False, axis="x")
        sheet.text(WIDTH - 40, 126, f"average {decimal(average)}", BIG, theme.warm, anchor="right", bold=True)
        sheet.text(96, sheet.height - 22, "points per war", SMALL, theme.soft)
        return sheet.finish(axes)


def differences(head: Head, margins: Sequence[int], tags: Sequence[str], theme: Theme = DARK) -> bytes:
    """A bar a war: won up, lost down. The newest 60."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        few = len(margins) <= 16
        axes = sheet.axes(bottom=150 if few else 96)
        margins, tags = margins[-MOST_BARS:], tags[-MOST_BARS:]
        x = np.arange(1, len(margins) + 1)
        colours = [theme.ours if margin > 0 else theme.bad if margin < 0 else theme.warm for margin in margins]
        axes.bar(x, [margin or 1 for margin in margins], width=0.8, color=colours)
        axes.axhline(0, color=theme.soft, linewidth=2)
        axes.grid(visible=False, axis="x")
        edge = max(abs(margin) for margin in margins) or 10
        axes.set_ylim(min(0, *margins) - edge * 0.16, max(0, *margins) + edge * 0.16)
        if few:
            for place, margin in zip(x, margins, strict=True):
                sheet.label(axes, float(place), margin, plus_minus(margin), theme.ink, ha="center",
                            va="bottom" if margin >= 0 else "top")  # fmt: skip
            axes.set_xticks(x, [short(tag, 150) for tag in tags], rotation=35, ha="right", rotation_mode="anchor")
        else:
            _wars_axis(axes, len(margins))
        return sheet.finish(axes)


def places(head: Head, counts: Sequence[int], average: float, theme: Theme = DARK) -> bytes:
    """How often place 1, 2, …: the upper half of the room in one colour, the lower in another."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        axes = sheet.axes(top=150)
        x = np.arange(1, len(counts) + 1)
        half = len(counts) // 2
        axes.bar(x, counts, width=0.84, color=[theme.ours if place <= half else theme.bad for place in x])
        for place, count in zip(x, counts, strict=True):
            if count:
                sheet.label(axes, float(place), count, str(count), theme.ink, ha="center", va="bottom")
        axes.axvline(average, color=theme.warm, linewidth=3, linestyle=(0, (5, 3)))
        axes.set_xticks(x)
        axes.set_xlim(0.3, len(counts) + 0.7)
        axes.set_ylim(0, max(*counts, 1) * 1.22)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(visible=False, axis="x")
        sheet.text(WIDTH - 40, 126, f"average {decimal(average)}", BIG, theme.warm, anchor="right", bold=True)
        taken = sum(counts)
        sheet.text(96, 126, f"top {half}: {sum(counts[:half])} of {taken}", BIG, theme.ours, bold=True)
        return sheet.finish(axes)


def race_by_race(head: Head, races: Sequence[tuple[int, str, float | None]], theme: Theme = DARK) -> bytes:
    """(number, track, difference) of one war as raced: a bar a race and the differences added up as a line, which ends
    where a difference is not known (None)."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        axes = sheet.axes(left=110, top=150, bottom=150)
        x = np.array([number for number, *_ in races])
        values = [value or 0.0 for *_, value in races]
        colours = [theme.ours if value > 0 else theme.bad if value < 0 else theme.warm for value in values]
        axes.bar(x, values, width=0.8, color=colours)
        axes.axhline(0, color=theme.soft, linewidth=2)
        axes.grid(visible=False, axis="x")
        told = _told_from_the_start(races)
        sums = np.cumsum(values[:told])
        axes.plot(x[:told], sums, color=theme.warm, linewidth=4, marker="o", markersize=10, zorder=4)
        every = [*values, *sums.tolist()]
        edge = max(abs(value) for value in every) or 10
        axes.set_ylim(min(0, *every) - edge * 0.2, max(0, *every) + edge * 0.2)
        few = len(races) <= 16
        for (number, _, value), height in zip(races, values, strict=True):
            said = "?" if value is None else plus_minus(round(value))
            if few:  # on a ground of its own, for the line may run behind it
                ground = {"facecolor": theme.panel, "edgecolor": "none", "alpha": 0.8, "pad": 0}
                sheet.label(axes, number, height, said, theme.ink, ha="center", va="bottom" if height >= 0 else "top",
                            bbox=ground, zorder=6)  # fmt: skip
        names = [f"{number} {track}".strip() for number, track, _ in races]
        axes.set_xticks(x, names if few else [str(number) for number in x])
        if few:
            for label in axes.get_xticklabels():
                label.set(rotation=35, ha="right", rotation_mode="anchor")
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        if told:
            total = round(float(sums[-1]))
            colour = theme.ours if total >= 0 else theme.bad
            sheet.text(WIDTH - 40, 126, f"{plus_minus(total)} after {x[told - 1]} races", BIG, colour,
                       anchor="right", bold=True)  # fmt: skip
        return sheet.finish(axes)


def _told_from_the_start(races: Sequence[tuple[int, str, float | None]]) -> int:
    """How many races from the first on are there with their difference."""
    told = 0
    for number, _, value in races:
        if number != told + 1 or value is None:
            break
        told += 1
    return told


def cumulative(head: Head, margins: Sequence[int], theme: Theme = DARK) -> bytes:
    """The differences added up, war after war."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme)
        axes = sheet.axes(left=118, top=150)
        total = np.concatenate(([0], np.cumsum(margins)))
        x = np.arange(len(total))
        axes.fill_between(x, total, 0, where=total >= 0, color=theme.ours, alpha=0.22, interpolate=True, linewidth=0)
        axes.fill_between(x, total, 0, where=total <= 0, color=theme.bad, alpha=0.22, interpolate=True, linewidth=0)
        axes.plot(x, total, color=theme.ink, linewidth=5, solid_capstyle="round")
        axes.axhline(0, color=theme.soft, linewidth=2)
        axes.margins(y=0.14)
        _wars_axis(axes, len(margins), first=0)
        colour = theme.ours if total[-1] >= 0 else theme.bad
        axes.scatter(x[-1:], total[-1:], s=220, color=colour, zorder=5)
        said = f"{plus_minus(int(total[-1]))} in {whole(len(margins))} wars"
        sheet.text(WIDTH - 40, 126, said, BIG, colour, anchor="right", bold=True)
        return sheet.finish(axes)


def radar(
    head: Head, names: Sequence[str], axes_names: Sequence[str], values: Sequence[Sequence[float]],
    shown: Sequence[Sequence[str]], theme: Theme = DARK,
) -> bytes:  # fmt: skip
    """Two to six players over three axes or more; `values` 0..1 by player and axis, `shown` as they are written."""
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme, height=1000)
        axes = sheet.axes(left=90, top=180, right=430, bottom=140, polar=True)
        angles = np.linspace(0, 2 * math.pi, len(axes_names), endpoint=False)
        axes.set_theta_offset(math.pi / 2)  # type: ignore[attr-defined]
        axes.set_theta_direction(-1)  # type: ignore[attr-defined]
        axes.set_ylim(0, 1.05)
        axes.set_yticks([0.25, 0.5, 0.75, 1.0], [""] * 4)
        axes.set_xticks(angles, axes_names)
        axes.tick_params(pad=24, labelsize=SMALL)
        for place, of_player in enumerate(values):
            colour = theme.series[place % len(theme.series)]
            around = [0.08 + 0.92 * max(0.0, min(1.0, value)) for value in of_player]
            axes.plot([*angles, angles[0]], [*around, around[0]], color=colour, linewidth=4)
            axes.fill([*angles, angles[0]], [*around, around[0]], color=colour, alpha=0.12)
        for label in axes.get_xticklabels():
            label.set_color(theme.ink)
        _legend_of_players(sheet, names, axes_names, shown)
        return sheet.finish(axes)


def opponents(head: Head, rows: Sequence[tuple[str, float, str]], theme: Theme = DARK) -> bytes:
    """(tag, differential a war, won-lost-drawn), best first: bars to both sides. Of many the best and the worst."""
    if len(rows) > MOST_OPPONENTS:
        half = MOST_OPPONENTS // 2
        rows = [*rows[:half], *rows[-half:]]
    with drawing():
        sheet = Sheet(head.title, head.subtitle, head.note, theme, height=max(420, 190 + 62 * len(rows)))
        axes = sheet.axes(left=240, right=180, top=108, bottom=84)
        y = np.arange(len(rows))[::-1]
        values = [value for _, value, _ in rows]
        axes.barh(y, values, height=0.72, color=[theme.ours if value >= 0 else theme.bad for value in values])
        axes.axvline(0, color=theme.soft, linewidth=2)
        axes.set_yticks(y, [short(tag, 205, BIG) for tag, _, _ in rows])
        axes.tick_params(axis="y", labelsize=BIG, colors=theme.ink)
        axes.grid(visible=False, axis="y")
        edge = max(*(abs(value) for value in values), 1)
        axes.set_xlim(min(0, *values) - edge * 0.24, max(0, *values) + edge * 0.24)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        for place, value, (_, _, record) in zip(y, values, rows, strict=True):
            sheet.label(axes, value, float(place), f" {plus_minus(value)} ", theme.ink,
                        ha="left" if value >= 0 else "right", va="center")  # fmt: skip
            sheet.label(axes, 1.02, float(place), record, theme.soft, va="center", bold=False,
                        transform=axes.get_yaxis_transform())  # fmt: skip
        return sheet.finish(axes)


def heat_map(head: Head, days: Sequence[tuple[date, float, int]], theme: Theme = DARK) -> bytes:
    """(day, value, wars) as a calendar: weeks across, days down; red below 0, blue above. The newest 53 weeks."""
    last = max(day for day, _, _ in days)
    first = max(min(day for day, _, _ in days), last - timedelta(weeks=MOST_WEEKS - 1))
    start = first - timedelta(days=first.weekday())
    weeks = (last - start).days // 7 + 1
    table = np.full((7, weeks), np.nan)
    for day, value, _ in days:
        if day >= start:
            table[day.weekday(), (day - start).days // 7] = value
    edge = float(np.nanmax(np.abs(table))) or 1.0
    with drawing():
        cell = min(84.0, (WIDTH - 200) / weeks)
        sheet = Sheet(head.title, head.subtitle, head.note, theme, height=round(250 + 7 * cell))
        wide = round(weeks * cell)
        axes = sheet.axes(left=110, right=WIDTH - 110 - wide, top=146, bottom=104)
        colours = LinearSegmentedColormap.from_list("result", [theme.bad, theme.grid, theme.ours])
        axes.set_facecolor(theme.back)
        empty = LinearSegmentedColormap.from_list("empty", [theme.panel, theme.panel])
        grid = np.arange(weeks + 1), np.arange(8)
        axes.pcolormesh(*grid, np.zeros((7, weeks)), cmap=empty, edgecolors=theme.back, linewidth=4)
        axes.pcolormesh(
            *grid, np.ma.masked_invalid(table), cmap=colours, vmin=-edge, vmax=edge, edgecolors=theme.back, linewidth=4
        )
        axes.grid(visible=False)
        axes.set_ylim(7, 0)
        axes.set_yticks(np.arange(7) + 0.5, _DAYS)
        ticks, names = _months(start, weeks, cell)
        axes.set_xticks(ticks, names)
        axes.xaxis.tick_top()
        sheet.text(110, sheet.height - 60, plus_minus(-edge), SMALL, theme.bad, bold=True)
        sheet.text(230, sheet.height - 60, plus_minus(edge), SMALL, theme.ours, bold=True)
        sheet.text(350, sheet.height - 60, f"{whole(sum(count for *_, count in days))} wars on {len(days)} days", SMALL,
                   theme.soft)  # fmt: skip
        return sheet.finish(axes)


# --- parts ----------------------------------------------------------------------------------------------------------


def _dot(count: int) -> float:
    return float(max(24, 260 - 3 * count))


def _wars_axis(axes: Axes, count: int, first: int = 1) -> None:
    """War numbers counted from the oldest shown, whole ones."""
    room = max(0.6, count * 0.02)
    axes.set_xlim(first - room, count + room)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))


def _legend_of_players(
    sheet: Sheet, names: Sequence[str], axes_names: Sequence[str], shown: Sequence[Sequence[str]]
) -> None:  # fmt: skip
    """At the right: every name in its colour, with its first values."""
    top, each = 220, min(130, 720 // max(1, len(names)))
    for place, name in enumerate(names):
        colour = sheet.theme.series[place % len(sheet.theme.series)]
        y = top + place * each
        sheet.text(WIDTH - 300, y, short(name, 270, 32), 32, colour, bold=True)
        sheet.text(WIDTH - 300, y + 36, f"{axes_names[0]} {shown[place][0]}", SMALL, sheet.theme.soft)
        sheet.text(WIDTH - 300, y + 66, f"{axes_names[1]} {shown[place][1]}", SMALL, sheet.theme.soft)


def _months(start: date, weeks: int, cell: float) -> tuple[list[float], list[str]]:
    """Where each month begins, as far apart as their names need."""
    ticks: list[float] = []
    names: list[str] = []
    month = 0
    for week in range(weeks):
        day = start + timedelta(weeks=week, days=6)
        if day.month != month:
            month = day.month
            if not ticks or (week - ticks[-1]) * cell >= 64:
                ticks.append(week + 0.5)
                names.append(f"{day:%b}")
    return ticks, names
