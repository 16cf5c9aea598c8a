"""What people type after a command, understood. Pure functions."""

from __future__ import annotations

import re

from bot.services.errors import BadInput
from bot.services.roster_text import split_quoted, unquote

_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "‘": "’", "`": "`"}
_MENTION = re.compile(r"<@!?(\d+)>")
_MENTIONS = re.compile(r"<@!?\d+>(?:\s+<@!?\d+>)+")


def unquoted(text: str) -> str:
    """The text without the pair of quotes around all of it; discord.py leaves them where the rest of a line is one
    argument."""
    text = text.strip()
    if len(text) > 2 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


def whole_number(text: str, what: str) -> int:
    """Raises BadInput with what was typed. Full-width digits are digits; `12a` and `4.5` are no whole numbers."""
    cleaned = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        return int(cleaned[:20].replace("_", "?"))
    except ValueError:
        raise BadInput(f"{what} must be a whole number, not {cleaned[:20]!r}.") from None


def mentioned_user(text: str) -> int | None:
    """The id where the whole text is one mention of a user."""
    found = _MENTION.fullmatch(text.strip())
    return int(found[1]) if found else None


def comma_list(text: str) -> list[str]:
    """`Comet, "Big Star", @Bob` -> its pieces, without quotes; mentions alone need no commas."""
    pieces = [piece.strip() for piece in split_quoted(text, ",")]
    if len(pieces) == 1 and _MENTIONS.fullmatch(pieces[0]):
        pieces = pieces[0].split()
    return [unquoted(unquote(piece)[0]) for piece in pieces if piece]


def without_mention(text: str) -> tuple[str, int | None]:
    """(the text without the one mention in it, the user's id); None and the whole text where there is no mention or
    there are several."""
    found = _MENTION.findall(text)
    if len(found) != 1:
        return text, None
    return " ".join(_MENTION.sub(" ", text).split()), int(found[0])


def last_word(text: str) -> tuple[str, str]:
    """(everything before, the last word or what stands in quotes at the end)."""
    text = text.strip()
    for opening, closing in _QUOTES.items():
        if text.endswith(closing) and (start := text.rfind(opening, 0, -1)) > 0 and text[start - 1] in " ,":
            return text[:start].rstrip(), text[start + 1 : -1].strip()
    before, _, last = text.rpartition(" ")
    return before.rstrip(), last


def without_fence(text: str) -> str:
    """People paste tables between ``` marks."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and len(text) > 6:
        return text[3:-3].strip("\n")
    return text
