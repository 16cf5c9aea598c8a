"""A player's card as a picture: who they are, their averages, their record, and the line of their form."""

from __future__ import annotations

import io
from collections.abc import Sequence

from bot.rendering.canvas import Canvas, Colour, mix
from bot.rendering.convert import PROJECT
from bot.rendering.fonts import Weight, fit, text_width
from bot.rendering.text import average, percent, signed, wars
from bot.rendering.theme import DARK, Theme
from bot.services.profiles import Profile
from mkw.countries import country_name
from mkw.statistics import PlayerStatistics

WIDTH, HEIGHT = 1200, 750
_MARGIN, _GAP = 32, 20
_TILES_TOP, _TILE = 184, 150
_FORM_TOP, _FORM_BOTTOM = 374, 672
_LEAST_SPAN = 20.0  # points between the bottom and the top of the form's line, so that one point is no mountain


def draw_profile(profile: Profile, *, clan: str = "", theme: Theme = DARK) -> bytes:
    """PNG, 1200 x 750."""
    canvas = Canvas(WIDTH, HEIGHT, theme)
    colour = _rgb(profile.team.colour) if profile.team is not None and profile.team.colour else theme.ours
    _draw_head(canvas, profile, colour)
    _draw_tiles(canvas, profile.statistics, colour)
    _draw_form(canvas, profile, colour)
    canvas.text((_MARGIN, HEIGHT - 30), fit(clan, 26, 600)[0], 26, theme.soft)
    canvas.text((WIDTH - _MARGIN, HEIGHT - 30), PROJECT, 26, theme.soft, anchor="r")
    out = io.BytesIO()
    canvas.finish().save(out, "PNG", compress_level=6)
    return out.getvalue()


def _draw_head(canvas: Canvas, profile: Profile, colour: Colour) -> None:
    """The name, and below it chips: status, team, country."""
    player, theme = profile.player, canvas.theme
    canvas.rounded((_MARGIN, 34, _MARGIN + 8, 152), 4, colour)
    left: float = _MARGIN + 32
    name, size = fit(player.name, 76, WIDTH - left - _MARGIN, weight=Weight.BOLD, smallest=34)
    canvas.text((left, 96), name, size, theme.ink, weight=Weight.BOLD)
    status = "removed" if player.removed else player.status.value
    chips = [(status, theme.soft)]
    if profile.team is not None:
        tag = f" · {profile.team.tag}" if profile.team.tag and profile.team.tag != profile.team.name else ""
        chips.append((f"{profile.team.name}{tag}", colour))
    if player.country is not None:
        chips.append((f"{player.country} · {country_name(player.country)}", theme.soft))
    x = left
    for text, edge in chips:
        shown, size = fit(text, 28, min(430.0, WIDTH - _MARGIN - x - 36), weight=Weight.BOLD)
        width = text_width(shown, size, Weight.BOLD) + 36
        canvas.rounded((x, 114, x + width, 156), 21, mix(edge, theme.back[0], 0.18), outline=edge)
        canvas.text((x + 18, 145), shown, size, mix(edge, theme.ink, 0.35), weight=Weight.BOLD)
        x += width + 12


def _draw_tiles(canvas: Canvas, numbers: PlayerStatistics, colour: Colour) -> None:
    theme = canvas.theme
    record = f"{numbers.wins}-{numbers.losses}-{numbers.draws}"
    best = "–" if numbers.highest is None else str(numbers.highest.score)
    tiles = (
        ("average", average(numbers.average), wars(numbers.wars)),
        ("last 10", average(numbers.average_last_10), _against(numbers)),
        ("W-L-D", record, "no war yet" if numbers.win_rate is None else f"{percent(numbers.win_rate)} won"),
        ("best", best, _against_whom(numbers)),
    )
    width = (WIDTH - 2 * _MARGIN - (len(tiles) - 1) * _GAP) / len(tiles)
    fill = mix(colour, theme.back[0], 0.15)
    for index, (label, value, below) in enumerate(tiles):
        left = _MARGIN + index * (width + _GAP)
        middle = left + width / 2
        canvas.rounded((left, _TILES_TOP, left + width, _TILES_TOP + _TILE), 22, fill)
        canvas.text((middle, _TILES_TOP + 36), label, 26, theme.soft, anchor="m")
        shown, size = fit(value, 62, width - 28, weight=Weight.BOLD, smallest=34)
        canvas.text((middle, _TILES_TOP + 98), shown, size, theme.ink, weight=Weight.BOLD, anchor="m")
        small, size = fit(below, 26, width - 28, smallest=18)
        canvas.text((middle, _TILES_TOP + 134), small, size, theme.soft, anchor="m")


