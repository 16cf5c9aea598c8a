"""Wars race by race over the records: collected, kept with their races, taken back, by two people at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.services.drafts import Review, UploadState
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.race_sheets import sheet_of_draft
from mkw.ids import UploadId, WarId
from mkw.race_rows import RaceRow
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.mkw.test_race_chain import Room
from tests.services.conftest import CHANNEL, CLAN, EDITOR, SECOND, SERVER, THEIRS, Clan
from tests.services.test_several import draft_of, scores

ALL = CLAN + THEIRS


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
    assert any(
        "Not the whole list, or somebody was away: race 2 (4 rows)" in check.text
        for check in (await running(clan)).checks
    )
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
