"""The clan's players and the names they are read as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.services.actors import Actor
from mkw.ids import PlayerId, ServerId, UserId


class PlayerStatus(StrEnum):
    MEMBER = "member"
    TRIAL = "trial"
    ALLY = "ally"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Player:
    server_id: ServerId
    player_id: PlayerId
    name: str
    status: PlayerStatus
    aliases: tuple[str, ...] = ()
    discord_user_id: UserId | None = None
    country: str | None = None  # ISO 3166 alpha-2


class RosterService:
    async def players(self, server_id: ServerId) -> tuple[Player, ...]:
        """Everybody who is not removed, by name. Cached."""
        raise NotImplementedError

    async def find(self, server_id: ServerId, text: str) -> Player:
        """By name or alias, any case, look-alikes folded. Raises NotFound with `suggestions` of close names."""
        raise NotImplementedError

    async def suggest(self, server_id: ServerId, text: str, *, limit: int = 25) -> tuple[Player, ...]:
        """For autocomplete: names and aliases that begin with, contain, or are close to the text."""
        raise NotImplementedError

    async def add(self, actor: Actor, name: str, *, status: PlayerStatus = PlayerStatus.MEMBER) -> Player:
        """Raises AlreadyExists for a name or alias that folds the same; BadInput for an empty or over-long one (60)."""
        raise NotImplementedError

    async def remove(self, actor: Actor, player_id: PlayerId) -> Player:
        """Off the roster; their lines in wars stay. Can be undone."""
        raise NotImplementedError

    async def rename(self, actor: Actor, player_id: PlayerId, name: str) -> Player:
        """The old name becomes an alias."""
        raise NotImplementedError

    async def set_status(self, actor: Actor, player_id: PlayerId, status: PlayerStatus) -> Player:
        raise NotImplementedError

    async def add_alias(self, actor: Actor, player_id: PlayerId, alias: str) -> Player:
        raise NotImplementedError

    async def remove_alias(self, actor: Actor, player_id: PlayerId, alias: str) -> Player:
        raise NotImplementedError
