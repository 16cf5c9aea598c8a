"""A war told race by race: who is who through its pictures, which race is missing, and what everybody has.

The game's own totals link the races: what stands beside +N in one race is the total after the race before. Where it is
not, a race is missing, the totals began anew after a reconnect, or a number is misread: all three are said. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from mkw.ids import PlayerId
from mkw.names import Candidate, How, fold, match_names
from mkw.points import MOST_A_RACE, race_sum
from mkw.race_rows import RaceRow

_MOST = 0.5  # share of the players seen in both races that must agree
_SAME_RACE, _SAME_NAMES = 0.6, 0.5  # share of the rows at the same place with the same total, and with the same name
_SURE = (How.EXACT, How.NEAR)


@dataclass(frozen=True, slots=True)
class Race:
    """`picture` is whatever the caller knows its picture by."""

    picture: int
    rows: tuple[RaceRow, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one player did in one race."""

    player: int  # index into Chain.players
    place: int | None
    points: int | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainRace:
    number: int  # from 1, as raced: races nobody posted are counted
    picture: int
    results: tuple[Result, ...]
    restarted: bool = False  # the game's totals began anew before it


@dataclass(frozen=True, slots=True)
class ChainPlayer:
    name: str
    total: int | None
    races: int
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """`notes` are sentences about what does not close, `remarks` about what was understood: totals that began anew."""

    races: tuple[ChainRace, ...]
    players: tuple[ChainPlayer, ...]
    length: int  # races of the war, those nobody posted among them
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


# --- one race and another -------------------------------------------------------------------------------------------


def same_race(one: Sequence[RaceRow], other: Sequence[RaceRow]) -> bool:
    """Two screenshots of one race: the same players at the same places with the same totals, small misreadings and a
    list that is not whole allowed."""
    fewer = min(len(one), len(other))
    if not fewer:
        return False
    spots = Counter((row.place, row.after) for row in other if row.place is not None and row.after is not None)
    alike = sum(((row.place, row.after) in spots) for row in one)
    named = sum(
        one[left].place == other[right].place and one[left].after == other[right].after
        for left, right in paired(one, other)
    )
    return alike >= _SAME_RACE * fewer and named >= _SAME_NAMES * fewer


def other_part(one: Sequence[RaceRow], other: Sequence[RaceRow]) -> bool:
    """Two parts of one race's list, such as the columns of 24 players: the places of one begin where those of the other
    end, and nobody stands in both."""
    places = [[row.place for row in rows if row.place is not None] for rows in (one, other)]
    if not all(places) or len(places[0]) != len(one) or len(places[1]) != len(other):
        return False
    upper, lower = sorted(places, key=min)
    return min(upper) == 1 and max(upper) + 1 == min(lower) and not paired(one, other)


def paired(one: Sequence[RaceRow], other: Sequence[RaceRow]) -> list[tuple[int, int]]:
    """Rows of both that name the same player for sure, as (index in one, index in other)."""
    known = [Candidate(PlayerId(index), row.name) for index, row in enumerate(other)]
    matches = match_names([row.name for row in one], known)
    return [
        (index, int(match.player_id))
        for index, match in enumerate(matches)
        if match.player_id is not None and (match.how in _SURE or match.distance == 0)
    ]


def place_in(races: Sequence[Race], new: Race) -> int:
    """Where a race belongs among those in order: behind the one it follows on from, before the one that follows on from
    it; at the end where neither is found."""
    for index in range(len(races) - 1, -1, -1):
        if _follows(races[index].rows, new.rows):
            return index + 1
    for index, race in enumerate(races):
        if _follows(new.rows, race.rows):
            return index
    for index, race in enumerate(races):
        # Neighbours are missing: everybody had no more then than later, and no less than before.
        if _grew(new.rows, race.rows) and (index == 0 or _grew(races[index - 1].rows, new.rows)):
            return index
    return len(races)


def _grew(first: Sequence[RaceRow], second: Sequence[RaceRow]) -> bool:
    known = _totals_between(first, second)
    return len(known) > 1 and all(after <= before for after, before in known)


def _totals_between(first: Sequence[RaceRow], second: Sequence[RaceRow]) -> list[tuple[int, int]]:
    """(after the first, before the second) of everybody seen in both."""
    pairs = [(first[left].after, second[right].before) for left, right in paired(first, second)]
    return [(after, before) for after, before in pairs if after is not None and before is not None]


def _follows(first: Sequence[RaceRow], second: Sequence[RaceRow]) -> bool:
    known = _totals_between(first, second)
    return len(known) > 1 and sum(after == before for after, before in known) > _MOST * len(known)


