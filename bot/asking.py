"""What somebody asks of the statistics, understood: the words of a command, the slash options beside them, the players
they name. Raises what the one error handler shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import discord

from bot.context import ClanContext
from bot.filter_words import Words, parse, written
from bot.services.errors import BadInput, NotFound
from bot.services.house import Services
from bot.services.player import Player
from bot.services.roster import named
from bot.services.statistics import Scope
from bot.services.teams import called
from bot.typed import mentioned_user, unquoted
from mkw.filters import Filter
from mkw.ids import PlayerId, ServerId
from mkw.metrics import Metric, metric_of

LONGEST_NAME_IN_WORDS = 6
CLAN_WORDS = frozenset({"team", "clan", "us", "we", "everyone", "all"})


@dataclass(frozen=True, slots=True)
class Options:
    """What slash has of its own; anything typed says the same in words."""

    last: int | None = None
    opponent: str | None = None
    season: str | None = None
    filters: str | None = None
    metric: str | None = None
    minimum: float | None = None


NO_OPTIONS = Options()
_SOME_DAY = date(2025, 6, 5)  # for words that hold no day


@dataclass(frozen=True, slots=True)
class Question:
    words: Words
    wanted: Filter  # the season looked up

    @property
    def names(self) -> tuple[str, ...]:
        return self.words.names

    @property
    def metric(self) -> Metric | None:
        return self.words.metric

    @property
    def written(self) -> str:
        """The filters, for the button under a page and for what an answer says it is about."""
        return written(self.words)


async def understand(
    services: Services, server_id: ServerId, text: str | None, options: Options = NO_OPTIONS
) -> Question:  # fmt: skip
    today = (await services.statistics.today(server_id)).date()
    words = parse(text or "", today)
    said = " ".join(filter(None, (options.filters, f"min {options.minimum:g}" if options.minimum else "")))
    if said:
        more = parse(said, today)
        if more.names:
            raise BadInput(f"`{more.text[:40]}` is no filter I know; `filters` lists them.")
        words = replace(_both(words, more), names=words.names)
    if options.metric:
        metric = metric_of(unquoted(options.metric))
        if metric is None:
            parse(f'by "{options.metric}"', today)  # raises, and says what there is
        words = replace(words, metric=metric)
    wanted = words.filter
    if options.last is not None:
        wanted = replace(wanted, last=options.last)
    if options.opponent:
        wanted = replace(wanted, opponent=unquoted(options.opponent))
    words = replace(words, filter=wanted, season=options.season or words.season)
    if wanted.team:
        wanted = replace(wanted, team=await _tag_of(services, server_id, wanted.team))
    if words.season:
        season = await services.seasons.find(server_id, unquoted(words.season))
        wanted = replace(wanted, since=season.first_day, until=season.last_day)
        words = replace(words, season=season.name)
    return Question(words, wanted)


async def _tag_of(services: Services, server_id: ServerId, text: str) -> str:
    """The tag a team of the roster wears, by its name; any other tag our side wore as it was typed."""
    team = called(await services.teams.all(server_id), text)
    if team is None:
        return text
    if team.tag is None:
        raise BadInput(f"{team.name} has no tag to find its wars by: `team edit` gives it one.")
    return team.tag


def without_opponent(question: Question) -> Question:
    words = replace(question.words, filter=replace(question.words.filter, opponent=None))
    return Question(words, replace(question.wanted, opponent=None))


def wanted_metric(question: Question, default: Metric) -> tuple[Metric, Question]:
    """The metric said with `by`, or as the whole of what is no filter: `leaderboard win rate`. Raises BadInput."""
    if question.metric is not None:
        return question.metric, question
    if not question.names:
        return default, replace(question, words=replace(question.words, metric=default))
    # `leaderboard last10` means the metric; the words were taken apart only where they are none.
    metric = metric_of(question.words.text)
    if metric is None:
        parse(f'by "{question.words.text}"', _SOME_DAY)
    return metric or default, replace(question, words=replace(question.words, names=(), metric=metric))


async def players_named(ctx: ClanContext, names: Sequence[str]) -> list[Player]:
    """All players of the words, each once, in the order named; names without commas between them are parted by the
    roster. Raises NotFound with close names."""
    roster = await ctx.services.roster.players(ctx.server_id)
    found: list[Player] = []
    for text in names:
        words = text.split()
        while words:
            player, used = await _longest(ctx, roster, words)
            found.append(player)
            words = words[used:]
    return list({player.player_id: player for player in found}.values())


async def player_called(ctx: ClanContext, name: str) -> Player:
    """One player: by name, alias, mention, `me`, or nothing for whoever asks. Raises NotFound."""
    user_id = mentioned_user(name)
    if user_id is None and name.casefold() not in ("", "me", "myself", "i"):
        return await ctx.services.roster.find(ctx.server_id, name)
    user = ctx.author if user_id is None else _mentioned(ctx, user_id)
    players = await ctx.services.roster.players(ctx.server_id)
    for player in players:
        if player.discord_user_id == (user_id or ctx.author.id):
            return player
    # Most people are called on the server what they are called in the game.
    for shown in (user.display_name, user.name) if user is not None else ():
        if (known := named(players, shown)) is not None:
            return known
    who = "you are" if user_id is None else "they are"
    raise NotFound(f"Which player {who} is not known; ask with the roster's name, such as `stats Comet`.")


async def one_player(ctx: ClanContext, question: Question) -> Player:
    """The one player a question is about; nothing: whoever asks. Raises BadInput for several."""
    if not question.names:
        return await player_called(ctx, "")
    if len(question.names) == 1 and named(
        await ctx.services.roster.players(ctx.server_id), question.names[0]
    ):  # fmt: skip
        return await player_called(ctx, question.names[0])
    players = await players_named(ctx, question.names)
    if len(players) > 1:
        raise BadInput("One player at a time here; `compare Comet, Pixel` sets several side by side.")
    return players[0]


async def scope_of(
    services: Services, server_id: ServerId, question: Question, of: Sequence[PlayerId] = ()
) -> Scope:  # fmt: skip
    return await services.statistics.scope(server_id, question.wanted, of=of)


def is_clan(question: Question) -> bool:
    return question.words.text.casefold() in CLAN_WORDS


def is_team(question: Question, typed: str | None) -> bool:
    """Whether a team stands where a player may: `team Blue last 10`. `last 10 team Blue` filters one's own."""
    return bool(question.wanted.team) and not question.names and (typed or "").casefold().startswith("team")


