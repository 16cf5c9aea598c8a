"""Asking before something is done."""

from __future__ import annotations

from typing import Any

import discord

from bot.views.base import OwnView


class Confirm(OwnView):
    """After `await view.wait()`: `answer` is True, False, or None for no answer, and None means nothing happened."""

    def __init__(self, owner_id: int, *, yes: str, no: str = "No", timeout: float = 60.0, danger: bool = True) -> None:
        super().__init__(owner_id, timeout=timeout)
        self.answer: bool | None = None
        style = discord.ButtonStyle.danger if danger else discord.ButtonStyle.primary
        self._add(yes, style, answer=True)
        self._add(no, discord.ButtonStyle.secondary, answer=False)

    def _add(self, label: str, style: discord.ButtonStyle, *, answer: bool) -> None:
        button: discord.ui.Button[Confirm] = discord.ui.Button(label=label, style=style)

        async def pressed(interaction: discord.Interaction[Any]) -> None:
            self.answer = answer
            self.disable()
            await interaction.response.edit_message(view=self)
            self.stop()

        button.callback = pressed  # type: ignore[method-assign]
        self.add_item(button)
