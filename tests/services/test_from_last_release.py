"""A database that 0.1.0 filled, brought up to date: nothing of it changes, and all of it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.services.doctor import Doctor
from bot.services.drafts import UploadState
from bot.services.house import build_services
from bot.services.levels import Level
from db.migrate import load, migrate
from mkw.ids import ServerId, UploadId, WarId
from tests.database import TestServer
from tests.services.conftest import EDITOR, SERVER, Clock, StandInReader

VERSION_OF_0_1_0 = 1
DRAFT = """
{"sides": [
  {"lines": [
    {"name": "DX Comet", "score": 110, "races": null, "player_id": null, "player_name": null, "place": 1, "penalty": 0,
     "race_points": null, "doubts": [], "drawn": "DX Comet", "by_hand": false}],
   "tag": "DX", "total": 110, "penalty": 0, "doubts": []},
  {"lines": [
    {"name": "CB Onyx", "score": 100, "races": null, "player_id": null, "player_name": null, "place": 2, "penalty": 0,
     "race_points": null, "doubts": ["The score may be 160."], "drawn": "CB Onyx", "by_hand": false}],
   "tag": "CB", "total": null, "penalty": 0, "doubts": []}],
 "ours": 0, "races": 12, "layout": "table", "title": null, "played_at": "2026-03-01T20:00:00+00:00",
 "was_one_list": false}
