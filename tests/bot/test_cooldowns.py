"""How often heavy commands work, for a person and for a server."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cooldowns import Cooldowns, Limit, TooFast

LIMIT = Limit(person=2, server=3)


class Clock:
    now = 1000.0


CLOCK = Clock()


def asked(user: int, server: int = 1) -> Any:
    message = SimpleNamespace(created_at=datetime.fromtimestamp(CLOCK.now, UTC))
    return SimpleNamespace(author=SimpleNamespace(id=user), guild=SimpleNamespace(id=server), message=message)


@pytest.fixture
def clock() -> Clock:
    return CLOCK


def test_a_person_waits_and_is_told_how_long(clock: Clock) -> None:
    cooldowns = Cooldowns()
    cooldowns.require(asked(1), "scan", LIMIT)
    clock.now += 20.5
    cooldowns.require(asked(1), "scan", LIMIT)
    with pytest.raises(TooFast, match=r"`scan` works 2 times a minute for each person. Try again in 40 seconds"):
        cooldowns.require(asked(1), "scan", LIMIT)
    cooldowns.require(asked(1), "graph", LIMIT)  # another command
    cooldowns.require(asked(2), "scan", LIMIT)  # somebody else
    clock.now += 39
    with pytest.raises(TooFast, match="in 1 second\\."):
        cooldowns.require(asked(1), "scan", LIMIT)
    clock.now += 2
    cooldowns.require(asked(1), "scan", LIMIT)


def test_a_server_waits_together_and_no_other(clock: Clock) -> None:
    cooldowns = Cooldowns()
    for user in (1, 2, 3):
        cooldowns.require(asked(user), "scan", LIMIT)
    with pytest.raises(TooFast, match="3 times a minute for a server"):
        cooldowns.require(asked(4), "scan", LIMIT)
    cooldowns.require(asked(4, server=2), "scan", LIMIT)


def test_what_is_refused_does_not_count(clock: Clock) -> None:
    cooldowns = Cooldowns()
    for user in (1, 2, 3):
        cooldowns.require(asked(user), "scan", LIMIT)
    for _ in range(5):
        with pytest.raises(TooFast):
            cooldowns.require(asked(4), "scan", LIMIT)
    clock.now += 61
    for _ in range(2):
        cooldowns.require(asked(4), "scan", LIMIT)


def test_the_operator_says_otherwise(clock: Clock) -> None:
    cooldowns = Cooldowns({"scan": None, "graph": Limit(1, 5)})
    for _ in range(50):
        cooldowns.require(asked(1), "scan", LIMIT)
    cooldowns.require(asked(1), "graph", LIMIT)
    with pytest.raises(TooFast, match="works once a minute"):
        cooldowns.require(asked(1), "graph", LIMIT)
