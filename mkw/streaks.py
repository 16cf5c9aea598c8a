"""Runs of wars won and lost, and the records worth telling. `Wars` and `Played` come newest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mkw.ids import PlayerId, WarId
from mkw.record import Floats, Mask, Played, Record, Wars
from mkw.statistics import (
    PlayerWar,
    TeamWar,
    full,
    hot_streak,
    leading,
    longest_hot_streak,
    player_war,
    runs,
    team_war,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Wars in a row; a run of none has no ends."""

    length: int
    first: WarId | None = None  # the oldest of them
    last: WarId | None = None


@dataclass(frozen=True, slots=True)
class Streaks:
    """A draw ends both kinds of run; a war without an opponent neither ends nor lengthens one."""

    winning: int  # the newest wars in a row that were won; 0 after a loss or draw
    losing: int
    longest_win: Run
    longest_loss: Run


@dataclass(frozen=True, slots=True)
class HotStreaks:
    now: int
    longest: int


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    player_id: PlayerId
    war: PlayerWar


@dataclass(frozen=True, slots=True)
class ClanRecords:
    """Each None where no war can hold it; of equals the oldest holds the record. Scores and totals are of full wars
    alone (12 races, all of them played), margins of wars with an opponent."""

    scores: tuple[ScoreRecord, ...]  # the five highest, highest first
    lowest: ScoreRecord | None
    highest_total: TeamWar | None
    lowest_total: TeamWar | None
    largest_win: TeamWar | None
    largest_loss: TeamWar | None
    closest: TeamWar | None  # the smallest margin that was no draw
    streaks: Streaks


def streaks(wars: Wars) -> Streaks:
    met = wars.take(wars.met)
    margin = met.margin
    return Streaks(
        leading(margin > 0), leading(margin < 0), _longest(met, margin > 0), _longest(met, margin < 0)
    )  # fmt: skip


def hot_streaks(played: Played) -> HotStreaks:
    return HotStreaks(hot_streak(played), longest_hot_streak(played))


def clan_records(record: Record) -> ClanRecords:
    wars = record.wars
    whole = np.flatnonzero(wars.races == 12)
    met = np.flatnonzero(wars.met)
    decided = met[wars.margin[met] != 0]
    scores = _scores(record)
    return ClanRecords(
        scores=scores[:5],
        lowest=scores[-1] if scores else None,
        highest_total=_first(wars, whole, -wars.own),
        lowest_total=_first(wars, whole, wars.own),
        largest_win=_first(wars, met[wars.margin[met] > 0], -wars.margin),
        largest_loss=_first(wars, met[wars.margin[met] < 0], wars.margin),
        closest=_first(wars, decided, np.abs(wars.margin)),
        streaks=streaks(wars),
    )


def running_average(played: Played, window: int) -> Floats:
    """For a curve, oldest first: points per full war over the newest `window` lines up to each line."""
    score = np.concatenate(([0], np.cumsum(played.score[::-1])))
    races = np.concatenate(([0], np.cumsum(played.races[::-1])))
    end = np.arange(1, len(played) + 1)
    start = np.maximum(0, end - window)
    curve: Floats = 12 * (score[end] - score[start]) / np.maximum(races[end] - races[start], 1)
    return curve


def _longest(wars: Wars, mask: Mask) -> Run:
    found = runs(mask)
    if not found:
        return Run(0)
    most = max(length for length, _ in found)
    # Newest first: the last run of that length is the oldest, which holds the record.
    start = [first for length, first in found if length == most][-1]
    return Run(most, wars.war_id(start + most - 1), wars.war_id(start))


def _first(wars: Wars, rows: np.ndarray, key: np.ndarray) -> TeamWar | None:
    if not len(rows):
        return None
    return team_war(wars, int(rows[np.flatnonzero(key[rows] == key[rows].min())[-1]]))


def _scores(record: Record) -> tuple[ScoreRecord, ...]:
    """The five highest of full wars and the lowest."""
    lines, wars = record.lines, record.wars
    played = Played(wars.take(lines.war), lines.score, lines.races)
    rows = np.flatnonzero(full(played))
    if not len(rows):
        return ()
    scores = lines.score[rows]
    fifth = np.partition(scores, -5)[-5] if len(scores) > 5 else scores.min()
    high = rows[scores >= fifth]
    order = high[np.lexsort((-lines.war[high], -lines.score[high]))]  # of equals the oldest first
    kept = [*order[:5], rows[scores == scores.min()][-1]]
    return tuple(ScoreRecord(PlayerId(int(lines.player[row])), player_war(played, int(row))) for row in kept)
