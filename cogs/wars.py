"""Looking at kept wars. Removing them is cogs/admin_wars.py."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_wars
from bot.context import ClanContext
from bot.declaring import command, group
from bot.rendering.convert import picture_of_war
from bot.rendering.table import draw_table
from bot.views.pages import Page, PageRequest, page_of_lines, send_pages
from bot.war_texts import war_embed, war_line
from mkw.ids import ServerId, WarId

WARS_A_PAGE = 10
PICTURE_NAME = "war.png"


class Wars(commands.Cog, name="Wars"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.page_makers.register("wars", self._page)

    async def cog_unload(self) -> None:
        self.bot.page_makers.remove("wars")

    @command("wars", example="wars")
    @app_commands.describe(page="Which page, 1 is the newest")
    async def wars(self, ctx: ClanContext, page: commands.Range[int, 1] = 1) -> None:
        """List the kept wars, newest first."""
        await send_pages(ctx, "wars", page=page - 1)

    @group("war", fallback="show", example="war 12")
    @app_commands.describe(number="The war's number")
    @app_commands.autocomplete(number=complete_wars)
    async def war(self, ctx: ClanContext, number: commands.Range[int, 1]) -> None:
        """Show one war as a table."""
        war = await self.bot.services.wars.get(ctx.server_id, WarId(number))
        picture = await asyncio.to_thread(lambda: draw_table(picture_of_war(war)))
        sheet = await self.bot.services.wars.sheet(ctx.server_id, war.war_id)
        pictures = await self.bot.services.wars.pictures(ctx.server_id, war.war_id)
        embed = war_embed(war, sheet, pictures=len(pictures)).set_image(url=f"attachment://{PICTURE_NAME}")
        await ctx.answer(embed=embed, file=discord.File(io.BytesIO(picture), filename=PICTURE_NAME))

    async def _page(self, request: PageRequest) -> Page:
        if request.guild is None:
            raise commands.NoPrivateMessage
        page = await self.bot.services.wars.page(ServerId(request.guild.id), page=request.page, size=WARS_A_PAGE)
        lines = [war_line(war) for war in page.wars]
        made = page_of_lines(
            "Wars", lines, 0, size=WARS_A_PAGE, empty="No war is kept yet. Post a picture of a result."
        )
        if page.pages > 1:
            made.embed.set_footer(text=f"{page.total} wars · war 12 shows one")
        return Page(made.embed, page.page, max(1, page.pages))


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Wars(bot))
