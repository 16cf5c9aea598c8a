"""The bot in a simulated Discord, with a page to chat in: for whoever has no token.

SimCord runs the real discord.py machinery in this process and serves the page; everything below it (database, readers,
use cases, cogs) is what runs on Discord. A demo begins anew at every start and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import tempfile
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle

from bot.client import create_bot
from bot.discord_run import bot_options
from bot.rendering.samples import CLAN, PLAYERS, TAG, sample_race_list, sample_table
from bot.services.actors import Actor
from bot.services.house import Services
from bot.settings import Settings
from bot.startup import House, open_house
from mkw.ids import ChannelId, MessageId, ServerId, UserId

log = logging.getLogger(__name__)
# A slow machine reads a large picture for a while; the page waits for the answer that long.
PATIENCE_SECONDS = 120.0
WELCOME = (
    "This is the real bot in a simulated Discord. Type `/scan` and give it a picture of a war, press **Save** below "
    "the answer, then ask `!leaderboard`, `!form Comet`, `!graph difference` or `!help`. If your clan is a new one "
    "here, **Other side** and **Link player** make it known first. A war is told live "
    "too: `!war start CR NV`, then type `sgb 1 3 4 7 9 12` race by race."
)
HISTORY = (
    ("NV", 489, (101, 92, 88, 79, 71, 64)),
    ("KO", 471, (112, 87, 84, 90, 76, 64)),
    ("PX", 506, (85, 96, 79, 73, 80, 65)),
    ("NV", 462, (118, 99, 91, 82, 69, 63)),
    ("ZB", 492, (97, 90, 84, 85, 72, 64)),
    ("KO", 480, (93, 104, 82, 88, 75, 62)),
    ("LQ", 518, (90, 81, 88, 77, 66, 64)),
    ("PX", 455, (121, 102, 87, 86, 71, 62)),
)


async def run_demo(settings: Settings, stop: asyncio.Event, *, port: int | None, open_browser: bool) -> None:
    """Serve the page until `stop` is set or the page is closed."""
    with tempfile.TemporaryDirectory(prefix="mkw-clan-bot-demo-", ignore_cleanup_errors=True) as directory:
        # Never the operator's database: a demo writes invented wars.
        own = dataclasses.replace(settings, data_dir=Path(directory), database_url=None)
        print("Starting the demo: a database, the readers, a simulated Discord …", flush=True)  # noqa: T201
        # The page waits for every timer that ends within its patience, and a pool sets one to close what idles.
        async with open_house(own, idle_seconds=0) as house:
            await _serve(house, own, stop, port=port, open_browser=open_browser)


async def _serve(
    house: House, settings: Settings, stop: asyncio.Event, *, port: int | None, open_browser: bool
) -> None:
    bot = create_bot(
        house.services, dataclasses.replace(bot_options(settings), always_sync=True, backup_every=None), house.health
    )
    environment = simcord.Env(bot, check_errors=False, settle_timeout=PATIENCE_SECONDS)
    # The simulated clock starts at a fixed date; people expect today's.
    environment.backend.clock.advance((datetime.now(UTC) - environment.now()).total_seconds())
    environment.backend.bot_user.name = "mkw-clan-bot"
    await environment.start()
    try:
        guild, channel, you = _build_server(environment)
        await _tell_history(house.services, guild, channel, you)
        await _post_samples(channel, you)
        async with environment.preview(channel, viewers=[you], layout="channel", port=port) as preview:
            print(f"The demo is at {preview.url}\nCtrl-C ends it.", flush=True)  # noqa: T201
            if open_browser:
                await asyncio.to_thread(webbrowser.open, preview.url)
            waits = [asyncio.create_task(stop.wait()), asyncio.create_task(preview.wait_closed())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
    finally:
        await environment.shutdown()


def _build_server(environment: simcord.Env) -> tuple[GuildHandle, ChannelHandle, MemberActor]:
    owner = environment.create_user("You")
    guild = environment.create_guild(CLAN, owner=owner)
    channel = guild.create_text_channel("war-results")
    return guild, channel, guild.add_member(owner)


async def _tell_history(services: Services, guild: GuildHandle, channel: ChannelHandle, you: MemberActor) -> None:
    """A clan with a roster and some weeks of wars, made through the same use cases as everything else."""
    actor = Actor(ServerId(guild.id), UserId(you.id), you.name)
    await services.settings.change(actor, clan_name=CLAN, clan_tags=(TAG,))
    await services.settings.watch(actor, ChannelId(channel.id), watched=True)
    for name in PLAYERS:
        await services.roster.add(actor, name)
    today = datetime.now(UTC).date()
    for weeks_ago, (tag, opponent_total, scores) in zip(range(len(HISTORY), 0, -1), HISTORY, strict=True):
        lines = ", ".join(f"{name} {score}" for name, score in zip(PLAYERS, scores, strict=False))
        day = today - timedelta(days=4 * weeks_ago)
        review = await services.reviews.typed(
            actor,
            ChannelId(channel.id),
            MessageId(channel.id + weeks_ago),
            f"{TAG}: {lines} vs {tag} {opponent_total} {day.isoformat()}",
        )
        await services.reviews.save(actor, review.upload_id)


async def _post_samples(channel: ChannelHandle, you: MemberActor) -> None:
    await you.send(channel, WELCOME)
    await you.send(channel, "Tonight's war:", attachments=[("table.png", sample_table())])
    await you.send(channel, "And one straight from the game:", attachments=[("race.png", sample_race_list())])
