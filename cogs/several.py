"""Wars made of several pictures: joined, or collected race by race."""

from __future__ import annotations

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_wars
from bot.context import ClanContext
from bot.declaring import command, group, part
from bot.permissions import everyone, may_review, require_reviewer, reviewers_only
from bot.race_texts import sheet_lines
from bot.services.drafts import Review, Whereabouts
from bot.services.errors import BadInput, NotFound, UserProblem
from bot.services.joining import Way
from bot.services.race_sheets import sheet_of_draft
from bot.targets import review_meant
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.views.several import link_to, show_added, show_apart, show_joined, words_of
from bot.wording import own_words
from mkw.ids import ChannelId, WarId

LINES_A_PAGE = 12
NO_RACES = "No war is collected race by race in this channel: post a race's picture and press *Add as race*."


class Several(commands.Cog, name="Several pictures"):
    """One war of more than one picture: two halves, totals that began anew, or a picture a race."""

    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("races", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("races")

    @command("join", example="join add")
    @app_commands.describe(how="rows: parts of one list; add: totals that began anew. Nothing: the pictures say it")
    @reviewers_only()
    async def join(self, ctx: ClanContext, how: Literal["rows", "add"] | None = None) -> None:
        """Join a picture to the open one before it, as one war.

        `rows` puts two parts of one list side by side; `add` adds scores and races up, where the totals began anew
        after a reconnect. Without a word the names decide. Reply to the answer you mean, or it is the newest open one.
        """
        review = await review_meant(self.bot, ctx)
        await require_reviewer(
            self.bot, ctx.author, await self.bot.services.several.other(ctx.server_id, review.upload_id)
        )
        way = None if how is None else Way(how)
        done = await self.bot.services.several.join(ctx.actor, review.upload_id, way=way)
        await show_joined(self.bot, done)
        did = "Their rows stand together" if done.way is Way.ROWS else "Scores and races are added up"
        await ctx.answer(
            f"Joined. {did}: {own_words(done.why, limit=200)}. `split` takes it apart. {_where(done.review)}"
        )

    @command("split", example="split")
    @reviewers_only()
    async def split(self, ctx: ClanContext) -> None:
        """Take joined pictures apart again; what was corrected since is lost."""
        review = await review_meant(self.bot, ctx)
        whole = await self.bot.services.several.carrier(ctx.server_id, review.upload_id)
        races = 0 if whole.draft is None else len(whole.draft.chain)
        if races and (ctx.interaction is not None or ctx.message.reference is None):
            raise BadInput(f"That would take {races} races apart: reply to its answer with `split` if you mean it.")
        await require_reviewer(self.bot, ctx.author, whole)
        apart = await self.bot.services.several.split(ctx.actor, review.upload_id)
        await show_apart(self.bot, apart)
        await ctx.answer(f"Taken apart: {1 + len(apart.parts)} pictures stand alone again. {_where(apart.review)}")

    @group("race", fallback="show", example="race add")
    @everyone()
    async def race(self, ctx: ClanContext) -> None:
        """Show the war this channel collects race by race."""
        await self._show_running(ctx)

    @part(race, "add", example="race add")
    @reviewers_only()
    async def race_add(self, ctx: ClanContext) -> None:
        """Add a race's picture to the channel's running war, or begin one.

        Reply to the answer or the picture you mean, or it is the newest open one. A race that is there already is
        noticed; pictures may come in any order.
        """
        review = await review_meant(self.bot, ctx)
        added = await self.bot.services.several.add_race(ctx.actor, review.upload_id)
        await show_added(self.bot, added)
        await ctx.answer(f"{words_of(added)} {_where(added.review)}".strip())

    @part(race, "all", example="race all")
    @reviewers_only()
    async def race_all(self, ctx: ClanContext) -> None:
        """Add every open race list of this channel that you may correct."""
        several = self.bot.services.several
        settings = await self.bot.services.settings.get(ctx.server_id)
        every = await several.open_races(ctx.server_id, ChannelId(ctx.channel.id))
        mine = [review for review in every if may_review(ctx.author, settings, review)]
        if not mine:
            raise NotFound("No race list is open in this channel. Post the races' pictures first.")
        added, told = [], []
        for review in mine:
            try:
                one = await several.add_race(ctx.actor, review.upload_id)
            except UserProblem as problem:
                # One picture's trouble is not the next one's.
                told.append(own_words(str(problem), limit=150))
                continue
            added.append(one)
            told += [own_words(words_of(one), limit=150)] if one.again else []
        for one in added:
            await self.bot.answers.refresh(ctx.server_id, one.part)
        new = sum(not one.again for one in added)
        text = f"{'1 race is' if new == 1 else f'{new} races are'} added."
        if added:
            text += f" {_where(await self.bot.answers.refresh(ctx.server_id, added[-1].review.upload_id))}"
        await ctx.answer("\n".join([text.strip(), *told[:12]]))

    @part(race, "remove", example="race remove 5")
    @app_commands.describe(number="The race's number, as `races` shows it")
    @reviewers_only()
    async def race_remove(self, ctx: ClanContext, number: commands.Range[int, 1, 48]) -> None:
        """Take a race out of the running war; its picture stands alone again."""
        await self._require_running(ctx)
        apart = await self.bot.services.several.remove_race(ctx.actor, ChannelId(ctx.channel.id), number)
        await show_apart(self.bot, apart)
        await ctx.answer(f"Race {number} is taken out. {_where(apart.review)}".strip())

    @part(race, "finish", example="race finish")
    @reviewers_only()
    async def race_finish(self, ctx: ClanContext) -> None:
        """End the running war: it is corrected and saved like any other."""
        await self._require_running(ctx)
        review = await self.bot.services.several.finish(ctx.actor, ChannelId(ctx.channel.id))
        shown = await self.bot.answers.refresh(review.server_id, review.upload_id)
        await ctx.answer(f"Finished: look through it, then save it. {_where(shown)}".strip())

    @command("races", example="races 12")
    @app_commands.describe(number="A kept war's number; nothing: the war this channel collects")
    @app_commands.autocomplete(number=complete_wars)
    @everyone()
    async def races(self, ctx: ClanContext, number: commands.Range[int, 1] | None = None) -> None:
        """Show places and points race by race, of a kept war or the running one."""
        if number is None:
            await self._show_running(ctx)
        else:
            await send_pages(ctx, "races", argument=f"war-{number}")

    async def _show_running(self, ctx: ClanContext) -> None:
        await send_pages(ctx, "races", argument=f"channel-{ctx.channel.id}")

    async def _require_running(self, ctx: ClanContext) -> None:
        """Raises NotFound, NotAllowed."""
        running = await self.bot.services.several.running(ctx.server_id, ChannelId(ctx.channel.id))
        if running is None:
            raise NotFound(NO_RACES)
        await require_reviewer(self.bot, ctx.author, running)

    async def _page(self, request: PageRequest) -> Page:
        server_id = request.server_id
        kind, _, number = request.argument.partition("-")
        if kind == "war":
            sheet = await self.bot.services.wars.sheet(server_id, WarId(int(number)))
            title = f"War {number} race by race"
            empty = "This war was not collected race by race: only its totals are known."
        else:
            running = await self.bot.services.several.running(server_id, ChannelId(int(number)))
            sheet = None if running is None or running.draft is None else sheet_of_draft(running.draft)
            title, empty = "The running war", NO_RACES
        return page_of_lines(
            title, [] if sheet is None else sheet_lines(sheet), request.page, size=LINES_A_PAGE, empty=empty
        )


def _where(review: Review) -> str:
    there = Whereabouts(review.upload_id, review.channel_id, review.answer_id)
    return link_to(review.server_id, there)


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Several(bot))
