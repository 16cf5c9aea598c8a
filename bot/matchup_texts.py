"""Opponents, meetings, records, pairs and line-ups in words, narrow enough for a phone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import discord

from bot.rendering.text import aligned, average, code_block, percent, signed
from bot.services.statistics import Scope
from bot.statistics_texts import team_war_line
from bot.wording import escape
from mkw.ids import PlayerId
from mkw.matchups import ClanMeeting, Opponent, PlayerMeeting
from mkw.numerals import whole
from mkw.record import Played
from mkw.statistics import PlayerWar, TeamWar, WinLoss, outcome_margin
from mkw.streaks import ClanRecords, HotStreaks, Run, Streaks
from mkw.together import Pair, Worth

Name = Callable[[PlayerId], str]


def opponent_lines(every: Sequence[Opponent], *, player: bool) -> list[str]:
    """Tag, won-lost-drawn, differential a war, and for a player how much more they score against them."""
    last = {one.tag: signed(one.more, 1) if player else average(one.average) for one in every}
    rows = [(one.tag, _bare(one.record), signed(one.differential, 1), last[one.tag]) for one in every]
    header = ("", "W-L-D", "diff", "own +" if player else "total")
    return aligned(rows, header=header, right=(1, 2, 3), name_width=12).split("\n") if rows else []


def clan_meeting_embed(clan: str, meeting: ClanMeeting, best: Sequence[tuple[str, float, int]]) -> discord.Embed:
    """`best`: (player, average against them, wars) of our best, highest first."""
    embed = discord.Embed(title=f"{escape(clan, limit=60)} vs {escape(meeting.tag, limit=60)}")
    if not meeting.wars:
        embed.description = "No war that fits is kept between them."
        return embed
    embed.add_field(name="Won-lost-drawn", value=f"{_bare(meeting.record)} ({percent(meeting.record.rate)})")
    embed.add_field(name="Differential", value=f"{signed(meeting.differential, 1)} a war")
    embed.add_field(name="Totals", value=f"{average(meeting.own_average)} : {average(meeting.their_average)}")
    embed.add_field(name="Now", value=_now(meeting.streaks))
    embed.add_field(name="Largest win", value=_margin(meeting.largest_win))
    embed.add_field(name="Largest loss", value=_margin(meeting.largest_loss))
    if best:
        lines = [f"{escape(name, limit=40)} **{average(value)}** ({count})" for name, value, count in best]
        embed.add_field(name="Best against them (wars)", value="\n".join(lines), inline=False)
    embed.add_field(name="Last wars", value="\n".join(team_war_line(war) for war in meeting.last)[:1000], inline=False)
    return embed


def player_meeting_embed(first: str, second: str, meeting: PlayerMeeting) -> discord.Embed:
    embed = discord.Embed(title=f"{escape(first, limit=60)} and {escape(second, limit=60)}")
    if not meeting.wars:
        embed.description = "They have no war together that fits."
        return embed
    equal = f", {meeting.equal} equal" if meeting.equal else ""
    embed.description = (
        f"In {meeting.wars} wars together **{escape(first, limit=60)}** was ahead {meeting.ahead} times and "
        f"**{escape(second, limit=60)}** {meeting.behind}{equal}."
    )
    embed.add_field(name="Averages there", value=f"{average(meeting.averages[0])} : {average(meeting.averages[1])}")
    embed.add_field(name="The clan with both", value=f"{_bare(meeting.record)} ({percent(meeting.record.rate)})")
    embed.add_field(name="Differential with both", value=f"{signed(meeting.differential, 1)} a war")
    lines = [f"{mine} : {theirs}" for mine, theirs in meeting.last]
    embed.add_field(name="Last wars", value="\n".join(lines), inline=False)
    return embed


def records_embed(clan: str, found: ClanRecords, name: Name) -> discord.Embed:
    embed = discord.Embed(title=f"Records of {escape(clan, limit=80)}")
    if not (found.scores or found.highest_total or found.largest_win or found.largest_loss):
        embed.description = "No war that fits is kept; a record needs a full war of 12 races or an opponent."
        return embed
    if found.scores:
        embed.add_field(
            name="Highest scores", inline=False,
            value="\n".join(f"**{one.war.score}** {escape(name(one.player_id), limit=40)} {_where(one.war)}"
                            for one in found.scores),
        )  # fmt: skip
    if found.lowest is not None:
        text = (
            f"**{found.lowest.war.score}** {escape(name(found.lowest.player_id), limit=40)} {_where(found.lowest.war)}"
        )
        embed.add_field(name="Lowest score", value=text, inline=False)
    embed.add_field(name="Highest total", value=_total(found.highest_total))
    embed.add_field(name="Lowest total", value=_total(found.lowest_total))
    embed.add_field(name="Largest win", value=_margin(found.largest_win))
    embed.add_field(name="Largest loss", value=_margin(found.largest_loss))
    embed.add_field(name="Closest", value=_margin(found.closest))
    embed.add_field(name="Longest winning streak", value=_run(found.streaks.longest_win))
    return embed


def streaks_embed(who: str, found: Streaks, hot: HotStreaks | None = None) -> discord.Embed:
    embed = discord.Embed(title=f"Streaks of {escape(who, limit=80)}")
    embed.add_field(name="Now", value=_now(found))
    embed.add_field(name="Longest winning", value=_run(found.longest_win))
    embed.add_field(name="Longest losing", value=_run(found.longest_loss))
    if hot is not None:
        embed.add_field(name="Hot: above the own average", value=f"{hot.now} now, {hot.longest} at most")
    return embed


def pair_lines(pairs: Sequence[Pair], name: Name, *, of: PlayerId | None = None) -> list[str]:
    """Two names (or the other one), points a war beyond what they make on average, wars together."""
    rows = []
    for pair in pairs:
        other = pair.second if pair.first == of else pair.first
        names = (name(pair.first), name(pair.second)) if of is None else (name(other),)
        rows.append((*names, signed(pair.together, 1), str(pair.wars)))
    numbers = (1, 2) if of is not None else (2, 3)
    return aligned(rows, right=numbers, name_width=14 if of is not None else 11).split("\n") if rows else []


def lineup_embed(found: Sequence[Worth], asked: Sequence[PlayerId], name: Name, against: str | None) -> discord.Embed:
    title = "Line-up" + (f" against {escape(against, limit=60)}" if against else "")
    embed = discord.Embed(title=title)
    best = found[0]
    rows = [(name(player), average(value)) for player, value in zip(best.players, best.averages, strict=True)]
    rows.sort(key=lambda row: -float(row[1]))
    rows.append(("together", signed(best.together, 1)))
    if against:
        rows.append((f"vs {against}", signed(best.against, 1)))
    rows.append(("expected", average(best.total)))
    embed.description = code_block(aligned(rows, right=(1,), name_width=18)) + _outlook(best)
    if len(found) > 1:
        lines = [f"{average(one.total)}: {_swap(best, one, name)}" for one in found[1:]]
        embed.add_field(name="Next best", value="\n".join(lines), inline=False)
    out = [escape(name(player), limit=30) for player in asked if player not in best.players]
    if out:
        embed.add_field(name="Sits out", value=", ".join(out)[:1000], inline=False)
    pairs = len(best.players) * (len(best.players) - 1) // 2
    embed.set_footer(text=f"Averages are drawn towards the clan's; {best.pair_wars / max(1, pairs):.0f} wars a pair")
    return embed


def participation_text(found: Sequence[tuple[PlayerId, int, float]], name: Name) -> list[str]:
    rows = [(name(player), str(count), percent(share)) for player, count, share in found]
    return aligned(rows, right=(1, 2), name_width=16).split("\n") if rows else []


def best_against(scope: Scope, every: Sequence[tuple[PlayerId, Played]]) -> list[tuple[str, float, int]]:
    """(name, points per full war, wars) of the five best on the roster."""
    on_roster = {player.player_id for player in scope.roster}
    rows = [
        (scope.name(player_id), 12 * float(played.score.sum()) / int(played.races.sum()), len(played))
        for player_id, played in every
        if player_id in on_roster and len(played) >= max(1, scope.minimum)
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:5]


def _outlook(worth: Worth) -> str:
    if worth.difference is None:
        return ""
    chance = "" if worth.win is None else f", a win in {percent(worth.win)} of such wars"
    return f"Expected difference **{signed(worth.difference)}**{chance}."


def _swap(best: Worth, other: Worth, name: Name) -> str:
    inside = [escape(name(one), limit=30) for one in other.players if one not in best.players]
    outside = [escape(name(one), limit=30) for one in best.players if one not in other.players]
    return f"{', '.join(inside)} for {', '.join(outside)}"


def _bare(record: WinLoss) -> str:
    return f"{record.wins}-{record.losses}-{record.draws}"


def _now(found: Streaks) -> str:
    if found.winning:
        return f"{found.winning} won in a row"
    return f"{found.losing} lost in a row" if found.losing else "none"


def _run(run: Run) -> str:
    if not run.length:
        return "–"
    return f"{run.length} (war {run.first})" if run.length == 1 else f"{run.length} (wars {run.first} to {run.last})"


def _where(war: PlayerWar) -> str:
    tag = f"vs {escape(war.opponent_tag, limit=30)} " if war.opponent_tag else ""
    return f"{tag}· war {war.war_id}"


def _total(war: TeamWar | None) -> str:
    return "–" if war is None else f"{whole(war.own_total)} (war {war.war_id})"


def _margin(war: TeamWar | None) -> str:
    if war is None:
        return "–"
    tag = f" vs {escape(war.opponent_tag, limit=30)}" if war.opponent_tag else ""
    return f"{signed(outcome_margin(war))}{tag} (war {war.war_id})"
