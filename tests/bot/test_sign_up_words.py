"""What people type after `available`, and what `war start` makes of a sign-up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.live_start import remark_of, start_of, typed, words_above
from bot.services.errors import BadInput
from bot.services.settings import ServerSettings
from bot.services.sign_ups import Answer, SignedUp, SignUp, SignUpState
from bot.sign_up_words import Wanted, wanted
from mkw.ids import ChannelId, ServerId, SignUpId, UserId
from mkw.live import Form

NOW = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)
NINE = datetime(2026, 3, 4, 21, 0, tzinfo=UTC)
OURS = ServerSettings(ServerId(1), clan_tags=("DX", "ΔX"))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("21:00", Wanted(NINE)),
        ("21:00 vs KT 6", Wanted(NINE, "KT")),
        ("9pm vs KT 5v5", Wanted(NINE, "KT", 5)),
        ("vs KT at 21:00 for 8 players", Wanted(NINE, "KT", 8)),
        ('vs "Big Clan" 21', Wanted(NINE, "Big Clan")),
        ("21:00 against Sat", Wanted(NINE, "Sat")),  # no day: it is a tag
        ("tomorrow 9pm vs 6 5", Wanted(NINE + timedelta(days=1), "6", 5)),
        ("21:00 remind 30", Wanted(NINE, remind=timedelta(minutes=30))),
        ("remind 2h 21:00 4", Wanted(NINE, size=4, remind=timedelta(hours=2))),
        ("21:00 remind off", Wanted(NINE, remind=None)),
        ("21:00, vs KT, 5v5, remind 10 min before", Wanted(NINE, "KT", 5, timedelta(minutes=10))),
    ],
)
def test_when_against_whom_and_with_how_many(text: str, means: Wanted) -> None:
    assert wanted(text, NOW) == means


@pytest.mark.parametrize("text", ["", "vs KT", "21:00 6v5", "21:00 22:00", "21:00 and snacks", "21:00 5v5 7", "8"])
def test_what_is_not_understood_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        wanted(text, NOW)


def sign_up(opponent: str | None = "KT", *, size: int = 6, signed: int = 6) -> SignUp:
    people = tuple(SignedUp(UserId(number), f"P{number}", Answer.CAN, moved_up=False) for number in range(signed))
    return SignUp(
        ServerId(1), SignUpId(3), ChannelId(1), None, SignUpState.OPEN, NINE, size, opponent, None, UserId(1), people,
        is_over=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "others", "near", "sides", "form", "players"),
    [
        ("DX", "CB", None, ("DX", "CB"), Form.SIX, 0),
        ("DX", "CB 5v5", None, ("DX", "CB"), Form.FIVE, 0),
        ("DX", "CB, QZ, ML 24", None, ("DX", "CB", "QZ", "ML"), Form.TWENTY_FOUR, 0),
        ("CB", "", None, ("DX", "CB"), Form.SIX, 0),
        ("CB", "5v5", None, ("DX", "CB"), Form.FIVE, 0),
        ("", "", sign_up(), ("DX", "KT"), Form.SIX, 6),
        ("δx", "", sign_up(), ("δx", "KT"), Form.SIX, 6),
        ("kt", "", sign_up(), ("DX", "kt"), Form.SIX, 6),
        ("CB", "", sign_up(), ("DX", "CB"), Form.SIX, 0),  # against somebody else
        ("CB", "", sign_up(None), ("DX", "CB"), Form.SIX, 6),
        ("", "", sign_up(size=5, signed=7), ("DX", "KT"), Form.FIVE, 5),
        ("6v6", "", sign_up(size=5, signed=5), ("DX", "KT"), Form.SIX, 0),
        ("", "", sign_up(signed=5), ("DX", "KT"), Form.SIX, 0),
    ],
)
def test_what_a_sign_up_adds_to_war_start(
    ours: str, others: str, near: SignUp | None, sides: tuple[str, ...], form: Form, players: int
) -> None:
    start = start_of(typed(ours, others), OURS, near)
    assert (start.sides, start.form, len(start.players)) == (sides, form, players)
    assert (remark_of(start) is None) == (start.sign_up is None)


def test_a_side_that_nobody_said_is_asked_for() -> None:
    with pytest.raises(BadInput, match="Against whom"):
        start_of(typed("DX", ""), OURS, sign_up(None))
    with pytest.raises(BadInput, match="Which tag is yours"):
        start_of(typed("CB", ""), ServerSettings(ServerId(1)), None)


@pytest.mark.parametrize(
    ("content", "parsed", "means"),
    [
        ("!war start DX CB 5v5", ("DX", "CB", "5v5"), ("DX", "CB 5v5")),
        ("!war start DX CB\nsgb 1-6", ("DX", "CB", "sgb 1-6"), ("DX", "CB ")),
        ("!war start CB\nsgb 1-6", ("CB", "sgb", "1-6"), ("CB", "")),
        ("!war start\nsgb 1-6", ("sgb", "1-6", ""), ("", "")),
    ],
)
def test_lines_below_are_no_part_of_the_command(
    content: str, parsed: tuple[str, str, str], means: tuple[str, str]
) -> None:
    first, _, lines = content.partition("\n")
    assert words_above(first, lines, *parsed) == means
