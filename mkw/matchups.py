"""Who meets whom: opponents, head to head between clans and between players of one clan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mkw.ids import PlayerId
from mkw.record import NOBODY, Played, Record, Wars
from mkw.statistics import TeamWar, WinLoss, average, differential_average, per_war, team_war, win_loss
from mkw.streaks import Streaks, streaks


@dataclass(frozen=True, slots=True)
class Opponent:
    tag: str
    wars: int
    record: WinLoss
    differential: float | None  # per 12 races, penalties apart
    average: float | None  # own total per 12 races; a player's points where one player is asked about
    more: float | None = None  # a player's average against them less their average against everybody


@dataclass(frozen=True, slots=True)
class ClanMeeting:
    tag: str
    wars: int
    record: WinLoss
    differential: float | None
    own_average: float | None  # totals per 12 races
    their_average: float | None
    streaks: Streaks
    largest_win: TeamWar | None
    largest_loss: TeamWar | None
    last: tuple[TeamWar, ...]  # newest first, 5 at most


@dataclass(frozen=True, slots=True)
class PlayerMeeting:
    """Two players of one clan, over the wars both were in; ahead is whoever scored more per race in the war."""

    wars: int
    ahead: int  # wars in which the first was
    behind: int
    equal: int
    averages: tuple[float | None, float | None]  # over those wars
    gap: float | None  # of the averages
    record: WinLoss  # of the clan in those wars
    differential: float | None  # of the clan, per 12 races
    last: tuple[tuple[int, int], ...]  # their scores, newest first, 5 at most


def opponents(record: Record, minimum: int = 1) -> tuple[Opponent, ...]:
    """Every clan met at least `minimum` times, best differential first. In a war of several clans each of them counts,
    by its own total."""
    rows = _grouped(record, minimum)
    found = []
    for clan, foes in rows:
        at = record.foes.war[foes]
        wars = _judged_by(record, foes)
        races = int(wars.races.sum())
        found.append(
            Opponent(
                record.wars.clans[clan], len(at), win_loss(wars),
                per_war(float((wars.own - wars.theirs).sum()), races), per_war(float(wars.own.sum()), races),
            )
        )  # fmt: skip
    return _best_first(found)


def opponents_of(played: Played, minimum: int = 1) -> tuple[Opponent, ...]:
    """The same for one player, with how much more they score against each. In a war of several clans the best one is
    the opponent."""
    clans = played.wars.clan
    usual = average(played)
    found = []
    for clan in np.unique(clans[(clans != NOBODY) & played.wars.met]):
        mine = played.take(np.flatnonzero(clans == clan))
        if len(mine) < minimum:
            continue
        against = average(mine)
        more = None if against is None or usual is None else against - usual
        found.append(
            Opponent(
                played.wars.clans[int(clan)], len(mine), win_loss(mine.wars), differential_average(mine), against, more
            )
        )
    return _best_first(found)


def clan_meeting(record: Record, clan: int) -> ClanMeeting:
    met = record.against(clan).wars
    races = int(met.races.sum())
    margin = met.margin
    return ClanMeeting(
        tag=record.wars.clans[clan],
        wars=len(met),
        record=win_loss(met),
        differential=per_war(float((met.own - met.theirs).sum()), races),
        own_average=per_war(float(met.own.sum()), races),
        their_average=per_war(float(met.theirs.sum()), races),
        streaks=streaks(met),
        largest_win=team_war(met, int(margin.argmax())) if len(met) and margin.max() > 0 else None,
        largest_loss=team_war(met, int(margin.argmin())) if len(met) and margin.min() < 0 else None,
        last=tuple(team_war(met, row) for row in range(min(5, len(met)))),
    )


def shared(first: Played, second: Played) -> tuple[Played, Played]:
    """The lines of the wars both were in, side by side."""
    _, mine, theirs = np.intersect1d(first.wars.number, second.wars.number, return_indices=True)
    order = np.argsort(mine, kind="stable")  # newest first again
    return first.take(mine[order]), second.take(theirs[order])


def player_meeting(first: Played, second: Played) -> PlayerMeeting:
    mine, theirs = shared(first, second)
    more = mine.per_war - theirs.per_war
    averages = average(mine), average(theirs)
    races = int(mine.wars.races[mine.wars.met].sum())
    return PlayerMeeting(
        wars=len(mine),
        ahead=int((more > 0).sum()),
        behind=int((more < 0).sum()),
        equal=int((more == 0).sum()),
        averages=averages,
        gap=None if averages[0] is None or averages[1] is None else averages[0] - averages[1],
        record=win_loss(mine.wars),
        differential=per_war(float((mine.wars.own - mine.wars.theirs)[mine.wars.met].sum()), races),
        last=tuple((int(mine.score[row]), int(theirs.score[row])) for row in range(min(5, len(mine)))),
    )


def participation(record: Record) -> tuple[tuple[PlayerId, int, float], ...]:
    """(player, wars they stood in, the part of all wars 0..1), the busiest first."""
    if not len(record.wars):
        return ()
    ids, counts = np.unique(record.lines.player, return_counts=True)
    rows = sorted(zip(ids.tolist(), counts.tolist(), strict=True), key=lambda row: (-row[1], row[0]))
    return tuple((PlayerId(player), count, count / len(record.wars)) for player, count in rows)


def _grouped(record: Record, minimum: int) -> list[tuple[int, np.ndarray]]:
    """(clan, rows of foes) of every clan met often enough; a tag that stood twice in one war counts once."""
    foes = record.foes
    known = np.flatnonzero(foes.clan != NOBODY)
    better = np.lexsort((foes.penalty[known] - foes.total[known], foes.war[known], foes.clan[known]))
    order = known[better]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (foes.clan[order][1:] != foes.clan[order][:-1]) | (foes.war[order][1:] != foes.war[order][:-1])
    order = order[first]
    clans, starts = np.unique(foes.clan[order], return_index=True)
    groups = zip(clans.tolist(), np.split(order, starts[1:]), strict=False)
    return [(clan, rows) for clan, rows in groups if len(rows) >= minimum]


def _judged_by(record: Record, rows: np.ndarray) -> Wars:
    """The wars of these foes, each with that foe as its opponent."""
    old = record.wars.take(record.foes.war[rows])
    return Wars(
        old.number, old.at, old.races, old.own, old.own_penalty, record.foes.total[rows], record.foes.penalty[rows],
        record.foes.clan[rows], old.own_tag, old.sides, old.place, old.room, old.size, old.our_side, old.clans,
    )  # fmt: skip


def _best_first(found: list[Opponent]) -> tuple[Opponent, ...]:
    return tuple(sorted(found, key=lambda one: (-(one.differential or 0.0), -one.wars, one.tag)))
