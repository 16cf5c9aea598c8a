"""What is kept about whoever asks, and forgetting it."""

from __future__ import annotations

from typing import Any

import discord
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext, actor_of, bot_of
from bot.declaring import command, cooldown
from bot.permissions import everyone
from bot.private_files import send_privately
from bot.services.errors import NotFound
from bot.services.privacy import UNKNOWN, Known
from bot.views.question import question
from bot.wording import escape
from mkw.ids import UserId

KIND = "forget"
FILE_NAME = "mydata.json"


class Privacy(commands.Cog, name="Your data"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.questions.register(KIND, _answered)

    async def cog_unload(self) -> None:
        self.bot.questions.remove(KIND)

    @command("mydata", example="mydata", private=True)
    @everyone()
    @cooldown(person=4, server=20)
    async def mydata(self, ctx: ClanContext) -> None:
        """Have everything this server's records know about you, for you alone."""
        known, data = await self.bot.services.privacy.data(ctx.server_id, UserId(ctx.author.id))
        text = f"What the records of this server know about you: {_counted(known)}." if known else UNKNOWN
        await send_privately(ctx, text, data, FILE_NAME)

    @command("forgetme", example="forgetme", private=True)
    @everyone()
    async def forgetme(self, ctx: ClanContext) -> None:
        """Take yourself out of this server's records; says first what goes and what stays."""
        known = await self.bot.services.privacy.known(ctx.server_id, UserId(ctx.author.id))
        if not known:
            raise NotFound(UNKNOWN)
        view = question(KIND, ctx.author.id, yes="Forget me", danger=True)
        await ctx.answer(_what_happens(known), view=view, private=True)


async def _answered(interaction: discord.Interaction[Any], _: str, yes: bool) -> str | None:  # noqa: FBT001
    if not yes:
        return "Left as it was. Nothing was changed."
    actor = actor_of(interaction.user, interaction.guild)
    known = await bot_of(interaction).services.privacy.forget(actor)
    return (
        f"You are forgotten on this server: {_counted(known)}. On other servers `forgetme` does the same. "
        "What you post or change from now on is kept with your name again."
    )


def _counted(known: Known) -> str:
    players = [f"your link to **{escape(name, limit=60)}**" for name in known.players]
    uploads = [f"{known.uploads} upload{'s' * (known.uploads != 1)}"] if known.uploads else []
    changes = [f"{known.changes} change{'s' * (known.changes != 1)} in the log"] if known.changes else []
    scans = [f"{known.scans} bulk scan{'s' * (known.scans != 1)}"] if known.scans else []
    live = [f"{known.live_wars} live war{'s' * (known.live_wars != 1)}"] if known.live_wars else []
    signed = [f"{known.sign_ups} sign-up{'s' * (known.sign_ups != 1)}"] if known.sign_ups else []
    return ", ".join([*players, *uploads, *changes, *scans, *live, *signed])


def _what_happens(known: Known) -> str:
    return (
        f"**This forgets you on this server**: {_counted(known)}.\n"
        "**Goes:** which player you are, and your Discord id and name wherever they stand: at what you changed, at the "
        "pictures and wars you posted, at what you saved or discarded. *somebody* stands there then. What you answered "
        "to sign-ups goes too.\n"
        "**Stays:** the clan's record, that is wars with their rows, the player with names and aliases, and the "
        "pictures of results. Messages in Discord stay too; you can delete yours.\n"
        "**It cannot be undone**, and nobody can look it up any more. `mydata` shows first what there is. On other "
        "servers it is asked for there."
    )


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Privacy(bot))
