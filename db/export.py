"""Everything a server owns, read in the order of an export: each thing as one JSON object with its parts inside.

Ids are those of the tables; whoever writes the export gives them numbers of the server's own (`numbered`).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.executor import Json
    from db.pool import Connection
    from mkw.ids import ServerId

CHUNK = 200  # things held in memory at once

# Discord's ids go out as text: a spreadsheet and JavaScript round such large numbers.
SETTINGS = """
    select json_build_object(
        'prefix', s.prefix, 'clan_name', s.clan_name,
        'clan_tags', s.clan_tags, 'time_zone', s.time_zone, 'locale', s.locale, 'self_link', s.self_link,
        'live_typing', s.live_typing,
        'watched_channels', array(select w.channel_id::text from watched_channels w
                                  where w.server_id = s.server_id order by w.channel_id),
        'status_roles', (select coalesce(json_agg(json_build_object('role_id', r.role_id::text, 'status', r.status)
                                                  order by r.role_id), '[]')
                         from status_roles r where r.server_id = s.server_id),
        'level_roles', (select coalesce(json_agg(json_build_object('role_id', r.role_id::text, 'level', r.level)
                                                 order by r.role_id), '[]')
                        from level_roles r where r.server_id = s.server_id),
        'monthly_channel_id', (select m.channel_id::text from monthly_reports m where m.server_id = s.server_id),
        'last_war', s.last_war_id)
    from servers s where s.server_id = $1
"""
TEAMS = """
    select json_build_object('number', t.team_id, 'name', t.name, 'tag', t.tag, 'colour', t.colour,
                             'added_at', t.added_at, 'removed_at', t.removed_at)
    from teams t where t.server_id = $1 order by t.team_id
"""
PLAYERS = """
    select json_build_object(
        'number', p.player_id, 'name', p.name, 'status', p.status, 'country', p.country,
        'discord_user_id', p.discord_user_id::text, 'team', p.team_id,
        'aliases', array(select s.spelling from spellings s
                         where s.server_id = p.server_id and s.player_id = p.player_id and s.spelling <> p.name
                         order by s.folded collate "C"),
        'added_at', p.added_at, 'removed_at', p.removed_at)
    from players p where p.server_id = $1 order by p.player_id
"""
SEASONS = """
    select json_build_object('number', s.season_id, 'name', s.name, 'first_day', s.first_day, 'last_day', s.last_day)
    from seasons s where s.server_id = $1 order by s.season_id
"""
WARS = """
    select json_build_object(
        'number', w.war_id, 'played_at', w.played_at, 'layout', w.layout, 'races', w.races, 'our_side', w.our_side,
        'title', w.title, 'note', w.note, 'source', w.source, 'recorded_at', w.recorded_at,
        'removed_at', w.removed_at, 'revision', w.revision,
        'sides', (
            select coalesce(json_agg(json_build_object('tag', s.tag, 'total', s.total, 'penalty', s.penalty, 'lines', (
                select coalesce(json_agg(json_build_object(
                    'player', l.player_id, 'drawn_name', l.drawn_name, 'score', l.score, 'races', l.races,
                    'penalty', l.penalty, 'results', (
                        select coalesce(json_agg(json_build_object('race', r.race, 'place', r.place,
                                                                   'points', r.points) order by r.race), '[]')
                        from race_results r
                        where r.server_id = l.server_id and r.war_id = l.war_id and r.side = l.side
                          and r.position = l.position)) order by l.position), '[]')
                from war_lines l
                where l.server_id = s.server_id and l.war_id = s.war_id and l.side = s.side), 'results', (
                select coalesce(json_agg(json_build_object('race', r.race, 'place', r.place,
                                                           'points', r.points) order by r.race, r.place), '[]')
                from race_results r
                where r.server_id = s.server_id and r.war_id = s.war_id and r.side = s.side
                  and r.position is null)) order by s.side), '[]')
            from war_sides s where s.server_id = w.server_id and s.war_id = w.war_id),
        'raced', (select coalesce(json_agg(json_build_object('race', r.race, 'track', r.track,
                                                             'restarted', r.restarted) order by r.race), '[]')
                  from races r where r.server_id = w.server_id and r.war_id = w.war_id),
        'pictures', array(
            with recursive parts as (
                select u.upload_id, u.sha256 from uploads u where u.server_id = w.server_id and u.war_id = w.war_id
                union
                select u.upload_id, u.sha256 from uploads u
                join parts p on u.server_id = w.server_id and u.joined_into = p.upload_id
            )
            select sha256 from parts where sha256 is not null
            union
            select u.sha256 from live_wars v
            join uploads u on u.server_id = v.server_id and u.live_id = v.live_id
            where v.server_id = w.server_id and v.war_id = w.war_id and u.sha256 is not null
            union
            select k.sha256 from war_pictures k where k.server_id = w.server_id and k.war_id = w.war_id
            order by sha256))
    from wars w where w.server_id = $1 order by w.war_id
