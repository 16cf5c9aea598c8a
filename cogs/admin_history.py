"""Every change seen, taken back, and done again."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_changes, complete_history
from bot.context import ClanContext
from bot.declaring import command
from bot.permissions import everyone, level_of, moderators_only
from bot.services.errors import BadInput
from bot.services.history import MOST_AT_ONCE, WHAT, Change, ChangePage
from bot.services.levels import Level
from bot.typed import unquoted, without_mention
from bot.views.pages import Page, PageRequest, send_pages
from bot.who import player_meant
from bot.wording import escape
from mkw.ids import ChangeId, PlayerId, ServerId, UserId, WarId
from mkw.numerals import whole

# The log knows ids; people know channels, roles and users by their names.
MENTIONS = (
    (re.compile(r"(?<=channel )(\d{15,20})"), r"<#\1>"),
    (re.compile(r"(?<=role to )(\d{15,20})"), r"<@&\1>"),
    (re.compile(r"(?<=role )(\d{15,20})"), r"<@&\1>"),
    (re.compile(r"(?<=user )(\d{15,20})"), r"<@\1>"),
)
CHANGES_A_PAGE = 10
_WAR = re.compile(r"(?:war\s*)?#?(\d{1,9})", re.IGNORECASE)
_CHANGE = re.compile(r"(?:#|id\s*#?)(\d{1,18})", re.IGNORECASE)
_LONGEST = 40  # letters of a filter that a page's buttons carry


class History(commands.Cog, name="Changes"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("changes", self._audit_page)
        self.bot.page_makers.register("history", self._history_page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("changes")
        self.bot.page_makers.remove("history")

    @command("undo", example="undo")
    @app_commands.describe(what="How many of the newest, or one change by its number such as #57; nothing: the newest")
    @app_commands.autocomplete(what=complete_changes)
    @moderators_only()
    async def undo(self, ctx: ClanContext, *, what: str | None = None) -> None:
        """Take back the newest change, the newest three (`undo 3`), or one (`undo #57`)."""
        history, settings_too = self.bot.services.history, await self._is_admin(ctx)
        text = unquoted(what or "")
        chosen = _CHANGE.fullmatch(text)
        done: tuple[Change, ...]
        if chosen is not None:
            done = (await history.undo(ctx.actor, ChangeId(int(chosen[1])), settings_too=settings_too),)
        elif not text:
            done = (await history.undo(ctx.actor, settings_too=settings_too),)
        elif text.isdecimal():
            done = await history.undo_many(ctx.actor, int(text[:9]), settings_too=settings_too)
        else:
            raise BadInput(
                f"`undo` takes back the newest change, `undo 3` the newest three (up to {MOST_AT_ONCE}), "
                "`undo #57` the change with that number in `audit`."
            )
        await self._show(ctx, done)
        lines = [f"{_number(change)} {_what(change)}" for change in done]
        if len(lines) == 1:
            await ctx.answer(f"Taken back: {_what(done[0])}. `redo` does it again.")
        else:
            await ctx.answer("\n".join([f"Taken back, {len(lines)} changes:", *lines])[:1900])
        await self.bot.live.show_again(ctx, done)
        await self.bot.sign_ups.show_again(ctx.server_id, done)

    @command("redo", example="redo")
    @moderators_only()
    async def redo(self, ctx: ClanContext) -> None:
        """Do again what was taken back last."""
        change = await self.bot.services.history.redo(ctx.actor, settings_too=await self._is_admin(ctx))
        await self._show(ctx, (change,))
        await ctx.answer(f"Done again: {_what(change)}.")
        await self.bot.live.show_again(ctx, (change,))
        await self.bot.sign_ups.show_again(ctx.server_id, (change,))

    @command("history", example="history war 12")
    @app_commands.describe(of="A war such as war 12, or a player")
    @app_commands.autocomplete(of=complete_history)
    @everyone()
    async def history(self, ctx: ClanContext, *, of: str) -> None:
        """Show everything that was changed in one war or of one player."""
        text = unquoted(of)
        war = _WAR.fullmatch(text)
        if war is not None:
            argument = f"war:{int(war[1])}"
        else:
            name = unquoted(text[7:]) if text.casefold().startswith("player ") else text
            argument = f"player:{(await player_meant(ctx, name, removed_too=True)).player_id}"
        await send_pages(ctx, "history", argument=argument)

    @command("audit", example="audit wars", aliases=("changes",))
    @app_commands.describe(
        what="wars, players, teams, settings, reviews, live, refused, or words such as merged", who="Whose changes"
    )
    @everyone()
    async def audit(self, ctx: ClanContext, *, what: str | None = None, who: discord.User | None = None) -> None:
        """Show who changed what: of everybody or somebody, everything or one kind of thing."""
        text, mentioned = without_mention(what or "")
        user_id = who.id if who is not None else mentioned
        words = unquoted(text).split()
        if user_id is None and "me" in (word.casefold() for word in words):
            user_id = ctx.author.id
            words = [word for word in words if word.casefold() != "me"]
        kind = next((word.casefold() for word in words if word.casefold() in WHAT), "")
        rest = " ".join(word for word in words if word.casefold() not in WHAT)[:_LONGEST]
        by = str(user_id or "")
        if rest and not by and (kind or await self._has_changes(ctx.server_id, rest)):
            by, rest = rest, ""
        await send_pages(ctx, "changes", argument=f"{by}/{kind or rest}"[: _LONGEST + 5])

    async def _is_admin(self, ctx: ClanContext) -> bool:
        return await level_of(self.bot, ctx.author, ctx.server_id) >= Level.ADMIN

    async def _has_changes(self, server_id: ServerId, name: str) -> bool:
        return (await self.bot.services.history.audit(server_id, by=name, size=1)).total > 0

    async def _show(self, ctx: ClanContext, done: tuple[Change, ...]) -> None:
        for upload_id in dict.fromkeys(upload_id for change in done for upload_id in change.upload_ids):
            await self.bot.answers.refresh(ctx.server_id, upload_id)

    async def _audit_page(self, request: PageRequest) -> Page:
        by, _, what = request.argument.partition("/")
        found = await self.bot.services.history.audit(
            request.server_id,
            by=UserId(int(by)) if by.isdecimal() else by or None,
            what=what or None,
            page=request.page,
            size=CHANGES_A_PAGE,
        )
        who = f" by <@{by}>" if by.isdecimal() else f" by {escape(by, limit=40)}" if by else ""
        title = "Changes" + (f": {escape(what, limit=40)}" if what else "")
        return _page(title, found, said=f"Everything{who}".strip() if who else "")

    async def _history_page(self, request: PageRequest) -> Page:
        server_id = request.server_id
        kind, _, number = request.argument.partition(":")
        history = self.bot.services.history
        if kind == "war":
            found = await history.of_war(server_id, WarId(int(number)), page=request.page, size=CHANGES_A_PAGE)
            return _page(f"History of war {number}", found)
        found = await history.of_player(server_id, PlayerId(int(number)), page=request.page, size=CHANGES_A_PAGE)
        profile = await self.bot.services.profiles.get(server_id, PlayerId(int(number)))
        return _page(f"History of {escape(profile.player.name, limit=80)}", found)


def _page(title: str, found: ChangePage, *, said: str = "") -> Page:
    lines = [_line(change) for change in found.changes] or ["Nothing was changed yet."]
    embed = discord.Embed(title=title[:256], description="\n".join([*([said] if said else []), *lines])[:4000])
    standing = next((one.change_id for one in found.changes if one.can_be_undone), None)
    if found.total:
        how = "" if standing is None else f" · undo #{standing} takes one back"
        embed.set_footer(text=f"{whole(found.total)} in all{how}")
    return Page(embed, found.page, found.pages)


def _number(change: Change) -> str:
    return f"`#{change.change_id}`"


def _line(change: Change) -> str:
    text = f"{discord.utils.format_dt(change.at, 'R')} {_what(change)}"
    return f"{_number(change)} " + (f"~~{text}~~ (taken back)" if change.undone else text)


def _what(change: Change) -> str:
    text = escape(change.text, limit=200)
    for pattern, mention in MENTIONS:
        text = pattern.sub(mention, text)
    return f"**{escape(change.actor_name, limit=40)}** {text}"


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(History(bot))
