"""A process with a reading process of its own, to be killed: prints the id of the reading process and waits."""

from __future__ import annotations

import asyncio

from ocr.pool import ReaderPool
from tests.ocr import stand_ins


async def main() -> None:
    async with ReaderPool(reader=stand_ins.worker_pid, warm_up=None) as readers:
        print((await readers.read(b"x")).reason, flush=True)  # noqa: T201  (the parent reads it)
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main())
