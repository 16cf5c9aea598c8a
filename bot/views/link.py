"""Saying who a row is: choose the row, then a player of the roster, or make a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot.acknowledging import acknowledge
from bot.answer_texts import row_label
from bot.context import actor_of, bot_of
from bot.permissions import require_reviewer
from bot.services.drafts import DraftLine, Review
from bot.services.roster import Player
from bot.views.base import OwnModal, OwnView
from bot.views.edit import NAME_LIMIT, OPTIONS_A_MENU
from mkw.ids import PlayerId
from mkw.names import Candidate, close_names


def rows_to_link(review: Review) -> tuple[tuple[int, DraftLine], ...]:
    """Rows whose player may be asked for: the unknown ones first, then the rest of our side."""
    draft = review.draft
    if draft is None:
        return ()
    ours = [(number, line) for number, side, line in draft.rows() if draft.ours in (None, side)]
    ours.sort(key=lambda row: (row[0] not in review.unknown_rows, row[0]))
    return tuple(ours)


def players_for(name: str, players: Sequence[Player]) -> list[Player]:
    """The nearest first, then everybody else by name, as many as a menu holds."""
    candidates = [Candidate(player.player_id, player.name, player.aliases) for player in players]
    rank = {near.player_id: place for place, near in enumerate(close_names(name, candidates, limit=OPTIONS_A_MENU))}
    ordered = sorted(players, key=lambda player: (rank.get(player.player_id, len(rank)), player.name.casefold()))
    return ordered[:OPTIONS_A_MENU]


class LinkMenu(OwnView):
    """One message that first asks for the row, then for the player."""

    def __init__(self, owner_id: int, review: Review, players: Sequence[Player]) -> None:
        super().__init__(owner_id)
        self.review = review
        self.players = players
        self.rows = dict(rows_to_link(review))
        self.row: int | None = None
        if len(review.unknown_rows) == 1:
            self._ask_player(review.unknown_rows[0])
        else:
            self._ask_row()

    @property
    def text(self) -> str:
        if self.row is None:
            return "Which row?"
        return f"Who is row {self.row}? A player who is not in the menu: `edit {self.row} name …`."

    def _ask_row(self) -> None:
        self.clear_items()
        options = [
            discord.SelectOption(
                label=row_label(number, line)[:100],
                value=str(number),
                description="not on the roster" if number in self.review.unknown_rows else None,
            )
            for number, line in list(self.rows.items())[:OPTIONS_A_MENU]
        ]
        menu: discord.ui.Select[LinkMenu] = discord.ui.Select(
            placeholder="Choose a row", options=options, custom_id="link:row"
        )
        menu.callback = self._row_chosen  # type: ignore[method-assign]
        self.add_item(menu)
        if len(self.review.new_rows) > 1:
            # A clan's first picture: its whole roster is on it.
            everybody: discord.ui.Button[LinkMenu] = discord.ui.Button(
                label=f"Add all {len(self.review.new_rows)} as new players",
                style=discord.ButtonStyle.success,
                custom_id="link:everybody",
            )
            everybody.callback = self._add_everybody  # type: ignore[method-assign]
            self.add_item(everybody)

    def _ask_player(self, row: int) -> None:
        self.clear_items()
        self.row = row
        options = [
            discord.SelectOption(
                label=player.name[:100],
                value=str(player.player_id),
                description=(", ".join(player.aliases))[:100] or None,
            )
            for player in players_for(self.rows[row].name, self.players)
        ]
        if options:
            menu: discord.ui.Select[LinkMenu] = discord.ui.Select(
                placeholder="Choose a player", options=options, custom_id="link:player"
            )
            menu.callback = self._player_chosen  # type: ignore[method-assign]
            self.add_item(menu)
        new: discord.ui.Button[LinkMenu] = discord.ui.Button(
            label="New player", style=discord.ButtonStyle.success, custom_id="link:new"
        )
        new.callback = self._new  # type: ignore[method-assign]
        self.add_item(new)

    async def _row_chosen(self, interaction: discord.Interaction[Any]) -> None:
        self._ask_player(int(_chosen(interaction)))
        await interaction.response.edit_message(content=self.text, view=self)

    async def _player_chosen(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        await require_reviewer(bot, interaction.user, self.review)
        player_id = PlayerId(int(_chosen(interaction)))
        actor = actor_of(interaction.user, interaction.guild)
        await bot.services.reviews.link(actor, self.review.upload_id, self._asked_row, player_id)
        await self.go_on(interaction)

    async def _add_everybody(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        await require_reviewer(bot, interaction.user, self.review)
        actor = actor_of(interaction.user, interaction.guild)
        await bot.services.reviews.link_strangers(actor, self.review.upload_id)
        await self.go_on(interaction)

    async def _new(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(NewPlayerForm(self, self._asked_row))

    async def go_on(self, interaction: discord.Interaction[Any]) -> None:
        """Show the change, and ask for the next unknown row where there is one. `interaction` is acknowledged."""
        bot = bot_of(interaction)
        self.review = await bot.answers.refresh(self.review.server_id, self.review.upload_id)
        self.players = await bot.services.roster.players(self.review.server_id)
        self.rows = dict(rows_to_link(self.review))
        if self.review.unknown_rows:
            self._ask_player(self.review.unknown_rows[0])
            await interaction.edit_original_response(content=self.text, view=self)
        else:
            self.stop()
            await interaction.edit_original_response(content="Every row of our side has its player now.", view=None)

    @property
    def _asked_row(self) -> int:
        if self.row is None:
            raise RuntimeError("a player was chosen before a row")
        return self.row


class NewPlayerForm(OwnModal):
    def __init__(self, menu: LinkMenu, row: int) -> None:
        super().__init__(title="New player")
        self.menu = menu
        self.row = row
        self.name: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="name", default=menu.rows[row].name[:NAME_LIMIT], max_length=NAME_LIMIT
        )
        self.add_item(discord.ui.Label(text="Name", description="as the roster shows it", component=self.name))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction)
        bot = bot_of(interaction)
        review = self.menu.review
        await require_reviewer(bot, interaction.user, review)
        actor = actor_of(interaction.user, interaction.guild)
        await bot.services.reviews.link_new(actor, review.upload_id, self.row, self.name.value.strip())
        await self.menu.go_on(interaction)


def _chosen(interaction: discord.Interaction[Any]) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str(data["values"][0])
