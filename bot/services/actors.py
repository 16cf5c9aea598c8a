"""Who does something, where: the first argument of every use case that changes anything."""

from __future__ import annotations

from dataclasses import dataclass

from mkw.ids import ServerId, UserId


@dataclass(frozen=True, slots=True)
class Actor:
    server_id: ServerId
    user_id: UserId
    name: str  # for the log of changes, as shown on the server
