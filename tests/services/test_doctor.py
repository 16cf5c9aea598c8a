"""A record that people lived with has nothing odd; everything that was broken past the bot is found."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from pathlib import Path

import pytest

from bot.services.doctor import YOUNG, Doctor
from db.pool import Database
from tests.services.conftest import SERVER, Clan
from tests.services.histories import live


@pytest.fixture
async def lived(clan: Clan) -> Clan:
    await live(clan, random.Random(3), steps=25)
    return clan


@pytest.fixture
def doctor(clan: Clan, database: Database) -> Doctor:
    return Doctor(database, clan.data_dir)


async def kinds(doctor: Doctor, *, deep: bool = False) -> dict[str, str]:
    """The first finding of every kind."""
    return {one.kind: one.text for one in reversed(await doctor.look(deep=deep))}


@pytest.mark.parametrize("seed", range(4))
async def test_a_life_leaves_nothing_odd(clan: Clan, doctor: Doctor, seed: int) -> None:
    await live(clan, random.Random(seed), steps=30)
    assert await doctor.look(deep=True) == ()


async def test_nothing_is_odd_while_pictures_come_in(clan: Clan, doctor: Doctor) -> None:
    async def busy() -> None:
        while True:
            await clan.upload()

    await clan.players()
    going = asyncio.create_task(busy())
    await asyncio.sleep(0.1)
    for _ in range(5):
        assert await doctor.look(deep=True) == ()
    going.cancel()
    assert await doctor.mend(await doctor.look()) == ()


BROKEN = {
    "sides": "update war_sides set total = total + 1 where war_id = (select max(war_id) from war_lines)",
    "races": "update war_lines set races = 40, score = least(score, 600)",
    "numbers": "update servers set last_war_id = 1",
    "unread": "insert into uploads (server_id, source, channel_id, message_id, attachment_id, uploader_id,"
    " uploader_name, sha256, path, sent_at, received_at) values (100, 'picture', 11, 1, 1, 1, 'Robin', repeat('0', 64),"
    " 'pictures/x', now(), now() - interval '2 hours')",
    "log": "update changes set after = after - 'war:1'",
    "counters": "select setval(pg_get_serial_sequence('uploads', 'upload_id'), 1)",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_was_broken_in_the_records_is_found(
    lived: Clan, doctor: Doctor, database: Database, kind: str
) -> None:
    async with database.transaction() as db:
        await db.execute(BROKEN[kind])
    assert kind in await kinds(doctor)
    found = await doctor.look()
    assert await doctor.look() == found, "looking changes nothing"


async def test_counters_are_set_on_and_never_back(lived: Clan, doctor: Doctor, database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(BROKEN["counters"])
    found = await doctor.look()
    review = await lived.services.wars.page(SERVER)
    assert await doctor.mend(found) == found
    assert await doctor.look() == ()
    uploaded = await lived.upload()
    assert uploaded.upload_id > review.total
    await doctor.mend(found)  # once more, with what it found before
    assert await doctor.look() == ()


def aged(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    old = time.time() - 2 * YOUNG
    os.utime(path, (old, old))
    return path


async def test_files(lived: Clan, doctor: Doctor) -> None:
    here = lived.data_dir
    pictures = sorted((here / "pictures").glob("??/*"))
    lost, broken = pictures[:2]
    lost.unlink()
    broken.write_bytes(b"half")
    nobodys = aged(here / "pictures" / "ff" / ("f" * 64), b"somebody's once")
    aged(here / "pictures" / "ee" / ("e" * 64))
    (here / "pictures" / "dd").mkdir(exist_ok=True)
    young = here / "pictures" / "dd" / ("d" * 64)
    young.write_bytes(b"its row comes in a moment")
    note = {"server_id": SERVER, "message_id": 7, "attachment_id": 8, "sha256": "e" * 64}
    aged(here / "spool" / "7-8.json", json.dumps(note).encode())
    taken = aged(
        here / "spool" / "5000-105000.json", json.dumps({**note, "message_id": 5000, "attachment_id": 105_000}).encode()
    )
    aged(here / "spool" / "9-9.bad")
    half = aged(here / "pictures" / "ff" / ".new-abc")
    os.utime(aged(here / "cases" / "1-2" / "picture.png").parent, (0, 0))
    found = await doctor.look(deep=True)
    assert {one.kind for one in found} == {
        "pictures gone", "pictures broken", "pictures of nobody", "left over", "spool", "spool, taken in",
        "spool, put aside", "cases",
    }  # fmt: skip
    assert [one.path for one in found if one.kind == "pictures of nobody"] == [nobodys]
    assert "pictures broken" not in await kinds(doctor), "reading every picture is asked for"
    done = await doctor.mend(found)
    assert {one.path for one in done} == {nobodys, half, taken}
    assert (here / "set-aside" / nobodys.name).read_bytes() == b"somebody's once"
    assert not any(path.exists() for path in (nobodys, half, taken))
    assert young.exists()
    assert await doctor.mend(found) == (), "what is gone meanwhile is left"
