"""Which tracks to pick, and which to avoid: what a clan makes on each, and how sure that is.

Few races prove little, so a track's mean over n races counts n / (n + k) and the clan's mean k / (n + k). k is the
variance of races on one track over the variance between tracks, both estimated from the races themselves: the
Bühlmann-Straub model of credibility with every race of the weight 1, and its usual unbiased estimators, as the R
package actuar has them (bstraub, method "unbiased").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mkw.race_record import UNKNOWN, Races
from mkw.record import Floats, Ints
from mkw.tracks import TRACKS, Track

FEWEST = 30  # races with a track and a differential, under which no k is estimated
USUAL_K = 12.0  # the k of too few races
LEAST_K, MOST_K = 2.0, 200.0  # so that chance in little data neither believes everything nor nothing
USUAL_DEVIATION = 14.5  # of too few races: what the differential of six places of twelve drawn by chance spreads by


@dataclass(frozen=True, slots=True)
class Pick:
    """`expected` is the race differential drawn towards the clan's mean, `error` its standard error: two times in
    three the truth lies within it. `races` are those against the opponent asked about, of `all_races` on the track."""

    track: Track
    expected: float
    error: float
    races: int
    all_races: int
    mean: float | None  # of `races`, as they were
    chance: float  # 0..1, that the track is better for us than the mean of all


@dataclass(frozen=True, slots=True)
class Picks:
    tracks: tuple[Pick, ...]  # the best first
    mean: float | None  # of all races asked about; None: no race is known
    k: float
    estimated: bool  # k comes from the races, not from too few of them
    judged: int  # races with a track and a known differential


def picks(every: Races, against: Races | None = None, *, minimum: float = 1) -> Picks:
    """`every`: the races against everybody; `against`: those of them that one opponent was met in. Of tracks with at
    least so many races of `every`.

    Against an opponent: what the clan makes on the track (drawn to its mean), what all races against them lie from
    that (n / (n + k)), and what those on that track lie from both (n / (n + k))."""
    track, value = _judged(every)
    if not len(value):
        return Picks((), None, USUAL_K, estimated=False, judged=0)
    k, deviation, estimated = _credibility(track, value)
    counts, mean = _counts(track), float(value.mean())
    expected = _drawn(track, value, np.full(len(TRACKS), mean), k)
    met = counts
    own_means = _means(track, value)
    if against is not None:
        their_track, their_value = _judged(against)
        shift = float((their_value - expected[their_track]).sum()) / (len(their_value) + k)
        expected = _drawn(their_track, their_value, expected + shift, k)
        met, own_means = _counts(their_track), _means(their_track, their_value)
        mean = float(their_value.mean()) if len(their_value) else mean
    centre = float(np.average(expected, weights=counts))
    found = []
    for index in np.flatnonzero(counts >= max(minimum, 1)):
        error = deviation / math.sqrt(counts[index] + k)
        gap = (float(expected[index]) - centre) / error
        found.append(
            Pick(
                TRACKS[index], float(expected[index]), error, int(met[index]), int(counts[index]),
                float(own_means[index]) if met[index] else None, 0.5 * (1 + math.erf(gap / math.sqrt(2))),
            )
        )  # fmt: skip
    found.sort(key=lambda one: (-one.expected, -one.all_races, one.track.name))
    return Picks(tuple(found), mean, k, estimated, len(value))


def judged(races: Races) -> int:
    """How many races have a track and a differential."""
    return len(_judged(races)[0])


def _judged(races: Races) -> tuple[Ints, Floats]:
    kept = races.known & (races.track != UNKNOWN)
    return races.track[kept], races.differential[kept]


def _counts(track: Ints) -> Ints:
    return np.bincount(track, minlength=len(TRACKS))


def _means(track: Ints, value: Floats) -> Floats:
    means: Floats = np.bincount(track, value, len(TRACKS)) / np.maximum(_counts(track), 1)
    return means


def _drawn(track: Ints, value: Floats, towards: Floats, k: float) -> Floats:
    """(sum + k x towards) / (n + k) of each track."""
    drawn: Floats = (np.bincount(track, value, len(TRACKS)) + k * towards) / (_counts(track) + k)
    return drawn


def _credibility(track: Ints, value: Floats) -> tuple[float, float, bool]:
    """(k, deviation of a race on one track, whether they are from the data)."""
    counts = _counts(track)
    there = counts[counts > 0]
    number, tracks = len(value), len(there)
    if number < FEWEST or tracks < 2 or number <= tracks:
        return USUAL_K, USUAL_DEVIATION, False
    means = _means(track, value)
    within = float(((value - means[track]) ** 2).sum()) / (number - tracks)
    spread = float((counts * (means - value.mean()) ** 2).sum())
    between = (spread - (tracks - 1) * within) / (number - float((there**2).sum()) / number)
    if within <= 0:
        return LEAST_K, USUAL_DEVIATION, False
    k = MOST_K if between <= 0 else min(max(within / between, LEAST_K), MOST_K)
    return k, math.sqrt(within), True
