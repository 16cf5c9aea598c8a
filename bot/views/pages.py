"""Lists that page with buttons which outlive a restart: the button itself says which list and which page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.acknowledging import acknowledge
from bot.context import bot_of, server_of
from bot.rendering.text import code_block
from bot.rendering.text import pages as as_pages
from bot.views.base import Lasting
from mkw.ids import ServerId

if TYPE_CHECKING:
    from bot.context import ClanContext

CUSTOM_ID_LIMIT = 100
TEXT_LIMIT = 3900  # of an embed's 4096, with room for the marks of a code block
BACK, ON = "\N{BLACK LEFT-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"


@dataclass(frozen=True, slots=True)
class Page:
    embed: discord.Embed
    page: int  # from 0
    pages: int  # 1 at least


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`argument` is whatever the list needs besides its page: a metric, a topic."""

    guild: discord.Guild | None
    user: discord.Member | discord.User
    page: int
    argument: str

    @property
    def server_id(self) -> ServerId:
        """Raises NoPrivateMessage in a direct message."""
        return server_of(self.guild)


PageMaker = Callable[[PageRequest], Awaitable[Page]]


class PageMakers:
    """The lists there are, by a short name that stays the same for ever: old buttons carry it."""

    def __init__(self, before: Callable[[discord.Guild | None], Awaitable[None]] | None = None) -> None:
        self._makers: dict[str, PageMaker] = {}
        self._before = before

    def register(self, kind: str, maker: PageMaker) -> None:
        if kind in self._makers:
            raise ValueError(f"two lists are called {kind!r}")
        self._makers[kind] = maker

    def remove(self, kind: str) -> None:
        self._makers.pop(kind, None)

    async def make(self, kind: str, request: PageRequest) -> Page:
        if self._before is not None:
            await self._before(request.guild)
        return await self._makers[kind](request)


class PageButton(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"page:(?P<kind>[a-z]+):(?P<way>back|here|on):(?P<page>\d+):(?P<owner>\d+):(?P<argument>.*)",
):
    """Whoever asked turns their page; anybody else gets a copy of their own."""

    def __init__(
        self, kind: str, way: str, page: int, owner_id: int, argument: str, *, label: str, disabled: bool = False
    ) -> None:
        custom_id = _custom_id(kind, way, page, owner_id, argument)
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))
        self.kind = kind
        self.page = page
        self.owner_id = owner_id
        self.argument = argument

    @classmethod
    def again(cls, match: re.Match[str], label: str) -> Self:
        return cls(match["kind"], match["way"], int(match["page"]), int(match["owner"]), match["argument"], label=label)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        own = interaction.user.id == self.owner_id
        if own:
            await acknowledge(interaction)
        else:
            await acknowledge(interaction, ephemeral=True, thinking=True)
        request = PageRequest(interaction.guild, interaction.user, self.page, self.argument)
        page = await bot_of(interaction).page_makers.make(self.kind, request)
        view = page_view(self.kind, page, interaction.user.id, self.argument)
        if own:
            await interaction.edit_original_response(embed=page.embed, view=view)
        elif view is None:
            await interaction.followup.send(embed=page.embed, ephemeral=True)
        else:
            await interaction.followup.send(embed=page.embed, view=view, ephemeral=True)


def _custom_id(kind: str, way: str, page: int, owner_id: int, argument: str) -> str:
    return f"page:{kind}:{way}:{page}:{owner_id}:{argument}"


def turns(page: Page) -> tuple[tuple[str, int, str, bool], ...]:
    """The buttons under a page: way, where to, label, whether it is disabled."""
    last = page.pages - 1
    return (
        ("back", max(0, page.page - 1), BACK, page.page == 0),
        ("here", page.page, f"{page.page + 1} / {page.pages}", True),
        ("on", min(last, page.page + 1), ON, page.page >= last),
    )


def page_view(kind: str, page: Page, owner_id: int, argument: str = "") -> discord.ui.View | None:
    """The buttons under a page; None for a list of one page. A question too long for a button has none either, and the
    page says that there is more."""
    if page.pages <= 1:
        return None
    if len(_custom_id(kind, "here", page.pages, owner_id, argument)) > CUSTOM_ID_LIMIT:
        footer = f"{page.embed.footer.text} · " if page.embed.footer.text else ""
        page.embed.set_footer(text=f"{footer}page 1 of {page.pages}; ask with fewer filters to turn pages")
        return None
    # All of it are DynamicItems, the counter too: a view of nothing else is not kept in memory.
    view = discord.ui.View(timeout=None)
    for way, target, label, disabled in turns(page):
        view.add_item(PageButton(kind, way, target, owner_id, argument, label=label, disabled=disabled))
    return view


async def send_pages(context: ClanContext, kind: str, *, page: int = 0, argument: str = "") -> None:
    """Answer a command with a list."""
    request = PageRequest(context.guild, context.author, page, argument)
    made = await context.bot.page_makers.make(kind, request)
    await context.answer(embed=made.embed, view=page_view(kind, made, context.author.id, argument))


def page_of_lines(
    title: str, lines: list[str], page: int, *, size: int, empty: str, fixed: bool = False, limit: int = TEXT_LIMIT
) -> Page:
    """A page of a list that is at hand as a whole; a page past the end is the last. `fixed`: in fixed-width letters.
    `limit`: of a page's text, where more is written around it."""
    texts = as_pages(lines, size=size, limit=limit) or [""]
    page = min(max(page, 0), len(texts) - 1)
    text = code_block(texts[page]) if fixed and texts[page] else texts[page]
    embed = discord.Embed(title=title, description=text or empty)
    if len(texts) > 1:
        embed.set_footer(text=f"{len(lines)} in all")
    return Page(embed, page, len(texts))
