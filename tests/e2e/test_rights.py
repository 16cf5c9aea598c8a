"""Who may do what, and where."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.services.levels import Level
from tests.e2e.conftest import World, labels, picture, reading, said, words


@pytest.mark.parametrize(
    "typed",
    [
        "!player add Nova", "!player remove Comet", "!player rename Comet Nova", "!player status Comet trial",
        "!alias add Comet Nova", "!alias remove Comet Nova", "!war remove 1", "!undo",
    ],
)  # fmt: skip
async def test_members_look_and_change_nothing(world: World, typed: str) -> None:
    await world.add_roster("Comet")
    answer = await world.say(typed, by=world.bob)
    assert "Only a server administrator or somebody with" in answer
    assert [player.name for player in await world.services.roster.players(world.server_id)] == ["Comet"]


@pytest.mark.parametrize("typed", ["!setup", "!settings prefix ?", "!settings clan X", "!settings watch"])
async def test_settings_are_for_administrators(world: World, typed: str) -> None:
    for somebody in (world.bob, world.editor):
        assert "Only a server administrator (Administrator or Manage Server)" in await world.say(typed, by=somebody)


async def test_everybody_may_look(world: World) -> None:
    for typed in ("!player", "!alias", "!wars", "!leaderboard", "!changes", "!settings", "!help", "!stats team"):
        answer = await world.say(typed, by=world.bob)
        assert answer
        assert "Only" not in answer.split("\n")[0]


async def test_the_editor_role_may_change_players(world: World) -> None:
    assert "on the roster as member" in await world.say("!player add Nova", by=world.editor)
    result = await world.editor.slash(world.channel, "player add", name="Big Comet", status="trial")
    assert "Big Comet" in said(result)
    assert "trial" in said(result)


async def test_slash_refuses_members_too(world: World) -> None:
    assert "Only a server administrator" in said(await world.bob.slash(world.channel, "player add", name="Nova"))
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await world.bob.slash(world.channel, "setup")


async def test_others_cannot_press_the_buttons_of_an_upload(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    for label in ("Save", "Edit", "Link player", "Other side", "Discard"):
        result = await world.bob.click(answer, label=label)
        assert "who sent it" in said(result), label
    assert "Only" in await world.say("!edit 1 score 5", by=world.bob)
    assert len(labels(world.answers[0])) == 5
    await world.editor.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answers[0])


async def test_outside_watched_channels_only_editors_save(world: World) -> None:
    await world.add_roster()
    data = world.reader.teach(picture(20), reading())
    result = await world.bob.slash(world.elsewhere, "scan", picture=("mine.png", data))
    assert result.response is not None
    assert "Only" in said(await world.bob.click(result.response, label="Save"))
    await world.editor.click(result.response, label="Save")
    assert (await world.services.wars.page(world.server_id)).total == 1


async def test_a_command_in_a_direct_message_says_where_it_works(world: World) -> None:
    user = world.bob.user
    await user.send_dm("!leaderboard")
    assert "in a server only" in words(user.dm_channel.last_message)
    await user.send_dm("!help")
    assert "leaderboard" in words(user.dm_channel.last_message)
    assert "leaderboard" not in user.available_commands()
    assert "help" in user.available_commands()


async def test_servers_do_not_see_each_other(world: World) -> None:
    await world.add_roster()
    await world.alice.click(await world.post_war(), label="Save")
    other = world.env.create_guild("Others")
    channel = other.create_text_channel("results")
    stranger = other.add_member(world.env.create_user("Stranger"))
    await stranger.send(channel, "!wars")
    assert "No war is kept yet" in words(channel.last_message)
    await stranger.send(channel, "!war 1")
    assert "493" not in words(channel.last_message)
    await stranger.send(channel, "!player")
    assert "Comet" not in words(channel.last_message).replace("player add Comet", "")


async def test_the_panel_of_setup_belongs_to_who_asked(world: World) -> None:
    await world.say("!setup")
    panel = world.answer
    assert "belong to whoever asked" in said(await world.editor.click(panel, label="Done"))
    await world.admin.select(panel, [world.channel, world.elsewhere], custom_id="setup:channels")
    settings = await world.services.settings.get(world.server_id)
    assert settings.watched_channels == {world.channel.id, world.elsewhere.id}
    await world.admin.select(panel, [world.elsewhere], custom_id="setup:channels")
    assert (await world.services.settings.get(world.server_id)).watched_channels == {world.elsewhere.id}
    await world.admin.select(panel, [world.guild.roles["Admins"]], custom_id="setup:role")
    form = await world.admin.click(panel, label="Clan name and tags")
    await world.admin.submit_modal(form, {"name": "Night Owls", "tags": "DX, ΣND"})
    settings = await world.services.settings.get(world.server_id)
    assert settings.roles_of(Level.MODERATOR) == (world.guild.roles["Admins"].id,)
    assert (settings.clan_name, settings.clan_tags) == ("Night Owls", ("DX", "ΣND"))
    await world.admin.click(panel, label="Done")
    assert "Night Owls" in words(world.answer)


async def test_what_was_set_can_be_cleared(world: World) -> None:
    assert "none: server administrators only" in await world.say("!settings clear role")
    assert "Only a server administrator" in await world.say("!player add Nova", by=world.editor)
    assert "no name yet" in await world.say("!settings clear clan")
    assert "Tags: none yet" in await world.say("!settings clear tags")
    assert "is not one of" in await world.say("!settings clear everything")
    assert "cleared the roles of levels" in await world.say("!changes")
    for _ in range(3):
        await world.say("!undo")
    settings = await world.services.settings.get(world.server_id)
    assert (settings.clan_name, settings.clan_tags) == ("Comet Racers", ("CR",))
    assert settings.roles_of(Level.MODERATOR) == (world.guild.roles["Editors"].id,)


async def test_the_panel_clears_too(world: World) -> None:
    await world.say("!setup")
    panel = world.answer
    await world.admin.select(panel, [], custom_id="setup:role")
    form = await world.admin.click(panel, label="Clan name and tags")
    await world.admin.submit_modal(form, {"name": "", "tags": ""})
    await world.admin.select(panel, [], custom_id="setup:channels")
    settings = await world.services.settings.get(world.server_id)
    assert (settings.level_roles, settings.clan_name, settings.clan_tags) == ((), None, ())
    await world.admin.click(panel, label="Done")
    assert "No channel is watched" in words(world.answer)


async def test_watching_a_channel_says_what_the_bot_lacks_there(world: World) -> None:
    assert world.guild.me is not None
    quiet = world.guild.create_text_channel(
        "quiet", overwrites={world.guild.me: discord.PermissionOverwrite(attach_files=False)}
    )
    answer = await world.say(f"!settings watch {quiet.mention}")
    assert f"I cannot answer in {quiet.mention} yet: I need Attach Files." in answer
    await world.say("!setup")
    await world.admin.select(world.answer, [world.channel, quiet, world.elsewhere], custom_id="setup:channels")
    assert "I need Attach Files." in words(world.answer)
    assert "I cannot" not in await world.say("!settings unwatch")


async def test_a_misspelt_channel_is_not_taken_for_this_one(world: World) -> None:
    await world.say("!settings unwatch")
    assert "There is no `resluts`" in await world.say("!settings watch resluts")
    assert (await world.services.settings.get(world.server_id)).watched_channels == frozenset()
    await world.say("!settings watch")
    assert (await world.services.settings.get(world.server_id)).watched_channels == {world.channel.id}
    await world.admin.slash(world.channel, "settings watch", channel=world.elsewhere)
    await world.admin.slash(world.elsewhere, "settings unwatch")
    assert (await world.services.settings.get(world.server_id)).watched_channels == {world.channel.id}


async def test_the_prefix_changes_and_a_mention_always_works(world: World) -> None:
    assert "?" in await world.say("!settings prefix ?")
    assert await world.say("!wars") == ""
    assert "No war" in await world.say("?wars")
    assert world.bot.user is not None
    assert "No war" in await world.say(f"<@{world.bot.user.id}> wars")
    assert "too long" in (await world.say("?settings prefix 123456")).lower() or "5" in words(world.answer)
