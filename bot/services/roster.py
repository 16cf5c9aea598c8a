"""The clan's players and the names they are read as."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import PLAYER, Entry
from bot.services.errors import AlreadyExists, BadInput, NotFound
from bot.services.player import Player, PlayerStatus
from bot.services.texts import LONGEST_NAME, a_name, listed, tidy
from db import players
from mkw.ids import PlayerId, ServerId, UserId
from mkw.names import Candidate, close_names, fold

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.players import PlayerRow

__all__ = ["Player", "PlayerStatus", "RosterService", "candidates", "named"]


def candidates(roster: Sequence[Player]) -> tuple[Candidate, ...]:
    return tuple(Candidate(player.player_id, player.name, player.aliases) for player in roster)


def named(roster: Sequence[Player], text: str) -> Player | None:
    """The player whose name or alias the text is, any case and look-alikes folded."""
    wanted = fold(text)
    for player in roster:
        if wanted and any(fold(spelling) == wanted for spelling in (player.name, *player.aliases)):
            return player
    return None


class RosterService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def players(self, server_id: ServerId) -> tuple[Player, ...]:
        """Everybody who is not removed, by name. Cached."""
        return await self._records.cached(server_id, "players", lambda db: people.everybody(db, server_id))

    async def find(self, server_id: ServerId, text: str, *, removed_too: bool = False) -> Player:
        """By name or alias, any case, look-alikes folded. Raises NotFound with `suggestions` of close names."""
        roster = await self.players(server_id)
        player = named(roster, text)
        if player is None and removed_too and fold(text):
            row = await self._records.read(lambda db: players.by_folded(db, server_id=server_id, folded=fold(text)))
            player = None if row is None else people.player_of(row)
        if player is None:
            close = close_names(text, candidates(roster))
            raise NotFound(
                f"No player is called {tidy(text)[:LONGEST_NAME]}.", suggestions=tuple(one.name for one in close)
            )
        return player

    async def find_all(self, server_id: ServerId, names: Sequence[str]) -> tuple[Player, ...]:
        """Each once, in the order given. Raises NotFound naming everybody who is not there, BadInput for nobody."""
        roster = await self.players(server_id)
        found = [named(roster, name) for name in names]
        missing = [tidy(name)[:LONGEST_NAME] for name, player in zip(names, found, strict=True) if player is None]
        if missing:
            close = [one.name for name in missing[:5] for one in close_names(name, candidates(roster), limit=2)]
            raise NotFound(
                f"No player is called {listed(missing[:10])}; nothing was changed.",
                suggestions=tuple(dict.fromkeys(close)),
            )
        if not found:
            raise BadInput(
                'Name somebody: one player, or several with commas between them, such as `Comet, "Big Star"`.'
            )
        return tuple(dict.fromkeys(player for player in found if player is not None))

    async def linked_to(self, server_id: ServerId, user_id: UserId) -> Player | None:
        """Who of the roster that Discord user is."""
        return next((one for one in await self.players(server_id) if one.discord_user_id == user_id), None)

    async def suggest(self, server_id: ServerId, text: str, *, limit: int = 25) -> tuple[Player, ...]:
        """For autocomplete: names and aliases that begin with, contain, or are close to the text."""
        roster = await self.players(server_id)
        wanted = fold(text)
        if not wanted:
            return roster[:limit]
        by_id = {player.player_id: player for player in roster}
        folded = {player.player_id: [fold(name) for name in (player.name, *player.aliases)] for player in roster}
        order = [one for one in by_id if any(name.startswith(wanted) for name in folded[one])]
        order += [one for one in by_id if any(wanted in name for name in folded[one])]
        order += [one.player_id for one in close_names(text, candidates(roster), limit=limit)]
        return tuple(by_id[player_id] for player_id in dict.fromkeys(order))[:limit]

    async def add(self, actor: Actor, name: str, *, status: PlayerStatus = PlayerStatus.MEMBER) -> Player:
        """Raises AlreadyExists for a name or alias that folds the same; BadInput for an empty or over-long one (60).
        Somebody who was removed comes back with their wars and aliases."""
        name = a_name(name)
        async with self._records.change(actor.server_id) as db:
            entry = Entry(db, actor, self._now())
            player_id = await people.add(entry, name, status)
            await entry.write("add", PLAYER, player_id, f"added player {name}")
            return people.player_of(await people.on_roster(db, actor.server_id, player_id))

    async def remove(self, actor: Actor, player_id: PlayerId) -> Player:
        """Off the roster; their lines in wars stay. Can be undone."""
        async with self._records.change(actor.server_id) as db:
            row = await people.on_roster(db, actor.server_id, player_id)
            entry = Entry(db, actor, self._now())
            await entry.touch(PLAYER, player_id)
            await people.put(entry, row, removed=True)
            await entry.write("remove", PLAYER, player_id, f"removed player {row.name}")
            return people.player_of(row)

    async def rename(self, actor: Actor, player_id: PlayerId, name: str) -> Player:
        """The old name becomes an alias."""
        name = a_name(name)

        async def act(entry: Entry, row: PlayerRow) -> str:
            if name == row.name:
                raise AlreadyExists(f"{name} is called that already.")
            await people.claim_for_good(entry, name, by=player_id)
            await people.respell(entry, row, name)
            await people.put(entry, row, name=name)
            return f"renamed {row.name} to {name}"

        return await self._change(actor, player_id, "rename", act)

    async def set_status(
        self, actor: Actor, player_ids: PlayerId | Sequence[PlayerId], status: PlayerStatus
    ) -> tuple[Player, ...]:
        """Of one or of many at once, as one change; gives back those whose status it changed."""

        def said(changed: Sequence[PlayerRow]) -> str:
            if len(changed) == 1:
                return f"made {changed[0].name} {status.value} (was {changed[0].status})"
            return f"made {len(changed)} players {status.value}: {listed([row.name for row in changed])}"

        ids = [player_ids] if isinstance(player_ids, int) else player_ids
        return await self._change_many(actor, ids, "status", {"status": status.value}, said)

    async def set_country(
        self, actor: Actor, player_ids: Sequence[PlayerId], country: str | None
    ) -> tuple[Player, ...]:
        """`country` is ISO 3166 alpha-2; None takes it away."""

        def said(changed: Sequence[PlayerRow]) -> str:
            where = f"the country of {listed([row.name for row in changed])}"
            return f"took away {where}" if country is None else f"set {where} to {country}"

        return await self._change_many(actor, player_ids, "country", {"country": country}, said)

    async def _change_many(
        self,
        actor: Actor,
        player_ids: Sequence[PlayerId],
        verb: str,
        columns: dict[str, Any],
        said: Callable[[Sequence[PlayerRow]], str],
    ) -> tuple[Player, ...]:
        async with self._records.change(actor.server_id) as db:
            entry = Entry(db, actor, self._now())
            before, after = [], []
            for player_id in dict.fromkeys(player_ids):
                row = await people.on_roster(db, actor.server_id, player_id)
                if all(getattr(row, name) == value for name, value in columns.items()):
                    continue
                await entry.touch(PLAYER, player_id)
                before.append(row)
                after.append(await people.put(entry, row, **columns))
            if before:
                await entry.write(verb, PLAYER, before[0].player_id, said(before))
            return tuple(people.player_of(row) for row in after)

    async def add_alias(self, actor: Actor, player_id: PlayerId, alias: str) -> Player:
        alias = a_name(alias, what="alias")

        async def act(entry: Entry, row: PlayerRow) -> str:
            if fold(alias) in {fold(name) for name in (row.name, *row.aliases)}:
                raise AlreadyExists(f"{row.name} is known as {alias} already.")
            await people.claim_for_good(entry, alias, by=player_id)
            await people.respell(entry, row, alias)
            return f"added alias {alias} of {row.name}"

        return await self._change(actor, player_id, "alias", act)

    async def remove_alias(self, actor: Actor, player_id: PlayerId, alias: str) -> Player:
        async def act(entry: Entry, row: PlayerRow) -> str:
            if fold(alias) == fold(row.name):
                raise BadInput(f"{row.name} is the name itself; rename the player instead.")
            if fold(alias) not in {fold(name) for name in row.aliases}:
                raise NotFound(f"{row.name} has no such alias.", suggestions=row.aliases[:5])
            await players.remove_spelling(entry.db, server_id=row.server_id, folded=fold(alias))
            return f"removed alias {tidy(alias)} of {row.name}"

        return await self._change(actor, player_id, "alias", act)

    async def _change(
        self, actor: Actor, player_id: PlayerId, verb: str, act: Callable[[Entry, PlayerRow], Awaitable[str]]
    ) -> Player:
        """One logged change of one player; `act` says what it did."""
        async with self._records.change(actor.server_id) as db:
            row = await people.on_roster(db, actor.server_id, player_id)
            entry = Entry(db, actor, self._now())
            await entry.touch(PLAYER, player_id)
            text = await act(entry, row)
            await entry.write(verb, PLAYER, player_id, text)
            return people.player_of(await people.on_roster(db, actor.server_id, player_id))
