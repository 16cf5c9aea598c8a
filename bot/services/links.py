"""Who of Discord is who of the roster, and what their roles say about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import PLAYER, Entry
from bot.services.errors import AlreadyExists, Conflict, NotFound
from bot.services.player import Player, PlayerStatus
from bot.services.settings import load_settings
from bot.services.texts import listed
from db import players
from mkw.ids import PlayerId, RoleId, ServerId, UserId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.players import PlayerRow

Roles = frozenset[RoleId]


@dataclass(frozen=True, slots=True)
class Linked:
    player: Player
    before: Player | None  # who of the roster that user was until now
    user_before: UserId | None  # who of Discord the player was until now


@dataclass(frozen=True, slots=True)
class Stepped:
    """Somebody whose roles say another status than they had."""

    player: Player
    before: PlayerStatus


class LinkService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def claim(self, actor: Actor, player_id: PlayerId) -> Linked | None:
        """The actor says that they are the player. Done at once where the player and the actor are free and the
        server's settings allow it; None: a moderator has to say so. Raises AlreadyExists where they are already, and
        Conflict where the player is somebody else."""
        row = await self._records.read(lambda db: people.on_roster(db, actor.server_id, player_id))
        _must_be_free(row, actor.user_id)
        settings = await self._records.read(lambda db: load_settings(db, actor.server_id))
        if not settings.self_link or actor.user_id in await self.linked(actor.server_id):
            return None
        return await self.link(actor, player_id, actor.user_id, free_only=True)

    async def link(
        self, actor: Actor, player_id: PlayerId, user_id: UserId, *, free_only: bool = False
    ) -> Linked:  # fmt: skip
        """The player is that user. Whoever was linked to the user before is not any more: a user is one player.
        Raises AlreadyExists where nothing would change; with `free_only` Conflict where the player is somebody."""
        async with self._records.change(actor.server_id) as db:
            row = await people.on_roster(db, actor.server_id, player_id)
            if row.discord_user_id == user_id:
                raise AlreadyExists(f"{row.name} is linked to that user already.")
            if free_only:
                _must_be_free(row, user_id)
            before = await players.by_discord_user(db, server_id=actor.server_id, user_id=user_id)
            entry = Entry(db, actor, self._now())
            await entry.touch(PLAYER, player_id)
            if before is not None:
                await entry.touch(PLAYER, before.player_id)
                await people.put(entry, before, discord_user_id=None)
            after = await people.put(entry, row, discord_user_id=user_id)
            instead = "" if before is None else f" instead of {before.name}"
            await entry.write("link", PLAYER, player_id, f"linked {row.name} to user {user_id}{instead}")
            return Linked(
                people.player_of(after), None if before is None else people.player_of(before), row.discord_user_id
            )

    async def unlink(self, actor: Actor, player_id: PlayerId) -> Player:
        """Raises NotFound where they are linked to nobody."""
        async with self._records.change(actor.server_id) as db:
            row = await people.on_roster(db, actor.server_id, player_id)
            if row.discord_user_id is None:
                raise NotFound(f"{row.name} is linked to nobody.")
            entry = Entry(db, actor, self._now())
            await entry.touch(PLAYER, player_id)
            after = await people.put(entry, row, discord_user_id=None)
            await entry.write("unlink", PLAYER, player_id, f"unlinked {row.name} from user {row.discord_user_id}")
            return people.player_of(after)

    async def linked(self, server_id: ServerId) -> dict[UserId, Player]:
        """Everybody on the roster whose Discord user is known."""
        rows = await self._records.cached(server_id, "players", lambda db: people.everybody(db, server_id))
        return {player.discord_user_id: player for player in rows if player.discord_user_id is not None}

    async def keep_in_step(self, actor: Actor, worn: Mapping[UserId, Roles]) -> tuple[Stepped, ...]:
        """Give linked players the status their roles say; `worn` has the roles of some users (none for who left the
        server). One change for all of them; nothing is written where all are in step."""
        async with self._records.change(actor.server_id, drops=True) as db:
            mapped = (await load_settings(db, actor.server_id)).status_roles
            entry = Entry(db, actor, self._now())
            stepped = []
            for row in await players.everybody(db, server_id=actor.server_id) if mapped else ():
                roles = None if row.discord_user_id is None else worn.get(row.discord_user_id)
                if roles is None:
                    continue
                before = PlayerStatus(row.status)
                status = status_said(mapped, roles, before)
                if status is not before:
                    await entry.touch(PLAYER, row.player_id)
                    after = await people.put(entry, row, status=status.value)
                    stepped.append(Stepped(people.player_of(after), before))
            if stepped:
                said = listed(
                    [f"{one.player.name} {one.player.status.value} (was {one.before.value})" for one in stepped]
                )
                await entry.write("status", PLAYER, stepped[0].player.player_id, f"by their roles: made {said}")
            return tuple(stepped)


def _must_be_free(row: PlayerRow, user_id: UserId) -> None:
    if row.discord_user_id == user_id:
        raise AlreadyExists(f"{row.name} is linked to that user already.")
    if row.discord_user_id is not None:
        raise Conflict(f"{row.name} is linked to somebody else; only a moderator can change that, with `link`.")


def status_said(mapped: Iterable[tuple[RoleId, PlayerStatus]], worn: Roles, before: PlayerStatus) -> PlayerStatus:
    """The first of member, trial, ally, former that a worn role says. Who wears none of them is a former player where
    the status they have is one that roles say, and stays what they are where no role speaks of it."""
    said = {status for role_id, status in mapped if role_id in worn}
    for status in PlayerStatus:
        if status in said:
            return status
    spoken_of = {status for _, status in mapped}
    return PlayerStatus.FORMER if before in spoken_of else before
