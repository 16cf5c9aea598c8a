"""Saving: one transaction, once, with what it did to people's averages."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.drafts import UploadState
from bot.services.errors import Conflict, NotFound
from tests.services.conftest import CLAN, EDITOR, OUR_SCORES, SECOND, SERVER, STRANGER, THEIRS, Clan, table


async def test_a_picture_becomes_a_kept_war(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    assert review.state is UploadState.REVIEW
    assert review.obstacles == ()
    assert review.checks[0].text == "493 + 491 = 984, 82 a race: closes"
    assert review.draft is not None
    assert review.draft.ours == 0

    saved = await clan.services.reviews.save(EDITOR, review.upload_id)

    assert saved.war_id == 1
    assert saved.review.state is UploadState.SAVED
    assert saved.review.war_id == 1
    assert saved.averages[0].player_name == "Comet"
    assert saved.averages[0].before is None
    assert saved.averages[0].after == pytest.approx(110.0)
    war = await clan.services.wars.get(SERVER, saved.war_id)
    assert [side.total for side in war.sides] == [493, 491]
    assert war.difference == 2
    assert [line.name for line in war.our_side.lines] == list(CLAN)
    assert [line.drawn_name for line in war.opponents[0].lines] == list(THEIRS)
    assert all(line.player_id is None for line in war.opponents[0].lines)
    assert war.upload_id == review.upload_id


async def test_numbers_count_in_every_server_by_itself(clan: Clan) -> None:
    await clan.players()
    for number in (1, 2):
        review = await clan.upload(table(ours=(110, 95, 88, 76, 64, 60 - number)))
        assert (await clan.services.reviews.save(EDITOR, review.upload_id)).war_id == number


async def test_two_people_save_at_once_and_one_war_is_kept(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    results = await asyncio.gather(
        *(clan.services.reviews.save(actor, review.upload_id) for actor in (EDITOR, SECOND, EDITOR)),
        return_exceptions=True,
    )
    late = [result for result in results if isinstance(result, BaseException)]
    assert len(late) == 2
    assert all(isinstance(error, Conflict) and "already saved as war 1 by " in str(error) for error in late)
    assert (await clan.services.wars.page(SERVER)).total == 1


async def test_the_same_war_in_two_uploads_saved_at_once_is_kept_once(clan: Clan) -> None:
    await clan.players()
    first, second = await clan.upload(), await clan.upload()
    results = await asyncio.gather(
        *(clan.services.reviews.save(EDITOR, one.upload_id) for one in (first, second)), return_exceptions=True
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert (await clan.services.wars.page(SERVER)).total == 1


async def test_save_after_discard_names_who_discarded(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    await clan.services.reviews.discard(SECOND, review.upload_id)
    with pytest.raises(Conflict, match="discarded by Ash"):
        await clan.services.reviews.save(EDITOR, review.upload_id)
    with pytest.raises(Conflict, match="discarded by Ash"):
        await clan.services.reviews.set_score(EDITOR, review.upload_id, 1, 100)
    assert (await clan.services.wars.page(SERVER)).total == 0


async def test_a_war_like_a_kept_one_is_pointed_at_first(clan: Clan) -> None:
    await clan.players()
    first = await clan.upload()
    await clan.services.reviews.save(EDITOR, first.upload_id)
    clan.clock.pass_days(3)
    # The same six scores in another order are the same war drawn by another tool.
    again = await clan.upload(table(ours=OUR_SCORES[::-1], names=CLAN[::-1]))
    assert again.duplicate_of == 1
    with pytest.raises(Conflict, match="looks like war 1"):
        await clan.services.reviews.save(EDITOR, again.upload_id)
    saved = await clan.services.reviews.save(EDITOR, again.upload_id, despite_duplicate=True)
    assert saved.war_id == 2


async def test_the_same_scores_much_later_are_another_war(clan: Clan) -> None:
    await clan.players()
    await clan.services.reviews.save(EDITOR, (await clan.upload()).upload_id)
    clan.clock.pass_days(60)
    assert (await clan.upload()).duplicate_of is None


async def test_the_same_picture_is_pointed_at_however_it_is_corrected(clan: Clan) -> None:
    await clan.players()
    first = await clan.upload(data=b"one and the same")
    await clan.services.reviews.save(EDITOR, first.upload_id)
    clan.clock.pass_days(60)
    again = await clan.upload(table(ours=(111, 95, 88, 76, 64, 59)), data=b"one and the same")
    assert again.duplicate_of == 1
    await clan.services.wars.remove(EDITOR, saved_war := (await clan.services.wars.page(SERVER)).wars[0].war_id)
    assert saved_war == 1
    assert (await clan.services.reviews.get(SERVER, again.upload_id)).duplicate_of is None


async def test_another_server_reaches_nothing(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    reviews, intake = clan.services.reviews, clan.services.intake
    with pytest.raises(NotFound):
        await reviews.save(STRANGER, review.upload_id)
    with pytest.raises(NotFound):
        await reviews.discard(STRANGER, review.upload_id)
    with pytest.raises(NotFound):
        await reviews.set_score(STRANGER, review.upload_id, 1, 50)
    with pytest.raises(NotFound):
        await reviews.get(STRANGER.server_id, review.upload_id)
    with pytest.raises(NotFound):
        await intake.picture(STRANGER.server_id, review.upload_id)
    with pytest.raises(NotFound):
        await intake.process(STRANGER.server_id, review.upload_id)
    assert review.message_id is not None
    assert await reviews.by_message(STRANGER.server_id, review.message_id) is None
    assert await reviews.newest_open(STRANGER.server_id, review.channel_id) is None
    saved = await reviews.save(EDITOR, review.upload_id)
    with pytest.raises(NotFound):
        await clan.services.wars.get(STRANGER.server_id, saved.war_id)
    with pytest.raises(NotFound):
        await clan.services.wars.remove(STRANGER, saved.war_id)


async def test_a_war_without_a_known_player_is_not_saved(clan: Clan) -> None:
    review = await clan.upload()
    assert "not clear which side is ours" in review.obstacles[0]
    with pytest.raises(Conflict, match="not clear which side"):
        await clan.services.reviews.save(EDITOR, review.upload_id)
    sided = await clan.services.reviews.other_side(EDITOR, review.upload_id)
    assert "No row of our side" in sided.obstacles[0]
    await clan.players("Comet")  # added meanwhile: the next look finds them
    assert (await clan.services.reviews.get(SERVER, review.upload_id)).obstacles == ()


async def test_a_missing_score_and_an_impossible_one_are_named_by_row(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload(table(ours=(110, None, 88, 76, 64, 60), theirs=(999, 101, 90, 70, 60, 50)))
    assert any("Row 2 has no score" in text for text in review.obstacles)
    assert any("Row 7 has 999 points and 180 is the most" in text for text in review.obstacles)
    await clan.services.reviews.set_score(EDITOR, review.upload_id, 2, 95)
    mended = await clan.services.reviews.set_score(EDITOR, review.upload_id, 7, 120)
    assert mended.obstacles == ()
    assert (await clan.services.reviews.save(EDITOR, review.upload_id)).war_id == 1
