"""The buttons below an answer. Each carries the upload's number, so that it works after a restart; the server is the
one it is pressed in."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.error_handling import tell
from bot.permissions import require_reviewer
from bot.services.drafts import Review, UploadState
from bot.services.errors import Conflict, UserProblem
from bot.views import several
from bot.views.base import Lasting
from bot.views.confirm import Confirm
from bot.views.edit import RowMenu
from bot.views.link import LinkMenu, rows_to_link
from mkw.ids import ServerId, UploadId

logger = logging.getLogger(__name__)
LABELS = {
    "save": ("Save", discord.ButtonStyle.success),
    "edit": ("Edit", discord.ButtonStyle.primary),
    "link": ("Link player", discord.ButtonStyle.primary),
    "other": ("Other side", discord.ButtonStyle.secondary),
    "discard": ("Discard", discord.ButtonStyle.danger),
    "join": ("Join with the one before", discord.ButtonStyle.secondary),
    "split": ("Take apart", discord.ButtonStyle.secondary),
    "race": ("Add as race", discord.ButtonStyle.secondary),
    "finish": ("Finish", discord.ButtonStyle.success),
}


def review_view(review: Review) -> discord.ui.View | None:
    """None where there is nothing left to press."""
    if review.state is UploadState.JOINED:
        return several.where_it_went(review)
    if review.state is not UploadState.REVIEW or review.draft is None:
        return None
    view = discord.ui.View(timeout=None)
    if review.draft.running:
        view.add_item(ReviewButton("finish", review.upload_id))
        view.add_item(ReviewButton("discard", review.upload_id))
        return view
    view.add_item(ReviewButton("save", review.upload_id, disabled=bool(review.obstacles)))
    view.add_item(ReviewButton("edit", review.upload_id))
    view.add_item(ReviewButton("link", review.upload_id, disabled=not rows_to_link(review)))
    view.add_item(ReviewButton("other", review.upload_id, disabled=len(review.draft.sides) < 2))
    view.add_item(ReviewButton("discard", review.upload_id))
    for verb in several.verbs_for(review):
        view.add_item(ReviewButton(verb, review.upload_id, label=several.label_of(verb, review)))
    return view


class ReviewButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"review:(?P<verb>save|edit|link|other|discard|join|split|race|finish):(?P<upload>\d+)",
):
    def __init__(self, verb: str, upload_id: UploadId, *, disabled: bool = False, label: str | None = None) -> None:
        usual, style = LABELS[verb]
        label = label or usual
        custom_id = f"review:{verb}:{upload_id}"
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id, disabled=disabled))
        self.verb = verb
        self.upload_id = upload_id

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:  # noqa: ARG003 - only pages keep what they are called
        return cls(match["verb"], UploadId(int(match["upload"])))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.guild_id is None:
            return
        try:
            if self.verb in ("edit", "link"):
                # These answer with a message of their own, for the presser alone.
                await acknowledge(interaction, ephemeral=True, thinking=True)
            else:
                await acknowledge(interaction)
            review = await bot_of(interaction).services.reviews.get(ServerId(interaction.guild_id), self.upload_id)
            await require_reviewer(bot_of(interaction), interaction.user, review)
            await _VERBS[self.verb](interaction, review)
        except Conflict:
            await self._show_anew(interaction)
            raise

    async def _show_anew(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody was quicker: a client that still shows old buttons gets the state of now."""
        try:
            if interaction.guild_id is not None:
                await bot_of(interaction).answers.refresh(ServerId(interaction.guild_id), self.upload_id)
        except UserProblem as problem:
            logger.info("Upload %s is not shown anew: %s", self.upload_id, type(problem).__name__)


def _require_open(review: Review) -> None:
    """Raises Conflict for a button whose review is decided. The other verbs are refused by their use case."""
    if review.state is UploadState.SAVED:
        raise Conflict(f"This was already saved, as war {review.war_id}; `undo` opens it again.")
    if review.state is UploadState.JOINED:
        raise Conflict("This was joined to another answer; `split` takes it apart.")
    if review.state is not UploadState.REVIEW:
        raise Conflict("This was discarded; `undo` brings it back.")


async def _save(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    despite = False
    if review.duplicate_of is not None:
        question = Confirm(interaction.user.id, yes="Save anyway", no="Do not save", danger=False)
        question.message = await interaction.followup.send(
            f"War {review.duplicate_of} looks the same: save anyway?", view=question, ephemeral=True, wait=True
        )
        await question.wait()
        if not question.answer:
            return
        despite = True
    actor = actor_of(interaction.user, interaction.guild)
    saved = await bot.services.reviews.save(actor, review.upload_id, despite_duplicate=despite)
    await bot.answers.refresh(review.server_id, review.upload_id, saved=saved, pressed=interaction)


async def _edit(interaction: discord.Interaction[Any], review: Review) -> None:
    _require_open(review)
    menu = RowMenu(interaction.user.id, review)
    menu.message = await interaction.followup.send(menu.text, view=menu, ephemeral=True, wait=True)


async def _link(interaction: discord.Interaction[Any], review: Review) -> None:
    _require_open(review)
    if not rows_to_link(review):
        await tell(interaction, "Every row of our side has its player.")
        return
    players = await bot_of(interaction).services.roster.players(review.server_id)
    menu = LinkMenu(interaction.user.id, review, players)
    menu.message = await interaction.followup.send(menu.text, view=menu, ephemeral=True, wait=True)


async def _other(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    await bot.services.reviews.other_side(actor_of(interaction.user, interaction.guild), review.upload_id)
    await bot.answers.refresh(review.server_id, review.upload_id, pressed=interaction)


async def _discard(interaction: discord.Interaction[Any], review: Review) -> None:
    bot = bot_of(interaction)
    await bot.services.reviews.discard(actor_of(interaction.user, interaction.guild), review.upload_id)
    await bot.answers.refresh(review.server_id, review.upload_id, pressed=interaction)


_VERBS: dict[str, Callable[[discord.Interaction[Any], Review], Awaitable[None]]] = {
    "save": _save,
    "edit": _edit,
    "link": _link,
    "other": _other,
    "discard": _discard,
    "join": several.join,
    "split": several.split,
    "race": several.race,
    "finish": several.finish,
}
