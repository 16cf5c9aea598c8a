"""Wars of several pictures over the records: joined, taken apart, undone, by two people at once."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.drafts import Draft, Review, UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.joining import Way
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CHANNEL, CLAN, EDITOR, SECOND, SERVER, STRANGER, THEIRS, Clan, table
from tests.services.test_joining import ROOM

ALL = CLAN + THEIRS
SHARES = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def listed(names: tuple[str, ...], scores: tuple[int | None, ...], *, first_place: int = 1) -> Reading:
    rows = tuple(
        Row(name=name, score=score, place=place)
        for place, (name, score) in enumerate(zip(names, scores, strict=True), first_place)
    )
    return Reading(status=Status.PROVEN, layout=Layout.STANDINGS, sides=(Side(rows),))


async def two_halves(clan: Clan) -> tuple[Review, Review]:
    """Five races, a reconnect, seven races."""
    await clan.players()
    first = await clan.upload(listed(ALL, tuple(5 * share for share in SHARES)))
    second = await clan.upload(listed(ALL, tuple(7 * share for share in reversed(SHARES))))
    return first, second


def draft_of(review: Review) -> Draft:
    assert review.draft is not None
    return review.draft


def scores(review: Review) -> dict[str, int | None]:
    return {line.player_name or line.name: line.score for _, _, line in draft_of(review).rows()}


async def test_totals_that_began_anew_are_offered_joined_and_saved_with_all_pictures(clan: Clan) -> None:
    first, second = await two_halves(clan)
    assert first.offer is None
    assert second.offer is not None
    assert (second.offer.way, second.offer.to.upload_id) == ("add", first.upload_id)

    done = await clan.services.several.join(EDITOR, second.upload_id)
    assert (done.way, done.review.upload_id, done.part) == (Way.ADD, first.upload_id, second.upload_id)
    assert any(check.ok and "984" in check.text for check in done.review.checks)
    assert scores(done.review)["Comet"] == 5 * 15 + 7 * 1
    part = await clan.services.reviews.get(SERVER, second.upload_id)
    assert part.state is UploadState.JOINED
    assert part.went_to is not None
    assert part.went_to.upload_id == first.upload_id

    saved = await clan.services.reviews.save(EDITOR, first.upload_id)
    war = await clan.services.wars.get(SERVER, saved.war_id)
    assert sum(side.total for side in war.sides) == 984
    assert war.races == 12
    assert await clan.services.wars.pictures(SERVER, saved.war_id) == (first.upload_id, second.upload_id)


async def test_a_joined_picture_posted_again_is_known_as_its_war(clan: Clan) -> None:
    await clan.players()
    await clan.upload(listed(ALL, tuple(5 * share for share in SHARES)))
    second = await clan.upload(listed(ALL, tuple(7 * share for share in reversed(SHARES))), data=b"second half")
    done = await clan.services.several.join(EDITOR, second.upload_id)
    saved = await clan.services.reviews.save(EDITOR, done.review.upload_id)
    again = await clan.upload(data=b"second half")
    assert again.duplicate_of == saved.war_id


async def test_two_columns_are_joined_and_decide_anew_which_side_is_ours(clan: Clan) -> None:
    await clan.players(*ROOM[6:12])
    points = tuple(range(130, 130 - 5 * 23, -5))
    points += (1728 - sum(points),)
    first = await clan.upload(listed(ROOM[:12], points[:12]))
    second = await clan.upload(listed(ROOM[12:], points[12:], first_place=13))
    assert second.offer is not None
    assert second.offer.way == "rows"
    done = await clan.services.several.join(EDITOR, second.upload_id)
    draft = draft_of(done.review)
    assert draft.ours is not None
    assert [line.player_name for line in draft.sides[draft.ours].lines] == list(ROOM[6:12])
    assert any(check.ok and "144 a race" in check.text for check in done.review.checks)
    assert done.review.upload_id == first.upload_id


async def test_a_word_overrides_and_pictures_that_say_nothing_ask_for_it(clan: Clan) -> None:
    await clan.players()
    first = await clan.upload(table())
    half = (*CLAN[:3], "Alder", "Birch", "Cedar")
    second = await clan.upload(table(ours=(90, 80, 70, 60, 50, 40), theirs=(9, 8, 7, 6, 5, 4), names=half))
    assert first.draft is not None
    unclear = await clan.upload(listed((*ALL[:4], *ROOM[:5]), (1, 2, 3, 4, 5, 6, 7, 8, 9)))
    with pytest.raises(BadInput, match="join rows"):
        await clan.services.several.join(EDITOR, unclear.upload_id, to=first.upload_id)
    done = await clan.services.several.join(EDITOR, second.upload_id, to=first.upload_id, way=Way.ADD)
    assert scores(done.review)["Comet"] == 110 + 90


async def test_the_same_picture_and_the_same_reading_are_not_added(clan: Clan) -> None:
    first, second = await two_halves(clan)
    join = clan.services.several.join
    twin = await clan.upload(listed(ALL, tuple(5 * share for share in SHARES)))
    with pytest.raises(Conflict, match="says the same again"):
        await join(EDITOR, twin.upload_id, to=first.upload_id, way=Way.ADD)
    await join(EDITOR, second.upload_id)
    with pytest.raises(Conflict, match="says the same again"):  # the first half, which the sum does not look like
        await join(EDITOR, twin.upload_id, to=first.upload_id)
    half = await clan.upload(listed(ALL, tuple(7 * share for share in reversed(SHARES))))
    with pytest.raises(Conflict, match="says the same again"):
        await join(EDITOR, half.upload_id, to=first.upload_id)
    with pytest.raises(BadInput, match="to itself"):
        await join(EDITOR, first.upload_id, to=first.upload_id)


async def test_the_very_same_file_is_told_whatever_was_read(clan: Clan) -> None:
    await clan.players()
    first = await clan.upload(listed(ALL, tuple(5 * share for share in SHARES)), data=b"one file")
    again = await clan.upload(listed(ALL, tuple(7 * share for share in SHARES)), data=b"one file")
    with pytest.raises(Conflict, match="very same picture"):
        await clan.services.several.join(EDITOR, again.upload_id, to=first.upload_id)


async def test_an_answer_that_says_the_same_is_told(clan: Clan) -> None:
    await clan.players()
    first = await clan.upload(table())
    again = await clan.upload(table())
    assert again.offer is not None
    assert (again.offer.same, again.offer.to.upload_id) == (True, first.upload_id)


async def test_split_brings_every_picture_back_as_it_was(clan: Clan) -> None:
    first, second = await two_halves(clan)
    await clan.services.reviews.set_score(EDITOR, first.upload_id, 1, 70)
    before = await clan.services.reviews.get(SERVER, first.upload_id)
    await clan.services.several.join(EDITOR, second.upload_id)
    await clan.services.reviews.set_score(EDITOR, first.upload_id, 2, 99)
    apart = await clan.services.several.split(EDITOR, second.upload_id)  # from either answer
    assert apart.parts == (second.upload_id,)
    assert draft_of(apart.review) == draft_of(before)
    back = await clan.services.reviews.get(SERVER, second.upload_id)
    assert (back.state, draft_of(back)) == (UploadState.REVIEW, draft_of(second))
    with pytest.raises(BadInput, match="Nothing is joined"):
        await clan.services.several.split(EDITOR, first.upload_id)


async def test_a_join_is_taken_back_like_any_change_also_below_a_saved_war(clan: Clan) -> None:
    first, second = await two_halves(clan)
    await clan.services.several.join(EDITOR, second.upload_id)
    await clan.services.reviews.save(EDITOR, first.upload_id)
    undo = clan.services.history.undo
    assert (await undo(SECOND)).text == "saved war 1"
    change = await undo(SECOND)
    assert change.text.startswith("joined upload")
    assert set(change.upload_ids) == {first.upload_id, second.upload_id}
    for was in (first, second):
        now = await clan.services.reviews.get(SERVER, was.upload_id)
        assert (now.state, draft_of(now), now.carries) == (UploadState.REVIEW, draft_of(was), False)


async def test_a_split_is_taken_back_too(clan: Clan) -> None:
    first, second = await two_halves(clan)
    done = await clan.services.several.join(EDITOR, second.upload_id)
    await clan.services.several.split(EDITOR, first.upload_id)
    await clan.services.history.undo(EDITOR)
    assert draft_of(await clan.services.reviews.get(SERVER, first.upload_id)) == draft_of(done.review)


async def test_three_pictures_and_a_joined_one_joined_again(clan: Clan) -> None:
    await clan.players()
    scores_of = [tuple(races * share for share in SHARES) for races in (2, 4)]
    first = await clan.upload(listed(ALL, scores_of[0]))
    second = await clan.upload(listed(ALL, tuple(reversed(scores_of[1]))))
    third = await clan.upload(listed(ALL, tuple(3 * points for points in (1, 3, 2, 5, 4, 7, 6, 9, 8, 12, 10, 15))))
    await clan.services.several.join(EDITOR, third.upload_id, to=second.upload_id, way=Way.ADD)
    done = await clan.services.several.join(EDITOR, second.upload_id, to=first.upload_id, way=Way.ADD)
    assert sum(score or 0 for score in scores(done.review).values()) == 82 * 9
    saved = await clan.services.reviews.save(EDITOR, first.upload_id)
    assert len(await clan.services.wars.pictures(SERVER, saved.war_id)) == 3
    await clan.services.history.undo(EDITOR)
    await clan.services.several.split(EDITOR, first.upload_id)
    back = await clan.services.reviews.get(SERVER, second.upload_id)
    assert (back.carries, sum(score or 0 for score in scores(back).values())) == (True, 82 * 7)


async def test_a_joined_picture_is_changed_where_it_went(clan: Clan) -> None:
    _, second = await two_halves(clan)
    await clan.services.several.join(EDITOR, second.upload_id)
    for change in (
        clan.services.reviews.set_score(EDITOR, second.upload_id, 1, 3),
        clan.services.reviews.save(EDITOR, second.upload_id),
        clan.services.reviews.discard(EDITOR, second.upload_id),
        clan.services.several.add_race(EDITOR, second.upload_id),
    ):
        with pytest.raises(Conflict, match=r"joined to another answer by Robin .*split"):
            await change


async def test_two_people_joining_at_once_join_once(clan: Clan) -> None:
    first, second = await two_halves(clan)
    done = await asyncio.gather(
        *(clan.services.several.join(actor, second.upload_id) for actor in (EDITOR, SECOND)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Joined"]
    assert sum(score or 0 for score in scores(await clan.services.reviews.get(SERVER, first.upload_id)).values()) == 984


async def test_a_picture_corrected_while_it_is_joined_is_joined_as_corrected_or_not_corrected(clan: Clan) -> None:
    first, second = await two_halves(clan)
    corrected, _ = await asyncio.gather(
        clan.services.reviews.set_score(SECOND, second.upload_id, 1, 8),
        clan.services.several.join(EDITOR, second.upload_id),
        return_exceptions=True,
    )
    points = scores(await clan.services.reviews.get(SERVER, first.upload_id))["Comet"]
    assert points == (75 + 7 if isinstance(corrected, Conflict) else 75 + 8)


async def test_nothing_else_open_is_said_and_another_server_reaches_nothing(clan: Clan) -> None:
    await clan.players()
    alone = await clan.upload()
    several = clan.services.several
    with pytest.raises(NotFound, match="Nothing else is open"):
        await several.join(EDITOR, alone.upload_id)
    second = await clan.upload()
    for reached in (
        several.join(STRANGER, second.upload_id),
        several.split(STRANGER, second.upload_id),
        several.add_race(STRANGER, second.upload_id),
        several.remove_race(STRANGER, CHANNEL, 1),
        several.finish(STRANGER, CHANNEL),
        several.other(STRANGER.server_id, second.upload_id),
    ):
        with pytest.raises(NotFound):
            await reached


async def test_a_report_of_a_joined_picture_asks_for_its_own_rows_only(clan: Clan) -> None:
    first, second = await two_halves(clan)
    await clan.services.reviews.set_score(EDITOR, first.upload_id, 1, 70)
    await clan.services.several.join(EDITOR, second.upload_id)
    await clan.services.reviews.save(EDITOR, first.upload_id)
    kept = await clan.services.reports.keep(SERVER, first.upload_id)
    assert (kept.confirmed, kept.rows) == (1, 12)
