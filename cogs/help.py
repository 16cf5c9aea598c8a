"""Help, made from the commands themselves, in pages that fit a phone."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import declaring
from bot.client import ClanBot
from bot.context import ClanContext, bot_of
from bot.cooldowns import Limit
from bot.declaring import limit_of
from bot.error_handling import signature_of
from bot.first_steps import nothing_watched
from bot.permissions import EVERYONE, everyone, right_of
from bot.services.errors import NotFound
from bot.typed import unquoted
from bot.views.pages import Page, PageRequest, send_pages

AnyCommand = commands.Command[Any, ..., Any]
TOPICS_IN_ORDER = (
    "Pictures on demand",
    "Bulk scan",
    "Correcting and saving",
    "Several pictures",
    "Typing a war",
    "Sign-ups",
    "Live wars",
    "Wars",
    "Correcting kept wars",
    "Statistics",
    "Opponents and line-ups",
    "Races and tracks",
    "Graphs",
    "Seasons",
    "Monthly report",
    "Players",
    "Teams",
    "Changes",
    "Your data",
    "Setting up",
    "Running the bot",
    "Help",
)
INTRODUCTION = (
    "Post the picture of a war's result into a watched channel: it is read, and the answer shows what was read and "
    "what is doubted. **Save** keeps the war; **Edit** and **Link player** correct it first. Moderators and whoever "
    "sent the picture may press the buttons."
)


def topics(bot: commands.Bot) -> dict[str, list[AnyCommand]]:
    """Every command that is not hidden, by topic, groups before their subcommands."""
    found: dict[str, list[AnyCommand]] = {}
    for command in sorted(bot.walk_commands(), key=lambda one: one.qualified_name):
        if not command.hidden:
            found.setdefault(topic_of(command), []).append(command)
    return {topic: found[topic] for topic in sorted(found, key=_place)}


def topic_of(command: AnyCommand) -> str:
    return command.extras.get("topic") or command.cog_name or "Other"


def topic_page(topic: str, listed: list[AnyCommand], prefix: str) -> discord.Embed:
    who_of_all = {right_of(command) for command in listed}
    lines = []
    for command in listed:
        who = right_of(command)
        # Said once where it is the same for all: on a phone it would be half of the page.
        is_said_here = len(who_of_all) > 1 and who != EVERYONE
        lines.append(f"**{prefix}{command.qualified_name}** {signature_of(command)}".rstrip())
        lines.append(command.short_doc + (f" *({who})*" if is_said_here else ""))
    if len(who_of_all) == 1:
        lines.append(f"\nFor {who_of_all.pop()}.")
    return discord.Embed(title=topic, description="\n".join(lines)[:4000])


def command_page(command: AnyCommand, prefix: str, limit: Limit | None) -> discord.Embed:
    embed = discord.Embed(title=f"{prefix}{command.qualified_name} {signature_of(command)}".rstrip()[:256])
    embed.description = command.help or command.short_doc
    example = command.extras.get("example")
    if example:
        embed.add_field(name="Example", value=f"`{prefix}{example}`", inline=False)
    if command.aliases:
        embed.add_field(name="Also", value=", ".join(f"`{prefix}{alias}`" for alias in command.aliases))
    embed.add_field(name="Who", value=str(right_of(command)))
    if limit is not None:
        embed.add_field(name="How often", value=f"{limit.person} a minute each, {limit.server} a server")
    if isinstance(command, commands.Group):
        parts = [f"`{prefix}{one.qualified_name}` {one.short_doc}" for one in _sorted(command)]
        embed.add_field(name="Parts", value="\n".join(parts)[:1000], inline=False)
    return embed


def _sorted(group: commands.Group[Any, ..., Any]) -> list[AnyCommand]:
    return sorted(group.commands, key=lambda one: one.name)


def _place(topic: str) -> tuple[int, str]:
    known = TOPICS_IN_ORDER.index(topic) if topic in TOPICS_IN_ORDER else len(TOPICS_IN_ORDER)
    return known, topic


async def complete_topics(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    bot = bot_of(interaction)
    names = [*topics(bot), *(command.qualified_name for command in bot.walk_commands())]
    fitting = [name for name in names if current.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in fitting[:25]]


class Help(commands.Cog, name="Help"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("help", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("help")

    @declaring.command("help", example="help stats", anywhere=True)
    @app_commands.describe(topic="A command or a topic; nothing: everything, page by page")
    @app_commands.autocomplete(topic=complete_topics)
    @everyone()
    async def help(self, ctx: ClanContext, *, topic: str | None = None) -> None:
        """Explain the commands, topic by topic."""
        asked = unquoted(topic or "").casefold().removeprefix("/")
        if not asked:
            await send_pages(ctx, "help")
            return
        places = {name.casefold(): place for place, name in enumerate(topics(self.bot), 1)}
        if asked in places:
            await send_pages(ctx, "help", page=places[asked])
            return
        command = self.bot.get_command(asked)
        if command is None:
            near = tuple(name for name in self._names() if asked[:3] and asked[:3] in name)
            raise NotFound(f"There is no command or topic called {asked[:50]}.", suggestions=near)
        said = limit_of(command)
        limit = None if said is None else self.bot.cooldowns.of(command.qualified_name, said)
        await ctx.answer(embed=command_page(command, await self.bot.prefix_of(ctx.guild), limit))

    def _names(self) -> list[str]:
        return sorted(command.qualified_name for command in self.bot.walk_commands())

    async def _page(self, request: PageRequest) -> Page:
        prefix = await self.bot.prefix_of(request.guild)
        every = topics(self.bot)
        pages = len(every) + 1
        page = min(max(request.page, 0), pages - 1)
        if page:
            topic = list(every)[page - 1]
            embed = topic_page(topic, every[topic], prefix)
        else:
            names = "\n".join(
                f"**{topic}**: " + " ".join(f"`{command.qualified_name}`" for command in listed)
                for topic, listed in every.items()
            )
            first = INTRODUCTION
            if request.guild is not None and not await self.bot.is_set_up(request.guild):
                first = f"**{nothing_watched(prefix)}**\n\n{first}"
            embed = discord.Embed(title="Help", description=f"{first}\n\n{names}"[:4000])
        embed.set_footer(text=f"{prefix}help stats explains one command; / works everywhere too")
        return Page(embed, page, pages)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Help(bot))
