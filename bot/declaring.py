"""How commands are declared: one definition for prefix and slash, with what `help` needs.

Commands work in servers only unless they say `anywhere`; `private` answers to slash are for the asker alone.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from discord import app_commands
from discord.ext import commands

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
        declared: HybridCommand = made(callback if anywhere else _in_servers(callback))
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


def cooldown(times: int, seconds: float) -> Callable[[Callback], Callback]:
    """At most `times` in `seconds` for each person: reading a picture is work."""

    def decorate(callback: Callback) -> Callback:
        limited: Callback = commands.cooldown(times, seconds, commands.BucketType.user)(callback)
        return limited

    return decorate


def _in_servers(callback: Callback) -> Callback:
    # The check that was added last runs first: "not in a direct message" comes before "who are you".
    return app_commands.guild_only()(commands.guild_only()(callback))


def _extras(example: str, topic: str | None, *, private: bool) -> dict[str, Any]:
    return {"example": example, "private": private} | ({"topic": topic} if topic else {})
