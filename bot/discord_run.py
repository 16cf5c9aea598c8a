"""The bot on the real Discord, from login to an orderly end."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Literal

from bot import interpreter
from bot.client import BotOptions, create_bot, point_client_at
from bot.settings import Settings
from bot.startup import open_house

log = logging.getLogger(__name__)


async def run_on_discord(settings: Settings, stop: asyncio.Event) -> None:
    """Run until `stop` is set or Discord refuses for good (then what it raised is raised)."""
    if settings.discord_token is None:
        raise ValueError("DISCORD_TOKEN is not set")
    interpreter.share_fairly()
    point_client_at(api_url=settings.discord_api_url, gateway_url=settings.discord_gateway_url)
    # Commands need no reading process, and pictures wait for one: only a start that fails is waited for.
    async with open_house(settings, wait_for_readers=False) as house:
        bot = create_bot(house.services, bot_options(settings), house.health)
        bot.add_listener(_settle, "on_ready")
        log.info("the database is ready; logging in")
        running = asyncio.create_task(bot.start(settings.discord_token), name="discord")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            await _until_over(running, stopping, house.warm)
        finally:
            stopping.cancel()
            await bot.close()
        await running  # raises what Discord said, if it was Discord that ended it


async def _until_over(
    running: asyncio.Task[None], stopping: asyncio.Task[Literal[True]], warm: asyncio.Future[None]
) -> None:
    """Raises ReaderFailed where the reading processes do not come up."""
    await asyncio.wait((running, stopping, warm), return_when=asyncio.FIRST_COMPLETED)
    if warm.done():
        warm.result()
        log.info("the reading processes are warm")
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)


async def _settle() -> None:
    """Servers, channels and people are there: all of them anew after a session that was lost."""
    interpreter.settle()


def bot_options(settings: Settings) -> BotOptions:
    return BotOptions(
        data_dir=settings.data_dir,
        default_prefix=settings.command_prefix,
        max_upload_bytes=settings.max_upload_mb * 1024 * 1024,
        members_intent=settings.members_intent,
        shutdown_seconds=settings.shutdown_seconds,
        cooldowns=settings.cooldowns,
        slow_command_seconds=settings.slow_command_seconds,
        backup_every=None if settings.backup_every_hours is None else timedelta(hours=settings.backup_every_hours),
        backup_keep=settings.backup_keep,
        backup_dir=settings.backups,
        shards=settings.shards,
    )
