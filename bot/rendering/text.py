"""Text that reads well on a phone: aligned tables, numbers, relative dates, and pieces within Discord's limits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.wording import escape
from mkw.numerals import decimal, plus_minus

__all__ = [
    "EMBED_LIMIT",
    "FIELD_LIMIT",
    "MESSAGE_LIMIT",
    "aligned",
    "average",
    "code_block",
    "display_width",
    "escape",
    "pages",
    "percent",
    "relative",
    "shorten",
    "signed",
    "split_text",
    "wars",
]

MESSAGE_LIMIT, EMBED_LIMIT, FIELD_LIMIT = 2000, 4096, 1024
_DASH = "–"


# --- width ----------------------------------------------------------------------------------------------------------


def _is_joined(char: str) -> bool:
    return unicodedata.combining(char) != 0 or unicodedata.category(char) in {"Cf", "Me", "Mn", "Cc"}


def display_width(text: str) -> int:
    """Columns of a fixed-width font: kana, kanji and emoji take two, marks and invisible characters none."""
    return sum(0 if _is_joined(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shorten(text: str, width: int) -> str:
    """At most `width` columns, with an ellipsis where something was cut."""
    if display_width(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += display_width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if width > 0 else ""


def _plain(text: str) -> str:
    """Fit for a code block: one line, no control or direction characters, no backticks."""
    shown = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    return " ".join(shown.replace("`", "'").split())


def aligned(
    rows: Sequence[Sequence[str]], *, header: Sequence[str] = (), right: Sequence[int] = (), name_width: int = 16
) -> str:
    """Columns lined up by display width, two blanks apart; columns in `right` are flush right, no cell is wider than
    `name_width`. Lines end without blanks."""
    table = [[shorten(_plain(cell), name_width) for cell in row] for row in ([header] if header else []) + list(rows)]
    columns = max((len(row) for row in table), default=0)
    widths = [max((display_width(row[c]) for row in table if c < len(row)), default=0) for c in range(columns)]
    lines = []
    for row in table:
        cells = []
        for column, cell in enumerate(row):
            blanks = " " * (widths[column] - display_width(cell))
            cells.append(blanks + cell if column in right else cell + blanks)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def code_block(text: str) -> str:
    return f"```\n{text}\n```"


# --- numbers and dates ----------------------------------------------------------------------------------------------


def average(value: float | None) -> str:
    """`88.4`; a dash for None."""
    return _DASH if value is None else decimal(value)


def signed(value: float | None, digits: int = 0) -> str:
    """`+26`, `-3.5`, `0`; a dash for None."""
    return _DASH if value is None else plus_minus(value, digits)


def percent(share: float | None) -> str:
    """A share 0..1 as `58 %`; a dash for None."""
    return _DASH if share is None else f"{share * 100:.0f} %"


def wars(count: float) -> str:
    """`12 wars`, `1 war`, `0.58 wars`, `12.6 wars`: two digits below ten, whole numbers without any."""
    if abs(count - round(count)) < 0.005:
        whole = round(count)
        return f"{decimal(whole, 0)} war" + "s" * (whole != 1)
    return f"{decimal(count, 2 if count < 10 else 1)} wars"


def relative(moment: datetime, now: datetime) -> str:
    """`just now`, `5 minutes ago`, `yesterday`, `3 days ago`, then the date. Both times are aware."""
    gap = now - moment
    if timedelta(0) <= gap < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= gap < timedelta(hours=1):
        return _ago(gap // timedelta(minutes=1), "minute")
    days = (now.date() - moment.astimezone(now.tzinfo).date()).days
    if timedelta(0) <= gap < timedelta(hours=24) and days == 0:
        return _ago(gap // timedelta(hours=1), "hour")
    if days == 1:
        return "yesterday"
    if 1 < days < 14:
        return f"{days} days ago"
    return f"{moment.day} {moment:%B %Y}"


def _ago(count: int, unit: str) -> str:
    return f"{count} {unit}{'s' * (count != 1)} ago"


# --- limits ---------------------------------------------------------------------------------------------------------


def split_text(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Pieces of at most `limit` characters, cut at line ends, then at blanks, and only then inside a word. Nothing but
    the blanks at the cuts is lost; no piece is empty."""
    pieces = []
    rest = text.strip("\n")
    while len(rest) > limit:
        cut = rest.rfind("\n", 1, limit + 1)
        if cut < 1:
            cut = rest.rfind(" ", 1, limit + 1)
        if cut < 1:
            cut = limit
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip("\n ") if cut < limit or rest[cut] in "\n " else rest[cut:]
    return [piece for piece in [*pieces, rest.rstrip()] if piece.strip()]


def pages(lines: Sequence[str], *, size: int = 10, limit: int = EMBED_LIMIT) -> list[str]:
    """Lines as pages of at most `size` lines and `limit` characters; a longer line is cut."""
    return ["\n".join(page) for page in _pages(lines, size, limit)]


def _pages(lines: Sequence[str], size: int, limit: int) -> Iterator[list[str]]:
    page: list[str] = []
    used = 0
    for whole in lines:
        line = whole if len(whole) <= limit else whole[: limit - 1] + "…"
        if page and (len(page) == size or used + len(line) + 1 > limit):
            yield page
            page, used = [], 0
        page.append(line)
        used += len(line) + 1
    if page:
        yield page
