"""A war that was typed or pasted instead of posted."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.permissions import everyone
from bot.services.errors import BadInput
from bot.texts_attached import text_attached
from bot.typed import without_fence
from bot.views.war_form import WarForm
from mkw.ids import ChannelId, MessageId


class AddWar(commands.Cog, name="Typing a war"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("addwar", example="addwar Comet 92, Pixel (7) 44, Marlin (5) 27 vs CB 491", form=True)
    @app_commands.describe(
        text="Comet 92, Pixel (7) 44 … vs CB 491; nothing: a form to paste a Lorenzi table into", file="Or a text file"
    )
    @everyone()
    @cooldown(person=6, server=40)
    async def addwar(
        self, ctx: ClanContext, *, text: str | None = None, file: discord.Attachment | None = None
    ) -> None:
        """Type or paste a war's result, or attach it as text; it is shown for review.

        Players with their scores, commas or line breaks between them; races of a substitute in brackets; `vs` begins
        the opponent. The text of a gb.hlorenzi.com table works as it is, pasted or as a .txt file.
        """
        attached = await text_attached(ctx, file)
        if attached is not None:
            text = attached if not text else f"{text}\n{attached}"
        if text is None and ctx.interaction is not None:
            await ctx.interaction.response.send_modal(WarForm())
            return
        if text is None:
            raise BadInput("Write players and scores behind it, such as `addwar Comet 92, Pixel 88 vs CB 491`.")
        await ctx.defer()
        message_id = ctx.message.id
        if ctx.interaction is not None:
            message_id = (await ctx.interaction.original_response()).id
        review = await self.bot.services.reviews.typed(
            ctx.actor, ChannelId(ctx.channel.id), MessageId(message_id), without_fence(text)
        )

        await self.bot.answers.post(review, ctx.show)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(AddWar(bot))
