"""Corrections: what they change, what they teach, what they refuse."""

from __future__ import annotations

import pytest

from bot.services.drafts import Draft, Review, Source, UploadState
from bot.services.errors import AlreadyExists, BadInput, Conflict, NotFound
from bot.services.reviews import review_of
from db import uploads
from db.pool import Database
from mkw.ids import MessageId, PlayerId
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CHANNEL, CLAN, EDITOR, OTHER_SERVER, SERVER, STRANGER, Clan, table


def draft_of(review: Review) -> Draft:
    assert review.draft is not None
    return review.draft


async def test_a_correction_changes_its_row_and_clears_its_doubts(clan: Clan) -> None:
    await clan.players()
    reading = table()
    doubtful = Row(name="Comet", score=170, doubts=("the readers differ: 170 or 110",))
    first = Side(rows=(doubtful, *reading.sides[0].rows[1:]), tag="DX")
    review = await clan.upload(Reading(Status.DOUBTFUL, Layout.TABLE, (first, reading.sides[1]), races=12))
    assert review.doubtful_rows == (1,)
    assert not review.checks[0].ok
    assert "60 points too many" in review.checks[0].text

    after = await clan.services.reviews.set_score(EDITOR, review.upload_id, 1, 110)

    assert after.doubtful_rows == ()
    assert after.checks[0].ok
    assert draft_of(after).sides[0].lines[0].score == 110


async def test_substitutes_share_a_seat(clan: Clan) -> None:
    await clan.players(*CLAN, "Ghost")
    ours = Side(
        rows=(
            Row("Comet", 110, races=12), Row("Pixel", 95, races=12), Row("Marlin", 88, races=12),
            Row("Willow", 76, races=12), Row("Juniper", 64, races=12), Row("Basalt", 40, races=7),
            Row("Ghost", 20, races=12),
        ),
        tag="DX",
    )  # fmt: skip
    review = await clan.upload(Reading(Status.DOUBTFUL, Layout.TABLE, (ours, table().sides[1]), races=12))
    seats = next(check for check in review.checks if "races played" in check.text)
    assert not seats.ok
    after = await clan.services.reviews.set_races(EDITOR, review.upload_id, 7, 5)
    assert [check.text for check in after.checks] == [
        "493 + 491 = 984, 82 a race: closes",
        "Side DX: 72 races played, 6 players x 12: closes",
    ]
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    war = await clan.services.wars.get(SERVER, saved.war_id)
    assert [line.races for line in war.our_side.lines] == [12, 12, 12, 12, 12, 7, 5]


async def test_a_corrected_name_is_learnt_and_not_asked_again(clan: Clan) -> None:
    await clan.players()
    names = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "DX 8as@1t?!")
    review = await clan.upload(table(names=names))
    assert review.unknown_rows == (6,)
    linked = await clan.services.reviews.set_name(EDITOR, review.upload_id, 6, "basalt")
    assert linked.unknown_rows == ()
    line = draft_of(linked).sides[0].lines[5]
    assert (line.player_name, line.drawn_name) == ("Basalt", "DX 8as@1t?!")
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert saved.learnt == (("8as@1t?!", "Basalt"),)
    clan.clock.pass_days(30)
    assert (await clan.upload(table(names=names))).unknown_rows == ()


async def test_a_name_of_somebody_else_is_not_learnt(clan: Clan) -> None:
    people = await clan.players(*CLAN, "Ghost")
    review = await clan.upload(table(names=("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Ghost")))
    await clan.services.reviews.link(EDITOR, review.upload_id, 6, people["Basalt"].player_id)
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert saved.learnt == ()
    assert (await clan.services.roster.find(SERVER, "Ghost")).name == "Ghost"


