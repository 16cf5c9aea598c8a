"""One edit of a kept war from what somebody typed to the answer they see: the war's new table, and what was done."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import discord

from bot.drawing import drawn
from bot.rendering.convert import picture_of_war
from bot.rendering.table import draw_table
from bot.rendering.theme import DARK, Theme
from bot.services.editing import ChangedMeanwhile, EditedWar, WarChange
from bot.services.errors import BadInput, NotFound
from bot.war_texts import war_embed
from bot.wording import own_words
from mkw.dates import date_in
from mkw.ids import ChangeId, WarId
from mkw.warlines import Piece, TextLine, WarTextError, player

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.context import ClanContext
    from bot.services.actors import Actor
    from bot.services.wars import War

PICTURE_NAME = "war.png"
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b")
_SIDES = {"ours": None, "our": None, "us": None, "we": None}
_THEIRS = frozenset({"theirs", "their", "them", "opponent", "opponents"})


async def edited(
    bot: ClanBot, actor: Actor, war_id: WarId, change: WarChange, *, seen: ChangeId | None = None
) -> EditedWar:
    """Do it, held to what the editor saw (`seen`, or last); the answer of the war's picture is shown anew. Raises
    UserProblem."""
    seen = bot.seen.by(actor.server_id, actor.user_id, war_id) if seen is None else seen
    try:
        done = await bot.services.editing.edit(actor, war_id, change, seen=seen)
    except ChangedMeanwhile as problem:
        bot.seen.told(actor.server_id, actor.user_id, war_id, problem.revision)
        raise
    bot.seen.note(done.war, actor.user_id)
    if done.changed and done.war.upload_id is not None:
        await bot.answers.refresh(actor.server_id, done.war.upload_id)
    return done


async def edit_and_show(ctx: ClanContext, number: int, change: WarChange) -> None:
    done = await edited(ctx.bot, ctx.actor, WarId(number), change)
    text = f"War {number}, {own_words(done.text, limit=300)}."
    text += " `undo` takes it back." if done.changed else " It was so already."
    await show_war(ctx, done.war, text)


async def show_war(
    ctx: ClanContext,
    war: War,
    text: str | None = None,
    *,
    theme: Theme = DARK,
    view: discord.ui.View | None = None,
) -> None:
    """The war as a table; whoever asked has seen it."""
    ctx.bot.seen.note(war, ctx.author.id)
    embed, file = await picture_and_embed(ctx.bot, war, theme)
    await ctx.answer(text, embed=embed, file=file, view=view)


async def picture_and_embed(bot: ClanBot, war: War, theme: Theme = DARK) -> tuple[discord.Embed, discord.File]:
    picture = await drawn(lambda: draw_table(picture_of_war(war), theme))
    sheet = await bot.services.wars.sheet(war.server_id, war.war_id)
    pictures = await bot.services.wars.pictures(war.server_id, war.war_id)
    embed = war_embed(war, sheet, pictures=len(pictures)).set_image(url=f"attachment://{PICTURE_NAME}")
    return embed, discord.File(io.BytesIO(picture), filename=PICTURE_NAME, description=f"Table: {embed.title}"[:1000])


def side_called(war: War, text: str) -> int | None:
    """The number of a side from 1: by number, tag, `ours` or `theirs`; None for what names no side."""
    word = text.strip().casefold()
    if word.isdecimal() and 1 <= int(word[:3]) <= len(war.sides):
        return int(word[:3])
    if word in _SIDES:
        return next(number for number, side in enumerate(war.sides, 1) if side.ours)
    others = [number for number, side in enumerate(war.sides, 1) if not side.ours]
    if word in _THEIRS and len(others) == 1:
        return others[0]
    tagged = [number for number, side in enumerate(war.sides, 1) if (side.tag or "").casefold() == word and word]
    return tagged[0] if len(tagged) == 1 else None


def side_meant(war: War, text: str) -> int:
    """The same. Raises BadInput for what names no side."""
    side = side_called(war, text)
    if side is None:
        raise BadInput(f"A side is its number (1 to {len(war.sides)}), its tag, `ours` or `theirs`.")
    return side


def line_typed(war: War, text: str, side: int | None) -> tuple[int | None, TextLine]:
    """`Willow (7) 44`, `CB: Boot 75`, `theirs: Boot 75` -> (the side's number, None for ours; the line)."""
    before, colon, after = text.partition(":")
    if colon and side is None:
        side = side_called(war, before)
        if side is not None:
            text = after.strip()
    try:
        return side, player(Piece(1, " ".join(text.split())))
    except WarTextError as error:
        raise BadInput(str(error).removeprefix("Line 1, ").removeprefix("Line 1: ")) from error


async def moment_typed(ctx: ClanContext, war: War, text: str) -> datetime:
    """`2026-03-01`, `1 Mar 2026 20:30`, `yesterday`, `20:30`: in the server's time zone. A day without a time keeps the
    time the war had. Raises BadInput."""
    zone = ZoneInfo((await ctx.services.settings.get(ctx.server_id)).time_zone)
    now = datetime.now(zone)
    before = war.played_at.astimezone(zone)
    clock = _CLOCK.search(text)
    word = _CLOCK.sub(" ", text).strip().casefold()
    days: dict[str, date] = {"": before.date(), "today": now.date(), "yesterday": now.date() - timedelta(days=1)}
    day = days.get(word) or date_in(word)
    if day is None or not text.strip():
        raise BadInput("That is no day I know; write it like 2026-03-01, or 2026-03-01 20:30.")
    at = time(int(clock[1]), int(clock[2])) if clock else before.time()
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    # Today, at an hour that is still to come: the time was not what was meant.
    return min(moment, datetime.now(UTC)) if day == now.date() and not clock else moment


async def war_meant(ctx: ClanContext, number: int | None) -> War:
    """By number, or the newest. Raises NotFound."""
    if number is not None:
        return await ctx.services.wars.get(ctx.server_id, WarId(number))
    page = await ctx.services.wars.page(ctx.server_id, size=1)
    if not page.wars:
        raise NotFound("No war is kept yet. Post a picture of a result.")
    return page.wars[0]
