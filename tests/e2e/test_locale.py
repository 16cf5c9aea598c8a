"""Numbers as a server's people write them, in every answer that has some."""

from __future__ import annotations

import re

from tests.e2e.conftest import World, words
from tests.e2e.test_lists import keep_wars


async def test_a_server_chooses_how_numbers_are_written(world: World) -> None:
    await world.add_roster()
    assert "1.234,5 (Deutsch)" in await world.say("!settings locale de")
    assert "one of these ways" in await world.say("!settings locale klingon")
    assert "Only a server administrator" in await world.say("!settings locale fr", by=world.editor)
    saved = await _saved(world)
    assert re.search(r"\d,\d \(first war\)", saved)
    for asked in ("!stats Comet", "!leaderboard", "!stats team", "!form"):
        text = await world.say(asked)
        assert re.search(r"\d,\d", text), asked
        assert not re.search(r"\d\.\d", text), asked
    await world.say("!settings locale en")
    assert "92.0" in await world.say("!stats Comet")


async def _saved(world: World) -> str:
    await world.post_war(1)
    await world.say("!save")
    return "\n".join(words(one) for one in world.answers)


async def test_tables_stay_in_line(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 3)
    plain = await world.say("!leaderboard")
    for locale in ("de", "fr", "de-CH"):
        await world.say(f"!settings locale {locale}")
        other = await world.say("!leaderboard")
        assert [len(line) for line in other.splitlines()] == [len(line) for line in plain.splitlines()]


async def test_a_page_turned_after_a_restart_is_in_the_servers_way(world: World) -> None:
    await world.say("!settings locale de")
    for number in range(25):
        await world.services.roster.add(world.actor, f"Racer {number}")
    for start in range(4):
        names = ", ".join(f"Racer {start * 6 + one} {70 + one + start}" for one in range(6))
        await world.say(f"!addwar {names} vs CB 491")
        await world.say("!save")
    await world.say("!leaderboard")
    board = world.answer
    await world.restart()
    await world.admin.click(board, label="▶")
    assert re.search(r"\d,\d", words(world.answers[-1]))
