"""An upload's way from the message to a review: kept first, read after, taken up again after a crash, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.drafts import Review
from mkw.ids import AttachmentId, ChannelId, MessageId, ServerId, UploadId, UserId


@dataclass(frozen=True, slots=True)
class Incoming:
    """One attached picture, with its bytes."""

    server_id: ServerId
    channel_id: ChannelId
    message_id: MessageId
    attachment_id: AttachmentId
    user_id: UserId
    user_name: str
    filename: str
    sent_at: datetime  # aware UTC
    data: bytes


@dataclass(frozen=True, slots=True)
class Received:
    upload_id: UploadId
    is_new: bool  # False: this attachment was taken before; `upload_id` is the one from then


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An upload that has no answer in its channel yet: what a restart takes up."""

    server_id: ServerId
    upload_id: UploadId
    channel_id: ChannelId
    message_id: MessageId


class IntakeService:
    async def receive(self, incoming: Incoming) -> Received:
        """Keep the bytes (by sha256, with a spool note beside them), then the row. Survives a database that is away:
        waits for it up to a limit and then raises RecordsAway; what was spooled is taken up by `recover`."""
        raise NotImplementedError

    async def process(self, server_id: ServerId, upload_id: UploadId) -> Review:
        """Read the picture (outside any transaction) and make the review. Calling it twice reads once."""
        raise NotImplementedError

    async def recover(self) -> tuple[Unanswered, ...]:
        """At start: take spooled uploads into the database, and name every upload without an answer."""
        raise NotImplementedError

    async def answered(self, server_id: ServerId, upload_id: UploadId, answer_id: MessageId) -> None:
        """Remember the bot's answer to an upload."""
        raise NotImplementedError

    async def picture(self, server_id: ServerId, upload_id: UploadId) -> bytes | None:
        """The bytes as they were sent, or None where the file is gone or the war was typed."""
        raise NotImplementedError
