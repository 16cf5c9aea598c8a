"""A roster as text: one player a line, everything behind the name in any order. Pure functions.

`Comet, trial, DE, @Alice, CR Blue, C0met, "Kometa, the old"`: a word is what it looks like (a status, a country, a
mention, a team of the server), and what looks like nothing of it is an alias.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.errors import BadInput
from bot.services.player import PlayerStatus
from bot.services.teams import Team, called
from bot.services.texts import a_name, tidy
from mkw.countries import country_of
from mkw.ids import UserId
from mkw.names import fold

MOST_LINES, MOST_CHARACTERS = 200, 20_000
_BULLET = re.compile(r"^\s*(?:[-*•–·>]+|\d{1,3}[.)])\s+")
_MENTION = re.compile(r"<@!?(\d{15,20})>")
_LABEL = re.compile(r"^(name|status|country|flag|link|discord|team|alias|aliases|aka)\s*[:=]\s*(.+)$", re.IGNORECASE)
_HEADER = frozenset(
    {"name", "player", "players", "status", "country", "flag", "link", "discord", "team", "alias", "aliases"}
)
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
_STATUSES = {
    **{status.value: status for status in PlayerStatus},
    **{f"{status.value}s": status for status in PlayerStatus if status is not PlayerStatus.ALLY},
    "allies": PlayerStatus.ALLY, "guest": PlayerStatus.ALLY, "ex": PlayerStatus.FORMER, "left": PlayerStatus.FORMER,
    "former member": PlayerStatus.FORMER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterLine:
    """None: the line says nothing about it."""

    number: int  # from 1, as pasted
    name: str
    status: PlayerStatus | None = None
    country: str | None = None
    user_id: UserId | None = None
    team: Team | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that is left out, and why."""

    number: int
    text: str


def parse_roster(text: str, teams: Sequence[Team]) -> tuple[tuple[RosterLine, ...], tuple[Problem, ...]]:
    """Every line that names somebody, each name once. Raises BadInput where nothing is there, or too much."""
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"That is {len(text)} characters; {MOST_CHARACTERS} are taken at once.")
    lines: list[RosterLine] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        cells = cells_of(_BULLET.sub("", raw))
        if not cells or raw.strip().startswith("```") or _is_header(cells):
            continue
        try:
            line = _line(number, cells, teams)
        except BadInput as problem:
            problems.append(Problem(number, str(problem)))
            continue
        if (before := seen.setdefault(fold(line.name), number)) != number:
            problems.append(Problem(number, f"{line.name} is in line {before} already."))
            continue
        lines.append(line)
    if not lines and not problems:
        raise BadInput("There is nobody in this text; write one player a line, such as `Comet, trial, DE`.")
    if len(lines) > MOST_LINES:
        raise BadInput(f"That is {len(lines)} players; {MOST_LINES} are taken at once.")
    return tuple(lines), tuple(problems)


def cells_of(line: str) -> list[str]:
    """Between tabs, else semicolons, else bars, else commas; quotes keep what is in them together."""
    for separator in "\t;|,":
        cells = split_quoted(line, separator)
        if len(cells) > 1:
            break
    return [cell for cell in (one.strip() for one in cells) if cell]


def split_quoted(line: str, separator: str) -> list[str]:
    """Pieces between separators that stand in no pair of quotes."""
    cells, current, closing = [], "", ""
    for place, char in enumerate(line):
        if closing:
            closing = "" if char == closing else closing
            current += char
        elif char in _QUOTES and not current.strip() and _QUOTES[char] in line[place + 1 :]:
            closing = _QUOTES[char]
            current += char
        elif char == separator:
            cells.append(current)
            current = ""
        else:
            current += char
    return [*cells, current]


def unquote(text: str) -> tuple[str, bool]:
    """(text without the pair of quotes around it, whether there was one)."""
    if len(text) > 2 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip(), True
    return text, False


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and all(cell.casefold() in _HEADER for cell in cells)


def _line(number: int, cells: Sequence[str], teams: Sequence[Team]) -> RosterLine:
    first = _LABEL.match(cells[0])
    name, _ = unquote(first[2] if first and first[1].casefold() == "name" else cells[0])
    found = _MENTION.search(name)
    if found is not None:  # `Comet <@123>`
        name = _MENTION.sub("", name)
    line: dict[str, object] = {"user_id": UserId(int(found[1])) if found else None, "aliases": ()}
    for cell in cells[1:]:
        _take(line, cell, teams)
    return RosterLine(number=number, name=a_name(name), **line)  # type: ignore[arg-type]


def _take(line: dict[str, object], cell: str, teams: Sequence[Team]) -> None:
    """Put one cell where it belongs. Raises BadInput for a label whose value is nothing of that kind."""
    label = _LABEL.match(cell)
    kind = label[1].casefold() if label else ""
    text, quoted = unquote(label[2].strip() if label else cell)
    if text in ("-", "–", "none", "?"):
        return
    guesses = {
        "status": _STATUSES.get(text.casefold()),
        "user_id": _user(text),
        "team": called(teams, text),
        "country": country_of(text),
    }
    wanted = {"flag": "country", "link": "user_id", "discord": "user_id"}.get(kind, kind)
    if wanted in guesses:
        if guesses[wanted] is None:
            what = {"user_id": "mention", "team": "team of this server"}.get(wanted, wanted)
            raise BadInput(f"{tidy(text)[:40]} is no {what}.")
        line[wanted] = guesses[wanted]
        return
    if not quoted and not wanted:
        for name, value in guesses.items():
            if value is not None and line.get(name) is None:
                line[name] = value
                return
    if text.startswith("@") and not quoted:
        raise BadInput(f"{tidy(text)[:40]} is no mention; choose the person from the list Discord offers.")
    aliases = line["aliases"]
    line["aliases"] = (*(aliases if isinstance(aliases, tuple) else ()), a_name(text, what="alias"))


def _user(text: str) -> UserId | None:
    found = _MENTION.fullmatch(text) or re.fullmatch(r"@?(\d{17,20})", text)
    return UserId(int(found[1])) if found else None
