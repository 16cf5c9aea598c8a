"""An export brought into a server that has no record yet: looked at first, then all of it or nothing.

What it brings along of the log can be read and never be taken back there: a file from outside would decide what is put
back. The import itself is one change, and taking it back leaves the server as empty as it was.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services.actors import Actor
from bot.services.changelog import IMPORT, LIVE, MONTHLY, PLAYER, SEASON, SETTINGS, TEAM, UPLOAD, Entry
from bot.services.errors import Conflict
from bot.services.export_document import Document, SettingsIn, parsed
from bot.services.numbering import Numbering, number_of, renumbered
from bot.services.small_logs import month_before
from bot.services.texts import listed, when
from db import bringing_in, monthly, servers
from db.bringing_in import ChangeIn, There, WarIn
from mkw.ids import ChannelId, PlayerId, RoleId, SeasonId, ServerId, TeamId
from mkw.numerals import whole

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.pool import Connection

_IDS = {
    TEAM: ("teams", "team_id"),
    PLAYER: ("players", "player_id"),
    SEASON: ("seasons", "season_id"),
    UPLOAD: ("uploads", "upload_id"),
    LIVE: ("live_wars", "live_id"),
}
_CHANGES = ("changes", "change_id")


@dataclass(frozen=True, slots=True)
class Guild:
    """What there is on the server of Discord: channels and roles from elsewhere mean nothing here, or somebody else."""

    channels: frozenset[int]
    roles: frozenset[int]


@dataclass(frozen=True, slots=True)
class BringingIn:
    """What an import would bring. `left_out` is what stays behind, in words."""

    document: Document
    counts: dict[str, int]
    left_out: tuple[str, ...]


class BringInService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def plan(self, server_id: ServerId, data: bytes, guild: Guild) -> BringingIn:
        """Raises Conflict where the server has a record, with what is in the way; BadInput for a file that cannot be
        brought in, with what is wrong where."""
        await self._records.read(lambda db: must_be_empty(db, server_id))
        document = await asyncio.to_thread(parsed, data)
        counts = {
            "wars": len(document.wars),
            "players": len(document.players),
            "teams": len(document.teams),
            "seasons": len(document.seasons),
            "changes": len(document.changes),
        }
        return BringingIn(document, counts, tuple(_left_out(document, guild)))

    async def apply(self, actor: Actor, plan: BringingIn, guild: Guild) -> None:
        """All of it in one transaction. Raises as `plan`."""
        document, server_id = plan.document, actor.server_id
        async with self._records.change(server_id) as db:
            await must_be_empty(db, server_id)
            entry = Entry(db, actor, self._now())
            entry.created(IMPORT, 0)
            await entry.touch(SETTINGS, 0)
            await entry.touch(MONTHLY, 0)
            numbering, changes = await _numbering(db, document)
            await _put(db, server_id, document, numbering, changes)
            await _settle(db, server_id, document.settings, guild, self._now())
            brought = said(plan.counts) or "only settings"
            text = f"brought in an export of {when(document.exported_at)}: {brought}"
            await entry.write("import", IMPORT, 0, text)


def said(counts: Mapping[str, int]) -> str:
    """`12 wars, 1 player and 30 changes`; empty where there is nothing."""
    return listed([f"{whole(count)} {name if count != 1 else name[:-1]}" for name, count in counts.items() if count])


async def must_be_empty(db: Connection, server_id: ServerId, what: str = "An export") -> None:
    """Raises Conflict with what is in the way."""
    there: There = await bringing_in.there(db, server_id=server_id)
    in_the_way = said(dataclasses.asdict(there))
    if in_the_way:
        raise Conflict(
            f"{what} is brought into a server that has no record yet; this one has {in_the_way}, removed ones "
            "counted. Nothing was changed. `export` takes what is here along."
        )


def _left_out(document: Document, guild: Guild) -> Iterable[str]:
    settings = document.settings
    channels = {*settings.watched_channels, *filter(None, [settings.monthly_channel_id])}
    roles = {role_id for role_id, _ in (*settings.status_roles, *settings.level_roles)}
    missing = len(channels - guild.channels), len(roles - guild.roles)
    if any(missing):
        gone = said({"channels": missing[0], "roles": missing[1]})
        yield f"{gone} of its settings, which this server does not have"
    if document.uploads:
        yield (
            f"{said({'uploads': document.uploads})}: their messages are elsewhere. `import pictures` brings in the "
            "pictures afterwards, as `export pictures` gives them"
        )
    if document.live_wars:
        yield f"{said({'live wars': document.live_wars})}: what runs in a channel goes on there"


async def _numbering(db: Connection, document: Document) -> tuple[Numbering, Mapping[int, int]]:
    """New ids by the document's numbers, in their order, for all the file speaks of."""
    mentioned: dict[str, set[int]] = {
        TEAM: {one.team_id for one in document.teams},
        PLAYER: {one.player_id for one in document.players},
        SEASON: {one.season.season_id for one in document.seasons},
        UPLOAD: set(),
        LIVE: set(),
    }
    for change in document.changes:
        for kind, number in change.touches:
            kind_of_id = PLAYER if kind == "lines" else kind
            if kind_of_id in mentioned:
                mentioned[kind_of_id].add(number)
    numbering = {kind: await _new(db, *_IDS[kind], numbers) for kind, numbers in mentioned.items()}
    return numbering, await _new(db, *_CHANGES, {one.change_id for one in document.changes})


