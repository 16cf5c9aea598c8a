"""Removing a kept war: asked first, undone at will."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_wars
from bot.context import ClanContext
from bot.declaring import HybridCommand, command, join_group, leave_group
from bot.permissions import moderators_only
from bot.services.errors import Conflict
from bot.views.confirm import Confirm
from bot.war_texts import war_result
from mkw.ids import WarId


def _remove_command() -> HybridCommand:
    """Made outside a class, because it joins the group `war` of another cog."""

    @command("remove", example="war remove 12", topic="Wars")
    @app_commands.describe(number="The war's number")
    @app_commands.autocomplete(number=complete_wars)
    @moderators_only()
    async def remove(ctx: ClanContext, number: commands.Range[int, 1]) -> None:
        """Take a war out of every list and average; asks first, and `undo` brings it back."""
        wars = ctx.services.wars
        war = await wars.get(ctx.server_id, WarId(number))
        if war.removed:
            raise Conflict(f"War {number} is removed already.")
        question = Confirm(ctx.author.id, yes="Remove", no="Keep it")
        text = f"Remove war {number}, {war_result(war)}? Every average changes; `undo` brings it back."
        question.message = await ctx.answer(text, view=question)
        await question.wait()
        if question.answer is None:
            await ctx.answer("Nobody answered: nothing is removed.")
        elif question.answer:
            await wars.remove(ctx.actor, WarId(number))
            if war.upload_id is not None:
                await ctx.bot.answers.refresh(ctx.server_id, war.upload_id)
            await ctx.answer(f"War {number} is removed. `undo` brings it back.")

    return remove


async def setup(bot: ClanBot) -> None:
    join_group(bot, "war", _remove_command())


async def teardown(bot: ClanBot) -> None:
    leave_group(bot, "war", "remove")
