"""Another process on the same records: says what it knows of a server, and whenever that is something else.

usage: python -m tests.faults.follower DATABASE_URL DATA_DIR SERVER
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bot.services.house import Services, build_services
from db.pool import PoolOptions, connect
from mkw.ids import ServerId
from ocr.reading import Reading


async def read(_: bytes) -> Reading:
    raise AssertionError


async def known(services: Services, server_id: ServerId) -> dict[str, object]:
    """All of it out of the caches, where it is in them."""
    settings = await services.settings.get(server_id)
    players = await services.roster.players(server_id)
    team = await services.statistics.team(server_id)
    return {"prefix": settings.prefix, "players": sorted(one.name for one in players), "wars": team.wars}


async def main(url: str, data_dir: Path, server_id: ServerId) -> None:
    async with await connect(url, PoolOptions(application_name="follower")) as database:
        services = build_services(database, read, data_dir)
        async with services.follow.following():
            await asyncio.sleep(0.5)
            before: dict[str, object] = {}
            while True:
                now = await known(services, server_id)
                if now != before:
                    print(json.dumps({"at": time.time(), **now}), flush=True)  # noqa: T201  (the parent reads it)
                before = now
                await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), ServerId(int(sys.argv[3]))))
