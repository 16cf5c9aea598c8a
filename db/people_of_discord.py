"""What the records of a server know about one user of Discord, and forgetting it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.executor import Json, from_jsonb, to_jsonb
from mkw.ids import PlayerId, ServerId, UserId

if TYPE_CHECKING:
    from db.pool import Connection

# Players, removed ones too; lines of every war they stand in, removed wars too.
_PLAYERS = """
    select json_build_object(
        'name', p.name, 'status', p.status, 'country', p.country, 'added_at', p.added_at, 'removed_at', p.removed_at,
        'team', (select t.name from teams t where t.server_id = p.server_id and t.team_id = p.team_id),
        'aliases', array(select s.spelling from spellings s
                         where s.server_id = p.server_id and s.player_id = p.player_id and s.spelling <> p.name
                         order by s.folded collate "C"),
        'lines', (
            select coalesce(json_agg(json_build_object(
                'war', l.war_id, 'played_at', w.played_at, 'removed_at', w.removed_at, 'drawn_name', l.drawn_name,
                'score', l.score, 'races', l.races, 'penalty', l.penalty) order by l.war_id), '[]')
            from war_lines l join wars w on w.server_id = l.server_id and w.war_id = l.war_id
            where l.server_id = p.server_id and l.player_id = p.player_id))
    from players p where p.server_id = $1 and p.discord_user_id = $2 order by p.player_id
"""
_CHANGES = """
    select json_build_object('number', c.change_id, 'at', c.at, 'name', c.actor_name, 'text', c.text)
    from changes c where c.server_id = $1 and c.actor_id = $2 order by c.change_id
"""
_ABOUT = """
    select json_build_object('number', c.change_id, 'at', c.at, 'text', c.text)
    from changes c where c.server_id = $1 and c.actor_id <> $2 and c.change_id = any($3::bigint[]) order by c.change_id
"""
_UPLOADS = """
    select json_build_object(
        'number', u.upload_id, 'source', u.source, 'state', u.state, 'filename', u.filename, 'sha256', u.sha256,
        'channel_id', u.channel_id::text, 'message_id', u.message_id::text, 'sent_at', u.sent_at, 'war', u.war_id,
        'name', u.uploader_name)
    from uploads u where u.server_id = $1 and u.uploader_id = $2 order by u.upload_id
"""
_DECISIONS = """
    select json_build_object('upload', u.upload_id, 'state', u.state, 'decided_at', u.decided_at, 'war', u.war_id,
                             'name', u.decided_by_name)
    from uploads u where u.server_id = $1 and u.decided_by = $2 order by u.upload_id
"""
_SCANS = """
    select json_build_object(
        'number', b.bulk_id, 'channel_id', b.channel_id::text, 'started_at', b.started_at, 'ended_at', b.ended_at,
        'name', case when b.started_by = $2 then b.started_by_name else b.stopped_by_name end)
    from bulk_scans b where b.server_id = $1 and (b.started_by = $2 or b.stopped_by = $2) order by b.bulk_id
"""
_LIVE_WARS = """
    select json_build_object(
        'number', l.live_id, 'channel_id', l.channel_id::text, 'started_at', l.started_at, 'war', l.war_id,
        'name', case when l.started_by = $2 then l.started_by_name else l.raced_by_name end)
    from live_wars l where l.server_id = $1 and (l.started_by = $2 or l.raced_by = $2) order by l.live_id
