"""How often heavy commands may be used: by one person, and on one server by everybody together.

Times are counted per minute, in the memory of the process: a restart begins anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import LRUCache
from discord.ext import commands

if TYPE_CHECKING:
    from bot.context import ClanContext

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Times a minute."""

    person: int
    server: int


class TooFast(commands.CheckFailure):
    """`str(error)` says which limit was reached and when it goes on."""


class Cooldowns:
    """`limits` are the operator's, by command, in place of what the commands say; None: no limit."""

    def __init__(self, limits: Mapping[str, Limit | None] | None = None) -> None:
        self._limits = limits or {}
        self._used: LRUCache[tuple[str, str, int], commands.Cooldown] = LRUCache(100_000)

    def of(self, command: str, limit: Limit) -> Limit | None:
        return self._limits.get(command, limit)

    def require(self, ctx: ClanContext, command: str, limit: Limit) -> None:
        """Count one use. Raises TooFast, which counts for nothing."""
        chosen = self.of(command, limit)
        if chosen is None:
            return
        now = ctx.message.created_at.timestamp()  # when it was asked, not when its turn came
        of_person = self._of((command, "person", ctx.author.id), chosen.person)
        of_server = self._of((command, "server", ctx.guild.id if ctx.guild is not None else 0), chosen.server)
        for used, whose, times in ((of_person, "each person", chosen.person), (of_server, "a server", chosen.server)):
            wait = used.get_retry_after(now)
            if wait:
                seconds = max(1, math.ceil(wait))
                raise TooFast(
                    f"That is a little fast: `{command}` works {_times(times)} a minute for {whose}. Try again in "
                    f"{'1 second' if seconds == 1 else f'{seconds} seconds'}."
                )
        of_person.update_rate_limit(now)
        of_server.update_rate_limit(now)

    def _of(self, key: tuple[str, str, int], times: int) -> commands.Cooldown:
        used = self._used.get(key)
        if used is None:
            used = self._used[key] = commands.Cooldown(times, MINUTE)
        return used


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
