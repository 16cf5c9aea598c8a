"""What processes of the bot may share, and a start finds again: bytes under keys that are never given other bytes.

Nothing depends on it: whatever it does not have, or has not in time, is read from PostgreSQL. No method raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cachetools import TTLCache

MOST_BYTES = 4 * 1024 * 1024  # of one entry; 256 wars, told race by race, are a hundredth of it
KEPT_SECONDS = 24 * 3_600.0


@dataclass(slots=True)
class Counts:
    """Since the process started; of entries, and `failures` of requests that were not answered."""

    hits: int = 0
    misses: int = 0
    kept: int = 0
    spoiled: int = 0
    failures: int = 0


class SharedCache(Protocol):
    counts: Counts

    @property
    def there(self) -> bool:
        """Whether asking has a point right now."""

    @property
    def state(self) -> str:
        """For people: how it stands."""

    async def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Of those that are there."""

    def keep(self, entries: Mapping[str, bytes]) -> None:
        """At some time, or not at all. Returns at once."""


class NoSharedCache:
    """Where none was asked for."""

    there = False
    state = "none"

    def __init__(self) -> None:
        self.counts = Counts()

    async def get(self, _keys: Sequence[str]) -> dict[str, bytes]:
        return {}

    def keep(self, entries: Mapping[str, bytes]) -> None:
        pass


class OwnMemory:
    """Shared by the services of one process alone."""

    there = True
    state = "in this process"

    def __init__(self, *, most: int = 64 * 1024 * 1024, seconds: float = KEPT_SECONDS) -> None:
        self._kept: TTLCache[str, bytes] = TTLCache(most, seconds, getsizeof=len)
        self.counts = Counts()

    async def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        found = {key: self._kept[key] for key in keys if key in self._kept}
        self.counts.hits += len(found)
        self.counts.misses += len(keys) - len(found)
        return found

    def keep(self, entries: Mapping[str, bytes]) -> None:
        for key, data in entries.items():
            if len(data) <= min(MOST_BYTES, self._kept.maxsize):
                self._kept[key] = data
                self.counts.kept += 1
