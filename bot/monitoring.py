"""What a monitoring system asks the process, on a loopback port: `/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client.aiohttp import make_aiohttp_handler

from bot.health import Health

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"  # the figures are for the machine's own monitoring, not for the network


@asynccontextmanager
async def monitored(health: Health, port: int | None) -> AsyncIterator[int | None]:
    """Answers on the port while this is open; 0 takes a free one, None answers nowhere. Gives the port. Raises OSError
    where it is taken."""
    if port is None:
        yield None
        return
    runner = web.AppRunner(_application(health), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        taken: int = runner.addresses[0][1]
        logger.info("monitoring at http://%s:%d/metrics, /healthz and /readyz", LOOPBACK, taken)
        yield taken
    finally:
        await runner.cleanup()


def _application(health: Health) -> web.Application:
    async def lives(_: web.Request) -> web.Response:
        return web.json_response({"alive": True, "since": health.since.isoformat(timespec="seconds")})

    async def ready(_: web.Request) -> web.Response:
        parts = await health.parts()
        well = all(part.ok for part in parts)
        told = {part.name: {"ok": part.ok, "text": part.text} for part in parts}
        return web.json_response({"ready": well, "parts": told}, status=200 if well else 503)

    application = web.Application()
    application.router.add_get("/healthz", lives)
    application.router.add_get("/readyz", ready)
    application.router.add_get("/metrics", make_aiohttp_handler(health.metrics.registry))
    return application
