"""What people ask about the record. Definitions are in mkw/; here they are fed, filtered and cached.

A server's whole record lies in memory as columns once it was asked for, and is dropped after the commit of a change
that touches it. Every answer is computed from that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from cachetools import LRUCache
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bot.services import people
from bot.services.errors import BadInput, NotFound
from bot.services.player import Player
from bot.services.settings import load_settings
from bot.services.texts import tidy
from db import blocks, players, statistics
from db.shared_blocks import SharedBlocks
from db.shared_cache import NoSharedCache
from mkw import filters
from mkw.filters import Filter, Rooms
from mkw.ids import PlayerId, ServerId
from mkw.metrics import AVERAGE, Metric
from mkw.names import fold
from mkw.race_record import Races, build_races, with_races
from mkw.races import mean_places
from mkw.record import Played, Record
from mkw.statistics import PlayerStatistics, TeamStatistics, player_statistics, team_statistics, wars_played
from mkw.together import MOST_ASKED, Chemistry, Worth, chemistry

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.blocks import States
    from db.statistics import RacesSent, WarsSent

EVERYTHING = Filter()
_ITSELF = 4_096  # bytes of one that is nearly empty
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    rank: int  # equal values share a rank: 1, 2, 2, 4
    player_id: PlayerId
    name: str
    value: float | None
    counted: float  # wars; of a metric of races, races


@dataclass(frozen=True, slots=True)
class Leaderboard:
    metric: Metric
    rows: tuple[LeaderboardRow, ...]
    minimum: float  # wars, or races
    hidden: int  # players under the minimum
    rooms: Rooms


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The wars a question is about. `record` is filtered, newest first, by everything but `last`."""

    server_id: ServerId
    record: Record
    wanted: Filter
    rooms: Rooms
    zone: ZoneInfo
    roster: tuple[Player, ...]  # who is not removed, and has the status asked for
    names: dict[PlayerId, str] = field(repr=False)  # of everybody, removed players too

    def played(self, player_id: PlayerId) -> Played:
        """The newest lines of one player."""
        return self.record.of(player_id).newest(self.wanted.last)

    @property
    def newest(self) -> Record:
        """The newest wars of the clan."""
        return self.record.newest(self.wanted.last)

    @property
    def minimum(self) -> float:
        return self.wanted.minimum or 0.0

    def name(self, player_id: PlayerId) -> str:
        return self.names.get(player_id, "?")

    def clan(self, tag: str) -> int:
        """Raises NotFound with close tags."""
        found = filters.clan_called(self.record, tag)
        if found is None:
            raise no_such_clan(self.record, tag)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    states: States  # of the wars it is of
    record: Record
    bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class LoadedRaces:
    states: States  # of the wars they are of
    races: Races


