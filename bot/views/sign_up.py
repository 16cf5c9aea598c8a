"""The buttons of a sign-up. Each carries its number, so they outlive a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.services.sign_ups import Answer
from bot.views.base import Lasting
from mkw.ids import SignUpId

if TYPE_CHECKING:
    from bot.services.sign_ups import SignUp

DROP = "drop"
_BUTTONS = {
    Answer.CAN.value: ("Can", discord.ButtonStyle.success),
    Answer.MAYBE.value: ("Maybe", discord.ButtonStyle.secondary),
    Answer.SUBSTITUTE.value: ("Substitute", discord.ButtonStyle.secondary),
    DROP: ("Drop", discord.ButtonStyle.danger),
}


class SignUpButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"signup:(?P<answer>can|maybe|substitute|drop):(?P<number>\d{1,9})",
):
    def __init__(self, answer: str, sign_up_id: SignUpId) -> None:
        label, style = _BUTTONS[answer]
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"signup:{answer}:{sign_up_id}"))
        self.answer, self.sign_up_id = answer, sign_up_id

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:  # noqa: ARG003 - the answer says it
        return cls(match["answer"], SignUpId(int(match["number"])))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.guild_id is None or interaction.message is None:
            return
        bot = bot_of(interaction)
        # Before the first await: of two presses the later one shows the message last.
        async with bot.sign_ups.turn(interaction.message.id) as turn:
            await acknowledge(interaction)
            actor = actor_of(interaction.user, interaction.guild)
            answer = None if self.answer == DROP else Answer(self.answer)
            await bot.services.sign_ups.answer(actor, self.sign_up_id, answer)
            await turn.come()
            shown = bot.sign_ups.shown(await bot.services.sign_ups.get(actor.server_id, self.sign_up_id))
            await interaction.edit_original_response(**shown)


def sign_up_view(sign_up: SignUp) -> discord.ui.View | None:
    """None where nobody signs up any more."""
    if not sign_up.is_open:
        return None
    view = discord.ui.View(timeout=None)
    for answer in _BUTTONS:
        view.add_item(SignUpButton(answer, sign_up.sign_up_id))
    return view
