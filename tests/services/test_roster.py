"""Players, aliases, and finding them."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.errors import AlreadyExists, BadInput, NotFound
from bot.services.player import PlayerStatus
from tests.services.conftest import EDITOR, OTHER_SERVER, SECOND, SERVER, STRANGER, Clan


async def test_a_name_is_found_in_any_spelling(clan: Clan) -> None:
    await clan.players()
    await clan.services.roster.add_alias(
        EDITOR, (await clan.services.roster.find(SERVER, "Comet")).player_id, "Schweifstern"
    )
    for text in ("Comet", "COMET", " c o m e t ", "Соmеt", "schweifSTERN"):
        assert (await clan.services.roster.find(SERVER, text)).name == "Comet"


async def test_a_name_not_found_suggests_close_ones(clan: Clan) -> None:
    await clan.players()
    with pytest.raises(NotFound) as caught:
        await clan.services.roster.find(SERVER, "Wilow")
    assert caught.value.suggestions[0] == "Willow"


async def test_suggestions_for_autocomplete(clan: Clan) -> None:
    await clan.players("Comet", "Pixel", "Pixie", "Spixer")
    suggest = clan.services.roster.suggest
    assert [player.name for player in await suggest(SERVER, "pix")] == ["Pixel", "Pixie", "Spixer"]
    assert len(await suggest(SERVER, "")) == 4
    assert len(await suggest(SERVER, "pix", limit=2)) == 2
    assert await suggest(OTHER_SERVER, "pix") == ()


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 61, "\x00\x07", "\ufdfa" * 60])
async def test_a_name_that_is_none(clan: Clan, name: str) -> None:
    with pytest.raises(BadInput):
        await clan.services.roster.add(EDITOR, name)


@pytest.mark.parametrize("name", ["@everyone", "**bold**", "🏎️", "н5★", "x" * 60, "かな", "a\nb"])
async def test_a_strange_name_that_is_one(clan: Clan, name: str) -> None:
    added = await clan.services.roster.add(EDITOR, name)
    assert added.name == name.replace("\n", " ")
    assert (await clan.services.roster.find(SERVER, name)).player_id == added.player_id


async def test_names_and_aliases_share_one_space(clan: Clan) -> None:
    roster, people = clan.services.roster, await clan.players("Comet", "Pixel")
    comet, pixel = people["Comet"].player_id, people["Pixel"].player_id
    await roster.add_alias(EDITOR, comet, "Star")
    with pytest.raises(AlreadyExists, match="alias of Comet"):
        await roster.add(EDITOR, "STAR")
    with pytest.raises(AlreadyExists, match="alias of Comet"):
        await roster.add_alias(EDITOR, pixel, "star")
    with pytest.raises(AlreadyExists):
        await roster.rename(EDITOR, pixel, "comet")
    with pytest.raises(AlreadyExists):
        await roster.add_alias(EDITOR, comet, "COMET")
    assert (await roster.add(STRANGER, "Star")).name == "Star"


async def test_added_by_two_at_once_is_added_once(clan: Clan) -> None:
    results = await asyncio.gather(
        *(clan.services.roster.add(actor, "Comet") for actor in (EDITOR, SECOND)), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyExists) for result in results) == 1
    assert len(await clan.services.roster.players(SERVER)) == 1


async def test_rename_keeps_the_old_name_as_alias(clan: Clan) -> None:
    roster, people = clan.services.roster, await clan.players("Comet")
    renamed = await roster.rename(EDITOR, people["Comet"].player_id, "Meteor")
    assert (renamed.name, renamed.aliases) == ("Meteor", ("Comet",))
    respelt = await roster.rename(EDITOR, renamed.player_id, "METEOR")
    assert (respelt.name, respelt.aliases) == ("METEOR", ("Comet",))
    back = await roster.rename(EDITOR, renamed.player_id, "Comet")
    assert (back.name, back.aliases) == ("Comet", ("METEOR",))
    without = await roster.remove_alias(EDITOR, renamed.player_id, "meteor")
    assert without.aliases == ()
    with pytest.raises(BadInput):
        await roster.remove_alias(EDITOR, renamed.player_id, "comet")
    with pytest.raises(NotFound):
        await roster.remove_alias(EDITOR, renamed.player_id, "nobody")


async def test_somebody_removed_comes_back_with_their_aliases(clan: Clan) -> None:
    roster, people = clan.services.roster, await clan.players("Comet", "Pixel")
    comet = people["Comet"].player_id
    await roster.add_alias(EDITOR, comet, "Star")
    await roster.remove(EDITOR, comet)
    with pytest.raises(NotFound):
        await roster.find(SERVER, "Comet")
    with pytest.raises(NotFound):
        await roster.rename(EDITOR, comet, "Meteor")
    with pytest.raises(AlreadyExists, match="was removed"):
        await roster.rename(EDITOR, people["Pixel"].player_id, "Comet")
    back = await roster.add(EDITOR, "comet", status=PlayerStatus.ALLY)
    assert (back.player_id, back.name, back.aliases, back.status) == (comet, "comet", ("Star",), PlayerStatus.ALLY)


async def test_an_alias_of_somebody_removed_gives_way(clan: Clan) -> None:
    roster, people = clan.services.roster, await clan.players("Comet")
    await roster.add_alias(EDITOR, people["Comet"].player_id, "Star")
    await roster.remove(EDITOR, people["Comet"].player_id)
    assert (await roster.add(EDITOR, "Star")).player_id != people["Comet"].player_id
    assert (await roster.add(EDITOR, "Comet")).aliases == ()


async def test_another_server_reaches_no_player(clan: Clan) -> None:
    comet = (await clan.players("Comet"))["Comet"].player_id
    roster = clan.services.roster
    for act in (
        roster.remove(STRANGER, comet),
        roster.rename(STRANGER, comet, "Mine"),
        roster.set_status(STRANGER, comet, PlayerStatus.FORMER),
        roster.add_alias(STRANGER, comet, "Mine"),
        roster.remove_alias(STRANGER, comet, "Comet"),
        clan.services.statistics.player(OTHER_SERVER, comet),
    ):
        with pytest.raises(NotFound):
            await act
