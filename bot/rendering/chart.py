"""The sheet every graph is drawn on: the colours, fonts and header of the drawn table, light or dark.

matplotlib's `Figure` with the Agg canvas; never pyplot, which keeps every figure in a global list. matplotlib is not
safe in several threads at once, so `drawing` lets one in at a time.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter

from bot.rendering.fonts import FOLDER, Weight, files_of, fit
from mkw.numerals import tick

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 1200, 760
_DOTS = 72  # per inch: a point is a pixel
_MARGIN = 32
BIG, SMALL = 27, 23
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Theme:
    back: str
    panel: str
    ink: str
    soft: str
    grid: str
    ours: str  # blue: us, won
    bad: str  # red: lost
    warm: str  # amber: the mean, a draw
    series: tuple[str, ...]


DARK = Theme(
    back="#10131f", panel="#181d30", ink="#ffffff", soft="#aab2cc", grid="#2c3350", ours="#3aa0ff", bad="#ff6a6a",
    warm="#ffbe3e", series=("#3aa0ff", "#ff5c5c", "#ffc43d", "#40ce80", "#ba78ff", "#ff8e42"),
)  # fmt: skip
LIGHT = Theme(
    back="#f4f6fb", panel="#ffffff", ink="#141828", soft="#5a6380", grid="#dde2ee", ours="#0b74d8", bad="#d63a3a",
    warm="#c98500", series=("#0b74d8", "#d63a3a", "#c98500", "#15904f", "#8440d0", "#d0601a"),
)  # fmt: skip
THEMES = {"dark": DARK, "light": LIGHT}


@lru_cache(maxsize=2)
def _font(weight: Weight) -> FontProperties:
    """The bundled fonts of the drawn table, in the same order: a letter that one has not comes from the next. Each is
    told to matplotlib under a name of its own, so that no font of the machine's takes its place."""
    names = []
    for file in files_of(weight):
        names.append(f"bundled {file}")
        fontManager.ttflist.append(FontEntry(fname=str(FOLDER / file), name=names[-1]))
    return FontProperties(family=names)


@contextmanager
def drawing() -> Iterator[None]:
    """Around everything of matplotlib. Names may hold `$`, which is no formula; minus signs are ASCII's."""
    with _one_at_a_time, mpl.rc_context({"text.parse_math": False, "axes.unicode_minus": False}):
        yield


class Sheet:
    """A figure with its header. Use inside `drawing`."""

    def __init__(self, title: str, subtitle: str, note: str, theme: Theme, *, height: int = HEIGHT) -> None:
        self.theme = theme
        self.height = height
        self.figure = Figure(figsize=(WIDTH / _DOTS, height / _DOTS), dpi=_DOTS, facecolor=theme.back)
        FigureCanvasAgg(self.figure)
        self.medium, self.bold = _font(Weight.MEDIUM), _font(Weight.BOLD)
        self._header(title, subtitle)
        if note:
            shown, size = fit(note, SMALL, WIDTH - 2 * _MARGIN, smallest=18)
            self.text(WIDTH - _MARGIN, height - 22, shown, size, theme.soft, anchor="right")

    def text(
        self, x: float, y: float, text: str, size: float, colour: str, *, anchor: str = "left", bold: bool = False
    ) -> None:  # fmt: skip
        """In pixels from the upper left corner; y is the baseline."""
        self.figure.text(
            x / WIDTH, 1 - y / self.height, plain(text), color=colour, ha=anchor, va="baseline",
            fontproperties=self.bold if bold else self.medium, fontsize=size,
        )  # fmt: skip

    def axes(self, *, left: int = 96, top: int = 112, right: int = 40, bottom: int = 96, polar: bool = False) -> Axes:
        """A plot with so many pixels free around it."""
        wide, high = WIDTH - left - right, self.height - top - bottom
        box = left / WIDTH, bottom / self.height, wide / WIDTH, high / self.height
        axes: Axes = self.figure.add_axes(box, polar=polar, facecolor=self.theme.panel)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(colors=self.theme.soft, length=0, labelsize=SMALL, pad=8)
        axes.grid(visible=True, color=self.theme.grid, linewidth=1.5)
        axes.set_axisbelow(True)
        if not polar:
            for axis in (axes.xaxis, axes.yaxis):  # where a graph names its ticks itself, that holds
                axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
        return axes

    def finish(self, *axes: Axes) -> bytes:
        """PNG."""
        for one in axes:
            for label in (*one.get_xticklabels(), *one.get_yticklabels()):
                size = label.get_fontsize()
                label.set_fontproperties(self.medium)
                label.set_fontsize(size)
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=_DOTS, facecolor=self.theme.back)
        return out.getvalue()

    def label(self, axes: Axes, x: float, y: float, text: str, colour: str, **more: Any) -> None:
        """Beside something in the plot, in its own coordinates."""
        size = more.pop("size", SMALL)
        bold = more.pop("bold", True)
        axes.text(
            x, y, plain(text), color=colour, fontproperties=self.bold if bold else self.medium, fontsize=size, **more
        )

    def _header(self, title: str, subtitle: str) -> None:
        bar = FancyBboxPatch(
            (_MARGIN / WIDTH, 1 - 78 / self.height), 8 / WIDTH, 50 / self.height, boxstyle="square,pad=0",
            transform=self.figure.transFigure, facecolor=self.theme.ours, edgecolor="none",
        )  # fmt: skip
        self.figure.add_artist(bar)
        side, side_size = fit(subtitle, 28, 460, smallest=20)
        self.text(WIDTH - _MARGIN, 68, side, side_size, self.theme.soft, anchor="right")
        room = WIDTH - 2 * _MARGIN - 40 - (480 if subtitle else 0)
        shown, size = fit(title, 44, room, weight=Weight.BOLD, smallest=28)
        self.text(_MARGIN + 28, 72, shown, size, self.theme.ink, bold=True)


def plain(text: str) -> str:
    """M PLUS gives the middle dot no width, so that it sits on the next letter."""
    return text.replace("·", "•")


def short(name: str, width: float, size: int = SMALL) -> str:
    """A name for an axis, cut where it does not fit."""
    return plain(fit(name, size, width, smallest=size)[0])
