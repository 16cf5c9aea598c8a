"""Reading on other machines: the bot's side. The same `read` as the reading processes of its own have.

Nothing is held while a reading is waited for but one connection for all of them, which listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Self, TypeVar

import asyncpg

from bot.services.errors import RecordsAway
from bot.services.records import Records
from db import reading_queue as queue
from db.beside import beside
from db.listening import listen
from ocr.pool import ReaderFailed
from ocr.reading import Reading

if TYPE_CHECKING:
    from db.pool import Connection, Database
    from db.reading_queue import Answer

log = logging.getLogger(__name__)
T = TypeVar("T")
_TIDY_EVERY = 20  # looks
KEPT_MINUTES = 10  # an answer, for a bot that was restarted meanwhile


class QueueReader:
    """`wait` is how long, in seconds, a database that is away is waited for before RecordsAway; `look_again`, after how
    many seconds without news the queue is looked at, and workers are counted: `counted` hears how many reading
    processes they have together. Use as `async with`."""

    def __init__(
        self,
        database: Database,
        *,
        wait: float = 45.0,
        look_again: float = 15.0,
        counted: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._records = Records(database)
        self._wait = wait
        self._look_again = look_again
        self._counted = counted
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._state = queue.QueueState(workers=0, processes=0, waiting=0)
        self._beside = AsyncExitStack()

    @property
    def size(self) -> int:
        """Reading processes of all workers, as they were counted last."""
        return self._state.processes

    @property
    def alive(self) -> int:
        return self._state.processes  # a worker's own processes are its own to mend

    @property
    def waiting(self) -> int:
        """Pictures that no worker has taken yet, of all bots on this database."""
        return self._state.waiting

    async def read(self, data: bytes) -> Reading:
        """Somebody waits for this picture. Raises ReaderFailed as `ReaderPool.read` does, or RecordsAway."""
        return await self._ask(data, queue.FIRST)

    async def read_later(self, data: bytes) -> Reading:
        """Once nobody waits for another one."""
        return await self._ask(data, queue.LATER)

    async def __aenter__(self) -> Self:
        await queue.prepare(self._database)
        await self._count()
        listening = listen(self._database, self._heard, self._missed, channel=queue.ANSWERS)
        await self._beside.enter_async_context(beside(listening, name="answers of workers"))
        await self._beside.enter_async_context(beside(self._look_after(), name="looking after the reading queue"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._beside.aclose()

    async def _ask(self, data: bytes, priority: int) -> Reading:
        sha256 = key_of(data)
        with self._hearing_of(sha256) as news:
            await self._patiently(lambda db: queue.forget_problem(db, sha256=sha256))
            while True:
                news.clear()
                answer = await self._patiently(lambda db: _answer_or_ask(db, sha256, data, priority))
                if answer is not None:
                    return _reading_of(answer)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), self._look_again)

    async def _patiently(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        return await self._records.patiently(lambda: self._records.read(work), self._wait)

    @contextmanager
    def _hearing_of(self, sha256: str) -> Iterator[asyncio.Event]:
        news = asyncio.Event()
        self._waiting[sha256].add(news)
        try:
            yield news
        finally:
            self._waiting[sha256].discard(news)
            if not self._waiting[sha256]:
                del self._waiting[sha256]

    def _heard(self, sha256: str) -> None:
        for news in self._waiting.get(sha256, ()):
            news.set()

    def _missed(self) -> None:
        for waiting in self._waiting.values():
            for news in waiting:
                news.set()

    async def _look_after(self) -> None:
        """Count workers, and forget old answers now and then."""
        for number in itertools.count(1):
            await asyncio.sleep(self._look_again)
            try:
                await self._count()
                if number % _TIDY_EVERY == 0:
                    await self._records.read(lambda db: queue.tidy(db, minutes=KEPT_MINUTES))
            except RecordsAway:
                continue  # whoever waits for a picture hears of it
            except asyncpg.PostgresError:
                log.exception("the reading queue could not be looked after")

    async def _count(self) -> None:
        self._state = await self._records.read(queue.state)
        self._counted(self._state.processes)
        if self._waiting and not self._state.workers:
            log.warning("%d pictures wait, and no worker is there (main.py worker)", len(self._waiting))


def key_of(picture: bytes) -> str:
    """By which the queue knows a picture: the same one is read once, however many wait for it."""
    return hashlib.sha256(picture).hexdigest()


async def _answer_or_ask(db: Connection, sha256: str, data: bytes, priority: int) -> Answer | None:
    """The queue may have lost it meanwhile: its tables are empty after a crash of the database."""
    answer = await queue.answer_to(db, sha256=sha256)
    if answer is None and not await queue.is_asked(db, sha256=sha256, priority=priority):
        await queue.put(db, sha256=sha256, picture=data, priority=priority)
    return answer


def _reading_of(answer: Answer) -> Reading:
    if answer.reading is None:
        raise ReaderFailed(answer.problem or "The picture could not be read.")
    try:
        return Reading.from_json(json.loads(answer.reading))
    except (KeyError, TypeError, ValueError) as error:
        raise ReaderFailed("The reading is of another version: workers and bot must be of the same one.") from error
