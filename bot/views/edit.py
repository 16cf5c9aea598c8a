"""Correcting by menu and form: choose a row (or a side), then change what is wrong in it."""

from __future__ import annotations

from typing import Any

import discord

from bot.answer_texts import row_label, side_name
from bot.context import actor_of, bot_of
from bot.permissions import require_reviewer
from bot.services.drafts import DraftLine, DraftSide, Review
from bot.services.errors import NotFound
from bot.typed import whole_number
from bot.views.base import OwnModal, OwnView

OPTIONS_A_MENU = 25  # Discord's limit
NAME_LIMIT = 200


def menu_options(review: Review) -> list[discord.SelectOption]:
    """Every row, then every side; doubtful ones say so."""
    if review.draft is None:
        return []
    rows = [
        discord.SelectOption(
            label=row_label(number, line)[:100],
            value=f"row:{number}",
            description="; ".join(line.doubts)[:100]
            or ("not on the roster" if number in review.unknown_rows else None),
        )
        for number, _, line in review.draft.rows()
    ]
    sides = [
        discord.SelectOption(
            label=f"Side {number} · {side_name(side, number)} · tag and penalty"[:100],
            value=f"side:{number}",
            description="; ".join(side.doubts)[:100] or None,
        )
        for number, side in enumerate(review.draft.sides, 1)
    ]
    return rows + sides


