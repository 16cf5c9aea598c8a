"""A database with years of wars in it."""

from __future__ import annotations

import pytest

from db.pool import Database


@pytest.fixture
async def years_of_wars(database: Database) -> Database:
    """Twenty servers with 400 wars each, ten players a server; the first twenty wars are kept with twelve races."""
    async with database.transaction() as db:
        await db.execute("insert into servers (server_id) select generate_series(1, 20)")
        await db.execute(
            """
            insert into players (server_id, player_id, name) overriding system value
            select s, s * 100 + p, 'P' || p from generate_series(1, 20) s, generate_series(1, 10) p
            """
        )
        await db.execute("insert into spellings select server_id, lower(name), player_id, name from players")
        await db.execute(
            """
            insert into wars (server_id, war_id, played_at, layout, races, our_side, source)
            select s, w, timestamptz '2025-01-01' + w * interval '1 day', 'table', 12, 1, 'picture'
            from generate_series(1, 20) s, generate_series(1, 400) w
            """
        )
        await db.execute(
            """
            insert into war_sides (server_id, war_id, side, total)
            select server_id, war_id, side, 490 from wars, generate_series(1, 2) side
            """
        )
        await db.execute(
            """
            insert into war_lines (server_id, war_id, side, position, player_id, drawn_name, score, races)
            select server_id, war_id, side, p, case when side = 1 then server_id * 100 + (war_id + p) % 10 + 1 end,
                   'P' || p, 80, 12
            from war_sides, generate_series(1, 6) p
            """
        )
        await db.execute(
            """
            insert into races (server_id, war_id, race, track)
            select server_id, war_id, race, case when race % 2 = 1 then 'rDKP' end
            from wars, generate_series(1, 12) race where war_id <= 20
            """
        )
        await db.execute(
            """
            insert into race_results (server_id, war_id, race, side, position, place)
            select server_id, war_id, race, 1, nullif(p, 6), 2 * p - 1 from races, generate_series(1, 6) p
            """
        )
    async with database.acquire() as db:
        await db.execute("vacuum analyze")
    return database
