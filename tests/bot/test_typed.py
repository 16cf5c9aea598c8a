"""What people type, understood."""

from __future__ import annotations

import pytest

from bot.services.errors import BadInput
from bot.typed import mentioned_user, unquoted, whole_number, without_fence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"Big Comet"', "Big Comet"),
        ("“Big Comet”", "Big Comet"),
        ("Big Comet", "Big Comet"),
        ('Bob"x', 'Bob"x'),
        ('""', '""'),
        ("'tis", "'tis"),
        ("  spaced  ", "spaced"),
    ],
)
def test_quotes_around_all_of_it_are_taken_off(typed: str, meant: str) -> None:
    assert unquoted(typed) == meant


@pytest.mark.parametrize(("typed", "number"), [("44", 44), ("−5", -5), ("４４", 44), (" 7 ", 7), ("-20", -20)])
def test_whole_numbers(typed: str, number: int) -> None:
    assert whole_number(typed, "The score") == number


@pytest.mark.parametrize("typed", ["12a", "4.5", "", "1_000", "forty", "9" * 5 + "x" * 100])
def test_what_is_no_whole_number_is_told_what_was_typed(typed: str) -> None:
    with pytest.raises(BadInput, match="The score must be a whole number"):
        whole_number(typed, "The score")


def test_mentions() -> None:
    assert mentioned_user("<@123>") == 123
    assert mentioned_user(" <@!123> ") == 123
    assert mentioned_user("Comet") is None


def test_a_fence_around_a_pasted_table_is_taken_off() -> None:
    assert without_fence("```\nCR\nComet 92\n```") == "CR\nComet 92"
    assert without_fence("Comet 92 vs QZ 491") == "Comet 92 vs QZ 491"
    assert without_fence("```") == "```"
