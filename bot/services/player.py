"""A player as everybody above the records sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mkw.ids import PlayerId, ServerId, TeamId, UserId


class PlayerStatus(StrEnum):
    MEMBER = "member"
    TRIAL = "trial"
    ALLY = "ally"
    FORMER = "former"

    @classmethod
    def _missing_(cls, value: object) -> PlayerStatus | None:
        """Phones write capital letters."""
        text = str(value).casefold()
        return next((status for status in cls if status.value == text), None)


@dataclass(frozen=True, slots=True)
class Player:
    server_id: ServerId
    player_id: PlayerId
    name: str
    status: PlayerStatus
    aliases: tuple[str, ...] = ()
    discord_user_id: UserId | None = None
    country: str | None = None  # ISO 3166 alpha-2
    team_id: TeamId | None = None
    removed: bool = False  # off the roster; their wars stay
