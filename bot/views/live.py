"""The buttons of a live war. Each carries the war's number and what it says, so they outlive a restart."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.permissions import require_teller
from bot.views.base import Lasting
from mkw.ids import LiveId

if TYPE_CHECKING:
    from bot.services.live_telling import LiveView
    from mkw.live_words import Ask

_LONGEST_LABEL = 80  # Discord's limit
_LONGEST_LINE = 60  # beside the numbers in a custom_id, which has 100 characters at most


class LiveButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"live:(?P<verb>say|end|on|throw):(?P<live>\d+):(?P<race>\d+):(?P<line>[^\n]{0,60})",
):
    """`race` is the one whose turn it was when the button was made, 0 for any; `line` is what the button says."""

    def __init__(
        self,
        verb: str,
        live_id: LiveId,
        race: int = 0,
        line: str = "",
        *,
        label: str = "?",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        custom_id = f"live:{verb}:{live_id}:{race}:{line}"
        super().__init__(discord.ui.Button(label=label[:_LONGEST_LABEL], style=style, custom_id=custom_id))
        self.verb, self.live_id, self.race, self.line = verb, live_id, race, line

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:
        return cls(match["verb"], LiveId(int(match["live"])), int(match["race"]), match["line"], label=label)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.guild_id is None:
            return
        await acknowledge(interaction)
        actor = actor_of(interaction.user, interaction.guild)
        await require_teller(bot_of(interaction), interaction.user, actor.server_id)
        view = await bot_of(interaction).services.live.view(actor.server_id, self.live_id)
        await _VERBS[self.verb](interaction, self, view)


def ask_view(view: LiveView, ask: Ask) -> discord.ui.View:
    """A button for each thing it can mean."""
    made = discord.ui.View(timeout=None)
    # What names its race holds whenever it is pressed; the rest is of the race whose turn it is.
    for label, line in ask.choices:
        if len(line) > _LONGEST_LINE:
            continue  # half of a line would say something else: it is typed then
        race = 0 if line.startswith("race ") else len(view.war.races) + 1
        made.add_item(LiveButton("say", view.live_id, race, line, label=label, style=discord.ButtonStyle.primary))
    return made


def end_view(view: LiveView, *, throw: bool = False) -> discord.ui.View:
    """Whether it is over."""
    made = discord.ui.View(timeout=None)
    races = len(view.war.races)
    if races:
        label = "Keep and end" if throw else f"End after {races} race{'s' * (races != 1)}"
        made.add_item(LiveButton("end", view.live_id, label=label, style=discord.ButtonStyle.success))
    made.add_item(LiveButton("on", view.live_id, label="Go on"))
    if throw:
        made.add_item(LiveButton("throw", view.live_id, label="Throw away", style=discord.ButtonStyle.danger))
    return made


async def _say(interaction: discord.Interaction[Any], button: LiveButton, view: LiveView) -> None:
    live = bot_of(interaction).live
    actor = actor_of(interaction.user, interaction.guild)
    told = await live.say(actor, view.channel_id, button.line, race=button.race or None)
    await interaction.edit_original_response(**live.shown(told, editing=True))
    if interaction.message is not None:
        await live.carded(told, interaction.message)
    if told.end is not None and isinstance(interaction.channel, discord.abc.Messageable):
        await live.end(actor, view, told.end.totals, interaction.channel.send, surely=told.end.surely)


async def _end(interaction: discord.Interaction[Any], button: LiveButton, view: LiveView) -> None:  # noqa: ARG001
    actor = actor_of(interaction.user, interaction.guild)
    bot = bot_of(interaction)
    ended = await bot.services.live.end(actor, view.channel_id, surely=True)
    await interaction.edit_original_response(content="It is over.", embed=None, view=None)
    if isinstance(interaction.channel, discord.abc.Messageable):
        await bot.live.show_ended(ended, interaction.channel.send)


async def _on(interaction: discord.Interaction[Any], button: LiveButton, view: LiveView) -> None:  # noqa: ARG001
    await bot_of(interaction).services.live.goes_on(actor_of(interaction.user, interaction.guild), view.channel_id)
    await interaction.edit_original_response(content="It goes on.", embed=None, view=None)


async def _throw(interaction: discord.Interaction[Any], button: LiveButton, view: LiveView) -> None:  # noqa: ARG001
    await bot_of(interaction).services.live.throw_away(actor_of(interaction.user, interaction.guild), view.channel_id)
    text = "Thrown away: nothing of it is kept. `undo` opens it again."
    await interaction.edit_original_response(content=text, embed=None, view=None)


_VERBS: dict[str, Callable[[discord.Interaction[Any], LiveButton, LiveView], Awaitable[None]]] = {
    "say": _say,
    "end": _end,
    "on": _on,
    "throw": _throw,
}
