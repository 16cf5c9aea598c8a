"""Clans in a list nobody sorted: which tags, and who wears which."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkw.clans import tags_in
from mkw.lookalikes import fold

OURS = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Basalt")
THEIRS = ("Onyx", "Tundra", "Fable", "Quartz", "Ember", "Sorrel")


def mixed(ours: str, theirs: str) -> list[str]:
    """Both clans in turn, as a list by points has them."""
    return [
        form.format(name)
        for pair in zip(OURS, THEIRS, strict=True)
        for form, name in zip((ours, theirs), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "tags"),
    [
        ("DX {}", "CB {}", {"DX", "CB"}),
        ("DX{}", "CB{}", {"DX", "CB"}),
        ("[DX] {}", "CB★{}", {"DX", "CB"}),
        ("[DX]{}", "【CB】{}", {"DX", "CB"}),
        ("{} DX", "{} CB", {"DX", "CB"}),
        ("{} DX", "CB {}", {"DX", "CB"}),
        ("ΣND★{}", "{}★KT", {"ΣND", "KT"}),
        ("*DX*{}", "ßσσ {}", {"DX", "ßσσ"}),
        ("D {}", "★KT★ {}", {"D", "KT"}),
    ],
)
def test_both_tags_of_a_mixed_list(ours: str, theirs: str, tags: set[str]) -> None:
    clans = tags_in(mixed(ours, theirs), most=7)
    assert {clan.tag for clan in clans} == tags
    assert {clan.rows for clan in clans} == {(0, 2, 4, 6, 8, 10), (1, 3, 5, 7, 9, 11)}


def test_a_tag_misread_in_one_row_of_each_clan() -> None:
    names = mixed("DX {}", "CB {}")
    names[2], names[3] = "OX Pixel", "C8 Tundra"
    assert {clan.rows for clan in tags_in(names)} == {(0, 2, 4, 6, 8, 10), (1, 3, 5, 7, 9, 11)}


def test_a_tag_misread_that_may_be_either_is_nobodys() -> None:
    names = [*(f"CB {name}" for name in OURS), *(f"C8 {name}" for name in THEIRS), "Cb8 Rook"]
    assert all(12 not in clan.rows for clan in tags_in(names))


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["", " ", "★"],
        ["Marlin", "Marigold", "Marble", "Onyx", "Tundra", "Fable"],
        ["DX Comet", "DX Pixel", "Onyx", "Fable"],
    ],
)
def test_what_is_no_clan(names: list[str]) -> None:
    assert tags_in(names) == ()


def test_no_more_than_a_team_may_wear_one_tag() -> None:
    assert tags_in([f"DX {name}" for name in (*OURS, *THEIRS)], most=7) == ()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*mixed("DX {}", "CB★{}"), *mixed("{} KT", "[Z] {}"), "ab", "DX", "★"]), max_size=14)
    | st.lists(st.text(alphabet="abDX★ []", max_size=8), max_size=10),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter_and_nobody_is_in_two_clans(names: list[str], rng: random.Random) -> None:
    clans = tags_in(names)
    rows = [row for clan in clans for row in clan.rows]
    assert len(rows) == len(set(rows))
    assert all(len(clan.rows) >= 3 and fold(clan.tag) for clan in clans)
    order = rng.sample(range(len(names)), len(names))
    again = tags_in([names[row] for row in order])
    assert [(clan.tag, sorted(order[row] for row in clan.rows)) for clan in again] == [
        (clan.tag, list(clan.rows)) for clan in clans
    ]
