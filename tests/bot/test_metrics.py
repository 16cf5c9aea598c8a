"""What is counted, and that labels stay few and say nothing about anybody."""

from __future__ import annotations

import asyncio
import logging
import time

import aiohttp
import asyncpg
import pytest
from prometheus_client import generate_latest

from bot.health import Health
from bot.metrics import OTHER, Metrics, count, counts_by, within
from bot.monitoring import LOOPBACK, monitored
from db.pool import Database, PoolOptions, StatementDone, connect, statement_id
from ocr.pool import ReaderFailed
from ocr.reading import Layout, Reading, Status
from tests.database import TestServer


def exposed(metrics: Metrics) -> str:
    return generate_latest(metrics.registry).decode()


async def ask(port: int, path: str) -> tuple[int, str]:
    url = f"http://{LOOPBACK}:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


def test_commands_are_counted_by_name_and_outcome() -> None:
    metrics = Metrics()
    for outcome in ("done", "done", "mistake"):
        metrics.command_done("war edit", outcome, 0.2)
    assert 'mkw_commands_total{command="war edit",outcome="done"} 2.0' in exposed(metrics)
    assert count(metrics.commands, outcome="mistake") == 1
    assert count(metrics.commands) == 3
    assert within(metrics.command_seconds, 0.95) == 0.25


def test_there_is_a_most_of_every_label() -> None:
    metrics = Metrics()
    for number in range(1_000):
        metrics.command_done(f"command {number}", "done", 0.0)
    names = counts_by(metrics.commands, "command")
    assert len(names) == 201
    assert names[OTHER] == 800


async def test_readings_are_counted_by_layout_verdict_and_stage() -> None:
    metrics = Metrics()
    good = Reading(Status.PROVEN, Layout.TABLE, seconds=0.3, stages=(("find", 0.1), ("cells", 0.2)))

    async def read(data: bytes) -> Reading:
        if not data:
            raise ReaderFailed("no")
        return good

    timed = metrics.timed(read)
    assert await timed(b"x") is good
    with pytest.raises(ReaderFailed):
        await timed(b"")
    text = exposed(metrics)
    assert 'mkw_readings_total{layout="table",verdict="proven"} 1.0' in text
    assert 'mkw_readings_total{layout="unknown",verdict="failed"} 1.0' in text
    assert 'mkw_reading_stage_seconds_sum{stage="cells"} 0.2' in text


def test_nothing_yet_is_no_figure() -> None:
    assert within(Metrics().query_seconds, 0.95) is None


async def test_a_loop_that_is_held_up_is_seen() -> None:
    metrics = Metrics()
    async with metrics.sampling_the_loop():
        await asyncio.sleep(0)
        time.sleep(0.6)  # noqa: ASYNC251 - what is measured
        await asyncio.sleep(0.05)
    late = within(metrics.loop_delay, 1.0)
    assert late is not None
    assert late >= 0.25


def test_errors_are_counted_by_kind_wherever_they_are_logged() -> None:
    metrics = Metrics()
    with metrics.counting_errors():
        logging.getLogger("anywhere").error("failed", exc_info=ZeroDivisionError())
        logging.getLogger("anywhere").error("failed")
        logging.getLogger("anywhere").warning("not counted", exc_info=ValueError())
    assert counts_by(metrics.errors, "kind") == {"ZeroDivisionError": 1, "message": 1}


async def test_slow_and_failed_statements_are_seen_without_what_they_are_about(
    database: Database, test_server: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.acquire() as connection:
        url = test_server.url_of(await connection.fetchval("select current_database()"))
    seen: list[StatementDone] = []
    slow = "select pg_sleep($1::float8), $2::text as secret_column"
    async with await connect(url, PoolOptions(slow_seconds=0.2), watch=seen.append) as watched:
        for _ in range(2):  # the connection goes back and comes again
            async with watched.acquire() as connection:
                await connection.fetch(slow, 0.3, "a player's name")
                with pytest.raises(asyncpg.DivisionByZeroError):
                    await connection.fetch("select 1 / 0")
        use = watched.use
        await asyncio.sleep(0)
    assert [done.slow for done in seen if done.slow] == [True, True]
    assert sum(done.failed for done in seen) == 2
    assert (use.busy, use.most) == (0, 10)
    assert f"slow statement {statement_id(slow)}: 0.3" in caplog.text
    assert "a player's name" not in caplog.text


async def test_a_port_answers_as_long_as_it_is_asked_to() -> None:
    health = Health()
    async with monitored(health, 0) as port:
        assert port is not None
        status, text = await ask(port, "/healthz")
        assert (status, '"alive": true' in text) == (200, True)
        status, text = await ask(port, "/readyz")
        assert status == 503
        assert "not logged in yet" in text
        health.metrics.command_done("stats", "done", 0.1)
        status, text = await ask(port, "/metrics")
        assert status == 200
        assert 'mkw_commands_total{command="stats",outcome="done"} 1.0' in text
        assert (await ask(port, "/"))[0] == 404
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(port, "/healthz")


async def test_requests_to_discord_are_counted_by_status() -> None:
    metrics = Metrics()
    async with (
        monitored(Health(), 0) as port,
        aiohttp.ClientSession(trace_configs=[metrics.http_trace()]) as session,
    ):
        for path in ("/healthz", "/webhooks/1/an-interactions-token"):
            async with session.get(f"http://{LOOPBACK}:{port}{path}"):
                pass
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://{LOOPBACK}:9/")
    assert counts_by(metrics.requests, "status") == {"200": 1, "404": 1, "none": 1}
    assert within(metrics.request_seconds, 1.0) is not None
    assert "token" not in exposed(metrics)


async def test_without_a_port_nothing_answers() -> None:
    async with monitored(Health(), None) as port:
        assert port is None
