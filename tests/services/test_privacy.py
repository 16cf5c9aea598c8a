"""What is known about one person: all of it for them, none of it once they are forgotten, and the record as it was."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from bot.services.actors import Actor
from bot.services.errors import Conflict, NotFound
from bot.services.sign_ups import Answer
from db.pool import Database
from mkw.ids import ChannelId, MessageId, UserId
from tests.services.conftest import EDITOR, OTHER_SERVER, SECOND, SERVER, STRANGER, Clan
from tests.services.histories import everything_said, live
from tests.services.test_export import exported
from tests.services.test_people import ids
from tests.services.test_war_edits import kept

DANA = Actor(SERVER, UserId(987_654_321_012_345_678), "Dana the Unmistakable")
WATCHER = Actor(SERVER, UserId(4), "Kim")


async def known_person(clan: Clan) -> None:
    """Dana posts a war, saves it, is linked twice, corrects something, and stops a bulk scan."""
    await kept(clan)
    services = clan.services
    comet, pixel = await ids(clan, "Comet", "Pixel")
    await services.links.link(EDITOR, comet, DANA.user_id)
    await services.links.unlink(EDITOR, comet)
    await services.links.link(DANA, pixel, DANA.user_id)
    await services.roster.add_alias(DANA, pixel, "Pixie")
    review = await clan.upload()
    async with clan.services.privacy._records.database.transaction() as db:
        await db.execute(
            "update uploads set uploader_id = $1, uploader_name = $2 where upload_id = $3",
            DANA.user_id, DANA.name, review.upload_id,
        )  # fmt: skip
    await services.reviews.save(DANA, review.upload_id, despite_duplicate=True)
    scan = await services.bulk.start(EDITOR, ChannelId(2), answer_channel_id=ChannelId(12), before=MessageId(99))
    await services.bulk.end(*scan.key, stopped_by=DANA)


async def mydata(clan: Clan, actor: Actor = DANA) -> dict[str, Any]:
    _, data = await clan.services.privacy.data(actor.server_id, actor.user_id)
    with data as file:
        found: dict[str, Any] = json.load(file)
        return found


async def everything_stored(database: Database) -> str:
    """Every row of every table, as text."""
    async with database.acquire() as db:
        names = [row[0] for row in await db.fetch("select tablename from pg_tables where schemaname = 'public'")]
        rows = [await db.fetch(f"select t::text from {name} t") for name in names]
    return "\n".join(row[0] for table in rows for row in table)


async def test_all_that_is_kept_about_somebody_is_shown_to_them(clan: Clan) -> None:
    await known_person(clan)
    data = await mydata(clan)
    (player,) = data["players"]
    assert (player["name"], player["aliases"], [one["war"] for one in player["lines"]]) == ("Pixel", ["Pixie"], [1, 2])
    assert [one["score"] for one in player["lines"]] == [95, 95]
    assert [one["text"] for one in data["changes"]] == [
        f"linked Pixel to user {DANA.user_id}", "added alias Pixie of Pixel", "saved war 2",
    ]  # fmt: skip
    by_others = [one["text"].split(" user ")[0] for one in data["changes_about"]]
    assert by_others == ["linked Comet to", "unlinked Comet from"]
    assert [one["war"] for one in data["uploads"]] == [one["war"] for one in data["decisions"]] == [2]
    assert data["reported_pictures"] == []
    assert str(SECOND.user_id) != data["discord_user_id"]


async def test_pictures_of_theirs_that_were_reported_are_named(clan: Clan) -> None:
    await known_person(clan)
    (upload,) = (await mydata(clan))["uploads"]
    reported = await clan.services.reports.keep(SERVER, upload["number"])
    names = {one.split(".")[0] for one in (await mydata(clan))["reported_pictures"]}
    assert names == {reported.case_id}


async def test_whoever_is_forgotten_is_nowhere_in_the_database(clan: Clan, database: Database) -> None:
    await known_person(clan)
    said, stored = await everything_said(clan), await everything_stored(database)
    assert str(DANA.user_id) in stored
    assert DANA.name in stored
    known = await clan.services.privacy.forget(DANA)
    assert (known.players, known.uploads, known.changes, known.scans) == (("Pixel",), 1, 5, 1)
    stored = await everything_stored(database)
    assert str(DANA.user_id) not in stored
    assert DANA.name not in stored
    assert await everything_said(clan) == said
    (newest, *_) = await clan.services.history.newest(SERVER)
    assert (newest.actor_name, newest.text.split(":")[0]) == ("somebody", "forgot somebody who asked for it")
    assert {one.actor_name for one in await clan.services.history.newest(SERVER, limit=50)} == {"somebody", "Robin"}
    with pytest.raises(NotFound, match="Nothing on this server knows you"):
        await clan.services.privacy.forget(DANA)
    assert (await mydata(clan))["players"] == []


async def test_it_is_not_taken_back_and_everything_else_still_is(clan: Clan) -> None:
    await known_person(clan)
    await clan.services.privacy.forget(DANA)
    forgetting = (await clan.services.history.newest(SERVER, limit=1))[0]
    with pytest.raises(Conflict, match="never taken back"):
        await clan.services.history.undo(EDITOR, forgetting.change_id)
    taken = [(await clan.services.history.undo(EDITOR)).text for _ in range(5)]
    assert taken == [
        "saved war 2", "added alias Pixie of Pixel", "linked Pixel to somebody", "unlinked Comet from somebody",
        "linked Comet to somebody",
    ]  # fmt: skip
    for _ in range(5):
        await clan.services.history.redo(EDITOR)
    players = await clan.services.roster.players(SERVER)
    assert {one.discord_user_id for one in players} == {None}
    assert DANA.user_id not in await clan.services.links.linked(SERVER)


async def test_only_this_server_forgets(clan: Clan) -> None:
    await known_person(clan)
    there = Actor(OTHER_SERVER, DANA.user_id, DANA.name)
    zed = (await clan.players("Zed", actor=STRANGER))["Zed"]
    await clan.services.links.link(there, zed.player_id, DANA.user_id)
    before = await exported(clan, OTHER_SERVER)
    assert [one["name"] for one in (await mydata(clan, there))["players"]] == ["Zed"]
    await clan.services.privacy.forget(DANA)
    assert await exported(clan, OTHER_SERVER) == before


@pytest.mark.parametrize("seed", range(3))
async def test_after_any_history_the_record_says_what_it_said(clan: Clan, database: Database, seed: int) -> None:
    rng = random.Random(seed)
    await live(clan, rng, steps=25)
    before, said = await exported(clan), await everything_said(clan)
    await clan.services.privacy.forget(SECOND)
    after = await exported(clan)
    assert [after[name] for name in ("wars", "teams", "seasons", "settings")] == [
        before[name] for name in ("wars", "teams", "seasons", "settings")
    ]
    assert await everything_said(clan) == said
    assert SECOND.name not in await everything_stored(database)
    with pytest.raises(NotFound):
        await clan.services.privacy.forget(WATCHER)


async def test_who_told_a_live_war_is_forgotten(clan: Clan, database: Database) -> None:
    await clan.services.live.start(EDITOR, ChannelId(11), ["DX", "CB"])
    await clan.services.live.tell(SECOND, ChannelId(11), "1 3 4 7 9 12")
    assert (await clan.services.privacy.known(SERVER, SECOND.user_id)).live_wars == 1
    for actor in (EDITOR, SECOND):
        _, file = await clan.services.privacy.data(SERVER, actor.user_id)
        document = json.loads(file.read())
        assert [one["name"] for one in document["live_wars"]] == [actor.name]
        await clan.services.privacy.forget(actor)
    async with database.acquire() as db:
        row = await db.fetchrow("select * from live_wars")
    assert "Robin" not in str(row)
    assert "Ash" not in str(row)


async def test_who_posted_and_answered_a_sign_up_is_forgotten(clan: Clan, database: Database) -> None:
    sign_ups = clan.services.sign_ups
    posted = await sign_ups.post(EDITOR, ChannelId(11), clan.clock() + timedelta(hours=2))
    for actor in (EDITOR, SECOND):
        await sign_ups.answer(actor, posted.sign_up_id, Answer.CAN)
    assert (await clan.services.privacy.known(SERVER, SECOND.user_id)).sign_ups == 1
    for actor in (EDITOR, SECOND):
        _, file = await clan.services.privacy.data(SERVER, actor.user_id)
        document = json.loads(file.read())
        assert [(one["answer"], one["name"]) for one in document["sign_ups"]] == [("can", actor.name)]
        await clan.services.privacy.forget(actor)
    assert (await sign_ups.get(SERVER, posted.sign_up_id)).answers == ()
    async with database.acquire() as db:
        row = await db.fetchrow("select * from sign_ups")
    assert "Robin" not in str(row)


async def test_every_column_that_holds_a_person_is_known_to_forgetting(database: Database) -> None:
    """A new one is taken out in db/people_of_discord.py, shown by it, and then stands here."""
    async with database.acquire() as db:
        rows = await db.fetch(
            r"""
            select table_name || '.' || column_name from information_schema.columns
            where table_schema = 'public' and column_name ~ '(^|_)(user|uploader|actor|owner|author|by)(_|$)'
            """
        )
    assert {row[0] for row in rows} == {
        "players.discord_user_id", "uploads.uploader_id", "uploads.uploader_name", "uploads.decided_by",
        "uploads.decided_by_name", "changes.actor_id", "changes.actor_name",
        "bulk_scans.started_by", "bulk_scans.started_by_name", "bulk_scans.stopped_by", "bulk_scans.stopped_by_name",
        "live_wars.started_by", "live_wars.started_by_name", "live_wars.raced_by", "live_wars.raced_by_name",
        "sign_ups.posted_by", "sign_ups.posted_by_name", "sign_up_answers.user_id", "sign_up_answers.user_name",
        "changes.undone_by",  # a change, no person
    }  # fmt: skip