async def _longest(ctx: ClanContext, roster: Sequence[Player], words: list[str]) -> tuple[Player, int]:
    """The player the most words from the first on name, and how many those are."""
    for count in range(min(len(words), LONGEST_NAME_IN_WORDS), 0, -1):
        player = named(roster, " ".join(words[:count]))
        if player is not None:
            return player, count
    if mentioned_user(words[0]) is not None or words[0].casefold() == "me":
        return await player_called(ctx, words[0]), 1
    if words[0].casefold() in ("and", "&", "with", "+") and len(words) > 1:
        player, count = await _longest(ctx, roster, words[1:])
        return player, count + 1
    whole = " ".join(words[:LONGEST_NAME_IN_WORDS])
    try:
        await ctx.services.roster.find(ctx.server_id, whole)
    except NotFound as problem:
        if problem.suggestions or len(words) == 1:
            raise
    return await ctx.services.roster.find(ctx.server_id, words[0]), 1


def _mentioned(ctx: ClanContext, user_id: int) -> discord.User | discord.Member | None:
    among = next((user for user in ctx.message.mentions if user.id == user_id), None)
    return among or (ctx.guild.get_member(user_id) if ctx.guild is not None else None)


def _both(first: Words, second: Words) -> Words:
    """The second's filters beside the first's; where both say something the second holds."""
    changes = {
        name: value for name in Filter.__dataclass_fields__ if (value := getattr(second.filter, name)) is not None
    }
    return replace(
        first,
        filter=replace(first.filter, **changes),
        season=second.season or first.season,
        metric=second.metric or first.metric,
    )
