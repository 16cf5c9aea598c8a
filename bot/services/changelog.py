"""Every change is logged with snapshots of what it touched, before and after; undo puts the ones before back.

A snapshot is JSON by "kind:id", None where the thing does not exist. `lines:7:4` is every line of player 7 that went
to player 4 when the two became one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services import kept_wars
from bot.services.kept_wars import KeptWar
from bot.services.small_logs import (
    live_snapshot,
    monthly_snapshot,
    record_snapshot,
    restore_live,
    restore_monthly,
    restore_season,
    restore_sign_up,
    season_snapshot,
    sign_up_snapshot,
)
from db import bringing_in, changes, players, servers, teams, uploads, wars
from mkw.ids import ChangeId, ChannelId, LiveId, PlayerId, RoleId, SeasonId, ServerId, SignUpId, TeamId, UploadId, WarId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.actors import Actor
    from db.executor import Json
    from db.pool import Connection

PLAYER, UPLOAD, WAR, SETTINGS, TEAM, LINES = "player", "upload", "war", "settings", "team", "lines"
SEASON, MONTHLY, LIVE, SIGN_UP = "season", "monthly", "live", "signup"
IMPORT = "import"  # a whole record brought into an empty server
PERSON = "person"  # somebody who was forgotten; the log does not say who
REFUSED = "refused"  # tries that were refused; its number is how many


class Elsewhere(Exception):  # noqa: N818 -- it is an answer
    """What shall be put back has gone elsewhere meanwhile."""


class Entry:
    """One change being made: `touch` what it will change before changing it, then `write`."""

    def __init__(self, db: Connection, actor: Actor, at: datetime) -> None:
        self.db, self.actor, self.at = db, actor, at
        self._before: Json = {}

    async def touch(self, kind: str, number: int, *, to: int | None = None) -> None:
        """`to` is the player who gets the lines, of the kind `lines`."""
        key = f"{kind}:{number}" if to is None else f"{kind}:{number}:{to}"
        if key not in self._before:
            self._before[key] = await snapshot(self.db, self.actor.server_id, key)

    def created(self, kind: str, number: int) -> None:
        self._before[f"{kind}:{number}"] = None

    async def write(self, verb: str, entity: str, entity_id: int, text: str) -> ChangeId:
        after = {key: await snapshot(self.db, self.actor.server_id, key) for key in self._before}
        return await write(self, verb, entity, entity_id, text, before=self._before, after=after)


async def write(
    entry: Entry, verb: str, entity: str, entity_id: int, text: str, *, before: Json, after: Json, final: bool = False
) -> ChangeId:
    """The row of a change, with what it touched; wars learn which change they were touched by."""
    server_id = entry.actor.server_id
    change_id = await changes.insert(
        entry.db,
        server_id=server_id,
        at=entry.at,
        actor_id=entry.actor.user_id,
        actor_name=entry.actor.name,
        verb=verb,
        entity=entity,
        entity_id=entity_id,
        text=text,
        before=before,
        after=after,
        final=final,
    )
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    touched: list[WarId] = []
    for key in before:
        kind, number = thing_of(key)
        numbers[kind].append(number)
        if kind == WAR:
            touched.append(WarId(number))
        elif kind == LINES:
            touched += [WarId(place[0]) for place in (*before[key], *after[key])]
    for kind, each in numbers.items():
        await changes.touch(entry.db, server_id=server_id, change_id=change_id, kind=kind, numbers=each)
    if touched:
        await wars.set_revision(entry.db, server_id=server_id, war_ids=touched, revision=change_id)
    return change_id


def thing_of(key: str) -> tuple[str, int]:
    """(kind, number) of a snapshot's key."""
    kind, number, *_ = key.split(":")
    return kind, int(number)


async def snapshot(db: Connection, server_id: ServerId, key: str) -> Json | None:
    kind, number = thing_of(key)
    return await _SNAPSHOTS[kind](db, server_id, number)


async def _player(db: Connection, server_id: ServerId, player_id: PlayerId) -> Json | None:
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is None:
        return None
    return {
        "name": row.name,
        "status": row.status,
        "country": row.country,
        "discord_user_id": row.discord_user_id,
        "team_id": row.team_id,
        "removed": row.removed,
        "aliases": list(row.aliases),
    }


async def _team(db: Connection, server_id: ServerId, team_id: TeamId) -> Json | None:
    row = await teams.get(db, server_id=server_id, team_id=team_id)
    return None if row is None else {"name": row.name, "tag": row.tag, "colour": row.colour, "removed": row.removed}


async def _upload(db: Connection, server_id: ServerId, upload_id: UploadId) -> Json | None:
    row = await uploads.get(db, server_id=server_id, upload_id=upload_id)
    if row is None:
        return None
    return {
        "state": row.state,
        "draft": row.draft,
        "war_id": row.war_id,
        "decided_by": row.decided_by,
        "decided_by_name": row.decided_by_name,
        "decided_at": None if row.decided_at is None else row.decided_at.isoformat(),
        # Only where there is something: snapshots from before uploads could be joined stay comparable.
        **({} if row.joined_into is None else {"joined_into": row.joined_into}),
        **({} if row.own_draft is None else {"own_draft": row.own_draft}),
        **({} if row.live_id is None else {"live_id": row.live_id}),
    }


