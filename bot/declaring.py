"""How commands are declared: one definition for prefix and slash, with what `help` needs.

Commands work in servers only unless they say `anywhere`; `private` answers to slash are for the asker alone.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from bot.cooldowns import Limit

if TYPE_CHECKING:
    from bot.context import ClanContext

Callback = Callable[..., Coroutine[Any, Any, None]]
HybridCommand = commands.HybridCommand[Any, ..., Any]
HybridGroup = commands.HybridGroup[Any, ..., Any]


def command(
    name: str,
    *,
    example: str,
    aliases: tuple[str, ...] = (),
    topic: str | None = None,
    private: bool = False,
    anywhere: bool = False,
    form: bool = False,
) -> Callable[[Callback], HybridCommand]:
    """A command of its own. `topic` is for help; the cog's name where it is not given. `form`: it may answer with a
    form, which must be an interaction's first answer, and acknowledges by itself otherwise."""

    def decorate(callback: Callback) -> HybridCommand:
        extras = _extras(example, topic, private=private) | {"form": form}
        made = commands.hybrid_command(name=name, aliases=list(aliases), extras=extras)
        declared: HybridCommand = made(_with_a_level(callback) if anywhere else _in_servers(callback))
        return declared

    return decorate


def group(
    name: str,
    *,
    fallback: str,
    example: str,
    aliases: tuple[str, ...] = (),
    private: bool = False,
    form: bool = False,
) -> Callable[[Callback], HybridGroup]:
    """A command with parts. Slash cannot call a group itself: there it is the part named `fallback`."""

    def decorate(callback: Callback) -> HybridGroup:
        made = commands.hybrid_group(
            name=name,
            fallback=fallback,
            aliases=list(aliases),
            invoke_without_command=True,
            case_insensitive=True,
            extras=_extras(example, None, private=private) | {"form": form},
        )
        declared: HybridGroup = made(_in_servers(callback))
        return declared

    return decorate


def part(of: HybridGroup, name: str, *, example: str, private: bool = False) -> Callable[[Callback], HybridCommand]:
    """A part of a group of the same cog."""

    def decorate(callback: Callback) -> HybridCommand:
        made = of.command(name=name, extras=_extras(example, None, private=private))
        declared: HybridCommand = made(_in_servers(callback))
        return declared

    return decorate


def join_group(bot: commands.Bot, name: str, command: HybridCommand) -> None:
    """Makes a command a part of another cog's group. Raises TypeError where that cog is not loaded."""
    found = bot.get_command(name)
    if not isinstance(found, commands.HybridGroup):
        raise TypeError(f"the cog with `{name}` must be loaded first: `{command.name}` joins its group")
    found.add_command(command)


def leave_group(bot: commands.Bot, name: str, command: str) -> None:
    """Nothing where the group is gone already."""
    found = bot.get_command(name)
    if isinstance(found, commands.HybridGroup):
        found.remove_command(command)


def cooldown(person: int, server: int) -> Callable[[Callback], Callback]:
    """At most so many times a minute for each person, and for a server's people together: reading a picture is work.
    Stands next to the function, so that it is asked last: what is refused for another reason does not count."""
    limit = Limit(person, server)

    async def predicate(context: ClanContext) -> bool:
        if context.command is not None:
            context.bot.cooldowns.require(context, context.command.qualified_name, limit)
        return True

    predicate.limit = limit  # type: ignore[attr-defined]
    return commands.check(predicate)


def limit_of(command: commands.Command[Any, ..., Any]) -> Limit | None:
    return next((check.limit for check in command.checks if hasattr(check, "limit")), None)


def _with_a_level(callback: Callback) -> Callback:
    """Raises TypeError where the function has no decorator of bot.permissions."""
    if not any(hasattr(check, "right") for check in getattr(callback, "__commands_checks__", ())):
        raise TypeError(f"{callback.__name__} does not say which level may use it: everyone(), moderators_only(), ...")
    return callback


def _in_servers(callback: Callback) -> Callback:
    # The check that was added last runs first: "not in a direct message" comes before "who are you".
    return app_commands.guild_only()(commands.guild_only()(_with_a_level(callback)))


def _extras(example: str, topic: str | None, *, private: bool) -> dict[str, Any]:
    return {"example": example, "private": private} | ({"topic": topic} if topic else {})
