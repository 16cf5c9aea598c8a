"""What a server is told that has not been set up yet: short lines, for it is read on phones."""

from __future__ import annotations

import discord


def welcome(prefix: str) -> str:
    """Said once, when the bot joins."""
    return (
        "Hello! I read pictures of war results and keep every player's averages.\n"
        f"1. A server administrator writes `{prefix}setup` or `/setup` and chooses the channel for results.\n"
        "2. Post a picture of a result there.\n"
        "3. Press **Save** below my answer.\n"
        f"`{prefix}help` explains the rest."
    )


def nothing_watched(prefix: str) -> str:
    return f"No channel is watched yet: `{prefix}setup` chooses one."


def channel_to_greet_in(guild: discord.Guild) -> discord.TextChannel | None:
    """Where Discord says who joined, or else the first channel the bot may write in."""
    system = guild.system_channel
    channels = [*([system] if system is not None else []), *guild.text_channels]
    return next((channel for channel in channels if _may_write(channel, guild.me)), None)


def _may_write(channel: discord.TextChannel, me: discord.Member) -> bool:
    allowed = channel.permissions_for(me)
    return allowed.view_channel and allowed.send_messages
