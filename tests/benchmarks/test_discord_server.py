"""discord.py's own client at the simulated Discord, which does what it is asked and then says that it failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.discord_server import DiscordServer
from benchmarks.fault_machine import TOKEN
from bot.acknowledging import acknowledge

T = TypeVar("T")


@asynccontextmanager
async def logged_in(world: DiscordServer, client: discord.Client) -> AsyncIterator[None]:
    task = asyncio.create_task(client.start(TOKEN))
    await asyncio.wait_for(world.identified.wait(), 10)
    await client.wait_until_ready()
    try:
        yield
    finally:
        await client.close()
        await task


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as world:
        monkeypatch.setattr(Route, "BASE", f"{world.url}/api/v10")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(world.gateway_url))
        yield world


async def unsaid_once(world: DiscordServer, asking: Awaitable[T]) -> T:
    """Its first request is carried out and answered with 500."""
    world.troubles.unsaid = 1.0
    task = asyncio.ensure_future(asking)
    while not world.troubles.met:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.005)
    world.troubles.calm()
    return await task


async def test_a_message_that_was_made_is_not_made_twice(world: DiscordServer) -> None:
    _, there = world.make_server("Clan")
    client = discord.Client(intents=discord.Intents(guilds=True))
    async with logged_in(world, client):
        channel = client.get_partial_messageable(there.id)
        file = discord.File(__file__, "code.txt")  # as a form with parts, and below as plain JSON
        message = await unsaid_once(world, channel.send("once", file=file))
        assert [one.id for one in world.messages(there)] == [message.id]
        world.troubles.met.clear()
        again = await unsaid_once(world, channel.send("once"))
        assert [one.id for one in world.messages(there)] == [message.id, again.id]


async def test_a_press_that_was_acknowledged_is_answered(world: DiscordServer) -> None:
    guild, there = world.make_server("Clan")
    client = discord.Client(intents=discord.Intents(guilds=True))
    answered = asyncio.Event()

    @client.event
    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        await unsaid_once(world, acknowledge(interaction))
        assert interaction.response.is_done()
        await interaction.edit_original_response(content="pressed")
        answered.set()

    async with logged_in(world, client):
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Save", custom_id="save"))
        await client.get_partial_messageable(there.id).send("press", view=view)
        message = world.messages(there)[0]
        world.press(there, guild.owner_id, message, "save")
        await asyncio.wait_for(answered.wait(), 10)
        assert [one.content for one in world.messages(there)] == ["pressed"]
