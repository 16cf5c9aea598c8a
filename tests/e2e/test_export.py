"""A server's record taken along and brought in elsewhere, as administrators see it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import discord
import pytest
from simcord.builders import GuildHandle
from simcord.results import InteractionResult

from bot import private_files
from mkw.ids import ChannelId, MessageId, ServerId
from tests.e2e.conftest import World, labels, said, words


async def attached(message: discord.Message | None) -> dict[str, bytes]:
    assert message is not None
    return {one.filename: await one.read() for one in message.attachments}


def message_of(result: InteractionResult) -> discord.Message:
    shown = next(one for one in (*result.followups, result.response) if one is not None and one.message is not None)
    assert shown.message is not None
    return shown.message


async def some_record(world: World) -> None:
    await world.add_roster()
    text = "Willow 60, Pixel 80, Marlin 85, Comet 92 vs CB 491 2026-03-01"
    review = await world.services.reviews.typed(world.actor, ChannelId(world.elsewhere.id), MessageId(1), text)
    await world.services.reviews.save(world.actor, review.upload_id)


async def the_export(world: World) -> bytes:
    await some_record(world)
    files = await attached(message_of(await world.admin.slash(world.channel, "export", kind="json")))
    (data,) = files.values()
    return data


class Other:
    """A second server with the same bot and an administrator of its own."""

    def __init__(self, world: World) -> None:
        self.guild: GuildHandle = world.env.create_guild("Second")
        admins = self.guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        self.channel = self.guild.create_text_channel("general")
        self.admin = self.guild.add_member(world.env.create_user("Olga"), roles=[admins])
        self.member = self.guild.add_member(world.env.create_user("Otto"))
        self.server_id = ServerId(self.guild.id)

    def last(self) -> discord.Message:
        return list(self.channel.history())[-1]


async def test_an_export_is_for_whoever_asked_alone(world: World) -> None:
    await some_record(world)
    result = await world.admin.slash(world.channel, "export", kind="json")
    shown = message_of(result)
    assert shown.flags.ephemeral
    assert words(shown) == "Everything of this server: 1 war, 6 players, 1 upload, 10 changes in the log."
    ((name, data),) = (await attached(shown)).items()
    assert name.startswith("clan-20")
    assert json.loads(data)["server_id"] == str(world.guild.id)
    assert await world.say("!export csv") == "I sent it to you in a direct message: it is not for everybody's eyes."
    assert world.answer.attachments == []


async def test_only_administrators_export_and_import(world: World) -> None:
    assert "Only a server administrator" in await world.say("!export", by=world.editor)
    assert "Only a server administrator" in await world.say("!import server", by=world.editor)
    await world.editor.send(world.channel, "!import", attachments=[("clan.json", b"{}")])
    assert "Only a server administrator" in words(world.answer)


async def test_what_is_too_large_comes_packed_and_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    data = await the_export(world)
    whole = world.guild.guild.filesize_limit if hasattr(world.guild, "guild") else 10 * 1024 * 1024
    monkeypatch.setattr(private_files, "_ROOM", whole - 700)
    result = await world.admin.slash(world.channel, "export", kind="json")
    messages = [one.message for one in (result.response, *result.followups) if one is not None and one.message]
    parts: dict[str, bytes] = {}
    for message in messages:
        parts |= await attached(message)
    assert len(parts) > 1
    assert all(len(part) <= 700 for part in parts.values())
    assert f"it comes in {len(parts)} parts" in said(result)
    again: dict[str, Any] = json.loads(gzip.decompress(b"".join(parts[name] for name in sorted(parts))))
    assert again["wars"] == json.loads(data)["wars"]


async def test_spreadsheets(world: World) -> None:
    await some_record(world)
    ((name, data),) = (await attached(message_of(await world.admin.slash(world.channel, "export", kind="csv")))).items()
    assert name.endswith(".zip")
    assert "wars.csv" in zipfile.ZipFile(io.BytesIO(data)).namelist()


async def test_another_server_has_it_after_one_press(world: World) -> None:
    data = await the_export(world)
    other = Other(world)
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", data)])
    shown = other.last()
    assert "**This would bring in** 1 war, 6 players and 10 changes" in words(shown)
    assert "Left out: 1 channel and 1 role of its settings" in words(shown)
    assert await world.services.roster.players(other.server_id) == ()
    refused = await other.member.click(shown, label="Bring it in")
    assert "belong to whoever asked" in said(refused)
    await other.admin.click(shown, label="Bring it in")
    assert "Brought in: 1 war, 6 players and 10 changes" in words(other.last())
    assert labels(other.last()) == []
    await other.member.send(other.channel, "!war 1")
    assert "491" in words(other.last())
    await other.admin.send(other.channel, "!import", attachments=[("clan.json", data)])
    assert "this one has 6 players and 1 war" in words(other.last())
    await other.admin.send(other.channel, "!undo")
    assert "brought in an export" in words(other.last())
    assert await world.services.roster.players(other.server_id) == ()


async def test_left_as_it_was(world: World) -> None:
    data = await the_export(world)
    other = Other(world)
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", data)])
    await other.admin.click(other.last(), label="Leave it")
    assert words(other.last()) == "Left as it was. Nothing was changed."
    assert await world.services.roster.players(other.server_id) == ()


async def test_after_a_restart_the_button_says_that_it_ended(world: World) -> None:
    data = await the_export(world)
    other = Other(world)
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", data)])
    await world.restart()
    await other.admin.click(other.last(), label="Bring it in")
    assert "attach the file to `import server` again" in words(other.last())
    assert await world.services.roster.players(other.server_id) == ()


async def test_a_file_that_is_wrong_is_answered_with_its_place(world: World) -> None:
    document = json.loads(await the_export(world))
    document["wars"][0]["sides"][0]["total"] = 1
    other = Other(world)
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", json.dumps(document).encode())])
    assert r"sides[0]" in words(other.last()).replace("\\", "")
    assert "must be what its lines add up to" in words(other.last())
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", b"{]")])
    assert "The file is no JSON" in words(other.last())
    await other.admin.send(other.channel, "!import server")
    assert "Attach the file" in words(other.last())


async def test_pictures_go_along_in_zips_and_come_back(world: World) -> None:
    await world.add_roster()
    await world.admin.click(await world.post_war(), label="Save")
    (data,) = (await attached(message_of(await world.admin.slash(world.channel, "export", kind="json")))).values()
    assert await world.say("!export pictures") == "1 picture in 1 zip, sent by direct message."
    result = await world.admin.slash(world.channel, "export", kind="pictures")
    sent = [one.message for one in (result.response, *result.followups) if one is not None and one.message]
    ((name, packed),) = (await attached(next(one for one in sent if one.attachments))).items()
    assert name.endswith("-pictures-001.zip")
    other = Other(world)
    await other.admin.send(other.channel, "!import server", attachments=[("clan.json", data)])
    await other.admin.click(other.last(), label="Bring it in")
    (stored,) = (world.options.data_dir / "pictures").glob("*/*")
    stored.unlink()
    await other.member.send(other.channel, "!import pictures", attachments=[(name, packed)])
    assert "It needs the level admin" in words(other.last())
    await other.admin.send(other.channel, "!import pictures", attachments=[(name, packed)])
    assert words(other.last()) == "Put in place: 1 picture. There already: 0."
    assert stored.exists()
