"""The bot as `main.py run` starts it, but with the reader of `numbered_wars`, which is quick where a picture is tiny.

usage: python -m benchmarks.bot_process    (settings as ever, from the environment)

Everything else is the real thing: settings, database, reading processes, client, an orderly end on SIGTERM.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from pathlib import Path

from benchmarks.loop_delays import Blame, note_delays
from benchmarks.numbered_wars import read
from bot import startup
from bot.discord_run import run_on_discord
from bot.logs import set_up_logging
from bot.settings import load_settings
from ocr.pool import NICENESS, ReaderPool, warm_reader


async def main() -> None:
    settings = load_settings(env_file=None)
    set_up_logging(settings)
    warm = (
        warm_reader if os.environ.get("WARM_READERS") else None
    )  # models take two seconds, which most runs never need
    niceness = int(os.environ.get("READER_NICENESS") or NICENESS)
    startup.ReaderPool = functools.partial(  # type: ignore[assignment,misc]
        ReaderPool, reader=read, warm_up=warm, niceness=niceness
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    delays, blamed = os.environ.get("LOOP_DELAYS"), os.environ.get("LOOP_BLAME")
    noting = asyncio.create_task(note_delays(Path(delays))) if delays else None
    blame = Blame()
    if blamed:
        blame.start()
    try:
        await run_on_discord(settings, stop)
    finally:
        if noting is not None:
            noting.cancel()
        if blamed:
            blame.write(Path(blamed))


if __name__ == "__main__":
    asyncio.run(main())
