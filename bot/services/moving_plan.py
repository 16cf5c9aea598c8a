"""What the earlier bot's record would be in this one's terms: players, wars, what they add up to, what does not fit.

A session becomes a war of one known side: the earlier bot kept our players' scores and nobody else's, and a side that
nobody knows is not invented. Such a war counts for averages and records, and for no win, loss or difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.bringing_in import said
from bot.services.errors import BadInput
from bot.services.old_record import OldPlayer, OldRecord, OldScore, OldSession, Unfit, as_kept
from bot.services.texts import LONGEST_DRAWN, a_name, tidy
from mkw.names import fold
from mkw.points import RACES_PER_WAR

MOST_RACES, MOST_POINTS, MOST_ROWS = 48, 15, 24  # of a war, of a race, of a side: the rules of the schema
ONE_DAY = timedelta(days=1)  # the two columns may have been written in two time zones


@dataclass(frozen=True, slots=True)
class Figures:
    points: int = 0
    wars: int = 0
    races: int = 0

    @property
    def average(self) -> float:
        """A war, as the earlier bot counted: whatever its races."""
        return self.points / self.wars if self.wars else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    drawn_name: str
    player: int | None  # index into `Move.players`
    score: int
    races: int


@dataclass(frozen=True, slots=True)
class War:
    played_at: datetime
    races: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """A player as they will be. `differences` is what the old columns say otherwise, in words."""

    name: str
    aliases: tuple[str, ...]
    figures: Figures
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    players: tuple[Mover, ...]
    wars: tuple[War, ...]  # oldest first
    unfit: tuple[Unfit, ...]

    @property
    def brings(self) -> str:
        aliases = sum(len(one.aliases) for one in self.players)
        return said({"players": len(self.players), "wars": len(self.wars), "other names": aliases}) or "nothing"


def planned(old: OldRecord, zone: ZoneInfo) -> Move:
    """Days and times without a time zone are those of `zone`."""
    unfit = list(old.unfit)
    names = _Names(old.players, unfit)
    wars = sorted(_wars(old.sessions, names, zone, unfit), key=lambda one: one.played_at)
    played: defaultdict[int, list[tuple[int, date]]] = defaultdict(list)  # player -> (score, day)
    figures: defaultdict[int, Figures] = defaultdict(Figures)
    for war in wars:
        for line in war.lines:
            if line.player is not None:
                so_far = figures[line.player]
                figures[line.player] = Figures(so_far.points + line.score, so_far.wars + 1, so_far.races + line.races)
                played[line.player].append((line.score, war.played_at.astimezone(zone).date()))
    for index, player in enumerate(names.kept):
        unfit += _in_no_session(player, played[index])
    movers = tuple(
        Mover(a_name(one.name), names.aliases[index], figures[index], tuple(_differences(one, figures[index])))
        for index, one in enumerate(names.kept)
    )
    return Move(movers, tuple(wars), tuple(unfit))


class _Names:
    """Who is brought in, under which names; one name is one player's."""

    def __init__(self, players: Sequence[OldPlayer], unfit: list[Unfit]) -> None:
        self.kept: list[OldPlayer] = []
        self._exact: dict[str, int | None] = {}
        self._folded: dict[str, int | None] = {}
        for player in players:
            problem = self._problem(player)
            if problem:
                unfit.append(Unfit(player.where, f"left out: {problem}", _all_of(player)))
            else:
                self._folded[fold(a_name(player.name))] = len(self.kept)
                self.kept.append(player)
            self._exact.setdefault(player.name, None if problem else len(self.kept) - 1)
        self.aliases = self._add_aliases(unfit)

    def _problem(self, player: OldPlayer) -> str | None:
        try:
            holder = self._folded.get(fold(a_name(player.name)))
        except BadInput as problem:
            return str(problem)
        return None if holder is None else f"the name is read as that of {self.kept[holder].where}"

    def _add_aliases(self, unfit: list[Unfit]) -> tuple[tuple[str, ...], ...]:
        claims: defaultdict[str, set[int]] = defaultdict(set)
        wanted: list[dict[str, str]] = []  # of each player: folded -> alias
        for index, player in enumerate(self.kept):
            wanted.append({})
            for raw in player.nicknames:
                try:
                    alias = a_name(raw, what="nickname")
                except BadInput as problem:
                    unfit.append(Unfit(player.where, f"a nickname is left out: {problem}", as_kept(raw)))
                    continue
                wanted[index].setdefault(fold(alias), alias)
                claims[fold(alias)].add(index)
        names = dict(self._folded)
        for index, player in enumerate(self.kept):
            for folded, alias in list(wanted[index].items()):
                others = (claims[folded] | {names.get(folded)}) - {index, None}
                if others or names.get(folded) == index:
                    del wanted[index][folded]
                if others:
                    whose = ", ".join(sorted(self.kept[one].where for one in others if one is not None))
                    unfit.append(Unfit(player.where, f"nickname left out, it is also {whose}'s", as_kept(alias)))
                    self._folded.setdefault(folded, None)
                else:
                    self._folded.setdefault(folded, index)
        return tuple(tuple(one.values()) for one in wanted)

    def who(self, name: str) -> int | None:
        return self._exact[name] if name in self._exact else self._folded.get(fold(name))


