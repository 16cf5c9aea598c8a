"""The messages of sign-ups: shown anew after every change, and followed by one reminder."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord

from bot.permissions import is_moderator, refusal
from bot.services.errors import UserProblem
from bot.services.levels import Level
from bot.sign_up_texts import begins_text, reminder_text, sign_up_embed
from bot.tasks import Turn, Turns
from bot.views.sign_up import sign_up_view
from mkw.ids import ServerId, SignUpId

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.services.history import Change
    from bot.services.sign_ups import SignUp

logger = logging.getLogger(__name__)
_LONGEST_NONCE = 25  # Discord's limit
_LOOKED_THROUGH = 1_000  # messages


class SignUps:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._turns = Turns()

    def turn(self, message_id: int) -> Turn:
        """A place in the order in which a message is shown anew; take it before the first await."""
        return self._turns.announce(message_id)

    def shown(self, sign_up: SignUp) -> dict[str, Any]:
        """Keyword arguments of any `edit`."""
        return {"embed": sign_up_embed(sign_up), "view": sign_up_view(sign_up)}

    async def require_poster(self, member: discord.Member | discord.User, sign_up: SignUp) -> None:
        """Whoever posted it, or a moderator. Raises NotAllowed."""
        settings = await self._bot.services.settings.get(sign_up.server_id)
        if member.id != sign_up.posted_by and not is_moderator(member, settings):
            poster = f"<@{sign_up.posted_by}>, who posted it" if sign_up.posted_by else ""
            raise await refusal(self._bot, member, sign_up.server_id, Level.MODERATOR, sender=poster)

    async def refresh(self, server_id: ServerId, sign_up_id: SignUpId) -> None:
        """Show its message as it is now; one that is gone is left alone. Raises UserProblem."""
        sign_up = await self._bot.services.sign_ups.get(server_id, sign_up_id)
        if sign_up.message_id is None:
            return
        async with self.turn(sign_up.message_id) as turn:
            await turn.come()
            channel = self._bot.get_partial_messageable(sign_up.channel_id, guild_id=server_id)
            sign_up = await self._bot.services.sign_ups.get(server_id, sign_up_id)
            try:
                await channel.get_partial_message(sign_up.message_id or 0).edit(**self.shown(sign_up))
            except discord.HTTPException as failure:
                logger.info("Sign-up %s of server %s is not shown anew: %s", sign_up_id, server_id, failure)

    async def show_again(self, server_id: ServerId, changes: Iterable[Change]) -> None:
        """The messages of what was taken back or done again."""
        for sign_up_id in dict.fromkeys(number for change in changes for number in change.sign_up_ids):
            await self.refresh(server_id, sign_up_id)

    async def remind(self) -> None:
        """Post the reminders that are due. One that fails keeps nothing from the others. Raises RecordsAway."""
        for server_id, sign_up_id in await self._bot.services.sign_ups.due():
            if self._bot.get_guild(server_id) is None:
                continue  # another process has that server, or nobody
            try:
                await self._remind(server_id, sign_up_id)
            except (UserProblem, discord.HTTPException) as failure:
                logger.warning("No reminder of sign-up %s of server %s: %s", sign_up_id, server_id, failure)

    async def _remind(self, server_id: ServerId, sign_up_id: SignUpId) -> None:
        """Take it on, post it, say so. Whoever dies between leaves it to the next, two minutes later, who looks first
        whether it is there: Discord drops the second message of one nonce for some minutes only."""
        taken = await self._bot.services.sign_ups.take(server_id, sign_up_id)
        if taken is None:
            return
        sign_up = taken.sign_up
        if sign_up.playing:
            channel = self._bot.get_partial_messageable(sign_up.channel_id, guild_id=server_id)
            called = [discord.Object(one.user_id) for one in sign_up.playing]
            only = discord.AllowedMentions(everyone=False, roles=False, users=called, replied_user=False)
            try:
                if not (taken.again and await self._is_there(channel, sign_up)):
                    nonce = f"su{sign_up_id}-{server_id}"[:_LONGEST_NONCE]
                    await channel.send(reminder_text(sign_up), allowed_mentions=only, nonce=nonce)
            except (discord.Forbidden, discord.NotFound) as refused:
                logger.warning("No reminder for server %s: Discord refused (%s)", server_id, refused.code)
        await self._bot.services.sign_ups.reminded(server_id, sign_up_id)

    async def _is_there(self, channel: discord.PartialMessageable, sign_up: SignUp) -> bool:
        me, says = self._bot.user, begins_text(sign_up)
        async for message in channel.history(after=sign_up.remind_at, limit=_LOOKED_THROUGH, oldest_first=True):
            if me is not None and message.author.id == me.id and says in message.content:
                return True
        return False
