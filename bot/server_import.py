"""A file with a server's record, attached to a command: looked at, shown, and brought in after one press."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

import discord
from cachetools import TTLCache

from bot.context import actor_of, bot_of, server_of
from bot.permissions import require_level
from bot.services.bringing_in import BringingIn, Guild, said
from bot.services.errors import BadInput, UserProblem
from bot.services.levels import Level
from bot.views.question import question

if TYPE_CHECKING:
    from bot.context import ClanContext

logger = logging.getLogger(__name__)
KIND = "bringin"
MOST_BYTES = 25_000_000  # as it is attached
SECONDS_TO_DECIDE = 900.0
_ENDINGS = (".json", ".json.gz", ".gz", ".zip")
ENDED = (
    "This was shown before I was started again, or too long ago. Nothing was changed: attach the file to "
    "`import server` again."
)


class ServerImports:
    """What was shown and is not decided yet. It is not kept across restarts: the button says so then."""

    def __init__(self) -> None:
        self._plans: TTLCache[str, BringingIn] = TTLCache(maxsize=16, ttl=SECONDS_TO_DECIDE)

    async def show(self, ctx: ClanContext, file: discord.Attachment) -> None:
        """Raises BadInput, Conflict, NotAllowed."""
        await require_level(ctx.bot, ctx.author, ctx.server_id, Level.ADMIN)
        await ctx.defer(ephemeral=True)
        try:
            plan = await ctx.services.bringing_in.plan(ctx.server_id, await data_of(file), guild_of(ctx.guild))
        except UserProblem as problem:
            logger.info("Server %s: user %s cannot bring in: %s", ctx.server_id, ctx.author.id, type(problem).__name__)
            raise
        key = str(secrets.randbelow(10**12))
        self._plans[key] = plan
        view = question(KIND, ctx.author.id, key, yes="Bring it in")
        await ctx.answer(plan_text(plan, public=ctx.interaction is None), view=view, private=True)

    async def answered(self, interaction: discord.Interaction[Any], key: str, yes: bool) -> str | None:  # noqa: FBT001
        await require_level(bot_of(interaction), interaction.user, server_of(interaction.guild), Level.ADMIN)
        plan = self._plans.get(key)
        if plan is None:
            return ENDED
        if yes:
            actor = actor_of(interaction.user, interaction.guild)
            await bot_of(interaction).services.bringing_in.apply(actor, plan, guild_of(interaction.guild))
            logger.info("Server %s: user %s brought in an export", actor.server_id, actor.user_id)
        self._plans.pop(key, None)
        if not yes:
            return "Left as it was. Nothing was changed."
        return (
            f"Brought in: {said(plan.counts) or 'settings'}. `undo` takes all of it back, as long as nobody has worked "
            "on it; `settings` shows what is set now."
        )


def export_attached(ctx: ClanContext, file: discord.Attachment | None = None) -> discord.Attachment | None:
    """The file of the slash command, or the first of the message that looks like an export."""
    if file is not None or ctx.interaction is not None:
        return file
    return next((one for one in ctx.message.attachments if one.filename.casefold().endswith(_ENDINGS)), None)


def guild_of(guild: discord.Guild | None) -> Guild:
    if guild is None:
        return Guild(frozenset(), frozenset())
    return Guild(frozenset(one.id for one in guild.channels), frozenset(one.id for one in guild.roles))


def plan_text(plan: BringingIn, *, public: bool) -> str:
    at = discord.utils.format_dt(plan.document.exported_at)
    lines = [
        f"**This would bring in** {said(plan.counts) or 'settings'}, as exported {at}.",
        "Wars keep their numbers; the settings become those of the file.",
        *(f"Left out: {one}." for one in plan.left_out),
        "Nothing is changed yet.",
    ]
    if public:
        lines.append("Delete your message when you are done: everybody here can open the file.")
    return "\n".join(lines)


async def data_of(file: discord.Attachment) -> bytes:
    """Raises BadInput."""
    if file.size > MOST_BYTES:
        raise BadInput(
            f"The file has {file.size // 1_000_000} MB; up to {MOST_BYTES // 1_000_000} MB are read. Pack it with gzip."
        )
    try:
        return await file.read()
    except (discord.HTTPException, OSError):
        raise BadInput("Discord did not hand the file over; attach it again, please.") from None
