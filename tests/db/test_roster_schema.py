"""The rules of teams, status roles, notes and the log of what was touched, tried past the use cases."""

from __future__ import annotations

from typing import Any

import pytest

from db import changes, players, servers, teams, wars
from db.errors import RuleBrokenError, TakenError, rules
from db.migrate import load, migrate
from db.pool import Database
from mkw.ids import ChangeId, PlayerId, ServerId, UserId, WarId
from tests.database import TestServer
from tests.db.test_schema import HERE, PLAYED, THERE, add_player, add_war


@pytest.fixture
async def two_servers(database: Database) -> Database:
    async with database.transaction() as db:
        await servers.lock(db, server_id=HERE)
        await servers.lock(db, server_id=THERE)
    return database


async def add_change(db: Any, server_id: ServerId = HERE, **more: Any) -> ChangeId:
    values = {"verb": "edit", "entity": "war", "entity_id": 1, "text": "x", "before": {}, "after": {}, **more}
    return await changes.insert(
        db, server_id=server_id, at=PLAYED, actor_id=UserId(1), actor_name=values.pop("actor_name", "Robin"), **values
    )


async def test_a_player_cannot_be_in_a_team_of_another_server(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            player = await add_player(db, HERE, "Comet")
        team = await teams.insert(db, server_id=THERE, name="Blue", folded="blue", tag=None, colour=None)
        with pytest.raises(RuleBrokenError, match="not of this server"), rules():
            await db.execute("update players set team_id = $2 where player_id = $1", player, team)


async def test_a_team_name_is_taken_once_and_free_again_after_removal(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        first = await teams.insert(db, server_id=HERE, name="Blue", folded="blue", tag=None, colour=None)
        await teams.insert(db, server_id=THERE, name="Blue", folded="blue", tag=None, colour=None)
        with pytest.raises(TakenError, match="belongs to a team"), rules():
            await teams.insert(db, server_id=HERE, name="BLUE", folded="blue", tag=None, colour=None)
        await teams.update(
            db, server_id=HERE, team_id=first, name="Blue", folded="blue", tag=None, colour=None, removed_at=PLAYED
        )
        await teams.insert(db, server_id=HERE, name="BLUE", folded="blue", tag=None, colour=None)
        assert [team.name for team in await teams.all_of(db, server_id=HERE)] == ["BLUE"]


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ("insert into teams (server_id, name, folded) values (1, ' x', 'x')", "teams_name_tidy"),
        ("insert into teams (server_id, name, folded) values (1, 'x', '')", "teams_folded_visible"),
        ("insert into teams (server_id, name, folded, tag) values (1, 'x', 'x', '')", "teams_tag_tidy"),
        ("insert into teams (server_id, name, folded, colour) values (1, 'x', 'x', 'red')", "teams_colour_hex"),
        ("insert into status_roles values (1, 5, 'boss')", "status_roles_status_known"),
        ("update wars set note = ' x'", "wars_note_tidy"),
        ("update wars set note = repeat('x', 501)", "wars_note_tidy"),
    ],
)
async def test_what_must_not_be_is_refused_in_words(two_servers: Database, wrong: str, constraint: str) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            await add_war(db)
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(wrong)
        assert caught.value.constraint == constraint
        assert "a rule does not hold" not in str(caught.value)


@pytest.mark.parametrize("verb", ["undo", "redo"])
async def test_taking_back_is_never_taken_back_itself(two_servers: Database, verb: str) -> None:
    async with two_servers.acquire() as db:
        taking = await add_change(db, verb=verb)
        other = await add_change(db)
        with pytest.raises(RuleBrokenError), rules():
            await changes.mark(db, server_id=HERE, change_id=taking, undone_by=other)


