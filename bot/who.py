"""Whom somebody means: a name or alias of the roster, a mention, or `me`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.services.errors import BadInput, NotFound
from bot.services.player import Player
from bot.services.roster import named
from bot.typed import comma_list, mentioned_user, unquoted
from mkw.ids import UserId

if TYPE_CHECKING:
    from bot.context import ClanContext

ME = frozenset({"", "me", "myself"})


async def player_meant(ctx: ClanContext, text: str, *, removed_too: bool = False) -> Player:
    """Raises NotFound, with close names where there are some."""
    text = unquoted(text)
    user_id = mentioned_user(text)
    if user_id is None and text.casefold() not in ME:
        return await ctx.services.roster.find(ctx.server_id, text, removed_too=removed_too)
    wanted = UserId(user_id or ctx.author.id)
    player = await ctx.services.roster.linked_to(ctx.server_id, wanted)
    if player is not None:
        return player
    if user_id is None:
        roster = await ctx.services.roster.players(ctx.server_id)
        # Most people are called on the server what they are called in the game.
        called = next(
            (one for name in (ctx.author.display_name, ctx.author.name) if (one := named(roster, name))), None
        )
        if called is not None and called.discord_user_id is None:
            return called
        raise NotFound("Which player you are is not known; say it: `link me Comet`.")
    raise NotFound("Which player they are is not known; `link @them Comet` says it.")


async def players_meant(ctx: ClanContext, text: str) -> tuple[Player, ...]:
    """One or several with commas between them, each once. Raises NotFound naming everybody who is not there."""
    names = []
    for piece in comma_list(text):
        if mentioned_user(piece) is None and piece.casefold() not in ME:
            names.append(piece)
        else:
            names.append((await player_meant(ctx, piece)).name)
    return await ctx.services.roster.find_all(ctx.server_id, names)


async def person_meant(ctx: ClanContext, user_id: int | None) -> discord.Member | discord.User:
    """Somebody of Discord; None: whoever asks. Raises NotFound, BadInput for a bot."""
    if user_id is None or user_id == ctx.author.id:
        return ctx.author
    among: Sequence[discord.Member | discord.User] = ctx.message.mentions if ctx.interaction is None else ()
    person: discord.Member | discord.User | None = next((one for one in among if one.id == user_id), None)
    if person is None and ctx.guild is not None:
        try:
            person = ctx.guild.get_member(user_id) or await ctx.guild.fetch_member(user_id)
        except discord.NotFound:
            raise NotFound("That user is not on this server.") from None
    if person is None or person.bot:
        raise BadInput("A bot plays no wars; name a person.")
    return person
