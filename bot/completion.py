"""What Discord offers while somebody types a slash command. Never raises: an empty list is better than an error."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands

from bot.context import bot_of
from bot.services.errors import UserProblem
from bot.services.player import PlayerStatus
from bot.war_texts import war_choice
from mkw.countries import NAMES, flag
from mkw.ids import ServerId, WarId
from mkw.metrics import METRICS, Metric
from mkw.tracks import TRACKS, find_track

if TYPE_CHECKING:
    from bot.services.house import Services
    from bot.services.wars import War

logger = logging.getLogger(__name__)
CHOICES = 25  # Discord's limit
Offered = list[app_commands.Choice[str]]
_T = TypeVar("_T")


async def _found(
    interaction: discord.Interaction[Any], what: str, ask: Callable[[Services, ServerId], Awaitable[Sequence[_T]]]
) -> Sequence[_T]:
    """What the services know for this server; nothing in a direct message, or where they do not answer."""
    if interaction.guild_id is None:
        return ()
    try:
        return await ask(bot_of(interaction).services, ServerId(interaction.guild_id))
    except (UserProblem, OSError) as problem:
        logger.info("No %s offered: %s", what, type(problem).__name__)
        return ()


async def complete_players(interaction: discord.Interaction[Any], current: str) -> Offered:
    players = await _found(
        interaction, "players", lambda services, server: services.roster.suggest(server, current, limit=CHOICES)
    )
    return [app_commands.Choice(name=player.name[:100], value=player.name[:100]) for player in players[:CHOICES]]


async def complete_player_list(interaction: discord.Interaction[Any], current: str) -> Offered:
    """Several with commas between them: the last one is being typed."""
    before, comma, typed = current.rpartition(",")
    found = await complete_players(interaction, typed.strip())
    start = f"{before}, " if comma else ""
    fitting = [f"{start}{choice.value}" for choice in found]
    return [app_commands.Choice(name=text[-100:], value=text) for text in fitting if len(text) <= 100]


async def complete_teams(interaction: discord.Interaction[Any], current: str) -> Offered:
    teams = await _found(interaction, "teams", lambda services, server: services.teams.all(server))
    typed = current.strip().casefold()
    fitting = [team for team in teams if typed in team.name.casefold() or typed in (team.tag or "").casefold()]
    return [app_commands.Choice(name=team.name[:100], value=team.name[:100]) for team in fitting[:CHOICES]]


async def complete_roster_filters(interaction: discord.Interaction[Any], current: str) -> Offered:
    """Statuses, then teams."""
    typed = current.strip().casefold()
    statuses = [status.value for status in PlayerStatus if typed in status.value]
    teams = await complete_teams(interaction, current)
    return [*(app_commands.Choice(name=one, value=one) for one in statuses), *teams][:CHOICES]


async def complete_countries(_: discord.Interaction[Any], current: str) -> Offered:
    typed = current.strip().casefold()
    fitting = [(code, name) for code, name in NAMES.items() if typed in name.casefold() or typed == code.casefold()]
    fitting.sort(key=lambda one: (one[0].casefold() != typed, one[1]))
    return [app_commands.Choice(name=f"{flag(code)} {name}", value=code) for code, name in fitting[:CHOICES]]


async def complete_rows(interaction: discord.Interaction[Any], current: int | str) -> list[app_commands.Choice[int]]:
    """The rows of the war already chosen. Whoever is offered them has seen the war as it is."""
    number = getattr(interaction.namespace, "number", None)
    if interaction.guild_id is None or not isinstance(number, int):
        return []
    bot, server_id = bot_of(interaction), ServerId(interaction.guild_id)
    try:
        war = await bot.services.wars.get(server_id, WarId(number))
    except (UserProblem, OSError) as problem:
        logger.info("No rows offered: %s", type(problem).__name__)
        return []
    bot.seen.note(war, interaction.user.id)
    typed = str(current).strip()
    rows = [(row, line) for row, line in enumerate((line for side in war.sides for line in side.lines), 1)]
    fitting = [(row, line) for row, line in rows if str(row).startswith(typed)]
    return [
        app_commands.Choice(name=f"{row} · {line.name[:60]} · {line.score}", value=row)
        for row, line in fitting[:CHOICES]
    ]


async def complete_changes(interaction: discord.Interaction[Any], current: str) -> Offered:
    """The newest changes that can be taken back."""
    newest = await _found(interaction, "changes", lambda services, server: services.history.newest(server, limit=50))
    typed = current.strip().casefold()
    standing = [one for one in newest if one.can_be_undone]
    texts = [(f"#{one.change_id}", f"#{one.change_id} {one.actor_name}: {one.text}") for one in standing]
    return [app_commands.Choice(name=text[:100], value=value) for value, text in texts if typed in text.casefold()][
        :CHOICES
    ]


async def complete_history(interaction: discord.Interaction[Any], current: str) -> Offered:
    """Players, and wars by their number."""
    wars = [
        app_commands.Choice(name=choice.name, value=f"war {choice.value}")
        for choice in await complete_wars(interaction, current.casefold().removeprefix("war").strip())
    ]
    is_war = current.strip()[:3].casefold() == "war" or current.strip().isdecimal()
    players = [] if is_war else await complete_players(interaction, current)
    return [*players, *wars][:CHOICES] if current.strip() else [*players[:15], *wars[:10]]


async def complete_names(interaction: discord.Interaction[Any], current: str) -> Offered:
    """Players, where a name is being corrected; numbers are typed."""
    return await complete_players(interaction, current) if interaction.namespace.what == "name" else []


async def complete_wars(interaction: discord.Interaction[Any], current: int | str) -> list[app_commands.Choice[int]]:
    """The newest wars whose number begins with what was typed."""

    async def newest(services: Services, server_id: ServerId) -> Sequence[War]:
        return (await services.wars.page(server_id, size=100)).wars

    typed = str(current).strip()
    fitting = [war for war in await _found(interaction, "wars", newest) if str(war.war_id).startswith(typed)]
    return [app_commands.Choice(name=war_choice(war), value=war.war_id) for war in fitting[:CHOICES]]


async def complete_aliases(interaction: discord.Interaction[Any], current: str) -> Offered:
    """The aliases of the player already filled in, or of everybody."""
    players = await _found(interaction, "aliases", lambda services, server: services.roster.players(server))
    chosen = str(getattr(interaction.namespace, "player", "") or "").casefold()
    of_player = [player for player in players if player.name.casefold() == chosen] or list(players)
    aliases = [alias for player in of_player for alias in player.aliases if current.casefold() in alias.casefold()]
    return [app_commands.Choice(name=alias[:100], value=alias[:100]) for alias in aliases[:CHOICES]]


async def complete_opponents(interaction: discord.Interaction[Any], current: str) -> Offered:
    """Tags met, the most met first."""
    tags = await _found(
        interaction, "opponents", lambda services, server: services.statistics.opponents(server, current, limit=CHOICES)
    )
    return [app_commands.Choice(name=tag[:100], value=tag[:100]) for tag in tags[:CHOICES]]


async def complete_tracks(_: discord.Interaction[Any], current: str) -> Offered:
    found = find_track(current)
    typed = current.strip().casefold()
    fitting = [track for track in TRACKS if typed in f"{track.track_id} {track.name}".casefold()]
    likeliest = [*([found.track] if found.track else []), *found.near]
    every = dict.fromkeys([*likeliest, *fitting])
    return [app_commands.Choice(name=f"{one.track_id} {one.name}", value=one.track_id) for one in every][:CHOICES]


async def complete_seasons(interaction: discord.Interaction[Any], current: str) -> Offered:
    seasons = await _found(interaction, "seasons", lambda services, server: services.seasons.everything(server))
    fitting = [season.name for season in seasons if current.casefold() in season.name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES]]


async def complete_metrics(interaction: discord.Interaction[Any], current: str) -> Offered:  # noqa: ARG001 - as Discord calls it
    """Each with its meaning."""
    fitting = [one for one in METRICS if current.casefold() in _told(one)]
    return [app_commands.Choice(name=f"{one.name}: {one.meaning}"[:100], value=one.key) for one in fitting[:CHOICES]]


def _told(metric: Metric) -> str:
    return f"{metric.key} {metric.name} {metric.meaning} {' '.join(metric.words)}".casefold()
