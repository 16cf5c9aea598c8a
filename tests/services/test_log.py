"""The log: asked about one thing or one person, taken back by numbers, done again."""

from __future__ import annotations

import pytest

from bot.services.errors import BadInput, Conflict, LevelTooLow, NotFound
from db.pool import Database
from mkw.ids import WarId
from tests.services.conftest import EDITOR, SECOND, SERVER, STRANGER, Clan
from tests.services.test_people import ids, two_wars


async def test_redo_goes_forward_as_far_as_undo_went_back(clan: Clan) -> None:
    with pytest.raises(NotFound):
        await clan.services.history.redo(EDITOR)
    await clan.players("Comet", "Pixel")
    await clan.services.history.undo_many(EDITOR, 5)
    assert await clan.services.roster.players(SERVER) == ()
    assert (await clan.services.history.redo(EDITOR)).text == "added player Comet"
    assert (await clan.services.history.redo(EDITOR)).text == "added player Pixel"
    with pytest.raises(NotFound):
        await clan.services.history.redo(EDITOR)
    assert (await clan.services.history.undo(EDITOR)).text == "added player Pixel"


async def test_redo_is_refused_where_something_else_stands_there_now(clan: Clan) -> None:
    await clan.players("Comet")
    await clan.services.history.undo(EDITOR)
    await clan.services.roster.add(SECOND, "COMET")
    with pytest.raises(Conflict, match="belongs to a player already"):
        await clan.services.history.redo(EDITOR)


async def test_many_are_taken_back_or_none(clan: Clan, database: Database) -> None:
    await clan.players("Comet", "Pixel")
    async with database.acquire() as db:
        await db.execute("update players set status = 'ally' where name = 'Comet'")
    with pytest.raises(Conflict):
        await clan.services.history.undo_many(EDITOR, 2)
    assert len(await clan.services.roster.players(SERVER)) == 2
    for count in (0, 21, -1):
        with pytest.raises(BadInput):
            await clan.services.history.undo_many(EDITOR, count)


async def test_settings_are_taken_back_by_whoever_may_set_them(clan: Clan) -> None:
    await clan.services.settings.change(EDITOR, prefix="?")
    with pytest.raises(LevelTooLow, match="server administrator"):
        await clan.services.history.undo(SECOND, settings_too=False)
    await clan.services.history.undo(EDITOR)
    with pytest.raises(LevelTooLow, match="server administrator"):
        await clan.services.history.redo(SECOND, settings_too=False)


async def test_history_and_audit_show_what_they_are_asked_for(clan: Clan) -> None:
    await two_wars(clan)
    comet, kometa = await ids(clan, "Comet", "Kometa")
    await clan.services.merging.merge(SECOND, comet, kometa)
    history = clan.services.history
    assert [one.text for one in (await history.of_war(SERVER, WarId(1))).changes] == ["saved war 1"]
    of_player = [one.text for one in (await history.of_player(SERVER, kometa)).changes]
    assert of_player == [
        "merged Kometa into Comet (1 war)", "added alias Kometa the old of Kometa", "added player Kometa",
    ]  # fmt: skip
    assert {one.actor_name for one in (await history.audit(SERVER, by=SECOND.user_id)).changes} == {"Ash"}
    assert {one.actor_name for one in (await history.audit(SERVER, by="rob")).changes} == {"Robin"}
    wars = await history.audit(SERVER, what="wars", size=1)
    assert [one.text for one in wars.changes] == ["saved war 2"]
    assert (wars.page, wars.pages, wars.total) == (0, 2, 2)
    assert (await history.audit(SERVER, what="wars", size=1, page=99)).page == 1
    assert [one.text for one in (await history.audit(SERVER, what="MERGED")).changes] == of_player[:1]
    assert (await history.audit(SERVER, what="100%")).total == 0
    assert (await history.audit(STRANGER.server_id)).total == 0
