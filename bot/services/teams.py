"""The teams of a clan: a name, a tag and a colour, and who plays in which. A player is in one team at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import PLAYER, TEAM, Entry
from bot.services.errors import AlreadyExists, BadInput, NotFound
from bot.services.player import Player
from bot.services.texts import LONGEST_NAME, a_name, listed, tidy
from db import players, teams
from mkw.colours import colour_in
from mkw.ids import PlayerId, ServerId, TeamId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection
    from db.teams import TeamRow

MOST_TEAMS = 25  # what a menu of Discord's holds


@dataclass(frozen=True, slots=True)
class Team:
    server_id: ServerId
    team_id: TeamId
    name: str
    tag: str | None = None
    colour: str | None = None  # "#rrggbb"


def team_of(row: TeamRow) -> Team:
    return Team(row.server_id, row.team_id, row.name, row.tag, row.colour)


def called(found: Sequence[Team], text: str) -> Team | None:
    """By name, else by tag, any case, look-alikes folded; None also where a tag is worn by several."""
    wanted = fold(text)
    if not wanted:
        return None
    by_name = [team for team in found if fold(team.name) == wanted]
    by_tag = [team for team in found if team.tag and fold(team.tag) == wanted]
    return by_name[0] if by_name else by_tag[0] if len(by_tag) == 1 else None


class TeamService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def all(self, server_id: ServerId) -> tuple[Team, ...]:
        """By name. Cached."""
        return await self._records.cached(server_id, "teams", lambda db: all_teams(db, server_id))

    async def find(self, server_id: ServerId, text: str) -> Team:
        """By name or tag. Raises NotFound with `suggestions`."""
        every = await self.all(server_id)
        team = called(every, text)
        if team is None:
            raise NotFound(
                f"No team is called {tidy(text)[:LONGEST_NAME]}."
                + ("" if every else " There is none yet: `team add`."),
                suggestions=tuple(one.name for one in every[:5]),
            )
        return team

    async def add(self, actor: Actor, name: str, *, tag: str | None = None, colour: str | None = None) -> Team:
        """Raises AlreadyExists for a name that folds the same, BadInput for a colour nobody knows."""
        name, tag, colour = _name(name), _tag(tag), _colour(colour)
        async with self._records.change(actor.server_id) as db:
            every = await all_teams(db, actor.server_id)
            if len(every) >= MOST_TEAMS:
                raise BadInput(f"A server has at most {MOST_TEAMS} teams.")
            if any(fold(team.name) == fold(name) for team in every):
                raise AlreadyExists(f"A team is called {name} already.")
            entry = Entry(db, actor, self._now())
            team_id = await teams.insert(
                db, server_id=actor.server_id, name=name, folded=fold(name), tag=tag, colour=colour
            )
            entry.created(TEAM, team_id)
            await entry.write("add", TEAM, team_id, f"added team {name}")
            return Team(actor.server_id, team_id, name, tag, colour)

    async def edit(
        self,
        actor: Actor,
        team_id: TeamId,
        *,
        name: str | None = None,
        tag: str | None = None,
        colour: str | None = None,
    ) -> Team:
        """What is not None; an empty tag or colour takes it away."""
        async with self._records.change(actor.server_id) as db:
            row = await _the_team(db, actor.server_id, team_id)
            new = Team(
                row.server_id,
                team_id,
                row.name if name is None else _name(name),
                row.tag if tag is None else _tag(tag),
                row.colour if colour is None else _colour(colour),
            )
            if new == team_of(row):
                return new
            entry = Entry(db, actor, self._now())
            await entry.touch(TEAM, team_id)
            await self._put(entry, new, removed=False)
            said = [
                f"{what} {value or 'none'}"
                for what, value in (("name", name), ("tag", tag), ("colour", colour))
                if value is not None
            ]
            await entry.write("edit", TEAM, team_id, f"changed team {row.name}: {', '.join(said)}")
            return new

    async def remove(self, actor: Actor, team_id: TeamId) -> tuple[Team, int]:
        """The team, and how many players have none now."""
        async with self._records.change(actor.server_id) as db:
            team = team_of(await _the_team(db, actor.server_id, team_id))
            entry = Entry(db, actor, self._now())
            await entry.touch(TEAM, team_id)
            members = [row for row in await players.everybody(db, server_id=actor.server_id) if row.team_id == team_id]
            for row in members:
                await entry.touch(PLAYER, row.player_id)
                await people.put(entry, row, team_id=None)
            await self._put(entry, team, removed=True)
            await entry.write("remove", TEAM, team_id, f"removed team {team.name}")
            return team, len(members)

    async def assign(self, actor: Actor, player_ids: Sequence[PlayerId], team_id: TeamId | None) -> tuple[Player, ...]:
        """Put players into a team (None: out of any), as one change; gives back those it moved."""
        async with self._records.change(actor.server_id) as db:
            team = None if team_id is None else await _the_team(db, actor.server_id, team_id)
            entry = Entry(db, actor, self._now())
            moved = []
            for player_id in dict.fromkeys(player_ids):
                row = await people.on_roster(db, actor.server_id, player_id)
                if row.team_id != team_id:
                    await entry.touch(PLAYER, player_id)
                    moved.append(await people.put(entry, row, team_id=team_id))
            if moved:
                who = listed([row.name for row in moved])
                text = f"took {who} out of their team" if team is None else f"put {who} into team {team.name}"
                await entry.write("assign", PLAYER, moved[0].player_id, text)
            return tuple(people.player_of(row) for row in moved)

    @staticmethod
    async def _put(entry: Entry, team: Team, *, removed: bool) -> None:
        await teams.update(
            entry.db,
            server_id=team.server_id,
            team_id=team.team_id,
            name=team.name,
            folded=fold(team.name),
            tag=team.tag,
            colour=team.colour,
            removed_at=entry.at if removed else None,
        )


async def all_teams(db: Connection, server_id: ServerId) -> tuple[Team, ...]:
    return tuple(team_of(row) for row in await teams.all_of(db, server_id=server_id))


async def _the_team(db: Connection, server_id: ServerId, team_id: TeamId) -> TeamRow:
    row = await teams.get(db, server_id=server_id, team_id=team_id)
    if row is None or row.removed:
        raise NotFound("That team is not there any more.")
    return row


def _name(text: str) -> str:
    name = a_name(text, what="team's name")
    if fold(name) in ("none", "nobody"):
        raise BadInput(f"A team cannot be called {name}: it is the word for no team.")
    return name


def _tag(text: str | None) -> str | None:
    return a_name(text, what="tag") if text and text.strip() else None


def _colour(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    colour = colour_in(text)
    if colour is None:
        raise BadInput("A colour is written like #e02020, or it is a word such as red, blue, teal or gold.")
    return colour
