"""The monthly report: shown to everybody who asks, and posted by itself where a server wants it."""

from __future__ import annotations

import io
import logging
from datetime import date, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import group, part
from bot.filter_words import day_of
from bot.graphing import Kind, draw
from bot.monthly_texts import is_report_of, month_name, monthly_embed
from bot.periodic import PeriodicCog
from bot.permissions import admins_only, everyone, what_the_bot_lacks
from bot.services.errors import NotFound
from bot.services.monthly import Due, filter_of
from mkw.filters import Filter
from mkw.ids import ChannelId, ServerId
from mkw.numerals import write_as

logger = logging.getLogger(__name__)
PICTURE = "month.png"
# An optional channel would take a misspelt one for none, and post into this one.
HERE = commands.CurrentChannel
MESSAGES_LOOKED_THROUGH = 5_000


class Monthly(PeriodicCog, name="Monthly report"):
    every = timedelta(minutes=10)
    failed = "No monthly report was posted"

    @group("monthly", fallback="show", example="monthly 2026-03")
    @app_commands.describe(month="Such as 2026-03; nothing: this month so far, or the last")
    @everyone()
    async def monthly(self, ctx: ClanContext, month: str | None = None) -> None:
        """Show a month of the clan: results, averages, records."""
        today = (await ctx.services.statistics.today(ctx.server_id)).date()
        first = day_of(month, today).replace(day=1) if month else today.replace(day=1)
        made = await self._made(ctx.server_id, first)
        if made is None and not month:  # on its first days a month has nothing to show yet
            made = await self._made(ctx.server_id, (first - timedelta(days=1)).replace(day=1))
        if made is None:
            raise NotFound(f"No war of {month_name(first)} is kept.")
        embed, file = made
        await ctx.answer(embed=embed, file=file)

    @part(monthly, "channel", example="monthly channel #results")
    @app_commands.describe(channel="Where the report of every month is posted when it is over; nothing: here")
    @admins_only()
    async def monthly_channel(self, ctx: ClanContext, *, channel: discord.TextChannel = HERE) -> None:
        """Post the report there on the first of every month."""
        today = (await ctx.services.statistics.today(ctx.server_id)).date()
        await ctx.services.monthly.set_channel(ctx.actor, ChannelId(channel.id), today=today)
        lacks = what_the_bot_lacks([channel.id], ctx.guild)
        when = f"The report of {month_name(today.replace(day=1))} comes to <#{channel.id}> when the month is over."
        await ctx.answer(f"{when} {lacks}".strip())

    @part(monthly, "off", example="monthly off")
    @admins_only()
    async def monthly_off(self, ctx: ClanContext) -> None:
        """Post no monthly report."""
        today = (await ctx.services.statistics.today(ctx.server_id)).date()
        await ctx.services.monthly.set_channel(ctx.actor, None, today=today)
        await ctx.answer("No monthly report is posted. `monthly` still shows it.")

    async def look(self) -> None:
        """Post what is due. A failure of one server keeps nothing from the others."""
        for due in await self.bot.services.monthly.due():
            if self.bot.get_guild(due.server_id) is None:
                continue  # another process has that server, or nobody
            try:
                await self._post(due)
            except Exception:
                logger.exception("The report of %s for server %s was not posted", due.month, due.server_id)

    async def _post(self, due: Due) -> None:
        """Take it on, post it, say so. Whoever dies between leaves it to the next, an hour later, who looks first
        whether it is there: Discord drops the second message of one nonce for some minutes only."""
        taken = await self.bot.services.monthly.take(due)
        if taken is None:
            return
        made = await self._made(due.server_id, due.month)
        channel = self.bot.get_channel(taken.channel_id)
        ours = isinstance(channel, discord.abc.GuildChannel | discord.Thread) and channel.guild.id == due.server_id
        if made is not None and ours and isinstance(channel, discord.abc.Messageable):
            embed, file = made
            try:
                if not (taken.again and await self._is_there(channel, due)):
                    await channel.send(embed=embed, file=file, nonce=f"{due.month:%y%m}-{due.server_id}")
            except (discord.Forbidden, discord.NotFound) as refused:
                logger.warning("No monthly report for server %s: Discord refused (%s)", due.server_id, refused.code)
        await self.bot.services.monthly.posted(due)

    async def _is_there(self, channel: discord.abc.Messageable, due: Due) -> bool:
        """Posted by itself, not as the answer to somebody."""
        async for message in channel.history(after=due.over, limit=MESSAGES_LOOKED_THROUGH, oldest_first=True):
            asked_for = message.reference is not None or message.interaction_metadata is not None
            if message.author == self.bot.user and not asked_for and is_report_of(message.embeds, due.month):
                return True
        return False

    async def _made(self, server_id: ServerId, month: date) -> tuple[discord.Embed, discord.File] | None:
        statistics = self.bot.services.statistics
        scope = await statistics.scope(server_id, filter_of(month))
        whole = await statistics.scope(server_id, Filter(room=scope.rooms.chosen))
        settings = await self.bot.services.settings.get(server_id)
        write_as(settings.locale)
        clan = settings.clan
        embed = monthly_embed(clan, month, scope, whole.record)
        if embed is None:
            return None
        if scope.rooms.apart:
            embed.set_footer(text=f"{scope.rooms.chosen}p · {scope.rooms.apart} wars of the other size stand apart")
        drawn = await draw(Kind.DIFFERENCE, scope, [], clan=clan, note=month_name(month))
        if drawn.picture is None:
            return embed, discord.utils.MISSING
        embed.set_image(url=f"attachment://{PICTURE}")
        return embed, discord.File(io.BytesIO(drawn.picture), filename=PICTURE)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Monthly(bot))