def _against(numbers: PlayerStatistics) -> str:
    """How the newest ten compare with all."""
    if numbers.average is None or numbers.average_last_10 is None:
        return "no war yet"
    gap = round(numbers.average_last_10, 1) - round(numbers.average, 1)
    return "as always" if abs(gap) < 0.05 else f"{signed(gap, 1)} to the average"


def _against_whom(numbers: PlayerStatistics) -> str:
    if numbers.highest is None:
        return "no full war yet"
    day = numbers.highest.played_at
    return f"vs {numbers.highest.opponent_tag}" if numbers.highest.opponent_tag else f"{day.day} {day:%b %Y}"


def _draw_form(canvas: Canvas, profile: Profile, colour: Colour) -> None:
    """The newest wars as a line, the average across it; one war or none is said in words."""
    theme, form = canvas.theme, profile.form
    left, right = _MARGIN, WIDTH - _MARGIN
    canvas.rounded((left, _FORM_TOP, right, _FORM_BOTTOM), 22, mix(theme.ink, theme.back[0], 0.05))
    if len(form) < 2:
        words = "no war yet: the form is drawn from two wars on" if not form else "one war so far: form needs a second"
        canvas.text((WIDTH / 2, (_FORM_TOP + _FORM_BOTTOM) / 2 + 10), words, 30, theme.soft, anchor="m")
        return
    title = f"form · last {len(form)} wars, points per 12 races"
    canvas.text((left + 24, _FORM_TOP + 40), title, 26, theme.soft)
    usual = profile.statistics.average or 0.0
    down = (_FORM_TOP + 104.0, _FORM_BOTTOM - 34.0)
    *points, (_, level) = _points([*form, usual], (left + 100, right - 64), down, count=len(form))
    ground = _FORM_BOTTOM - 14
    below = mix(colour, mix(theme.ink, theme.back[0], 0.05), 0.20)
    canvas.area([(points[0][0], ground), *points, (points[-1][0], ground)], below)
    _dashes(canvas, left + 100, right - 64, level)
    canvas.text((left + 86, level + 9), average(usual), 24, theme.soft, anchor="r")
    canvas.line(points, 5, colour)
    newest, best = len(form) - 1, max(range(len(form)), key=form.__getitem__)
    for index in {best, newest}:
        x, y = points[index]
        canvas.circle((x, y), 9, theme.ink)
        canvas.circle((x, y), 6, colour)
        if index == newest or newest - best > 1:  # side by side their numbers would touch
            canvas.text((x, y - 20), f"{form[index]:.0f}", 26, theme.ink, weight=Weight.BOLD, anchor="m")


def _points(
    values: Sequence[float], across: tuple[float, float], down: tuple[float, float], *, count: int
) -> list[tuple[float, float]]:
    """Where the values lie, `count` of them from the left edge to the right."""
    low, high = min(values), max(values)
    if high - low < _LEAST_SPAN:
        low, high = (low + high - _LEAST_SPAN) / 2, (low + high + _LEAST_SPAN) / 2
    step = (across[1] - across[0]) / max(1, count - 1)
    return [
        (across[0] + index * step, down[1] - (value - low) / (high - low) * (down[1] - down[0]))
        for index, value in enumerate(values)
    ]


def _dashes(canvas: Canvas, left: float, right: float, y: float) -> None:
    colour = mix(canvas.theme.soft, canvas.theme.back[0], 0.6)
    x = left
    while x < right:
        canvas.rounded((x, y - 1.5, min(x + 14, right), y + 1.5), 1, colour)
        x += 26


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
