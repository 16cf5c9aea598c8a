"""Kept wars are corrected one change at a time, taken back to the last row, and never overwritten unseen."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.services import editing, war_edits
from bot.services.editing import ChangedMeanwhile, EditedWar, WarChange, plain
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.kept_wars import KeptWar
from db.pool import Database
from mkw.ids import ChangeId, ChannelId, MessageId, ServerId, TrackId, WarId
from mkw.tracks import BY_ID
from tests.services.conftest import EDITOR, SECOND, SERVER, START, STRANGER, Clan

WAR = WarId(1)


async def kept(clan: Clan) -> KeptWar:
    """War 1: six of ours, six of theirs."""
    await clan.players()
    await clan.services.reviews.save(EDITOR, (await clan.upload()).upload_id)
    return await clan.services.editing.look(SERVER, WAR)


async def edit(clan: Clan, change: WarChange, **more: Any) -> EditedWar:
    actor = more.pop("actor", EDITOR)
    revision = (await clan.services.wars.get(actor.server_id, WAR)).revision
    return await clan.services.editing.edit(actor, WAR, change, **{"seen": revision, **more})


async def records(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the server owns but the log itself and what counts its changes."""
    columns = {
        "wars": "war_id, played_at, layout, races, our_side, title, note, source, removed_at is null",
        "war_sides": "*",
        "war_lines": "*",
        "races": "*",
        "race_results": "*",
        "players": "player_id, name, status, discord_user_id, country, team_id, removed_at is null",
        "spellings": "*",
        "teams": "team_id, name, tag, colour",
        "servers": "prefix, clan_name, clan_tags, time_zone, locale, self_link, live_typing",
        "status_roles": "*",
        "level_roles": "*",
        "uploads": "upload_id, state, draft::text, war_id, decided_by, live_id",
        "live_wars where state <> 'thrown'": "live_id, state, war::text, war_id",
        "war_pictures": "*",
        "sign_ups where state <> 'cancelled'": "sign_up_id, state",
    }
    async with database.acquire() as db:
        return {
            table: sorted((tuple(row) for row in await db.fetch(f"select {names} from {table}")), key=repr)
            for table, names in columns.items()
        }


async def test_a_row_is_corrected_and_the_total_follows(clan: Clan) -> None:
    await kept(clan)
    done = await edit(clan, plain(war_edits.set_row, 1, score=100))
    assert done.text == "row 1 Comet: score 100, was 110"
    assert (done.war.our_side.lines[0].score, done.war.our_side.total) == (100, 483)
    done = await edit(clan, plain(war_edits.set_row, 2, races=7, penalty=5))
    assert (done.war.our_side.lines[1].races, done.war.our_side.lines[1].penalty) == (7, 5)
    assert (await clan.services.statistics.team(SERVER)).differential == 483 - 491
    newest = await clan.services.history.newest(SERVER, limit=2)
    assert [change.text for change in newest] == [
        "war 1, row 2 Pixel: races 7, was 12; penalty 5, was 0",
        "war 1, row 1 Comet: score 100, was 110",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (plain(war_edits.set_row, 1, score=181), "between 0 and 180"),
        (plain(war_edits.set_row, 1, score=-1), "between 0 and 180"),
        (plain(war_edits.set_row, 1, races=5), "between 0 and 75"),
        (plain(war_edits.set_row, 1, races=13), "1 to 12 races"),
        (plain(war_edits.set_row, 13, score=1), "the rows are 1 to 12"),
        (plain(war_edits.set_row, 0, score=1), "no row 0"),
        (plain(war_edits.set_row, 1, penalty=10_000), "penalty lies between"),
        (plain(war_edits.set_side, 1, total=500), "what its players have, 493"),
        (plain(war_edits.set_side, 3, tag="X"), "the sides are 1 to 2"),
        (plain(war_edits.set_races, 8), "cannot have 101 points in 8|cannot have 110 points in 8|120"),
        (plain(war_edits.set_races, 0), "1 to 48"),
        (plain(war_edits.set_note, "x" * 501), "at most 500"),
        (editing.played_at(START + timedelta(days=1)), "between"),
        (editing.player_added(1, "Comet", 10), "row 1 of this war already"),
        (editing.player_added(9, "Zed", 10), "no side 9"),
        (editing.row_is(2, "Comet"), "row 1 of this war already"),
        (editing.row_moved(1, 1), "on side 1 already"),
        (editing.ours(1), "ours already"),
    ],
)
async def test_what_no_war_can_be_is_refused_with_what_can(clan: Clan, change: WarChange, says: str) -> None:
    before = await kept(clan)
    if "cannot have" in says:
        await clan.services.editing.edit(EDITOR, WAR, plain(war_edits.set_row, 1, score=121))
        before = await clan.services.editing.look(SERVER, WAR)
        says = "cannot have 121 points in 8 races"
    with pytest.raises(BadInput, match=says):
        await edit(clan, change)
    assert await clan.services.editing.look(SERVER, WAR) == before


