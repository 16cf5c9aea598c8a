"""What people attach: which attachments are pictures, and what is said about those that cannot be taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import PurePosixPath

import aiohttp
import discord

from bot.services.errors import NotKept

logger = logging.getLogger(__name__)
TAKEN = "PNG, JPEG and WebP"
_PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".avif", ".heic", ".tiff"})
_NEVER_PICTURES = ("video/", "audio/")
_TRIES = 3


def sniff(data: bytes) -> str | None:
    """The kind of picture by its first bytes, whatever its name says: png, jpeg, webp; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


def claims_to_be_picture(attachment: discord.Attachment) -> bool:
    """By its type or its name: somebody who sent one of these expects an answer."""
    if attachment.content_type is not None and attachment.content_type.startswith("image/"):
        return True
    return PurePosixPath(attachment.filename.lower()).suffix in _PICTURE_ENDINGS


def may_be_picture(attachment: discord.Attachment) -> bool:
    """Worth looking at its bytes."""
    return claims_to_be_picture(attachment) or not (attachment.content_type or "").startswith(_NEVER_PICTURES)


def attachments_of(message: discord.Message) -> list[discord.Attachment]:
    """The message's own, and those of a message forwarded in it."""
    forwarded = [attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments]
    return [attachment for attachment in (*message.attachments, *forwarded) if may_be_picture(attachment)]


def why_not(attachment: discord.Attachment, data: bytes | None, *, limit: int) -> str | None:
    """The sentence for a picture that cannot be taken; None where it can. `data` None: it was not fetched."""
    if attachment.size > limit:
        return f"It has {attachment.size / 2**20:.0f} MB; pictures of up to {limit // 2**20} MB are read."
    if data is None:
        return "Discord did not hand it over. Please post it again."
    if not data:
        return "It is empty."
    if sniff(data) is None:
        return f"It is no {TAKEN.replace(' and ', ' or ')} picture, whatever its name says; {TAKEN} are read."
    return None


async def fetch(attachment: discord.Attachment) -> bytes | None:
    """The bytes; None where they are gone. Tried again where Discord stumbles; raises NotKept where it goes on to."""
    for attempt in range(_TRIES):
        try:
            return await attachment.read()
        except (discord.NotFound, discord.Forbidden):
            return None
        except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
            logger.info("Attachment %s not fetched (try %d): %s", attachment.id, attempt + 1, failure)
            if attempt + 1 < _TRIES:
                await asyncio.sleep(0.5 * 2**attempt)
    raise NotKept("Discord does not hand this picture over right now.")


def newest_picture(
    messages: Sequence[discord.Message], *, own_id: int
) -> tuple[discord.Message, discord.Attachment] | None:
    """Among messages newest first, the bot's own left out."""
    for message in messages:
        if message.author.id == own_id:
            continue
        pictures = [attachment for attachment in attachments_of(message) if claims_to_be_picture(attachment)]
        if pictures:
            return message, pictures[-1]
    return None
