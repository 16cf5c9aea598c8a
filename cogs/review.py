"""Correcting, saving and discarding by text: what the buttons do, for people who would rather type."""

from __future__ import annotations

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_names
from bot.context import ClanContext
from bot.declaring import command, group, part
from bot.permissions import reviewers_only
from bot.services.drafts import Review
from bot.services.errors import BadInput
from bot.services.texts import discord_link
from bot.targets import review_meant
from bot.typed import unquoted, whole_number
from bot.views.confirm import Confirm
from bot.wording import escape
from mkw.dates import date_in


class Reviewing(commands.Cog, name="Correcting and saving"):
    """Works on the answer you reply to, or on the newest open one of the channel."""

    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @group("edit", fallback="row", example="edit 3 score 44")
    @app_commands.describe(row="Its number, from the top", what="What to correct", value="What it should be")
    @app_commands.autocomplete(value=complete_names)
    @reviewers_only()
    async def edit(self, ctx: ClanContext, row: int, what: Literal["score", "name", "races"], *, value: str) -> None:
        """Correct a row: its score, its name or the races played."""
        review = await review_meant(self.bot, ctx)
        reviews = self.bot.services.reviews
        value = unquoted(value)
        if what == "score":
            await reviews.set_score(ctx.actor, review.upload_id, row, whole_number(value, "The score"))
        elif what == "races":
            await reviews.set_races(ctx.actor, review.upload_id, row, whole_number(value, "The number of races"))
        else:
            await reviews.set_name(ctx.actor, review.upload_id, row, value)
        await self._done(ctx, review, f"Row {row}: {what} is {escape(value, limit=60)} now.")

    @part(edit, "remove", example="edit remove 7")
    @app_commands.describe(row="Its number, from the top")
    @reviewers_only()
    async def edit_remove(self, ctx: ClanContext, row: int) -> None:
        """Leave a row out that is no player, or was read twice."""
        review = await review_meant(self.bot, ctx)
        await self.bot.services.reviews.remove_row(ctx.actor, review.upload_id, row)
        await self._done(ctx, review, f"Row {row} is left out; the rows below it moved up.")

    @part(edit, "side", example="edit side 2 tag CB")
    @app_commands.describe(side="Its number, from the top", what="What to correct", value="What it should be")
    @reviewers_only()
    async def edit_side(self, ctx: ClanContext, side: int, what: Literal["tag", "penalty"], *, value: str) -> None:
        """Correct a side: its tag, or the penalty points taken off."""
        review = await review_meant(self.bot, ctx)
        value = unquoted(value)
        if what == "penalty":
            points = whole_number(value, "The penalty")
            await self.bot.services.reviews.set_penalty(ctx.actor, review.upload_id, side, points)
        else:
            await self.bot.services.reviews.set_tag(ctx.actor, review.upload_id, side, value)
        await self._done(ctx, review, f"Side {side}: {what} is {escape(value, limit=60)} now.")

    @part(edit, "swap", example="edit swap")
    @reviewers_only()
    async def edit_swap(self, ctx: ClanContext) -> None:
        """Make the other side ours."""
        review = await review_meant(self.bot, ctx)
        await self.bot.services.reviews.other_side(ctx.actor, review.upload_id)
        await self._done(ctx, review, "The other side is ours now.")

    @part(edit, "races", example="edit races 8")
    @app_commands.describe(races="How many races the whole war had")
    @reviewers_only()
    async def edit_races(self, ctx: ClanContext, races: int) -> None:
        """Correct how many races the whole war had."""
        review = await review_meant(self.bot, ctx)
        await self.bot.services.reviews.set_war_races(ctx.actor, review.upload_id, races)
        await self._done(ctx, review, f"The war has {races} races now.")

    @part(edit, "date", example="edit date 2026-03-01")
    @app_commands.describe(day="Year, month and day, such as 2026-03-01")
    @reviewers_only()
    async def edit_date(self, ctx: ClanContext, *, day: str) -> None:
        """Correct the day the war was played."""
        review = await review_meant(self.bot, ctx)
        played_on = date_in(unquoted(day))
        if played_on is None:
            raise BadInput("That is no day I know; write it like 2026-03-01.")
        await self.bot.services.reviews.set_played_on(ctx.actor, review.upload_id, played_on)
        await self._done(ctx, review, f"It was played on {played_on}.")

    @command("save", example="save")
    @reviewers_only()
    async def save(self, ctx: ClanContext) -> None:
        """Keep the war that is shown."""
        review = await review_meant(self.bot, ctx)
        despite = False
        if review.duplicate_of is not None:
            question = Confirm(ctx.author.id, yes="Save anyway", no="Do not save", danger=False)
            text = f"War {review.duplicate_of} looks the same: save anyway?"
            question.message = await ctx.answer(text, view=question)
            await question.wait()
            if not question.answer:
                return
            despite = True
        saved = await self.bot.services.reviews.save(ctx.actor, review.upload_id, despite_duplicate=despite)
        shown = await self.bot.answers.refresh(review.server_id, review.upload_id, saved=saved)
        await ctx.answer(f"Kept as war {saved.war_id}. {_where(shown)}".strip())

    @command("discard", example="discard")
    @reviewers_only()
    async def discard(self, ctx: ClanContext) -> None:
        """Throw away what was read; nothing is kept."""
        review = await review_meant(self.bot, ctx)
        await self.bot.services.reviews.discard(ctx.actor, review.upload_id)
        await self._done(ctx, review, "Discarded: nothing was kept.")

    async def _done(self, ctx: ClanContext, review: Review, text: str) -> None:
        shown = await self.bot.answers.refresh(review.server_id, review.upload_id)
        await ctx.answer(f"{text} {_where(shown)}".strip())


def _where(review: Review) -> str:
    """A link to the answer, which is the message that changed."""
    if review.answer_id is None:
        return ""
    return discord_link(review.server_id, review.channel_id, review.answer_id)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Reviewing(bot))
