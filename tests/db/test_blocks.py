"""Only wars that were changed are read again, and what comes of it is what reading all of them would give."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

from db import statistics, wars
from db.columns import packed
from db.pool import Database
from mkw.ids import ChangeId, ServerId, WarId
from mkw.race_record import build_races, with_races
from tests.db.test_schema import plan


@pytest.fixture(autouse=True)
def by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are two blocks, of which one is few enough to be read alone."""
    monkeypatch.setattr(statistics, "_FEW", 0.5)


@pytest.mark.parametrize(
    ("query", "arguments", "index"),
    [
        (packed(statistics.SOME_WARS, statistics.WAR_NAMES), (7, [1]), "wars_pkey"),
        (packed(statistics.SOME_LINES, statistics.LINE_NAMES), (7, [1]), "war_lines_pkey"),
    ],
)
async def test_blocks_of_wars_come_from_indexes(
    years_of_wars: Database, query: str, arguments: tuple[object, ...], index: str
) -> None:
    text = await plan(years_of_wars, query, *arguments)
    assert index in text
    assert "Seq Scan" not in text


CHANGES = """
update wars r set removed_at = case when removed_at is null then now() end where
update wars r set played_at = played_at + interval '40 days', our_side = 3 - our_side where
update war_sides r set total = total + side, penalty = 20 - penalty where
update war_sides r set tag = case when tag is null then 'T' || war_id % 9 when side = 2 then lower(tag) end where
update war_lines r set player_id = 701 + (war_id + 7) % 10 where side = 1 and position = 4 and
update war_lines r set player_id = null, score = score + position where position = 2 and
delete from war_lines r where position = 3 and
delete from races r where race % 3 = 0 and
update races r set track = 'CC' where race < 5 and
update race_results r set place = 13 - place, points = 3 where position = 2 and
delete from wars r where
""".strip().splitlines()  # one war's


def same(one: object, other: object) -> bool:
    """To the last digit, array by array."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)  # type: ignore[arg-type]
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one))
    return one == other


async def test_what_is_read_again_is_what_was_changed_and_comes_to_the_same(years_of_wars: Database) -> None:
    """Whatever is changed in between: put together from blocks read at other times, or read at once."""
    here, rng = ServerId(7), random.Random(1)
    async with years_of_wars.acquire() as db:
        await db.execute("insert into races select server_id, war_id + 280, race, null, false, track from races")
        await db.execute(
            "insert into race_results (server_id, war_id, race, side, position, place) "
            "select server_id, war_id + 280, race, 2, position, place from race_results"
        )
        wars_, races_ = await statistics.load_wars(db, server_id=here), await statistics.load_races(db, server_id=here)
        assert await statistics.load_wars(db, server_id=here, before=wars_) is wars_
        record = wars_.build()
        raced, states = build_races(record, races_.races, races_.results), races_.states
        pieces = 0
        for step in range(1, 41):
            for change in rng.sample(CHANGES, rng.choice((1, 1, 3))):
                war_id = WarId(rng.choice((rng.randint(1, 20), rng.randint(281, 300))))
                await db.execute(f"{change} server_id = 7 and war_id = $1", war_id)
                await wars.set_revision(db, server_id=here, war_ids=[war_id], revision=ChangeId(step))
            wars_ = await statistics.load_wars(db, server_id=here, before=wars_)
            record, whole = wars_.build(), await statistics.load_record(db, server_id=here)
            assert same(record, whole), step
            more = await statistics.load_races(db, server_id=here, before=states)
            read = build_races(record, more.races, more.results)
            kept = more.states.kept(states, raced.wars.number)
            raced = read if more.whole else with_races(raced, kept, read)
            pieces += not more.whole
            states = more.states
            fresh = await statistics.load_races(db, server_id=here)
            assert same(raced, build_races(whole, fresh.races, fresh.results)), step
        assert len(raced)
        assert pieces > 20
        assert len(record.wars)


async def test_only_blocks_that_were_touched_are_read_again(years_of_wars: Database) -> None:
    here = ServerId(7)
    async with years_of_wars.acquire() as db:
        first = await statistics.load_wars(db, server_id=here)
        raced = await statistics.load_races(db, server_id=here, before=first.states)
        assert (len(raced.races["war_id"]), len(raced.results["war_id"])) == (0, 0)
        # Past the log nothing is noticed: the block stands as it stood.
        await db.execute("update war_sides set total = 1 where server_id = 7 and war_id in (3, 300)")
        assert await statistics.load_wars(db, server_id=here, before=first) is first
        await wars.set_revision(db, server_id=here, war_ids=[WarId(300)], revision=ChangeId(1))
        again = await statistics.load_wars(db, server_id=here, before=first)
        assert again.states.stale(first.states) == [1]
        assert sorted(again.build().wars.own[again.build().wars.own == 1]) == [1]
        assert not len((await statistics.load_races(db, server_id=here, before=first.states)).races["war_id"])
        await wars.set_revision(db, server_id=here, war_ids=[WarId(3)], revision=ChangeId(2))
        assert len((await statistics.load_races(db, server_id=here, before=first.states)).races["war_id"]) == 240
        # A record brought in again has the same numbers, and other players.
        await db.execute("delete from war_lines where server_id = 7 and player_id = 701")
        await db.execute("delete from players where server_id = 7 and player_id = 701")
        assert (await statistics.load_wars(db, server_id=here, before=again)).states.stale(again.states) in (
            [0, 1],
            [1, 0],
        )
        await db.execute("delete from wars where server_id = 7")
        assert not len((await statistics.load_wars(db, server_id=here, before=again)).build().wars)