# --- the whole war --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Player:
    spellings: Counter[str] = field(default_factory=Counter)
    earlier: int = 0  # points of before the totals began anew
    total: int | None = None  # the game's total since
    seen_in: int = 0  # number of the race they were last seen in
    races: int = 0
    open_doubts: tuple[str, ...] = ()  # of the last row: the next race may settle them
    doubts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return max(self.spellings, key=lambda name: (self.spellings[name], -len(name)))

    def doubt(self, *texts: str) -> None:
        self.doubts += [text for text in texts if text not in self.doubts]


class _Builder:
    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tags
        self.players: list[_Player] = []
        self.races: list[ChainRace] = []
        self.notes: list[str] = []
        self.remarks: list[str] = []
        self.number = 0
        self.begun = 1  # number of the first race since the totals began anew

    def take(self, race: Race) -> None:
        who, asked = self._named(race.rows)
        restarted, missing = self._link(race.rows, who)
        self._by_points(race.rows, who, asked, restarted=restarted)
        if restarted:
            for player in self.players:
                player.doubt(*player.open_doubts)
                player.earlier += player.total or 0
                player.total, player.open_doubts = None, ()
        begins = restarted or not self.races
        self.number += 1 + missing
        if begins:
            self.begun = self.number - missing
        results = [self._result(row, who.get(index), begins=begins) for index, row in enumerate(race.rows)]
        taken: set[int] = set()
        once = []
        for result in results:
            once.append(replace(result, place=None) if result.place in taken else result)
            taken |= {result.place} if result.place is not None else set()
        self.races.append(ChainRace(self.number, race.picture, tuple(once), restarted))

    def chain(self) -> Chain:
        players = []
        for player in self.players:
            player.doubt(*player.open_doubts)
            total = player.earlier if player.total is None and player.earlier else player.total
            if player.total is not None:
                total = player.earlier + player.total
            players.append(ChainPlayer(player.name, total, min(player.races, self.number), tuple(player.doubts)))
        return Chain(tuple(self.races), tuple(players), self.number, tuple(self.notes), tuple(self.remarks))

    def _named(self, rows: Sequence[RaceRow]) -> tuple[dict[int, int], dict[int, int]]:
        """(row -> player for sure, row -> player to be asked) by names alone; equal names are told by their totals."""
        who: dict[int, int] = {}
        asked: dict[int, int] = {}
        known = []
        for index, player in enumerate(self.players):
            name = player.name
            known.append(Candidate(PlayerId(index), name, tuple(one for one in player.spellings if one != name)))
        for index, match in enumerate(match_names([row.name for row in rows], known, tags=self.tags)):
            if match.player_id is not None:
                (who if match.how in _SURE else asked)[index] = int(match.player_id)
        return who, self._doubles(rows, asked)

    def _doubles(self, rows: Sequence[RaceRow], asked: dict[int, int]) -> dict[int, int]:
        """Two players of one name swap where their totals say so."""
        for one, first in asked.items():
            for other, second in asked.items():
                same = one < other and fold(rows[one].name) == fold(rows[other].name)
                totals = (self.players[first].total, self.players[second].total)
                if same and (rows[other].before, rows[one].before) == totals and totals[0] != totals[1]:
                    return self._doubles(rows, {**asked, one: second, other: first})
        return asked

    def _link(self, rows: Sequence[RaceRow], who: dict[int, int]) -> tuple[bool, int]:
        """(the totals began anew, races missing before this one)."""
        befores = [row.before for row in rows if row.before is not None]
        steps = []
        for index, number in who.items():
            player, before = self.players[number], rows[index].before
            if player.total is not None and before is not None and player.seen_in == self.number:
                steps.append(before - player.total)
        if not self.races:
            return False, self._missing(befores, rows, "came before the first picture", "are counted")
        if not steps or steps.count(0) >= _MOST * len(steps):
            return False, 0
        if sum(step < 0 for step in steps) > _MOST * len(steps):
            self.remarks.append(f"The totals begin anew after race {self.number}: counted on, as after a reconnect")
            return True, self._missing(befores, rows, "came before the next picture", "are counted")
        missing = self._missing(steps, rows, "missing", "are counted from the totals")
        if not missing:
            self.notes.append(f"The totals of the race after race {self.number} do not follow on from it.")
        return False, missing

    def _missing(self, points: Sequence[int], rows: Sequence[RaceRow], where: str, how: str) -> int:
        """How many races nobody posted, from what everybody gained in them, said in a note; 0 where most gained
        nothing, for one misread number is no race."""
        gained = sorted(point for point in points if point > 0)
        if len(gained) <= _MOST * len(points):
            return 0
        players = max([len(rows), *(row.place or 0 for row in rows)])
        races, is_sure = _races_in(gained, players)
        first = self.number + 1
        name = f"Race {first}" if races == 1 else f"Races {first} to {first + races - 1}"
        name += "" if is_sure else " or so"
        verb = "" if where != "missing" else "is " if races == 1 else "are "
        self.notes.append(f"{name} {verb}{where}; {'its' if races == 1 else 'their'} points {how}.")
        return races

    def _by_points(
        self, rows: Sequence[RaceRow], who: dict[int, int], asked: dict[int, int], *, restarted: bool
    ) -> None:
        """Give the rows their names left open a player: the one whose total stands beside +N, else the likeliest."""
        for index, number in asked.items():
            row, player = rows[index], self.players[number]
            if restarted or row.before is None or player.total is None or row.before == player.total:
                proven = not restarted and row.before is not None and row.before == player.total
            elif row.before == 0:
                continue  # somebody new begins at nothing
            else:
                proven = False
            who[index] = number
            if not proven:
                player.doubt(f"is {row.name} of race {self.number + 1} the same?")
        if restarted:
            return
        left = [index for index in range(len(rows)) if index not in who and rows[index].before]
        gone = [number for number, player in enumerate(self.players) if number not in who.values()]
        for index in left:
            fitting = [number for number in gone if self.players[number].total == rows[index].before]
            rivals = [other for other in left if rows[other].before == rows[index].before]
            if len(fitting) == 1 and len(rivals) == 1:
                who[index] = fitting[0]
                gone.remove(fitting[0])
                self.players[fitting[0]].doubt(f"is {rows[index].name} of race {self.number + 1} the same?")

    def _result(self, row: RaceRow, number: int | None, *, begins: bool) -> Result:
        """`self.number` is the race's number by now."""
        if number is None:
            number = len(self.players)
            self.players.append(_Player(seen_in=self.begun - 1))
        player = self.players[number]
        before, after = row.before, row.after
        if before is None and player.total is not None and player.seen_in == self.number - 1:
            before = player.total
        if after is None and before is not None and row.points is not None:
            after = before + row.points
        unseen, doubts = self._unseen(player, before, begins=begins)
        linked = before is not None and not unseen and before == (player.total or 0) and not doubts
        if not linked:
            player.doubt(*player.open_doubts)
        # A total that two pictures agree on stands; a name does not.
        proven = linked and row.proven
        player.open_doubts = tuple(doubt for doubt in row.doubts if not proven or "name" in doubt.lower())
        player.doubt(*doubts)
        player.races += 1 + unseen
        player.spellings[row.name] += 1
        player.seen_in = self.number
        if after is not None:
            player.total = after
        elif row.points is not None:
            player.total = (player.total or 0) + row.points
        else:
            player.doubt(f"race {self.number}: no points could be read")
        return Result(number, row.place, row.points, tuple(doubts))

    def _unseen(self, player: _Player, before: int | None, *, begins: bool) -> tuple[int, list[str]]:
        """(races they raced since they were last seen, what does not fit). `begins`: nothing was seen before it since
        the totals began."""
        had, between = player.total or 0, self.number - 1 - max(player.seen_in, self.begun - 1)
        if before is None or before == had:
            return 0, []
        possible = 0 < before - had <= MOST_A_RACE * between
        if player.total is None and not begins:
            first_seen = f"{before} points before race {self.number}, where they are first seen"
            return (between if possible else 0), [first_seen]
        if possible:
            return between, []
        said = f"{had} after race {player.seen_in}, " if player.total is not None else ""
        return 0, [f"{said}{before} before race {self.number}: a number is misread"]


def _races_in(gained: Sequence[int], players: int) -> tuple[int, bool]:
    """(races that gave these points, sorted, whether that is sure): sure where the whole room's add up to whole races;
    else from what the player in the middle has, so that one misread number does not count."""
    a_race = race_sum(players)
    fewest = -(-gained[-2 if len(gained) > 2 else -1] // MOST_A_RACE)
    if a_race is None:
        return fewest, False
    whole, rest = divmod(sum(gained), a_race)
    if not rest and len(gained) == players and whole >= fewest:
        return whole, True
    return max(fewest, round(median(gained) * players / a_race)), False


def chain_of(races: Sequence[Race], *, tags: Sequence[str] = ()) -> Chain:
    """`races` in order; `tags` are those their players wear. Deterministic; made anew at every look."""
    builder = _Builder(tags)
    for race in races:
        builder.take(race)
    return builder.chain()
