"""Listens for what says that a role was given or taken; bot/roles.py does the rest."""

from __future__ import annotations

import logging
from datetime import timedelta

import discord
from discord.ext import commands

from bot.client import ClanBot
from bot.periodic import PeriodicCog
from bot.services.errors import UserProblem

logger = logging.getLogger(__name__)


class Roles(PeriodicCog, name="Roles"):
    every = timedelta(hours=1)
    failed = "Roles were not looked at"

    async def look(self) -> None:
        await self.bot.roles.look_everywhere()

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
