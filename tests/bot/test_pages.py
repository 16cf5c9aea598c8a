"""Lists in pages: within Discord's limits, with buttons that need no memory."""

from __future__ import annotations

import re

import discord

from bot.views.pages import PageButton, page_of_lines, page_view


def buttons(view: discord.ui.View | None) -> list[PageButton]:
    assert view is not None
    return [item for item in view.children if isinstance(item, PageButton)]


async def test_a_view_says_where_it_leads_and_nothing_else_is_kept() -> None:
    page = page_of_lines("Wars", [str(number) for number in range(25)], 1, size=10, empty="none")
    view = page_view("wars", page, owner_id=5, argument="average/0")
    made = buttons(view)
    assert view is not None
    assert len(made) == len(view.children)
    assert [button.item.custom_id for button in made] == [
        "page:wars:back:0:5:average/0",
        "page:wars:here:1:5:average/0",
        "page:wars:on:2:5:average/0",
    ]
    assert [button.item.disabled for button in made] == [False, True, False]
    assert made[1].item.label == "2 / 3"
    pattern = PageButton.__discord_ui_compiled_template__
    assert all(re.fullmatch(pattern, str(button.item.custom_id)) for button in made)


async def test_the_ends_lead_nowhere_and_one_page_has_no_buttons() -> None:
    lines = [str(number) for number in range(20)]
    first, last = (page_of_lines("Wars", lines, page, size=10, empty="none") for page in (0, 99))
    assert [button.item.disabled for button in buttons(page_view("wars", first, 5))] == [True, True, False]
    assert [button.item.disabled for button in buttons(page_view("wars", last, 5))] == [False, True, True]
    assert page_view("wars", page_of_lines("Wars", lines[:3], 0, size=10, empty="none"), 5) is None


def test_nothing_says_what_to_do() -> None:
    page = page_of_lines("Wars", [], 0, size=10, empty="Post a picture.")
    assert page.embed.description == "Post a picture."
    assert page.pages == 1


def test_long_lines_make_more_pages_instead_of_too_long_ones() -> None:
    lines = [f"{number} " + "x" * 600 for number in range(20)]
    pages = page_of_lines("Aliases", lines, 0, size=20, empty="none").pages
    shown = [page_of_lines("Aliases", lines, page, size=20, empty="none", fixed=True) for page in range(pages)]
    assert pages > 1
    assert all(len(str(page.embed.description)) <= 4096 for page in shown)
    text = "\n".join(str(page.embed.description) for page in shown)
    assert all(f"{number} x" in text for number in range(20))