"""
UPLOADS = """
    select json_build_object(
        'number', u.upload_id, 'source', u.source, 'state', u.state, 'filename', u.filename, 'sha256', u.sha256,
        'war', u.war_id, 'joined_into', u.joined_into, 'live_war', u.live_id, 'reason', u.reason,
        'races', array(select r.race from races r
                       where r.server_id = u.server_id and r.upload_id = u.upload_id order by r.war_id, r.race),
        'channel_id', u.channel_id::text, 'message_id', u.message_id::text, 'sent_at', u.sent_at,
        'uploader', json_build_object('id', u.uploader_id::text, 'name', u.uploader_name),
        'decided_by', case when u.decided_by is not null
                           then json_build_object('id', u.decided_by::text, 'name', u.decided_by_name) end,
        'decided_at', u.decided_at)
    from uploads u where u.server_id = $1 order by u.upload_id
"""
LIVE_WARS = """
    select json_build_object(
        'number', l.live_id, 'channel_id', l.channel_id::text, 'started_at', l.started_at,
        'started_by', json_build_object('id', l.started_by::text, 'name', l.started_by_name), 'told', l.war)
    from live_wars l where l.server_id = $1 and l.state = 'running' order by l.live_id
"""
CHANGES = """
    select json_build_object(
        'number', c.change_id, 'at', c.at, 'actor', json_build_object('id', c.actor_id::text, 'name', c.actor_name),
        'verb', c.verb, 'entity', c.entity, 'entity_number', c.entity_id, 'text', c.text, 'undone_by', c.undone_by,
        'before', c.before, 'after', c.after)
    from changes c where c.server_id = $1 order by c.change_id
"""
SECTIONS = {
    "teams": TEAMS,
    "players": PLAYERS,
    "seasons": SEASONS,
    "wars": WARS,
    "uploads": UPLOADS,
    "live_wars": LIVE_WARS,
    "changes": CHANGES,
}
# Of things that are gone for good the log still speaks, so they keep a number too.
_IDS = {
    "team": "select team_id as id from teams where server_id = $1",
    "player": "select player_id as id from players where server_id = $1",
    "season": "select season_id as id from seasons where server_id = $1",
    "upload": "select upload_id as id from uploads where server_id = $1",
    "live": "select live_id as id from live_wars where server_id = $1",
}
# Uploads the log speaks of come first: no import brings the others along, and its log must read the same again.
_NUMBERED = """
    with touched as (select distinct number as id from change_touches where server_id = $1 and kind = any($2::text[]))
    select id from ({} union select id from touched) as ids
    order by $3 = 'upload' and id not in (select id from touched), id
"""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A server's own number, from 1 in the order they were made, by the id of each thing."""

    team: dict[int, int]
    player: dict[int, int]
    season: dict[int, int]
    upload: dict[int, int]
    live: dict[int, int]
    change: dict[int, int]


async def numbered(db: Connection, *, server_id: ServerId) -> Numbers:
    found: dict[str, dict[int, int]] = {}
    for kind, query in _IDS.items():
        kinds = [kind, "lines"] if kind == "player" else [kind]
        rows = await db.fetch(_NUMBERED.format(query), server_id, kinds, kind)
        found[kind] = {row["id"]: number for number, row in enumerate(rows, 1)}
    rows = await db.fetch("select change_id from changes where server_id = $1 order by change_id", server_id)
    return Numbers(**found, change={row["change_id"]: number for number, row in enumerate(rows, 1)})


async def settings(db: Connection, *, server_id: ServerId) -> Json | None:
    text = await db.fetchval(SETTINGS, server_id)
    return None if text is None else json.loads(text)


async def texts(db: Connection, *, server_id: ServerId, section: str) -> AsyncIterator[list[str]]:
    """The things of a section as JSON texts, CHUNK at a time. Needs a transaction; what is read of a large server
    passes through memory in pieces."""
    chunk: list[str] = []
    async for row in db.cursor(SECTIONS[section], server_id, prefetch=CHUNK):
        chunk.append(row[0])
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
