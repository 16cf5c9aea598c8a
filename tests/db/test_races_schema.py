"""The rules of races and of joined uploads, tried past the use cases."""

from __future__ import annotations

from typing import Any

import pytest

from db import races, servers, uploads, wars
from db.errors import RuleBrokenError, TakenError, rules
from db.pool import Database
from db.races import RaceRow, ResultRow
from mkw.ids import TrackId, WarId
from tests.db.test_schema import HERE, THERE, add_war

WAR = WarId(1)


@pytest.fixture
async def kept(database: Database) -> Database:
    """A war with two lines on either server."""
    async with database.transaction() as db:
        for server_id in (HERE, THERE):
            await servers.lock(db, server_id=server_id)
            await add_war(db, server_id=server_id)
            await db.execute("insert into war_lines values ($1, 1, 1, 2, null, 'Pixel', 80, 12, 0)", server_id)
    return database


async def keep(db: Any, *results: ResultRow, race: int = 1, upload_id: int | None = None) -> None:
    async with db.transaction():
        await races.insert(
            db,
            server_id=HERE,
            war_id=WAR,
            races=[RaceRow(race, upload_id, restarted=False)],  # type: ignore[arg-type]
            results=results,
        )


async def test_races_come_back_as_they_were_kept(kept: Database) -> None:
    async with kept.acquire() as db:
        await keep(db, ResultRow(2, 1, 1, 3, 10), ResultRow(2, 1, 2, None, None), race=2)
        await keep(db, ResultRow(1, 1, 1, 2, 12), ResultRow(1, 1, 2, 1, 15))
        assert [race.race for race in await races.of_war(db, server_id=HERE, war_id=WAR)] == [1, 2]
        found = await races.results(db, server_id=HERE, war_id=WAR)
        assert [(one.race, one.position, one.place, one.points) for one in found] == [
            (1, 2, 1, 15), (1, 1, 2, 12), (2, 1, 3, 10), (2, 2, None, None),
        ]  # fmt: skip
        assert await races.of_war(db, server_id=THERE, war_id=WAR) == ()


@pytest.mark.parametrize(
    ("results", "constraint"),
    [
        ((ResultRow(1, 1, 1, 0, 5),), "race_results_place_possible"),
        ((ResultRow(1, 1, 1, 25, 5),), "race_results_place_possible"),
        ((ResultRow(1, 1, 1, 1, 16),), "race_results_points_possible"),
        ((ResultRow(1, 1, 1, 1, -1),), "race_results_points_possible"),
        ((ResultRow(1, 1, 1, 1, 15), ResultRow(1, 1, 1, 2, 12)), "race_results_line_once"),
        ((ResultRow(1, 1, 1, 1, 15), ResultRow(1, 1, None, 1, 15)), "race_results_place_once"),
        ((ResultRow(1, 1, None, 1, 15), ResultRow(1, 2, None, 1, 15)), "race_results_place_once"),
        ((ResultRow(1, 1, None, None, 15),), "race_results_line_or_place"),
        ((ResultRow(1, 7, None, 1, 15),), "race_results_side_fkey"),
        ((ResultRow(1, 1, 1, 1, 15), ResultRow(1, 1, 2, 1, 15)), "race_results_place_once"),
        ((ResultRow(1, 1, 7, 1, 15),), "race_results_line_fkey"),
        ((ResultRow(3, 1, 1, 1, 15),), "race_results_race_fkey"),
    ],
)
async def test_an_impossible_result_is_refused(kept: Database, results: tuple[ResultRow, ...], constraint: str) -> None:
    async with kept.acquire() as db:
        with pytest.raises(RuleBrokenError) as caught, rules():
            await keep(db, *results)
        assert caught.value.constraint == constraint
        assert await races.of_war(db, server_id=HERE, war_id=WAR) == ()


async def test_two_of_unknown_place_may_stand_in_one_race(kept: Database) -> None:
    async with kept.acquire() as db:
        await keep(db, ResultRow(1, 1, 1, None, 5), ResultRow(1, 1, 2, None, 5))
        assert len(await races.results(db, server_id=HERE, war_id=WAR)) == 2


async def test_places_nobody_is_known_to_have_taken_stand_beside_those_of_lines(kept: Database) -> None:
    async with kept.acquire() as db:
        mine = [ResultRow(1, 1, 1, 4, 9), ResultRow(1, 1, None, 1, 15), ResultRow(1, 1, None, 2, None)]
        await keep(db, *mine, ResultRow(1, 2, None, 3, 10))
        found = await races.results(db, server_id=HERE, war_id=WAR)
        assert [(one.place, one.side, one.position) for one in found] == [
            (1, 1, None),
            (2, 1, None),
            (3, 2, None),
            (4, 1, 1),
        ]


