from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.rendering.convert import day, picture_of_draft, picture_of_review, picture_of_war
from bot.rendering.table import TableRow, draw_table
from bot.services.drafts import Draft, DraftLine, DraftSide, Review, Source, UploadState
from bot.services.wars import War, WarLine, WarSide
from mkw.ids import ChannelId, PlayerId, ServerId, UploadId, UserId, WarId

WHEN = datetime(2025, 7, 18, 20, tzinfo=UTC)
OURS = (
    DraftLine("Cometl", 92, 12, PlayerId(1), "Comet"),
    DraftLine("Willow", 44, 7),
    DraftLine("Pixel", None, None),
)
THEIRS = (DraftLine("Boot", 92, 12), DraftLine("", 30, 12, penalty=10))
DRAFT = Draft(
    sides=(DraftSide(OURS, "CR", 140), DraftSide(THEIRS, "CB", 122, penalty=20, doubts=("The tag.",))),
    ours=0,
    races=12,
    layout="table",
    played_at=WHEN,
)
REVIEW = Review(
    server_id=ServerId(1),
    upload_id=UploadId(2),
    channel_id=ChannelId(3),
    message_id=None,
    answer_id=None,
    uploader_id=UserId(4),
    state=UploadState.REVIEW,
    source=Source.PICTURE,
    reason=None,
    draft=DRAFT,
    checks=(),
    unknown_rows=(2,),
    new_rows=(),
    doubtful_rows=(3,),
    obstacles=(),
    duplicate_of=None,
    war_id=None,
)


def test_a_review_shows_what_was_read_and_what_is_doubted() -> None:
    picture = picture_of_review(REVIEW)
    ours, theirs = picture.sides
    assert ours.rows == (
        TableRow("Cometl", "92", place=1, number=1),
        TableRow("Willow", "44", races=7, place=3, unknown=True, number=2),
        TableRow("Pixel", None, doubtful=True, number=3),
    )
    assert [row.place for row in theirs.rows] == [1, 4]
    assert theirs.rows[1].name == "no name"
    assert (ours.tag, ours.total, ours.ours, ours.doubtful) == ("CR", 136, True, False)  # the sum, not what was drawn
    assert (theirs.total, theirs.penalty, theirs.doubtful) == (122, 20, True)
    assert (picture.title, picture.subtitle, picture.watermark) == ("CR vs CB", "18 July 2025", "preview")
    assert draw_table(picture).startswith(b"\x89PNG")


def test_once_saved_nothing_is_marked_and_players_have_their_names() -> None:
    picture = picture_of_review(replace(REVIEW, state=UploadState.SAVED, war_id=WarId(12)))
    assert picture.watermark is None
    assert "War 12" in picture.footer
    assert picture.sides[0].rows[0].name == "Comet"
    assert not any(row.doubtful or row.unknown or row.number for side in picture.sides for row in side.rows)


def test_a_review_without_a_draft_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="draft"):
        picture_of_review(replace(REVIEW, draft=None))


def test_a_draft_by_itself_marks_its_own_doubts() -> None:
    line = DraftLine("Comet", 92, 12, doubts=("One reader saw 97.",))
    picture = picture_of_draft(Draft((DraftSide((line,)),), None, 12, "typed", title="Friendly"))
    assert picture.sides[0].rows[0].doubtful
    assert (picture.title, picture.subtitle, picture.sides[0].ours) == ("Friendly", "", False)


def test_a_kept_war() -> None:
    lines = (
        WarLine("Comet", "C0met", PlayerId(1), 90, 12),
        WarLine("Willow", "Willow", None, 90, 12),
        WarLine("Mint", "Mint", None, 20, 5),
    )
    sides = (WarSide("CR", True, 200, 0, lines), WarSide("CB", False, 491, 20, ()))
    war = War(ServerId(1), WarId(12), WHEN, 12, None, "table", sides, None)
    picture = picture_of_war(war)
    assert [(row.name, row.place, row.races) for row in picture.sides[0].rows] == [
        ("Comet", 1, None),
        ("Willow", 1, None),
        ("Mint", 3, 5),
    ]
    assert picture.sides[1].penalty == 20
    assert picture.footer.startswith("War 12")
    assert picture_of_war(replace(war, removed=True)).watermark == "removed"
    assert draw_table(picture)


def test_days() -> None:
    assert (day(WHEN), day(None)) == ("18 July 2025", "")
