"""Reading a picture on demand, in any channel."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, cooldown
from bot.permissions import everyone
from bot.pictures_sent import attachments_of, claims_to_be_picture, fetch, newest_picture, why_not
from bot.services.drafts import UploadState
from bot.services.errors import BadInput, NotFound, UserProblem
from bot.wording import escape, own_words

MESSAGES_LOOKED_THROUGH = 50


class Scan(commands.Cog, name="Pictures on demand"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("scan", example="scan")
    @app_commands.describe(picture="A war's result; without one, the newest picture of the channel")
    @everyone()
    @cooldown(person=6, server=30)
    async def scan(self, ctx: ClanContext, picture: discord.Attachment | None = None) -> None:
        """Read a picture: the one sent along or replied to, or the newest of the channel."""
        if picture is None:
            found = [await self._find(ctx)]
        elif ctx.interaction is not None:
            found = [(ctx.message, picture)]
        else:
            found = [(ctx.message, one) for one in attachments_of(ctx.message)]
        for message, attachment in found:
            try:
                await self._read(ctx, message, attachment)
            except UserProblem as problem:
                if len(found) == 1:
                    raise
                # One bad file of several does not cost the others.
                await ctx.answer(f"**{escape(attachment.filename, limit=60)}**: {own_words(str(problem), limit=500)}")

    async def _read(self, ctx: ClanContext, message: discord.Message, attachment: discord.Attachment) -> None:
        """Raises UserProblem."""
        limit = self.bot.options.max_upload_bytes
        data = await fetch(attachment) if attachment.size <= limit else None
        if (reason := why_not(attachment, data, limit=limit)) is not None or data is None:
            raise BadInput(reason or "It cannot be read.")
        # A picture given to the slash command was never posted: the answer is its message.
        given = ctx.interaction is not None and message.id == ctx.message.id
        message_id = (await ctx.interaction.original_response()).id if given and ctx.interaction else message.id
        received = await self.bot.uploads.receive(
            message, attachment, sender=ctx.author, guild=message.guild or self._guild(ctx),
            channel_id=ctx.channel.id, message_id=message_id, data=data,
        )  # fmt: skip
        review = await self.bot.services.intake.process(ctx.server_id, received.upload_id)
        if review.state is UploadState.RECEIVED:
            raise NotFound("This picture is being read already; its answer comes in a moment.")
        await self.bot.answers.post(review, ctx.show)

    @staticmethod
    def _guild(ctx: ClanContext) -> discord.Guild:
        if ctx.guild is None:
            raise commands.NoPrivateMessage
        return ctx.guild

    async def _find(self, ctx: ClanContext) -> tuple[discord.Message, discord.Attachment]:
        """The picture of the message replied to, or the newest of the channel. Raises NotFound."""
        reference = ctx.message.reference if ctx.interaction is None else None
        if reference is not None and reference.message_id is not None:
            replied = reference.resolved
            if not isinstance(replied, discord.Message):
                replied = await ctx.channel.fetch_message(reference.message_id)
            pictures = [attachment for attachment in attachments_of(replied) if claims_to_be_picture(attachment)]
            if pictures:
                return replied, pictures[0]
            raise NotFound("There is no picture on the message you replied to.")
        messages = [message async for message in ctx.channel.history(limit=MESSAGES_LOOKED_THROUGH)]
        found = newest_picture(messages, own_id=self.bot.user.id if self.bot.user else 0)
        if found is None:
            raise NotFound(f"There is no picture among the last {MESSAGES_LOOKED_THROUGH} messages here.")
        return found


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Scan(bot))
