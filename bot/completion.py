"""What Discord offers while somebody types a slash command. Never raises: an empty list is better than an error."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from bot.context import bot_of
from bot.services.errors import UserProblem
from bot.war_texts import war_choice
from mkw.ids import ServerId
from mkw.metrics import METRICS, Metric

logger = logging.getLogger(__name__)
CHOICES = 25  # Discord's limit


async def complete_players(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    if interaction.guild_id is None:
        return []
    try:
        roster = bot_of(interaction).services.roster
        players = await roster.suggest(ServerId(interaction.guild_id), current, limit=CHOICES)
    except (UserProblem, OSError) as problem:
        logger.info("No players offered: %s", type(problem).__name__)
        return []
    return [app_commands.Choice(name=player.name[:100], value=player.name[:100]) for player in players[:CHOICES]]


async def complete_names(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """Players, where a name is being corrected; numbers are typed."""
    return await complete_players(interaction, current) if interaction.namespace.what == "name" else []


async def complete_wars(interaction: discord.Interaction[Any], current: int | str) -> list[app_commands.Choice[int]]:
    """The newest wars whose number begins with what was typed."""
    if interaction.guild_id is None:
        return []
    try:
        page = await bot_of(interaction).services.wars.page(ServerId(interaction.guild_id), size=100)
    except (UserProblem, OSError) as problem:
        logger.info("No wars offered: %s", type(problem).__name__)
        return []
    typed = str(current).strip()
    fitting = [war for war in page.wars if str(war.war_id).startswith(typed)]
    return [app_commands.Choice(name=war_choice(war), value=war.war_id) for war in fitting[:CHOICES]]


async def complete_aliases(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """The aliases of the player already filled in, or of everybody."""
    if interaction.guild_id is None:
        return []
    try:
        players = await bot_of(interaction).services.roster.players(ServerId(interaction.guild_id))
    except (UserProblem, OSError) as problem:
        logger.info("No aliases offered: %s", type(problem).__name__)
        return []
    chosen = str(getattr(interaction.namespace, "player", "") or "").casefold()
    of_player = [player for player in players if player.name.casefold() == chosen] or list(players)
    aliases = [alias for player in of_player for alias in player.aliases if current.casefold() in alias.casefold()]
    return [app_commands.Choice(name=alias[:100], value=alias[:100]) for alias in aliases[:CHOICES]]


async def complete_opponents(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """Tags met, the most met first."""
    if interaction.guild_id is None:
        return []
    try:
        statistics = bot_of(interaction).services.statistics
        tags = await statistics.opponents(ServerId(interaction.guild_id), current, limit=CHOICES)
    except (UserProblem, OSError) as problem:
        logger.info("No opponents offered: %s", type(problem).__name__)
        return []
    return [app_commands.Choice(name=tag[:100], value=tag[:100]) for tag in tags[:CHOICES]]


async def complete_seasons(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    if interaction.guild_id is None:
        return []
    try:
        seasons = await bot_of(interaction).services.seasons.everything(ServerId(interaction.guild_id))
    except (UserProblem, OSError) as problem:
        logger.info("No seasons offered: %s", type(problem).__name__)
        return []
    fitting = [season.name for season in seasons if current.casefold() in season.name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES]]


async def complete_metrics(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:  # noqa: ARG001 - as Discord calls it
    """Each with its meaning."""
    fitting = [one for one in METRICS if current.casefold() in _told(one)]
    return [app_commands.Choice(name=f"{one.name}: {one.meaning}"[:100], value=one.key) for one in fitting[:CHOICES]]


def _told(metric: Metric) -> str:
    return f"{metric.key} {metric.name} {metric.meaning} {' '.join(metric.words)}".casefold()
