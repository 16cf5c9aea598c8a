"""The roster in words that fit a phone. Pure: players in, lines out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.services.importing import Plan, Planned, Step
from bot.services.player import Player, PlayerStatus
from bot.services.roster_text import Problem
from bot.services.teams import Team
from bot.wording import escape
from mkw.countries import flag
from mkw.ids import TeamId

_HEADINGS = {
    PlayerStatus.MEMBER: "Members",
    PlayerStatus.TRIAL: "Trials",
    PlayerStatus.ALLY: "Allies",
    PlayerStatus.FORMER: "Former",
}
_ORDER = {status: place for place, status in enumerate(PlayerStatus)}
NAME_LIMIT = 40
LINK = "\N{LINK SYMBOL}"


def bold(player: Player) -> str:
    return f"**{escape(player.name, limit=80)}**"


def names(players: Sequence[Player], *, most: int = 15) -> str:
    """`**Comet**, **Pixel** and 3 more`."""
    shown = ", ".join(bold(player) for player in players[:most])
    return shown + (f" and {len(players) - most} more" if len(players) > most else "")


def page_title(wanted: str, team: Team | None, count: int) -> str:
    if wanted.startswith("team:"):
        name = "No team" if team is None else escape(team.name, limit=80)
    elif wanted:
        name = _HEADINGS[PlayerStatus(wanted)]
    else:
        name = "Roster"
    return f"{name} · {count}"


def player_lines(players: Sequence[Player], teams: Mapping[TeamId, Team], *, team: Team | None = None) -> list[str]:
    """One a player, by status then name; the first of a status stands under a heading with their number. `team`: all
    are of that team, so no line says it."""
    ordered = sorted(players, key=lambda one: (_ORDER[one.status], one.name.casefold()))
    counts = {status: sum(one.status is status for one in ordered) for status in PlayerStatus}
    lines: list[str] = []
    before = None
    for player in ordered:
        line = _player_line(player, None if team is not None else teams.get(player.team_id or TeamId(0)))
        if player.status is not before and len({one.status for one in ordered}) > 1:
            gap = "\n" if lines else ""
            line = f"{gap}__{_HEADINGS[player.status]}__ · {counts[player.status]}\n{line}"
        before = player.status
        lines.append(line)
    return lines


def _player_line(player: Player, team: Team | None) -> str:
    """`🇩🇪 **Comet** · CR Blue 🔗`: short enough for a phone."""
    parts = [flag(player.country), f"**{escape(player.name, limit=NAME_LIMIT)}**"]
    if team is not None:
        parts.append(f"· {escape(team.tag or team.name, limit=20)}")
    if player.discord_user_id is not None:
        parts.append(LINK)
    return " ".join(part for part in parts if part)


# --- import ---------------------------------------------------------------------------------------------------------

_SIGNS = {Step.ADD: "\N{HEAVY PLUS SIGN}", Step.BACK: "\N{LEFTWARDS ARROW WITH HOOK}", Step.CHANGE: "\N{PENCIL}"}
SHOWN = 40


def plan_text(plan: Plan) -> str:
    """What an import would do, the lines that do nothing only counted."""
    does = plan.of(Step.ADD, Step.BACK, Step.CHANGE)
    lines = [_step_line(one) for one in does[:SHOWN]]
    if len(does) > SHOWN:
        lines.append(f"… and {len(does) - SHOWN} more")
    same = len(plan.of(Step.SAME))
    if same:
        lines.append(f"{same} are on the roster just so already.")
    lines += [_problem_line(one) for one in plan.problems[:10]]
    if len(plan.problems) > 10:
        lines.append(f"… and {len(plan.problems) - 10} more lines are left out")
    return "\n".join(lines)[:4000]


def plan_title(plan: Plan) -> str:
    added, changed = len(plan.of(Step.ADD, Step.BACK)), len(plan.of(Step.CHANGE))
    left_out = f", {len(plan.problems)} left out" if plan.problems else ""
    return f"Roster: {added} to add, {changed} to change{left_out}"


def _step_line(one: Planned) -> str:
    said = escape(", ".join(one.said), limit=90) if one.said else ""
    back = " comes back" if one.step is Step.BACK else ""
    return f"{_SIGNS[one.step]} **{escape(one.name, limit=NAME_LIMIT)}**{back}" + (f" · {said}" if said else "")


def _problem_line(problem: Problem) -> str:
    return f"\N{WARNING SIGN} Line {problem.number} is left out: {escape(problem.text, limit=150)}"
