"""A month of a clan in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import discord

from bot.rendering.text import average, percent, signed
from bot.services.statistics import Scope
from bot.wording import escape
from mkw.matchups import opponents
from mkw.numerals import as_few_digits
from mkw.record import Played, Record
from mkw.statistics import average as average_of
from mkw.statistics import outcome_margin, team_statistics, wars_played
from mkw.streaks import clan_records

LISTED = 5
_TITLE_END = " · {}"
_SHARE = 0.2  # of the month's wars, under which nobody is ranked


def month_name(month: date) -> str:
    return f"{month:%B %Y}"


def monthly_embed(clan: str, month: date, scope: Scope, whole: Record) -> discord.Embed | None:
    """`scope` holds the month's wars, `whole` all of the same room size. None for a month without a war."""
    numbers = team_statistics(scope.record.wars)
    if not numbers.wars:
        return None
    embed = discord.Embed(title=escape(clan, limit=80) + _TITLE_END.format(month_name(month)))
    rate = "" if numbers.win_rate is None else f" ({percent(numbers.win_rate)})"
    embed.description = (
        f"**{as_few_digits(numbers.wars)}** wars, won-lost-drawn "
        f"**{numbers.wins}-{numbers.losses}-{numbers.draws}**{rate}, {signed(numbers.differential_average, 1)} a war"
    )
    ranked = _ranked(scope, numbers.wars)
    if ranked:
        best = [
            f"{escape(name, limit=40)} **{average(value)}** ({as_few_digits(wars)})"
            for value, name, wars in ranked[:LISTED]
        ]
        embed.add_field(name="Highest averages (wars)", value="\n".join(best), inline=False)
    better = _improved(scope, whole, numbers.wars)
    if better is not None:
        gain, who = better
        embed.add_field(name="Most improved", value=f"{escape(who, limit=40)} {signed(gain, 1)} over before")
    records = clan_records(scope.record)
    if records.scores:
        top = records.scores[0]
        embed.add_field(
            name="Highest score", value=f"**{top.war.score}** {escape(scope.name(top.player_id), limit=40)}"
        )
    if records.largest_win is not None:
        tag = escape(records.largest_win.opponent_tag or "?", limit=30)
        embed.add_field(name="Largest win", value=f"{signed(outcome_margin(records.largest_win))} vs {tag}")
    foes = opponents(scope.record)
    if len(foes) > 1:
        text = f"{escape(foes[0].tag, limit=30)} ({signed(foes[0].differential, 1)}) · "
        text += f"{escape(foes[-1].tag, limit=30)} ({signed(foes[-1].differential, 1)})"
        embed.add_field(name="Best and worst opponent", value=text, inline=False)
    return embed


def is_report_of(embeds: Sequence[discord.Embed], month: date) -> bool:
    """Of whatever the clan was called then."""
    return any((embed.title or "").endswith(_TITLE_END.format(month_name(month))) for embed in embeds)


def _often(scope: Scope, wars: int) -> list[tuple[str, Played, float]]:
    """Whoever is on the roster and played a fifth of the month's wars."""
    names = {player.player_id: player.name for player in scope.roster}
    played = [(names[one], lines, wars_played(lines)) for one, lines in scope.record.everybody() if one in names]
    return [row for row in played if row[2] >= max(1.0, _SHARE * wars)]


def _ranked(scope: Scope, wars: int) -> list[tuple[float, str, float]]:
    rows = [(average_of(lines) or 0.0, name, round(count, 1)) for name, lines, count in _often(scope, wars)]
    return sorted(rows, key=lambda row: (-row[0], row[1].casefold()))


def _improved(scope: Scope, whole: Record, wars: int) -> tuple[float, str] | None:
    """Who is furthest above their average of before the month, of five wars then at least."""
    ids = {player.name: player.player_id for player in scope.roster}
    first = int(scope.record.wars.at.min())
    rows = []
    for name, lines, _ in _often(scope, wars):
        every = whole.of(ids[name])
        before = every.take(every.wars.at < first)
        now, usual = average_of(lines), average_of(before)
        if now is not None and usual is not None and wars_played(before) >= 5 and now > usual:
            rows.append((now - usual, name))
    return max(rows, default=None)
