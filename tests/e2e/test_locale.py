"""Numbers as a server's people write them, in every answer that has some."""

from __future__ import annotations

import re

from mkw.ids import ChannelId, MessageId
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


async def test_totals_and_counts_are_in_the_servers_way(world: World) -> None:
    await world.say("!settings locale de")
    rows = ", ".join(f"Racer{number} {90 + number}" for number in range(12))
    await world.say(f"!addwar {rows} vs CB 632")
    assert "1.146 : 632" in words(world.answer)
    for number in range(12):
        await world.services.roster.add(world.actor, f"Racer{number}")
    await world.say("!save")
    assert "1.146 : 632" in await world.say("!wars")
    assert "**1.146**" in await world.say("!stats team")


async def test_a_bulk_scan_counts_in_the_servers_way_after_a_restart_too(world: World) -> None:
    await world.say("!settings locale de")
    scan = await world.services.bulk.start(
        world.actor, ChannelId(world.elsewhere.id), answer_channel_id=ChannelId(world.channel.id),
        before=MessageId(2**62),
    )  # fmt: skip
    async with world.services.statistics._records.change(world.server_id) as db:
        await db.execute("update bulk_scans set walked = 12345 where bulk_id = $1", scan.bulk_id)
    await world.restart()
    assert "12.345 messages" in words(world.answers[-2])