async def test_a_player_is_added_linked_and_taken_out(clan: Clan) -> None:
    await kept(clan)
    zed = await clan.services.roster.add(EDITOR, "Zed")
    done = await edit(clan, editing.player_added(None, "DX zed", 30, races=4))
    added = done.war.our_side.lines[-1]
    assert (added.name, added.player_id, added.races, done.war.our_side.total) == ("DX zed", None, 4, 523)
    await clan.services.settings.change(EDITOR, clan_tags=("DX",))
    done = await edit(clan, editing.row_is(7, "DX zed"))
    assert done.war.our_side.lines[-1].player_id == zed.player_id
    assert (await clan.services.statistics.player(SERVER, zed.player_id)).points == 30
    done = await edit(clan, plain(war_edits.remove_row, 7))
    assert (len(done.war.our_side.lines), done.war.our_side.total) == (6, 493)
    assert (await clan.services.statistics.player(SERVER, zed.player_id)).points == 0


async def test_sides_opponent_date_title_and_note(clan: Clan) -> None:
    await kept(clan)
    await edit(clan, plain(war_edits.set_side, 1, tag="ΔX", penalty=20))
    done = await edit(clan, plain(war_edits.set_opponent, "QZ", None))
    assert [(side.tag, side.final) for side in done.war.sides] == [("ΔX", 473), ("QZ", 491)]
    await edit(clan, editing.played_at(START - timedelta(days=3)))
    await edit(clan, plain(war_edits.set_title, "Winter cup"))
    done = await edit(clan, plain(war_edits.set_note, "  Pixel  left early "))
    assert (done.war.title, done.war.note) == ("Winter cup", "Pixel left early")
    assert done.war.played_at == START - timedelta(days=3)
    assert not (await edit(clan, plain(war_edits.set_note, "Pixel left early"))).changed
    done = await edit(clan, plain(war_edits.set_note, None))
    assert done.war.note is None


async def test_a_total_is_stated_only_where_the_players_are_not_known(clan: Clan) -> None:
    await clan.players()
    text = "Comet 92, Pixel 80"
    review = await clan.services.reviews.typed(EDITOR, ChannelId(1), MessageId(1), text)
    await clan.services.reviews.save(EDITOR, review.upload_id)
    with pytest.raises(BadInput, match="say their total too"):
        await edit(clan, plain(war_edits.set_opponent, "CB", None))
    done = await edit(clan, plain(war_edits.set_opponent, "CB", 160))
    assert (done.war.opponents[0].tag, done.war.difference) == ("CB", 12)
    done = await edit(clan, plain(war_edits.set_side, 2, total=170))
    assert done.war.difference == 2
    done = await edit(clan, editing.player_added(2, "Boot", 75))
    assert (done.war.opponents[0].total, done.war.difference) == (75, 97)
    with pytest.raises(BadInput, match="what its players have"):
        await edit(clan, plain(war_edits.set_side, 2, total=170))


async def test_the_other_side_is_ours_with_its_players_linked(clan: Clan) -> None:
    await kept(clan)
    onyx = await clan.services.roster.add(EDITOR, "Onyx")
    done = await edit(clan, editing.ours(None))
    assert done.war.our_side.tag == "CB"
    assert done.war.our_side.lines[0].player_id == onyx.player_id
    assert [line.player_id for line in done.war.opponents[0].lines] == [None] * 6
    assert [line.name for line in done.war.opponents[0].lines][:2] == ["Comet", "Pixel"]
    assert (await clan.services.statistics.team(SERVER)).losses == 1
    done = await edit(clan, editing.ours(1))
    assert [line.player_id is not None for line in done.war.our_side.lines] == [True] * 6
    assert (await clan.services.statistics.team(SERVER)).wins == 1


async def test_a_row_goes_to_the_other_side(clan: Clan) -> None:
    await kept(clan)
    done = await edit(clan, editing.row_moved(6, 2))
    assert [side.total for side in done.war.sides] == [433, 551]
    assert done.war.opponents[0].lines[-1].player_id is None
    done = await edit(clan, editing.row_moved(12, 1))
    assert done.war.our_side.lines[-1].name == "Basalt"
    assert done.war.our_side.lines[-1].player_id is not None


