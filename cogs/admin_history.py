"""Every change seen and taken back."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command
from bot.permissions import editors_only
from bot.services.history import Change
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.wording import escape
from mkw.ids import ServerId

# The log knows ids; people know channels and roles by their names.
MENTIONS = (
    (re.compile(r"(?<=channel )(\d{15,20})"), r"<#\1>"),
    (re.compile(r"(?<=role to )(\d{15,20})"), r"<@&\1>"),
)
CHANGES_SHOWN = 100
CHANGES_A_PAGE = 10


class History(commands.Cog, name="Changes"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("changes", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("changes")

    @command("undo", example="undo")
    @editors_only()
    async def undo(self, ctx: ClanContext) -> None:
        """Take back the newest change; again for the one before."""
        change = await self.bot.services.history.undo(ctx.actor)
        for upload_id in change.upload_ids:
            await self.bot.answers.refresh(ctx.server_id, upload_id)
        await ctx.answer(f"Taken back: {_what(change)}.")

    @command("changes", example="changes")
    async def changes(self, ctx: ClanContext) -> None:
        """Show who changed what, newest first."""
        await send_pages(ctx, "changes")

    async def _page(self, request: PageRequest) -> Page:
        if request.guild is None:
            raise commands.NoPrivateMessage
        newest = await self.bot.services.history.newest(ServerId(request.guild.id), limit=CHANGES_SHOWN)
        lines = [_line(change) for change in newest]
        return page_of_lines("Changes", lines, request.page, size=CHANGES_A_PAGE, empty="Nothing was changed yet.")


def _line(change: Change) -> str:
    text = f"{discord.utils.format_dt(change.at, 'R')} {_what(change)}"
    return f"~~{text}~~ (taken back)" if change.undone else text


def _what(change: Change) -> str:
    text = escape(change.text, limit=150)
    for pattern, mention in MENTIONS:
        text = pattern.sub(mention, text)
    return f"**{escape(change.actor_name, limit=40)}** {text}"


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(History(bot))
