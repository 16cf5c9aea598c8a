"""Reporting what was read wrongly: the picture and its truth become a case that updates are measured with."""

from __future__ import annotations

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command
from bot.permissions import require_reviewer, reviewers_only
from bot.services.drafts import Review
from bot.services.errors import NotFound
from bot.services.reports import CASES, Kept, Said
from bot.typed import unquoted
from mkw.ids import ChannelId, MessageId, UploadId

_MOST = 2**63


class Reporting(commands.Cog, name="Reporting"):
    """Works on the answer or picture you reply to, on an upload's number, or on the channel's newest picture."""

    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("report", example="report the fifth score is wrong", topic="Correcting and saving")
    @app_commands.describe(
        upload="The upload's number; without one, the newest picture of this channel",
        what="Whether the picture shows a result at all",
        note="What is wrong, in your words",
    )
    @reviewers_only()
    async def report(
        self,
        ctx: ClanContext,
        upload: int | None = None,
        what: Literal["is-result", "no-result"] | None = None,
        *,
        note: str | None = None,
    ) -> None:
        """Keep a misread picture on the bot's machine, to measure updates with."""
        if upload is not None and _replied_to(ctx) is not None:
            # "5 rows are wrong" in a reply begins a note: the reply says which picture is meant.
            upload, note = None, f"{upload} {note or ''}"
        review = await self._target(ctx, upload)
        await require_reviewer(self.bot, ctx.author, review)
        kept = await self.bot.services.reports.keep(
            ctx.server_id, review.upload_id, said=None if what is None else Said(what), note=note and unquoted(note)
        )
        await ctx.answer(_words(kept))

    async def _target(self, ctx: ClanContext, upload: int | None) -> Review:
        """Raises NotFound."""
        if upload is not None:
            if not 0 < upload < _MOST:
                raise NotFound(f"There is no upload {upload} on this server.")
            return await self.bot.services.reviews.get(ctx.server_id, UploadId(upload))
        replied_to = _replied_to(ctx)
        if replied_to is not None:
            review = await self.bot.services.reviews.by_message(ctx.server_id, replied_to)
            if review is None:
                raise NotFound("The message you replied to is no answer of mine and no picture I know.")
            return review
        review = await self.bot.services.reports.newest(ctx.server_id, ChannelId(ctx.channel.id))
        if review is None:
            raise NotFound("No picture was read in this channel yet. Reply to the answer you mean.")
        return review


def _replied_to(ctx: ClanContext) -> MessageId | None:
    reference = ctx.message.reference if ctx.interaction is None else None
    return None if reference is None or reference.message_id is None else MessageId(reference.message_id)


def _words(kept: Kept) -> str:
    """One or two lines: what was kept, and that it stays here."""
    if kept.expects == "refuse":
        what = "labelled as no result"
    elif kept.expects == "optional":
        what = "labelled as a result that should be read"
    else:
        what = f"with {kept.confirmed} of {kept.rows} rows confirmed"
    done = "Kept" if kept.is_new else "Brought up to date:"
    text = f"{done} case `{kept.case_id}`, {what}. It stays on the bot's own machine, in `{CASES}`."
    if kept.expects is None and kept.confirmed < kept.rows:
        text += (
            "\nOnly rows somebody corrected count before the war is saved: correct or save it, then report it again."
        )
    return text


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Reporting(bot))
