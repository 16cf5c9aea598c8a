"""A database that 0.1.0 filled, brought up to date: nothing of it changes, and all of it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.services.drafts import UploadState
from bot.services.house import build_services
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
