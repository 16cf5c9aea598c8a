"""A war that was typed or pasted instead of posted."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.permissions import everyone, require_teller
from bot.services.errors import BadInput, UserProblem
from bot.texts_attached import text_attached
from bot.typed import without_fence
from bot.views.live import end_view
from bot.views.war_form import WarForm
from mkw.ids import ChannelId, MessageId
from mkw.live_words import Block, block_of


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
        the opponent. The text of a gb.hlorenzi.com table works as it is, pasted or as a .txt file. So do races: `CR vs
        CB` in the first line, then a race a line, such as `sgb 1 3 4 7 9 12`.
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
        block = block_of(without_fence(text))
        if block is not None:
            await self._races(ctx, block)
            return
        message_id = ctx.message.id
        if ctx.interaction is not None:
            message_id = (await ctx.interaction.original_response()).id
        review = await self.bot.services.reviews.typed(
            ctx.actor, ChannelId(ctx.channel.id), MessageId(message_id), without_fence(text)
        )

        await self.bot.answers.post(review, ctx.show)

    async def _races(self, ctx: ClanContext, block: Block) -> None:
        """A war of races is told at once where it was typed, and kept with a press."""
        await require_teller(self.bot, ctx.author, ctx.server_id)
        channel_id = ChannelId(ctx.channel.id)
        await ctx.services.live.start(ctx.actor, channel_id, block.sides, block.form)
        try:
            told = await self.bot.live.say(ctx.actor, channel_id, block.lines)
        except UserProblem:
            await ctx.services.live.throw_away(ctx.actor, channel_id)
            raise
        if not told.view.war.races:
            await ctx.services.live.throw_away(ctx.actor, channel_id)
            raise BadInput(f"{told.problem or 'There is no race in it.'} Nothing is kept.")
        await self.bot.live.answer(ctx.actor, replace(told, end=None), ctx.show)
        if told.problem is None and told.ask is None:
            await ctx.answer("Is that the whole war?", view=end_view(told.view, throw=True))


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(AddWar(bot))
