"""One answer to every error, for prefix commands, slash commands, buttons and forms.

The order: what a person can mend (their own text) · a right that is missing · a direct message · a cooldown · a wrong
argument (usage with an example) · what Discord refuses · anything else (a short text and an error id; the log has the
traceback and the ids, never what somebody wrote).
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cooldowns import TooFast
from bot.near_commands import command_meant, part_meant
from bot.permissions import NotAllowed
from bot.refusals import note_refused_command, note_refused_press
from bot.services.errors import LevelTooLow, NotFound, RecordsAway, UserProblem
from bot.services.player import PlayerStatus
from bot.wording import escape, own_words

if TYPE_CHECKING:
    from bot.context import ClanContext

logger = logging.getLogger(__name__)
ONLY_IN_SERVERS = "This works in a server only, because every server has its own players and wars. `help` works here."
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    PlayerStatus.__name__: "one of " + ", ".join(f"`{status}`" for status in PlayerStatus),
}
UNSURE_REACTION = "\N{WARNING SIGN}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the person reads; None where nothing can or should be said. `unexpected` errors go to the log."""

    text: str | None
    unexpected: bool = False


def explain(error: BaseException, *, usage: str | None = None) -> Explanation:  # noqa: PLR0911 - one line a kind, in order
    """The text for an error of any kind; `usage` is added to a wrong argument."""
    error = unwrap(error)
    if isinstance(error, UserProblem):
        return Explanation(_problem_text(error))
    if isinstance(error, NotAllowed | TooFast):
        return Explanation(str(error))
    if isinstance(error, commands.NoPrivateMessage | app_commands.NoPrivateMessage):
        return Explanation(ONLY_IN_SERVERS)
    if isinstance(error, commands.UserInputError | app_commands.TransformerError):
        return Explanation(" ".join(filter(None, (_input_text(error), usage))))
    if isinstance(error, commands.CheckFailure | app_commands.CheckFailure):
        return Explanation("You may not do that here.")
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return Explanation("That command has changed since Discord last looked; restart Discord, or ask `/help`.")
    if isinstance(error, commands.CommandNotFound):
        return Explanation(None)  # other bots may listen to the same prefix
    return Explanation(None, unexpected=True)


def outcome_of(error: BaseException) -> str:
    """How a command ended that raised this, in a word for its metric."""
    error = unwrap(error)
    if isinstance(error, TooFast):
        return "cooldown"
    if isinstance(error, commands.CheckFailure | app_commands.CheckFailure | LevelTooLow):
        return "refused"
    if isinstance(error, RecordsAway):
        return "records away"
    if isinstance(error, discord.HTTPException):
        return "discord"
    return "error" if explain(error).unexpected else "mistake"


def unwrap(error: BaseException) -> BaseException:
    """The error behind what discord.py wraps around it."""
    while isinstance(
        error,
        commands.CommandInvokeError | commands.HybridCommandError | commands.ConversionError
        | app_commands.CommandInvokeError,
    ):  # fmt: skip
        error = error.original
    return error


async def handle_command_error(context: ClanContext, error: Exception) -> None:
    """Prefix and slash commands. Never raises."""
    explanation = explain(error, usage=usage_of(context))
    text = _nearly(context, error) or explanation.text
    if explanation.unexpected:
        text = report(unwrap(error), what=f"command {context.command}", where=context)
    if text is None:
        return
    try:
        await context.answer(text, private=True)
    except discord.HTTPException as failure:
        logger.info("Could not answer in channel %s: %s", context.channel.id, failure)
        if context.interaction is None:
            await _react(context.message)
    await note_refused_command(context, unwrap(error))


def _nearly(context: ClanContext, error: Exception) -> str | None:
    """The answer to a slip in a command's name; None where there is none."""
    if isinstance(error, commands.CommandNotFound):
        return command_meant(context)
    return part_meant(context) if isinstance(unwrap(error), commands.BadArgument) else None


async def handle_interaction_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Buttons, menus, forms, and slash commands that never became a context. Never raises."""
    explanation = explain(error)
    text = explanation.text
    if explanation.unexpected:
        text = report(unwrap(error), what="interaction", where=interaction)
    if text is not None:
        await tell(interaction, text)
    await note_refused_press(interaction, unwrap(error))


async def tell(interaction: discord.Interaction[Any], text: str, **more: Any) -> None:
    """Say something to the person alone, whether or not the interaction was answered before. Never raises for an
    interaction that is too old."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, **more)
        else:
            await interaction.response.send_message(text, ephemeral=True, **more)
    except discord.HTTPException as failure:
        logger.info("Could not answer an interaction in channel %s: %s", interaction.channel_id, failure)


