"""A war's table as a picture to post: legible on a phone, everything in doubt marked."""

from __future__ import annotations

import io
from dataclasses import dataclass

from bot.rendering.canvas import Canvas, Colour, mix
from bot.rendering.fonts import Weight, drawable, fit, text_width
from bot.rendering.theme import DARK, MEDALS, Theme

WIDTH = 1200
_MARGIN, _HEADER, _FOOTER = 32, 112, 62
_ROW, _ROW_GAP, _PAD, _GAP, _PILL_GAP = 54, 8, 16, 20, 60
_TAG, _TOTAL = 216, 236  # widths of a panel's left part (tag, penalty) and right part (total)
_BADGE = 300  # width of the left part where the rows need two columns: tag, total, penalty
_MOST_IN_A_COLUMN = 12


@dataclass(frozen=True, slots=True)
class TableRow:
    name: str
    score: str | None  # None: not read
    races: int | None = None  # None: the whole war
    place: int | None = None
    doubtful: bool = False
    unknown: bool = False  # nobody of the roster
    penalty: int = 0
    number: int | None = None  # what people type to edit the row; only while it is reviewed


@dataclass(frozen=True, slots=True)
class TableSide:
    rows: tuple[TableRow, ...]
    tag: str | None = None
    total: int | None = None  # before the penalty
    penalty: int = 0
    ours: bool = False
    doubtful: bool = False  # the tag, total or penalty is


@dataclass(frozen=True, slots=True)
class TablePicture:
    """`sides` 1 to 12, 1 to 24 rows in all (more are drawn too, only taller)."""

    sides: tuple[TableSide, ...]
    title: str
    subtitle: str = ""  # the date
    footer: str = ""
    watermark: str | None = None  # such as "preview"


def draw_table(picture: TablePicture, theme: Theme = DARK) -> bytes:
    """PNG, 1200 pixels wide, as high as its rows need."""
    layout = _heights(picture)
    legend = _legend(picture)
    height = _HEADER + sum(layout) + _gap(picture) * (len(layout) - 1) + _FOOTER + _MARGIN
    canvas = Canvas(WIDTH, height, theme)
    _draw_header(canvas, picture)
    top: float = _HEADER
    colours = _colours(picture.sides, theme)
    finals = [side.total - side.penalty for side in picture.sides if side.total is not None]
    best = max(finals, default=None)
    for index, (side, tall) in enumerate(zip(picture.sides, layout, strict=True)):
        final = None if side.total is None else side.total - side.penalty
        won = len(picture.sides) > 1 and final is not None and final == best and finals.count(final) == 1
        place = None if final is None or len(finals) < 3 else 1 + sum(other > final for other in finals)
        _Panel(canvas, side, colours[index], won=won, place=place, alone=len(picture.sides) == 1).draw(top, tall)
        top += tall
        if index == 0 and _has_pill(picture):
            _draw_difference(canvas, finals, colours, top + _PILL_GAP / 2)
        top += _gap(picture)
    _draw_footer(canvas, picture, legend, height)
    out = io.BytesIO()
    canvas.finish().save(out, "PNG", compress_level=6)
    return out.getvalue()


# --- measures -------------------------------------------------------------------------------------------------------


def _has_pill(picture: TablePicture) -> bool:
    return len(picture.sides) == 2 and all(side.total is not None for side in picture.sides)


def _gap(picture: TablePicture) -> int:
    return _PILL_GAP if _has_pill(picture) else _GAP


def _columns(side: TableSide) -> int:
    return 2 if len(side.rows) > _MOST_IN_A_COLUMN else 1


