"""Reviewing a draft: looking at it, correcting it, saving or discarding it. Each change locks the row and looks again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.actors import Actor
from bot.services.drafts import Review
from mkw.ids import ChannelId, MessageId, PlayerId, ServerId, UploadId, WarId


@dataclass(frozen=True, slots=True)
class AverageMoved:
    """What a saved war did to one player's average."""

    player_name: str
    before: float | None  # None: first war
    after: float


@dataclass(frozen=True, slots=True)
class Saved:
    war_id: WarId
    review: Review
    averages: tuple[AverageMoved, ...]
    learnt: tuple[tuple[str, str], ...]  # (name as drawn, player): aliases learnt by the corrections


class ReviewService:
    """All methods raise NotFound for an upload of another server, Conflict for one that is saved or discarded already
    (the text says by whom and when), BadInput for a value that cannot be taken."""

    async def get(self, server_id: ServerId, upload_id: UploadId) -> Review:
        raise NotImplementedError

    async def by_message(self, server_id: ServerId, message_id: MessageId) -> Review | None:
        """The review whose answer, or whose picture, is that message."""
        raise NotImplementedError

    async def newest_open(self, server_id: ServerId, channel_id: ChannelId) -> Review | None:
        raise NotImplementedError

    async def set_score(self, actor: Actor, upload_id: UploadId, row: int, score: int) -> Review:
        """0 <= score <= 15 a race of the row (180 in 12)."""
        raise NotImplementedError

    async def set_name(self, actor: Actor, upload_id: UploadId, row: int, name: str) -> Review:
        """Correct a row's name. A roster player's name (or alias) links the row to them, and the name as drawn becomes
        an alias when the war is saved."""
        raise NotImplementedError

    async def set_races(self, actor: Actor, upload_id: UploadId, row: int, races: int) -> Review:
        raise NotImplementedError

    async def set_tag(self, actor: Actor, upload_id: UploadId, side: int, tag: str) -> Review:
        """`side` counts from 1."""
        raise NotImplementedError

    async def set_penalty(self, actor: Actor, upload_id: UploadId, side: int, penalty: int) -> Review:
        raise NotImplementedError

    async def link(self, actor: Actor, upload_id: UploadId, row: int, player_id: PlayerId) -> Review:
        raise NotImplementedError

    async def link_new(self, actor: Actor, upload_id: UploadId, row: int, name: str) -> Review:
        """Add a player to the roster and link the row to them. Raises AlreadyExists where the name is taken."""
        raise NotImplementedError

    async def other_side(self, actor: Actor, upload_id: UploadId) -> Review:
        """Make the next side ours, and match its names to the roster."""
        raise NotImplementedError

    async def discard(self, actor: Actor, upload_id: UploadId) -> Review:
        raise NotImplementedError

    async def save(self, actor: Actor, upload_id: UploadId, *, despite_duplicate: bool = False) -> Saved:
        """One transaction: war, sides, lines, aliases, change. Raises Conflict where it was saved already, where an
        obstacle stands, or where a war like it is kept and `despite_duplicate` is not said."""
        raise NotImplementedError

    async def typed(self, actor: Actor, channel_id: ChannelId, message_id: MessageId, text: str) -> Review:
        """A war typed or pasted (`addwar`): the same review as a picture gives. Raises BadInput naming the line."""
        raise NotImplementedError
