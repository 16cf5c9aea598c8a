"""Whatever a reader says, it becomes a review, and what has no obstacle can be saved."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from bot.services.drafts import UploadState
from bot.services.errors import BadInput, Conflict
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CLAN, EDITOR, THEIRS, Clan

_NAMES = (
    *CLAN, *THEIRS, "", " ", "@everyone", "**x**", "DX Comet", "DX Comet", "KT★", "\x00", "\u200d", "\u202eabc",
    "ﷺ" * 60,
    "名前",     "x" * 300, "🏎️", "a\nb", "\ud83d", "?", "Comet", "CB Onyx",
)  # fmt: skip
_SCORES = (None, 0, 1, 44, 92, 110, 180, 181, 999, -5, 10**12)


def anything(dice: random.Random) -> Reading:
    def row() -> Row:
        return Row(
            name=dice.choice(_NAMES),
            score=dice.choice(_SCORES) if dice.random() < 0.1 else dice.randint(12, 150),
            race_points=dice.choice((None, None, 1, 15)),
            races=dice.choice((None, None, None, 7, 12)) if dice.random() < 0.97 else dice.choice((0, -1, 99)),
            penalty=dice.choice((0, 0, 0, 10)) if dice.random() < 0.97 else 10**9,
            doubts=dice.choice(((), ("the readers differ",))),
        )

    def side(rows: int) -> Side:
        return Side(
            rows=tuple(row() for _ in range(rows)),
            tag=dice.choice((None, "DX", "CB", "", "\x07", "x" * 100)),
            total=dice.choice((None, 493, -3, 10**12)),
            penalty=dice.choice((0, 0, 20, -15)) if dice.random() < 0.97 else -(10**9),
        )

    count = dice.choice((1, 1, 2, 2, 2, 3, 4, 12, 30))
    sides = tuple(side(1 if count >= 12 else dice.choice((0, 1, 2, 5, 6, 6, 6, 12, 24, 60))) for _ in range(count))
    layout = dice.choice((Layout.TABLE, Layout.RACE, Layout.STANDINGS, Layout.TEAMS))
    return Reading(
        Status.DOUBTFUL, layout, sides, races=dice.choice((None, 12, 12, 8, 0, 99)), title=dice.choice(_NAMES)
    )


@pytest.mark.parametrize("seed", range(2))
async def test_anything_read_is_a_review_and_nothing_raises(clan: Clan, seed: int) -> None:
    await clan.players()
    dice, kept = random.Random(seed), 0
    for _ in range(20):
        review = await clan.upload(anything(dice))
        assert review.state in {UploadState.REVIEW, UploadState.REFUSED}
        if review.state is UploadState.REFUSED:
            continue
        assert review.draft is not None
        rows = len(review.draft.rows())
        for _ in range(4):  # a person tries things
            row = dice.randint(1, rows)
            act = dice.choice(
                (
                    lambda at=row, on=review: clan.services.reviews.set_score(EDITOR, on.upload_id, at, 50),
                    lambda at=row, on=review: clan.services.reviews.set_name(
                        EDITOR, on.upload_id, at, dice.choice(CLAN)
                    ),
                    lambda on=review: clan.services.reviews.other_side(EDITOR, on.upload_id),
                    lambda at=row, on=review: clan.services.reviews.set_races(EDITOR, on.upload_id, at, 12),
                )
            )
            with suppress(BadInput):
                review = await act()
        if review.obstacles:
            with pytest.raises(Conflict):
                await clan.services.reviews.save(EDITOR, review.upload_id, despite_duplicate=True)
        else:
            saved = await clan.services.reviews.save(EDITOR, review.upload_id, despite_duplicate=True)
            assert saved.averages
            kept += 1
    assert kept >= 2
    for _ in range(kept):
        await clan.services.history.undo(EDITOR)