class Remembered(Generic[T]):
    """The newest of each server, the longest unused forgotten first; `most` bytes of all together."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._kept: LRUCache[ServerId, T] = LRUCache(most, getsizeof=lambda one: size(one) + _ITSELF)

    def get(self, server_id: ServerId) -> T | None:
        return self._kept.get(server_id)

    def keep(self, server_id: ServerId, value: T) -> None:
        self._kept.pop(server_id, None)
        with suppress(ValueError):  # larger than all may be together
            self._kept[server_id] = value


class StatisticsService:
    def __init__(
        self, records: Records, now: Callable[[], datetime], shared: SharedBlocks | None = None
    ) -> None:  # fmt: skip
        self._records = records
        self._now = now
        self._shared = shared or SharedBlocks(NoSharedCache(), b"")
        # What a change of one war leaves as it was: the others are neither read nor put together again. The other half
        # of the budget; what lies in the cache too is counted twice.
        most = records.budget // 8
        self._last: Remembered[tuple[WarsSent, Loaded]] = Remembered(
            3 * most, lambda last: last[0].bytes + last[1].bytes
        )
        self._last_races: Remembered[LoadedRaces] = Remembered(most, lambda loaded: loaded.races.bytes)

    async def today(self, server_id: ServerId) -> datetime:
        """This moment in the server's time zone."""
        return self._now().astimezone(await self._zone(server_id))

    async def record(self, server_id: ServerId) -> Record:
        return (await self._loaded(server_id)).record

    async def _loaded(self, server_id: ServerId) -> Loaded:
        return await self._records.cache.get(server_id, "record", lambda: self._load(server_id))

    async def _load(self, server_id: ServerId) -> Loaded:
        last = self._last.get(server_id)
        if last is None:
            sent = await self._load_first(server_id)
        else:
            sent = await self._load_wars(server_id, last[0])
            if sent is last[0]:
                return last[1]
        record = sent.build()
        loaded = Loaded(sent.states, record, record.bytes)
        self._last.keep(server_id, (sent, loaded))
        return loaded

    async def _load_first(self, server_id: ServerId) -> WarsSent:
        """Of a server that this process knows nothing of yet: another one may have left it in the shared cache."""
        if not self._shared.cache.there:
            return await self._load_wars(server_id, None)
        states = await self._records.read(partial(blocks.look, server_id=server_id))
        found = await self._shared.wars(server_id, states) if self._shared.helps(states) else None
        if found is not None and found.states == states:
            return found
        return await self._load_wars(server_id, found)

    async def _load_wars(self, server_id: ServerId, before: WarsSent | None) -> WarsSent:
        sent = await self._records.read(partial(statistics.load_wars, server_id=server_id, before=before))
        self._shared.keep_wars(server_id, sent, None if before is None else before.states)
        return sent

    async def races(self, server_id: ServerId) -> Races:
        """Those of all kept wars; loaded when somebody asks for the first time."""
        return await self._records.cache.get(server_id, "races", lambda: self._load_races(server_id))

    async def races_of(self, scope: Scope, player_id: PlayerId | None = None) -> Races:
        """The races of the scope's newest wars, or those of them that one player is known to have been in."""
        races = await self.races(scope.server_id)
        if player_id is None:
            return races.within(scope.newest.wars)
        return races.within(scope.played(player_id).wars).of(player_id)

    async def _load_races(self, server_id: ServerId) -> Races:
        while True:
            loaded = await self._loaded(server_id)
            last = self._last_races.get(server_id)
            sent = await self._read_races(server_id, loaded.states, None if last is None else last.states)
            if sent.states == loaded.states:
                races = await asyncio.to_thread(_put_together, loaded.record, last, sent)
                self._last_races.keep(server_id, LoadedRaces(sent.states, races))
                return races
            # A war was changed between the two: its races would be of lines that are others' by now.
            self._records.cache.drop(server_id, frozenset({"record"}))

    async def _read_races(self, server_id: ServerId, states: States, before: States | None) -> RacesSent:
        """Those that do not stand as they stood `before`."""
        found = None
        if before is None and self._shared.helps(states):
            found = await self._shared.races(server_id, states)
            if found is not None and found.states == states:
                return replace(found, whole=True)
            before = None if found is None else found.states
        sent = await self._records.read(partial(statistics.load_races, server_id=server_id, before=before))
        self._shared.keep_races(server_id, sent, before)
        return sent if found is None or sent.whole else sent.beside(found)

    async def scope(
        self, server_id: ServerId, wanted: Filter = EVERYTHING, *, of: Sequence[PlayerId] = ()
    ) -> Scope:  # fmt: skip
        """The wars asked about. Where no room size is said it is the one in which the players `of` (nobody: the clan)
        have more wars. Raises NotFound for a tag nobody wore, with close ones."""
        record = await self.record(server_id)
        if wanted.opponent is not None and filters.clan_called(record, wanted.opponent) is None:
            raise no_such_clan(record, wanted.opponent)
        if wanted.team is not None and filters.clan_called(record, wanted.team) is None:
            raise no_such_clan(record, wanted.team, ours=True)
        zone = await self._zone(server_id)
        found = filters.select(record, wanted, zone)
        by = found.wars.take(np.unique(found.lines.war[np.isin(found.lines.player, list(of))])) if of else None
        found, rooms = filters.choose_room(found, wanted.room, by=by)
        roster = await self._records.cached(server_id, "players", lambda db: people.everybody(db, server_id))
        names = await self._records.cached(server_id, "names", lambda db: players.names(db, server_id=server_id))
        if wanted.status is not None:
            roster = tuple(player for player in roster if player.status == wanted.status)
        return Scope(server_id, found, wanted, rooms, zone, roster, names)

    async def player(self, server_id: ServerId, player_id: PlayerId, *, last: int | None = None) -> PlayerStatistics:
        """Over all their wars, or the newest `last` of them. Raises NotFound for a player of another server."""
        scope = await self.scope(server_id, Filter(last=last), of=[player_id])
        if player_id not in scope.names:
            raise NotFound("There is no such player on this server.")
        return player_statistics(scope.played(player_id))

    async def team(self, server_id: ServerId, *, last: int | None = None) -> TeamStatistics:
        """Over all kept wars, or the newest `last` of them."""
        return team_statistics((await self.scope(server_id, Filter(last=last))).newest.wars)

    async def leaderboard(
        self,
        server_id: ServerId,
        metric: Metric = AVERAGE,
        wanted: Filter = EVERYTHING,
        *,
        minimum: float | None = None,
    ) -> Leaderboard:
        """Everybody on the roster who has played and reaches the minimum; who lacks the value stands last."""
        if minimum is not None:
            wanted = replace(wanted, minimum=minimum)
        scope = await self.scope(server_id, wanted)
        races = (await self.races(server_id)).within(scope.record.wars) if metric.of_races else None
        return await asyncio.to_thread(leaderboard, scope, metric, races)

    async def chemistry(self, scope: Scope) -> Chemistry:
        """Of the scope's newest wars. Computed beside the event loop: it is the heaviest there is."""
        return await asyncio.to_thread(chemistry, scope.newest)

    async def lineups(
        self, scope: Scope, asked: Sequence[PlayerId], *, against: str | None = None, count: int = 3
    ) -> tuple[Worth, ...]:
        """The best line-ups out of those asked, best first. The scope is of all opponents; `against` is who they meet.
        Raises BadInput for too few or too many players, NotFound for a clan nobody met."""
        asked = list(dict.fromkeys(asked))
        seats = scope.wanted.size or 6
        if len(asked) < seats:
            raise BadInput(f"A line-up has {seats} players; name at least {seats} who can play, not {len(asked)}.")
        if len(asked) > MOST_ASKED:
            raise BadInput(f"Name at most {MOST_ASKED} players who can play, not {len(asked)}.")
        clan = None if against is None else scope.clan(against)
        model = await self.chemistry(scope)
        return tuple(await asyncio.to_thread(lambda: model.best(asked, seats, clan, count=count)))

    async def opponents(self, server_id: ServerId, text: str, *, limit: int = 25) -> tuple[str, ...]:
        """For autocomplete: tags met that begin with or contain the text, the most met first."""
        record = await self.record(server_id)
        met = record.foes.clan[record.foes.clan >= 0]
        counts = np.bincount(met, minlength=len(record.wars.clans))
        wanted = fold(text) if text.strip() else ""
        order = [int(clan) for clan in np.argsort(-counts, kind="stable") if counts[clan]]
        tags = [record.wars.clans[clan] for clan in order]
        first = [tag for tag in tags if fold(tag).startswith(wanted)]
        return tuple(dict.fromkeys(first + [tag for tag in tags if wanted in fold(tag)]))[:limit]

    async def _zone(self, server_id: ServerId) -> ZoneInfo:
        settings = await self._records.cached(server_id, "settings", lambda db: load_settings(db, server_id))
        return ZoneInfo(settings.time_zone)


