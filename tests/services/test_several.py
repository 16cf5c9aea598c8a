"""Wars of several pictures over the records: joined, collected, taken apart, undone, by two people at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.services.drafts import Draft, Review, UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.joining import Way
from bot.services.race_sheets import sheet_of_draft
from mkw.ids import UploadId, WarId
from mkw.race_rows import RaceRow
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.mkw.test_race_chain import Room
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


def race_reading(rows: tuple[RaceRow, ...], **doubts: str) -> Reading:
    """What the reader says of a race's picture."""
    made = tuple(
        Row(
            name=row.name,
            score=row.before,
            place=row.place,
            race_points=row.points,
            doubts=(doubts[row.name],) if row.name in doubts else (),
        )
        for row in rows
    )
    return Reading(status=Status.PROVEN, layout=Layout.RACE, sides=(Side(made),))


def room() -> Room:
    return Room(ALL)


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


async def collect(clan: Clan, *races: tuple[RaceRow, ...]) -> list[Review]:
    """Race pictures posted and added, in that order."""
    posted = []
    for rows in races:
        review = await clan.upload(race_reading(rows))
        await clan.services.several.add_race(EDITOR, review.upload_id)
        posted.append(review)
    return posted


async def running(clan: Clan) -> Review:
    found = await clan.services.several.running(SERVER, CHANNEL)
    assert found is not None
    return found


# --- joining --------------------------------------------------------------------------------------------------------


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


# --- race by race ---------------------------------------------------------------------------------------------------