async def _settings(db: Connection, server_id: ServerId) -> Json | None:
    row = await servers.get(db, server_id=server_id)
    if row is None:
        return None
    return {
        "prefix": row.prefix,
        "clan_name": row.clan_name,
        "clan_tags": list(row.clan_tags),
        "time_zone": row.time_zone,
        "locale": row.locale,
        "self_link": row.self_link,
        "live_typing": row.live_typing,
        "channels": list(row.channels),
        "status_roles": [list(one) for one in row.status_roles],
        "level_roles": [list(one) for one in row.level_roles],
    }


async def _war(db: Connection, server_id: ServerId, war_id: WarId) -> Json | None:
    war = await kept_wars.load(db, server_id, war_id)
    return None if war is None else war.to_json()


async def _lines(db: Connection, server_id: ServerId, player_id: PlayerId) -> Json | None:
    places = await wars.places_of_player(db, server_id=server_id, player_id=player_id)
    return [list(place) for place in places]  # type: ignore[return-value]  # a list is JSON too


_SNAPSHOTS: dict[str, Callable[[Connection, ServerId, int], Awaitable[Json | None]]] = {
    PLAYER: lambda db, server_id, number: _player(db, server_id, PlayerId(number)),
    UPLOAD: lambda db, server_id, number: _upload(db, server_id, UploadId(number)),
    WAR: lambda db, server_id, number: _war(db, server_id, WarId(number)),
    TEAM: lambda db, server_id, number: _team(db, server_id, TeamId(number)),
    LINES: lambda db, server_id, number: _lines(db, server_id, PlayerId(number)),
    SEASON: lambda db, server_id, number: season_snapshot(db, server_id, SeasonId(number)),
    MONTHLY: lambda db, server_id, _: monthly_snapshot(db, server_id),
    LIVE: lambda db, server_id, number: live_snapshot(db, server_id, LiveId(number)),
    SIGN_UP: lambda db, server_id, number: sign_up_snapshot(db, server_id, SignUpId(number)),
    IMPORT: lambda db, server_id, _: record_snapshot(db, server_id),
    SETTINGS: lambda db, server_id, _: _settings(db, server_id),
}


async def restore(db: Connection, server_id: ServerId, before: Json, at: datetime) -> None:
    """Put everything back as it was. Raises asyncpg's constraint errors where that breaks a rule by now, Elsewhere
    where lines belong to somebody else by now."""
    if f"{IMPORT}:0" in before:
        await bringing_in.take_out(db, server_id=server_id)
    for number in _numbers(before, TEAM):
        if (was := before[f"{TEAM}:{number}"]) is not None:
            await _restore_team(db, server_id, TeamId(number), was, at)
    people = {PlayerId(number): before[f"{PLAYER}:{number}"] for number in _numbers(before, PLAYER)}
    await _restore_players(db, server_id, people, at)
    for number in _numbers(before, UPLOAD):
        await _restore_upload(db, server_id, UploadId(number), before[f"{UPLOAD}:{number}"])
    for number in _numbers(before, WAR):
        await _restore_war(db, server_id, WarId(number), before[f"{WAR}:{number}"], at)
    for key in (key for key in before if thing_of(key)[0] == LINES):
        await _restore_lines(db, server_id, key, before[key])
    for player_id in (player_id for player_id, was in people.items() if was is None):
        await _leave(db, server_id, player_id, at)  # last, when their lines are handed over
    for number in _numbers(before, TEAM):
        if before[f"{TEAM}:{number}"] is None:
            await teams.delete(db, server_id=server_id, team_id=TeamId(number))
    await _restore_rules(db, server_id, before)


async def _restore_rules(db: Connection, server_id: ServerId, before: Json) -> None:
    """What a server has said of itself: seasons, the monthly report, settings; sign-ups, and live wars, whose war is
    back."""
    for number in _numbers(before, LIVE):
        await restore_live(db, server_id, LiveId(number), before[f"{LIVE}:{number}"])
    for number in _numbers(before, SIGN_UP):
        await restore_sign_up(db, server_id, SignUpId(number), before[f"{SIGN_UP}:{number}"])
    for number in _numbers(before, SEASON):
        await restore_season(db, server_id, SeasonId(number), before[f"{SEASON}:{number}"])
    for number in _numbers(before, MONTHLY):
        await restore_monthly(db, server_id, before[f"{MONTHLY}:{number}"])
    for number in _numbers(before, SETTINGS):
        await _restore_settings(db, server_id, before[f"{SETTINGS}:{number}"])