async def test_a_removed_war_is_not_edited_and_comes_back(clan: Clan) -> None:
    await kept(clan)
    await clan.services.wars.remove(EDITOR, WAR)
    with pytest.raises(Conflict, match="war restore 1"):
        await edit(clan, plain(war_edits.set_row, 1, score=1))
    assert not (await clan.services.editing.restore(EDITOR, WAR)).removed
    with pytest.raises(Conflict, match="not removed"):
        await clan.services.editing.restore(EDITOR, WAR)
    assert (await clan.services.history.undo(EDITOR)).text == "restored war 1"
    assert (await clan.services.wars.get(SERVER, WAR)).removed


async def test_a_war_that_was_taken_back_is_not_restored_beside_its_review(clan: Clan) -> None:
    await kept(clan)
    await clan.services.history.undo(EDITOR)
    with pytest.raises(Conflict, match="under review again"):
        await clan.services.editing.restore(EDITOR, WAR)


async def test_there_is_no_such_war(clan: Clan) -> None:
    await kept(clan)
    for number in (2, 0, 2**31, -1):
        with pytest.raises(NotFound):
            await clan.services.editing.edit(EDITOR, WarId(number), plain(war_edits.set_note, "x"))
    with pytest.raises(NotFound):
        await clan.services.editing.edit(STRANGER, WAR, plain(war_edits.set_note, "x"))
    assert (await clan.services.editing.look(SERVER, WAR)).note is None


# --- two at once ----------------------------------------------------------------------------------------------------


async def test_the_second_of_two_editors_is_told_what_the_first_did(clan: Clan) -> None:
    await kept(clan)
    seen = (await clan.services.wars.get(SERVER, WAR)).revision
    await clan.services.editing.edit(EDITOR, WAR, plain(war_edits.remove_row, 2), seen=seen)
    with pytest.raises(ChangedMeanwhile, match="Robin: war 1, took out row 2 Pixel 95") as caught:
        await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 3, score=50), seen=seen)
    assert [line.score for line in (await clan.services.wars.get(SERVER, WAR)).our_side.lines] == [110, 88, 76, 64, 60]
    told = caught.value.revision
    done = await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 3, score=50), seen=told)
    assert done.text == "row 3 Willow: score 50, was 76"


async def test_of_two_edits_at_the_same_moment_one_is_refused(clan: Clan) -> None:
    await kept(clan)
    seen = (await clan.services.wars.get(SERVER, WAR)).revision
    results = await asyncio.gather(
        clan.services.editing.edit(EDITOR, WAR, plain(war_edits.set_row, 1, score=1), seen=seen),
        clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 1, score=2), seen=seen),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "EditedWar"]


async def test_ones_own_edits_need_no_second_look(clan: Clan) -> None:
    await kept(clan)
    seen = (await clan.services.wars.get(SERVER, WAR)).revision
    for score in (1, 2, 3):
        await clan.services.editing.edit(EDITOR, WAR, plain(war_edits.set_row, 1, score=score), seen=seen)


async def test_who_never_looked_is_held_to_what_happened_a_moment_ago(clan: Clan) -> None:
    await kept(clan)
    await clan.services.editing.edit(EDITOR, WAR, plain(war_edits.set_row, 1, score=1))
    with pytest.raises(ChangedMeanwhile):
        await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 1, score=2))
    clan.clock.pass_days(1)
    await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 1, score=2))


async def test_taking_back_and_merging_are_changes_somebody_must_have_seen_too(clan: Clan) -> None:
    await kept(clan)
    seen = (await edit(clan, plain(war_edits.set_row, 1, score=1))).war.revision
    await clan.services.history.undo(EDITOR)
    with pytest.raises(ChangedMeanwhile, match="took back"):
        await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 1, score=2), seen=seen)
    seen = (await clan.services.wars.get(SERVER, WAR)).revision
    other = await clan.services.roster.add(EDITOR, "Nova")
    comet = await clan.services.roster.find(SERVER, "Comet")
    await clan.services.merging.merge(EDITOR, other.player_id, comet.player_id)
    with pytest.raises(ChangedMeanwhile, match="merged Comet into Nova"):
        await clan.services.editing.edit(SECOND, WAR, plain(war_edits.set_row, 1, score=2), seen=seen)


# --- taking back ----------------------------------------------------------------------------------------------------


async def test_an_older_edit_is_taken_back_where_nothing_of_it_changed_since(clan: Clan) -> None:
    await kept(clan)
    await edit(clan, plain(war_edits.set_title, "Cup"))
    title = (await clan.services.history.newest(SERVER, limit=1))[0]
    await edit(clan, plain(war_edits.set_row, 1, score=1))
    await clan.services.history.undo(EDITOR, title.change_id)
    war = await clan.services.wars.get(SERVER, WAR)
    assert (war.title, war.our_side.lines[0].score) == ("6v6 War", 1)


