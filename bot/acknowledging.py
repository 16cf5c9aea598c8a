"""The first word to a press or slash command: work has begun."""

from __future__ import annotations

from typing import Any

import discord

SAID_ALREADY = 40060


async def acknowledge(
    interaction: discord.Interaction[Any], *, ephemeral: bool = False, thinking: bool = False
) -> None:
    """`InteractionResponse.defer`, which may be heard although Discord answers 500: discord.py says it again then, and
    is told that it was said. Whoever asked must not be left without an answer for that. Raises HTTPException."""
    response = interaction.response
    try:
        await response.defer(ephemeral=ephemeral, thinking=thinking)
    except discord.HTTPException as error:
        if error.code != SAID_ALREADY:
            raise
        # Nobody else answers for this process. Marked as discord.py marks it, so that what follows knows.
        response._response_type = discord.InteractionResponseType.deferred_channel_message  # noqa: SLF001
