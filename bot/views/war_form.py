"""A form to paste a war into: a slash command's option is one line, a table's text is many."""

from __future__ import annotations

from typing import Any

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.services.errors import BadInput
from bot.typed import without_fence
from bot.views.base import OwnModal
from mkw.ids import ChannelId, MessageId

EXAMPLE = "CR: Comet 92, Pixel (7) 44, Marlin (5) 27\nvs CB 491"
LENGTH = 3000
SHOWN_AGAIN = 1200


class WarForm(OwnModal):
    def __init__(self) -> None:
        super().__init__(title="A war's result")
        self.text: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="text", style=discord.TextStyle.paragraph, placeholder=EXAMPLE, max_length=LENGTH
        )
        description = "Players with their scores, or the text of a Lorenzi table"
        self.add_item(discord.ui.Label(text="Result", description=description, component=self.text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction, thinking=True)
        bot = bot_of(interaction)
        answer = await interaction.original_response()
        try:
            review = await bot.services.reviews.typed(
                actor_of(interaction.user, interaction.guild),
                ChannelId(interaction.channel_id or 0),
                MessageId(answer.id),
                without_fence(self.text.value),
            )
        except BadInput as problem:
            await self.give_back(interaction, problem, self.text.value, most=SHOWN_AGAIN)
            return

        async def send(**shown: Any) -> discord.Message:
            shown.pop("silent", None)
            message: discord.Message = await interaction.followup.send(wait=True, **shown)
            return message

        await bot.answers.post(review, send)
