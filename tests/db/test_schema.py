"""The schema's own rules, tried past the use cases: nothing points across servers, nothing wrong is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import numpy as np
import pytest

from db import errors, players, races, servers, statistics, wars
from db.columns import packed
from db.errors import RuleBrokenError, TakenError, rules
from db.executor import from_jsonb, to_jsonb
from db.pool import Database
from db.races import RaceRow, ResultRow
from db.wars import LineRow, SideRow
from mkw.ids import PlayerId, ServerId, TrackId, WarId
from mkw.race_record import Races, build_races
from mkw.races import by_track
from mkw.record import NOBODY, Record
from mkw.tracks import BY_ID

if TYPE_CHECKING:
    from db.pool import Connection

HERE, THERE = ServerId(1), ServerId(2)
PLAYED = datetime(2026, 3, 1, tzinfo=UTC)


async def add_player(db: Any, server_id: ServerId, name: str) -> PlayerId:
    return await players.insert(db, server_id=server_id, name=name, folded=name.casefold(), status="member")


async def add_war(
    db: Any,
    *,
    server_id: ServerId = HERE,
    war_id: int = 1,
    our_side: int = 1,
    player_id: PlayerId | None = None,
    **line: Any,
) -> None:
    war = WarId(war_id)
    values: dict[str, Any] = {"drawn_name": "Comet", "score": 90, "races": 12, "penalty": 0, **line}
    await wars.insert(
        db,
        server_id=server_id,
        war_id=war,
        played_at=PLAYED,
        layout="table",
        races=12,
        our_side=our_side,
        title=None,
        source="picture",
        sides=[SideRow(war, 1, "DX", 90, 0), SideRow(war, 2, "CB", 80, 0)],
        lines=[LineRow(war, 1, 1, player_id, None, **values)],
    )


@pytest.fixture
async def two_servers(database: Database) -> AsyncIterator[Database]:
    async with database.transaction() as db:
        await servers.lock(db, server_id=HERE)
        await servers.lock(db, server_id=THERE)
    return database


async def test_a_line_cannot_name_a_player_of_another_server(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            foreign = await add_player(db, THERE, "Comet")
        with pytest.raises(RuleBrokenError, match="not of this server"), rules():
            async with db.transaction():
                await add_war(db, player_id=foreign)


async def test_no_row_points_across_servers(two_servers: Database) -> None:
    """Every foreign key begins with server_id on both ends, so there is no key a row could cross by."""
    async with two_servers.acquire() as db:
        keys = await db.fetch(
            """
            select c.conrelid::regclass::text as source, a.attname as first, b.attname as first_there
            from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1]
            where c.contype = 'f' and c.connamespace = 'public'::regnamespace
            """
        )
        primary = await db.fetch(
            """
            select c.conrelid::regclass::text as source, a.attname as first
            from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.contype in ('p', 'u') and c.connamespace = 'public'::regnamespace
              and c.conrelid <> 'schema_migrations'::regclass
            """
        )
    assert len(keys) >= 12
    assert {(key["first"], key["first_there"]) for key in keys} == {("server_id", "server_id")}
    assert {key["first"] for key in primary} == {"server_id"}


@pytest.mark.parametrize(
    ("line", "constraint"),
    [
        ({"score": 181}, "war_lines_score_possible"),
        ({"score": -1}, "war_lines_score_possible"),
        ({"score": 90, "races": 5}, "war_lines_score_possible"),
        ({"races": 0}, "war_lines_races_possible"),
        ({"races": 49}, "war_lines_races_possible"),
        ({"penalty": 1001}, "war_lines_penalty_possible"),
        ({"drawn_name": " Comet"}, "war_lines_name_tidy"),
        ({"drawn_name": ""}, "war_lines_name_tidy"),
        ({"drawn_name": "x" * 201}, "war_lines_name_tidy"),
    ],
)
async def test_an_impossible_line_is_refused(two_servers: Database, line: dict[str, Any], constraint: str) -> None:
    async with two_servers.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            async with db.transaction():
                await add_war(db, **line)
        assert caught.value.constraint == constraint
        assert await wars.count(db, server_id=HERE) == 0


async def test_exactly_one_side_is_ours(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        with pytest.raises(RuleBrokenError, match="Exactly one side"), rules():
            async with db.transaction():
                await add_war(db, our_side=3)
        async with db.transaction():
            await add_war(db, our_side=2)
        assert int((await statistics.load_record(db, server_id=HERE)).wars.own[0]) == 80


async def test_a_player_stands_once_in_a_war(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            player_id = await add_player(db, HERE, "Comet")
            await add_war(db, player_id=player_id)
        with pytest.raises(TakenError), rules():
            await db.execute(
                "insert into war_lines values ($1, 1, 1, 2, $2, 'Comet again', 10, 12, 0)", HERE, player_id
            )


async def test_a_spelling_has_one_owner_a_server(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            await add_player(db, HERE, "Comet")
            other = await add_player(db, HERE, "Pixel")
            await add_player(db, THERE, "Comet")
        with pytest.raises(TakenError, match="belongs to a player"), rules():
            await players.add_spelling(db, server_id=HERE, player_id=other, spelling="COMET", folded="comet")


async def test_a_name_is_always_one_of_the_spellings(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            await add_player(db, HERE, "Comet")
        with pytest.raises(RuleBrokenError, match="one of their spellings"), rules():
            async with db.transaction():
                await db.execute("update players set name = 'Pixel'")


@pytest.mark.parametrize(
    "wrong",
    [
        "update uploads set state = 'saved'",
        "update uploads set state = 'review'",
        "update uploads set state = 'failed'",
        "update uploads set state = 'lost'",
        "update uploads set state = 'discarded', draft = '{}'",
        "update uploads set decided_by = 5",
        "update uploads set war_id = 1",
        "update uploads set sha256 = null",
        "update uploads set war_id = 1, state = 'saved', draft = '{}', decided_at = now(), decided_by = 1",
    ],
)
async def test_an_upload_is_always_whole(two_servers: Database, wrong: str) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            await add_war(db)
        await db.execute(
            """
            insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                                 sha256, path, sent_at)
            values (1, 'picture', 5, 6, 7, 8, 'Robin', repeat('a', 64), 'pictures/aa/x', now())
            """
        )
        with pytest.raises(RuleBrokenError), rules():
            await db.execute(wrong)


async def test_an_upload_cannot_take_the_war_of_another_server(two_servers: Database) -> None:
    async with two_servers.acquire() as db:
        async with db.transaction():
            await add_war(db, server_id=THERE)
        with pytest.raises(RuleBrokenError) as caught, rules():
            await db.execute(
                """
                insert into uploads (server_id, source, channel_id, message_id, uploader_id, uploader_name, sent_at,
                                     state, draft, war_id, decided_by, decided_by_name, decided_at)
                values (1, 'typed', 5, 6, 8, 'Robin', now(), 'saved', '{}', 1, 8, 'Robin', now())
                """
            )
        assert caught.value.constraint == "uploads_war_fkey"


async def test_every_named_rule_exists(database: Database) -> None:
    """A renamed constraint must not leave its sentence behind."""
    async with database.acquire() as db:
        rows = await db.fetch(
            """
            select conname as name from pg_constraint where connamespace = 'public'::regnamespace
            union select indexname from pg_indexes where schemaname = 'public'
            """
        )
    assert {*errors._TAKEN, *errors._BROKEN} <= {row["name"] for row in rows}


async def plan(database: Database, query: str, *arguments: object) -> str:
    async with database.acquire() as db:
        return "\n".join(row[0] for row in await db.fetch(f"explain {query}", *arguments))


@pytest.mark.parametrize(
    ("query", "arguments", "index"),
    [
        (packed(statistics.WARS, statistics.WAR_NAMES), (7,), "wars_newest"),
        (packed(statistics.SIDES, statistics.SIDE_NAMES), (7,), "war_sides_of_record"),
        (packed(statistics.LINES, statistics.LINE_NAMES), (7,), "war_lines_one_per_player"),
        (statistics.TAGS, (7,), "war_sides_of_record"),
        (packed(statistics.SOME_SIDES, statistics.SIDE_NAMES), (7, [1]), "war_sides_of_record"),
        (statistics.SOME_TAGS, (7, [1]), "war_sides_of_record"),
        (packed(statistics.RACES, statistics.RACE_NAMES), (7,), "races_of_record"),
        (packed(statistics.SOME_RACES, statistics.RACE_NAMES), (7, [0, 1]), "races_of_record"),
        (packed(statistics.RESULTS, statistics.RESULT_NAMES, ready=True), (7,), "race_results_of_record"),
        (packed(statistics.SOME_RESULTS, statistics.RESULT_NAMES, ready=True), (7, [0]), "race_results_of_record"),
        (statistics.TOTALS, (7, [703, 704], 12), "war_lines_one_per_player"),
    ],
)
async def test_statistics_read_indexes_alone(
    years_of_wars: Database, query: str, arguments: tuple[object, ...], index: str
) -> None:
    text = await plan(years_of_wars, query, *arguments)
    assert index in text
    assert "Seq Scan" not in text
    if query is not statistics.TOTALS:
        assert f"Index Only Scan using {index}" in text


async def test_a_record_is_the_servers_own(years_of_wars: Database) -> None:
    async with years_of_wars.acquire() as db:
        found = await statistics.load_record(db, server_id=ServerId(7))
        totals = await statistics.totals(db, server_id=ServerId(7), player_ids=[PlayerId(703)], without=WarId(400))
    assert (len(found.wars), len(found.lines.war), len(found.foes.war)) == (400, 2400, 400)
    played = found.of(PlayerId(703))
    assert len(played) == 240  # six of ten players in each of 400 wars
    assert totals[PlayerId(703)][:2] == (int(played.score.sum()), int(played.races.sum()))
    assert found.wars.number[0] == 400


async def raced_of(db: Connection, server_id: ServerId, record: Record) -> Races:
    sent = await statistics.load_races(db, server_id=server_id)
    return build_races(record, sent.races, sent.results)


async def test_races_are_the_servers_own_and_their_players_are_found_by_their_lines(years_of_wars: Database) -> None:
    async with years_of_wars.acquire() as db:
        record = await statistics.load_record(db, server_id=ServerId(7))
        found = await raced_of(db, ServerId(7), record)
        await db.execute("delete from races where server_id = 8")
        assert not len((await statistics.load_races(db, server_id=ServerId(8))).races["race"])
    assert (len(found), len(found.results.race)) == (240, 1440)
    assert {one.track.track_id: one.races for one in by_track(found)} == {"rDKP": 120}
    assert set(found.differential.tolist()) == {2 * (15 + 10 + 8 + 6 + 4 + 2) - 82}
    war = found.war_id(0)
    mine = found.results.take(found.results.race == 0, np.zeros(len(found), np.int64))
    players = [7 * 100 + (war + p) % 10 + 1 for p in range(1, 6)]
    assert sorted(zip(mine.place.tolist(), mine.player.tolist(), strict=True)) == [
        *zip((1, 3, 5, 7, 9), players, strict=True), (11, NOBODY),
    ]  # fmt: skip


async def test_the_newest_wars_come_from_an_index(years_of_wars: Database) -> None:
    text = await plan(years_of_wars, wars.NEWEST, 7, 10, 0)
    assert "wars_newest" in text
    assert "Sort" not in text
    assert "Seq Scan on wars" not in text


async def test_wars_of_a_page_come_from_indexes(years_of_wars: Database) -> None:
    async with years_of_wars.acquire() as db:
        rows = await wars.newest(db, server_id=ServerId(7), limit=10)
        assert [row.war_id for row in rows] == list(range(400, 390, -1))
        lines = await wars.lines(db, server_id=ServerId(7), war_ids=[row.war_id for row in rows])
    assert len(lines) == 120


def test_text_that_postgresql_cannot_hold() -> None:
    value = {"name": "a\x00b\ud800c", "path": "C:\\u0000", "tail": "\\\x00"}
    assert from_jsonb(to_jsonb(value)) == {"name": "abc", "path": "C:\\u0000", "tail": "\\"}


async def test_jsonb_takes_what_is_left(database: Database) -> None:
    async with database.acquire() as db:
        text = await db.fetchval("select $1::jsonb", to_jsonb({"a": "\\u0000 \x00 é"}))
    assert from_jsonb(text) == {"a": "\\u0000  é"}


async def test_other_errors_pass_through(database: Database) -> None:
    async with database.acquire() as db:
        with pytest.raises(asyncpg.UndefinedTableError), rules():
            await db.execute("select 1 from nowhere")


async def test_the_largest_numbers_the_schema_takes_are_read_back(two_servers: Database) -> None:
    """Several numbers travel as one: none may run over into its neighbour."""
    async with two_servers.acquire() as db:
        async with db.transaction():
            player_id = await add_player(db, HERE, "Comet")
            war = WarId(2**31 - 1)
            await wars.insert(
                db, server_id=HERE, war_id=war, played_at=PLAYED, layout="table", races=48, our_side=24, title=None,
                source="picture",
                sides=[SideRow(war, 24, "DX", 48 * 15 * 24, -1000), SideRow(war, 1, None, 0, 1000)],
                lines=[LineRow(war, 24, 48, player_id, None, "Comet", 720, 48, 0)],
            )  # fmt: skip
            await races.insert(
                db, server_id=HERE, war_id=war, races=[RaceRow(48, None, restarted=False, track=TrackId("RR"))],
                results=[ResultRow(48, 24, 48, 24, 15), ResultRow(48, 1, None, 1, None)],
            )  # fmt: skip
        found = await statistics.load_record(db, server_id=HERE)
        raced = await raced_of(db, HERE, found)
    kept, line = found.wars, found.lines
    assert (raced.war_id(0), int(raced.number[0]), raced.track_of(0)) == (war, 48, BY_ID[TrackId("RR")])
    result = raced.results
    assert (result.player.tolist(), result.place.tolist(), result.points.tolist()) == ([player_id], [24], [15])
    assert int(line.position[0]) == 48
    assert (kept.war_id(0), kept.when(0), int(kept.races[0])) == (war, PLAYED, 48)
    assert (int(kept.own[0]), int(kept.own_penalty[0]), int(kept.theirs[0])) == (17280, -1000, 0)
    assert (int(kept.theirs_penalty[0]), kept.tag(0), kept.clans) == (1000, None, ("DX",))
    assert (int(line.player[0]), int(line.score[0]), int(line.races[0])) == (player_id, 720, 48)
