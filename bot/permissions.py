"""Who may do what (docs/rights.md).

Rights are levels, each with all that those below it may do: everyone; trusted, a linked player who has not left;
moderator; admin, who manages the server on Discord; its owner. A server gives roles the levels trusted, moderator and
admin. Every command says which level it needs. Moderators change players, aliases, wars and reviews, but not the
settings, or a moderator could hand out the level; nor may they take back or do again a change of the settings.
Whoever sent a picture into a watched channel may correct, save and discard it: the channel's own permissions say who
may post there. Who may tell a live war is a setting.
Whoever runs the bot is the owner of its application on Discord, or in its team: figures of the whole process are theirs
alone, because no server's owner need know how the others fare.
Slash commands for moderators carry no Discord default permission, because Discord cannot know the roles and would hide
them from their holders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.drafts import Review
from bot.services.errors import UserProblem
from bot.services.levels import Level
from bot.services.player import PlayerStatus
from bot.services.settings import ServerSettings
from mkw.ids import ServerId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.context import ClanContext

Decorated = TypeVar("Decorated")
NEEDED = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
_AND_ABOVE = {
    Level.EVERYONE: "everyone",
    Level.TRUSTED: "trusted (linked players) and above",
    Level.MODERATOR: "moderators and above",
    Level.ADMIN: "admins and the owner",
    Level.OWNER: "the owner",
}


class NotAllowed(commands.CheckFailure):
    """`str(error)` says what is needed and who has it."""

    def __init__(self, text: str, needed: Level) -> None:
        super().__init__(text)
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Right:
    """What a command asks for: a level, or that it is about something of one's own. `own` says that in words, or who
    may `alone`."""

    level: Level
    own: str = ""
    alone: bool = False  # no level has it

    def __str__(self) -> str:
        if self.alone:
            return self.own
        return "; ".join(filter(None, (self.own, _AND_ABOVE[self.level])))


EVERYONE = Right(Level.EVERYONE)
REVIEWERS = Right(Level.MODERATOR, "whoever sent it into a watched channel")
FOR_ONESELF = Right(Level.MODERATOR, "everyone for themselves")
TELLERS = Right(Level.MODERATOR, "whoever may tell a live war (a setting)")
TRUSTED_FOR_ONESELF = Right(Level.MODERATOR, "trusted (linked players) for themselves")
OPERATOR = Right(Level.OWNER, "whoever runs the bot", alone=True)


def level_by_discord(user: discord.Member | discord.User, settings: ServerSettings) -> Level:
    """What Discord and the server's roles say; who is linked to a player is not looked at."""
    if not isinstance(user, discord.Member):
        return Level.EVERYONE
    if user.guild.owner_id == user.id:
        return Level.OWNER
    if user.guild_permissions.administrator or user.guild_permissions.manage_guild:
        return Level.ADMIN
    return max((level for role_id, level in settings.level_roles if user.get_role(role_id)), default=Level.EVERYONE)


async def level_of(bot: ClanBot, user: discord.Member | discord.User, server_id: ServerId) -> Level:
    level = level_by_discord(user, await bot.services.settings.get(server_id))
    if level is not Level.EVERYONE or not isinstance(user, discord.Member):
        return level
    player = await bot.services.roster.linked_to(server_id, UserId(user.id))
    return Level.TRUSTED if player is not None and player.status is not PlayerStatus.FORMER else level


def is_moderator(member: discord.Member | discord.User, settings: ServerSettings) -> bool:
    """Admins are moderators too."""
    return level_by_discord(member, settings) >= Level.MODERATOR


def may_review(member: discord.Member | discord.User, settings: ServerSettings, review: Review) -> bool:
    guild = member.guild if isinstance(member, discord.Member) else None
    own = member.id == review.uploader_id and is_watched(guild, settings, review.channel_id)
    return own or is_moderator(member, settings)


def is_watched(guild: discord.Guild | None, settings: ServerSettings, channel_id: int) -> bool:
    """A watched channel, or a thread in one."""
    thread = guild.get_thread(channel_id) if guild is not None else None
    return channel_id in settings.watched_channels or (
        thread is not None and thread.parent_id in settings.watched_channels
    )


def who_has(settings: ServerSettings, level: Level) -> str:
    """The people of a level and above on this server, in words."""
    if level is Level.OWNER:
        return "the server's owner"
    roles = " or ".join(f"<@&{role_id}>" for role_id, given in settings.level_roles if given >= level)
    people = "a server administrator"
    if level is Level.ADMIN:
        people += " (Administrator or Manage Server)"
    elif level is Level.TRUSTED:
        people += ", a linked player (`link me Comet`)"
    elif not roles:
        return f"{people} (no role has the level {level}; `setup` chooses one)"
    return f"{people} or somebody with {roles}" if roles else people


