"""A roster pasted as text: what it would do, and a button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.permissions import require_moderator
from bot.roster_texts import plan_text, plan_title
from bot.services.errors import BadInput
from bot.services.importing import Plan
from bot.typed import without_fence
from bot.views.base import OwnModal, OwnView
from mkw.ids import ChannelId, ServerId

if TYPE_CHECKING:
    from bot.context import ClanContext

EXAMPLE = "Comet, trial, DE, CR Blue, C0met\nPixel, ally"
LENGTH = 4000  # Discord's limit
SHOWN_AGAIN = 1500


class PlanView(OwnView):
    """Holds the text and what was shown of it: what is done is what was shown."""

    def __init__(self, owner_id: int, text: str, plan: Plan) -> None:
        super().__init__(owner_id)
        self.text = text
        self.plan = plan
        self._add("Do it", discord.ButtonStyle.success, self._do)
        self._add("Leave it", discord.ButtonStyle.secondary, self._leave)

    def _add(self, label: str, style: discord.ButtonStyle, callback: Any) -> None:
        button: discord.ui.Button[PlanView] = discord.ui.Button(label=label, style=style)
        button.callback = callback  # type: ignore[method-assign]
        self.add_item(button)

    async def _do(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        actor = actor_of(interaction.user, interaction.guild)
        await require_moderator(bot, interaction.user, actor.server_id)
        await bot.services.importing.apply(actor, self.text, self.plan)
        self.stop()
        embed = discord.Embed(title="Done", description=plan_text(self.plan)).set_footer(
            text="undo takes all of it back"
        )
        await interaction.edit_original_response(embed=embed, view=None)
        await bot.answers.refresh_newest(actor.server_id, ChannelId(interaction.channel_id or 0))

    async def _leave(self, interaction: discord.Interaction[Any]) -> None:
        self.stop()
        embed = discord.Embed(title="Left as it was", description="Nothing was changed.")
        await interaction.response.edit_message(embed=embed, view=None)


def plan_embed(plan: Plan) -> discord.Embed:
    embed = discord.Embed(title=plan_title(plan), description=plan_text(plan))
    return embed.set_footer(text="Nothing is changed yet" if plan.does_something else "There is nothing to do")


async def show_plan(ctx: ClanContext, text: str) -> None:
    plan = await ctx.services.importing.plan(ctx.server_id, text)
    view = PlanView(ctx.author.id, text, plan) if plan.does_something else None
    message = await ctx.answer(embed=plan_embed(plan), view=view)
    if view is not None:
        view.message = message


class RosterForm(OwnModal):
    def __init__(self) -> None:
        super().__init__(title="A roster")
        self.text: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="text", style=discord.TextStyle.paragraph, placeholder=EXAMPLE, max_length=LENGTH
        )
        description = "One player a line; behind the name status, country, team and aliases in any order"
        self.add_item(discord.ui.Label(text="Players", description=description, component=self.text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction, thinking=True)
        bot = bot_of(interaction)
        actor = actor_of(interaction.user, interaction.guild)
        await require_moderator(bot, interaction.user, actor.server_id)
        text = without_fence(self.text.value)
        try:
            plan = await bot.services.importing.plan(ServerId(actor.server_id), text)
        except BadInput as problem:
            await self.give_back(interaction, problem, self.text.value, most=SHOWN_AGAIN)
            return
        if not plan.does_something:
            await interaction.followup.send(embed=plan_embed(plan))
            return
        view = PlanView(interaction.user.id, text, plan)
        view.message = await interaction.followup.send(embed=plan_embed(plan), view=view, wait=True)
