"""What somebody nearly typed. Other bots listen to the same prefix, so everything else stays unanswered."""

from __future__ import annotations

import pytest

from bot.near_commands import near
from tests.e2e.conftest import World


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sttas", "stats"), ("stast", "stats"), ("leaderbord", "leaderboard"), ("leadrebaord", "leaderboard"),
        ("rooster", "roster"), ("play", None), ("ban", None), ("st", None), ("statistics", None), ("8ball", None),
    ],
)  # fmt: skip
def test_only_a_slip_of_the_finger_is_near(typed: str, meant: str | None) -> None:
    assert near(typed, ["stats", "leaderboard", "roster", "war", "lb"]) == meant


async def test_a_near_miss_is_answered_and_others_are_not(world: World) -> None:
    assert "Did you mean `!stats`?" in await world.say("!sttas Comet")
    answers = len(world.answers)
    for other in ("!play never gonna", "!rank", "!8ball am I fast", "!nosuchcommand"):
        await world.say(other)
    assert len(world.answers) == answers


async def test_a_part_that_is_none_names_the_one_that_was_meant(world: World) -> None:
    told = await world.say("!war penalty 3 1 20", by=world.admin)
    assert told.startswith("There is no `!war penalty`. Did you mean `!war edit <number> <row> <")
    assert ", or `!war side <number> <side> <" in told
    assert "such as `!war side 12 2 tag CB`?" in told
    assert "`!war title" in await world.say("!war titel 3 Cup", by=world.admin)
    assert "whole number" in await world.say("!war x", by=world.admin)
