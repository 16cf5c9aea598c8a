"""The buttons of a bulk scan's one message. Each carries the scan's number and a page, so they outlive a restart."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.error_handling import tell
from bot.permissions import require_moderator
from bot.views.base import Lasting
from bot.views.pages import turns
from mkw.ids import BulkId, ServerId
from mkw.numerals import whole

if TYPE_CHECKING:
    from bot.bulk_texts import Shown


class BulkButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bulk:(?P<verb>stop|save|next|back|here|on):(?P<bulk>\d+):(?P<page>\d+)",
):
    def __init__(
        self,
        verb: str,
        bulk_id: BulkId,
        page: int = 0,
        *,
        label: str = "?",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        disabled: bool = False,
        row: int | None = None,
    ) -> None:
        custom_id = f"bulk:{verb}:{bulk_id}:{page}"
        super().__init__(
            discord.ui.Button(label=label, style=style, custom_id=custom_id, disabled=disabled, row=row), row=row
        )
        self.verb = verb
        self.bulk_id = bulk_id
        self.page = page

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:  # noqa: ARG003 - only pages keep what they are called
        return cls(match["verb"], BulkId(int(match["bulk"])), int(match["page"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.guild_id is None:
            return
        await acknowledge(interaction)
        if self.verb in _FOR_MODERATORS:
            await require_moderator(bot_of(interaction), interaction.user, ServerId(interaction.guild_id))
        await _VERBS[self.verb](interaction, self)


def progress_view(bulk_id: BulkId) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(BulkButton("stop", bulk_id, label="Stop", style=discord.ButtonStyle.danger))
    return view


def list_view(bulk_id: BulkId, shown: Shown) -> discord.ui.View | None:
    """None where nothing is left to press."""
    page = shown.page.page
    view = discord.ui.View(timeout=None)
    if shown.proven:
        label = f"Save all {whole(shown.proven)} proven"
        view.add_item(BulkButton("save", bulk_id, page, label=label, style=discord.ButtonStyle.success, row=0))
    if shown.doubtful:
        label = f"Next doubtful ({whole(shown.doubtful)} left)"
        view.add_item(BulkButton("next", bulk_id, page, label=label, style=discord.ButtonStyle.primary, row=0))
    if shown.page.pages > 1:
        for way, target, label, disabled in turns(shown.page):
            view.add_item(BulkButton(way, bulk_id, target, label=label, disabled=disabled, row=1))
    return view if view.children else None


async def _stop(interaction: discord.Interaction[Any], button: BulkButton) -> None:
    actor = actor_of(interaction.user, interaction.guild)
    if not await bot_of(interaction).bulk.stop(actor, button.bulk_id):
        await tell(interaction, "It is over already; the list comes in a moment.")


async def _save(interaction: discord.Interaction[Any], button: BulkButton) -> None:
    said = await bot_of(interaction).bulk.save_proven(actor_of(interaction.user, interaction.guild), button.bulk_id)
    await tell(interaction, said)


async def _next(interaction: discord.Interaction[Any], button: BulkButton) -> None:
    actor = actor_of(interaction.user, interaction.guild)
    await tell(interaction, await bot_of(interaction).bulk.open_next(actor.server_id, button.bulk_id))


async def _turn(interaction: discord.Interaction[Any], button: BulkButton) -> None:
    server_id = actor_of(interaction.user, interaction.guild).server_id
    await bot_of(interaction).bulk.turn(server_id, button.bulk_id, button.page)


_FOR_MODERATORS = frozenset({"stop", "save", "next"})
_VERBS: dict[str, Callable[[discord.Interaction[Any], BulkButton], Awaitable[None]]] = {
    "stop": _stop,
    "save": _save,
    "next": _next,
    "back": _turn,
    "here": _turn,
    "on": _turn,
}
