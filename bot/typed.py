"""What people type after a command, understood. Pure functions."""

from __future__ import annotations

import re

from bot.services.errors import BadInput

_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "‘": "’", "`": "`"}
_MENTION = re.compile(r"<@!?(\d+)>")


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


def without_fence(text: str) -> str:
    """People paste tables between ``` marks."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and len(text) > 6:
        return text[3:-3].strip("\n")
    return text
