"""Members say themselves which player they are; nobody takes over somebody else's."""

from __future__ import annotations

import pytest
from simcord.actors import MemberActor

from mkw.ids import UserId
from tests.e2e.conftest import World, labels, said, words


async def who_is(world: World, member: MemberActor) -> str | None:
    player = await world.services.roster.linked_to(world.server_id, UserId(member.id))
    return None if player is None else player.name


@pytest.mark.parametrize("typed", ["!link me Comet", "!link me as Comet", "!link Comet"])
async def test_where_the_server_allows_it_a_free_player_is_whoever_says_so(world: World, typed: str) -> None:
    await world.add_roster("Comet", "Pixel")
    await world.say("!settings selflink on")
    assert "You are **Comet** from now on" in await world.say(typed, by=world.bob)
    assert await who_is(world, world.bob) == "Comet"
    assert "somebody else" in await world.say("!link me Comet", by=world.alice)
    assert "already" in await world.say("!link me Comet", by=world.bob)
    assert "Somebody has to agree" in await world.say("!link me Pixel", by=world.bob)  # not two in a row
    assert (await who_is(world, world.bob), await who_is(world, world.alice)) == ("Comet", None)
    assert "linked Comet to user" in await world.say("!undo")
    assert await who_is(world, world.bob) is None


async def test_elsewhere_an_editor_agrees_by_a_button_that_outlives_a_restart(world: World) -> None:
    await world.add_roster("Comet")
    assert "says they are **Comet**" in said(await world.bob.slash(world.channel, "link", player="Comet"))
    asked = world.answer
    assert labels(asked) == ["Link them", "No"]
    await world.restart()
    for nobody in (world.alice, world.bob):
        assert "Only a server administrator" in said(await nobody.click(asked, label="Link them"))
    assert await who_is(world, world.bob) is None
    await world.editor.click(asked, label="Link them")
    assert f"{world.bob.mention} is **Comet** from now on" in words(world.answer)
    assert labels(world.answer) == []
    assert await who_is(world, world.bob) == "Comet"


async def test_whoever_asked_or_an_editor_says_no(world: World) -> None:
    await world.add_roster("Comet")
    for who in (world.bob, world.editor):
        await world.say("!link me Comet", by=world.bob)
        assert "Only a server administrator" in said(await world.alice.click(world.answer, label="No"))
        await who.click(world.answer, label="No")
        assert "Nothing was changed" in words(world.answer)
    assert await who_is(world, world.bob) is None


async def test_a_player_who_is_somebody_by_then_stays_theirs(world: World) -> None:
    await world.add_roster("Comet")
    await world.say("!link me Comet", by=world.bob)
    asked = world.answer
    await world.say(f"!link {world.alice.mention} Comet")
    assert "somebody else" in said(await world.admin.click(asked, label="Link them"))
    assert await who_is(world, world.alice) == "Comet"


async def test_nobody_links_others_but_editors(world: World) -> None:
    await world.add_roster("Comet")
    await world.say("!settings selflink on")
    refused = await world.say(f"!link {world.alice.mention} Comet", by=world.bob)
    assert "Only a server administrator or" in refused
    assert "Only a server administrator" in said(
        await world.bob.slash(world.channel, "link", player="Comet", user=world.alice)
    )
    assert await who_is(world, world.alice) is None