async def test_what_stands_in_the_way_is_named(clan: Clan) -> None:
    await kept(clan)
    await edit(clan, plain(war_edits.set_row, 1, score=1))
    first = (await clan.services.history.newest(SERVER, limit=1))[0]
    await edit(clan, plain(war_edits.set_row, 2, score=2), actor=SECOND)
    second = (await clan.services.history.newest(SERVER, limit=1))[0]
    with pytest.raises(Conflict, match=rf"#{second.change_id}, war 1, row 2 Pixel: score 2, was 95 \(Ash"):
        await clan.services.history.undo(EDITOR, first.change_id)
    saved = next(one for one in await clan.services.history.newest(SERVER, limit=50) if one.text == "saved war 1")
    with pytest.raises(Conflict, match="In the way"):
        await clan.services.history.undo(EDITOR, saved.change_id)


async def test_races_of_a_row_come_back_with_it(clan: Clan, database: Database) -> None:
    await kept(clan)
    async with database.acquire() as db:
        await db.execute("insert into races (server_id, war_id, race) values ($1, 1, 1), ($1, 1, 2)", SERVER)
        await db.execute(
            """
            insert into race_results values
                ($1, 1, 1, 1, 2, 1, 15), ($1, 1, 2, 1, 2, 3, 10), ($1, 1, 1, 2, 1, 2, 12),
                ($1, 1, 1, 1, null, 3, 10), ($1, 1, 1, 1, null, 5, null), ($1, 1, 1, 2, null, 12, 1)
            """,
            SERVER,
        )
    before = await records(database)
    await edit(clan, plain(war_edits.remove_row, 1))
    sheet = await clan.services.wars.sheet(SERVER, WAR)
    assert sheet is not None
    assert [
        (None if one.player is None else sheet.players[one.player].name, one.points, one.ours)
        for one in sheet.races[0].results
    ] == [("Pixel", 15, True), ("Onyx", 12, False), (None, 10, True), (None, None, True), (None, 1, False)]
    with pytest.raises(BadInput, match="Race 2 of this war"):
        await edit(clan, plain(war_edits.set_races, 1))
    await edit(clan, plain(war_edits.remove_row, 1))
    await clan.services.history.undo_many(EDITOR, 2)
    assert await records(database) == before


async def test_a_race_gets_a_track_afterwards(clan: Clan, database: Database) -> None:
    await kept(clan)
    with pytest.raises(BadInput, match="Nothing is kept race by race"):
        await edit(clan, plain(war_edits.set_track, 1, BY_ID[TrackId("RR")]))
    async with database.acquire() as db:
        await db.execute("insert into races (server_id, war_id, race) values ($1, 1, 1), ($1, 1, 3)", SERVER)
    before = await records(database)
    with pytest.raises(BadInput, match="Race 2 of this war is not kept; those that are: 1 and 3"):
        await edit(clan, plain(war_edits.set_track, 2, BY_ID[TrackId("RR")]))
    done = await edit(clan, plain(war_edits.set_track, 3, BY_ID[TrackId("rDKP")]))
    assert done.text == "race 3: track rDKP, was none"
    done = await edit(clan, plain(war_edits.set_track, 3, BY_ID[TrackId("rWSh")]))
    assert done.text == "race 3: track rWSh, was rDKP"
    assert not (await edit(clan, plain(war_edits.set_track, 3, BY_ID[TrackId("rWSh")]))).changed
    await edit(clan, plain(war_edits.set_track, 1, BY_ID[TrackId("CC")]))
    await edit(clan, plain(war_edits.set_row, 1, score=100))  # any other edit leaves them
    sheet = await clan.services.wars.sheet(SERVER, WAR)
    assert sheet is not None
    assert [(race.number, race.track) for race in sheet.races] == [(1, "CC"), (3, "rWSh")]
    await edit(clan, plain(war_edits.set_track, 1, None))
    await clan.services.history.undo_many(EDITOR, 5)
    assert await records(database) == before


async def test_servers_edit_their_own_wars_only(clan: Clan) -> None:
    before = await kept(clan)
    with pytest.raises(NotFound):
        await clan.services.editing.restore(STRANGER, WAR)
    with pytest.raises(NotFound):
        await clan.services.history.undo(STRANGER, ChangeId(1))
    with pytest.raises(NotFound):
        await clan.services.history.of_war(ServerId(STRANGER.server_id), WAR)
    assert await clan.services.editing.look(SERVER, WAR) == before
