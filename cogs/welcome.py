"""Telling a server that is new what to do first."""

from __future__ import annotations

import logging

import discord
from discord.ext import commands

from bot.client import ClanBot
from bot.first_steps import channel_to_greet_in, welcome

logger = logging.getLogger(__name__)


class Welcome(commands.Cog):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        channel = channel_to_greet_in(guild)
        # A clan that invites the bot again has its settings still.
        if channel is None or await self.bot.is_set_up(guild):
            return
        try:
            await channel.send(welcome(await self.bot.prefix_of(guild)))
        except discord.HTTPException as failure:
            logger.info("Server %s is not greeted: %s", guild.id, failure)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Welcome(bot))
