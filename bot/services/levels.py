"""The levels of rights on a server, each with all that those below it may do."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    EVERYONE = 0
    TRUSTED = 1  # a linked player who has not left, or a role
    MODERATOR = 2  # a role
    ADMIN = 3  # Administrator or Manage Server of Discord, or a role
    OWNER = 4  # of the server on Discord

    def __str__(self) -> str:
        return self.name.lower()


# What a role can give.
OF_ROLES = (Level.TRUSTED, Level.MODERATOR, Level.ADMIN)
# What telling a live war may need.
OF_TELLERS = (Level.EVERYONE, Level.TRUSTED, Level.MODERATOR)


def level_called(name: str) -> Level:
    """Raises KeyError."""
    return Level[name.upper()]
