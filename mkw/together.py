"""Who plays well together, and what a line-up is worth. docs/statistics.md has the formulas in words.

Few wars prove little, so every estimate is drawn towards the mean as if some wars of the mean had been seen besides:
a value over n wars counts n / (n + k).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mkw.ids import PlayerId
from mkw.points import RACES_PER_WAR, race_sum
from mkw.record import Floats, Ints, Record

PLAYER_WARS = 5.0  # k of a player's average
OPPONENT_WARS = 5.0  # k of what a clan takes from us
PAIR_WARS = 10.0  # k of how two do together
MOST_ASKED = 16  # players a line-up is chosen from: 8,008 ways for six


@dataclass(frozen=True, slots=True)
class Pair:
    first: PlayerId
    second: PlayerId
    wars: int  # both were in
    raw: float  # points per war the team made beyond what its players are expected to make, and beyond what is usual
    together: float  # the same drawn towards 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a line-up is expected to score in 12 races, in points."""

    players: tuple[PlayerId, ...]
    averages: tuple[float, ...]  # each player's, drawn towards the clan's; in the order of `players`
    together: float  # the usual rest and the mean of its pairs
    against: float  # what that opponent adds or takes; 0 without one
    total: float
    difference: float | None  # expected, where two teams share a room's points
    win: float | None  # chance to be above, 0..1
    pair_wars: int  # wars in which two of them stood together, over all pairs


