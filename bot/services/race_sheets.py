"""What everybody did race by race, of a running war and of a kept one alike. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.racing import chain_in, race_checks
from mkw.points import race_sum

if TYPE_CHECKING:
    from bot.services.drafts import Draft
    from bot.services.wars import War
    from db.races import RaceRow, ResultRow
    from mkw.ids import TrackId


@dataclass(frozen=True, slots=True)
class SheetResult:
    """`player` is an index into RaceSheet.players; None: a place of a side, by whom nobody knows."""

    player: int | None
    place: int | None
    points: int | None
    ours: bool


@dataclass(frozen=True, slots=True)
class SheetRace:
    number: int  # from 1, as raced; a number that is not there is a race nobody posted
    results: tuple[SheetResult, ...]  # in the order of the race
    restarted: bool = False  # the game's totals began anew before it
    track: TrackId | None = None


@dataclass(frozen=True, slots=True)
class SheetPlayer:
    name: str
    ours: bool
    score: int | None
    races: int


@dataclass(frozen=True, slots=True)
class RaceSheet:
    races: tuple[SheetRace, ...]
    players: tuple[SheetPlayer, ...]
    length: int  # races of the war
    has_opponent: bool  # our side and another are told apart
    notes: tuple[str, ...] = ()  # what does not close
    sides: int = 2

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of races nobody posted."""
        there = {race.number for race in self.races}
        return tuple(number for number in range(1, self.length + 1) if number not in there)

    def points_of(self, race: SheetRace) -> tuple[int, int] | None:
        """(ours, everybody else's) of one race; None where that is not known. Of a race that has our places alone the
        others have what is left, as many of them as of us."""
        if not self.has_opponent or any(result.points is None for result in race.results):
            return None
        ours = sum(result.points or 0 for result in race.results if result.ours)
        everybody = sum(result.points or 0 for result in race.results)
        if all(result.ours for result in race.results):
            room = race_sum(2 * len(race.results)) if self.sides == 2 else None
            if room is None or room < ours:
                return None
            everybody = room
        return ours, everybody - ours


def sheet_of_draft(draft: Draft) -> RaceSheet | None:
    """None for a war that is not told race by race. Rows that were left out have no results."""
    if not draft.chain:
        return None
    chain = chain_in(draft.chain)
    length = draft.races or chain.length
    players: list[SheetPlayer] = []
    index_of: dict[int, int] = {}
    for _, side, line in draft.rows():
        if line.racer is not None:
            index_of[line.racer] = len(players)
        name = line.player_name or line.name
        players.append(SheetPlayer(name, draft.ours == side, line.score, line.races or length))
    races = tuple(
        SheetRace(
            race.number,
            tuple(
                SheetResult(index_of[one.player], one.place, one.points, players[index_of[one.player]].ours)
                for one in race.results
                if one.player in index_of
            ),
            race.restarted,
        )
        for race in chain.races
    )
    notes = tuple(check.text for check in race_checks(draft) if not check.ok)
    opposed = draft.ours is not None and len(draft.sides) > 1
    return RaceSheet(races, tuple(players), max(length, chain.length), opposed, notes, len(draft.sides))


def sheet_of_war(war: War, races: Sequence[RaceRow], results: Sequence[ResultRow]) -> RaceSheet | None:
    if not races:
        return None
    players: list[SheetPlayer] = []
    index_of: dict[tuple[int, int], int] = {}
    for number, side in enumerate(war.sides, 1):
        for position, line in enumerate(side.lines, 1):
            index_of[number, position] = len(players)
            players.append(SheetPlayer(line.name, side.ours, line.score, line.races))
    kept = tuple(
        SheetRace(
            race.race,
            tuple(
                SheetResult(
                    None if one.position is None else index_of[one.side, one.position],
                    one.place,
                    one.points,
                    war.sides[one.side - 1].ours,
                )
                for one in results
                if one.race == race.race
            ),
            race.restarted,
            race.track,
        )
        for race in races
    )
    length = max(war.races, kept[-1].number)
    return RaceSheet(kept, tuple(players), length, len(war.sides) > 1, sides=len(war.sides))
