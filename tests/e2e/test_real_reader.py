"""Nothing stands in: a drawn picture, the reading processes, the database, Discord simulated around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.client import BotOptions, create_bot
from bot.rendering.samples import sample_table, sample_war
from bot.services.actors import Actor
from bot.services.house import build_services
from db.pool import Database
from mkw.ids import ChannelId, ServerId, UserId
from ocr.pool import ReaderPool
from tests.e2e.bad_pictures import BAD_PICTURES
from tests.e2e.conftest import labels, words

PATIENCE_SECONDS = 90.0
FILES_A_MESSAGE = 10  # Discord's limit


@pytest.fixture
async def pool() -> AsyncIterator[ReaderPool]:
    async with ReaderPool(workers=1) as made:
        yield made


async def test_a_drawn_table_is_read_saved_and_counted(database: Database, pool: ReaderPool, tmp_path: Path) -> None:
    services = build_services(database, pool.read, tmp_path)
    bot = create_bot(services, BotOptions(data_dir=tmp_path, always_sync=True))
    war = sample_war(1)
    ours, theirs = war.sides
    async with simcord.run(bot, settle_timeout=PATIENCE_SECONDS) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("results")
        admin = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        alice = guild.add_member(env.create_user("Alice"), roles=[admin])
        actor = Actor(ServerId(guild.id), UserId(alice.id), "Alice")
        await services.settings.watch(actor, ChannelId(channel.id), watched=True)
        await services.settings.change(actor, clan_tags=(ours.tag,))
        for line in ours.lines:
            await services.roster.add(actor, line.name)

        await alice.send(channel, attachments=[("table.png", sample_table(1))])
        answer = channel.last_message
        assert answer is not None
        assert f"{ours.tag} {ours.total} : {theirs.total} {theirs.tag}" in words(answer)
        assert "Save" in labels(answer)
        await alice.click(answer, label="Save")
        assert "War 1 is kept" in words(channel.last_message)
        await alice.send(channel, "!leaderboard")
        board = words(channel.last_message)
        assert all(line.name in board for line in ours.lines)


async def test_every_bad_picture_is_answered_and_the_good_one_among_them_is_read(
    database: Database, pool: ReaderPool, tmp_path: Path
) -> None:
    services = build_services(database, pool.read, tmp_path)
    bot = create_bot(services, BotOptions(data_dir=tmp_path, always_sync=True))
    async with simcord.run(bot, settle_timeout=PATIENCE_SECONDS) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("results")
        alice = guild.add_member(env.create_user("Alice"))
        actor = Actor(ServerId(guild.id), UserId(alice.id), "Alice")
        await services.settings.watch(actor, ChannelId(channel.id), watched=True)

        files = [(name, data) for name, data, _ in BAD_PICTURES] + [("good.png", sample_table(1))]
        for first in range(0, len(files), FILES_A_MESSAGE):
            await alice.send(channel, attachments=files[first : first + FILES_A_MESSAGE])

        *refusals, good = [words(message) for message in channel.history() if message.author.id != alice.id]
        assert len(refusals) == len(BAD_PICTURES)
        for (name, _, says), told in zip(BAD_PICTURES, refusals, strict=True):
            assert name in told
            assert says in told, (name, told)
            assert len(told) < 200
        assert "which side is ours" in good
        assert env.errors == []
