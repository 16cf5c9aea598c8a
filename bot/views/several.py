"""What the buttons about several pictures do: join, take apart, add as a race, finish. The presser is allowed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.context import actor_of, bot_of
from bot.error_handling import tell
from bot.permissions import require_reviewer
from bot.services.drafts import Review, Whereabouts
from bot.services.texts import discord_link

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.services.several import Apart, Joined, RaceAdded
    from mkw.ids import ServerId


def link_to(server_id: ServerId, there: Whereabouts) -> str:
    """The address of an answer; empty where there is none."""
    if there.answer_id is None:
        return ""
    return discord_link(server_id, there.channel_id, there.answer_id)


def where_it_went(review: Review) -> discord.ui.View | None:
    """Below the answer of a picture whose rows are part of another now."""
    url = "" if review.went_to is None else link_to(review.server_id, review.went_to)
    if not url:
        return None
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Joined: show where", style=discord.ButtonStyle.link, url=url))
    return view


def verbs_for(review: Review) -> tuple[str, ...]:
    """The buttons about several pictures that an open review has."""
    if review.draft is None:
        return ()
    if review.next_race is not None:
        return () if review.next_race.again and not review.next_race.fills else ("race",)
    verbs = ("join",) if review.offer is not None and not review.offer.same else ()
    return (*verbs, "split") if review.carries and not review.draft.chain else verbs


def label_of(verb: str, review: Review) -> str | None:
    """What a button says where it is not the usual."""
    if verb != "race" or review.next_race is None:
        return None
    return f"{'Complete' if review.next_race.again else 'Add as'} race {review.next_race.number}"


async def join(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    await require_reviewer(bot, interaction.user, await bot.services.several.other(review.server_id, review.upload_id))
    done = await bot.services.several.join(actor_of(interaction.user, interaction.guild), review.upload_id)
    await show_joined(bot, done, pressed=interaction)


async def split(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    apart = await bot.services.several.split(actor_of(interaction.user, interaction.guild), review.upload_id)
    await show_apart(bot, apart, pressed=interaction)


async def race(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    added = await bot.services.several.add_race(actor_of(interaction.user, interaction.guild), review.upload_id)
    await show_added(bot, added, pressed=interaction)
    await tell(interaction, words_of(added))


async def finish(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    await bot.services.several.finish(actor_of(interaction.user, interaction.guild), review.channel_id)
    await bot.answers.refresh(review.server_id, review.upload_id, pressed=interaction)


async def show_joined(bot: ClanBot, done: Joined, *, pressed: discord.Interaction[Any] | None = None) -> None:
    await bot.answers.refresh(done.review.server_id, done.review.upload_id)
    await bot.answers.refresh(done.review.server_id, done.part, pressed=pressed)


async def show_apart(bot: ClanBot, apart: Apart, *, pressed: discord.Interaction[Any] | None = None) -> None:
    await bot.answers.refresh(apart.review.server_id, apart.review.upload_id, pressed=pressed)
    for part in apart.parts:
        await bot.answers.refresh(apart.review.server_id, part)


async def show_added(bot: ClanBot, added: RaceAdded, *, pressed: discord.Interaction[Any] | None = None) -> None:
    server_id, carrier = added.review.server_id, added.review.upload_id
    if added.part != carrier:
        await bot.answers.refresh(server_id, carrier)
    await bot.answers.refresh(server_id, added.part, pressed=pressed)


def words_of(added: RaceAdded) -> str:
    if added.again and added.rows_filled:
        rows = "1 row" if added.rows_filled == 1 else f"{added.rows_filled} rows"
        return f"This is race {added.number} again: {rows} that were missing there are added, nothing counts twice."
    if added.again:
        return f"This is race {added.number} again: nothing was added. Discard it."
    return f"Added as race {added.number}."
