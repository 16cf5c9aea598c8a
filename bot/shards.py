"""Whose a server is, where a bot is several processes: Discord deals servers out to shards by their id."""

from __future__ import annotations

from dataclasses import dataclass

from mkw.ids import ServerId


@dataclass(frozen=True, slots=True)
class Shards:
    """`ids` of all `count` (0 to count - 1) are this process's. Raises ValueError where they cannot be."""

    ids: tuple[int, ...]
    count: int

    def __post_init__(self) -> None:
        if not self.ids or not all(0 <= one < self.count for one in self.ids) or len(set(self.ids)) != len(self.ids):
            raise ValueError(f"shards go from 0 to {self.count - 1} with SHARD_COUNT={self.count}, each once")

    def have(self, server_id: ServerId) -> bool:
        return (server_id >> 22) % self.count in self.ids

    @property
    def are_first(self) -> bool:
        """Of all processes, the one that does what is to be done once; direct messages come to it as well."""
        return 0 in self.ids


ALONE = Shards((0,), 1)
