"""`/readyz` of the real server while a part of the bot is really gone."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Any

import aiohttp

from bot.health import Health
from bot.metrics import Metrics
from bot.monitoring import LOOPBACK, monitored
from db.pool import Database
from ocr.pool import ReaderPool
from ocr.reading import Reading
from tests.faults.test_database_away import PostgresServer, database, server, start, stop

__all__ = ["database", "server"]  # fixtures


class ReadyClient:
    """A Discord that is there: what is gone here is something else."""

    connected = True
    latency = 0.05

    def is_ready(self) -> bool:
        return True


def read(data: bytes) -> Reading:
    if data == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    return Reading.refused("nothing")


async def ask(port: int | None) -> tuple[int, dict[str, Any]]:
    url = f"http://{LOOPBACK}:{port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, json.loads(await answer.text())


async def until(wanted: int, port: int | None) -> dict[str, Any]:
    """What is told with the first answer of that status."""
    async with asyncio.timeout(20):
        while True:
            status, told = await ask(port)
            if status == wanted:
                return told
            await asyncio.sleep(0.1)


async def test_a_stopped_database_is_said_and_its_return_too(server: PostgresServer, database: Database) -> None:
    health = Health(database=database)
    health.client = ReadyClient()
    async with monitored(health, 0) as port:
        told = await until(200, port)
        assert told["parts"]["database"]["text"] == "answers; 0 of 10 connections in use"
        assert told["parts"]["discord"]["text"] == "connected, 50 ms away"
        await stop(server)
        status, told = await ask(port)
        assert (status, told["ready"]) == (503, False)
        assert told["parts"]["database"]["ok"] is False
        assert "cannot be reached" in told["parts"]["database"]["text"]
        assert told["parts"]["discord"]["ok"] is True
        await start(server)
        assert (await until(200, port))["parts"]["database"]["ok"] is True


async def test_reading_processes_that_died_are_said() -> None:
    async with ReaderPool(workers=1, reader=read, warm_up=None) as readers:
        health = Health(Metrics(), readers=readers)
        health.client = ReadyClient()
        async with monitored(health, 0) as port:
            told = await until(200, port)
            assert told["parts"]["readers"]["text"] == "1 of 1 reading processes live, 0 pictures wait"
            for process in readers._workers[0]._executor._processes.values():  # type: ignore[union-attr]
                process.kill()
            assert (await until(503, port))["parts"]["readers"]["ok"] is False
            await readers.read(b"the next picture starts a process anew")
            assert (await until(200, port))["parts"]["readers"]["ok"] is True


async def test_what_waits_for_a_process_is_counted() -> None:
    async with ReaderPool(workers=1, reader=read, warm_up=None) as readers:
        reading = [asyncio.create_task(readers.read(b"x")) for _ in range(4)]
        await asyncio.sleep(0)
        assert readers.waiting == 3
        await asyncio.gather(*reading)
        assert readers.waiting == 0