async def refusal(
    bot: ClanBot, user: discord.Member | discord.User, server_id: ServerId, needed: Level, *, sender: str = ""
) -> NotAllowed:
    """What somebody below the level is told. `sender` is who may do it whatever their level."""
    settings = await bot.services.settings.get(server_id)
    level = await level_of(bot, user, server_id)
    also = f"{sender}, or " if sender else ""
    return NotAllowed(
        f"Only {also}{who_has(settings, needed)} can do that. It needs the level {needed}; yours is {level}.", needed
    )


async def require_level(bot: ClanBot, user: discord.Member | discord.User, server_id: ServerId, needed: Level) -> None:
    """Raises NotAllowed."""
    if await level_of(bot, user, server_id) < needed:
        raise await refusal(bot, user, server_id, needed)


async def require_reviewer(bot: ClanBot, member: discord.Member | discord.User, review: Review) -> None:
    """Raises NotAllowed."""
    settings = await bot.services.settings.get(review.server_id)
    if not may_review(member, settings, review):
        guild = member.guild if isinstance(member, discord.Member) else None
        watched = is_watched(guild, settings, review.channel_id)
        sent = watched and review.uploader_id != 0  # whoever was forgotten is nobody
        sender = f"<@{UserId(review.uploader_id)}>, who sent it" if sent else ""
        raise await refusal(bot, member, review.server_id, Level.MODERATOR, sender=sender)


async def require_moderator(bot: ClanBot, member: discord.Member | discord.User, server_id: ServerId) -> None:
    """For buttons and forms. Raises NotAllowed."""
    await require_level(bot, member, server_id, Level.MODERATOR)


async def require_teller(bot: ClanBot, member: discord.Member | discord.User, server_id: ServerId) -> None:
    """Whoever the settings let tell a live war. Raises NotAllowed."""
    settings = await bot.services.settings.get(server_id)
    await require_level(bot, member, server_id, settings.live_typing)


@contextmanager
def for_the_handler() -> Iterator[None]:
    """Of what a check raises, discord.py hands only errors of its own kind on: records that are away would be told to
    nobody."""
    try:
        yield
    except UserProblem as problem:
        raise commands.CommandInvokeError(problem) from problem


def _check(right: Right, needed: Level) -> Callable[[Decorated], Decorated]:
    """A check of ours for both kinds of call, marked with the right it stands for, which `help` shows and a test asks
    for."""

    async def predicate(context: ClanContext) -> bool:
        if needed is Level.EVERYONE:
            return True
        if context.guild is None:
            raise commands.NoPrivateMessage
        with for_the_handler():
            await require_level(context.bot, context.author, ServerId(context.guild.id), needed)
        return True

    predicate.right = right  # type: ignore[attr-defined]
    return commands.check(predicate)


def everyone() -> Callable[[Decorated], Decorated]:
    """Whoever may type in the channel."""
    return _check(EVERYONE, Level.EVERYONE)


def moderators_only() -> Callable[[Decorated], Decorated]:
    return _check(Right(Level.MODERATOR), Level.MODERATOR)


def admins_only(*, hide: bool = False) -> Callable[[Decorated], Decorated]:
    """`hide` also hides a whole slash command from everybody who may not manage the server."""

    def decorate(command: Decorated) -> Decorated:
        if hide:
            app_commands.default_permissions(manage_guild=True)(command)
        return _check(Right(Level.ADMIN), Level.ADMIN)(command)

    return decorate


def reviewers_only() -> Callable[[Decorated], Decorated]:
    """Marks a command that works on one review. Which one is known only inside, so the command itself calls
    `require_reviewer`."""
    return _check(REVIEWERS, Level.EVERYONE)


def for_oneself(right: Right = FOR_ONESELF) -> Callable[[Decorated], Decorated]:
    """Marks a command that people use for themselves and moderators for anybody: the command itself tells which it
    is."""
    return _check(right, Level.TRUSTED if right is TRUSTED_FOR_ONESELF else Level.EVERYONE)


def tellers_only() -> Callable[[Decorated], Decorated]:
    """Marks a command that tells a live war: the setting says which level that needs."""

    async def predicate(context: ClanContext) -> bool:
        with for_the_handler():
            await require_teller(context.bot, context.author, context.server_id)
        return True

    predicate.right = TELLERS  # type: ignore[attr-defined]
    return commands.check(predicate)


def operator_only() -> Callable[[Decorated], Decorated]:
    """The owner of the bot's application on Discord, or a member of its team."""

    async def predicate(context: ClanContext) -> bool:
        if not await context.bot.is_owner(context.author):
            raise NotAllowed("Only whoever runs this bot can do that: it is about all servers together.", Level.OWNER)
        return True

    predicate.right = OPERATOR  # type: ignore[attr-defined]
    return commands.check(predicate)


def right_of(command: commands.Command[Any, ..., Any]) -> Right:
    """What the command says it asks for; none can be declared that says nothing."""
    right: Right = next(check.right for check in command.checks if hasattr(check, "right"))
    return right


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
