"""Statistics in words, narrow enough for a phone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.answer_texts import NAME_LIMIT
from bot.asking import Question
from bot.rendering.text import aligned, average, code_block, percent, signed
from bot.rendering.text import wars as war_count
from bot.services.statistics import Leaderboard, LeaderboardRow, Scope
from bot.wording import escape
from mkw.filters import LARGE, Rooms
from mkw.metrics import BY_KEY, METRICS, Metric, Unit
from mkw.numerals import as_few_digits, whole
from mkw.record import Played
from mkw.statistics import (
    PlayerStatistics,
    PlayerWar,
    TeamStatistics,
    TeamWar,
    WinLoss,
    form,
    outcome_margin,
    player_statistics,
)
from mkw.statistics import (
    average as average_of,
)

ROWS_A_PAGE = 15
COMPARED = ("average", "form", "wars", "winrate", "differential", "contribution", "consistency", "highest", "clutch")
_MANY = 3  # players beside whom no more columns fit on a phone
_SHORT = {"differential": "diff", "contribution": "share", "consistency": "steady", "winrate": "win", "highest": "high"}


# --- one player, the clan -------------------------------------------------------------------------------------------


def player_embed(name: str, statistics: PlayerStatistics, *, note: str = "") -> discord.Embed:
    embed = discord.Embed(title=escape(name, limit=100))
    if statistics.races == 0:
        embed.description = f"No war is kept for this player{' that fits' if note else ' yet'}."
        return add_to_footer(embed, note)
    _field(embed, "Average", average(statistics.average))
    _field(
        embed, "Last 5 / 10 / 20",
        " / ".join(
            average(value)
            for value in (statistics.average_last_5, statistics.average_last_10, statistics.average_last_20)
        ),
    )  # fmt: skip
    _field(embed, "Form", f"{average(statistics.form)}{_trend(statistics.form, statistics.average)}")
    _field(embed, "Wars", f"{war_count(statistics.wars)} ({whole(statistics.races)} races)")
    _field(embed, "Won-lost-drawn", _record(WinLoss(statistics.wins, statistics.losses, statistics.draws)))
    _field(embed, "Team differential", _differential(statistics.differential, statistics.differential_average))
    _field(embed, "Share of the team's points", percent(statistics.contribution))
    _field(embed, "Consistency", f"{percent(statistics.consistency)} (±{average(statistics.deviation)})")
    _field(embed, "Highest / lowest", f"{_score(statistics.highest)} / {_score(statistics.lowest)}")
    if statistics.clutch is not None:
        _field(embed, "Clutch", f"{signed(statistics.clutch, 1)} in close wars")
    if statistics.hot_streak > 1:
        _field(embed, "Hot streak", f"{statistics.hot_streak} above average")
    embed.add_field(name="Last wars", value=_fit([player_war_line(war) for war in statistics.last]), inline=False)
    return add_to_footer(embed, note)


def team_embed(name: str, statistics: TeamStatistics, *, note: str = "") -> discord.Embed:
    embed = discord.Embed(title=escape(name, limit=100))
    if statistics.wars == 0:
        embed.description = "No war that fits is kept." if note else "No war is kept yet."
        return add_to_footer(embed, note)
    _field(embed, "Wars", str(statistics.wars))
    _field(embed, "Won-lost-drawn", _record(WinLoss(statistics.wins, statistics.losses, statistics.draws)))
    if statistics.of_four:
        _field(embed, "Top two of four", f"{statistics.top_two} of {statistics.of_four}")
    _field(embed, "Average", average(statistics.average))
    _field(embed, "Differential", _differential(statistics.differential, statistics.differential_average))
    _field(embed, "Margins", f"won by {average(statistics.average_win)}, lost by {_bare(statistics.average_loss)}")
    if statistics.close.decided:
        _field(embed, "Close wars", _record(statistics.close))
    if statistics.penalties:
        cost = f"{whole(statistics.penalties)} points"
        _field(embed, "Penalties", cost + (f", {statistics.penalty_losses} results" * bool(statistics.penalty_losses)))
    _field(embed, "Best / worst", f"{_margin(statistics.best)} / {_margin(statistics.worst)}")
    embed.add_field(name="Last wars", value=_fit([team_war_line(war) for war in statistics.last]), inline=False)
    return add_to_footer(embed, note)


def form_embed(name: str, played: Played, *, note: str = "") -> discord.Embed:
    numbers = player_statistics(played)
    embed = discord.Embed(title=f"Form of {escape(name, limit=80)}")
    if not numbers.last:
        embed.description = "No war that fits is kept for this player."
        return add_to_footer(embed, note)
    scores = " ".join(str(round(12 * war.score / war.races)) for war in numbers.last if war.races)
    embed.description = (
        f"**{average(numbers.form)}**{_trend(numbers.form, numbers.average)} · average {average(numbers.average)}\n"
        f"Last 5 / 10 / 20: {average(numbers.average_last_5)} / {average(numbers.average_last_10)} / "
        f"{average(numbers.average_last_20)}\nNewest first: {scores}"
    )
    return add_to_footer(embed, note)


# --- several players ------------------------------------------------------------------------------------------------


def leaderboard_lines(board: Leaderboard) -> list[str]:
    """One line a player, lined up for a fixed-width font and narrow enough for a phone."""
    rows = [_cells(board.metric, row) for row in board.rows]
    return aligned(rows, right=(0, 2, 3), name_width=14).split("\n") if rows else []


def form_lines(scope: Scope) -> list[str]:
    """Who is in form: form, and how far above the own average."""
    rows = []
    for player in scope.roster:
        played = scope.played(player.player_id)
        now, usual = form(played), average_of(played)
        if now is not None and usual is not None and played.races.sum() / 12 >= scope.minimum:
            rows.append((now, player.name, average(now), signed(now - usual, 1)))
    rows.sort(key=lambda row: (-row[0], row[1].casefold()))
    cells = [(str(place), *row[1:]) for place, row in enumerate(rows, 1)]
    return aligned(cells, right=(0, 2, 3), name_width=14).split("\n") if cells else []


def compare_text(names: Sequence[str], every: Sequence[Played]) -> str:
    """Players side by side: metrics down the side for two or three, and several small tables for more."""
    values = {key: [value_text(BY_KEY[key], BY_KEY[key].of(played)) for played in every] for key in COMPARED}
    short = {key: _SHORT.get(key, key) for key in COMPARED}
    columns = tuple(range(1, 7))
    if len(names) <= _MANY:
        header = ("", *names)
        rows = [(short[key], *values[key]) for key in COMPARED]
        return code_block(aligned(rows, header=header, right=columns, name_width=11))
    blocks = []
    for start in range(0, len(COMPARED), _MANY):
        keys = COMPARED[start : start + _MANY]
        rows = [(name, *(values[key][place] for key in keys)) for place, name in enumerate(names)]
        blocks.append(aligned(rows, header=("", *(short[key] for key in keys)), right=columns, name_width=11))
    return code_block("\n\n".join(blocks))


def metrics_text() -> str:
    return "\n".join(f"`{metric.key}` {metric.name}: {metric.meaning}" for metric in METRICS)


def value_text(metric: Metric, value: float | None) -> str:
    if metric.unit is Unit.SHARE:
        return percent(value)
    if metric.unit is Unit.SIGNED:
        return signed(value, 1)
    if metric.unit is Unit.WHOLE:
        return average(value) if value is None else as_few_digits(value)
    return war_count(value) if metric.unit is Unit.WARS and value is not None else average(value)


# --- what an answer is about ----------------------------------------------------------------------------------------


def add_to_footer(embed: discord.Embed, *parts: str) -> discord.Embed:
    """The embed, with what is not empty behind what its footer says already."""
    texts = [part for part in (embed.footer.text, *parts) if part]
    return embed.set_footer(text=" · ".join(texts)[:2000]) if texts else embed


def scope_note(question: Question, rooms: Rooms) -> str:
    """`12p · last 10 vs CB · 3 wars of 24p apart (add 24p)`: under an answer. Empty for a clan that plays one kind and
    asked for everything."""
    parts = [f"{rooms.chosen}p"] if rooms.apart or rooms.chosen == LARGE or question.wanted.room else []
    words = _without_metric(question)
    if words:
        parts.append(words)
    if rooms.apart:
        other = 12 if rooms.chosen == LARGE else LARGE
        parts.append(f"{rooms.apart} wars of {other}p stand apart (add {other}p)")
    return " · ".join(parts)


def _without_metric(question: Question) -> str:
    words = question.written
    if question.metric is not None:
        words = words.removeprefix(f"by {question.metric.key}").strip()
    room = question.wanted.room
    return " ".join(word for word in words.split(" ") if word != f"{room}p")


# --- lines ----------------------------------------------------------------------------------------------------------


def player_war_line(war: PlayerWar) -> str:
    races = f" ({war.races})" if war.races != war.war_races else ""
    return f"**{war.score}**{races} {_against(war)}"


def team_war_line(war: TeamWar) -> str:
    return f"**{whole(war.own_total - war.own_penalty)}** {_against(war)}"


def _cells(metric: Metric, row: LeaderboardRow) -> tuple[str, ...]:
    cells = (str(row.rank), row.name, value_text(metric, row.value))
    if metric.of_races:
        return (*cells, "1 race" if row.counted == 1 else f"{whole(int(row.counted))} races")
    return cells if metric.unit is Unit.WARS else (*cells, war_count(row.counted))


def _field(embed: discord.Embed, name: str, value: str) -> None:
    embed.add_field(name=name, value=value)


def _trend(now: float | None, usual: float | None) -> str:
    return "" if now is None or usual is None or abs(now - usual) < 0.05 else f" ({signed(now - usual, 1)})"


def _record(record: WinLoss) -> str:
    rate = "" if record.rate is None else f" ({percent(record.rate)})"
    return f"{record.wins}-{record.losses}-{record.draws}{rate}"


def _differential(total: float, a_war: float | None) -> str:
    return signed(total) + ("" if a_war is None else f" ({signed(a_war, 1)} a war)")


def _bare(value: float | None) -> str:
    return average(None if value is None else abs(value))


def _score(war: PlayerWar | None) -> str:
    return "–" if war is None else f"{war.score} (war {war.war_id})"


def _margin(war: TeamWar | None) -> str:
    if war is None or war.opponent_total is None:
        return "–"
    return f"{signed(outcome_margin(war))} (war {war.war_id})"


def _against(war: PlayerWar | TeamWar) -> str:
    tag = f" {escape(war.opponent_tag, limit=NAME_LIMIT)}" if war.opponent_tag else ""
    if war.opponent_total is None:
        return f"· war {war.war_id}"
    return f"· {signed(outcome_margin(war))} vs{tag or ' ?'} · war {war.war_id}"


def _fit(lines: Sequence[str], limit: int = 1000) -> str:
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > limit:
            break
        kept.append(line)
    return "\n".join(kept) or "–"