async def test_a_misreading_that_may_be_two_players_is_asked_again(clan: Clan) -> None:
    people = await clan.players(*CLAN, "Martin")
    names = ("Comet", "Pixel", "Willow", "Juniper", "Basalt", "Marfin")
    review = await clan.upload(table(names=names))
    assert review.unknown_rows == (6,)
    await clan.services.reviews.link(EDITOR, review.upload_id, 6, people["Martin"].player_id)
    assert (await clan.services.reviews.save(EDITOR, review.upload_id)).learnt == ()
    clan.clock.pass_days(30)
    assert (await clan.upload(table(names=names))).unknown_rows == (6,)


async def test_one_name_in_two_rows_teaches_nothing(clan: Clan) -> None:
    people = await clan.players()
    review = await clan.upload(table(names=("Comet", "Marlin", "Willow", "Juniper", "Zzyzx", "Zzyzx")))
    await clan.services.reviews.link(EDITOR, review.upload_id, 5, people["Pixel"].player_id)
    await clan.services.reviews.link(EDITOR, review.upload_id, 6, people["Basalt"].player_id)
    assert (await clan.services.reviews.save(EDITOR, review.upload_id)).learnt == ()


async def test_what_one_player_was_misread_as_stays_theirs(clan: Clan) -> None:
    people = await clan.players(*CLAN, "Ghost")
    names = ("Comet", "Marlin", "Willow", "Juniper", "Basalt", "8as@1t?!")
    first = await clan.upload(table(names=names))
    await clan.services.reviews.link(EDITOR, first.upload_id, 6, people["Pixel"].player_id)
    assert (await clan.services.reviews.save(EDITOR, first.upload_id)).learnt == (("8as@1t?!", "Pixel"),)
    clan.clock.pass_days(1)
    again = await clan.upload(table(names=names))
    assert draft_of(again).sides[0].lines[5].player_name == "Pixel"
    await clan.services.reviews.link(EDITOR, again.upload_id, 6, people["Ghost"].player_id)
    assert (await clan.services.reviews.save(EDITOR, again.upload_id, despite_duplicate=True)).learnt == ()
    assert (await clan.services.roster.find(SERVER, "8as@1t?!")).name == "Pixel"


async def test_a_player_stands_in_one_row_only(clan: Clan) -> None:
    people = await clan.players()
    review = await clan.upload()
    after = await clan.services.reviews.link(EDITOR, review.upload_id, 2, people["Comet"].player_id)
    lines = draft_of(after).sides[0].lines
    assert [line.player_name for line in lines[:2]] == [None, "Comet"]
    assert after.unknown_rows == (1,)


async def test_a_new_player_from_a_row(clan: Clan) -> None:
    await clan.players(*CLAN[:5])
    review = await clan.upload(table(names=(*CLAN[:5], "xXZephyrXx")))
    after = await clan.services.reviews.link_new(EDITOR, review.upload_id, 6, "Zephyr")
    assert after.unknown_rows == ()
    assert (await clan.services.roster.find(SERVER, "zephyr")).name == "Zephyr"
    with pytest.raises(AlreadyExists):
        await clan.services.reviews.link_new(EDITOR, review.upload_id, 5, "ZEPHYR")
    newest = await clan.services.history.newest(SERVER)
    assert newest[0].text == f"edited upload {review.upload_id}: row 6 is the new player Zephyr"
    taken_back = await clan.services.history.undo(EDITOR)
    assert taken_back.upload_ids == (review.upload_id,)
    assert (await clan.services.reviews.get(SERVER, review.upload_id)).unknown_rows == (6,)
    with pytest.raises(NotFound):
        await clan.services.roster.find(SERVER, "Zephyr")


