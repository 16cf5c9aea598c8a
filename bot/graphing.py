"""From a question to a picture: which numbers a graph shows, and what is said where there are too few of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from bot.drawing import drawn
from bot.rendering import graphs
from bot.rendering.chart import THEMES
from bot.rendering.graphs import Head, enough
from bot.services.statistics import Scope
from bot.statistics_texts import value_text
from mkw.ids import PlayerId
from mkw.matchups import opponents, opponents_of
from mkw.metrics import BY_KEY
from mkw.race_record import Races
from mkw.races import places_taken
from mkw.record import Played, Wars
from mkw.statistics import average, deviation
from mkw.streaks import running_average

WINDOW = 10  # wars the running average goes over
LINES = 200  # the newest a curve shows: more are no curve on a phone
RADAR = ("average", "form", "winrate", "differential", "contribution", "consistency")
_AXES = {"winrate": "win rate", "differential": "diff", "contribution": "share", "consistency": "steady"}
_FEWEST_WARS = 3.0  # of whoever a radar's scale is made from


class Kind(StrEnum):
    FORM = "form"
    SCORES = "scores"
    DIFFERENCE = "difference"
    CUMULATIVE = "cumulative"
    OPPONENTS = "opponents"
    HEATMAP = "heatmap"
    COMPARE = "compare"
    PLACES = "places"
    RACES = "races"


KINDS = {
    Kind.FORM: "a player's scores, their running average and its band",
    Kind.SCORES: "how often a player scores how much",
    Kind.DIFFERENCE: "the difference of each war",
    Kind.CUMULATIVE: "the differences added up",
    Kind.OPPONENTS: "the difference against each opponent",
    Kind.HEATMAP: "a calendar of the days that were won and lost",
    Kind.COMPARE: "2 to 6 players side by side",
    Kind.PLACES: "how often which place was taken",
    Kind.RACES: "one war race by race",
}
_WORDS = {
    "curve": Kind.FORM, "average": Kind.FORM, "histogram": Kind.SCORES, "hist": Kind.SCORES, "score": Kind.SCORES,
    "diff": Kind.DIFFERENCE, "differences": Kind.DIFFERENCE, "margins": Kind.DIFFERENCE, "margin": Kind.DIFFERENCE,
    "total": Kind.CUMULATIVE, "cumul": Kind.CUMULATIVE, "sum": Kind.CUMULATIVE, "opponent": Kind.OPPONENTS,
    "heat": Kind.HEATMAP, "calendar": Kind.HEATMAP, "season": Kind.HEATMAP, "radar": Kind.COMPARE,
    "bars": Kind.COMPARE, "place": Kind.PLACES, "positions": Kind.PLACES, "war": Kind.RACES, "race": Kind.RACES,
}  # fmt: skip
OF_RACES = frozenset({Kind.PLACES, Kind.RACES})
OF_ONE_PLAYER = frozenset({Kind.FORM, Kind.SCORES})


@dataclass(frozen=True, slots=True)
class Drawn:
    """`words` where there is nothing to draw."""

    picture: bytes | None = None
    words: str | None = None


def kind_of(text: str) -> Kind | None:
    plain = text.casefold().rstrip(":")
    return next((kind for kind in Kind if kind == plain), None) or _WORDS.get(plain)


def split_theme(words: Sequence[str]) -> tuple[str, list[str]]:
    """(`dark` or `light`, the other words)."""
    themes = [word.casefold() for word in words if word.casefold() in THEMES]
    return (themes[-1] if themes else "dark"), [word for word in words if word.casefold() not in THEMES]


async def draw(
    kind: Kind, scope: Scope, players: Sequence[tuple[str, PlayerId]], *, clan: str, note: str, theme: str = "dark",
    races: Races | None = None,
) -> Drawn:  # fmt: skip
    """`players`: (name, id), none for the clan. `races`: those to draw, of kinds that are about races. Drawn beside the
    event loop."""
    if races is not None:
        title = players[0][0] if players else clan
        return await drawn(lambda: _draw_races(kind, races, Head(title, "", note), theme))
    return await drawn(lambda: _draw(kind, scope, players, clan, note, theme))


def _draw_races(kind: Kind, races: Races, head: Head, theme: str) -> Drawn:
    if kind is Kind.PLACES:
        places = places_taken(races)
        if not len(places):
            return Drawn(words=f"There is nothing to draw: no place of a race that fits is kept for {head.title}.")
        room = int(races.wars.room.max())
        counts = np.bincount(places[places <= room], minlength=room + 1)[1:].tolist()
        return Drawn(graphs.places(replace(head, subtitle="places"), counts, float(places.mean()), THEMES[theme]))
    if not races.known.any():
        return Drawn(words=f"There is nothing to draw: no difference of a race is known of {head.title}.")
    shown = [
        (int(number), _track(races, row), _or_none(races.differential[row])) for row, number in enumerate(races.number)
    ]
    return Drawn(graphs.race_by_race(replace(head, subtitle="difference per race"), shown, THEMES[theme]))


def _track(races: Races, row: int) -> str:
    track = races.track_of(row)
    return "" if track is None else track.track_id


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _draw(
    kind: Kind, scope: Scope, players: Sequence[tuple[str, PlayerId]], clan: str, note: str, theme: str
) -> Drawn:  # fmt: skip
    colours = THEMES[theme]
    if kind is Kind.COMPARE:
        return _compare(scope, players, Head("Compared", f"{len(players)} players", note), theme)
    name, played = (players[0][0], scope.played(players[0][1])) if players else (clan, None)
    head = Head(name, _subtitle(kind), note)
    if kind in OF_ONE_PLAYER and played is not None:
        return _of_scores(kind, played, head, theme)
    wars = scope.newest.wars if played is None else played.wars
    if kind is Kind.OPPONENTS:
        least = max(1, round(scope.minimum))
        found = opponents(scope.newest, least) if played is None else opponents_of(played, least)
        rows = [
            (one.tag, one.differential or 0.0, f"{one.record.wins}-{one.record.losses}-{one.record.draws}")
            for one in found
        ]
        return _if_enough(len(rows), name, "opponents", lambda: graphs.opponents(head, rows, colours))
    met = wars.take(wars.met)
    margins = [int(margin) for margin in met.margin[::-1]][-LINES:]
    if kind is Kind.DIFFERENCE:
        tags = [met.tag(row) or "?" for row in range(len(met) - 1, -1, -1)][-LINES:]
        return _if_enough(len(margins), name, "wars", lambda: graphs.differences(head, margins, tags, colours))
    if kind is Kind.CUMULATIVE:
        every = [int(margin) for margin in met.margin[::-1]]
        return _if_enough(len(every), name, "wars", lambda: graphs.cumulative(head, every, colours))
    days = _days(met, scope)
    return _if_enough(len(days), name, "days", lambda: graphs.heat_map(head, days, colours))


def _of_scores(kind: Kind, played: Played, head: Head, theme: str) -> Drawn:
    mean, spread = average(played), deviation(played)
    scores = [float(value) for value in played.per_war[::-1]]
    if mean is None or spread is None:
        return _too_few(len(played), head.title, "wars")
    if kind is Kind.SCORES:
        return Drawn(graphs.histogram(head, scores, mean, THEMES[theme]))
    running = [float(value) for value in running_average(played, WINDOW)]
    return Drawn(graphs.form_curve(head, scores[-LINES:], running[-LINES:], mean, spread, THEMES[theme]))


def _compare(scope: Scope, players: Sequence[tuple[str, PlayerId]], head: Head, theme: str) -> Drawn:
    metrics = [BY_KEY[key] for key in RADAR]
    every = [scope.played(player_id) for _, player_id in players]
    missing = [name for (name, _), played in zip(players, every, strict=True) if not len(played)]
    if missing:
        return Drawn(words=f"There is nothing to compare: no war that fits is kept for {', '.join(missing)}.")
    others = [played for _, played in scope.record.everybody() if played.races.sum() >= 12 * _FEWEST_WARS]
    values = np.array([[_number(metric.of(played)) for metric in metrics] for played in every])
    ground = np.array([[_number(metric.of(played)) for metric in metrics] for played in (*others, *every)])
    low, high = np.nanmin(ground, axis=0), np.nanmax(ground, axis=0)
    scaled = np.nan_to_num((values - low) / np.where(high > low, high - low, 1.0), nan=0.0)
    scaled = np.where(high > low, scaled, 0.5)
    shown = [[value_text(metric, metric.of(played)) for metric in metrics] for played in every]
    axes = [_AXES.get(key, key) for key in RADAR]
    return Drawn(graphs.radar(head, [name for name, _ in players], axes, scaled.tolist(), shown, THEMES[theme]))


def _days(wars: Wars, scope: Scope) -> list[tuple[date, float, int]]:
    """(day in the server's time zone, margins added up, wars), oldest first."""
    days: dict[date, tuple[float, int]] = {}
    for row in range(len(wars) - 1, -1, -1):
        day = wars.when(row).astimezone(scope.zone).date()
        value, count = days.get(day, (0.0, 0))
        days[day] = value + float(wars.margin[row]), count + 1
    return [(day, value, count) for day, (value, count) in sorted(days.items())]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _subtitle(kind: Kind) -> str:
    return {
        Kind.FORM: f"form · average of {WINDOW}", Kind.SCORES: "points per war", Kind.DIFFERENCE: "difference per war",
        Kind.CUMULATIVE: "differences added up", Kind.OPPONENTS: "difference a war", Kind.HEATMAP: "difference by day",
    }.get(kind, "")  # fmt: skip


def _if_enough(points: int, name: str, what: str, make: Callable[[], bytes]) -> Drawn:
    return Drawn(make()) if enough(points) else _too_few(points, name, what)


def _too_few(points: int, name: str, what: str) -> Drawn:
    one = {"wars": "one war", "days": "one day with a war", "opponents": "one opponent"}[what]
    if points:
        return Drawn(words=f"A graph needs two points; {name} has only {one} that fits.")
    return Drawn(words=f"There is nothing to draw: no war that fits is kept for {name}.")