async def _restore_players(
    db: Connection, server_id: ServerId, people: dict[PlayerId, Json | None], at: datetime
) -> None:
    """Strips all of them first, so that two players can have swapped a spelling or a link."""
    for player_id in people:
        await players.strip(db, server_id=server_id, player_id=player_id)
    for player_id, was in people.items():
        if was is not None:
            await _restore_player(db, server_id, player_id, was, at)


def _numbers(snapshots: Json, kind: str) -> Iterable[int]:
    return [thing_of(key)[1] for key in snapshots if thing_of(key)[0] == kind]


async def _restore_team(db: Connection, server_id: ServerId, team_id: TeamId, was: Json, at: datetime) -> None:
    name, folded = was["name"], fold(was["name"])
    if await teams.get(db, server_id=server_id, team_id=team_id) is None:
        await teams.insert_again(db, server_id=server_id, team_id=team_id, name=name, folded=folded)
    await teams.update(
        db,
        server_id=server_id,
        team_id=team_id,
        name=name,
        folded=folded,
        tag=was["tag"],
        colour=was["colour"],
        removed_at=at if was["removed"] else None,
    )


async def _restore_player(db: Connection, server_id: ServerId, player_id: PlayerId, was: Json, at: datetime) -> None:
    if await players.get(db, server_id=server_id, player_id=player_id) is None:
        await players.insert_again(db, server_id=server_id, player_id=player_id, name=was["name"], status=was["status"])
    await players.update(
        db,
        server_id=server_id,
        player_id=player_id,
        name=was["name"],
        status=was["status"],
        country=was["country"],
        discord_user_id=was["discord_user_id"],
        team_id=was.get("team_id"),
        removed_at=at if was["removed"] else None,
    )
    for spelling in (was["name"], *was["aliases"]):
        await players.add_spelling(
            db, server_id=server_id, player_id=player_id, spelling=spelling, folded=fold(spelling)
        )


async def _leave(db: Connection, server_id: ServerId, player_id: PlayerId, at: datetime) -> None:
    """Out for good; whom a removed war still names stays, off the roster."""
    if await players.delete_if_unused(db, server_id=server_id, player_id=player_id):
        return
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is not None:
        was = {"name": row.name, "status": row.status, "country": row.country, "discord_user_id": None}
        await _restore_player(db, server_id, player_id, was | {"removed": True, "aliases": []}, at)


async def _restore_upload(db: Connection, server_id: ServerId, upload_id: UploadId, was: Json | None) -> None:
    if was is None:  # uploads are never made by a logged change
        return
    await uploads.put(
        db,
        server_id=server_id,
        upload_id=upload_id,
        state=was["state"],
        draft=was["draft"],
        war_id=was["war_id"],
        decided_by=was["decided_by"],
        decided_by_name=was["decided_by_name"],
        decided_at=None if was["decided_at"] is None else datetime.fromisoformat(was["decided_at"]),
        joined_into=was.get("joined_into"),
        own_draft=was.get("own_draft"),
        live_id=was.get("live_id"),
    )


async def _restore_war(db: Connection, server_id: ServerId, war_id: WarId, was: Json | None, at: datetime) -> None:
    """Before it was kept a war was not there: it goes out of every list, and its number stays its own."""
    if was is None or "sides" not in was:  # the log of 0.1.0 knew of a war only whether it is removed
        removed_at = at if was is None or was["removed"] else None
        await wars.set_removed(db, server_id=server_id, war_id=war_id, removed_at=removed_at)
        return
    await kept_wars.put(db, server_id, war_id, KeptWar.from_json(was), at)


async def _restore_lines(db: Connection, server_id: ServerId, key: str, was: list[list[int]]) -> None:
    """Hand the lines to whoever had them: back to one of the two, or to the other again."""
    _, one, other = key.split(":")
    giver, taker, places = PlayerId(int(other)), PlayerId(int(one)), was
    if not was:
        giver, taker = taker, giver
        places = await snapshot(db, server_id, key) or []  # type: ignore[assignment]
    moved = await wars.hand_over(
        db,
        server_id=server_id,
        places=[(WarId(war_id), side, position) for war_id, side, position in places],
        giver=giver,
        taker=taker,
    )
    if moved != len(places):
        raise Elsewhere


async def _restore_settings(db: Connection, server_id: ServerId, was: Json) -> None:
    await servers.put(
        db,
        server_id=server_id,
        prefix=was["prefix"],
        clan_name=was["clan_name"],
        clan_tags=tuple(was["clan_tags"]),
        time_zone=was["time_zone"],
        locale=was.get("locale", "en"),  # a log of before these were set
        self_link=was.get("self_link", False),
        live_typing=was.get("live_typing", "everyone"),
        channels=tuple(ChannelId(channel) for channel in was["channels"]),
        status_roles=tuple((RoleId(role_id), status) for role_id, status in was["status_roles"]),
        level_roles=tuple((RoleId(role_id), level) for role_id, level in was["level_roles"]),
    )
