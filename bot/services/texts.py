"""Text that people or pictures bring: tidied before anything else sees it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.services.errors import BadInput
from mkw.ids import ChannelId, MessageId, ServerId
from mkw.names import fold

DISCORD_BEGAN = datetime(2015, 1, 1, tzinfo=UTC)
LONGEST_NAME = 60
LONGEST_DRAWN = 200
_LONGEST_FOLDED = 240  # one character can stand for eighteen
_JOINER = "\u200d"  # holds emoji together


def tidy(text: str) -> str:
    """On one line, without control and direction characters, single spaces inside."""
    kept = "".join(char if char == _JOINER or unicodedata.category(char)[0] != "C" else " " for char in text)
    return " ".join(kept.split())


def a_name(text: str, *, what: str = "name") -> str:
    """A tidy name of 1 to 60 characters, one of them visible. Raises BadInput."""
    name = tidy(text)
    if len(name) > LONGEST_NAME:
        raise BadInput(f"A {what} has at most {LONGEST_NAME} characters; this one has {len(name)}.")
    folded = fold(name)
    if not folded:
        raise BadInput(f"A {what} needs a letter, a digit or another visible character.")
    if len(folded) > _LONGEST_FOLDED:
        raise BadInput(f"This {what} is too long once its characters are written out.")
    return name


def sent_at(message_id: MessageId) -> datetime:
    """An id of Discord holds the moment it was given; aware UTC."""
    return DISCORD_BEGAN + timedelta(milliseconds=message_id >> 22)


def when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def discord_link(server_id: ServerId, channel_id: ChannelId, message_id: MessageId | None = None) -> str:
    """The address of a message, or of a channel."""
    where = f"https://discord.com/channels/{server_id}/{channel_id}"
    return where if message_id is None else f"{where}/{message_id}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
