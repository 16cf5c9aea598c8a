"""How commands and pictures of a run show in the figures, and the figures in Discord."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.metrics import counts_by
from tests.e2e.conftest import World, said


async def test_commands_are_counted_with_how_they_ended(world: World) -> None:
    await world.add_roster()
    await world.say("!roster")
    await world.say("!stats Nobody At All")
    await world.say("!setup", by=world.bob)
    await world.say("!nosuchcommand with words")
    await world.alice.slash(world.channel, "roster")
    metrics = world.bot.health.metrics
    done = {
        (sample.labels["command"], sample.labels["outcome"]): sample.value
        for family in metrics.commands.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    }
    assert done == {("roster", "done"): 2, ("stats", "mistake"): 1, ("setup", "refused"): 1}
    assert counts_by(metrics.commands, "command")["roster"] == 2


async def test_the_gateway_is_ready(world: World) -> None:
    parts = {part.name: part for part in await world.bot.health.parts()}
    assert parts["discord"].ok, parts["discord"].text
    world.bot.dispatch("disconnect")
    await world.env.settle()
    parts = {part.name: part for part in await world.bot.health.parts()}
    assert "connection is lost" in parts["discord"].text


async def test_health_is_for_whoever_runs_the_bot_alone(world: World) -> None:
    await world.post_war()
    world.bot.owner_id = None
    world.bot.owner_ids = {world.bob.id}
    for stranger in (world.alice, world.editor, world.admin):
        assert "Only whoever runs this bot" in await world.say("!health", by=stranger)
        assert "Only whoever runs this bot" in said(await stranger.slash(world.channel, "health"))
    told = await world.say("!health", by=world.bob)
    assert "✓ **discord** connected" in told
    assert "6 refused" in told
    assert "Commands: 0 done" in told
    assert max(len(line) for line in told.splitlines()) <= 60, "a line of a phone or two"
    answer = said(await world.bob.slash(world.channel, "health"))
    assert "1 done" in answer


async def test_without_a_team_the_application_s_owner_runs_the_bot(world: World) -> None:
    """Discord is asked who that is."""
    information = await world.bot.application_info()
    assert await world.bot.is_owner(information.owner)
    assert "Only whoever runs this bot" in await world.say("!health")


async def test_health_says_what_is_not_well(world: World) -> None:
    world.bot.owner_ids = {world.bob.id}
    world.bot.health.readers = NoReaders()
    told = await world.say("!health", by=world.bob)
    assert "Something is not well" in told
    assert "✗ **readers** 0 of 2 reading processes live, 1 picture waits" in told


class NoReaders:
    size = 2
    alive = 0
    waiting = 1


async def test_a_slow_command_is_logged_by_its_name_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.say("!stats Nobody")
    assert "slow command" not in caplog.text
    world.bot.options = replace(world.options, slow_command_seconds=-1.0)  # the simulated clock stands still
    await world.say("!stats Nobody")
    assert "slow command stats: 0.0" in caplog.text
    assert "Nobody" not in caplog.text
