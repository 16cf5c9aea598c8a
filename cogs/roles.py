"""Listens for what says that a role was given or taken; bot/roles.py does the rest."""

from __future__ import annotations

import logging

import discord
from discord.ext import commands, tasks

from bot.client import ClanBot
from bot.services.errors import UserProblem

logger = logging.getLogger(__name__)
HOURS_BETWEEN_LOOKS = 1.0


class Roles(commands.Cog, name="Roles"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self.looks = 0

    async def cog_unload(self) -> None:
        self.look_everywhere.cancel()

    @tasks.loop(hours=HOURS_BETWEEN_LOOKS)
    async def look_everywhere(self) -> None:
        try:
            await self.bot.roles.look_everywhere()
        except UserProblem as problem:  # the records are away: the next hour is soon enough
            logger.warning("Roles not looked at: %s", type(problem).__name__)
        self.looks += 1

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self.look_everywhere.is_running():  # Discord says ready again after a reconnect
            self.look_everywhere.start()

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if before.roles != after.roles:
            await self._look_at(after)

    @commands.Cog.listener()
    async def on_member_remove(self, member: discord.Member) -> None:
        try:
            await self.bot.roles.left(member)
        except UserProblem as problem:
            logger.warning("Who left server %s is not in step: %s", member.guild.id, type(problem).__name__)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Without the members intent this is how a new role is noticed."""
        if isinstance(message.author, discord.Member) and not message.author.bot:
            await self._look_at(message.author)

    async def _look_at(self, member: discord.Member) -> None:
        try:
            await self.bot.roles.look_at(member)
        except UserProblem as problem:
            logger.warning("A member of server %s is not in step: %s", member.guild.id, type(problem).__name__)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Roles(bot))
