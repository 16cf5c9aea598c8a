"""The context of a command, with what every command of ours asks for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.acknowledging import acknowledge
from bot.services.actors import Actor
from mkw.ids import ServerId, UserId

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.services.house import Services


_AWAITED = discord.InteractionResponseType.deferred_channel_message


def server_of(guild: discord.Guild | None) -> ServerId:
    """Raises NoPrivateMessage outside a server."""
    if guild is None:
        raise commands.NoPrivateMessage
    return ServerId(guild.id)


def actor_of(user: discord.Member | discord.User, guild: discord.Guild | None) -> Actor:
    """Raises NoPrivateMessage outside a server."""
    return Actor(server_of(guild), UserId(user.id), user.display_name)


def bot_of(interaction: discord.Interaction) -> ClanBot:
    client: ClanBot = interaction.client  # type: ignore[assignment]
    return client


class ClanContext(commands.Context["ClanBot"]):
    """`server_id` and `actor` raise NoPrivateMessage in a direct message. `began` is of time.monotonic."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.began = time.monotonic()
        self._is_answered = False

    @property
    def services(self) -> Services:
        return self.bot.services

    @property
    def server_id(self) -> ServerId:
        return server_of(self.guild)

    @property
    def actor(self) -> Actor:
        return actor_of(self.author, self.guild)

    async def defer(self, *, ephemeral: bool = False) -> None:
        if self.interaction is not None:
            await acknowledge(self.interaction, ephemeral=ephemeral)

    async def answer(
        self,
        text: str | None = None,
        *,
        embed: discord.Embed | None = None,
        view: discord.ui.View | None = None,
        file: discord.File | None = None,
        embeds: Sequence[discord.Embed] = (),
        files: Sequence[discord.File] = (),
        private: bool = False,
        silent: bool = False,
    ) -> discord.Message:
        """Answer the person: a reply to the message that asked, or the interaction's response. `private` holds for
        slash commands only; a prefix command is answered where it was asked. `embeds` and `files` stand for `embed` and
        `file` where there are several."""
        shown: dict[str, Any] = {"embed": embed, "view": view, "file": file, "ephemeral": private, "silent": silent}
        if embeds:
            shown |= {"embeds": embeds, "files": files, "embed": None, "file": None}
        if self.interaction is None:
            # The asking message may be gone by now; then the answer stands alone.
            shown["reference"] = self.message.to_reference(fail_if_not_exists=False)
        elif self._is_awaited(self.interaction):
            return await self._fill_in(self.interaction, text, shown)
        return await self.send(text, mention_author=False, **shown)

    def _is_awaited(self, interaction: discord.Interaction[ClanBot]) -> bool:
        """Discord shows that an answer is being made, which nobody has given yet."""
        return not self._is_answered and interaction.response.type == _AWAITED

    async def _fill_in(
        self, interaction: discord.Interaction[ClanBot], text: str | None, shown: dict[str, Any]
    ) -> discord.Message:
        """The awaited answer, by changing what stands there: done twice (a request that was carried out and answered
        with 500 is sent again) it is the same answer, where a message of its own would stand there twice."""
        given: dict[str, Any] = {"content": text}
        given["embeds"] = shown.get("embeds") or ([] if shown["embed"] is None else [shown["embed"]])
        given["attachments"] = shown.get("files") or ([] if shown["file"] is None else [shown["file"]])
        if shown["view"] is not None:
            given["view"] = shown["view"]
        message = await interaction.edit_original_response(**given)
        self._is_answered = True
        return message

    async def show(self, **shown: Any) -> discord.Message:
        """`answer` with the keyword arguments of any `send`, for what posts an answer wherever it was asked for."""
        silent = shown.pop("silent", False) and self.interaction is None
        return await self.answer(shown.pop("content", None), silent=silent, **shown)