async def test_tracks_are_set_all_at_once(kept: Database) -> None:
    async with kept.acquire() as db:
        await races.insert(
            db,
            server_id=HERE,
            war_id=WAR,
            races=[RaceRow(1, None, restarted=False, track=TrackId("rDKP")), RaceRow(2, None, restarted=True)],
            results=(),
        )
        await races.set_tracks(db, server_id=THERE, war_id=WAR, tracks={1: TrackId("CC")})
        assert [race.track for race in await races.of_war(db, server_id=HERE, war_id=WAR)] == ["rDKP", None]
        await races.set_tracks(db, server_id=HERE, war_id=WAR, tracks={2: TrackId("BCi")})
        assert [race.track for race in await races.of_war(db, server_id=HERE, war_id=WAR)] == [None, "BCi"]


@pytest.mark.parametrize("track", ["", "rDKPxx", "r DK", "ΣΣ", "R1"])
async def test_a_track_is_a_few_letters(kept: Database, track: str) -> None:
    async with kept.acquire() as db:
        with pytest.raises(RuleBrokenError, match="abbreviation"), rules():
            await db.execute(
                "insert into races (server_id, war_id, race, track) values ($1, $2, 1, $3)", HERE, WAR, track
            )


@pytest.mark.parametrize("number", [0, 49])
async def test_a_race_has_a_number_a_war_can_have(kept: Database, number: int) -> None:
    async with kept.acquire() as db:
        with pytest.raises(RuleBrokenError, match="races 1 to 48"), rules():
            await keep(db, race=number)


async def picture(db: Any, number: int, *, server_id: int = HERE, state: str = "review", draft: str = "{}") -> int:
    upload_id: int = await db.fetchval(
        """
        insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id, uploader_name,
                             sha256, path, sent_at, state, draft)
        values ($1, 'picture', 5, $2, $2, 8, 'Robin', repeat('a', 64), 'pictures/aa/x', now(), $3, $4)
        returning upload_id
        """,
        server_id,
        number,
        state,
        draft,
    )
    return upload_id


JOINED = "update uploads set state = 'joined', joined_into = {0}, decided_at = now(), decided_by = 1, {1}"


async def test_an_upload_is_joined_to_another_of_its_server(kept: Database) -> None:
    async with kept.acquire() as db:
        first, second, foreign = [await picture(db, 1), await picture(db, 2), await picture(db, 3, server_id=THERE)]
        named = f"decided_by_name = 'Robin' where upload_id = {second}"
        for wrong, constraint in (
            (JOINED.format(foreign, named), "uploads_joined_fkey"),
            (JOINED.format(second, named), "uploads_joined_to_another"),
            (JOINED.format(first, f"draft = null, {named}"), "uploads_review_has_draft"),
            (JOINED.format("null", named), "uploads_joined_somewhere"),
            (f"update uploads set joined_into = {first} where upload_id = {second}", "uploads_joined_somewhere"),
            ("update uploads set own_draft = '{}', state = 'received', draft = null", "uploads_own_draft_beside_one"),
        ):
            with pytest.raises(RuleBrokenError) as caught, rules():
                await db.execute(wrong)
            assert caught.value.constraint == constraint
        await db.execute(JOINED.format(first, named))
        (joined,) = await uploads.joined_to(db, server_id=HERE, upload_id=first)  # type: ignore[arg-type]
        assert joined.upload_id == second


async def test_a_channel_collects_one_war_at_a_time(kept: Database) -> None:
    async with kept.acquire() as db:
        await picture(db, 1, draft='{"running": true}')
        await picture(db, 2, draft='{"running": false}')
        await picture(db, 3, server_id=THERE, draft='{"running": true}')
        with pytest.raises(TakenError, match="collects a war race by race already"), rules():
            await picture(db, 4, draft='{"running": true}')


async def test_a_picture_is_a_race_of_a_war_once(kept: Database) -> None:
    async with kept.acquire() as db:
        upload_id = await picture(db, 1)
        foreign = await picture(db, 2, server_id=THERE)
        await keep(db, upload_id=upload_id)
        with pytest.raises(TakenError, match="is a race of this war already"), rules():
            await keep(db, race=2, upload_id=upload_id)
        with pytest.raises(RuleBrokenError, match="not of this server"), rules():
            await keep(db, race=2, upload_id=foreign)


async def test_the_same_picture_is_found_through_an_index(kept: Database) -> None:
    async with kept.acquire() as db:
        await db.execute("set enable_seqscan = off")
        rows = await db.fetch(
            """
            explain select war_id from uploads
            where server_id = 1 and sha256 = repeat('a', 64) and state in ('saved', 'joined')
            """
        )
        await db.execute("reset enable_seqscan")
    assert "uploads_same_picture" in "\n".join(row[0] for row in rows)
    async with kept.acquire() as db:
        assert await wars.count(db, server_id=HERE) == 1
