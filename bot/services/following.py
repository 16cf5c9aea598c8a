"""What other processes change is dropped from the caches of this one: within moments, not when it grows old."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from db.beside import beside
from db.listening import listen

if TYPE_CHECKING:
    from bot.services.records import Records


class FollowService:
    def __init__(self, records: Records) -> None:
        self._records = records

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Hear what others change, for as long as this is open. A lost connection drops everything, and so does its
        coming back."""
        records = self._records
        listening = listen(records.database, records.heard, records.cache.drop_all)
        async with beside(listening, name="changes of other processes"):
            yield
