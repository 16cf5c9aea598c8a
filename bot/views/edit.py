"""Correcting by menu and form: choose a row (or a side), then change what is wrong in it."""

from __future__ import annotations

from typing import Any

import discord

from bot.acknowledging import acknowledge
from bot.answer_texts import row_label, side_name
from bot.context import actor_of, bot_of
from bot.permissions import require_reviewer
from bot.services.actors import Actor
from bot.services.drafts import DraftLine, DraftSide, Review
from bot.services.errors import NotFound
from bot.services.review import ReviewService
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


class CorrectionForm(OwnModal):
    """Filled with what is there; only what was changed is sent on, all of it or nothing."""

    def __init__(self, menu: RowMenu, review: Review, called: str, before: dict[str, str]) -> None:
        super().__init__(title=called)
        self.menu = menu
        self.review = review
        self.called = called
        self.before = before

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        await require_reviewer(bot, interaction.user, self.review)
        await self.correct(bot.services.reviews, actor_of(interaction.user, interaction.guild))
        await bot.answers.refresh(self.review.server_id, self.review.upload_id)
        await self.menu.go_on(interaction, f"{self.called} is corrected.")

    async def correct(self, reviews: ReviewService, actor: Actor) -> None:
        """Raises BadInput."""
        raise NotImplementedError

    def changed(self, field: discord.ui.TextInput[Any]) -> str | None:
        value = field.value.strip()
        return value if value and value != self.before[str(field.custom_id)].strip() else None


class RowForm(CorrectionForm):
    """Name, score and races of one row."""

    def __init__(self, menu: RowMenu, review: Review, row: int, line: DraftLine) -> None:
        before = {
            "name": line.player_name or line.name,
            "score": "" if line.score is None else str(line.score),
            "races": "" if line.races is None else str(line.races),
        }
        super().__init__(menu, review, f"Row {row}", before)
        self.row = row
        self.name = _field("name", before["name"], limit=NAME_LIMIT)
        self.score = _field("score", before["score"], limit=4)
        self.races = _field("races", before["races"], limit=3)
        drawn = f"drawn as {line.name}" if line.player_name and line.player_name != line.name else None
        self.add_item(discord.ui.Label(text="Name", description=_short(drawn), component=self.name))
        self.add_item(discord.ui.Label(text="Score", description=_short("; ".join(line.doubts)), component=self.score))
        self.add_item(discord.ui.Label(text="Races", description="empty: the whole war", component=self.races))

    async def correct(self, reviews: ReviewService, actor: Actor) -> None:
        name, score, races = (self.changed(field) for field in (self.name, self.score, self.races))
        if (name, score, races) == (None, None, None):
            return
        await reviews.set_row(
            actor,
            self.review.upload_id,
            self.row,
            name=name,
            score=None if score is None else whole_number(score, "The score"),
            races=None if races is None else whole_number(races, "The number of races"),
        )


class SideForm(CorrectionForm):
    """Tag and penalty of one side."""

    def __init__(self, menu: RowMenu, review: Review, number: int) -> None:
        side = review.draft.sides[number - 1] if review.draft is not None else DraftSide(())
        before = {"tag": side.tag or "", "penalty": str(side.penalty)}
        super().__init__(menu, review, f"Side {number}", before)
        self.number = number
        self.tag = _field("tag", before["tag"], limit=NAME_LIMIT)
        self.penalty = _field("penalty", before["penalty"], limit=5)
        self.add_item(discord.ui.Label(text="Tag", component=self.tag))
        self.add_item(discord.ui.Label(text="Penalty", description="points taken off", component=self.penalty))

    async def correct(self, reviews: ReviewService, actor: Actor) -> None:
        tag, penalty = self.changed(self.tag), self.changed(self.penalty)
        if (tag, penalty) == (None, None):
            return
        points = None if penalty is None else whole_number(penalty, "The penalty")
        await reviews.set_side(actor, self.review.upload_id, self.number, tag=tag, penalty=points)


def _field(custom_id: str, value: str, *, limit: int) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(custom_id=custom_id, default=value[:limit], required=False, max_length=limit)


def _values(interaction: discord.Interaction[Any]) -> list[str]:
    data: dict[str, Any] = dict(interaction.data or {})
    return list(data.get("values") or [])


def _short(text: str | None) -> str | None:
    return text[:100] if text else None
