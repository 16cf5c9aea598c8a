"""Every change is logged with snapshots of what it touched, before and after; undo puts the ones before back.

A snapshot is JSON by "kind:id", None where the thing does not exist. A kept war's numbers never change, so its snapshot
is only whether it is removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services.small_logs import monthly_snapshot, restore_monthly, restore_season, season_snapshot
from db import changes, players, servers, uploads, wars
from mkw.ids import ChangeId, ChannelId, PlayerId, SeasonId, ServerId, UploadId, WarId
from mkw.names import fold

if TYPE_CHECKING:
    from bot.services.actors import Actor
    from db.executor import Json
    from db.pool import Connection

PLAYER, UPLOAD, WAR, SETTINGS = "player", "upload", "war", "settings"
SEASON, MONTHLY = "season", "monthly"


class Entry:
    """One change being made: `touch` what it will change before changing it, then `write`."""

    def __init__(self, db: Connection, actor: Actor, at: datetime) -> None:
        self.db, self.actor, self.at = db, actor, at
        self._before: Json = {}

    async def touch(self, kind: str, number: int) -> None:
        key = f"{kind}:{number}"
        if key not in self._before:
            self._before[key] = await snapshot(self.db, self.actor.server_id, key)

    def created(self, kind: str, number: int) -> None:
        self._before[f"{kind}:{number}"] = None

    async def write(self, verb: str, entity: str, entity_id: int, text: str) -> ChangeId:
        after = {key: await snapshot(self.db, self.actor.server_id, key) for key in self._before}
        return await changes.insert(
            self.db,
            server_id=self.actor.server_id,
            at=self.at,
            actor_id=self.actor.user_id,
            actor_name=self.actor.name,
            verb=verb,
            entity=entity,
            entity_id=entity_id,
            text=text,
            before=self._before,
            after=after,
        )


async def snapshot(db: Connection, server_id: ServerId, key: str) -> Json | None:
    kind, _, number = key.partition(":")
    if kind == PLAYER:
        return await _player(db, server_id, PlayerId(int(number)))
    if kind == UPLOAD:
        return await _upload(db, server_id, UploadId(int(number)))
    if kind == WAR:
        war = await wars.get(db, server_id=server_id, war_id=WarId(int(number)))
        return None if war is None else {"removed": war.removed_at is not None}
    if kind == SEASON:
        return await season_snapshot(db, server_id, SeasonId(int(number)))
    if kind == MONTHLY:
        return await monthly_snapshot(db, server_id)
    return await _settings(db, server_id)


async def _player(db: Connection, server_id: ServerId, player_id: PlayerId) -> Json | None:
    row = await players.get(db, server_id=server_id, player_id=player_id)
    if row is None:
        return None
    return {
        "name": row.name,
        "status": row.status,
        "country": row.country,
        "discord_user_id": row.discord_user_id,
        "removed": row.removed,
        "aliases": list(row.aliases),
    }


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
    }


async def _settings(db: Connection, server_id: ServerId) -> Json | None:
    row = await servers.get(db, server_id=server_id)
    if row is None:
        return None
    return {
        "prefix": row.prefix,
        "editor_role_id": row.editor_role_id,
        "clan_name": row.clan_name,
        "clan_tags": list(row.clan_tags),
        "time_zone": row.time_zone,
        "channels": list(row.channels),
    }


async def restore(db: Connection, server_id: ServerId, before: Json, at: datetime) -> None:
    """Put everything back as it was. Raises asyncpg's constraint errors where that breaks a rule by now."""
    people = [PlayerId(int(number)) for number in _numbers(before, PLAYER)]
    for player_id in people:  # first all, so that two players can have swapped a spelling
        await players.remove_spellings(db, server_id=server_id, player_id=player_id)
    for player_id in people:
        await _restore_player(db, server_id, player_id, before[f"{PLAYER}:{player_id}"], at)
    for number in _numbers(before, UPLOAD):
        await _restore_upload(db, server_id, UploadId(number), before[f"{UPLOAD}:{number}"])
    for number in _numbers(before, WAR):
        was = before[f"{WAR}:{number}"]
        removed_at = at if was is None or was["removed"] else None
        await wars.set_removed(db, server_id=server_id, war_id=WarId(number), removed_at=removed_at)
    for number in _numbers(before, SEASON):
        await restore_season(db, server_id, SeasonId(number), before[f"{SEASON}:{number}"])
    for _ in _numbers(before, MONTHLY):
        await restore_monthly(db, server_id, before[f"{MONTHLY}:0"])
    for _ in _numbers(before, SETTINGS):
        was = before[f"{SETTINGS}:0"]
        await servers.put(
            db,
            server_id=server_id,
            prefix=was["prefix"],
            editor_role_id=was["editor_role_id"],
            clan_name=was["clan_name"],
            clan_tags=tuple(was["clan_tags"]),
            time_zone=was["time_zone"],
            channels=tuple(ChannelId(channel) for channel in was["channels"]),
        )


def _numbers(snapshots: Json, kind: str) -> Iterable[int]:
    return [int(key.partition(":")[2]) for key in snapshots if key.startswith(f"{kind}:")]


async def _restore_player(
    db: Connection, server_id: ServerId, player_id: PlayerId, was: Json | None, at: datetime
) -> None:
    if was is None:
        if await players.delete_if_unused(db, server_id=server_id, player_id=player_id):
            return
        row = await players.get(db, server_id=server_id, player_id=player_id)
        if row is None:
            return
        # A removed war still names them: they stay, off the roster.
        was = {
            "name": row.name,
            "status": row.status,
            "country": row.country,
            "discord_user_id": row.discord_user_id,
            "removed": True,
            "aliases": [],
        }
    await players.update(
        db,
        server_id=server_id,
        player_id=player_id,
        name=was["name"],
        status=was["status"],
        country=was["country"],
        discord_user_id=was["discord_user_id"],
        removed_at=at if was["removed"] else None,
    )
    for spelling in (was["name"], *was["aliases"]):
        await players.add_spelling(
            db, server_id=server_id, player_id=player_id, spelling=spelling, folded=fold(spelling)
        )


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
    )
