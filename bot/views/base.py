"""What all our views share: they belong to one person, end with a disabled face, and treat what is gone as normal."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

import discord

from bot.context import bot_of
from bot.error_handling import explain, handle_interaction_error, tell
from bot.services.errors import UserProblem
from bot.services.log_ids import follow

logger = logging.getLogger(__name__)
# An ephemeral message can be edited for 15 minutes after the press that made it; end well before that.
SECONDS_TO_DECIDE = 600.0


NOT_YOURS = "These buttons belong to whoever asked; ask yourself to get your own."


class Lasting:
    """A `DynamicItem` whose custom_id holds all it needs, so that it works after a restart; faults in `pressed` are
    answered, because nobody above answers the person."""

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:
        """The button of a custom_id; `label` is what the message shows on it."""
        raise NotImplementedError

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        raise NotImplementedError

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],  # noqa: ARG003 - discord.py passes it
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls.again(match, item.label if isinstance(item, discord.ui.Button) and item.label else "?")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        follow(interaction.id)
        try:
            await bot_of(interaction).write_as_here(interaction.guild)
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - nobody above answers the person
            await handle_interaction_error(interaction, error)


class OwnView(discord.ui.View):
    """A passing view of one person. Set `message` after sending it, so that the time-out can disable it."""

    def __init__(self, owner_id: int, *, timeout: float = SECONDS_TO_DECIDE) -> None:
        super().__init__(timeout=timeout)
        self.owner_id = owner_id
        self.message: discord.Message | discord.InteractionMessage | discord.WebhookMessage | None = None

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        if interaction.user.id == self.owner_id:
            return True
        await tell(interaction, NOT_YOURS)
        return False

    async def on_timeout(self) -> None:
        self.disable()
        if self.message is None:
            return
        try:
            await self.message.edit(view=self)
        except discord.HTTPException as failure:
            logger.debug("A view that timed out is gone: %s", failure)

    async def on_error(
        self,
        interaction: discord.Interaction[Any],
        error: Exception,
        item: discord.ui.Item[Any],  # noqa: ARG002 - discord.py passes it
        /,
    ) -> None:
        await handle_interaction_error(interaction, error)

    def disable(self) -> None:
        for item in self.children:
            if isinstance(item, discord.ui.Button | discord.ui.Select):
                item.disabled = True


class OwnModal(discord.ui.Modal):
    """A form whose mistakes are answered like any other."""

    async def give_back(
        self, interaction: discord.Interaction[Any], problem: UserProblem, typed: str, *, most: int
    ) -> None:
        """Says what is wrong with a text, and shows `most` letters of it: a form is gone once it is sent, and nobody
        should have to type it again."""
        shown = typed.replace("```", "'''")[:most]
        await tell(interaction, f"{explain(problem).text}\n```\n{shown}\n```")

    async def on_error(  # type: ignore[override]  # a form is handed no item
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        await handle_interaction_error(interaction, error)
