"""A roster pasted as text: first what it would do, then all of it as one change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import PLAYER, Entry
from bot.services.errors import AlreadyExists, BadInput, Conflict
from bot.services.player import Player, PlayerStatus
from bot.services.roster import named
from bot.services.roster_text import Problem, RosterLine, parse_roster
from bot.services.teams import Team, all_teams
from db import players
from mkw.ids import ServerId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.players import PlayerRow
    from db.pool import Connection


CHANGED = "The roster has changed since this was shown; paste the text again to see what it does now."


class Step(StrEnum):
    ADD = "add"
    BACK = "back"  # somebody who was removed comes back
    CHANGE = "change"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a line would do. `said` is what becomes different, in words: `trial, was member`."""

    line: RosterLine
    step: Step
    name: str  # of the roster, where they are on it
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Planned, ...]
    problems: tuple[Problem, ...]  # lines that are left out

    def of(self, *steps: Step) -> tuple[Planned, ...]:
        return tuple(one for one in self.steps if one.step in steps)

    @property
    def does_something(self) -> bool:
        return any(one.step is not Step.SAME for one in self.steps)


class ImportService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def plan(self, server_id: ServerId, text: str) -> Plan:
        """What importing the text would do; nothing is changed. Raises BadInput."""
        return await self._records.read(lambda db: _plan(db, server_id, text))

    async def apply(self, actor: Actor, text: str, plan: Plan) -> Plan:
        """Do it, as one change. Raises Conflict where it would do something else by now than `plan` said."""
        async with self._records.change(actor.server_id) as db:
            if await _plan(db, actor.server_id, text) != plan:
                raise Conflict(CHANGED)
            if not plan.does_something:
                raise BadInput("Everything in this text is on the roster already.")
            entry = Entry(db, actor, self._now())
            for one in plan.steps:
                await _do(entry, one)
            first = await players.by_folded(db, server_id=actor.server_id, folded=fold(plan.steps[0].line.name))
            added, changed = len(plan.of(Step.ADD, Step.BACK)), len(plan.of(Step.CHANGE))
            await entry.write(
                "import", PLAYER, 0 if first is None else first.player_id,
                f"imported a roster: {added} added, {changed} changed",
            )  # fmt: skip
        return plan


async def _plan(db: Connection, server_id: ServerId, text: str) -> Plan:
    teams = await all_teams(db, server_id)
    lines, problems = parse_roster(text, teams)
    roster = await people.everybody(db, server_id)
    left_out = list(problems)
    steps: list[Planned] = []
    taken = _Taken(roster)
    for line in lines:
        player = named(roster, line.name)
        row = await players.by_folded(db, server_id=server_id, folded=fold(line.name))
        try:
            taken.claim(line, player)
        except AlreadyExists as problem:
            left_out.append(Problem(line.number, str(problem)))
            continue
        if player is not None:
            said = _differences(player, line, teams)
            steps.append(Planned(line, Step.CHANGE if said else Step.SAME, player.name, said))
        else:
            is_back = row is not None and row.removed and fold(row.name) == fold(line.name)
            steps.append(Planned(line, Step.BACK if is_back else Step.ADD, line.name, _facts(line)))
    return Plan(tuple(steps), tuple(sorted(left_out, key=lambda one: one.number)))


class _Taken:
    """Spellings and users are one person's each, in the roster and in the text."""

    def __init__(self, roster: Sequence[Player]) -> None:
        self._spellings: dict[str, object] = {
            fold(spelling): player.player_id for player in roster for spelling in (player.name, *player.aliases)
        }
        self._names = {player.player_id: player.name for player in roster}
        self._users: dict[int, object] = {
            player.discord_user_id: player.player_id for player in roster if player.discord_user_id is not None
        }

    def claim(self, line: RosterLine, player: Player | None) -> None:
        """Raises AlreadyExists; the line is left out then."""
        who: object = player.player_id if player is not None else ("line", line.number)
        for spelling in (line.name, *line.aliases):
            if self._spellings.get(fold(spelling), who) != who:
                raise AlreadyExists(f"{spelling} is a name of {self._called(self._spellings[fold(spelling)])} already.")
        if line.user_id is not None and self._users.get(line.user_id, who) != who:
            raise AlreadyExists(f"{line.name}: that user is {self._called(self._users[line.user_id])} already.")
        self._spellings |= {fold(spelling): who for spelling in (line.name, *line.aliases)}
        if line.user_id is not None:
            self._users[line.user_id] = who

    def _called(self, who: Any) -> str:
        return self._names.get(who) or f"the player in line {who[1]}"


def _facts(line: RosterLine) -> tuple[str, ...]:
    status = (line.status or PlayerStatus.MEMBER).value
    team = [f"team {line.team.name}"] if line.team is not None else []
    link = ["linked"] if line.user_id is not None else []
    aliases = [f"alias {alias}" for alias in line.aliases]
    return (status, *([line.country] if line.country else []), *link, *team, *aliases)


def _differences(player: Player, line: RosterLine, teams: Sequence[Team]) -> tuple[str, ...]:
    said = []
    if line.status is not None and line.status is not player.status:
        said.append(f"{line.status.value}, was {player.status.value}")
    if line.country is not None and line.country != player.country:
        said.append(f"{line.country}, was {player.country or 'no country'}")
    if line.user_id is not None and line.user_id != player.discord_user_id:
        said.append("linked")
    if line.team is not None and line.team.team_id != player.team_id:
        before = next((team.name for team in teams if team.team_id == player.team_id), "no team")
        said.append(f"team {line.team.name}, was {before}")
    known = {fold(name) for name in (player.name, *player.aliases)}
    said += [f"alias {alias}" for alias in line.aliases if fold(alias) not in known]
    return tuple(said)


async def _do(entry: Entry, one: Planned) -> None:
    line, server_id = one.line, entry.actor.server_id
    if one.step is Step.SAME:
        return
    if one.step in (Step.ADD, Step.BACK):
        await people.add(entry, line.name, line.status or PlayerStatus.MEMBER)
    found = await players.by_folded(entry.db, server_id=server_id, folded=fold(one.name))
    if found is None:
        raise Conflict(CHANGED)
    row: PlayerRow = found
    await entry.touch(PLAYER, row.player_id)
    known = {fold(name) for name in (row.name, *row.aliases)}
    for alias in line.aliases:
        if fold(alias) not in known:
            await people.claim_for_good(entry, alias, by=row.player_id)
            await people.respell(entry, row, alias)
            known.add(fold(alias))
    await people.put(
        entry,
        row,
        status=line.status.value if line.status is not None else row.status,
        country=line.country or row.country,
        discord_user_id=line.user_id or row.discord_user_id,
        team_id=line.team.team_id if line.team is not None else row.team_id,
    )
