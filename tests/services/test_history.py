"""Every change can be seen and taken back."""

from __future__ import annotations

import pytest

from bot.services.drafts import UploadState
from bot.services.errors import Conflict, NotFound
from bot.services.player import PlayerStatus
from db.pool import Database
from mkw.ids import ChannelId, ServerId
from tests.services.conftest import CLAN, EDITOR, SECOND, SERVER, STRANGER, Clan, table


async def undo(clan: Clan) -> str:
    change = await clan.services.history.undo(SECOND)
    assert change.undone
    return change.text


async def names(clan: Clan, server_id: ServerId = SERVER) -> list[str]:
    return [player.name for player in await clan.services.roster.players(server_id)]


async def test_nothing_to_take_back(clan: Clan) -> None:
    with pytest.raises(NotFound):
        await clan.services.history.undo(EDITOR)


async def test_players_added_renamed_and_removed(clan: Clan) -> None:
    roster = clan.services.roster
    player = await roster.add(EDITOR, "Comet")
    await roster.rename(EDITOR, player.player_id, "Meteor")
    await roster.add_alias(EDITOR, player.player_id, "Shooting Star")
    await roster.set_status(EDITOR, player.player_id, PlayerStatus.TRIAL)
    await roster.remove(EDITOR, player.player_id)
    assert await names(clan) == []

    assert await undo(clan) == "removed player Meteor"
    assert (await roster.find(SERVER, "meteor")).status is PlayerStatus.TRIAL
    assert await undo(clan) == "made Meteor trial (was member)"
    assert await undo(clan) == "added alias Shooting Star of Meteor"
    assert (await roster.find(SERVER, "Meteor")).aliases == ("Comet",)
    assert await undo(clan) == "renamed Comet to Meteor"
    back = await roster.find(SERVER, "Comet")
    assert (back.name, back.aliases, back.status) == ("Comet", (), PlayerStatus.MEMBER)
    assert await undo(clan) == "added player Comet"
    assert await names(clan) == []
    assert (await roster.add(EDITOR, "Comet")).name == "Comet"


async def test_the_log_shows_undo_and_undo_skips_it(clan: Clan) -> None:
    await clan.services.roster.add(EDITOR, "Comet")
    await clan.services.roster.add(EDITOR, "Pixel")
    await undo(clan)
    shown = await clan.services.history.newest(SERVER)
    assert [(change.text, change.undone, change.actor_name) for change in shown] == [
        ("took back: added player Pixel", False, "Ash"),
        ("added player Pixel", True, "Robin"),
        ("added player Comet", False, "Robin"),
    ]
    assert await undo(clan) == "added player Comet"
    with pytest.raises(NotFound):
        await undo(clan)


async def test_settings(clan: Clan) -> None:
    settings = clan.services.settings
    await settings.change(EDITOR, prefix="?", clan_tags=("DX", "ΔX"))
    await settings.watch(EDITOR, ChannelId(7), watched=True)
    await undo(clan)
    assert (await settings.get(SERVER)).watched_channels == frozenset()
    await undo(clan)
    assert (await settings.get(SERVER)).prefix == "!"
    assert (await settings.get(SERVER)).clan_tags == ()


async def test_a_correction_and_a_discard(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    await clan.services.reviews.set_score(EDITOR, review.upload_id, 1, 100)
    await clan.services.reviews.discard(EDITOR, review.upload_id)
    assert await undo(clan) == f"discarded upload {review.upload_id}"
    open_again = await clan.services.reviews.get(SERVER, review.upload_id)
    assert open_again.state is UploadState.REVIEW
    assert open_again.draft is not None
    assert open_again.draft.sides[0].lines[0].score == 100
    assert await undo(clan) == f"edited upload {review.upload_id}: row 1 score 100"
    before = await clan.services.reviews.get(SERVER, review.upload_id)
    assert before.draft is not None
    assert before.draft.sides[0].lines[0].score == 110


async def test_a_saved_war_with_what_it_taught(clan: Clan) -> None:
    players = await clan.players()
    review = await clan.upload(table(names=("Comet", "Pixel", "Marlin", "Willow", "Juniper", "8as@1t?!")))
    await clan.services.reviews.set_name(EDITOR, review.upload_id, 6, "Basalt")
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert (await clan.services.roster.find(SERVER, "8as@1t?!")).name == "Basalt"
    assert (await clan.services.statistics.player(SERVER, players["Comet"].player_id)).races == 12

    assert await undo(clan) == "saved war 1"

    assert (await clan.services.wars.page(SERVER)).total == 0
    assert (await clan.services.wars.get(SERVER, saved.war_id)).removed
    assert (await clan.services.statistics.player(SERVER, players["Comet"].player_id)).races == 0
    with pytest.raises(NotFound):
        await clan.services.roster.find(SERVER, "8as@1t?!")
    again = await clan.services.reviews.get(SERVER, review.upload_id)
    assert again.state is UploadState.REVIEW
    assert again.war_id is None
    assert again.duplicate_of is None
    assert (await clan.services.reviews.save(SECOND, review.upload_id)).war_id == 2


async def test_a_removed_war(clan: Clan) -> None:
    await clan.players()
    saved = await clan.services.reviews.save(EDITOR, (await clan.upload()).upload_id)
    assert (await clan.services.wars.remove(EDITOR, saved.war_id)).removed
    with pytest.raises(Conflict, match="removed already"):
        await clan.services.wars.remove(SECOND, saved.war_id)
    assert (await clan.services.statistics.team(SERVER)).wars == 0
    assert await undo(clan) == "removed war 1"
    assert (await clan.services.statistics.team(SERVER)).wars == 1


async def test_what_changed_since_is_not_taken_back(clan: Clan, database: Database) -> None:
    await clan.services.roster.add(EDITOR, "Comet")
    async with database.acquire() as db:
        await db.execute("update players set status = 'ally'")
    with pytest.raises(Conflict, match="changed again since"):
        await clan.services.history.undo(EDITOR)
    assert await names(clan) == ["Comet"]


async def test_what_somebody_else_took_meanwhile_stays_theirs(clan: Clan, database: Database) -> None:
    comet = await clan.services.roster.add(EDITOR, "Comet")
    pixel = await clan.services.roster.add(EDITOR, "Pixel")
    await clan.services.roster.add_alias(EDITOR, comet.player_id, "Star")
    await clan.services.roster.remove_alias(EDITOR, comet.player_id, "Star")
    async with database.acquire() as db:
        await db.execute("insert into spellings values ($1, 'star', $2, 'Star')", SERVER, pixel.player_id)
    with pytest.raises(Conflict, match="stands in the way"):
        await clan.services.history.undo(EDITOR)
    assert (await clan.services.roster.find(SERVER, "Star")).name == "Pixel"


async def test_a_player_with_wars_stays_in_them(clan: Clan) -> None:
    review = await clan.upload()
    await clan.services.reviews.other_side(EDITOR, review.upload_id)
    await clan.players(*CLAN[:1])
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    await undo(clan)  # the war
    await undo(clan)  # the player, named by a removed war
    assert await names(clan) == []
    assert (await clan.services.wars.get(SERVER, saved.war_id)).our_side.lines[0].name == "Comet"
    assert (await clan.services.roster.add(EDITOR, "COMET")).name == "COMET"


async def test_servers_have_histories_of_their_own(clan: Clan) -> None:
    await clan.services.roster.add(EDITOR, "Comet")
    assert await clan.services.history.newest(STRANGER.server_id) == ()
    with pytest.raises(NotFound):
        await clan.services.history.undo(STRANGER)
    assert await names(clan) == ["Comet"]
