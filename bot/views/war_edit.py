"""Correcting a kept war by menu and form: the button below its table, a row, and what is wrong in it."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of
from bot.permissions import require_moderator
from bot.services import editing
from bot.services.errors import Conflict, NotFound
from bot.services.wars import War, WarLine
from bot.typed import whole_number
from bot.views.base import Lasting, OwnModal, OwnView
from bot.war_editing import edited, picture_and_embed
from bot.wording import own_words
from mkw.ids import ServerId, WarId

ROWS_A_MENU = 25  # Discord's limit


class WarButton(
    Lasting, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"war:(?P<what>edit):(?P<war>\d{1,9})"
):
    """Below a war's table, across restarts."""

    def __init__(self, war_id: WarId) -> None:
        super().__init__(discord.ui.Button(label="Edit", custom_id=f"war:edit:{war_id}"))
        self.war_id = war_id

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:  # noqa: ARG003 - only pages keep what they are called
        return cls(WarId(int(match["war"])))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction, ephemeral=True, thinking=True)
        server_id = ServerId(interaction.guild_id or 0)
        await require_moderator(bot_of(interaction), interaction.user, server_id)
        war = await bot_of(interaction).services.wars.get(server_id, self.war_id)
        if war.removed:
            raise Conflict(f"War {war.war_id} is removed; `war restore {war.war_id}` brings it back first.")
        menu = WarMenu(interaction.user.id, war, interaction.message)
        menu.message = await interaction.followup.send("Which row is wrong?", view=menu, ephemeral=True, wait=True)


def war_view(war: War) -> discord.ui.View | None:
    """None for a war that has no rows, or is removed."""
    if war.removed or not any(side.lines for side in war.sides):
        return None
    view = discord.ui.View(timeout=None)
    view.add_item(WarButton(war.war_id))
    return view


def _rows(war: War) -> list[tuple[int, WarLine]]:
    return list(enumerate((line for side in war.sides for line in side.lines), 1))


class WarMenu(OwnView):
    """The rows of a war. `shown` is the message with its table, which follows."""

    def __init__(self, owner_id: int, war: War, shown: discord.Message | None) -> None:
        super().__init__(owner_id)
        self.war, self.shown = war, shown
        options = [
            discord.SelectOption(label=f"{row} · {line.name[:60]} · {line.score}", value=str(row))
            for row, line in _rows(war)[:ROWS_A_MENU]
        ]
        menu: discord.ui.Select[WarMenu] = discord.ui.Select(
            placeholder="Choose a row", options=options, custom_id="waredit:row"
        )
        menu.callback = self._chosen  # type: ignore[method-assign]
        self.add_item(menu)

    async def _chosen(self, interaction: discord.Interaction[Any]) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        row = int(next(iter(data.get("values") or ["0"])))
        # What the form shows must be the state of now: others may have corrected meanwhile.
        war = await bot_of(interaction).services.wars.get(self.war.server_id, self.war.war_id)
        line = dict(_rows(war)).get(row)
        if line is None:
            raise NotFound(f"Row {row} is gone.")
        bot_of(interaction).seen.note(war, interaction.user.id)
        await interaction.response.send_modal(WarRowForm(self, war, row, line))


class WarRowForm(OwnModal):
    """Filled with what is there; what was changed is one change."""

    def __init__(self, menu: WarMenu, war: War, row: int, line: WarLine) -> None:
        super().__init__(title=f"War {war.war_id}, row {row}")
        self.menu, self.war, self.row = menu, war, row
        self.before = {
            "name": line.name, "score": str(line.score), "races": str(line.races), "penalty": str(line.penalty),
        }  # fmt: skip
        self.fields = {
            name: discord.ui.TextInput[Any](custom_id=name, default=value[:200], required=False, max_length=200)
            for name, value in self.before.items()
        }
        for name, field in self.fields.items():
            self.add_item(discord.ui.Label(text=name.capitalize(), component=field))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        actor = actor_of(interaction.user, interaction.guild)
        await require_moderator(bot, interaction.user, actor.server_id)
        typed = {name: field.value.strip() for name, field in self.fields.items()}
        new = {name: value for name, value in typed.items() if value and value != self.before[name].strip()}
        numbers = {name: whole_number(value, f"The {name}") for name, value in new.items() if name != "name"}
        change = editing.row_edited(self.row, name=new.get("name"), **numbers)
        done = await edited(bot, actor, self.war.war_id, change, seen=self.war.revision)
        said = f"{own_words(done.text, limit=300)}." if done.changed else "It was so already."
        menu = WarMenu(interaction.user.id, done.war, self.menu.shown)
        menu.message = self.menu.message
        await interaction.edit_original_response(content=f"{said} Another?", view=menu)
        if done.changed and self.menu.shown is not None:
            embed, file = await picture_and_embed(bot, done.war)
            try:
                await self.menu.shown.edit(embed=embed, attachments=[file])
            except discord.HTTPException:
                return  # the table is gone; the change is made
