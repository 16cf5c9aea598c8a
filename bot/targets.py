"""Which answer a command means. Raises what the one handler shows."""

from __future__ import annotations

from bot.client import ClanBot
from bot.context import ClanContext
from bot.permissions import require_reviewer
from bot.services.drafts import Review
from bot.services.errors import NotFound
from mkw.ids import ChannelId, MessageId


async def review_meant(bot: ClanBot, ctx: ClanContext) -> Review:
    """The review of the message replied to, or the newest open one here. Raises NotFound, NotAllowed."""
    reviews = bot.services.reviews
    reference = ctx.message.reference if ctx.interaction is None else None
    if reference is not None and reference.message_id is not None:
        review = await reviews.by_message(ctx.server_id, MessageId(reference.message_id))
        if review is None:
            raise NotFound("The message you replied to is no answer of mine and no picture I know.")
    else:
        review = await reviews.newest_open(ctx.server_id, ChannelId(ctx.channel.id))
        if review is None:
            raise NotFound("Nothing is open in this channel. Post a picture, or reply to the answer you mean.")
    await require_reviewer(bot, ctx.author, review)
    return review