"""


async def fill(db: Any) -> None:
    """As 0.1.0 wrote it: a war saved from upload 1 and its entry in the log, an open review, a discarded one."""
    await db.execute("insert into servers (server_id, last_war_id) values ($1, 1)", SERVER)
    await db.execute(
        """
        insert into players (server_id, player_id, name) overriding system value values ($1, 1, 'Comet')
        """,
        SERVER,
    )
    await db.execute("insert into spellings values ($1, 'comet', 1, 'Comet')", SERVER)
    await db.execute(
        """
        insert into wars (server_id, war_id, played_at, layout, races, our_side, source)
        values ($1, 1, '2026-03-01 20:00+00', 'table', 12, 1, 'picture')
        """,
        SERVER,
    )
    await db.execute("insert into war_sides values ($1, 1, 1, 'DX', 110, 0), ($1, 1, 2, 'CB', 100, 0)", SERVER)
    await db.execute(
        """
        insert into war_lines values
            ($1, 1, 1, 1, 1, 'DX Comet', 110, 12, 0), ($1, 1, 2, 1, null, 'CB Onyx', 100, 12, 0)
        """,
        SERVER,
    )
    for number, state in ((1, "saved"), (2, "review"), (3, "discarded")):
        await db.execute(
            """
            insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                                 sha256, path, sent_at, state, draft, war_id, decided_by, decided_by_name, decided_at)
            values ($1, 'picture', 11, $2::bigint, $2, 1, 'Robin', repeat($2::bigint::text, 64), 'pictures/x',
                    '2026-03-01 20:00+00',
                    $3, $4, case when $3 = 'saved' then 1 end, case when $3 <> 'review' then 1 end,
                    case when $3 <> 'review' then 'Robin' end,
                    case when $3 <> 'review' then timestamptz '2026-03-01 20:05+00' end)
            """,
            SERVER,
            number,
            state,
            DRAFT,
        )
    snapshot = """
        jsonb_build_object('state', 'saved', 'draft', $2::jsonb, 'war_id', 1, 'decided_by', 1,
                           'decided_by_name', 'Robin', 'decided_at', '2026-03-01T20:05:00+00:00')
    """
    await db.execute(
        f"""
        insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
        values ($1, '2026-03-01 20:05+00', 1, 'Robin', 'save', 'war', 1, 'saved war 1',
                jsonb_build_object('upload:1', {snapshot} || '{{"state": "review", "war_id": null, "decided_by": null,
                                   "decided_by_name": null, "decided_at": null}}', 'war:1', null),
                jsonb_build_object('upload:1', {snapshot}, 'war:1', '{{"removed": false}}'::jsonb))
        """,
        SERVER,
        DRAFT,
    )


async def test_a_database_of_the_last_release_goes_on(test_server: TestServer, tmp_path: Path) -> None:
    every = load()
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, every[:VERSION_OF_0_1_0])
        async with database.transaction() as db:
            await fill(db)
            before = await db.fetch(
                "select server_id, upload_id, state, draft, war_id, decided_by from uploads order by 2"
            )
        applied = await migrate(database)
        assert [migration.version for migration in applied] == [one.version for one in every[VERSION_OF_0_1_0:]]
        async with database.acquire() as db:
            after = await db.fetch(
                "select server_id, upload_id, state, draft, war_id, decided_by from uploads order by 2"
            )
        assert after == before

        services = build_services(database, StandInReader(), tmp_path, now=Clock())
        war = await services.wars.get(SERVER, WarId(1))
        assert (war.our_side.total, war.upload_id) == (110, 1)
        assert await services.wars.sheet(SERVER, WarId(1)) is None
        assert await services.wars.pictures(SERVER, WarId(1)) == (1,)
        assert (await services.history.undo(EDITOR)).text == "saved war 1"  # a change of then is taken back now
        assert (await services.reviews.get(SERVER, UploadId(1))).state is UploadState.REVIEW
        again = await services.reviews.save(EDITOR, UploadId(2))
        assert again.war_id == 2
        assert [line.doubts for _, _, line in again.review.draft.rows()][1] == ("The score may be 160.",)  # type: ignore[union-attr]
        assert (await services.wars.page(ServerId(SERVER))).total == 1


async def fill_more(db: Any) -> None:
    """The rest of what 0.1.0 could keep: settings with an editor's role, an alias, who left, a removed war, and
    uploads in every other state."""
    await db.execute(
        "update servers set prefix = '?', editor_role_id = 5, clan_name = 'Comet Racers', clan_tags = '{DX}', "
        "time_zone = 'Asia/Tokyo', last_war_id = 2"
    )
    await db.execute("insert into watched_channels values ($1, 11), ($1, 12)", SERVER)
    await db.execute(
        """
        insert into players (server_id, player_id, name, status, discord_user_id, country, removed_at)
        overriding system value
        values ($1, 2, 'Pixel', 'trial', 77, 'DE', null), ($1, 3, 'Gone', 'former', null, null, now())
        """,
        SERVER,
    )
    await db.execute("insert into spellings values ($1, 'pixel', 2, 'Pixel'), ($1, 'gone', 3, 'Gone')", SERVER)
    await db.execute("insert into spellings values ($1, 'kometa', 1, 'Kometa')", SERVER)
    await db.execute("select setval(pg_get_serial_sequence('players', 'player_id'), 3)")
    await db.execute(
        """
        insert into wars (server_id, war_id, played_at, layout, races, our_side, source, removed_at)
        values ($1, 2, '2026-03-02 20:00+00', 'typed', 12, 1, 'typed', now())
        """,
        SERVER,
    )
    await db.execute("insert into war_sides values ($1, 2, 1, 'DX', 90, 20), ($1, 2, 2, 'QZ', 894, 0)", SERVER)
    await db.execute("insert into war_lines values ($1, 2, 1, 1, 2, 'DX Pixel', 90, 12, 0)", SERVER)
    await db.execute(
        """
        insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                             sha256, path, sent_at, state, reason)
        select $1, 'picture', 11, n, n, 1, 'Robin', repeat('0', 63) || n, 'pictures/x', now(), state, reason
        from (values (4, 'received', null), (5, 'refused', 'no result'), (6, 'failed', 'broken')) x (n, state, reason)
        """,
        SERVER,
    )
    settings = """{"prefix": "%s", "editor_role_id": %s, "clan_name": "Comet Racers", "clan_tags": ["DX"],
                   "time_zone": "Asia/Tokyo", "channels": [11, 12]}"""
    for verb, entity, number, before, after in (
        ("remove", "war", 2, '{"war:2": {"removed": false}}', '{"war:2": {"removed": true}}'),
        (
            "set",
            "settings",
            0,
            f'{{"settings:0": {settings % ("!", "null")}}}',
            f'{{"settings:0": {settings % ("?", 5)}}}',
        ),
    ):
        await db.execute(
            """
            insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
            values ($1, '2026-03-02 21:00+00', 1, 'Robin', $2, $3, $4, $2 || ' ' || $3, $5, $6)
            """,
            SERVER,
            verb,
            entity,
            number,
            before,
            after,
        )


async def test_everything_the_last_release_kept_goes_on(test_server: TestServer, tmp_path: Path) -> None:
    every = load()
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, every[:VERSION_OF_0_1_0])
        async with database.transaction() as db:
            await fill(db)
            await fill_more(db)
        for number in range(VERSION_OF_0_1_0, len(every)):  # as somebody who takes every version in its turn
            await migrate(database, every[: number + 1])
        services = build_services(database, StandInReader(), tmp_path, now=Clock())
        settings = await services.settings.get(SERVER)
        assert (settings.prefix, settings.clan_name, settings.clan_tags) == ("?", "Comet Racers", ("DX",))
        assert (settings.time_zone, set(settings.watched_channels)) == ("Asia/Tokyo", {11, 12})
        assert settings.level_roles == ((5, Level.MODERATOR),)
        assert [player.name for player in await services.roster.players(SERVER)] == ["Comet", "Pixel"]
        assert (await services.roster.find(SERVER, "Kometa")).name == "Comet"
        board = await services.statistics.leaderboard(SERVER)
        assert [(row.name, row.value, row.counted) for row in board.rows] == [("Comet", 110.0, 1.0)], (
            "a removed war is none"
        )
        assert [one.upload_id for one in await services.intake.recover()] == [2, 4, 5, 6], "to be read, or answered"
        assert (await services.history.undo(EDITOR)).text == "set settings"
        assert (await services.settings.get(SERVER)).prefix == "!"
        assert (await services.history.undo(EDITOR)).text == "remove war"
        assert (await services.wars.page(SERVER)).total == 2
        added = await services.roster.add(EDITOR, "Nova")
        assert added.player_id == 4
        odd = [one for one in await Doctor(database, tmp_path).look() if one.kind != "pictures gone"]
        assert odd == []
        assert (await services.exporting.export(SERVER)).counts["wars"] == 2
