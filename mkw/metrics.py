"""What players can be ranked and compared by: each with its name, its meaning in a line, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mkw import statistics
from mkw.record import Played


class Unit(StrEnum):
    POINTS = "points"  # 88.4
    SIGNED = "signed"  # +3.1
    WHOLE = "whole"  # 120
    SHARE = "share"  # 58 %
    WARS = "wars"  # 12.6 wars


@dataclass(frozen=True, slots=True)
class Metric:
    """`of` gives None where the metric cannot be said. `words` are other things people call it. `of_races`: it is said
    from races, by `mkw.races.mean_places`, of as many as are known; from the wars it cannot be."""

    key: str
    name: str
    meaning: str
    unit: Unit
    of: Callable[[Played], float | None]
    words: tuple[str, ...] = ()
    low_first: bool = False  # the best has the least of it
    of_races: bool = False


def _record_score(war: statistics.PlayerWar | None) -> float | None:
    return None if war is None else float(war.score)


METRICS = (
    Metric("average", "average", "points per 12 races", Unit.POINTS, statistics.average, ("avg", "averages", "mean")),
    Metric(
        "form", "form", "average in which recent wars weigh more (half after 5 wars)", Unit.POINTS, statistics.form,
        ("inform", "shape", "hot"),
    ),
    Metric("last5", "average of the last 5", "points per 12 races, newest 5 wars", Unit.POINTS,
           lambda played: statistics.average(played.newest(5)), ("averageofthelast5",)),
    Metric("last10", "average of the last 10", "points per 12 races, newest 10 wars", Unit.POINTS,
           lambda played: statistics.average(played.newest(10)), ("averageofthelast10", "recent")),
    Metric("last20", "average of the last 20", "points per 12 races, newest 20 wars", Unit.POINTS,
           lambda played: statistics.average(played.newest(20)), ("averageofthelast20",)),
    Metric("wars", "wars played", "races / 12", Unit.WARS, statistics.wars_played, ("played", "warsplayed", "games")),
    Metric("points", "points", "all points scored", Unit.WHOLE,
           lambda played: float(played.score.sum()), ("total", "score", "scores")),
    Metric("winrate", "win rate", "wars won of those with an opponent", Unit.SHARE,
           lambda played: statistics.win_loss(played.wars).rate, ("win", "wins", "wr", "winpercentage")),
    Metric("differential", "team differential", "own total less theirs, per 12 races played", Unit.SIGNED,
           statistics.differential_average, ("diff", "teamdifferential", "plusminus", "td")),
    Metric("contribution", "contribution", "share of the team's points in the races played", Unit.SHARE,
           statistics.contribution, ("share", "carry")),
    Metric("consistency", "consistency", "1 - deviation / average: 100 % scores the same every war", Unit.SHARE,
           statistics.consistency, ("consistent", "steady", "stable")),
    Metric("deviation", "standard deviation", "how far scores lie from the average; less is steadier", Unit.POINTS,
           statistics.deviation, ("sd", "std", "standarddeviation", "stddev"), low_first=True),
    Metric("highest", "highest score", "best full war of 12 races", Unit.WHOLE,
           lambda played: _record_score(statistics.highest(played)), ("high", "best", "highestscore", "max", "top")),
    Metric("lowest", "lowest score", "worst full war of 12 races", Unit.WHOLE,
           lambda played: _record_score(statistics.lowest(played)), ("low", "worst", "lowestscore", "min")),
    Metric("clutch", "clutch", "average in wars within 24 points less the average in others", Unit.SIGNED,
           statistics.clutch, ("close", "pressure")),
    Metric("streak", "hot streak", "newest wars in a row above the own average", Unit.WHOLE,
           lambda played: float(statistics.hot_streak(played)), ("hotstreak", "streaks")),
    Metric("place", "average place", "over the races of which it is known; 1 is the first place", Unit.POINTS,
           lambda _: None, ("places", "position", "positions", "avgplace"), low_first=True, of_races=True),
)  # fmt: skip
BY_KEY = {metric.key: metric for metric in METRICS}
AVERAGE = BY_KEY["average"]
_WORDS = {word: metric for metric in METRICS for word in (metric.key, *metric.words)}


def metric_of(text: str) -> Metric | None:
    """What people call a metric, in any case and spacing."""
    key = "".join(char for char in text.casefold() if char.isalnum())
    return _WORDS.get(key) or next((one for one in METRICS if _letters(one.name) == key), None)


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
