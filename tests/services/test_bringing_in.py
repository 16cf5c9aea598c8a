"""An export in an empty server says the same to the last digit; a file that is wrong somewhere brings nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.services.actors import Actor
from bot.services.bringing_in import Guild
from bot.services.errors import BadInput, Conflict, LevelTooLow
from bot.services.house import build_services
from bot.services.levels import Level
from db.pool import Database
from mkw.ids import ChannelId, RoleId, WarId
from tests.database import TestServer
from tests.services.conftest import EDITOR, OTHER_SERVER, SERVER, STRANGER, Clan, Clock, StandInReader
from tests.services.histories import everything_said, live
from tests.services.packs import names_in, zips
from tests.services.test_export import exported
from tests.services.test_undo_everything import kept
from tests.services.test_war_edits import records

EVERYWHERE = Guild(frozenset(range(100)), frozenset(range(100)))
Document = dict[str, Any]


def written(document: Document) -> bytes:
    return json.dumps(document).encode()


async def brought_in(clan: Clan, document: Document, actor: Actor = STRANGER, guild: Guild = EVERYWHERE) -> None:
    plan = await clan.services.bringing_in.plan(actor.server_id, written(document), guild)
    await clan.services.bringing_in.apply(actor, plan, guild)


def comparable(document: Document) -> Document:
    """Without what says where and when, and without what stays with the machine it was sent to."""
    changes = [one for one in document["changes"] if one["entity"] != "import"]
    return {**document, "server_id": None, "exported_at": None, "uploads": None, "live_wars": None, "changes": changes}


async def pictures_follow(clan: Clan, there: Clan, document: Document) -> None:
    """Every picture of a war is in place afterwards, and nothing else is."""
    of_wars = {picture for war in document["wars"] for picture in war["pictures"]}
    for data in await zips(clan, SERVER):
        await there.services.pictures.bring_in(EDITOR, data)
    assert names_in(await zips(there, SERVER)) == of_wars
    assert comparable(await exported(there))["wars"] == document["wars"]


@pytest.mark.parametrize("seed", range(6))
async def test_another_server_says_the_same_to_the_last_digit(
    clan: Clan, test_server: TestServer, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    await live(clan, rng)
    document, said = await exported(clan), await everything_said(clan)
    assert len(document["wars"]) >= 5
    await brought_in(clan, document)  # beside the first, in one database
    again = await everything_said(clan, OTHER_SERVER)
    assert again == said
    assert comparable(await exported(clan, OTHER_SERVER)) == comparable(document)
    assert await exported(clan) == document
    async with test_server.fresh_database() as elsewhere:  # and on another machine
        services = build_services(elsewhere, StandInReader(), tmp_path / "elsewhere", now=Clock(clan.clock()))
        there = Clan(services, clan.reader, clan.clock, tmp_path)
        await services.roster.add(STRANGER, "Somebody else's")
        await brought_in(there, document, EDITOR)
        assert await everything_said(there) == said
        assert comparable(await exported(there)) == comparable(document)
        await pictures_follow(clan, there, document)


async def test_tracks_and_places_nobody_took_come_along_and_exports_of_before_have_none(
    clan: Clan, database: Database
) -> None:
    await kept(clan)
    async with database.acquire() as db:
        await db.execute("insert into races (server_id, war_id, race, track) values ($1, 1, 1, 'rDKP')", SERVER)
        await db.execute("insert into race_results values ($1, 1, 1, 1, 2, 1, 15), ($1, 1, 1, 1, null, 3, 10)", SERVER)
    document = await exported(clan)
    await brought_in(clan, document)
    assert comparable(await exported(clan, OTHER_SERVER)) == comparable(document)
    await clan.services.history.undo(STRANGER)
    for race in document["wars"][0]["raced"]:
        del race["track"]
    for side in document["wars"][0]["sides"]:
        del side["results"]
    await brought_in(clan, document)
    sheet = await clan.services.wars.sheet(OTHER_SERVER, WarId(1))
    assert sheet is not None
    assert [(race.number, race.track, len(race.results)) for race in sheet.races] == [(1, None, 1)]


async def test_what_comes_after_an_import_goes_on_where_the_first_server_stopped(clan: Clan) -> None:
    await kept(clan)
    await brought_in(clan, await exported(clan))
    services = clan.services
    assert (await services.wars.get(OTHER_SERVER, WarId(1))).our_side.total == 493
    comet = await services.roster.find(OTHER_SERVER, "Comet")
    renamed = await services.roster.rename(STRANGER, comet.player_id, "Halley")
    assert (await services.history.undo(STRANGER)).text == f"renamed Comet to {renamed.name}"
    page = await services.history.of_player(OTHER_SERVER, comet.player_id)
    assert page.changes[-1].text == "added player Comet"
    assert (await services.roster.find(SERVER, "Comet")).player_id != comet.player_id


async def test_an_import_is_one_change_and_taking_it_back_leaves_nothing(clan: Clan, database: Database) -> None:
    await live(clan, random.Random(3), steps=10)
    document = await exported(clan)
    services = clan.services
    await services.settings.change(STRANGER, prefix="?")
    before = await records(database)
    await brought_in(clan, document)
    (newest,) = await services.history.newest(OTHER_SERVER, limit=1)
    assert newest.text.startswith("brought in an export of 2026-")
    with pytest.raises(LevelTooLow, match="server administrator"):
        await services.history.undo(STRANGER, settings_too=False)
    await services.history.undo(STRANGER)
    assert await records(database) == before
    assert [one.text for one in await services.history.newest(OTHER_SERVER)][1:] == [
        newest.text, "set the prefix to ?",
    ]  # fmt: skip
    await brought_in(clan, document)
    again = await exported(clan, OTHER_SERVER)
    for war in (*again["wars"], *document["wars"]):
        del war["revision"]  # the log here is longer
    assert again["wars"] == document["wars"]


async def test_an_import_somebody_worked_on_is_not_taken_back(clan: Clan) -> None:
    await kept(clan)
    await brought_in(clan, await exported(clan))
    services = clan.services
    await services.roster.add(STRANGER, "Nova")
    number = (await services.history.audit(OTHER_SERVER, what="brought in")).changes[0].change_id
    with pytest.raises(Conflict, match="changed again since"):
        await services.history.undo(STRANGER, number)
    await services.history.undo(STRANGER)
    await services.history.undo(STRANGER, number)  # nothing of the work is left
    assert (await services.wars.page(OTHER_SERVER)).total == 0


async def test_the_log_of_before_is_read_and_never_played_back(clan: Clan) -> None:
    """It comes from a file: whoever wrote it would decide what is put back."""
    await kept(clan)
    document = await exported(clan)
    document["changes"][0]["before"] = {"monthly:0": {"channel_id": 666}}
    document["changes"][0]["after"] = {"monthly:0": None}
    await brought_in(clan, document)
    history = clan.services.history
    every = (await history.audit(OTHER_SERVER, size=100)).changes
    assert len(every) == len(document["changes"]) + 1
    for change in every[1:]:
        with pytest.raises(Conflict, match="never taken back"):
            await history.undo(STRANGER, change.change_id)
    await history.undo(STRANGER)  # the import
    assert len(await history.newest(OTHER_SERVER)) == 2  # the import and its undo: what came along went with it


async def test_only_a_server_without_a_record_takes_one(clan: Clan) -> None:
    await kept(clan)
    document = await exported(clan)
    with pytest.raises(Conflict, match="this one has 6 players and 1 war"):
        await brought_in(clan, document, EDITOR)
    plan = await clan.services.bringing_in.plan(OTHER_SERVER, written(document), EVERYWHERE)
    await clan.services.roster.add(STRANGER, "Nova")  # while the plan was looked at
    with pytest.raises(Conflict, match="this one has 1 player"):
        await clan.services.bringing_in.apply(STRANGER, plan, EVERYWHERE)
    assert [one.name for one in await clan.services.roster.players(OTHER_SERVER)] == ["Nova"]


async def test_two_who_press_at_once_bring_in_one(clan: Clan) -> None:
    await kept(clan)
    document = await exported(clan)
    both = await asyncio.gather(brought_in(clan, document), brought_in(clan, document), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Conflict", "NoneType"]
    assert (await clan.services.wars.page(OTHER_SERVER)).total == 1


async def test_channels_and_roles_of_elsewhere_stay_there(clan: Clan) -> None:
    await kept(clan)
    services = clan.services
    await services.settings.watch(EDITOR, ChannelId(11), watched=True)
    await services.settings.change(EDITOR, prefix="?")
    await services.settings.give_level(EDITOR, RoleId(12), Level.MODERATOR)
    document = await exported(clan)
    document["settings"]["monthly_channel_id"] = "13"
    await services.settings.watch(STRANGER, ChannelId(21), watched=True)
    plan = await services.bringing_in.plan(OTHER_SERVER, written(document), Guild(frozenset({21}), frozenset()))
    assert plan.left_out[0] == "2 channels and 1 role of its settings, which this server does not have"
    assert plan.left_out[1].startswith("1 upload:")
    await services.bringing_in.apply(STRANGER, plan, Guild(frozenset({21}), frozenset()))
    settings = await services.settings.get(OTHER_SERVER)
    assert (settings.prefix, settings.watched_channels, settings.level_roles) == ("?", {21}, ())
    assert await services.monthly.channel(OTHER_SERVER) is None


def _set(path: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *places, last = path.split("/")
        at: Any = document
        for place in places:
            at = at[int(place) if place.isdigit() else place]
        at[int(last) if last.isdigit() else last] = value

    return change


LINE = "wars/0/sides/0/lines/0"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_set("format", "x"), "no export of this bot"),
        (_set("version", 2), "version is 2; this bot reads exports of version 1"),
        (_set("wars/0/number", 0), r"wars\[0\].number must be a whole number from 1"),
        (_set("wars/0/number", True), r"wars\[0\].number must be a whole number"),
        (_set("wars/0/our_side", 3), r"wars\[0\].our_side must be a whole number from 1 to 2"),
        (_set("wars/0/played_at", "yesterday"), r"wars\[0\].played_at must be a time"),
        (_set("wars/0/played_at", "2026-03-01T20:00:00"), "must say its time zone"),
        (_set("wars/0/sides/1/total", 5), r"wars\[0\].sides\[1\].total must be what its lines add up to, 491"),
        (_set(f"{LINE}/score", 181), r"wars\[0\].sides\[0\].lines\[0\].score must be a whole number from 0 to 180"),
        (_set(f"{LINE}/player", 99), r"lines\[0\].player must be a player of this file"),
        (_set(f"{LINE}/player", 2), r"wars\[0\] has a player twice"),
        (_set(f"{LINE}/drawn_name", "a\x00b"), "whole characters"),
        (_set(f"{LINE}/drawn_name", "\ud83d"), "whole characters"),
        (_set(f"{LINE}/results", [{"race": 1, "place": 1, "points": 15}]), r"a race that is not among its `raced`"),
        (_set("wars/0/raced", [{"race": 1, "restarted": False, "track": "Moon"}]), r"raced\[0\].track must be one of"),
        (_set("wars/0/sides/1/results", [{"race": 1, "place": None, "points": 1}]), r"results\[0\].place must be"),
        (_set("players/1/number", 1), r"players\[1\] and players\[0\] have the same number"),
        (_set("players/1/name", "COMET"), r"players\[1\] and players\[0\] are both read as COMET"),
        (_set("players/1/aliases", ["Comet"]), "are both read as Comet"),
        (_set("players/0/team", 4), r"players\[0\].team must be a team of this file"),
        (_set("players/0/country", "de"), "two capital letters"),
        (_set("players/0/discord_user_id", 7), r"players\[0\].discord_user_id must be a text"),
        (_set("settings/time_zone", "Mars/Olympus"), "settings.time_zone must be a time zone"),
        (_set("settings/last_war", 0), "settings.last_war must be a whole number from 1"),
        (_set("settings/prefix", "a b"), "settings.prefix must have no blank"),
        (_set("wars", {}), "wars must be a list"),
        (_set("wars/0", []), r"wars\[0\] must be an object"),
        (_set("seasons", [{"number": 1, "name": "1", "first_day": "2026-02-01", "last_day": "2026-01-01"}]),
         r"seasons\[0\].last_day must not be before"),
        (_set("changes/0/undone_by", 99), r"changes\[0\].undone_by is 99"),
        (_set("changes/0/before", {"secret:1": None}), r"changes\[0\].before has the key 'secret:1'"),
        (_set("changes/0/before", {"war:1": {"sides": 3}}), r"changes\[0\].before is not what the log keeps"),
        (_set("changes/0/entity", "x"), r"changes\[0\].entity must be one of"),
    ],
)  # fmt: skip
async def test_what_is_wrong_in_a_file_is_said_with_its_place(
    clan: Clan, change: Callable[[Document], None], says: str
) -> None:
    await kept(clan)
    document = await exported(clan)
    change(document)
    with pytest.raises(BadInput, match=says):
        await brought_in(clan, document)
    assert await clan.services.roster.players(OTHER_SERVER) == ()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON: expecting value in line 1, column 1"),
        (b'{\n"format": "x",\n}', "in line 3, column 1|in line 2"),
        (b"\xff\xfe\x00", "no text in UTF-8: byte 0"),
        (b"[" * 100_000, "no JSON that an export is made of"),
        (b'{"format": NaN}', "no JSON that an export is made of"),
        (b'{"format": 1e999}', "no JSON that an export is made of"),
        (b'{"format": ' + b"9" * 5000 + b"}", "no JSON that an export is made of"),
        (b"[]", "no export of this bot"),
        (b"PK\x03\x04rest", "spreadsheets cannot be brought in"),
        (b"\x1f\x8b\x08nonsense", "damaged or not whole"),
        (gzip.compress(b"{}", mtime=0)[:-6], "not whole"),
        (gzip.compress(b" " * 41_000_000, mtime=0), "more than 40 MB"),
        (b" " * 41_000_000, "more than 40 MB"),
    ],
)
async def test_a_file_that_is_no_export_is_refused(clan: Clan, data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        await clan.services.bringing_in.plan(OTHER_SERVER, data, EVERYWHERE)


async def test_a_packed_export_is_one(clan: Clan) -> None:
    await kept(clan)
    data = gzip.compress(written(await exported(clan)))
    plan = await clan.services.bringing_in.plan(OTHER_SERVER, data, EVERYWHERE)
    assert plan.counts["wars"] == 1


@pytest.mark.parametrize("seed", range(3))
async def test_any_spoilt_file_is_refused_or_brought_in_whole(clan: Clan, database: Database, seed: int) -> None:
    """Values exchanged at random anywhere: an answer for the person, never half of it, never an accident."""
    await live(clan, random.Random(seed), steps=6)
    text = json.dumps(await exported(clan))
    rng = random.Random(seed)
    values = [None, 0, -1, 10**30, 1.5, "", "x", "\ud83d", [], {}, [[]], True, "1", "2026-01-01", {"a": None}]
    await clan.services.settings.change(STRANGER, prefix="?")
    before = await records(database)
    for _ in range(60):
        document = json.loads(text)
        _spoil(document, rng, values)
        try:
            await brought_in(clan, document)
        except (BadInput, Conflict):
            assert await records(database) == before
            continue
        await everything_said(clan, OTHER_SERVER)
        await clan.services.history.undo(STRANGER)
        assert (await exported(clan, OTHER_SERVER))["wars"] == []


def _spoil(at: Any, rng: random.Random, values: list[Any]) -> None:
    while True:
        key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
        below = at[key]
        if not isinstance(below, dict | list) or not below or rng.random() < 0.1:
            at[key] = rng.choice(values)
            return
        at = below
