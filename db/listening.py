"""News between processes on one database: what a transaction tells is heard by the others once it is committed.

PostgreSQL's LISTEN and NOTIFY. A connection of its own listens, for as long as the process runs; a pooler that hands a
connection to another client after every transaction does not pass news on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from db.pool import DB_DOWN

if TYPE_CHECKING:
    from db.executor import Executor
    from db.pool import Database

log = logging.getLogger(__name__)
CHANNEL = "mkw_changes"
LOOKED_AFTER = 30.0  # seconds of silence, after which the connection must answer
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts to connect


async def tell(db: Executor, news: str) -> None:
    """At most 8,000 bytes. Heard when the transaction is committed, and not at all where it is rolled back."""
    await db.execute("select pg_notify($1, $2)", CHANNEL, news)


async def listen(
    database: Database, heard: Callable[[str], None], missed: Callable[[], None], *, channel: str = CHANNEL
) -> None:
    """Until cancelled. `missed` is called whenever some news may not have been heard: when listening begins, and when
    the connection is lost. Neither may block."""
    attempt = 0
    while True:
        try:
            await _until_lost(database, heard, missed, channel)
            attempt = 0
        except DB_DOWN as error:
            log.warning("not listening to other processes (%s); trying again", type(error).__name__)
        missed()
        await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        attempt += 1


async def _until_lost(
    database: Database, heard: Callable[[str], None], missed: Callable[[], None], channel: str
) -> None:
    """Raises DB_DOWN where it cannot connect, or the connection does not answer."""
    connection = await database.connect_apart()
    lost = asyncio.Event()

    def pass_on(_: Any, _pid: int, _channel: str, news: object) -> None:
        heard(str(news))

    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, pass_on)
        missed()
        while not lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), LOOKED_AFTER)
                return
            await connection.fetchval("select 1", timeout=5.0)
    finally:
        connection.terminate()