def _put_together(record: Record, last: LoadedRaces | None, sent: RacesSent) -> Races:
    if last is not None and last.races.wars is record.wars and last.states == sent.states:
        return last.races
    read = build_races(record, sent.races, sent.results)
    if last is None or sent.whole:
        return read
    return with_races(last.races, sent.states.kept(last.states, last.races.wars.number), read)


def leaderboard(scope: Scope, metric: Metric, races: Races | None = None) -> Leaderboard:
    """`races` of the scope's wars, for a metric that is said from races."""
    names = {player.player_id: player.name for player in scope.roster}
    if races is None:
        everybody = [(one, played.newest(scope.wanted.last)) for one, played in scope.record.everybody()]
        counted = [(one, metric.of(played), wars_played(played)) for one, played in everybody if one in names]
    else:
        places = mean_places(races, _oldest(scope))
        counted = [(one, *places[one]) for one in names if one in places]
    shown = [row for row in counted if row[2] >= scope.minimum]
    sign = 1.0 if metric.low_first else -1.0
    shown.sort(key=lambda row: (row[1] is None, sign * (row[1] or 0.0), names[row[0]].casefold()))
    rows: list[LeaderboardRow] = []
    for place, (player_id, value, count) in enumerate(shown, 1):
        rank = rows[-1].rank if rows and rows[-1].value == value else place
        rows.append(LeaderboardRow(rank, player_id, names[player_id], value, count))
    return Leaderboard(metric, tuple(rows), scope.minimum, len(counted) - len(shown), scope.rooms)


def _oldest(scope: Scope) -> dict[PlayerId, int]:
    """The row of the war up to which each player's newest lines go."""
    lines, last = scope.record.lines, scope.wanted.last
    order = np.argsort(lines.player, kind="stable")  # of each the newest first
    ids, starts, counts = np.unique(lines.player[order], return_index=True, return_counts=True)
    ends = starts + (counts if last is None else np.minimum(counts, last)) - 1
    return {PlayerId(int(one)): int(lines.war[order[end]]) for one, end in zip(ids, ends, strict=True)}


def no_such_clan(record: Record, tag: str, *, ours: bool = False) -> NotFound:
    """With the close tags among those that were drawn."""
    drawn = record.wars.own_tag if ours else record.foes.clan
    known = {record.wars.clans[clan]: fold(record.wars.clans[clan]) for clan in np.unique(drawn[drawn >= 0])}
    near = process.extract(
        fold(tag), known, scorer=Levenshtein.normalized_similarity, limit=5, score_cutoff=0.3
    )  # fmt: skip
    what = "None of our sides wore the tag" if ours else "No war is kept against"
    return NotFound(f"{what} {tidy(tag)[:60]}.", suggestions=tuple(key for *_, key in near))
