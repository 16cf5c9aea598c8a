"""The words of an answer."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from bot.answer_texts import SURE, UNSURE, review_embed, row_label
from bot.services.drafts import Draft, DraftLine, DraftSide, ReviewCheck, UploadState
from bot.services.review import AverageMoved, Saved
from bot.views.edit import menu_options
from bot.views.link import rows_to_link
from bot.views.review import review_view
from bot.war_texts import saved_embed
from mkw.ids import WarId
from tests.bot.samples import HOSTILE, SETTINGS, review, war


def text_of(embed: discord.Embed) -> str:
    return f"{embed.title}\n{embed.description}"


def test_a_sure_review_shows_the_result_and_its_check() -> None:
    embed = review_embed(review(), SETTINGS)
    assert embed.title == "CR 493 : 491 QZ (+2)"
    assert "✓ 493 + 491 = 984, 82 a race: closes" in text_of(embed)
    assert embed.colour == SURE


def test_doubts_and_unknown_names_are_asked_by_row() -> None:
    asked = review()
    assert asked.draft is not None
    ours, theirs = asked.draft.sides
    doubtful = DraftLine("Sandpiper", 44, 7, doubts=("the two readers differ: 44 or 4?",))
    ours = replace(ours, lines=(*ours.lines[:5], doubtful))
    asked = replace(asked, draft=replace(asked.draft, sides=(ours, theirs)), unknown_rows=(6,), doubtful_rows=(6,))
    embed = review_embed(asked, SETTINGS)
    assert "Row 6 Sandpiper: the two readers differ: 44 or 4?" in text_of(embed)
    assert "Not on the roster: 6 **Sandpiper**" in text_of(embed)
    assert "`!edit 6 name …`" in text_of(embed)
    assert embed.colour == UNSURE
    assert row_label(6, doubtful) == "6 · Sandpiper · 44 (7)"
    assert menu_options(asked)[5].description == "the two readers differ: 44 or 4?"


def test_who_was_taken_for_whom_is_said() -> None:
    shown = review()
    assert shown.draft is not None
    assert "Taken for" not in str(review_embed(shown, SETTINGS).description)
    first, *rest = shown.draft.sides[0].lines
    lines = (replace(first, name="CR Kometa", player_name="Comet"), *rest)
    draft = replace(shown.draft, sides=(replace(shown.draft.sides[0], lines=lines), *shown.draft.sides[1:]))
    assert "Taken for: CR Kometa = **Comet**" in str(review_embed(replace(shown, draft=draft), SETTINGS).description)


def test_the_number_of_races_is_said_once() -> None:
    titled = review()
    assert titled.draft is not None
    titled = replace(titled, draft=replace(titled.draft, title="July 2, 2025 - 12 races"))
    assert text_of(review_embed(titled, SETTINGS)).count("12 races") == 1


def test_a_check_that_fails_is_marked_and_not_green() -> None:
    embed = review_embed(review(checks=(ReviewCheck("490 + 491 = 981, not 984", ok=False),)), SETTINGS)
    assert "✗ 490 + 491 = 981, not 984" in text_of(embed)
    assert embed.colour == UNSURE


def test_a_war_like_it_and_obstacles_are_pointed_at() -> None:
    embed = review_embed(review(duplicate_of=WarId(11), obstacles=("Row 3 has no score.",)), SETTINGS)
    assert "War 11 looks the same" in text_of(embed)
    assert "Row 3 has no score." in text_of(embed)


def test_penalties_count_in_the_result_and_are_named() -> None:
    shown = review()
    assert shown.draft is not None
    ours, theirs = shown.draft.sides
    shown = replace(shown, draft=replace(shown.draft, sides=(ours, replace(theirs, penalty=20))))
    embed = review_embed(shown, SETTINGS)
    assert embed.title == "CR 493 : 471 QZ (+22)"
    assert "QZ -20" in text_of(embed)


@pytest.mark.parametrize("ours", [None, 0, 2])
def test_several_sides_put_ours_first(ours: int | None) -> None:
    sides = tuple(DraftSide((DraftLine(f"P{number}", 100 - number, None),), f"T{number}") for number in range(4))
    embed = review_embed(review(draft=Draft(sides, ours, 12, "table")), SETTINGS)
    assert str(embed.title).startswith(f"T{ours or 0} ")


def test_saved_shows_what_moved_and_what_was_learnt() -> None:
    kept = review(state=UploadState.SAVED, war_id=WarId(12))
    saved = Saved(
        WarId(12), kept, (AverageMoved("Comet", None, 92.0), AverageMoved("Pixel", 90.0, 89.0)), (("C0met", "Comet"),)
    )
    embed = saved_embed(kept, war(), saved, SETTINGS)
    assert embed.title == "War 12 is kept"
    assert "**Comet** 92.0 (first war)" in text_of(embed)
    assert "**Pixel** 90.0 → 89.0 ▼" in text_of(embed)
    assert "C0met = **Comet**" in text_of(embed)
    assert review_view(kept) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_names_within_the_limits(name: str) -> None:
    lines = tuple(DraftLine(name, None, None, doubts=(name,)) for _ in range(12))
    sides = (DraftSide(lines, name), DraftSide(lines, name))
    shown = review(
        draft=Draft(sides, 0, 12, "table", title=name), unknown_rows=tuple(range(1, 13)),
        doubtful_rows=tuple(range(1, 25)), obstacles=(name,) * 10, reason=name,
        checks=(ReviewCheck(name, ok=False),) * 9,
    )  # fmt: skip
    thrown_away = replace(shown, state=UploadState.DISCARDED)
    for embed in (review_embed(shown, SETTINGS), review_embed(thrown_away, SETTINGS)):
        assert len(embed) <= 6000
        assert len(str(embed.title)) <= 256
        assert len(str(embed.description)) <= 4096
        assert "@everyone" not in text_of(embed)
        assert "<@1" not in text_of(embed)
    for option in menu_options(shown):
        assert 1 <= len(option.label) <= 100
        assert option.description is None or len(option.description) <= 100


async def test_save_cannot_be_pressed_while_something_stands_in_the_way() -> None:
    def disabled(**changes: object) -> dict[str, bool]:
        view = review_view(review(**changes))
        assert view is not None
        buttons = [item.item for item in view.children if isinstance(item, discord.ui.DynamicItem)]
        return {str(button.label): button.disabled for button in buttons}

    assert not any(disabled().values())
    assert disabled(obstacles=("Row 3 has no score.",))["Save"]
    alone = Draft((DraftSide((DraftLine("Comet", 92, None),)),), 0, 12, "table")
    assert disabled(draft=alone)["Other side"]


def test_unknown_rows_are_asked_first_and_opponents_never() -> None:
    rows = [number for number, _ in rows_to_link(review(unknown_rows=(4, 6)))]
    assert rows == [4, 6, 1, 2, 3, 5]
