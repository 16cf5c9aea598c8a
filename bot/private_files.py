"""Files for one person's eyes: an answer only they see, or a direct message where they typed the command."""

from __future__ import annotations

import asyncio
import gzip
import io
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from bot.services.errors import UserProblem

if TYPE_CHECKING:
    from bot.context import ClanContext

_ROOM = 64 * 1024  # of a message's limit, for what goes around a file
PACKED = (".zip", ".gz")


async def send_privately(ctx: ClanContext, text: str, file: IO[bytes], name: str, *, more: bool = False) -> None:
    """Answers a slash command for the asker alone; a typed one by direct message. A file above what Discord takes here
    is packed, and then cut into parts, one a message. `more`: others follow it. Raises UserProblem where direct
    messages are closed."""
    limit = largest(ctx)
    if await asyncio.to_thread(_size, file) > limit and not name.endswith(PACKED):
        file, name = await asyncio.to_thread(_packed, file), f"{name}.gz"
    size = await asyncio.to_thread(_size, file)
    count = max(1, -(-size // limit))
    if count > 1:
        text += (
            f"\nIt has {size / 2**20:.0f} MB, more than Discord takes in one message here: it comes in {count} parts. "
            f"Put them together in order: `cat {name}.part* > {name}`, or `copy /b` on Windows."
        )
    for number, part in enumerate(_parts(file, limit), 1):
        called = name if count == 1 else f"{name}.part{number:03}"
        await _send(ctx, text if number == 1 else f"Part {number} of {count}", discord.File(part, filename=called))
    if ctx.interaction is None and not more:
        await ctx.answer("I sent it to you in a direct message: it is not for everybody's eyes.")


def largest(ctx: ClanContext) -> int:
    """Bytes of a file that Discord takes where the answer goes."""
    return (ctx.guild.filesize_limit if ctx.interaction and ctx.guild else DEFAULT_FILE_SIZE_LIMIT_BYTES) - _ROOM


async def _send(ctx: ClanContext, text: str, file: discord.File) -> None:
    if ctx.interaction is not None:
        await ctx.answer(text, file=file, private=True)
        return
    try:
        await ctx.author.send(text, file=file)
    except discord.Forbidden:
        slash = ctx.command.qualified_name if ctx.command is not None else "help"
        raise UserProblem(
            f"Your direct messages are closed to me. Use the slash command `/{slash}` instead: only you see its answer."
        ) from None


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def _packed(file: IO[bytes]) -> IO[bytes]:
    made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this call
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as packing:
        shutil.copyfileobj(file, packing)
    file.close()
    made.seek(0)
    return made


def _parts(file: IO[bytes], limit: int) -> Iterator[io.BytesIO]:
    with file:
        while piece := file.read(limit):
            yield io.BytesIO(piece)