def _heights(picture: TablePicture) -> list[int]:
    heights = []
    for side in picture.sides:
        lines = -(-len(side.rows) // _columns(side))
        rows = lines * (_ROW + _ROW_GAP) - _ROW_GAP + 2 * _PAD
        badge = 0 if _is_bare(side, len(picture.sides)) else 128 if not side.penalty else 172
        heights.append(max(rows, badge, 86))
    return heights


def _is_bare(side: TableSide, sides: int) -> bool:
    """Whether the panel has no left part: a list without teams."""
    return sides == 1 and not side.tag and not side.penalty


def _colours(sides: tuple[TableSide, ...], theme: Theme) -> list[Colour]:
    others = iter(theme.others * (len(sides) // len(theme.others) + 1))
    ours_known = any(side.ours for side in sides)
    return [
        theme.ours if side.ours or (index == 0 and not ours_known) else next(others) for index, side in enumerate(sides)
    ]


# --- parts ----------------------------------------------------------------------------------------------------------


def _draw_header(canvas: Canvas, picture: TablePicture) -> None:
    canvas.rounded((_MARGIN, 30, _MARGIN + 8, 84), 4, canvas.theme.ours)
    right: float = WIDTH - _MARGIN
    if picture.watermark:
        word = drawable(picture.watermark).upper()
        width = text_width(word, 26, Weight.BOLD) + 40
        canvas.rounded(
            (right - width, 36, right, 80),
            22,
            mix(canvas.theme.amber, canvas.theme.back[0], 0.22),
            outline=canvas.theme.amber,
        )
        canvas.text((right - width / 2, 68), word, 26, canvas.theme.amber, weight=Weight.BOLD, anchor="m")
        right -= width + 24
    if picture.subtitle:
        subtitle, size = fit(picture.subtitle, 30, 380)
        canvas.text((right, 68), subtitle, size, canvas.theme.soft, anchor="r")
        right -= text_width(subtitle, size) + 24
    title, size = fit(picture.title, 48, right - _MARGIN - 28, weight=Weight.BOLD, smallest=30)
    canvas.text((_MARGIN + 28, 74), title, size, canvas.theme.ink, weight=Weight.BOLD)


def _draw_difference(canvas: Canvas, finals: list[int], colours: list[Colour], middle: float) -> None:
    gap = finals[0] - finals[1]
    text = f"±{abs(gap)}" if gap else "DRAW"
    colour = colours[0] if gap > 0 else colours[1] if gap < 0 else canvas.theme.soft
    half = text_width(text, 34, Weight.BOLD) / 2 + 30
    centre = WIDTH - _MARGIN - _TOTAL / 2
    canvas.rounded((centre - half, middle - 24, centre + half, middle + 24), 24, colour)
    canvas.text((centre, middle + 12), text, 34, canvas.theme.on_colour, weight=Weight.BOLD, anchor="m")
    canvas.rounded(
        (_MARGIN, middle - 1, centre - half - 16, middle + 1), 1, mix(canvas.theme.ink, canvas.theme.back[0], 0.14)
    )


def _legend(picture: TablePicture) -> list[tuple[str, str]]:
    rows = [row for side in picture.sides for row in side.rows]
    doubtful = any(row.doubtful for row in rows) or any(side.doubtful for side in picture.sides)
    legend = [("?", "to be checked")] if doubtful else []
    return legend + ([("+", "not on the roster")] if any(row.unknown for row in rows) else [])


def _draw_footer(canvas: Canvas, picture: TablePicture, legend: list[tuple[str, str]], height: int) -> None:
    baseline = height - 34
    x: float = _MARGIN
    for sign, words in legend:
        _draw_mark(canvas, x + 16, baseline - 10, sign)
        canvas.text((x + 42, baseline), words, 26, canvas.theme.soft)
        x += 42 + text_width(words, 26) + 36
    footer, size = fit(picture.footer, 26, WIDTH - _MARGIN - x)
    canvas.text((WIDTH - _MARGIN, baseline), footer, size, canvas.theme.soft, anchor="r")


def _draw_mark(canvas: Canvas, x: float, y: float, sign: str) -> None:
    if sign == "?":
        canvas.circle((x, y), 16, canvas.theme.amber)
        canvas.text((x, y + 9), "?", 26, (48, 30, 0), weight=Weight.BOLD, anchor="m")
    else:
        canvas.circle((x, y), 14, None, outline=canvas.theme.soft)
        canvas.text((x, y + 8), "+", 24, canvas.theme.soft, weight=Weight.BOLD, anchor="m")


class _Panel:
    """One team: its tag at the left, its rows, its total at the right, where war tables have it and readers look. Where
    the rows need two columns, the total stands under the tag."""

    def __init__(
        self, canvas: Canvas, side: TableSide, colour: Colour, *, won: bool, place: int | None, alone: bool
    ) -> None:
        self._canvas, self._side, self._colour, self._won, self._place = canvas, side, colour, won, place
        self._theme = canvas.theme
        self._bare = _is_bare(side, 1 if alone else 2)
        self._fill = mix(colour, self._theme.back[0], 0.26 if won else 0.15)
        self._apart = _columns(side) == 1
        self._tall = False

    def draw(self, top: float, tall: int) -> None:
        canvas, bottom = self._canvas, top + tall
        self._tall = tall >= 250
        canvas.rounded(
            (_MARGIN, top, WIDTH - _MARGIN, bottom), 22, self._fill, outline=self._colour if self._won else None
        )
        left, right = _MARGIN + _PAD, WIDTH - _MARGIN - _PAD
        if not self._bare:
            canvas.rounded((_MARGIN, top + 18, _MARGIN + 8, bottom - 18), 4, self._colour)
            left = _MARGIN + (_TAG if self._apart else _BADGE)
            right -= _TOTAL - _PAD if self._apart else 0
            self._draw_badge((_MARGIN + left) / 2, left - _MARGIN, top, bottom)
            if self._apart:
                self._draw_total((right + WIDTH - _MARGIN) / 2, (top + bottom) / 2 + self._total_size * 0.36)
        columns = _columns(self._side)
        width = (right - left - (columns - 1) * _PAD) / columns
        lines = -(-len(self._side.rows) // columns)
        block = lines * (_ROW + _ROW_GAP) - _ROW_GAP
        first = top + (tall - block) / 2
        if not self._side.rows:
            canvas.text((left + 14, (top + bottom) / 2 + 10), "players not listed", 28, self._theme.soft)
        for index, row in enumerate(self._side.rows):
            x = left + (index // lines) * (width + _PAD)
            self._draw_row(row, x, first + (index % lines) * (_ROW + _ROW_GAP), width)

    @property
    def _total_size(self) -> int:
        if not self._tall:
            return 58
        return 72 if self._place else 92  # the place stands beside it

    def _draw_badge(self, centre: float, width: float, top: float, bottom: float) -> None:
        """Tag, penalty, and the total between them where it has no place of its own."""
        canvas, side = self._canvas, self._side
        tag, tag_size = side.tag or "", 72 if self._tall else 46
        tag_high = tag_size * 1.12 if tag else 0
        total_high = 0 if self._apart else self._total_size
        y = (top + bottom) / 2 - (tag_high + total_high + (50 if side.penalty else 0)) / 2
        if tag:
            shown, size = fit(tag, tag_size, width - 48, weight=Weight.BOLD, smallest=26)
            ink = mix(self._colour, self._theme.ink, 0.72)
            canvas.text((centre, y + tag_size * 0.86), shown, size, ink, weight=Weight.BOLD, anchor="m")
            y += tag_high
        if not self._apart:
            self._draw_total(centre, y + total_high * 0.86)
        if side.penalty:
            colour = self._theme.red if side.penalty > 0 else self._theme.ours
            self._draw_chip(centre, y + total_high + 32, f"{-side.penalty:+d}", colour)

    def _draw_total(self, centre: float, baseline: float) -> None:
        canvas, side, size = self._canvas, self._side, self._total_size
        total = "–" if side.total is None else str(side.total - side.penalty)
        canvas.text((centre, baseline), total, size, self._theme.ink, weight=Weight.BOLD, anchor="m")
        half = text_width(total, size, Weight.BOLD) / 2
        if self._place:
            canvas.text(
                (centre - half - 10, baseline), f"{self._place}.", 26, self._theme.soft, weight=Weight.BOLD, anchor="r"
            )
        if side.doubtful:
            _draw_mark(canvas, centre, baseline + 34, "?")

    def _draw_chip(self, centre: float, middle: float, text: str, colour: Colour) -> None:
        half = text_width(text, 28, Weight.BOLD) / 2 + 16
        self._canvas.rounded(
            (centre - half, middle - 20, centre + half, middle + 20),
            20,
            mix(colour, self._theme.back[1], 0.25),
            outline=colour,
        )
        self._canvas.text((centre, middle + 10), text, 28, colour, weight=Weight.BOLD, anchor="m")

    def _draw_row(self, row: TableRow, left: float, top: float, width: float) -> None:
        canvas, right, middle = self._canvas, left + width, top + _ROW / 2
        bar = mix(self._theme.amber, self._fill, 0.20) if row.doubtful else mix(self._theme.ink, self._fill, 0.085)
        canvas.rounded((left, top, right, top + _ROW), 14, bar, outline=self._theme.amber if row.doubtful else None)
        x = left + 14
        if row.number is not None:
            canvas.text((x + 16, middle + 7), f"#{row.number}", 20, self._theme.soft, anchor="m")
            x += 42
        x = self._draw_place(row, x, middle)
        baseline = middle + 12
        score = "?" if row.score is None else drawable(row.score)[:6]
        end = right - 20
        canvas.text(
            (end, middle + 14),
            score,
            40,
            self._theme.amber if row.score is None else self._theme.ink,
            weight=Weight.BOLD,
            anchor="r",
        )
        end -= max(78.0, text_width(score, 40, Weight.BOLD)) + 14
        if row.doubtful:
            _draw_mark(canvas, end - 16, middle, "?")
            end -= 44
        if row.unknown:
            _draw_mark(canvas, end - 14, middle, "+")
            end -= 40
        if row.penalty:
            end = self._draw_small(end, middle, f"{-row.penalty:+d}", self._theme.red)
        # A substitute's races stand behind the name in brackets, as on every war table.
        races = "" if row.races is None else f" ({row.races})"
        room = end - x - 10 - text_width(races, 36, Weight.BOLD)
        name, size = fit(row.name, 36, room, weight=Weight.BOLD, smallest=24)
        canvas.text((x, baseline), name, size, self._theme.ink, weight=Weight.BOLD)
        if races:
            behind = x + text_width(name + " ", size, Weight.BOLD)
            canvas.text((behind, baseline), races.strip(), size, self._theme.soft, weight=Weight.BOLD)

    def _draw_place(self, row: TableRow, x: float, middle: float) -> float:
        """Returns where the name begins."""
        if row.place is None:
            return x + 8
        medal = MEDALS.get(row.place)
        if medal:
            self._canvas.circle((x + 20, middle), 20, medal[0])
        self._canvas.text(
            (x + 20, middle + 10),
            str(row.place),
            28,
            medal[1] if medal else self._theme.soft,
            weight=Weight.BOLD,
            anchor="m",
        )
        return x + 58

    def _draw_small(self, end: float, middle: float, text: str, colour: Colour) -> float:
        width = text_width(text, 24, Weight.BOLD) + 26
        self._canvas.rounded((end - width, middle - 18, end, middle + 18), 18, mix(colour, self._theme.back[1], 0.22))
        self._canvas.text(
            (end - width / 2, middle + 9), text, 24, mix(colour, self._theme.ink, 0.7), weight=Weight.BOLD, anchor="m"
        )
        return end - width - 10