@dataclass(frozen=True, slots=True, eq=False)
class Chemistry:
    """The model behind both, fitted to one record. A war's rest is our total per 12 races less what the players in it
    are expected to make."""

    ids: tuple[PlayerId, ...]
    wars_of: Floats  # wars / 12 races by player
    expected: Floats  # points per war by player, drawn towards the clan's
    usual: float  # points of an average player a war
    usual_rest: float  # mean of all wars; pairs and opponents are measured from it
    together: Floats  # players x players, drawn towards 0
    raw: Floats
    counts: Floats  # wars two players share
    opponents: dict[int, tuple[float, int]]  # clan -> (points, wars)
    spread: float  # standard deviation of what is left unexplained, points of a team a war
    seats: int
    room: int

    def pairs(self, minimum: int = 1) -> tuple[Pair, ...]:
        """Every two who shared at least `minimum` wars, best first."""
        found = [
            Pair(self.ids[a], self.ids[b], int(self.counts[a, b]), float(self.raw[a, b]), float(self.together[a, b]))
            for a, b in itertools.combinations(range(len(self.ids)), 2)
            if self.counts[a, b] >= max(1, minimum)
        ]
        return tuple(sorted(found, key=lambda pair: (-pair.together, -pair.wars, pair.first, pair.second)))

    def worth(self, players: Sequence[PlayerId], clan: int | None = None) -> Worth:
        """Players without a war count as the clan's average player."""
        place = {player_id: index for index, player_id in enumerate(self.ids)}
        known = [place[player_id] for player_id in players if player_id in place]
        averages = tuple(
            float(self.expected[place[player_id]]) if player_id in place else self.usual for player_id in players
        )
        pairs = list(itertools.combinations(known, 2))
        every = max(1, len(players) * (len(players) - 1) // 2)
        together = self.usual_rest + math.fsum(float(self.together[a, b]) for a, b in pairs) / every
        against = self.opponents.get(clan, (0.0, 0))[0] if clan is not None else 0.0
        total = math.fsum(averages) + together + against
        difference, win = self._outlook(total, len(players))
        return Worth(
            tuple(players), averages, together, against, total, difference, win,
            pair_wars=sum(int(self.counts[a, b]) for a, b in pairs),
        )  # fmt: skip

    def best(self, asked: Sequence[PlayerId], seats: int, clan: int | None = None, *, count: int = 3) -> list[Worth]:
        """The line-ups of `seats` out of those asked that are worth most, best first. At most 16 may be asked."""
        if len(asked) > MOST_ASKED:
            raise ValueError("too many players to choose from")
        place = {player_id: index for index, player_id in enumerate(self.ids)}
        points = np.array([self.expected[place[one]] if one in place else self.usual for one in asked])
        together = np.zeros((len(asked), len(asked)))
        for a, b in itertools.combinations(range(len(asked)), 2):
            if asked[a] in place and asked[b] in place:
                together[a, b] = self.together[place[asked[a]], place[asked[b]]]
        chosen = np.array(list(itertools.combinations(range(len(asked)), min(seats, len(asked)))))
        value = points[chosen].sum(axis=1)
        pairs = list(itertools.combinations(range(chosen.shape[1]), 2))
        if pairs:
            value = value + sum(together[chosen[:, a], chosen[:, b]] for a, b in pairs) / len(pairs)
        order = np.argsort(-value, kind="stable")[:count]
        return [self.worth([asked[index] for index in chosen[row]], clan) for row in order]

    def _outlook(self, total: float, players: int) -> tuple[float | None, float | None]:
        whole = race_sum(self.room) if self.room == 2 * players else None
        if whole is None:
            return None, None
        difference = 2 * total - whole * RACES_PER_WAR
        if self.spread <= 0:
            return difference, None
        return difference, 0.5 * (1 + math.erf(difference / (2 * self.spread) / math.sqrt(2)))


def chemistry(record: Record) -> Chemistry:
    """Fitted to the wars of the record. Lines of nobody's count as the clan's average player."""
    wars, lines = record.wars, record.lines
    players = np.unique(lines.player)
    column = np.searchsorted(players, lines.player)
    points = np.bincount(column, lines.score, len(players))
    wars_of = np.bincount(column, lines.races, len(players)) / RACES_PER_WAR
    usual = float(points.sum() / wars_of.sum()) if wars_of.sum() > 0 else 0.0
    expected = (points + PLAYER_WARS * usual) / (wars_of + PLAYER_WARS)
    share = lines.races / np.maximum(wars.races[lines.war], 1)
    # Seats that no known player filled are taken as filled by the average one.
    missing = np.maximum(wars.size - np.bincount(lines.war, share, len(wars)), 0)
    worth = np.bincount(lines.war, share * expected[column], len(wars)) + missing * usual
    residual = RACES_PER_WAR * wars.own / np.maximum(wars.races, 1) - worth
    usual_rest = float(residual.mean()) if len(wars) else 0.0
    residual = residual - usual_rest
    counts, summed = _pair_sums(record, column, len(players), residual)
    against = wars.clan[(wars.clan >= 0) & wars.met]
    of_clan = np.bincount(against, residual[(wars.clan >= 0) & wars.met], len(wars.clans))
    met = np.bincount(against, minlength=len(wars.clans))
    takes = of_clan / (met + OPPONENT_WARS)
    left = residual - np.where((wars.clan >= 0) & wars.met, np.append(takes, 0.0)[wars.clan], 0.0)
    return Chemistry(
        ids=tuple(PlayerId(int(player)) for player in players),
        wars_of=wars_of,
        expected=expected,
        usual=usual,
        usual_rest=usual_rest,
        together=np.where(counts > 0, summed / (counts + PAIR_WARS), 0.0),
        raw=np.divide(summed, counts, out=np.zeros_like(summed), where=counts > 0),
        counts=counts,
        opponents={clan: (float(takes[clan]), int(met[clan])) for clan in np.flatnonzero(met).tolist()},
        spread=float(left.std()) if len(left) > 1 else 0.0,
        seats=int(np.median(wars.size)) if len(wars) else 0,
        room=int(np.median(wars.room)) if len(wars) else 0,
    )


def _pair_sums(record: Record, column: Ints, players: int, residual: Floats) -> tuple[Floats, Floats]:
    """(wars, residuals added up) of every two players, both ways round. A few lines a war, so pairs are counted seat by
    seat; a matrix product would wake every core for as little."""
    war = record.lines.war
    starts = np.searchsorted(war, np.arange(len(record.wars)))
    seat = np.arange(len(war)) - starts[war]
    seats = int(seat.max(initial=-1)) + 1
    who = np.full((len(record.wars), seats), players)  # one more than there are: an empty seat
    who[war, seat] = column
    size = players + 1
    counts, summed = np.zeros(size * size), np.zeros(size * size)
    for a, b in itertools.combinations(range(seats), 2):
        pair = who[:, a] * size + who[:, b]
        counts += np.bincount(pair, minlength=size * size)
        summed += np.bincount(pair, residual, size * size)
    both = [(one + one.T)[:players, :players] for one in (table.reshape(size, size) for table in (counts, summed))]
    return both[0], both[1]
