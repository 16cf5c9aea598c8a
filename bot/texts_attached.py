"""Text that comes as a file instead of being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.services.errors import BadInput

if TYPE_CHECKING:
    from bot.context import ClanContext

MOST_BYTES = 100_000
_ENDINGS = (".txt", ".csv", ".tsv", ".md", ".text")


async def text_attached(ctx: ClanContext, file: discord.Attachment | None) -> str | None:
    """Of the file, or of the first text file the message carries; None where there is none. Raises BadInput."""
    attached = [file] if file is not None else list(ctx.message.attachments) if ctx.interaction is None else []
    found = next((one for one in attached if _is_text(one)), None)
    if found is None and file is not None:
        raise BadInput(f"{file.filename[:60]} is no text file; one that ends in .txt is read.")
    if found is None:
        return None
    if found.size > MOST_BYTES:
        raise BadInput(f"The file has {found.size // 1000} kB; a text of up to {MOST_BYTES // 1000} kB is read.")
    try:
        return decoded(await found.read())
    except (discord.HTTPException, OSError):
        raise BadInput("Discord did not hand the file over; attach it again, please.") from None


def decoded(data: bytes) -> str:
    """Raises BadInput for bytes that are no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):  # as editors save them
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadInput("That file is no text; save it as plain text (UTF-8) and attach it again.")


def _is_text(attachment: discord.Attachment) -> bool:
    kind = attachment.content_type or ""
    return attachment.filename.casefold().endswith(_ENDINGS) or kind.startswith("text/")
