"""A question with two buttons that outlives a restart: everything an answer needs is in the buttons themselves."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import bot_of
from bot.error_handling import tell
from bot.views.base import NOT_YOURS, Lasting

ANYBODY = 0
# Called with what the question is about and whether it was a yes; gives back what the message says from then on, or
# None where it stays as it is. Raises what the one error handler shows; the buttons stay then.
Answer = Callable[[discord.Interaction[Any], str, bool], Awaitable[str | None]]


class Questions:
    """Who deals with the answers, by the kind of question."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Answer] = {}

    def register(self, kind: str, answer: Answer) -> None:
        if kind in self._by_kind:
            raise ValueError(f"two kinds of questions are called {kind}")
        self._by_kind[kind] = answer

    def remove(self, kind: str) -> None:
        self._by_kind.pop(kind, None)

    async def answered(
        self, kind: str, interaction: discord.Interaction[Any], argument: str, *, yes: bool
    ) -> str | None:
        return await self._by_kind[kind](interaction, argument, yes)


class QuestionButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"ask:(?P<kind>[a-z]{2,12}):(?P<answer>yes|no):(?P<owner>\d{1,20}):(?P<argument>[\d-]{0,50})",
):
    def __init__(
        self, kind: str, owner_id: int, argument: str, *, yes: bool, label: str = "", danger: bool = False
    ) -> None:
        style = discord.ButtonStyle.danger if danger else discord.ButtonStyle.success
        custom_id = f"ask:{kind}:{'yes' if yes else 'no'}:{owner_id}:{argument}"
        super().__init__(
            discord.ui.Button(
                label=label or "-", style=style if yes else discord.ButtonStyle.secondary, custom_id=custom_id
            )
        )
        self.kind, self.owner_id, self.argument, self.yes = kind, owner_id, argument, yes

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:  # noqa: ARG003 - only pages keep what they are called
        return cls(match["kind"], int(match["owner"]), match["argument"], yes=match["answer"] == "yes")

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if self.owner_id not in (ANYBODY, interaction.user.id):
            await tell(interaction, NOT_YOURS)
            return
        await acknowledge(interaction)
        questions = bot_of(interaction).questions
        said = await questions.answered(self.kind, interaction, self.argument, yes=self.yes)
        if said is not None:
            await interaction.edit_original_response(content=said, embed=None, view=None)


def question(
    kind: str, owner_id: int, argument: str = "", *, yes: str, no: str = "Leave it", danger: bool = False
) -> discord.ui.View:
    """The buttons. `owner_id` may press them, ANYBODY: whoever the answer's handler lets."""
    view = discord.ui.View(timeout=None)
    view.add_item(QuestionButton(kind, owner_id, argument, yes=True, label=yes, danger=danger))
    view.add_item(QuestionButton(kind, owner_id, argument, yes=False, label=no))
    return view
