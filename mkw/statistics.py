"""What the numbers of one player and of the clan mean, each written once. Definitions: docs/statistics.md.

All functions are pure. `Played` and `Wars` come newest first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mkw.ids import WarId
from mkw.points import RACES_PER_WAR
from mkw.record import Floats, Ints, Mask, Played, Wars

LAST = 10  # how many of the newest are listed
FORM_HALF_LIFE = 5.0  # wars after which a war weighs half as much
CLOSE = 24  # a war is close when the two sides are within this many points, scaled to 12 races: 2 a race
CLUTCH_MINIMUM = 3  # close wars, and others, under which nothing is said about clutch


@dataclass(frozen=True, slots=True)
class PlayerWar:
    """One player's line in one war, with what the war around it came to."""

    war_id: WarId
    played_at: datetime
    score: int
    races: int  # played by this player
    war_races: int
    own_total: int  # real totals, penalties apart
    opponent_total: int | None  # the best opponent's; None without one
    own_penalty: int = 0
    opponent_penalty: int = 0
    opponent_tag: str | None = None


@dataclass(frozen=True, slots=True)
class TeamWar:
    war_id: WarId
    played_at: datetime
    races: int
    own_total: int
    opponent_total: int | None
    own_penalty: int = 0
    opponent_penalty: int = 0
    opponent_tag: str | None = None


@dataclass(frozen=True, slots=True)
class WinLoss:
    wins: int
    losses: int
    draws: int

    @property
    def decided(self) -> int:
        return self.wins + self.losses + self.draws

    @property
    def rate(self) -> float | None:
        """wins / (wins + losses + draws), 0..1; None without any."""
        return self.wins / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class PlayerStatistics:
    wars: float  # races / 12
    races: int
    points: int
    average: float | None  # points per full war: points / (races / 12)
    average_last_5: float | None
    average_last_10: float | None  # over the newest 10 lines
    average_last_20: float | None
    form: float | None
    deviation: float | None
    consistency: float | None  # 0..1
    wins: int
    losses: int
    draws: int
    win_rate: float | None
    differential: float  # sum of (own - opponent), scaled by races / war races
    differential_average: float | None  # per full war
    contribution: float | None  # 0..1
    clutch: float | None
    hot_streak: int
    penalties: int
    highest: PlayerWar | None  # full wars only: every race of a war of 12
    lowest: PlayerWar | None
    last: tuple[PlayerWar, ...]  # newest first, 10 at most


@dataclass(frozen=True, slots=True)
class TeamStatistics:
    wars: int
    wins: int
    losses: int
    draws: int
    win_rate: float | None
    top_two: int  # of the wars of four sides or more: place 1 or 2 after penalties
    of_four: int  # wars of four sides or more
    average: float | None  # own total per 12 races
    differential: int
    differential_average: float | None
    average_win: float | None  # margin after penalties of the wars won
    average_loss: float | None  # of the wars lost, below 0
    close: WinLoss  # the close wars alone
    penalties: int  # points taken off us
    penalty_losses: int  # wars that the penalties turned from won or drawn to less
    best: TeamWar | None  # by margin
    worst: TeamWar | None
    last: tuple[TeamWar, ...]  # newest first, 10 at most


# --- one player -----------------------------------------------------------------------------------------------------


def wars_played(played: Played) -> float:
    """races / 12."""
    return float(played.races.sum()) / RACES_PER_WAR


def average(played: Played) -> float | None:
    """Points per full war: 12 * sum(points) / sum(races)."""
    return per_war(float(played.score.sum()), int(played.races.sum()))


def form(played: Played) -> float | None:
    """The average with recent wars weighing more: the k-th newest (from 0) weighs 0.5 ** (k / 5).

    12 * sum(w * points) / sum(w * races): the newest five weigh half of all that came before them and them together.
    """
    if not len(played):
        return None
    weight = 0.5 ** (np.arange(len(played)) / FORM_HALF_LIFE)
    races = float((weight * played.races).sum())
    return RACES_PER_WAR * float((weight * played.score).sum()) / races if races > 0 else None


