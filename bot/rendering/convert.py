"""A war that is reviewed or kept, as the picture that is drawn of it."""

from __future__ import annotations

from datetime import datetime

from bot.rendering.table import TablePicture, TableRow, TableSide
from bot.services.drafts import Draft, Review, UploadState
from bot.services.wars import War
from mkw.points import shared_places

PROJECT = "mkw-clan-bot"


def picture_of_review(review: Review) -> TablePicture:
    """What was read, doubts and strangers marked, rows numbered as they are typed. `review.draft` must be there."""
    draft = review.draft
    if draft is None:
        raise ValueError("a review without a draft has no table")
    saved = review.state is UploadState.SAVED
    return TablePicture(
        sides=_draft_sides(draft, review, saved=saved),
        title=_title(draft.title, [side.tag for side in draft.sides]),
        subtitle=day(draft.played_at),
        footer=f"War {review.war_id} · {PROJECT}" if review.war_id is not None else PROJECT,
        watermark=None if saved else "preview",
    )


def picture_of_draft(draft: Draft) -> TablePicture:
    """A draft by itself: only its own doubts are marked."""
    return TablePicture(
        sides=_draft_sides(draft, None, saved=False),
        title=_title(draft.title, [side.tag for side in draft.sides]),
        subtitle=day(draft.played_at),
        footer=PROJECT,
        watermark="preview",
    )


def picture_of_war(war: War) -> TablePicture:
    """A kept war; places are those of the scores."""
    places = iter(shared_places([line.score - line.penalty for side in war.sides for line in side.lines]))
    sides = tuple(
        TableSide(
            rows=tuple(
                TableRow(
                    name=line.name,
                    score=str(line.score),
                    races=line.races if line.races != war.races else None,
                    place=next(places),
                    penalty=line.penalty,
                )
                for line in side.lines
            ),
            tag=side.tag,
            total=side.total,
            penalty=side.penalty,
            ours=side.ours and len(war.sides) > 1,
        )
        for side in war.sides
    )
    return TablePicture(
        sides=sides,
        title=_title(war.title, [side.tag for side in war.sides]),
        subtitle=day(war.played_at),
        footer=f"War {war.war_id} · {PROJECT}",
        watermark="removed" if war.removed else None,
    )


def _draft_sides(draft: Draft, review: Review | None, *, saved: bool) -> tuple[TableSide, ...]:
    doubtful = frozenset(review.doubtful_rows) if review else frozenset()
    unknown = frozenset(review.unknown_rows) if review else frozenset()
    scores = [None if line.score is None else line.score - line.penalty for _, _, line in draft.rows()]
    places = shared_places(scores)
    rows: dict[int, list[TableRow]] = {index: [] for index in range(len(draft.sides))}
    for number, index, line in draft.rows():
        rows[index].append(
            TableRow(
                name=(line.player_name or line.name) if saved else line.name or "no name",
                score=None if line.score is None else str(line.score),
                races=line.races if line.races != draft.races else None,
                place=places[number - 1],
                doubtful=not saved and (bool(line.doubts) if review is None else number in doubtful),
                unknown=not saved and number in unknown,
                penalty=line.penalty,
                number=None if saved else number,
            )
        )
    return tuple(
        TableSide(
            rows=tuple(rows[index]),
            tag=side.tag,
            total=side.score_sum if side.lines else side.total,
            penalty=side.penalty,
            ours=draft.ours == index and len(draft.sides) > 1,
            doubtful=bool(side.doubts) and not saved,
        )
        for index, side in enumerate(draft.sides)
    )


def _title(title: str | None, tags: list[str | None]) -> str:
    known = [tag for tag in tags if tag]
    if 1 < len(known) <= 4 and len(known) == len(tags):
        return " vs ".join(known)
    return title or "War"


def day(moment: datetime | None) -> str:
    """`18 July 2025`, in UTC; empty for None."""
    return "" if moment is None else f"{moment.day} {moment:%B %Y}"
