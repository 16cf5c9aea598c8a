"""Who can play at a time: posted with `available`, answered by buttons, followed by one reminder."""

from __future__ import annotations

from datetime import timedelta

import discord
from discord import app_commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import group, part
from bot.periodic import PeriodicCog
from bot.permissions import everyone, for_oneself
from bot.services.errors import BadInput, NotFound
from bot.services.sign_ups import SignUp
from bot.sign_up_texts import list_text, sign_up_embed
from bot.sign_up_words import wanted
from bot.typed import unquoted
from bot.views.sign_up import sign_up_view
from mkw.ids import ChannelId, MessageId, SignUpId


class SignUps(PeriodicCog, name="Sign-ups"):
    every = timedelta(seconds=30)
    failed = "Nobody was reminded of sign-ups"

    async def look(self) -> None:
        """Remind of what begins soon."""
        await self.bot.sign_ups.remind()

    @group("available", fallback="post", example="available 21:00 vs KT")
    @app_commands.describe(when="21:00 · tomorrow 9pm vs KT 5v5 · sat 20:30 remind 30; nothing: those that are open")
    @everyone()
    async def available(self, ctx: ClanContext, *, when: str = "") -> None:
        """Ask who can play at a time, or list the sign-ups that are open.

        The time is the server's (`settings timezone`): `21:00`, `9pm`, `tomorrow 20:30`, `sat 9pm`, `in 2 hours`.
        Besides, in any order: `vs KT`, `5v5` (else 6 places), `remind 30` (minutes before, else 15; `remind off`).
        """
        if not when.strip():
            await self._list(ctx)
            return
        asked = wanted(unquoted(when), await ctx.services.statistics.today(ctx.server_id))
        sign_up = await ctx.services.sign_ups.post(
            ctx.actor, ChannelId(ctx.channel.id), asked.starts_at, opponent=asked.opponent, size=asked.size,
            remind=asked.remind,
        )  # fmt: skip
        message = await ctx.answer(embed=sign_up_embed(sign_up), view=sign_up_view(sign_up))
        await ctx.services.sign_ups.posted_as(ctx.server_id, sign_up.sign_up_id, MessageId(message.id))

    @part(available, "list", example="available list")
    @everyone()
    async def available_list(self, ctx: ClanContext) -> None:
        """List the sign-ups that are open."""
        await self._list(ctx)

    @part(available, "close", example="available close 3")
    @app_commands.describe(number="The sign-up's number; nothing: the only one of this channel")
    @for_oneself()
    async def available_close(self, ctx: ClanContext, number: int | None = None) -> None:
        """Let nobody sign up any more; the war holds."""
        sign_up = await self._meant(ctx, number)
        await ctx.services.sign_ups.close(ctx.actor, sign_up.sign_up_id)
        await ctx.answer(f"Sign-up {sign_up.sign_up_id} is closed; the war holds. `undo` opens it again.")
        await self.bot.sign_ups.refresh(ctx.server_id, sign_up.sign_up_id)

    @part(available, "cancel", example="available cancel 3")
    @app_commands.describe(number="The sign-up's number; nothing: the only one of this channel")
    @for_oneself()
    async def available_cancel(self, ctx: ClanContext, number: int | None = None) -> None:
        """Say that it does not take place; nobody is reminded."""
        sign_up = await self._meant(ctx, number)
        await ctx.services.sign_ups.cancel(ctx.actor, sign_up.sign_up_id)
        await ctx.answer(f"Sign-up {sign_up.sign_up_id} is cancelled; nobody is reminded. `undo` takes that back.")
        await self.bot.sign_ups.refresh(ctx.server_id, sign_up.sign_up_id)

    async def _list(self, ctx: ClanContext) -> None:
        prefix = await self.bot.prefix_of(ctx.guild)
        text = list_text(await ctx.services.sign_ups.coming(ctx.server_id), prefix)
        await ctx.answer(embed=discord.Embed(title="Sign-ups", description=text))

    async def _meant(self, ctx: ClanContext, number: int | None) -> SignUp:
        """By number, by the message replied to, or the only one of the channel; the asker's own, or anybody's for a
        moderator. Raises NotFound, BadInput, NotAllowed."""
        reference = ctx.message.reference if ctx.interaction is None else None
        services = ctx.services.sign_ups
        if number is not None:
            found = await services.get(ctx.server_id, SignUpId(min(max(number, 0), 2**31 - 1)))
        elif reference is not None and reference.message_id is not None:
            found = await services.by_message(ctx.server_id, MessageId(reference.message_id))
        else:
            here = [one for one in await services.coming(ctx.server_id) if one.channel_id == ctx.channel.id]
            if not here:
                raise NotFound("No sign-up is open in this channel; `available` lists those of the server.")
            if len(here) > 1:
                numbers = " or ".join(str(one.sign_up_id) for one in here)
                raise BadInput(f"Which one? Say its number: {numbers}.")
            found = here[0]
        await self.bot.sign_ups.require_poster(ctx.author, found)
        return found


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(SignUps(bot))