def deviation(played: Played) -> float | None:
    """The standard deviation of the points per full war; a part of a war counts as its part.

    sqrt(sum(races / 12 * (x - average) ** 2) / (lines - 1)) with x = 12 * points / races; None under two lines.
    For full wars it is the sample's standard deviation of the scores. A line of few races varies more by chance alone,
    by as much as its smaller weight takes back.
    """
    mean = average(played)
    if mean is None or len(played) < 2:
        return None
    weight = played.races / RACES_PER_WAR
    return math.sqrt(float((weight * (played.per_war - mean) ** 2).sum()) / (len(played) - 1))


def consistency(played: Played) -> float | None:
    """1 - deviation / average, not below 0: 1 scores the same every war. None under two lines or without points."""
    mean, spread = average(played), deviation(played)
    return None if not mean or spread is None else max(0.0, 1.0 - spread / mean)


def differential(played: Played) -> float:
    """sum((own total - best opponent's) * races / war's races), penalties apart: a substitute has a share."""
    return math.fsum((_difference(played.wars) * played.share)[played.wars.met])


def differential_average(played: Played) -> float | None:
    """The differential per full war, over the races of wars with an opponent."""
    return per_war(differential(played), int(played.races[played.wars.met].sum()))


def contribution(played: Played) -> float | None:
    """sum(points) / sum(own total * races / war's races): a sixth is an even share of six."""
    whole = float((played.wars.own * played.share).sum())
    return float(played.score.sum()) / whole if whole > 0 else None


def clutch(played: Played) -> float | None:
    """The average in close wars less the average in all others with an opponent; None under 3 of either."""
    near = close(played.wars)
    far = played.wars.met & ~near
    if near.sum() < CLUTCH_MINIMUM or far.sum() < CLUTCH_MINIMUM:
        return None
    when, otherwise = average(played.take(near)), average(played.take(far))
    return None if when is None or otherwise is None else when - otherwise


def hot_streak(played: Played) -> int:
    """How many of the newest lines in a row lie above the player's own average."""
    mean = average(played)
    return 0 if mean is None else leading(played.per_war > mean)


def longest_hot_streak(played: Played) -> int:
    """The longest run of lines above the player's own average."""
    mean = average(played)
    return 0 if mean is None else max((length for length, _ in runs(played.per_war > mean)), default=0)


def full(played: Played) -> Mask:
    """Lines of full wars: every race of a war of exactly 12."""
    mask: Mask = (played.races == played.wars.races) & (played.wars.races == RACES_PER_WAR)
    return mask


def highest(played: Played) -> PlayerWar | None:
    """The best score of a full war; of equals the oldest holds the record."""
    return _extreme(played, played.score)


def lowest(played: Played) -> PlayerWar | None:
    return _extreme(played, -played.score)


def win_loss(wars: Wars) -> WinLoss:
    """By the sign of the margin after penalties; a war without an opponent counts for none."""
    margin = wars.margin[wars.met]
    return WinLoss(int((margin > 0).sum()), int((margin < 0).sum()), int((margin == 0).sum()))


def player_statistics(played: Played) -> PlayerStatistics:
    record = win_loss(played.wars)
    return PlayerStatistics(
        wars=wars_played(played),
        races=int(played.races.sum()),
        points=int(played.score.sum()),
        average=average(played),
        average_last_5=average(played.newest(5)),
        average_last_10=average(played.newest(10)),
        average_last_20=average(played.newest(20)),
        form=form(played),
        deviation=deviation(played),
        consistency=consistency(played),
        wins=record.wins,
        losses=record.losses,
        draws=record.draws,
        win_rate=record.rate,
        differential=differential(played),
        differential_average=differential_average(played),
        contribution=contribution(played),
        clutch=clutch(played),
        hot_streak=hot_streak(played),
        penalties=penalty_points(played.wars),
        highest=highest(played),
        lowest=lowest(played),
        last=tuple(player_war(played, row) for row in range(min(LAST, len(played)))),
    )


# --- the clan -------------------------------------------------------------------------------------------------------