async def test_lines_are_handed_over_only_by_whoever_has_them(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            comet, pixel = await add_player(db, HERE, "Comet"), await add_player(db, HERE, "Pixel")
            await add_war(db, player_id=comet)
        places = await wars.places_of_player(db, server_id=HERE, player_id=comet)
        assert places == ((WarId(1), 1, 1),)
        hand_over = wars.hand_over
        assert await hand_over(db, server_id=HERE, places=places, giver=pixel, taker=comet) == 0
        assert await hand_over(db, server_id=THERE, places=places, giver=comet, taker=pixel) == 0
        assert await hand_over(db, server_id=HERE, places=places, giver=comet, taker=pixel) == 1
        assert await wars.places_of_player(db, server_id=HERE, player_id=comet) == ()


async def test_the_log_of_one_thing_is_its_own_and_its_servers(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        for server_id, number in ((HERE, 1), (HERE, 2), (THERE, 1)):
            change = await add_change(db, server_id)
            await changes.touch(db, server_id=server_id, change_id=change, kind="war", numbers=[number, number])
        found = await changes.of_things(db, server_id=HERE, things=[("war", 1)], limit=9)
        assert len(found) == await changes.count_of_things(db, server_id=HERE, things=[("war", 1)]) == 1
        assert await changes.of_things(db, server_id=HERE, things=[("player", 1)], limit=9) == ()


async def test_letters_that_mean_something_to_a_pattern_are_letters(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        for text in ("a%b", "a_b", "a\\b", "axb"):
            await add_change(db, text=text)
        for text in ("a%b", "a_b", "a\\b"):
            found = await changes.newest(db, server_id=HERE, limit=9, text=text)
            assert [one.text for one in found] == [text]
            assert await changes.count(db, server_id=HERE, text=text) == 1


async def test_the_history_of_a_war_is_found_by_an_index_in_a_long_log(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        await db.execute(
            """
            insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
            select 1, now(), 1, 'Robin', 'edit', 'war', n, 'x', '{}', '{}' from generate_series(1, 20000) n
            """
        )
        await db.execute("insert into change_touches select 1, 'war', entity_id, change_id from changes")
        await db.execute("analyze")
        plan = await db.fetch(
            """
            explain select change_id from changes c where c.server_id = 1 and c.change_id in (
                select t.change_id from change_touches t
                join unnest(array['war'], array[77::bigint]) as x (kind, number)
                  on x.kind = t.kind and x.number = t.number
                where t.server_id = 1 and t.change_id > 0)
            order by c.change_id desc limit 10
            """
        )
    text = "\n".join(row[0] for row in plan)
    assert "change_touches_pkey" in text
    assert "Seq Scan" not in text


async def test_the_log_of_before_learns_what_it_touched(test_server: TestServer) -> None:
    every = load()
    async with test_server.fresh_database(empty=True) as database:
        await migrate(database, every[:2])
        async with database.transaction() as db:
            await servers.lock(db, server_id=HERE)
            await db.execute(  # as it was written then
                """
                insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
                values ($1, now(), 1, 'Robin', 'edit', 'war', 1, 'x', '{"war:1": null, "upload:7": {}}',
                        '{"war:1": {}, "upload:7": {}}'),
                       ($1, now(), 1, 'Robin', 'undo', 'war', 1, 'x', '{}', '{"settings:0": {}}')
                """,
                HERE,
            )
        await migrate(database)
        async with database.acquire() as db:
            rows = await db.fetch("select kind, number from change_touches order by change_id, kind")
    assert [tuple(row) for row in rows] == [("upload", 7), ("war", 1), ("settings", 0)]


async def test_a_players_id_comes_back_with_them(two_servers: Database) -> None:
    async with two_servers.acquire() as db, db.transaction():
        player: PlayerId = await add_player(db, HERE, "Comet")
        assert await players.delete_if_unused(db, server_id=HERE, player_id=player)
        await players.insert_again(db, server_id=HERE, player_id=player, name="Comet", status="ally")
        await players.add_spelling(db, server_id=HERE, player_id=player, spelling="Comet", folded="comet")
        row = await players.get(db, server_id=HERE, player_id=player)
        assert row is not None
        assert (row.status, row.team_id) == ("ally", None)