async def _new(db: Connection, table: str, column: str, numbers: set[int]) -> dict[int, int]:
    ids = await bringing_in.new_ids(db, table, column, len(numbers))
    return dict(zip(sorted(numbers), ids, strict=True))


async def _put(
    db: Connection, server_id: ServerId, document: Document, numbering: Numbering, changes: Mapping[int, int]
) -> None:
    teams, players, seasons = numbering[TEAM], numbering[PLAYER], numbering[SEASON]
    replace = dataclasses.replace
    await bringing_in.put_roster(
        db,
        server_id=server_id,
        teams=[replace(one, team_id=TeamId(teams[one.team_id])) for one in document.teams],
        players=[
            replace(
                one,
                player_id=PlayerId(players[one.player_id]),
                team_id=None if one.team_id is None else TeamId(teams[one.team_id]),
            )
            for one in document.players
        ],
        seasons=[
            replace(one, season=replace(one.season, season_id=SeasonId(seasons[one.season.season_id])))
            for one in document.seasons
        ],
    )
    wars = [_war(one, players, changes) for one in document.wars]
    await bringing_in.put_wars(db, server_id=server_id, wars=wars, last_war=document.last_war)
    log = [_change(one, numbering, changes) for one in document.changes]
    await bringing_in.put_log(db, server_id=server_id, changes=log)


def _war(war: WarIn, players: Mapping[int, int], changes: Mapping[int, int]) -> WarIn:
    lines = tuple(
        line if line.player_id is None else dataclasses.replace(line, player_id=PlayerId(players[line.player_id]))
        for line in war.lines
    )
    return dataclasses.replace(war, lines=lines, revision=changes.get(war.revision, 0))


def _change(change: ChangeIn, numbering: Numbering, changes: Mapping[int, int]) -> ChangeIn:
    return dataclasses.replace(
        change,
        change_id=changes[change.change_id],
        entity_id=number_of(change.entity, change.entity_id, numbering),
        undone_by=None if change.undone_by is None else changes[change.undone_by],
        before=renumbered(change.before, numbering),
        after=renumbered(change.after, numbering),
        touches=tuple((kind, number_of(kind, number, numbering)) for kind, number in change.touches),
    )


async def _settle(db: Connection, server_id: ServerId, wanted: SettingsIn, guild: Guild, at: datetime) -> None:
    """The document's settings; channels and roles only where the server has them, beside those that are set here."""
    row = await servers.get(db, server_id=server_id)
    assert row is not None  # `change` holds it
    channels = {*row.channels, *(one for one in wanted.watched_channels if one in guild.channels)}
    await servers.put(
        db,
        server_id=server_id,
        prefix=wanted.prefix,
        clan_name=wanted.clan_name,
        clan_tags=wanted.clan_tags,
        time_zone=wanted.time_zone,
        locale=wanted.locale,
        self_link=wanted.self_link,
        live_typing=str(wanted.live_typing),
        channels=tuple(ChannelId(one) for one in sorted(channels)),
        status_roles=_roles(row.status_roles, wanted.status_roles, guild),
        level_roles=_roles(row.level_roles, wanted.level_roles, guild),
    )
    posting = wanted.monthly_channel_id
    if posting is not None and posting in guild.channels:
        await monthly.put(db, server_id=server_id, channel_id=posting, month=month_before(at.date()))


def _roles(
    here: Iterable[tuple[RoleId, str]], wanted: Iterable[tuple[RoleId, str]], guild: Guild
) -> list[tuple[RoleId, str]]:
    """What roles say here, and what those of the file say that the server has."""
    return sorted((dict(here) | {role: says for role, says in wanted if role in guild.roles}).items())
