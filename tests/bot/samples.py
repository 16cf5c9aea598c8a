"""Reviews and wars made up for tests of what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.services.drafts import Draft, DraftLine, DraftSide, Review, ReviewCheck, Source, UploadState
from bot.services.settings import ServerSettings
from bot.services.wars import War, WarLine, WarSide
from mkw.ids import ChannelId, MessageId, PlayerId, ServerId, UploadId, UserId, WarId

SERVER = ServerId(100)
CHANNEL = ChannelId(200)
SETTINGS = ServerSettings(SERVER)
OURS = (("Comet", 92), ("Pixel", 88), ("Marlin", 85), ("Willow", 82), ("Juniper", 76), ("Tango", 70))
THEIRS = (("Quartz", 99), ("Ripple", 90), ("Saffron", 84), ("Tundra", 78), ("Umber", 72), ("Vesper", 68))
HOSTILE = (
    "@everyone", "**bold** ||spoiler||", "`code`", "x" * 200, "\u202eright", "<@123456789012345678>",
    "\N{GRINNING FACE}" * 100, "[link](https://example.org)", "a\nb", "# heading",
    "\x00\x07bell\x1b[31m \u2066x\u200b\t", "-5",
)  # fmt: skip


def draft_side(tag: str | None, lines: tuple[tuple[str, int | None], ...], *, known: bool) -> DraftSide:
    return DraftSide(
        tuple(
            DraftLine(name, score, None, PlayerId(number) if known else None, name if known else None)
            for number, (name, score) in enumerate(lines, 1)
        ),
        tag,
    )


def review(**changes: Any) -> Review:
    draft = Draft(
        sides=(draft_side("CR", OURS, known=True), draft_side("QZ", THEIRS, known=False)),
        ours=0,
        races=12,
        layout="table",
        title="6v6 War",
        played_at=datetime(2025, 7, 18, 20, tzinfo=UTC),
    )
    made = Review(
        server_id=SERVER,
        upload_id=UploadId(7),
        channel_id=CHANNEL,
        message_id=MessageId(300),
        answer_id=MessageId(301),
        uploader_id=UserId(400),
        state=UploadState.REVIEW,
        source=Source.PICTURE,
        reason=None,
        draft=draft,
        checks=(ReviewCheck("493 + 491 = 984, 82 a race: closes", ok=True),),
        unknown_rows=(),
        new_rows=(),
        doubtful_rows=(),
        obstacles=(),
        duplicate_of=None,
        war_id=None,
    )
    return replace(made, **changes)


def war(**changes: Any) -> War:
    def lines(pairs: tuple[tuple[str, int], ...]) -> tuple[WarLine, ...]:
        return tuple(WarLine(name, name, None, score, 12) for name, score in pairs)

    made = War(
        server_id=SERVER,
        war_id=WarId(12),
        played_at=datetime(2025, 7, 18, 20, tzinfo=UTC),
        races=12,
        title=None,
        layout="table",
        sides=(WarSide("CR", True, 493, 0, lines(OURS)), WarSide("QZ", False, 491, 0, lines(THEIRS))),
        upload_id=UploadId(7),
    )
    return replace(made, **changes)
