"""What is counted and timed while the bot runs, for Prometheus and for `health`.

The floors below know nothing of this: they call a function they were given, or are wrapped. Labels are words of the
code (commands, layouts, stages, kinds of errors), never ids, names or what somebody wrote, and there is a most of each.
Recording takes some microseconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter as Counts
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from db.beside import beside
from db.pool import StatementDone
from ocr.reading import Reading

OTHER = "other"
SAMPLED_EVERY = 0.05  # seconds; how late the event loop comes back is its delay
_SHORT = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
_DELAYS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)
_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

Read = Callable[[bytes], Awaitable[Reading]]


class Metrics:
    """One a process. Everything is in `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory and processor time
        every = self.registry
        self.commands = Counter("mkw_commands", "Commands, by how they ended", ["command", "outcome"], registry=every)
        self.command_seconds = Histogram(
            "mkw_command_seconds", "From the call to the end of a command", ["command"], buckets=_LONG, registry=every
        )
        self.readings = Counter("mkw_readings", "Pictures read", ["layout", "verdict"], registry=every)
        self.reading_seconds = Histogram(
            "mkw_reading_seconds",
            "Reading a picture, once a process took it",
            ["layout"],
            buckets=_LONG,
            registry=every,
        )
        self.wait_seconds = Histogram(
            "mkw_reading_wait_seconds", "A picture waiting for its turn to be read", buckets=_LONG, registry=every
        )
        self.stage_seconds = Histogram(
            "mkw_reading_stage_seconds", "One stage of reading a picture", ["stage"], buckets=_LONG, registry=every
        )
        self.query_seconds = Histogram(
            "mkw_query_seconds", "Statements of the database", buckets=_SHORT, registry=every
        )
        self.slow_queries = Counter("mkw_slow_queries", "Statements over SLOW_QUERY_SECONDS", registry=every)
        self.failed_queries = Counter("mkw_failed_queries", "Statements that failed", registry=every)
        self.loop_delay = Histogram(
            "mkw_event_loop_delay_seconds", "How late the event loop came back", buckets=_DELAYS, registry=every
        )
        self.requests = Counter("mkw_discord_requests", "Requests to Discord, by status", ["status"], registry=every)
        self.request_seconds = Histogram(
            "mkw_discord_request_seconds", "Requests to Discord", buckets=_LONG, registry=every
        )
        self.errors = Counter("mkw_errors", "What was logged as an error, by kind", ["kind"], registry=every)
        self._commands_known = _Words(200)
        self._stages_known = _Words(40)
        self._kinds_known = _Words(60)

    def command_done(self, name: str, outcome: str, seconds: float) -> None:
        name = self._commands_known.of(name)
        self.commands.labels(name, outcome).inc()
        self.command_seconds.labels(name).observe(seconds)

    def statement_done(self, done: StatementDone) -> None:
        self.query_seconds.observe(done.seconds)
        if done.slow:
            self.slow_queries.inc()
        if done.failed:
            self.failed_queries.inc()

    def timed(self, read: Read) -> Read:
        """The same reader; what it reads is counted."""

        async def timed_read(data: bytes) -> Reading:
            try:
                reading = await read(data)
            except Exception:
                self.readings.labels("unknown", "failed").inc()
                raise
            self._reading_done(reading)
            return reading

        return timed_read

    def _reading_done(self, reading: Reading) -> None:
        self.readings.labels(reading.layout.value, reading.status.value).inc()
        self.reading_seconds.labels(reading.layout.value).observe(reading.seconds)
        for stage, took in reading.stages:
            self.stage_seconds.labels(self._stages_known.of(stage)).observe(took)

    @asynccontextmanager
    async def sampling_the_loop(self) -> AsyncIterator[None]:
        """Looks how late the event loop is, for as long as this is open."""
        async with beside(self._sample(), name="event loop delay"):
            yield

    async def _sample(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(SAMPLED_EVERY)
            self.loop_delay.observe(max(0.0, time.monotonic() - began - SAMPLED_EVERY))

    @contextmanager
    def counting_errors(self) -> Iterator[None]:
        """Counts what anybody logs as an error, for as long as this is open."""
        handler = _ErrorCounter(lambda kind: self.errors.labels(self._kinds_known.of(kind)).inc())
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)

    def http_trace(self) -> aiohttp.TraceConfig:
        """For the client's own session: every request it makes is timed."""

        async def start(_: Any, context: Any, __: Any) -> None:
            context.began = time.monotonic()

        async def end(_: Any, context: Any, told: aiohttp.TraceRequestEndParams) -> None:
            self._request_done(str(told.response.status), context.began)

        async def fail(_: Any, context: Any, __: Any) -> None:
            self._request_done("none", context.began)

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(start)
        trace.on_request_end.append(end)
        trace.on_request_exception.append(fail)
        return trace

    def _request_done(self, status: str, began: float) -> None:
        self.requests.labels(status).inc()
        self.request_seconds.observe(time.monotonic() - began)

    def watch(self, state: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        """`state` says how things stand whenever somebody asks: what each is, and its value, by name."""
        self.registry.register(_State(state))


def count(counter: Counter, **labels: str) -> int:
    """Of all label values together, but for those that are given."""
    return sum(
        int(sample.value)
        for sample in _samples(counter, "_total")
        if all(sample.labels.get(name) == value for name, value in labels.items())
    )


def counts_by(counter: Counter, label: str) -> Counts[str]:
    found: Counts[str] = Counts()
    for sample in _samples(counter, "_total"):
        found[sample.labels[label]] += int(sample.value)
    return found


def within(histogram: Histogram, share: float) -> float | None:
    """The bucket's upper bound, in seconds, under which at least `share` (0..1) of all lie; infinite where that is the
    last one, None where there is nothing yet."""
    buckets: Counts[float] = Counts()
    for sample in _samples(histogram, "_bucket"):
        buckets[float(sample.labels["le"])] += int(sample.value)
    every = buckets[float("inf")]
    return min((bound for bound, number in buckets.items() if number >= share * every), default=None) if every else None


def _samples(metric: Counter | Histogram, ending: str) -> list[Any]:
    return [sample for family in metric.collect() for sample in family.samples if sample.name.endswith(ending)]


class _Words:
    """The first `most` words it is asked for; every other one is `other`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, word: str) -> str:
        if word not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(word)
        return word


class _ErrorCounter(logging.Handler):
    def __init__(self, counted: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._counted = counted

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._counted("message" if error is None else type(error).__name__)


class _State(Collector):
    def __init__(self, state: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        self._state = state

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, (what, value) in self._state().items():
            yield GaugeMetricFamily(name, what, value=value)
