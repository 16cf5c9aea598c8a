"""Who may do what.

Everyone may look. Server administrators (Administrator or Manage Server) may change everything. Holders of the server's
editor role may change players, aliases, wars and reviews, but not the settings, or an editor could hand out the role;
nor may they take back or do again a change of the settings.
Whoever sent a picture into a watched channel may correct, save and discard it: the channel's own permissions say who
may post there. Who may tell a live war is a setting.
Slash commands for editors carry no Discord default permission, because Discord cannot know the role and would hide them
from its holders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.drafts import Review
from bot.services.settings import LiveTyping, ServerSettings
from mkw.ids import ServerId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.context import ClanContext

Decorated = TypeVar("Decorated")
ADMINISTRATORS = "server administrators"
EDITORS = "server administrators and editors"
ADMINISTRATORS_ONLY = "Only a server administrator (Administrator or Manage Server) can do that."
REVIEWERS = "whoever sent it into a watched channel, and editors"
EVERYONE = "everyone"
FOR_ONESELF = "everyone for themselves, editors for everybody"
TELLERS = "whoever may tell a live war (a setting), and editors"
NEEDED = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")


class NotAllowed(commands.CheckFailure):
    """`str(error)` says what is needed."""


def is_administrator(member: discord.Member | discord.User) -> bool:
    if not isinstance(member, discord.Member):
        return False
    permissions = member.guild_permissions
    return permissions.administrator or permissions.manage_guild


def is_editor(member: discord.Member | discord.User, settings: ServerSettings) -> bool:
    """Administrators are editors too."""
    if is_administrator(member):
        return True
    role_id = settings.editor_role_id
    return isinstance(member, discord.Member) and role_id is not None and member.get_role(role_id) is not None


def may_review(member: discord.Member | discord.User, settings: ServerSettings, review: Review) -> bool:
    guild = member.guild if isinstance(member, discord.Member) else None
    own = member.id == review.uploader_id and is_watched(guild, settings, review.channel_id)
    return own or is_editor(member, settings)


def is_watched(guild: discord.Guild | None, settings: ServerSettings, channel_id: int) -> bool:
    """A watched channel, or a thread in one."""
    thread = guild.get_thread(channel_id) if guild is not None else None
    return channel_id in settings.watched_channels or (
        thread is not None and thread.parent_id in settings.watched_channels
    )


def what_editors_are(settings: ServerSettings) -> str:
    """The people behind "editors" on this server, in words."""
    if settings.editor_role_id is None:
        return "a server administrator (no editor role is set; `setup` sets one)"
    return f"a server administrator or somebody with <@&{settings.editor_role_id}>"


async def require_reviewer(bot: ClanBot, member: discord.Member | discord.User, review: Review) -> None:
    """Raises NotAllowed."""
    settings = await bot.services.settings.get(review.server_id)
    if not may_review(member, settings, review):
        guild = member.guild if isinstance(member, discord.Member) else None
        watched = is_watched(guild, settings, review.channel_id)
        sent = watched and review.uploader_id != 0  # whoever was forgotten is nobody
        sender = f"<@{UserId(review.uploader_id)}>, who sent it, or " if sent else ""
        raise NotAllowed(f"Only {sender}{what_editors_are(settings)} can do that.")


async def require_editor(bot: ClanBot, member: discord.Member | discord.User, server_id: ServerId) -> None:
    """For buttons and forms. Raises NotAllowed."""
    settings = await bot.services.settings.get(server_id)
    if not is_editor(member, settings):
        raise NotAllowed(f"Only {what_editors_are(settings)} can do that.")


async def require_teller(bot: ClanBot, member: discord.Member | discord.User, server_id: ServerId) -> None:
    """Whoever the settings let tell a live war. Raises NotAllowed."""
    settings = await bot.services.settings.get(server_id)
    if settings.live_typing is LiveTyping.EVERYONE or is_editor(member, settings):
        return
    if settings.live_typing is LiveTyping.EDITORS:
        raise NotAllowed(f"Only {what_editors_are(settings)} can tell a live war here.")
    if UserId(member.id) not in await bot.services.links.linked(server_id):
        raise NotAllowed("Only linked players can tell a live war here: `link me Comet` says who you are.")


def _check(predicate: Callable[[Any], Any], who: str) -> Callable[[Decorated], Decorated]:
    """A check of ours, marked with whom it lets through, which `help` shows and a test asks for."""
    predicate.who = who  # type: ignore[attr-defined]
    return commands.check(predicate)


def administrators_only(*, hide: bool = False) -> Callable[[Decorated], Decorated]:
    """One decorator for both kinds of call; `hide` also hides a whole slash command from everybody else."""

    async def predicate(context: ClanContext) -> bool:
        if is_administrator(context.author):
            return True
        raise NotAllowed(ADMINISTRATORS_ONLY)

    def decorate(command: Decorated) -> Decorated:
        if hide:
            app_commands.default_permissions(manage_guild=True)(command)
        return _check(predicate, ADMINISTRATORS)(command)

    return decorate


def editors_only() -> Callable[[Decorated], Decorated]:
    """One decorator for both kinds of call."""

    async def predicate(context: ClanContext) -> bool:
        if context.guild is None:
            raise commands.NoPrivateMessage
        settings = await context.bot.services.settings.get(ServerId(context.guild.id))
        if is_editor(context.author, settings):
            return True
        raise NotAllowed(f"Only {what_editors_are(settings)} can do that.")

    return _check(predicate, EDITORS)


def reviewers_only() -> Callable[[Decorated], Decorated]:
    """Marks a command that works on one review. Which one is known only inside, so the command itself calls
    `require_reviewer`; the check here keeps it to servers."""

    async def predicate(context: ClanContext) -> bool:
        if context.guild is None:
            raise commands.NoPrivateMessage
        return True

    return _check(predicate, REVIEWERS)


def for_oneself() -> Callable[[Decorated], Decorated]:
    """Marks a command that people use for themselves and editors for anybody: the command itself tells which it is."""

    async def predicate(context: ClanContext) -> bool:
        if context.guild is None:
            raise commands.NoPrivateMessage
        return True

    return _check(predicate, FOR_ONESELF)


def tellers_only() -> Callable[[Decorated], Decorated]:
    """One decorator for both kinds of call."""

    async def predicate(context: ClanContext) -> bool:
        await require_teller(context.bot, context.author, context.server_id)
        return True

    return _check(predicate, TELLERS)


def who_may(command: commands.Command[Any, ..., Any]) -> str:
    """For `help`: whom the command's checks let through."""
    for check in command.checks:
        who: str | None = getattr(check, "who", None)
        if who is not None:
            return who
    return EVERYONE


def what_the_bot_lacks(channel_ids: Iterable[int], guild: discord.Guild | None) -> str:
    """What must be allowed before pictures in these channels can be answered; empty where nothing is missing. Said when
    a channel is chosen, before the first picture goes unanswered."""
    if guild is None:
        return ""
    sentences = []
    for channel_id in channel_ids:
        channel = guild.get_channel(channel_id)
        if channel is None:
            continue
        allowed = channel.permissions_for(guild.me)
        missing = [name for name in NEEDED if not getattr(allowed, name)]
        if missing:
            names = ", ".join(name.replace("_", " ").title() for name in missing)
            sentences.append(f"I cannot answer in <#{channel_id}> yet: I need {names}.")
    return "\n".join(sentences[:5])