"""
_SIGN_UPS = """
    select json_build_object(
        'number', s.sign_up_id, 'channel_id', s.channel_id::text, 'starts_at', s.starts_at,
        'posted_by_name', case when s.posted_by = $2 then s.posted_by_name end,
        'answer', a.answer, 'name', a.user_name)
    from sign_ups s
    left join sign_up_answers a on a.server_id = s.server_id and a.sign_up_id = s.sign_up_id and a.user_id = $2
    where s.server_id = $1 and (s.posted_by = $2 or a.user_id is not null) order by s.sign_up_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Each as JSON objects."""

    players: tuple[Json, ...]
    changes: tuple[Json, ...]  # made by them
    changes_about: tuple[Json, ...]  # made by others, that name them
    uploads: tuple[Json, ...]
    decisions: tuple[Json, ...]
    scans: tuple[Json, ...]  # of a channel's history, started or stopped
    live_wars: tuple[Json, ...]  # started, or its newest race told
    sign_ups: tuple[Json, ...]  # posted or answered


async def kept_about(db: Connection, *, server_id: ServerId, user_id: UserId) -> Kept:
    about = [row.change_id for row in await _naming(db, server_id, user_id)]
    return Kept(
        await _objects(db, _PLAYERS, server_id, user_id),
        await _objects(db, _CHANGES, server_id, user_id),
        await _objects(db, _ABOUT, server_id, user_id, about),
        await _objects(db, _UPLOADS, server_id, user_id),
        await _objects(db, _DECISIONS, server_id, user_id),
        await _objects(db, _SCANS, server_id, user_id),
        await _objects(db, _LIVE_WARS, server_id, user_id),
        await _objects(db, _SIGN_UPS, server_id, user_id),
    )


async def _objects(db: Connection, query: str, *arguments: object) -> tuple[Json, ...]:
    return tuple(json.loads(row[0]) for row in await db.fetch(query, *arguments))


@dataclass(frozen=True, slots=True)
class _Change:
    change_id: int
    text: str
    before: Json
    after: Json


async def _naming(db: Connection, server_id: ServerId, user_id: UserId) -> tuple[_Change, ...]:
    """Changes that say `user 7` of them, or hold them in a snapshot."""
    rows = await db.fetch(
        r"""
        select change_id, text, before::text as before, after::text as after from changes
        where server_id = $1
          and (text ~ ('\muser ' || $2::bigint::text || '\M')
               or concat_ws(' ', before, after) ~ ('"(discord_user_id|decided_by)": ' || $2::bigint::text || '\M'))
        order by change_id
        """,
        server_id,
        user_id,
    )
    return tuple(
        _Change(row["change_id"], row["text"], from_jsonb(row["before"]) or {}, from_jsonb(row["after"]) or {})
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Forgotten:
    players: tuple[PlayerId, ...]
    uploads: int
    changes: int


async def forget(
    db: Connection,
    *,
    server_id: ServerId,
    user_id: UserId,
    nobody: UserId,
    called: str,
    without: Callable[[str, Json], tuple[str, Json]],
) -> Forgotten:
    """Take the user out of every row. `nobody` and `called` stand where an id and a name must stand; `without` gives a
    change's text, and a snapshot of its, without them."""
    players = await db.fetch(
        """
        update players set discord_user_id = null where server_id = $1 and discord_user_id = $2 returning player_id
        """,
        server_id,
        user_id,
    )
    uploads = await db.fetch(
        """
        update uploads set
            uploader_id = case when uploader_id = $2 then $3 else uploader_id end,
            uploader_name = case when uploader_id = $2 then $4 else uploader_name end,
            decided_by = case when decided_by = $2 then $3 else decided_by end,
            decided_by_name = case when decided_by = $2 then $4 else decided_by_name end
        where server_id = $1 and (uploader_id = $2 or decided_by = $2) returning upload_id
        """,
        server_id,
        user_id,
        nobody,
        called,
    )
    await db.execute(
        """
        update bulk_scans set
            started_by = case when started_by = $2 then $3 else started_by end,
            started_by_name = case when started_by = $2 then $4 else started_by_name end,
            stopped_by = case when stopped_by = $2 then $3 else stopped_by end,
            stopped_by_name = case when stopped_by = $2 then $4 else stopped_by_name end
        where server_id = $1 and (started_by = $2 or stopped_by = $2)
        """,
        server_id,
        user_id,
        nobody,
        called,
    )
    await db.execute(
        """
        update live_wars set
            started_by = case when started_by = $2 then $3 else started_by end,
            started_by_name = case when started_by = $2 then $4 else started_by_name end,
            raced_by = case when raced_by = $2 then $3 else raced_by end,
            raced_by_name = case when raced_by = $2 then $4 else raced_by_name end
        where server_id = $1 and (started_by = $2 or raced_by = $2)
        """,
        server_id,
        user_id,
        nobody,
        called,
    )
    await db.execute("delete from sign_up_answers where server_id = $1 and user_id = $2", server_id, user_id)
    await db.execute(
        "update sign_ups set posted_by = $3, posted_by_name = $4 where server_id = $1 and posted_by = $2",
        server_id,
        user_id,
        nobody,
        called,
    )
    touched = await db.fetch(
        "update changes set actor_id = $3, actor_name = $4 where server_id = $1 and actor_id = $2 returning change_id",
        server_id,
        user_id,
        nobody,
        called,
    )
    naming = await _naming(db, server_id, user_id)
    for change in naming:
        text, before = without(change.text, change.before)
        _, after = without(change.text, change.after)
        await db.execute(
            "update changes set text = $3, before = $4, after = $5 where server_id = $1 and change_id = $2",
            server_id,
            change.change_id,
            text,
            to_jsonb(before),
            to_jsonb(after),
        )
    changed = {row["change_id"] for row in touched} | {change.change_id for change in naming}
    return Forgotten(tuple(PlayerId(row["player_id"]) for row in players), len(uploads), len(changed))