def team_statistics(wars: Wars) -> TeamStatistics:
    record = win_loss(wars)
    met = np.flatnonzero(wars.met)
    margin = wars.margin
    difference = int(_difference(wars)[met].sum())
    four = wars.sides >= 4
    return TeamStatistics(
        wars=len(wars),
        wins=record.wins,
        losses=record.losses,
        draws=record.draws,
        win_rate=record.rate,
        top_two=int((four & (wars.place <= 2)).sum()),
        of_four=int(four.sum()),
        average=per_war(float(wars.own.sum()), int(wars.races.sum())),
        differential=difference,
        differential_average=per_war(difference, int(wars.races[met].sum())),
        average_win=_mean(margin[wars.met & (margin > 0)]),
        average_loss=_mean(margin[wars.met & (margin < 0)]),
        close=win_loss(wars.take(close(wars))),
        penalties=penalty_points(wars),
        penalty_losses=penalty_losses(wars),
        best=_most(wars, met, margin),
        worst=_most(wars, met, -margin),
        last=tuple(team_war(wars, row) for row in range(min(LAST, len(wars)))),
    )


def close(wars: Wars) -> Mask:
    """Wars that ended within 24 points after penalties, scaled to 12 races."""
    mask: Mask = wars.met & (np.abs(wars.margin) * RACES_PER_WAR <= CLOSE * wars.races)
    return mask


def penalty_points(wars: Wars) -> int:
    """Points penalties took off us; a bonus takes none."""
    return int(np.maximum(wars.own_penalty, 0).sum())


def penalty_losses(wars: Wars) -> int:
    """Wars that our own penalties turned from won to drawn or lost, or from drawn to lost."""
    without = np.sign(wars.margin + np.maximum(wars.own_penalty, 0))
    return int((wars.met & (np.sign(wars.margin) < without)).sum())


# --- shared ---------------------------------------------------------------------------------------------------------


def per_war(points: float, races: int) -> float | None:
    """Points scaled to a full war of 12 races; None without races."""
    return points * RACES_PER_WAR / races if races > 0 else None


def runs(mask: Mask) -> list[tuple[int, int]]:
    """(length, first row) of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(end - start), int(start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def leading(mask: Mask) -> int:
    """How many rows from the first on are True."""
    false = np.flatnonzero(~mask)
    return int(false[0]) if len(false) else len(mask)


def player_war(played: Played, row: int) -> PlayerWar:
    wars = played.wars
    return PlayerWar(
        wars.war_id(row), wars.when(row), int(played.score[row]), int(played.races[row]), int(wars.races[row]),
        int(wars.own[row]), int(wars.theirs[row]) if wars.met[row] else None, int(wars.own_penalty[row]),
        int(wars.theirs_penalty[row]), wars.tag(row),
    )  # fmt: skip


def team_war(wars: Wars, row: int) -> TeamWar:
    return TeamWar(
        wars.war_id(row), wars.when(row), int(wars.races[row]), int(wars.own[row]),
        int(wars.theirs[row]) if wars.met[row] else None, int(wars.own_penalty[row]), int(wars.theirs_penalty[row]),
        wars.tag(row),
    )  # fmt: skip


def outcome_margin(war: PlayerWar | TeamWar) -> int | None:
    """Own less the best opponent's points, after penalties; above 0 is won, 0 drawn. None without an opponent."""
    if war.opponent_total is None:
        return None
    return (war.own_total - war.own_penalty) - (war.opponent_total - war.opponent_penalty)


def _difference(wars: Wars) -> Ints:
    """Real totals, penalties apart."""
    return wars.own - wars.theirs


def _mean(values: Ints | Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _extreme(played: Played, key: Ints) -> PlayerWar | None:
    rows = np.flatnonzero(full(played))
    if not len(rows):
        return None
    # Newest first: the last row of the highest is the oldest.
    return player_war(played, int(rows[np.flatnonzero(key[rows] == key[rows].max())[-1]]))


def _most(wars: Wars, rows: Ints, key: Ints) -> TeamWar | None:
    if not len(rows):
        return None
    return team_war(wars, int(rows[np.flatnonzero(key[rows] == key[rows].max())[-1]]))
