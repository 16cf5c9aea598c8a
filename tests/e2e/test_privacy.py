"""What is known about somebody, and forgetting them, as they see it."""

from __future__ import annotations

import json

import simcord

from mkw.ids import UserId
from tests.e2e.conftest import World, labels, said, words
from tests.e2e.test_export import attached, message_of


async def linked(world: World) -> None:
    await world.add_roster()
    await world.say(f"!link <@{world.alice.id}> Comet")
    await world.post_war(1, by=world.alice)
    await world.say("!save", by=world.alice)


async def test_my_data_are_for_me_alone(world: World) -> None:
    await linked(world)
    shown = message_of(await world.alice.slash(world.channel, "mydata"))
    assert shown.flags.ephemeral
    assert words(shown) == (
        "What the records of this server know about you: your link to **Comet**, 1 upload, 2 changes in the log."
    )
    data = json.loads((await attached(shown))["mydata.json"])
    assert data["discord_user_id"] == str(world.alice.id)
    assert [one["score"] for one in data["players"][0]["lines"]] == [92]
    assert "direct message" in await world.say("!mydata", by=world.bob)


async def test_forgetting_says_first_what_goes_and_is_done_by_whoever_asked(world: World) -> None:
    await linked(world)
    asked = await world.say("!forgetme", by=world.alice)
    for part in ("your link to **Comet**, 1 upload, 2 changes", "**Goes:**", "**Stays:**", "cannot be undone"):
        assert part in asked
    question = world.answer
    assert "belong to whoever asked" in said(await world.admin.click(question, label="Forget me"))
    await world.alice.click(question, label="Leave it")
    assert "Nothing was changed" in words(world.answer)

    await world.say("!forgetme", by=world.alice)
    question = world.answer
    await world.restart()  # the buttons live on
    await world.alice.click(question, label="Forget me")
    assert "You are forgotten on this server" in words(world.answers[-1])
    assert labels(world.answers[-1]) == []
    assert await world.services.roster.linked_to(world.server_id, UserId(world.alice.id)) is None
    log = await world.say("!audit")
    assert "forgot somebody who asked for it" in log
    assert str(world.alice.id) not in log
    assert "Alice" not in log
    assert "Nothing on this server knows you" in await world.say("!forgetme", by=world.alice)
    assert "CR 493 : 491 QZ" in await world.say("!war 1")


async def test_whoever_takes_no_direct_messages_is_told_of_the_slash_command(world: World, env: simcord.Env) -> None:
    await linked(world)
    env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    assert "Use the slash command `/mydata`" in await world.say("!mydata", by=world.alice)
