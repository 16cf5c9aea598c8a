"""Which attachments are pictures, by their bytes."""

from __future__ import annotations

import io
from typing import Any, cast

import aiohttp
import discord
import pytest
from PIL import Image

from bot.pictures_sent import attachments_of, claims_to_be_picture, fetch, newest_picture, sniff, why_not
from bot.services.errors import NotKept

LIMIT = 25 * 2**20


class Attachment:
    def __init__(self, filename: str = "a.png", size: int = 10, content_type: str | None = "image/png") -> None:
        self.id = 1
        self.filename = filename
        self.size = size
        self.content_type = content_type
        self.outcomes: list[bytes | Exception] = [b"data"]

    async def read(self) -> bytes:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def attachment(**fields: Any) -> discord.Attachment:
    return cast(discord.Attachment, Attachment(**fields))


def encoded(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "found"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", None)])
def test_the_first_bytes_tell(kind: str, found: str | None) -> None:
    assert sniff(encoded(kind)) == found


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF1234WAVE", b"<html>", b"%PDF-1.7"])
def test_other_bytes_are_none(data: bytes) -> None:
    assert sniff(data) is None


@pytest.mark.parametrize(
    ("data", "size", "part"),
    [
        (b"", 0, "empty"),
        (b"hello", 5, "no PNG, JPEG or WebP"),
        (None, 5, "hand it over"),
        (None, 50 * 2**20, "50 MB"),
    ],
)
def test_why_a_picture_is_not_taken(data: bytes | None, size: int, part: str) -> None:
    reason = why_not(attachment(size=size), data, limit=LIMIT)
    assert reason is not None
    assert part in reason


def test_a_picture_is_taken_whatever_it_is_called() -> None:
    assert why_not(attachment(filename="result", content_type=None), encoded("PNG"), limit=LIMIT) is None


def test_who_claims_to_be_a_picture() -> None:
    assert claims_to_be_picture(attachment(filename="A.JPG", content_type=None))
    assert claims_to_be_picture(attachment(filename="x", content_type="image/gif"))
    assert not claims_to_be_picture(attachment(filename="notes.txt", content_type="text/plain"))


async def test_a_stumble_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures_sent.asyncio.sleep", _no_sleep)
    stumbling = Attachment()
    stumbling.outcomes = [_failure(500), b"data"]
    assert await fetch(cast(discord.Attachment, stumbling)) == b"data"


async def test_what_is_gone_is_not_asked_for_again() -> None:
    gone = Attachment()
    gone.outcomes = [_failure(404)]
    assert await fetch(cast(discord.Attachment, gone)) is None
    assert gone.outcomes == []


async def test_what_discord_stumbles_over_again_and_again_is_not_taken_for_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.pictures_sent.asyncio.sleep", _no_sleep)
    stumbling = Attachment()
    stumbling.outcomes = [_failure(500), aiohttp.ServerDisconnectedError(), _failure(500)]
    with pytest.raises(NotKept, match="Try again"):
        await fetch(cast(discord.Attachment, stumbling))


async def _no_sleep(_: float) -> None:
    return


def _failure(status: int) -> Exception:
    response = cast(Any, type("R", (), {"status": status, "reason": "x"})())
    kind = discord.NotFound if status == 404 else discord.DiscordServerError
    return kind(response, "x")


class Message:
    def __init__(self, author_id: int, *attachments: Attachment) -> None:
        self.author = type("A", (), {"id": author_id})()
        self.attachments = list(attachments)
        self.message_snapshots: list[Any] = []


def test_the_newest_picture_is_not_the_bots_own() -> None:
    own, other = Message(9, Attachment("own.png")), Message(5, Attachment("theirs.png"))
    found = newest_picture(cast(Any, [own, other]), own_id=9)
    assert found is not None
    assert found[1].filename == "theirs.png"


def test_forwarded_pictures_count_and_videos_do_not() -> None:
    message = Message(5, Attachment("clip.mp4", content_type="video/mp4"))
    message.message_snapshots = [type("S", (), {"attachments": [Attachment("table.png")]})()]
    assert [one.filename for one in attachments_of(cast(Any, message))] == ["table.png"]
