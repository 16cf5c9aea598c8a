"""Whose picture is read next: the servers by turns, and a person who waits goes before a bulk scan."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from mkw.ids import ServerId, UploadId

MANY = 1_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    upload_id: UploadId
    turn: asyncio.Future[None]


class ReadingOrder:
    """`side_by_side` pictures have their turn at a time. Of the servers that wait, the one whose last turn is longest
    ago is next: however many pictures one server sends, another's single one waits only for those under way. Those of
    bulk scans (`later`) have their turn one at a time, in the order asked for, and only while nobody else wants one:
    whoever comes meanwhile waits for one picture at most.

    `waited` hears how many seconds somebody waited. `later_is_ordered`: whoever reads sees to bulk scans coming last,
    and theirs is always their turn.
    """

    def __init__(
        self,
        side_by_side: int = MANY,
        *,
        waited: Callable[[float], None] | None = None,
        later_is_ordered: bool = False,
    ) -> None:
        self._side_by_side = self._free = side_by_side
        self._waited = waited
        self._later_is_ordered = later_is_ordered
        self._queues: dict[ServerId, deque[_Waiting]] = {}  # none is empty
        self._turns = 0
        self._last_turn: dict[ServerId, int] = {}
        self._newcomers = itertools.count(-(2**62))  # who never had a turn: in the order they came
        self._wanted = 0  # turns wanted or had by people who wait
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()
        self._one_at_a_time = asyncio.Lock()

    def allow(self, side_by_side: int) -> None:
        """From now on so many have their turn at a time; those under way keep it."""
        self._free += side_by_side - self._side_by_side
        self._side_by_side = side_by_side
        self._call_next()

    @property
    def is_full(self) -> bool:
        """Whoever comes now has to wait."""
        return self._free <= 0

    @property
    def waiting(self) -> int:
        """Pictures whose turn has not come, those of bulk scans left out."""
        return sum(len(queue) for queue in self._queues.values())

    def place_of(self, server_id: ServerId, upload_id: UploadId) -> int | None:
        """How many turns there are until its own, with its own, as things stand: 1 is the next. None where it does not
        wait."""
        queue = self._queues.get(server_id, ())
        ahead = next((place for place, one in enumerate(queue) if one.upload_id == upload_id), None)
        if ahead is None:
            return None
        others = (
            min(len(other), ahead + (self._rank(other_id) < self._rank(server_id)))
            for other_id, other in self._queues.items()
            if other_id != server_id
        )
        return 1 + ahead + sum(others)

    @contextlib.asynccontextmanager
    async def turn(self, server_id: ServerId, upload_id: UploadId, *, later: bool = False) -> AsyncIterator[None]:
        began = time.monotonic()
        if later and self._later_is_ordered:
            yield
            return
        if later:
            async with self._one_at_a_time:
                while self._wanted:  # somebody may come between the event and here
                    await self._nobody_waits.wait()
                self._free -= 1
                try:
                    yield
                finally:
                    self._give_back()
            return
        self._wanted += 1
        self._nobody_waits.clear()
        try:
            await self._come(server_id, upload_id)
            if self._waited is not None:
                self._waited(time.monotonic() - began)
            try:
                yield
            finally:
                self._give_back()
        finally:
            self._wanted -= 1
            if not self._wanted:
                self._nobody_waits.set()

    async def _come(self, server_id: ServerId, upload_id: UploadId) -> None:
        if not self.is_full:  # then nobody waits
            self._take(server_id)
            return
        waiting = _Waiting(upload_id, asyncio.get_running_loop().create_future())
        self._queues.setdefault(server_id, deque()).append(waiting)
        self._last_turn.setdefault(server_id, next(self._newcomers))
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting.turn.done() and not waiting.turn.cancelled():
                self._give_back()  # it came, and nobody is there any more
            else:
                with contextlib.suppress(KeyError, ValueError):  # it may be out already
                    self._queues[server_id].remove(waiting)
                self._forget_empty(server_id)
            raise

    def _take(self, server_id: ServerId) -> None:
        self._free -= 1
        self._turns += 1
        self._last_turn[server_id] = self._turns

    def _give_back(self) -> None:
        self._free += 1
        self._call_next()

    def _call_next(self) -> None:
        while self._queues and not self.is_full:
            server_id = min(self._queues, key=self._rank)
            waiting = self._queues[server_id].popleft()
            self._forget_empty(server_id)
            if not waiting.turn.done():
                self._take(server_id)
                waiting.turn.set_result(None)

    def _rank(self, server_id: ServerId) -> int:
        return self._last_turn[server_id]

    def _forget_empty(self, server_id: ServerId) -> None:
        if not self._queues.get(server_id):
            self._queues.pop(server_id, None)