async def test_a_war_is_collected_race_by_race_and_kept_with_its_races(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    races = [drawn.race().rows for _ in range(12)]
    posted = await collect(clan, *races)
    war = await running(clan)
    assert war.upload_id == posted[0].upload_id
    assert war.obstacles == ("Races are still added to it: press Finish, or write `race finish`.",)
    assert scores(war) == drawn.scores
    assert [check.ok for check in war.checks] == [True, True]  # the chain, and 82 a race

    review = await clan.services.several.finish(EDITOR, CHANNEL)
    assert review.obstacles == ()
    draft = draft_of(review)
    assert draft.ours is not None
    assert {line.player_name for line in draft.sides[draft.ours].lines} == set(CLAN)
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    kept = await clan.services.wars.get(SERVER, saved.war_id)
    assert (kept.races, sum(side.total for side in kept.sides)) == (12, 984)
    assert len(await clan.services.wars.pictures(SERVER, saved.war_id)) == 12

    sheet = await clan.services.wars.sheet(SERVER, saved.war_id)
    assert sheet is not None
    assert [race.number for race in sheet.races] == list(range(1, 13))
    for race, rows in zip(sheet.races, races, strict=True):
        assert [(sheet.players[one.player].name, one.place, one.points) for one in race.results] == [
            (row.name, row.place, row.points) for row in rows
        ]
        points = sheet.points_of(race)
        assert points is not None
        assert sum(points) == 82
    assert sum((sheet.points_of(race) or (0, 0))[0] for race in sheet.races) == kept.our_side.total


async def test_the_running_war_shows_its_races(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    await collect(clan, *(drawn.race().rows for _ in range(3)))
    sheet = sheet_of_draft(draft_of(await running(clan)))
    assert sheet is not None
    assert (len(sheet.races), sheet.length, sheet.missing, sheet.notes) == (3, 3, (), ())
    assert {player.name: player.score for player in sheet.players} == drawn.scores


async def test_a_race_posted_twice_is_noticed_and_fills_what_was_missing(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    first, second = drawn.race().rows, drawn.race().rows
    await collect(clan, first, second[8:])
    assert any("Not the whole list: race 2 (4 rows)" in check.text for check in (await running(clan)).checks)
    again = await clan.upload(race_reading(second[8:]))
    added = await clan.services.several.add_race(EDITOR, again.upload_id)
    assert (added.again, added.number, added.rows_filled) == (True, 2, 0)
    assert (await clan.services.reviews.get(SERVER, again.upload_id)).state is UploadState.REVIEW

    whole = await clan.upload(race_reading(second))
    added = await clan.services.several.add_race(EDITOR, whole.upload_id)
    assert (added.again, added.number, added.rows_filled) == (True, 2, 8)
    assert scores(await running(clan)) == drawn.scores
    apart = await clan.services.several.remove_race(EDITOR, CHANNEL, 2)
    assert len(apart.parts) == 2  # both pictures of that race


async def test_races_may_come_in_any_order_and_a_missing_one_is_named(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    races = [drawn.race().rows for _ in range(4)]
    await collect(clan, races[3], races[0], races[1])
    war = await running(clan)
    assert any("Race 3 is missing" in check.text and not check.ok for check in war.checks)
    assert scores(war) == drawn.scores
    late = await clan.upload(race_reading(races[2]))
    assert (await clan.services.several.add_race(EDITOR, late.upload_id)).number == 3
    assert all(check.ok for check in (await running(clan)).checks)


async def test_a_reconnect_and_a_substitute(clan: Clan) -> None:
    await clan.players(*CLAN, "Ghost")
    drawn = room()
    races = [drawn.race().rows for _ in range(5)]
    drawn.reconnect()
    drawn.substitute("Basalt", "Ghost")
    races += [drawn.race().rows for _ in range(7)]
    await collect(clan, *races)
    review = await clan.services.several.finish(EDITOR, CHANNEL)
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    lines = {line.name: line for line in (await clan.services.wars.get(SERVER, saved.war_id)).our_side.lines}
    assert (lines["Basalt"].races, lines["Ghost"].races, lines["Comet"].races) == (5, 7, 12)
    assert lines["Comet"].score == drawn.scores["Comet"]
    sheet = await clan.services.wars.sheet(SERVER, saved.war_id)
    assert sheet is not None
    assert [race.number for race in sheet.races if race.restarted] == [6]


async def test_who_is_off_is_doubted_in_the_war(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    first, second = drawn.race().rows, drawn.race().rows
    off = tuple(
        replace(row, before=(row.before or 0) + 6, after=(row.after or 0) + 6) if row.name == "Pixel" else row
        for row in second
    )
    await collect(clan, first, off)
    war = await running(clan)
    doubted = [line for _, _, line in draft_of(war).rows() if line.doubts]
    assert [line.name for line in doubted] == ["Pixel"]
    assert war.doubtful_rows


async def test_a_running_war_is_not_corrected_and_not_saved(clan: Clan) -> None:
    await clan.players()
    (first,) = await collect(clan, room().race().rows)
    with pytest.raises(Conflict, match="race finish"):
        await clan.services.reviews.set_score(EDITOR, first.upload_id, 1, 3)
    with pytest.raises(Conflict, match="race finish"):
        await clan.services.reviews.save(EDITOR, first.upload_id)
    await clan.services.reviews.discard(EDITOR, first.upload_id)
    assert await clan.services.several.running(SERVER, CHANNEL) is None
    await clan.services.history.undo(EDITOR)
    assert (await running(clan)).upload_id == first.upload_id


async def test_a_race_taken_out_is_a_picture_of_its_own_again(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    posted = await collect(clan, *(drawn.race().rows for _ in range(3)))
    apart = await clan.services.several.remove_race(EDITOR, CHANNEL, 2)
    assert apart.parts == (posted[1].upload_id,)
    assert any("Race 2 is missing" in check.text for check in apart.review.checks)
    with pytest.raises(BadInput, match="the races are 1, 3"):
        await clan.services.several.remove_race(EDITOR, CHANNEL, 2)
    added = await clan.services.several.add_race(EDITOR, posted[1].upload_id)
    assert added.number == 2
    await clan.services.several.remove_race(EDITOR, CHANNEL, 1)  # that of the picture that carries the war
    back = await clan.services.several.add_race(EDITOR, posted[0].upload_id)
    assert (back.number, back.again) == (1, False)
    assert scores(await running(clan)) == drawn.scores


async def test_with_its_last_race_the_running_war_is_gone(clan: Clan) -> None:
    await clan.players()
    (only,) = await collect(clan, room().race().rows)
    await clan.services.several.remove_race(EDITOR, CHANNEL, 1)
    assert await clan.services.several.running(SERVER, CHANNEL) is None
    assert draft_of(await clan.services.reviews.get(SERVER, only.upload_id)) == draft_of(only)
    with pytest.raises(NotFound, match="No war is collected"):
        await clan.services.several.finish(EDITOR, CHANNEL)


async def test_every_step_of_a_war_race_by_race_is_taken_back(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    posted = await collect(clan, *(drawn.race().rows for _ in range(2)))
    await clan.services.several.finish(EDITOR, CHANNEL)
    saved = await clan.services.reviews.save(EDITOR, posted[0].upload_id)
    undo = clan.services.history.undo
    assert (await undo(EDITOR)).text == "saved war 1"
    assert len(draft_of(await clan.services.reviews.get(SERVER, posted[0].upload_id)).chain) == 2
    again = await clan.services.reviews.save(EDITOR, posted[0].upload_id)
    assert again.war_id == saved.war_id + 1
    sheet = await clan.services.wars.sheet(SERVER, again.war_id)
    assert sheet is not None
    assert len(sheet.races) == 2
    await undo(EDITOR)
    assert "finished" in (await undo(EDITOR)).text
    assert (await running(clan)).upload_id == posted[0].upload_id
    assert "added race 2" in (await undo(EDITOR)).text
    assert (await clan.services.reviews.get(SERVER, posted[1].upload_id)).state is UploadState.REVIEW
    assert "added race 1" in (await undo(EDITOR)).text
    assert await clan.services.several.running(SERVER, CHANNEL) is None


async def test_split_takes_a_running_war_apart(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    posted = await collect(clan, *(drawn.race().rows for _ in range(3)))
    apart = await clan.services.several.split(EDITOR, posted[2].upload_id)
    assert set(apart.parts) == {posted[1].upload_id, posted[2].upload_id}
    assert await clan.services.several.running(SERVER, CHANNEL) is None


async def test_two_people_adding_races_at_once_add_both(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    posted = [await clan.upload(race_reading(drawn.race().rows)) for _ in range(4)]
    await asyncio.gather(
        *(
            clan.services.several.add_race(actor, review.upload_id)
            for review, actor in zip(posted, [EDITOR, SECOND] * 2, strict=True)
        )
    )
    war = await running(clan)
    assert len(draft_of(war).chain) == 4
    assert scores(war) == drawn.scores
    assert all(check.ok for check in war.checks)


async def test_what_is_no_race_is_not_added(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    with pytest.raises(Conflict, match="no list of one race"):
        await clan.services.several.add_race(EDITOR, review.upload_id)


async def test_two_race_lists_are_not_joined_by_mistake(clan: Clan) -> None:
    await clan.players()
    drawn = room()
    await clan.upload(race_reading(drawn.race().rows))
    second = await clan.upload(race_reading(drawn.race().rows))
    assert second.offer is None
    with pytest.raises(BadInput, match="race add"):
        await clan.services.several.join(EDITOR, second.upload_id)


async def test_a_war_race_by_race_is_corrected_before_it_is_saved(clan: Clan) -> None:
    await clan.players(*CLAN[:5])
    drawn = room()
    await collect(clan, *(drawn.race().rows for _ in range(3)))
    review = await clan.services.several.finish(EDITOR, CHANNEL)
    row, _, _ = next(one for one in draft_of(review).rows() if one[2].name == "Basalt")
    await clan.services.reviews.link_new(EDITOR, review.upload_id, row, "Bas")
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    sheet = await clan.services.wars.sheet(SERVER, saved.war_id)
    assert sheet is not None
    bas = next(index for index, player in enumerate(sheet.players) if player.name == "Bas")
    assert (
        sum(one.points or 0 for race in sheet.races for one in race.results if one.player == bas)
        == drawn.scores["Basalt"]
    )


async def test_a_war_without_races_has_no_sheet(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert await clan.services.wars.sheet(SERVER, saved.war_id) is None
    with pytest.raises(NotFound):
        await clan.services.wars.sheet(SERVER, WarId(99))
    assert await clan.services.wars.pictures(SERVER, WarId(99)) == ()
    assert review.upload_id != UploadId(0)
