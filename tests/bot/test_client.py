"""What the client asks Discord for, where it is pointed, and how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import BotOptions, create_bot, intents_of_the_bot, point_client_at
from bot.services.house import Services
from bot.shards import Shards
from cogs.backups import Backups


def test_no_more_intents_than_needed() -> None:
    asked = {name for name, value in intents_of_the_bot() if value}
    assert asked == {"guilds", "guild_messages", "dm_messages", "message_content"}


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://localhost:8080", "http://localhost:8080/api/v10"),
        ("http://localhost:8080/", "http://localhost:8080/api/v10"),
        ("https://proxy.example/discord/api/v10", "https://proxy.example/discord/api/v10"),
    ],
)
def test_rest_goes_where_it_is_pointed(monkeypatch: pytest.MonkeyPatch, given: str, base: str) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    gateway = DiscordWebSocket.DEFAULT_GATEWAY
    point_client_at(api_url=given)
    assert Route("GET", "/users/@me").url == f"{base}/users/@me"
    assert gateway == DiscordWebSocket.DEFAULT_GATEWAY


def test_the_gateway_goes_where_it_is_pointed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    point_client_at(gateway_url="ws://localhost:9090/gateway")
    assert yarl.URL("ws://localhost:9090/gateway") == DiscordWebSocket.DEFAULT_GATEWAY


async def test_one_broken_cog_fails_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.client.EXTENSIONS", ("cogs.help", "cogs.nowhere"))
    bot = create_bot(cast(Services, None), BotOptions(data_dir=tmp_path))
    with pytest.raises(commands.ExtensionNotFound, match=r"cogs\.nowhere"):
        await bot.setup_hook()
    await bot.close()


async def test_names_from_pictures_mention_nobody(tmp_path: Path) -> None:
    bot = create_bot(cast(Services, None), BotOptions(data_dir=tmp_path))
    allowed = bot.allowed_mentions
    assert allowed is not None
    assert (allowed.everyone, allowed.users, allowed.roles, allowed.replied_user) == (False, False, False, False)
    await bot.close()


async def test_closing_finishes_within_the_limit_and_cancels_the_rest(tmp_path: Path) -> None:
    bot = create_bot(cast(Services, None), BotOptions(data_dir=tmp_path, shutdown_seconds=0.2))
    finished = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        finished.append("short")

    bot.work.start(work(), name="short")
    endless = bot.work.start(asyncio.sleep(60), name="endless")
    await bot.close()
    assert finished == ["short"]
    assert endless.cancelled()
    assert bot.is_closed()


async def test_one_process_of_several(tmp_path: Path) -> None:
    """It has its shards, is connected with all of them or not, and leaves to the first what is to be done once."""
    options = BotOptions(data_dir=tmp_path, backup_every=timedelta(hours=1), shards=Shards((2, 3), 4))
    bot = create_bot(cast(Services, None), options)
    assert isinstance(bot, commands.AutoShardedBot)
    assert (bot.shard_ids, bot.shard_count) == ([2, 3], 4)
    assert not Backups(bot).wanted
    assert Backups(create_bot(cast(Services, None), replace(options, shards=Shards((0, 1), 4)))).wanted
    told = {"connect": (), "shard_connect": (2,), "disconnect": (), "shard_disconnect": (3,)}
    for name, arguments in told.items():
        await getattr(bot, f"on_{name}")(*arguments)
        assert bot.connected == (name in ("connect", "shard_connect"))
    await bot.on_resumed()
    await bot.on_shard_resumed(2)
    assert not bot.connected
    await bot.on_shard_resumed(3)
    assert bot.connected
