"""Other people's words made safe to show: names come from pictures and from strangers."""

from __future__ import annotations

import re
import unicodedata

import discord

_COMMAND = re.compile(r"""\\`([\w !?./:+,()"-]{1,60})\\`""")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\u200d\ufe0f")  # emoji are glued together with these


def escape(text: str, *, limit: int = 100) -> str:
    """One line of at most about `limit` characters that shows as it was written: no markdown, no mention, no control
    characters, no direction marks. Never empty."""
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or character in _KEPT or unicodedata.category(character) not in _INVISIBLE
    )
    flat = " ".join(visible.split())
    if len(flat) > limit:
        flat = flat[: limit - 1] + "…"
    safe = discord.utils.escape_mentions(discord.utils.escape_markdown(flat))
    return safe.replace("<", "\\<") or "\u2013"


def own_words(text: str, *, limit: int = 100) -> str:
    """`escape` for a sentence of ours that may hold a name: its `commands` stay commands, for what is quoted cannot be
    more than plain words."""
    return _COMMAND.sub(r"`\1`", escape(text, limit=limit))
