"""Roles with levels, and the editor role that became one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.house import build_services
from bot.services.levels import Level
from db import servers
from db.errors import RuleBrokenError, TakenError, rules
from db.migrate import load, migrate
from db.pool import Database
from tests.database import TestServer
from tests.db.test_schema import HERE
from tests.services.conftest import EDITOR, SERVER, Clock, StandInReader

BEFORE = 8  # the version that knew one editor role


@pytest.mark.parametrize("level", ["everyone", "owner", "editor"])
async def test_a_role_gives_one_of_three_levels(database: Database, level: str) -> None:
    async with database.acquire() as db:
        await servers.lock(db, server_id=HERE)
        with pytest.raises(RuleBrokenError, match="trusted, moderator or admin"), rules():
            await db.execute("insert into level_roles values ($1, 5, $2)", HERE, level)


async def test_a_role_gives_one_level(database: Database) -> None:
    async with database.acquire() as db:
        await servers.lock(db, server_id=HERE)
        await db.execute("insert into level_roles values ($1, 5, 'admin'), ($1, 6, 'admin')", HERE)
        with pytest.raises(TakenError, match="a level already"), rules():
            await db.execute("insert into level_roles values ($1, 5, 'trusted')", HERE)


async def test_the_editor_role_of_before_is_a_moderators_and_is_taken_back(
    test_server: TestServer, tmp_path: Path
) -> None:
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, load()[:BEFORE])
        settings = """
            '{"prefix": "!", "editor_role_id": %s, "clan_name": null, "clan_tags": [], "time_zone": "UTC",
              "locale": "en", "self_link": false, "channels": [], "status_roles": []}'::jsonb
        """
        async with database.transaction() as db:
            await db.execute("insert into servers (server_id, editor_role_id) values ($1, 5)", SERVER)
            for was, now in (("null", "7"), ("7", "5")):
                await db.execute(
                    f"""
                    insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before,
                                         after)
                    values ($1, now(), 1, 'Robin', 'set', 'settings', 0, 'set the editors'' role to {now}',
                            jsonb_build_object('settings:0', {settings % was}),
                            jsonb_build_object('settings:0', {settings % now}))
                    """,
                    SERVER,
                )
        await migrate(database)
        services = build_services(database, StandInReader(), tmp_path, now=Clock())
        assert (await services.settings.get(SERVER)).level_roles == ((5, Level.MODERATOR),)
        await services.history.undo(EDITOR)
        assert (await services.settings.get(SERVER)).level_roles == ((7, Level.MODERATOR),)
        await services.history.undo(EDITOR)
        assert (await services.settings.get(SERVER)).level_roles == ()
        await services.history.redo(EDITOR)
        assert (await services.settings.get(SERVER)).level_roles == ((7, Level.MODERATOR),)
