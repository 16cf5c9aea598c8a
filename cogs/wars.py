"""Looking at kept wars. Removing them is cogs/admin_wars.py."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_wars
from bot.context import ClanContext
from bot.declaring import command, cooldown, group
from bot.drawing import drawn
from bot.permissions import everyone
from bot.rendering.convert import picture_of_war
from bot.rendering.table import draw_table
from bot.rendering.text import code_block
from bot.rendering.theme import THEMES, theme_called
from bot.services.war_text import text_of_war
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.views.war_edit import war_view
from bot.war_editing import PICTURE_NAME, show_war, war_meant
from bot.war_texts import war_line
from mkw.ids import WarId
from mkw.numerals import whole
from mkw.wartext import format_lorenzi

WARS_A_PAGE = 10


class Wars(commands.Cog, name="Wars"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("wars", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("wars")

    @command("wars", example="wars")
    @app_commands.describe(page="Which page, 1 is the newest")
    @everyone()
    async def wars(self, ctx: ClanContext, page: commands.Range[int, 1] = 1) -> None:
        """List the kept wars, newest first."""
        await send_pages(ctx, "wars", page=page - 1)

    @group("war", fallback="show", example="war 12")
    @app_commands.describe(number="The war's number")
    @app_commands.autocomplete(number=complete_wars)
    @everyone()
    async def war(self, ctx: ClanContext, number: commands.Range[int, 1]) -> None:
        """Show one war as a table."""
        war = await self.bot.services.wars.get(ctx.server_id, WarId(number))
        await show_war(ctx, war, view=war_view(war))

    @command("table", example="table 12 light")
    @app_commands.describe(number="The war's number; nothing: the newest", style="How it is drawn")
    @app_commands.autocomplete(number=complete_wars)
    @app_commands.choices(style=[app_commands.Choice(name=one, value=one) for one in THEMES])
    @everyone()
    @cooldown(person=10, server=40)
    async def table(self, ctx: ClanContext, number: commands.Range[int, 1] | None = None, style: str = "dark") -> None:
        """Draw a war's table anew, in a style: dark, light, midnight, sunset or forest."""
        theme = theme_called(style)
        war = await war_meant(ctx, number)
        self.bot.seen.note(war, ctx.author.id)
        picture = await drawn(lambda: draw_table(picture_of_war(war), theme))
        words = f"Table of war {war.war_id}"
        await ctx.answer(file=discord.File(io.BytesIO(picture), filename=PICTURE_NAME, description=words))

    @command("lorenzi", example="lorenzi 12")
    @app_commands.describe(number="The war's number; nothing: the newest")
    @app_commands.autocomplete(number=complete_wars)
    @everyone()
    async def lorenzi(self, ctx: ClanContext, number: commands.Range[int, 1] | None = None) -> None:
        """Write a war as the text that gb.hlorenzi.com draws.

        Where it is known race by race, scores are written by cups of four races.
        """
        war = await war_meant(ctx, number)
        players = await self.bot.services.roster.players(ctx.server_id)
        zone = (await self.bot.services.settings.get(ctx.server_id)).time_zone
        sheet = await self.bot.services.wars.sheet(ctx.server_id, war.war_id)
        text = format_lorenzi(text_of_war(war, players, zone, sheet))
        file = discord.File(io.BytesIO(text.encode()), filename=f"war-{war.war_id}.txt")
        # A name could end the block; then the file alone has the text.
        shown = code_block(text.rstrip()) if "```" not in text and len(text) < 1800 else ""
        await ctx.answer(f"War {war.war_id} for <https://gb.hlorenzi.com/table>:\n{shown}".strip(), file=file)

    async def _page(self, request: PageRequest) -> Page:
        page = await self.bot.services.wars.page(request.server_id, page=request.page, size=WARS_A_PAGE)
        lines = [war_line(war) for war in page.wars]
        made = page_of_lines(
            "Wars", lines, 0, size=WARS_A_PAGE, empty="No war is kept yet. Post a picture of a result."
        )
        if page.pages > 1:
            made.embed.set_footer(text=f"{whole(page.total)} wars · war 12 shows one")
        return Page(made.embed, page.page, max(1, page.pages))


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Wars(bot))
