"""How commands and pictures of a run show in the figures, and the figures in Discord."""

from __future__ import annotations

from bot.metrics import counts_by
from tests.e2e.conftest import World


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
