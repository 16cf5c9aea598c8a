"""A server that has just invited the bot: from the first hello to a kept war, with few presses."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
import simcord
from simcord.backend.serializers import guild_create_payload

from bot.client import ClanBot
from bot.services.house import Services
from mkw.ids import ServerId
from tests.e2e.conftest import OURS, ROSTER, THEIRS, StandInReader, labels, picture, reading, side, words


def joined(env: simcord.Env, guild_id: int) -> None:
    """What Discord sends when somebody invites the bot: SimCord's servers are there from the start."""
    payload = dict(guild_create_payload(env.backend, env.backend.get_guild(guild_id)))
    del payload["unavailable"]
    env.backend.emit("GUILD_CREATE", payload)


async def test_a_new_server_is_told_what_to_do_first(env: simcord.Env) -> None:
    guild = env.create_guild("Comet Racers")
    assert guild.me is not None
    rules = guild.create_text_channel("rules", overwrites={guild.me: discord.PermissionOverwrite(send_messages=False)})
    chat = guild.create_text_channel("chat")
    joined(env, guild.id)
    await env.settle()
    assert rules.history() == []
    (hello,) = chat.history()
    assert "`!setup`" in hello.content
    assert "`!help`" in hello.content
    assert max(map(len, hello.content.splitlines())) < 100


async def test_a_server_that_comes_back_is_not_greeted_again(env: simcord.Env, services: Services) -> None:
    guild = env.create_guild("Comet Racers")
    chat = guild.create_text_channel("chat")
    admin = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
    ada = guild.add_member(env.create_user("Ada"), roles=[admin])
    await ada.send(chat, "!settings watch")
    before = len(chat.history())
    joined(env, guild.id)
    await env.settle()
    assert len(chat.history()) == before


async def test_a_server_without_a_channel_to_write_in(env: simcord.Env) -> None:
    guild = env.create_guild("Silent")
    joined(env, guild.id)
    await env.settle()
    assert env.errors == []


@pytest.mark.parametrize("first_side_is_ours", [True, False])
async def test_from_hello_to_the_second_picture(
    env: simcord.Env, services: Services, reader: StandInReader, *, first_side_is_ours: bool
) -> None:
    guild = env.create_guild("Comet Racers")
    results = guild.create_text_channel("results")
    admins = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
    ada = guild.add_member(env.create_user("Ada"), roles=[admins])
    bob = guild.add_member(env.create_user("Bob"))
    assert isinstance(env.bot, ClanBot)
    assert env.bot.user is not None

    async def ask(text: str) -> discord.Message:
        await ada.send(results, text)
        assert results.last_message is not None
        return results.last_message

    assert "No channel is watched yet: `!setup`" in words(await ask(f"<@{env.bot.user.id}>"))
    assert "No channel is watched yet: `!setup`" in words(await ask("!help"))

    panel = await ask("!setup")
    await ada.select(panel, [results], custom_id="setup:channels")
    await ada.click(panel, label="Done")
    assert "Post a picture of a result" in words(results.last_message)
    assert "No channel is watched" not in words(await ask("!help"))

    sides = (side("CR", OURS), side("QZ", THEIRS))
    shown = replace(reading(), sides=sides if first_side_is_ours else sides[::-1])
    data = reader.teach(picture(1), shown)
    await bob.send(results, attachments=[("table.png", data)])
    answer = results.last_message
    assert answer is not None
    assert "which side is ours" in words(answer)

    # Nobody is known: sides are chosen until it is ours, then all are new.
    await ada.click(answer, label="Other side")
    if not first_side_is_ours:
        await ada.click(answer, label="Other side")
    menu = await ada.click(answer, label="Link player")
    assert menu.response is not None
    await ada.click(menu.response, label="Add all 6 as new players")
    await ada.click(answer, label="Save")
    assert "War 1 is kept" in words(results.last_message)

    again = reader.teach(picture(2), reading((("CR Comet", 60), *OURS[1:])))
    await bob.send(results, attachments=[("table.png", again)])
    assert "Not on the roster" not in words(results.last_message)
    assert "ours: **CR**" in words(results.last_message)
    assert results.last_message is not None
    assert "Save" in labels(results.last_message)
    roster = await services.roster.players(ServerId(guild.id))
    assert sorted(player.name for player in roster) == sorted(ROSTER)
    await bob.click(results.last_message, label="Save")
    assert "War 2 is kept" in words(results.last_message)