def report(error: BaseException, *, what: str, where: ClanContext | discord.Interaction[Any]) -> str | None:
    """Write it to the log; the short text with its id, or None where Discord itself said no and nothing can be said."""
    user = where.author if isinstance(where, commands.Context) else where.user
    channel_id = where.channel.id if isinstance(where, commands.Context) else where.channel_id
    server_id = where.guild and where.guild.id
    ids = f"server={server_id} channel={channel_id} user={user.id}"
    if isinstance(error, discord.Forbidden):
        logger.warning("%s: Discord refused (%s) %s", what, error.code, ids)
        return "Discord does not let me do that here: I need View Channel, Send Messages, Embed Links and Attach Files."
    if isinstance(error, discord.NotFound):
        logger.warning("%s: gone meanwhile (%s) %s", what, error.code, ids)
        return None
    error_id = secrets.token_hex(4)
    told = {"error_id": error_id, "server_id": server_id, "channel_id": channel_id, "what": what}
    logger.error("Error %s in %s %s", error_id, what, ids, exc_info=error, extra=told)
    return f"Something went wrong on my side; nothing you sent is lost. Error `{error_id}`."


def usage_of(context: ClanContext) -> str | None:
    """How the command is written, with an example."""
    command = context.command
    if command is None:
        return None
    prefix = "/" if context.interaction else context.clean_prefix
    written = f"`{prefix}{command.qualified_name} {signature_of(command)}`".replace(" `", "`")
    example = command.extras.get("example")
    return f"It is written {written}" + (f", such as `{prefix}{example}`." if example else ".")


def signature_of(command: commands.Command[Any, ..., Any]) -> str:
    """`<row> <score|name|races> <value>`: discord.py's own, without the quotes around words to choose from."""
    return command.signature.replace('"', "")


def _problem_text(problem: UserProblem) -> str:
    text = own_words(str(problem), limit=600)
    if isinstance(problem, NotFound) and problem.suggestions:
        names = ", ".join(f"**{escape(name, limit=80)}**" for name in problem.suggestions[:5])
        text += f" Did you mean {names}?"
    return text


def _input_text(error: BaseException) -> str:  # noqa: PLR0911 - one line a kind
    if isinstance(error, commands.MissingRequiredArgument):
        return f"`{error.param.displayed_name or error.param.name}` is missing."
    if isinstance(error, commands.ArgumentParsingError):
        return 'The quotes do not pair up. Put a name with spaces into one pair of them: "Big Comet".'
    if isinstance(error, commands.BadLiteralArgument):
        allowed = ", ".join(f"`{value}`" for value in error.literals)
        return f"`{_shown(str(error.argument))}` is not one of {allowed}."
    if isinstance(error, commands.RangeError):
        low, high = error.minimum, error.maximum
        allowed = f"{low} to {high}" if low is not None and high is not None else f"at least {low}"
        return f"`{_shown(str(error.value))}` is not a number from {allowed}."
    if isinstance(error, commands.MemberNotFound | commands.UserNotFound):
        return f"There is nobody called `{_shown(str(error.argument))}` on this server."
    if isinstance(error, commands.ChannelNotFound | commands.RoleNotFound):
        return f"There is no `{_shown(str(error.argument))}` on this server."
    if isinstance(error, commands.BadArgument):
        return _bad_argument_text(error)
    return "That is not how this command is written."


def _bad_argument_text(error: commands.BadArgument) -> str:
    # discord.py's own text names the parameter in quotes: Converting to "int" failed for parameter "row".
    parts = str(error).split('"')
    if len(parts) == 5 and parts[0].startswith("Converting"):
        return f"`{parts[3]}` must be {_KINDS.get(parts[1], f'a {parts[1]}')}."
    return escape(str(error), limit=300)


def _shown(text: str) -> str:
    return text.replace("`", "'")[:50]


async def _react(message: discord.Message) -> None:
    try:
        await message.add_reaction(UNSURE_REACTION)
    except discord.HTTPException:
        logger.debug("No reaction either in channel %s", message.channel.id)