async def test_the_other_side(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    other = await clan.services.reviews.other_side(EDITOR, review.upload_id)
    assert draft_of(other).ours == 1
    assert other.unknown_rows == (7, 8, 9, 10, 11, 12)
    back = await clan.services.reviews.other_side(EDITOR, review.upload_id)
    assert draft_of(back).ours == 0
    assert back.unknown_rows == ()


async def test_tag_and_penalty(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload()
    await clan.services.reviews.set_tag(EDITOR, review.upload_id, 2, "KT★")
    after = await clan.services.reviews.set_penalty(EDITOR, review.upload_id, 1, 20)
    assert draft_of(after).sides[1].tag == "KT★"
    assert draft_of(after).sides[0].final == 473
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    war = await clan.services.wars.get(SERVER, saved.war_id)
    assert war.difference == -18
    assert war.our_side.total == 493


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("set_score", (1, -5)), ("set_score", (1, 999)), ("set_score", (0, 10)), ("set_score", (13, 10)),
        ("set_races", (1, 0)), ("set_races", (1, 13)), ("set_races", (1, 7)),
        ("set_name", (1, "   ")), ("set_name", (1, "x" * 201)),
        ("set_war_races", (0,)), ("set_war_races", (49,)), ("remove_row", (0,)), ("remove_row", (13,)),
        ("set_tag", (3, "AB")), ("set_tag", (1, "x" * 61)), ("set_penalty", (1, 1001)), ("set_penalty", (0, 10)),
        ("link_new", (1, "x" * 61)), ("link_new", (1, "\u200b")), ("link_new", (99, "Zephyr")),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_said_and_changes_nothing(
    clan: Clan, method: str, arguments: tuple[object, ...]
) -> None:
    await clan.players()
    review = await clan.upload()
    with pytest.raises(BadInput):
        await getattr(clan.services.reviews, method)(EDITOR, review.upload_id, *arguments)
    assert await clan.services.reviews.get(SERVER, review.upload_id) == review
    assert len(await clan.services.roster.players(SERVER)) == 6


async def test_a_player_of_another_server_cannot_be_linked(clan: Clan) -> None:
    await clan.players()
    stranger = await clan.services.roster.add(STRANGER, "Foreign")
    review = await clan.upload()
    for player_id in (stranger.player_id, PlayerId(99_999)):
        with pytest.raises(NotFound):
            await clan.services.reviews.link(EDITOR, review.upload_id, 1, player_id)
    assert (await clan.services.roster.players(OTHER_SERVER))[0].name == "Foreign"


async def test_an_upload_that_is_not_read_yet_cannot_be_changed(clan: Clan) -> None:
    received = await clan.services.intake.receive(clan.picture())
    with pytest.raises(Conflict, match="still being read"):
        await clan.services.reviews.discard(EDITOR, received.upload_id)
    refused = await clan.upload(Reading.refused("A cat."))
    with pytest.raises(Conflict, match="addwar"):
        await clan.services.reviews.save(EDITOR, refused.upload_id)


async def test_a_list_without_teams_is_parted_by_tags_and_the_roster(clan: Clan) -> None:
    await clan.players()
    rows = [Row(f"DX {name}", score) for name, score in zip(CLAN, (110, 95, 88, 76, 64, 60), strict=True)]
    theirs = [Row(f"CB {name}", score) for name, score in zip(("Onyx", "Tundra", "Fable", "Harbor", "Quartz", "Velvet"),
                                                              (120, 101, 90, 70, 60, 50), strict=True)]  # fmt: skip
    mixed = tuple(sorted(rows + theirs, key=lambda row: -(row.score or 0)))
    review = await clan.upload(Reading(Status.PROVEN, Layout.STANDINGS, (Side(rows=mixed),)))
    draft = draft_of(review)
    assert [side.tag for side in draft.sides] == ["CB", "DX"]
    assert draft.ours == 1
    assert [side.score_sum for side in draft.sides] == [491, 493]
    assert draft.races == 12
    assert review.obstacles == ()
    assert (await clan.services.reviews.save(EDITOR, review.upload_id)).war_id == 1


async def test_linking_a_row_of_a_bare_list_makes_our_side(clan: Clan) -> None:
    names = ("Acorn", "Birch", "Cedar", "Dahlia")
    rows = tuple(Row(name, score) for name, score in zip(names, (30, 20, 10, 5), strict=True))
    review = await clan.upload(Reading(Status.PROVEN, Layout.STANDINGS, (Side(rows=rows),)))
    assert draft_of(review).ours is None
    one = await clan.services.reviews.link_new(EDITOR, review.upload_id, 2, "Birch Tree")
    assert [line.name for line in draft_of(one).sides[0].lines] == ["Birch"]
    assert draft_of(one).ours == 0
    two = await clan.services.reviews.link_new(EDITOR, review.upload_id, 4, "Dahl")
    assert [[line.name for line in side.lines] for side in draft_of(two).sides] == [
        ["Birch", "Dahlia"],
        ["Acorn", "Cedar"],
    ]
    assert two.obstacles == ()


async def test_the_list_of_a_running_war_says_so(clan: Clan) -> None:
    points = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    rows = tuple(
        Row(name=f"{'DX' if index % 2 else 'CB'} {name}", score=4 * value, race_points=value)
        for index, (name, value) in enumerate(zip((*CLAN, "Onyx", "Tundra", "Fable", "Harbor", "Quartz", "Velvet"),
                                                  points, strict=True))
    )  # fmt: skip
    await clan.players()
    review = await clan.upload(Reading(Status.PROVEN, Layout.RACE, (Side(rows=rows),)))
    assert draft_of(review).races == 5
    assert review.reason is not None
    assert "after 5 races" in review.reason
    assert sum(side.score_sum for side in draft_of(review).sides) == 82 * 5


async def test_a_typed_war_is_reviewed_like_a_picture(clan: Clan) -> None:
    await clan.players()
    text = "Comet 110, Pixel 95, Marlin 88, Willow 76, Juniper 64, Basalt 60 vs CB 491"
    review = await clan.services.reviews.typed(EDITOR, CHANNEL, MessageId(900), text)
    assert review.source is Source.TYPED
    assert review.state is UploadState.REVIEW
    assert review.checks[0].text == "493 + 491 = 984, 82 a race: closes"
    assert review.obstacles == ()
    again = await clan.services.reviews.typed(EDITOR, CHANNEL, MessageId(900), text)
    assert again.upload_id == review.upload_id
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    war = await clan.services.wars.get(SERVER, saved.war_id)
    assert war.layout == "typed"
    assert war.opponents[0].tag == "CB"
    assert war.opponents[0].total == 491
    assert await clan.services.intake.picture(SERVER, review.upload_id) is None


async def test_typed_nonsense_is_bad_input(clan: Clan) -> None:
    with pytest.raises(BadInput):
        await clan.services.reviews.typed(EDITOR, CHANNEL, MessageId(901), "Comet 12a, , -- \x00")


async def test_the_races_of_the_whole_war(clan: Clan) -> None:
    await clan.players()
    reading = table(ours=(50, 40, 30, 20, 10, 5), theirs=(45, 44, 33, 22, 19, 10))
    review = await clan.upload(reading)
    assert not review.checks[0].ok
    after = await clan.services.reviews.set_war_races(EDITOR, review.upload_id, 4)
    assert after.checks[0].text == "155 + 173 = 328, 82 a race: closes"
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert saved.averages[0].after == pytest.approx(150.0)  # 50 in 4 races
    assert (await clan.services.wars.get(SERVER, saved.war_id)).races == 4


async def test_what_somebody_else_saved_a_moment_ago_is_no_other_war_like_it(clan: Clan, database: Database) -> None:
    """Two press Save at once: the second one's look at the upload is older than the war it became."""
    await clan.players(*CLAN)
    review = await clan.upload()
    async with database.acquire() as db:
        before = await uploads.get(db, server_id=SERVER, upload_id=review.upload_id)
    assert before is not None
    await clan.services.reviews.save(EDITOR, review.upload_id)
    async with database.acquire() as db:
        assert (await review_of(db, before)).duplicate_of is None
    with pytest.raises(Conflict, match="already saved as war 1"):
        await clan.services.reviews.save(EDITOR, review.upload_id)
    again = await clan.upload()
    assert again.duplicate_of == 1
