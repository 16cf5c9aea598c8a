"""Refused tries in the log: counted, bounded, never taken back, taken along, and forgotten with whoever tried."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.errors import Conflict, NotFound
from bot.services.levels import Level
from bot.services.refusals import ANYTHING_ELSE, COUNTED_FOR, MOST_ROWS
from tests.services.conftest import EDITOR, OTHER_SERVER, SECOND, SERVER, STRANGER, Clan
from tests.services.test_export import exported


async def tries(clan: Clan) -> list[tuple[str, str]]:
    page = await clan.services.history.audit(SERVER, what="refused", size=100)
    return [(change.actor_name, change.text) for change in page.changes]


async def test_the_same_try_is_counted_for_ten_minutes(clan: Clan) -> None:
    note = clan.services.refusals.note
    for _ in range(3):
        await note(EDITOR, "command undo", Level.MODERATOR)
    await note(SECOND, "command undo", Level.MODERATOR)
    await note(EDITOR, "button Save", Level.MODERATOR)
    clan.clock.at += COUNTED_FOR + timedelta(seconds=1)
    await note(EDITOR, "command undo", Level.MODERATOR)
    undo = "tried command undo, which needs the level moderator"
    assert await tries(clan) == [
        ("Robin", undo),
        ("Robin", "tried button Save, which needs the level moderator"),
        ("Ash", undo),
        ("Robin", f"{undo}, 3 times"),
    ]


async def test_nobody_floods_the_log(clan: Clan) -> None:
    for number in range(200):
        await clan.services.refusals.note(EDITOR, f"command {number % 50}", Level.ADMIN)
    found = await tries(clan)
    assert len(found) == MOST_ROWS + 1
    assert found[0][1] == f"{ANYTHING_ELSE}, {200 - 4 * MOST_ROWS} times"
    assert {text.rpartition(", ")[2] for _, text in found[1:]} == {"4 times"}


async def test_a_try_is_never_taken_back(clan: Clan) -> None:
    await clan.services.roster.add(EDITOR, "Comet")
    await clan.services.refusals.note(EDITOR, "command undo", Level.MODERATOR)
    (newest,) = await clan.services.history.newest(SERVER, limit=1)
    assert not newest.can_be_undone
    with pytest.raises(Conflict, match="refused try"):
        await clan.services.history.undo(EDITOR, newest.change_id)
    assert (await clan.services.history.undo(EDITOR)).text == "added player Comet"
    with pytest.raises(NotFound):
        await clan.services.history.undo(EDITOR)


async def test_tries_go_with_the_record_and_with_the_person(clan: Clan) -> None:
    await clan.services.refusals.note(EDITOR, "command undo", Level.MODERATOR)
    await clan.services.refusals.note(STRANGER, "command redo", Level.MODERATOR)
    (change,) = (await exported(clan))["changes"]
    assert (change["verb"], change["entity"], change["entity_number"]) == ("refuse", "refused", 1)
    assert (await clan.services.privacy.known(SERVER, EDITOR.user_id)).changes == 1
    await clan.services.privacy.forget(EDITOR)
    assert [who for who, _ in await tries(clan)] == ["somebody"]
    assert (await clan.services.history.audit(OTHER_SERVER, what="refused")).total == 1
