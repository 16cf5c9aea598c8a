"""Statistics in words, narrow enough for a phone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.answer_texts import NAME_LIMIT
from bot.rendering.text import aligned, average, percent, signed
from bot.rendering.text import wars as war_count
from bot.services.statistics import Leaderboard, LeaderboardRow, Metric
from bot.wording import escape
from mkw.statistics import PlayerStatistics, PlayerWar, TeamStatistics, TeamWar

METRIC_NAMES = {
    Metric.AVERAGE: "average",
    Metric.LAST_10: "average of the last 10",
    Metric.WARS: "wars played",
    Metric.WIN_RATE: "win rate",
    Metric.DIFFERENTIAL: "team differential",
    Metric.HIGHEST: "highest score",
}
_SYNONYMS = {
    "avg": Metric.AVERAGE,
    "averages": Metric.AVERAGE,
    "recent": Metric.LAST_10,
    "form": Metric.LAST_10,
    "averageofthelast10": Metric.LAST_10,
    "played": Metric.WARS,
    "warsplayed": Metric.WARS,
    "wins": Metric.WIN_RATE,
    "win": Metric.WIN_RATE,
    "diff": Metric.DIFFERENTIAL,
    "teamdifferential": Metric.DIFFERENTIAL,
    "high": Metric.HIGHEST,
    "best": Metric.HIGHEST,
    "highestscore": Metric.HIGHEST,
}
ROWS_A_PAGE = 15


def metric_of(text: str) -> Metric | None:
    """What people call a metric, in any case and spacing."""
    key = "".join(text.lower().replace("_", "").replace("-", "").split())
    return next((metric for metric in Metric if metric.value == key), None) or _SYNONYMS.get(key)


def player_embed(name: str, statistics: PlayerStatistics, *, last: int | None) -> discord.Embed:
    embed = discord.Embed(title=escape(name, limit=100) + _over(last))
    if statistics.races == 0:
        embed.description = "No war is kept for this player yet."
        return embed
    record = f"{statistics.wins}-{statistics.losses}-{statistics.draws}{_rate(statistics.win_rate)}"
    _field(embed, "Average", average(statistics.average))
    _field(embed, "Last 10", average(statistics.average_last_10))
    _field(embed, "Wars", f"{war_count(statistics.wars)} ({statistics.races} races)")
    _field(embed, "Won-lost-drawn", record)
    _field(embed, "Team differential", _differential(statistics.differential, statistics.differential_average))
    _field(embed, "Highest / lowest", f"{_score(statistics.highest)} / {_score(statistics.lowest)}")
    embed.add_field(name="Last wars", value=_fit([_player_war(war) for war in statistics.last]), inline=False)
    return embed


def team_embed(name: str, statistics: TeamStatistics, *, last: int | None) -> discord.Embed:
    embed = discord.Embed(title=escape(name, limit=100) + _over(last))
    if statistics.wars == 0:
        embed.description = "No war is kept yet."
        return embed
    record = f"{statistics.wins}-{statistics.losses}-{statistics.draws}{_rate(statistics.win_rate)}"
    _field(embed, "Wars", str(statistics.wars))
    _field(embed, "Won-lost-drawn", record)
    _field(embed, "Average", average(statistics.average))
    _field(embed, "Differential", _differential(statistics.differential, statistics.differential_average))
    _field(embed, "Best / worst", f"{_margin(statistics.best)} / {_margin(statistics.worst)}")
    embed.add_field(name="Last wars", value=_fit([_team_war(war) for war in statistics.last]), inline=False)
    return embed


def leaderboard_lines(board: Leaderboard) -> list[str]:
    """One line a player, lined up for a fixed-width font and narrow enough for a phone."""
    rows = [_cells(board.metric, row) for row in board.rows]
    return aligned(rows, right=(0, 2, 3), name_width=14).split("\n") if rows else []


def _cells(metric: Metric, row: LeaderboardRow) -> tuple[str, ...]:
    cells = (str(row.rank), row.name, value_text(metric, row.value))
    return cells if metric is Metric.WARS else (*cells, war_count(row.statistics.wars))


def value_text(metric: Metric, value: float | None) -> str:
    if metric is Metric.WIN_RATE:
        return percent(value)
    if metric is Metric.DIFFERENTIAL:
        return signed(value)
    if metric is Metric.HIGHEST:
        return average(value).removesuffix(".0")
    return war_count(value) if metric is Metric.WARS and value is not None else average(value)


def _field(embed: discord.Embed, name: str, value: str) -> None:
    embed.add_field(name=name, value=value)


def _over(last: int | None) -> str:
    return "" if last is None else f", last {last}"


def _rate(rate: float | None) -> str:
    return "" if rate is None else f" ({percent(rate)})"


def _differential(total: float, a_war: float | None) -> str:
    return signed(total) + ("" if a_war is None else f" ({signed(a_war, 1)} a war)")


def _score(war: PlayerWar | None) -> str:
    return "–" if war is None else f"{war.score} (war {war.war_id})"


def _margin(war: TeamWar | None) -> str:
    if war is None or war.opponent_total is None:
        return "–"
    return f"{signed(_difference(war))} (war {war.war_id})"


def _player_war(war: PlayerWar) -> str:
    races = f" ({war.races})" if war.races != war.war_races else ""
    return f"**{war.score}**{races} {_against(war)}"


def _team_war(war: TeamWar) -> str:
    return f"**{war.own_total - war.own_penalty}** {_against(war)}"


def _against(war: PlayerWar | TeamWar) -> str:
    tag = f" {escape(war.opponent_tag, limit=NAME_LIMIT)}" if war.opponent_tag else ""
    if war.opponent_total is None:
        return f"· war {war.war_id}"
    return f"· {signed(_difference(war))} vs{tag or ' ?'} · war {war.war_id}"


def _difference(war: PlayerWar | TeamWar) -> int:
    return (war.own_total - war.own_penalty) - ((war.opponent_total or 0) - war.opponent_penalty)


def _fit(lines: Sequence[str], limit: int = 1000) -> str:
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > limit:
            break
        kept.append(line)
    return "\n".join(kept) or "–"
