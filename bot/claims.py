"""Somebody says which player they are, and a moderator agrees by a button where the server wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.context import actor_of, bot_of
from bot.permissions import is_moderator, require_moderator, who_has
from bot.roster_texts import bold
from bot.services.levels import Level
from bot.views.question import ANYBODY, question
from mkw.ids import PlayerId, ServerId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.context import ClanContext
    from bot.services.player import Player

CLAIM = "claim"


async def claim(ctx: ClanContext, player: Player) -> None:
    """Whoever asks is that player. Raises AlreadyExists, Conflict."""
    done = await ctx.services.links.claim(ctx.actor, player.player_id)
    if done is not None:
        text = f"You are {bold(done.player)} from now on: `stats` and `form` alone are about you."
        await ctx.answer(text + await by_roles(ctx.bot, ctx.author))
        return
    settings = await ctx.services.settings.get(ctx.server_id)
    before = await ctx.services.roster.linked_to(ctx.server_id, UserId(ctx.author.id))
    text = f"{ctx.author.mention} says they are {bold(player)}."
    if before is not None:
        text += f" They are {bold(before)} so far."
    text += f" Somebody has to agree: {who_has(settings, Level.MODERATOR)}."
    view = question(CLAIM, ANYBODY, f"{player.player_id}-{ctx.author.id}", yes="Link them", no="No")
    await ctx.answer(text, view=view)


async def claim_answered(interaction: discord.Interaction[Any], argument: str, yes: bool) -> str | None:  # noqa: FBT001
    """A moderator agrees or does not; whoever asked may take it back."""
    bot, server_id = bot_of(interaction), ServerId(interaction.guild_id or 0)
    player, _, user = argument.partition("-")
    player_id, user_id = PlayerId(int(player)), UserId(int(user))
    settings = await bot.services.settings.get(server_id)
    if yes or interaction.user.id != user_id or is_moderator(interaction.user, settings):
        await require_moderator(bot, interaction.user, server_id)
    if not yes:
        return f"<@{user_id}> is not linked. Nothing was changed."
    actor = actor_of(interaction.user, interaction.guild)
    linked = await bot.services.links.link(actor, player_id, user_id, free_only=True)
    person = interaction.guild.get_member(user_id) if interaction.guild is not None else None
    text = f"<@{user_id}> is {bold(linked.player)} from now on."
    if linked.before is not None:
        text += f" {bold(linked.before)} is linked to nobody now."
    return text + (await by_roles(bot, person) if person is not None else "")


async def by_roles(bot: ClanBot, person: discord.Member | discord.User) -> str:
    """What their roles say about them, now that they are known."""
    stepped = await bot.roles.look_at(person) if isinstance(person, discord.Member) else ()
    return "".join(f" Their roles make them {one.player.status.value}." for one in stepped)
