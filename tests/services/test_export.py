"""Everything a server owns as a file: complete, of that server alone, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest

from bot.services import war_edits
from bot.services.csv_files import CsvFiles, as_written, harmless
from bot.services.editing import plain
from bot.services.exporting import Kind
from bot.services.json_file import JsonFile
from bot.services.player import PlayerStatus
from db.export import SECTIONS, SETTINGS
from db.pool import Database
from mkw.ids import ChannelId, ServerId, UserId, WarId
from tests.services.conftest import EDITOR, SERVER, START, STRANGER, Clan
from tests.services.test_war_edits import edit, kept


async def exported(clan: Clan, server_id: ServerId = SERVER) -> dict[str, Any]:
    file = (await clan.services.exporting.export(server_id)).file
    with file:
        found: dict[str, Any] = json.load(file)
        return found


async def spreadsheets(clan: Clan) -> dict[str, list[dict[str, str]]]:
    with (await clan.services.exporting.export(SERVER, Kind.CSV)).file as file, zipfile.ZipFile(file) as archive:
        texts = {name.removesuffix(".csv"): archive.read(name) for name in archive.namelist()}
    assert all(data.startswith(b"\xef\xbb\xbf") for data in texts.values())
    return {
        name: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for name, data in texts.items()
    }


async def test_a_server_nobody_used_exports_its_defaults(clan: Clan) -> None:
    document = await exported(clan)
    assert (document["format"], document["version"], document["server_id"]) == ("mkw-clan-bot export", 1, "100")
    assert document["exported_at"] == START.isoformat()
    assert document["settings"]["prefix"] == "!"
    sections = ("teams", "players", "seasons", "wars", "uploads", "live_wars", "changes")
    assert [document[name] for name in sections] == [[]] * 7


async def test_all_a_server_owns_is_there(clan: Clan) -> None:
    await kept(clan)
    services = clan.services
    comet = await services.roster.find(SERVER, "Comet")
    await services.roster.add_alias(EDITOR, comet.player_id, "Kometa")
    await services.roster.set_status(EDITOR, [comet.player_id], PlayerStatus.TRIAL)
    await services.links.link(EDITOR, comet.player_id, UserId(2**60))
    blue = (await services.teams.add(EDITOR, "Blue", tag="CB", colour="#2f6fed")).team_id
    await services.teams.assign(EDITOR, [comet.player_id], blue)
    await services.seasons.add(EDITOR, "1", date(2026, 1, 1), date(2026, 3, 31))
    await services.settings.watch(EDITOR, ChannelId(11), watched=True)
    await services.monthly.set_channel(EDITOR, ChannelId(12), today=date(2026, 3, 1))
    await edit(clan, plain(war_edits.set_row, 1, penalty=5))
    await edit(clan, plain(war_edits.set_note, "close"))
    await services.history.undo(EDITOR)
    await services.wars.remove(EDITOR, WarId(1))

    document = await exported(clan)
    player = next(one for one in document["players"] if one["name"] == "Comet")
    team = document["teams"][0]
    assert (player["status"], player["aliases"], player["discord_user_id"]) == ("trial", ["Kometa"], str(2**60))
    assert (player["team"], team["name"], team["tag"], team["colour"]) == (team["number"], "Blue", "CB", "#2f6fed")
    assert document["seasons"] == [{"number": 1, "name": "1", "first_day": "2026-01-01", "last_day": "2026-03-31"}]
    assert document["settings"]["watched_channels"] == ["11"]
    assert (document["settings"]["monthly_channel_id"], document["settings"]["last_war"]) == ("12", 1)
    (war,) = document["wars"]
    assert (war["number"], war["removed_at"] is None, war["note"]) == (1, False, None)
    first = war["sides"][0]["lines"][0]
    assert first == {
        "player": player["number"], "drawn_name": "Comet", "score": 110, "races": 12, "penalty": 5, "results": [],
    }  # fmt: skip
    assert [one["state"] for one in document["uploads"]] == ["saved"]
    undo = document["changes"][-2]
    undone = next(one for one in document["changes"] if one["undone_by"] == undo["number"])
    assert (undo["verb"], undone["text"]) == ("undo", "war 1, note: close")
    assert undone["after"]["war:1"]["sides"][0]["lines"][0]["player_id"] == player["number"]
    assert await exported(clan, STRANGER.server_id) == {
        **await exported(clan, STRANGER.server_id), "players": [], "wars": [], "changes": [], "uploads": [],
    }  # fmt: skip


async def test_a_live_war_that_runs_goes_along(clan: Clan) -> None:
    await clan.services.live.start(STRANGER, ChannelId(21), ["AA", "BB"])
    await clan.services.live.start(EDITOR, ChannelId(11), ["DX", "CB"])
    await clan.services.live.tell(EDITOR, ChannelId(11), "sgb 1 3 4 7 9 12")
    document = await exported(clan)
    (one,) = document["live_wars"]
    assert (one["number"], one["channel_id"], one["started_by"]) == (1, "11", {"id": "1", "name": "Robin"})
    assert (one["told"]["sides"], one["told"]["races"][0]["track"]) == (["DX", "CB"], "rSGB")
    assert [list(change["after"]) for change in document["changes"]] == [["live:1"], ["live:1"]]
    (row,) = (await spreadsheets(clan))["live_wars"]
    assert (row["live_war"], row["started_by_name"], '"rSGB"' in row["told"]) == ("1", "Robin", True)
    await clan.services.live.end(EDITOR, ChannelId(11), surely=True)
    assert (await exported(clan))["live_wars"] == []


async def test_numbers_are_the_servers_own(clan: Clan) -> None:
    await clan.players("Zed", actor=STRANGER)
    await clan.players("Comet", "Pixel")
    gone = await clan.services.roster.add(EDITOR, "Nova")
    await clan.services.history.undo(EDITOR)  # for good, yet the log speaks of them
    await clan.players("Marlin")
    document = await exported(clan)
    assert [(one["number"], one["name"]) for one in document["players"]] == [(1, "Comet"), (2, "Pixel"), (4, "Marlin")]
    assert [list(one["after"]) for one in document["changes"]] == [
        ["player:1"], ["player:2"], ["player:3"], ["player:3"], ["player:4"],
    ]  # fmt: skip
    assert gone.player_id != 3


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-2", "'-2"), ("@sum", "'@sum"), ("\tx", "'\tx"), ("'x", "''x"),
        ("Comet", "Comet"), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str, cell: str) -> None:
    assert harmless(text) == cell
    assert as_written(cell) == text
    assert harmless(-2) == -2


async def test_the_spreadsheets_say_what_the_document_says(clan: Clan) -> None:
    await kept(clan)
    await clan.players("=HYPERLINK(1)")
    await edit(clan, plain(war_edits.set_row, 1, penalty=-5))
    document, tables = await exported(clan), await spreadsheets(clan)
    assert [as_written(one["name"]) for one in tables["players"]] == [one["name"] for one in document["players"]]
    rows = [
        (war["number"], side, row, line["player"], line["drawn_name"], line["score"], line["races"], line["penalty"])
        for war in document["wars"]
        for side, one in enumerate(war["sides"], 1)
        for row, line in enumerate(one["lines"], 1)
    ]
    written = [tuple(one.values()) for one in tables["rows"]]
    assert written == [tuple("" if value is None else str(value) for value in row) for row in rows]
    assert [one["text"] for one in tables["changes"]] == [one["text"] for one in document["changes"]]
    assert {one["setting"]: one["value"] for one in tables["settings"]}["version"] == "1"


# What no export carries, and why.
LEFT_OUT = {
    "servers": {"created_at"},  # of this machine
    "monthly_reports": {"month", "taken_at", "posted"},  # which were posted is no setting
    "change_touches": {"kind", "number", "change_id"},  # the keys of `before`
    "changes": {"final", "brought_in"},  # what came from a file is final there anyway
    "bulk_scans": {  # how far this machine is with a channel
        "bulk_id", "channel_id", "answer_channel_id", "answer_id", "started_by", "started_by_name", "started_at",
        "most_messages", "since", "walked", "walked_to", "state", "ended_at", "stopped_by", "stopped_by_name", "reason",
        "listed",
    },
    "bulk_pictures": {"bulk_id", "message_id", "attachment_id", "state", "upload_id", "reason"},
    "live_wars": {  # how far it is, for this machine; those that are over are wars
        "state", "war_id", "revision", "card_id", "raced_by", "raced_by_name", "raced_at", "last_at", "asked_at",
        "heard",
    },
    "sign_ups": {  # of the hours to come, with messages and people of this server; what comes of it is a war
        "sign_up_id", "channel_id", "message_id", "state", "starts_at", "size", "opponent", "remind_at", "taken_at",
        "reminded", "last_turn", "posted_by", "posted_by_name", "posted_at",
    },
    "sign_up_answers": {"sign_up_id", "user_id", "user_name", "answer", "turn", "moved_up"},
    "uploads": {
        "bulk_id",
        # The work sheets of a review, and what tells this machine where it lies and how far it is.
        "reading", "draft", "own_draft", "path", "attempts", "revision", "answer_id", "attachment_id", "received_at",
    },
}  # fmt: skip
# Where a column goes that is not called as in the document, or has no name of its own there.
ELSEWHERE = {
    "servers": {"last_war_id"}, "watched_channels": {"channel_id"}, "monthly_reports": {"channel_id"},
    "players": {"player_id", "team_id"}, "spellings": {"folded", "player_id", "spelling"},
    "teams": {"team_id", "folded"},
    "seasons": {"season_id", "folded"}, "wars": {"war_id"}, "war_sides": {"war_id", "side"},
    "war_lines": {"war_id", "side", "position", "player_id"}, "races": {"war_id", "upload_id"},
    "race_results": {"war_id", "side", "position"}, "war_pictures": {"war_id"},
    "uploads": {"upload_id", "war_id", "uploader_id", "uploader_name", "decided_by_name", "live_id"},
    "live_wars": {"live_id", "started_by_name"},
    "changes": {"change_id", "actor_id", "actor_name", "entity_id"},
}  # fmt: skip


async def test_every_column_a_server_owns_is_exported_or_left_out_on_purpose(clan: Clan, database: Database) -> None:
    """A column that is new stands here, in the document, or in LEFT_OUT."""
    async with database.acquire() as db:
        rows = await db.fetch(
            """
            select table_name, column_name from information_schema.columns c
            where table_schema = 'public' and column_name <> 'server_id' and is_generated = 'NEVER' and exists (
                select from information_schema.columns o
                where o.table_name = c.table_name and o.column_name = 'server_id')
            """
        )
    document = " ".join((SETTINGS, *SECTIONS.values()))
    for table, column in sorted((row[0], row[1]) for row in rows):
        known = LEFT_OUT.get(table, set()) | ELSEWHERE.get(table, set())
        assert column in known or f"'{column}'" in document, f"{table}.{column}"


@pytest.mark.parametrize("kind", list(Kind))
async def test_no_connection_is_held_while_it_is_packed(
    clan: Clan, database: Database, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    sink = JsonFile if kind is Kind.JSON else CsvFiles
    busy, finish = [], sink.finish

    def watched(self: object) -> object:
        busy.append(database.use.busy)
        return finish(self)  # type: ignore[arg-type]

    monkeypatch.setattr(sink, "finish", watched)
    (await clan.services.exporting.export(SERVER, kind)).file.close()
    assert busy == [0]