def _all_of(player: OldPlayer) -> str:
    return as_kept(
        {
            "main_name": player.name,
            "nicknames": list(player.nicknames),
            "score_history": [_entry(one) for one in player.history],
            "total_scores": player.total,
            "war_count": player.wars,
            "average_score": player.average,
        }
    )


def _entry(score: OldScore) -> object:
    return score.score if score.day is None else {"score": score.score, "date": score.day.isoformat()}


def _wars(sessions: Iterable[OldSession], names: _Names, zone: ZoneInfo, unfit: list[Unfit]) -> Iterable[War]:
    for session in sessions:
        races = RACES_PER_WAR if session.races is None else session.races
        if not 1 <= races <= MOST_RACES:
            why = f"left out: {races} races, and a war has 1 to {MOST_RACES}"
            unfit.append(Unfit(session.where, why, as_kept([(row.name, row.score) for row in session.rows])))
            continue
        lines = tuple(_lines(session, races, names, unfit))
        if not lines:
            unfit.append(Unfit(session.where, f"left out: no row of {session.played} can be kept"))
            continue
        if session.races is None:
            unfit.append(Unfit(session.where, f"no race_count: taken as {races}"))
        yield War(_moment(session.played, zone), races, lines)


def _lines(session: OldSession, war_races: int, names: _Names, unfit: list[Unfit]) -> Iterable[Line]:
    seen: set[int] = set()
    count = 0
    for row in session.rows:
        races = war_races if row.races is None else row.races
        kept = as_kept({"name": row.name, "score": row.score, "races": row.races})
        drawn = tidy(row.name)[:LONGEST_DRAWN].strip()
        problem = None
        if not 1 <= races <= MOST_RACES or not 0 <= row.score <= MOST_POINTS * races:
            problem = f"{row.score} points in {races} races cannot be"
        elif not drawn:
            problem = "nothing of the name can be seen"
        elif count == MOST_ROWS:
            problem = f"a side has at most {MOST_ROWS} rows"
        if problem:
            unfit.append(Unfit(session.where, f"row left out: {problem}", kept))
            continue
        player = names.who(row.name)
        if player is None:
            unfit.append(Unfit(session.where, "row kept under its name, but of no player: it is nobody's alone", kept))
        elif player in seen:
            name = names.kept[player].name
            unfit.append(Unfit(session.where, f"row kept, but of no player: {name} stands in it already", kept))
            player = None
        if player is not None:
            seen.add(player)
        count += 1
        yield Line(drawn, player, row.score, races)


def _moment(played: date | datetime, zone: ZoneInfo) -> datetime:
    """A day alone is its noon, as in wars that are typed."""
    if not isinstance(played, datetime):
        played = datetime.combine(played, time(12))
    return (played if played.tzinfo else played.replace(tzinfo=zone)).astimezone(UTC)


def _in_no_session(player: OldPlayer, played: Sequence[tuple[int, date]]) -> Iterable[Unfit]:
    """Scores of the history that no session has: nobody knows what was raced there, so they become no war."""
    left = list(played)
    alone = []
    for one in sorted(player.history, key=lambda one: one.day is None):  # those with a day can be told apart
        fitting = [
            (abs(day - one.day) if one.day is not None else ONE_DAY, score, day)
            for score, day in left
            if score == one.score and (one.day is None or abs(day - one.day) <= ONE_DAY)
        ]
        if fitting:
            left.remove(min(fitting)[1:])
        else:
            alone.append(one)
    if alone:
        points = sum(one.score for one in alone)
        why = f"score_history has {said({'scores': len(alone)})} ({points} points) that no session has: no war is made"
        yield Unfit(player.where, why, as_kept([_entry(one) for one in alone]))


def _differences(old: OldPlayer, new: Figures) -> Iterable[str]:
    if old.total is not None and old.total != new.points:
        yield f"total_scores {old.total:g}, now {new.points} ({new.points - old.total:+g})"
    if old.wars is not None and old.wars != new.wars:
        yield f"war_count {old.wars:g}, now {new.wars} ({new.wars - old.wars:+g})"
    if old.average is not None:
        digits = min(len(repr(old.average).partition(".")[2]), 6)  # as exactly as it was written
        if abs(old.average - new.average) > 0.5 * 10**-digits + 1e-9:
            yield f"average_score {old.average:g}, now {new.average:.2f} ({new.average - old.average:+.2f})"
