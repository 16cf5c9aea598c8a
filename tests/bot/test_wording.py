"""Names from pictures and strangers, shown safely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import escape, own_words


@pytest.mark.parametrize("hostile", ["@everyone", "@here", "<@123>", "<@&123>", "<#123>", "</save:1>", "<:x:1>"])
def test_nothing_is_a_mention(hostile: str) -> None:
    shown = escape(hostile)
    assert "@everyone" not in shown
    assert "@here" not in shown
    assert "<" not in shown.replace("\\<", "")


def test_markdown_shows_as_it_was_written() -> None:
    assert escape("**a** _b_ `c` ||d||") == r"\*\*a\*\* \_b\_ \`c\` \|\|d\|\|"


def test_lines_and_control_characters_become_one_line() -> None:
    assert escape("a\nb\x00c\u202ed") == "a bcd"


def test_stars_greek_and_kana_stay() -> None:
    assert escape("ΣND Ztar☆ かな н5★") == "ΣND Ztar☆ かな н5★"


def test_what_shows_nothing_gets_a_dash() -> None:
    assert escape("\u200b\u202e") == "–"
    assert escape("") == "–"


@given(st.text(max_size=500), st.integers(5, 200))
def test_always_one_short_line(text: str, limit: int) -> None:
    shown = escape(text, limit=limit)
    assert shown
    assert "\n" not in shown
    assert len(shown) <= 3 * limit + 3  # every character escaped at worst


def test_commands_in_our_own_words_stay_commands() -> None:
    assert own_words("Row 3 has no score: `edit 3 score 44`.") == "Row 3 has no score: `edit 3 score 44`."
    assert own_words("Type `Comet 20+7`.") == "Type `Comet 20+7`."
    assert own_words('or `vs "Big Clan"`.') == 'or `vs "Big Clan"`.'
    assert own_words("`@everyone` is here").startswith(r"\`@")
    assert own_words("**Comet**") == r"\*\*Comet\*\*"