class RowMenu(OwnView):
    """More than 25 rows and sides page."""

    text = "Which row is wrong?"

    def __init__(self, owner_id: int, review: Review, *, page: int = 0) -> None:
        super().__init__(owner_id)
        self.review = review
        self.options = menu_options(review)
        self.page = page
        self._build()

    def _build(self) -> None:
        self.clear_items()
        first = self.page * OPTIONS_A_MENU
        menu: discord.ui.Select[RowMenu] = discord.ui.Select(
            placeholder="Choose a row or a side",
            options=self.options[first : first + OPTIONS_A_MENU],
            custom_id="edit:choose",
        )
        menu.callback = self._chosen  # type: ignore[method-assign]
        self.add_item(menu)
        if len(self.options) > OPTIONS_A_MENU:
            more: discord.ui.Button[RowMenu] = discord.ui.Button(label="More rows", custom_id="edit:more")
            more.callback = self._more  # type: ignore[method-assign]
            self.add_item(more)

    async def go_on(self, interaction: discord.Interaction[Any], done: str) -> None:
        """After a form: show the change, and offer the menu with the rows of now. `interaction` is acknowledged."""
        review = await bot_of(interaction).services.reviews.get(self.review.server_id, self.review.upload_id)
        self.review, self.options = review, menu_options(review)
        if not self.options:
            await interaction.edit_original_response(content=done, view=None)
            return
        self._build()
        await interaction.edit_original_response(content=f"{done} Another?", view=self)

    async def _more(self, interaction: discord.Interaction[Any]) -> None:
        pages = -(-len(self.options) // OPTIONS_A_MENU)
        self.page = (self.page + 1) % pages
        self._build()
        await interaction.response.edit_message(view=self)

    async def _chosen(self, interaction: discord.Interaction[Any]) -> None:
        kind, _, number = _values(interaction)[0].partition(":")
        # What the form shows must be the state of now: others may have corrected meanwhile.
        review = await bot_of(interaction).services.reviews.get(self.review.server_id, self.review.upload_id)
        if review.draft is None:
            raise NotFound("This review is gone.")
        if kind == "side":
            await interaction.response.send_modal(SideForm(self, review, int(number)))
            return
        line = next((line for row, _, line in review.draft.rows() if row == int(number)), None)
        if line is None:
            raise NotFound(f"Row {number} is gone.")
        await interaction.response.send_modal(RowForm(self, review, int(number), line))


class RowForm(OwnModal):
    """Name, score and races of one row, filled with what is there; only what was changed is sent on."""

    def __init__(self, menu: RowMenu, review: Review, row: int, line: DraftLine) -> None:
        super().__init__(title=f"Row {row}")
        self.menu = menu
        self.review = review
        self.row = row
        self.before = {
            "name": line.player_name or line.name,
            "score": "" if line.score is None else str(line.score),
            "races": "" if line.races is None else str(line.races),
        }
        self.name = _field("name", self.before["name"], limit=NAME_LIMIT)
        self.score = _field("score", self.before["score"], limit=4)
        self.races = _field("races", self.before["races"], limit=3)
        drawn = f"drawn as {line.name}" if line.player_name and line.player_name != line.name else None
        self.add_item(discord.ui.Label(text="Name", description=_short(drawn), component=self.name))
        self.add_item(discord.ui.Label(text="Score", description=_short("; ".join(line.doubts)), component=self.score))
        self.add_item(discord.ui.Label(text="Races", description="empty: the whole war", component=self.races))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.defer()
        reviews = bot_of(interaction).services.reviews
        actor = actor_of(interaction.user, interaction.guild)
        upload_id = self.review.upload_id
        await require_reviewer(bot_of(interaction), interaction.user, self.review)
        name, score, races = (_changed(field, self.before) for field in (self.name, self.score, self.races))
        # Numbers are understood before anything is changed, so that a slip changes nothing.
        new_score = None if score is None else whole_number(score, "The score")
        new_races = None if races is None else whole_number(races, "The number of races")
        try:
            if new_races is not None:
                await reviews.set_races(actor, upload_id, self.row, new_races)
            if new_score is not None:
                await reviews.set_score(actor, upload_id, self.row, new_score)
            if name is not None:
                await reviews.set_name(actor, upload_id, self.row, name)
        finally:
            await bot_of(interaction).answers.refresh(self.review.server_id, upload_id)
        await self.menu.go_on(interaction, f"Row {self.row} is corrected.")


class SideForm(OwnModal):
    """Tag and penalty of one side."""

    def __init__(self, menu: RowMenu, review: Review, number: int) -> None:
        super().__init__(title=f"Side {number}")
        self.menu = menu
        self.review = review
        self.number = number
        side = review.draft.sides[number - 1] if review.draft is not None else DraftSide(())
        self.before = {"tag": side.tag or "", "penalty": str(side.penalty)}
        self.tag = _field("tag", self.before["tag"], limit=NAME_LIMIT)
        self.penalty = _field("penalty", self.before["penalty"], limit=5)
        self.add_item(discord.ui.Label(text="Tag", component=self.tag))
        self.add_item(discord.ui.Label(text="Penalty", description="points taken off", component=self.penalty))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.defer()
        reviews = bot_of(interaction).services.reviews
        actor = actor_of(interaction.user, interaction.guild)
        upload_id = self.review.upload_id
        await require_reviewer(bot_of(interaction), interaction.user, self.review)
        tag, penalty = _changed(self.tag, self.before), _changed(self.penalty, self.before)
        points = None if penalty is None else whole_number(penalty, "The penalty")
        try:
            if points is not None:
                await reviews.set_penalty(actor, upload_id, self.number, points)
            if tag is not None:
                await reviews.set_tag(actor, upload_id, self.number, tag)
        finally:
            await bot_of(interaction).answers.refresh(self.review.server_id, upload_id)
        await self.menu.go_on(interaction, f"Side {self.number} is corrected.")


def _field(custom_id: str, value: str, *, limit: int) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(custom_id=custom_id, default=value[:limit], required=False, max_length=limit)


def _changed(field: discord.ui.TextInput[Any], before: dict[str, str]) -> str | None:
    value = field.value.strip()
    return value if value and value != before[str(field.custom_id)].strip() else None


def _values(interaction: discord.Interaction[Any]) -> list[str]:
    data: dict[str, Any] = dict(interaction.data or {})
    return list(data.get("values") or [])


def _short(text: str | None) -> str | None:
    return text[:100] if text else None
