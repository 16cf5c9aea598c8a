"""What somebody nearly typed: a command, or a part of one. Other bots may listen to the same prefix, so only what is
almost a command of ours is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from discord.ext import commands
from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from bot.context import ClanContext

_LEAST = 4  # letters: shorter words are a letter away from too much
_LONG = 8  # letters, of which two may be wrong


def near(word: str, known: Iterable[str]) -> str | None:
    """The nearest of what is known; None where it is more than a slip of the finger away, or is a part of it itself."""
    word = word.casefold()
    if len(word) < _LEAST or not word.isalpha():
        return None
    found = process.extractOne(
        word, list(known), scorer=OSA.distance, score_cutoff=2 if len(word) >= _LONG else 1
    )  # fmt: skip
    return None if found is None else str(found[0])


def command_meant(context: ClanContext) -> str | None:
    """The answer to a command there is not; None for silence."""
    found = near(context.invoked_with or "", context.bot.all_commands)
    return None if found is None else f"Did you mean `{context.clean_prefix}{found}`?"


def part_meant(context: ClanContext) -> str | None:
    """The answer where a word stands that is no part of the command's; None where none was typed."""
    group = context.command
    if not isinstance(group, commands.Group) or context.interaction is not None:
        return None
    word = context.subcommand_passed or ""
    if not word.isalpha():
        return None
    parts: Mapping[str, commands.Command[Any, ..., Any]] = group.all_commands
    name = near(word, parts)
    takes = [one for one in group.commands if _takes(one, word)]  # a set: in another order at every start
    meant = [parts[name]] if name is not None else sorted(takes, key=lambda one: one.name)
    if not meant:
        return None
    said = f"There is no `{context.clean_prefix}{group.qualified_name} {word[:30]}`."
    return f"{said} Did you mean {', or '.join(_written(one, context.clean_prefix) for one in meant)}?"


def _written(command: commands.Command[Any, ..., Any], prefix: str) -> str:
    signature = command.signature.replace('"', "")
    example = command.extras.get("example")
    return f"`{prefix}{command.qualified_name} {signature}`" + (f", such as `{prefix}{example}`" if example else "")


def _takes(command: commands.Command[Any, ..., Any], word: str) -> bool:
    """Whether the word is one of those to choose from there."""
    kinds = (one.annotation for one in command.clean_params.values())
    return any(word.casefold() in get_args(kind) for kind in kinds if get_origin(kind) is Literal)
