"""Keeping statuses in step with the roles of Discord.

With the members intent Discord tells of every role given and taken. Without it (the default: it is privileged) roles
are looked at when the bot starts, every hour, and whenever a linked player writes something the bot may see.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord

from bot.services.actors import Actor
from bot.services.errors import UserProblem
from bot.services.links import Stepped, status_said
from mkw.ids import RoleId, ServerId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
PAUSE = 0.1  # seconds between two people asked for one by one
HOW_TO_FOLLOW_AT_ONCE = (
    "Roles are looked at when I start, every hour, and when somebody writes. To follow at once, my operator switches "
    "on the Server Members Intent (developer portal, Bot page) and sets `MEMBERS_INTENT=on`."
)


class RolesInStep:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot

    async def look_at(self, member: discord.Member) -> tuple[Stepped, ...]:
        """One person; nothing is asked of the records where they are in step."""
        server_id = ServerId(member.guild.id)
        mapped = (await self._bot.services.settings.get(server_id)).status_roles
        if not mapped:
            return ()
        player = (await self._bot.services.links.linked(server_id)).get(UserId(member.id))
        worn = _roles(member)
        if player is None or status_said(mapped, worn, player.status) is player.status:
            return ()
        return await self._step(server_id, {UserId(member.id): worn})

    async def left(self, member: discord.Member) -> tuple[Stepped, ...]:
        """Who left the server wears no role."""
        server_id = ServerId(member.guild.id)
        if not (await self._bot.services.settings.get(server_id)).status_roles:
            return ()
        return await self._step(server_id, {UserId(member.id): frozenset()})

    async def look_at_all(self, guild: discord.Guild) -> tuple[Stepped, ...]:
        """Every linked player of a server. Who cannot be asked about stays as they are."""
        server_id = ServerId(guild.id)
        if not (await self._bot.services.settings.get(server_id)).status_roles:
            return ()
        worn: dict[UserId, frozenset[RoleId]] = {}
        for user_id in await self._bot.services.links.linked(server_id):
            member = guild.get_member(user_id) if self._bot.intents.members else None
            try:
                worn[user_id] = _roles(member or await guild.fetch_member(user_id))
            except discord.NotFound:
                worn[user_id] = frozenset()
            except discord.HTTPException as failure:
                logger.info("Roles of a player of server %s not seen: %s", guild.id, failure)
            if member is None:
                await asyncio.sleep(PAUSE)
        return await self._step(server_id, worn)

    async def look_everywhere(self) -> None:
        """All servers that map roles. Never raises for one of them."""
        for server_id in await self._bot.services.settings.mapped_servers():
            guild = self._bot.get_guild(server_id)
            if guild is None:
                continue
            try:
                await self.look_at_all(guild)
            except (UserProblem, discord.HTTPException) as problem:
                logger.warning("Roles of server %s not looked at: %s", server_id, type(problem).__name__)

    async def _step(self, server_id: ServerId, worn: Mapping[UserId, frozenset[RoleId]]) -> tuple[Stepped, ...]:
        user = self._bot.user
        if user is None or not worn:
            return ()
        return await self._bot.services.links.keep_in_step(Actor(server_id, UserId(user.id), user.display_name), worn)


def _roles(member: discord.Member) -> frozenset[RoleId]:
    return frozenset(RoleId(role.id) for role in member.roles)
