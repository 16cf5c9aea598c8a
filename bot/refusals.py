"""What somebody may not do is told to the server's log, whichever way they tried: command, button, menu or form."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord

from bot.context import actor_of, bot_of
from bot.permissions import NotAllowed
from bot.services.errors import LevelTooLow, UserProblem

if TYPE_CHECKING:
    from bot.context import ClanContext
    from bot.services.actors import Actor
    from bot.services.house import Services

logger = logging.getLogger(__name__)


async def note_refused_command(ctx: ClanContext, error: BaseException) -> None:
    """Never raises."""
    if ctx.guild is not None and ctx.command is not None:
        await _note(ctx.services, ctx.actor, f"command {ctx.command.qualified_name}", error)


async def note_refused_press(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Never raises."""
    if interaction.guild is not None:
        actor = actor_of(interaction.user, interaction.guild)
        await _note(bot_of(interaction).services, actor, _pressed(interaction), error)


async def _note(services: Services, actor: Actor, tried: str, error: BaseException) -> None:
    if not isinstance(error, NotAllowed | LevelTooLow):
        return
    try:
        await services.refusals.note(actor, tried, error.needed)
    except UserProblem as problem:
        logger.warning("Server %s: a refused try is not in the log: %s", actor.server_id, type(problem).__name__)


def _pressed(interaction: discord.Interaction[Any]) -> str:
    if interaction.type is discord.InteractionType.modal_submit:
        return "a form"
    if interaction.command is not None:
        return f"command {interaction.command.qualified_name}"
    custom_id = dict(interaction.data or {}).get("custom_id")
    rows = interaction.message.components if interaction.message is not None else []
    buttons = [one for row in rows if isinstance(row, discord.ActionRow) for one in row.children]
    label = next((one.label for one in buttons if isinstance(one, discord.Button) and one.custom_id == custom_id), None)
    return "a menu" if label is None else f"button {label}"
