"""Every cog at once: no shadowed names, every command explained, checked and found in help."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import discord
import pytest
from discord.ext import commands

from bot import declaring
from bot.client import EXTENSIONS, BotOptions, ClanBot, create_bot
from bot.context import ClanContext
from bot.declaring import limit_of
from bot.permissions import EVERYONE, FOR_ONESELF, OPERATOR, REVIEWERS, TELLERS, TRUSTED_FOR_ONESELF, Right, right_of
from bot.services.house import Services
from bot.services.levels import Level
from bot.views.pages import PageRequest

OPEN_TO_ALL = {
    "addwar", "alias", "audit", "available", "available list",
    "compare", "duo", "filters", "forgetme", "form", "graph", "head2head", "help",
    "history", "leaderboard", "lineup", "live", "lorenzi", "monthly", "mydata", "opponents", "participation", "picks",
    "places", "player",
    "profile", "race", "races", "records", "roster", "scan", "season", "settings", "stats", "streaks", "table",
    "team", "tracks", "war", "wars",
}  # fmt: skip
PROMISED = {
    "bulkscan", "bulkscan stop", "bulkscan list",
    "setup", "settings", "scan", "edit", "save", "discard", "player add", "player remove", "player rename",
    "player status", "alias add", "alias remove", "wars", "war", "war remove", "addwar", "stats", "leaderboard",
    "undo", "help", "edit side", "join", "split", "race", "race add", "race all", "race remove", "race finish", "races",
    "audit", "compare", "duo", "filters", "form", "graph", "head2head", "health", "history", "import", "lineup", "link",
    "lorenzi", "merge", "monthly", "monthly channel", "monthly off", "opponents", "participation", "player country",
    "profile", "records", "redo", "roster", "season", "season add", "season remove",
    "settings locale", "settings role", "settings selflink", "settings typing",
    "available", "available list", "available close", "available cancel",
    "war start", "live", "live say", "live back", "live race", "live sub", "live players", "live pen", "live dc",
    "live note", "live pause", "live end", "live throw",
    "settings statusrole", "streaks", "picks", "places", "tracks",
    "export", "forgetme", "import pictures", "import server", "mydata",
    "table", "team add", "team assign", "team edit", "team remove", "unlink", "war add", "war date", "war drop",
    "war edit", "war note", "war opponent", "war ours", "war races", "war restore", "war side", "war swap", "war track",
    "war title",
}  # fmt: skip


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[ClanBot]:
    """With its cogs, and without services: nothing here calls them."""
    made = create_bot(cast(Services, None), BotOptions(data_dir=tmp_path))
    for extension in EXTENSIONS:
        await made.load_extension(extension)
    yield made
    await made.close()


def test_every_file_of_cogs_is_loaded() -> None:
    folder = Path(__file__).resolve().parents[2] / "cogs"
    files = {f"cogs.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    assert files == set(EXTENSIONS)


async def test_the_commands_of_the_product_are_there(bot: ClanBot) -> None:
    assert {command.qualified_name for command in bot.walk_commands()} >= PROMISED


async def test_no_name_or_alias_is_taken_twice(bot: ClanBot) -> None:
    names = [name for command in bot.commands for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    # A method called like an attribute of Cog would silently take its place.
    for cog in bot.cogs.values():
        for command in cog.get_commands():
            assert not hasattr(commands.Cog, command.callback.__name__), command.qualified_name


async def test_every_command_is_both_prefix_and_slash(bot: ClanBot) -> None:
    slash = set()
    for command in bot.tree.walk_commands():
        if isinstance(command, discord.app_commands.Command):
            slash.add(command.qualified_name)
    for command in bot.walk_commands():
        group = isinstance(command, commands.HybridGroup)
        name = f"{command.qualified_name} {command.fallback}" if group else command.qualified_name
        assert name in slash


async def test_every_command_says_what_it_does_with_an_example(bot: ClanBot) -> None:
    for command in bot.walk_commands():
        assert 10 <= len(command.short_doc) <= 100, command.qualified_name
        assert command.short_doc.endswith("."), command.qualified_name
        example = command.extras["example"]
        assert example.split()[0] in (command.qualified_name.split()[0], command.name), command.qualified_name


async def test_every_slash_option_is_described(bot: ClanBot) -> None:
    for command in bot.tree.walk_commands():
        if isinstance(command, discord.app_commands.Command):
            for parameter in command.parameters:
                assert str(parameter.description) not in ("…", ""), f"{command.qualified_name} {parameter.name}"
                assert len(str(parameter.description)) <= 100, f"{command.qualified_name} {parameter.name}"


async def test_every_command_says_its_level_and_what_changes_things_is_above_everyone(bot: ClanBot) -> None:
    for command in bot.walk_commands():
        right = right_of(command)
        if command.qualified_name in OPEN_TO_ALL:
            assert right == EVERYONE, command.qualified_name
        else:
            assert right.level >= Level.MODERATOR, command.qualified_name
            known = (Right(right.level), REVIEWERS, FOR_ONESELF, TELLERS, TRUSTED_FOR_ONESELF, OPERATOR)
            assert right in known, command.qualified_name


async def test_no_command_can_be_declared_without_a_level() -> None:
    async def anything(_: ClanContext) -> None: ...

    for declare in (declaring.command("any", example="any"), declaring.group("any", fallback="show", example="any")):
        with pytest.raises(TypeError, match="level"):
            declare(anything)


async def test_heavy_commands_have_a_cooldown(bot: ClanBot) -> None:
    limited = {command.qualified_name: limit_of(command) for command in bot.walk_commands() if limit_of(command)}
    assert limited.keys() == {
        "addwar",
        "bulkscan",
        "export",
        "graph",
        "import pictures",
        "mydata",
        "profile",
        "scan",
        "table",
    }
    assert all(limit is not None and limit.person < limit.server for limit in limited.values())


async def test_settings_are_for_administrators_alone(bot: ClanBot) -> None:
    settings = bot.get_command("settings")
    assert isinstance(settings, commands.Group)
    assert {right_of(command).level for command in settings.commands} == {Level.ADMIN}
    setup = bot.tree.get_command("setup")
    assert setup is not None
    assert setup.default_permissions == discord.Permissions(manage_guild=True)


async def test_only_help_and_the_bots_own_health_work_in_a_direct_message(bot: ClanBot) -> None:
    in_messages = [command.name for command in bot.tree.get_commands() if not command.guild_only]
    assert in_messages == ["health", "help"]


async def test_help_names_every_command(bot: ClanBot) -> None:
    user = cast(discord.User, discord.Object(1))
    first = await bot.page_makers.make("help", PageRequest(None, user, 0, ""))
    pages = [await bot.page_makers.make("help", PageRequest(None, user, page, "")) for page in range(first.pages)]
    overview = str(first.embed.description)
    topics = "\n".join(str(page.embed.description) for page in pages[1:])
    for command in bot.walk_commands():
        assert f"`{command.qualified_name}`" in overview
        assert f"**!{command.qualified_name}**" in topics
    assert all(len(page.embed) <= 6000 for page in pages)


async def test_lists_keep_their_names(bot: ClanBot) -> None:
    """Buttons under old messages carry them."""
    for kind in (
        "wars",
        "board",
        "form",
        "foes",
        "duos",
        "tracks",
        "played",
        "players",
        "aliases",
        "changes",
        "help",
        "history",
        "teams",
    ):
        with pytest.raises(ValueError, match=kind):
            bot.page_makers.register(kind, bot.page_makers.make)  # type: ignore[arg-type]
