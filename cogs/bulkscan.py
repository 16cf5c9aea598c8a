"""Walking through the history of a channel: years of results, kept with a few presses."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.bulk_texts import progress_embed
from bot.bulk_words import span_of
from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import cooldown, group, part
from bot.permissions import NEEDED, moderators_only
from bot.services.bulk import ScanState
from bot.services.errors import BadInput, NotFound, RecordsAway
from bot.views.bulk import progress_view
from mkw.ids import ChannelId, MessageId

logger = logging.getLogger(__name__)
ScannedChannel = discord.TextChannel | discord.Thread


class BulkScan(commands.Cog, name="Bulk scan"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self._resumed = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        # Discord says "ready" after every lost connection; a walker that runs needs no other.
        if not self._resumed:
            self._resumed = True
            self.bot.work.start(self._resume(), name="resume bulk scans")

    async def _resume(self) -> None:
        while not self.bot.closing:
            try:
                await self.bot.bulk.resume()
            except RecordsAway:
                logger.warning("The records are away; bulk scans are resumed later")
                await asyncio.sleep(30)
            else:
                return

    @group("bulkscan", fallback="start", example="bulkscan since 3 months")
    @app_commands.describe(
        channel="Whose history; nothing: this channel",
        what="Such as 500 (messages), since 2026-01-01, since 3 months; nothing: all of it",
    )
    @moderators_only()
    @cooldown(person=3, server=6)
    async def bulkscan(self, ctx: ClanContext, channel: ScannedChannel | None = None, *, what: str = "") -> None:
        """Read every result in the history of a channel, oldest first."""
        wanted = channel or ctx.channel
        today = await ctx.services.statistics.today(ctx.server_id)
        span = span_of(what, today.date())
        self._require_rights(ctx, wanted)
        before = ctx.message.id
        if span.until is not None:
            before = min(before, discord.utils.time_snowflake(_start_of(span.until + timedelta(days=1), today.tzinfo)))
        scan = await ctx.services.bulk.start(
            ctx.actor,
            ChannelId(wanted.id),
            answer_channel_id=ChannelId(ctx.channel.id),
            before=MessageId(before),
            most_messages=span.most_messages,
            since=None if span.since is None else _start_of(span.since, today.tzinfo),
        )
        embed = progress_embed(scan, seconds_left=None, prefix=ctx.clean_prefix)
        await self.bot.bulk.begin(scan, await ctx.answer(embed=embed, view=progress_view(scan.bulk_id)))

    @part(bulkscan, "stop", example="bulkscan stop")
    @moderators_only()
    async def bulkscan_stop(self, ctx: ClanContext) -> None:
        """End the bulk scan that is running; what was read stays."""
        scan = await ctx.services.bulk.newest(ctx.server_id)
        if scan.state is ScanState.ENDED:
            raise NotFound("No bulk scan is running; `bulkscan list` shows what the last one found.")
        await self.bot.bulk.stop(ctx.actor, scan.bulk_id)
        await ctx.answer("Stopped; its message shows the list of what was found.")

    @part(bulkscan, "list", example="bulkscan list")
    @moderators_only()
    async def bulkscan_list(self, ctx: ClanContext) -> None:
        """Show the progress or the list of the last bulk scan here."""
        scan = await ctx.services.bulk.newest(ctx.server_id)
        embed = progress_embed(scan, seconds_left=None, prefix=ctx.clean_prefix)
        await self.bot.bulk.move(scan, await ctx.answer(embed=embed))

    def _require_rights(self, ctx: ClanContext, channel: discord.abc.MessageableChannel) -> None:
        """What is missing is said before hours are spent. Raises BadInput."""
        if ctx.guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            raise commands.NoPrivateMessage
        if channel.guild.id != ctx.guild.id:
            raise NotFound("There is no such channel on this server.")
        if isinstance(ctx.author, discord.Member) and not channel.permissions_for(ctx.author).read_message_history:
            raise BadInput("You may not read the history of that channel yourself.")
        allowed = channel.permissions_for(ctx.guild.me)
        missing = [name.replace("_", " ").title() for name in NEEDED if not getattr(allowed, name)]
        if missing:
            raise BadInput(f"I cannot scan {channel.name} yet: I need {', '.join(missing)} there.")


def _start_of(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(BulkScan(bot))
