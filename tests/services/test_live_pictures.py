"""Pictures posted during a live war fill a race, check one or check the totals; and one war told live and shown."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from bot.services.drafts import UploadState
from bot.services.live_telling import LiveView, Told
from db.pool import Database
from mkw.ids import UploadId, WarId
from mkw.live import Form
from mkw.race_rows import RaceRow
from tests.mkw.test_race_chain import Room
from tests.services.conftest import CHANNEL, CLAN, EDITOR, SERVER, THEIRS, Clan, table
from tests.services.test_race_by_race import race_reading, room

MIDDLE = "1 3 4 7 9 12"


def tagged(rows: tuple[RaceRow, ...]) -> tuple[RaceRow, ...]:
    """The others are of CB, but for those whose names say another tag."""
    named = {name: f"DX {name}" for name in CLAN} | {name: f"CB {name}" for name in THEIRS}
    return tuple(replace(row, name=named.get(row.name, row.name)) for row in rows)


def ours(rows: tuple[RaceRow, ...]) -> str:
    """Our places as people type them."""
    return " ".join(str(row.place) for row in rows if row.name in CLAN)


def who(rows: tuple[RaceRow, ...]) -> str:
    return ", ".join(f"{row.name} {row.place}" for row in rows if row.name in CLAN)


async def begin(clan: Clan) -> LiveView:
    if not await clan.services.roster.players(SERVER):
        await clan.players()
    await clan.services.settings.change(EDITOR, clan_tags=("DX",))
    return await clan.services.live.start(EDITOR, CHANNEL, ["DX", "CB"])


async def show(clan: Clan, rows: tuple[RaceRow, ...], **doubts: str) -> tuple[Told | None, UploadId]:
    review = await clan.upload(race_reading(tagged(rows), **{f"DX {name}": text for name, text in doubts.items()}))
    return await clan.services.live_pictures.take(SERVER, review.upload_id), review.upload_id


async def war_now(clan: Clan) -> Any:
    view = await clan.services.live.running(SERVER, CHANNEL)
    assert view is not None
    return view.war


async def test_a_races_picture_fills_the_race_whose_turn_it_is(clan: Clan) -> None:
    await begin(clan)
    drawn = room()
    await clan.services.live.tell(EDITOR, CHANNEL, "sgb")
    rows = drawn.race().rows
    told, upload_id = await show(clan, rows)
    assert told is not None
    assert told.raced
    (race,) = (await war_now(clan)).races
    assert (race.track, race.picture, dict(race.who)) == ("rSGB", upload_id, {
        row.name: row.place for row in rows if row.name in CLAN
    })  # fmt: skip
    review = await clan.services.reviews.get(SERVER, upload_id)
    assert review.state is UploadState.JOINED
    await clan.services.history.undo(EDITOR)
    assert (await clan.services.reviews.get(SERVER, upload_id)).state is UploadState.REVIEW
    assert (await war_now(clan)).races == ()


async def test_it_checks_a_race_that_was_told(clan: Clan) -> None:
    await begin(clan)
    drawn = room()
    first, second = drawn.race().rows, drawn.race().rows
    await clan.services.live.tell(EDITOR, CHANNEL, ours(first))
    await clan.services.live.tell(EDITOR, CHANNEL, ours(second))
    told, _ = await show(clan, first)  # though another one was told since
    assert told is not None
    assert told.done == (f"the picture of race 1 agrees: {ours(first)}",)
    assert (await war_now(clan)).races[0].told
    assert not (await war_now(clan)).races[1].told


async def test_a_race_told_otherwise_is_asked_about(clan: Clan) -> None:
    await begin(clan)
    drawn = room()
    rows = drawn.race().rows
    others = next(
        places for seed in range(50)
        if (places := sorted(random.Random(seed).sample(range(1, 13), 6))) != [int(one) for one in ours(rows).split()]
    )  # fmt: skip
    line = " ".join(map(str, others))
    await clan.services.live.tell(EDITOR, CHANNEL, line)
    told, upload_id = await show(clan, rows)
    assert told is not None
    assert told.ask is not None
    assert told.ask.choices == ((f"Take {ours(rows)}", f"race 1 {ours(rows)}"),)
    assert (await war_now(clan)).races[0].places == tuple(others)
    assert (await clan.services.reviews.get(SERVER, upload_id)).state is UploadState.JOINED
    await clan.services.live.tell(EDITOR, CHANNEL, told.ask.choices[0][1])
    assert (await war_now(clan)).races[0].places == tuple(map(int, ours(rows).split()))


async def test_what_is_doubted_is_asked_about(clan: Clan) -> None:
    await begin(clan)
    told, _ = await show(clan, room().race().rows, Comet="the two readers differ")
    assert told is not None
    assert told.ask is not None
    assert "not all of it is sure" in told.ask.question
    assert (await war_now(clan)).races == ()


async def test_a_part_of_a_list_waits_for_the_rest_typed(clan: Clan) -> None:
    await begin(clan)
    rows = room().race().rows
    told, upload_id = await show(clan, rows[:6])
    assert told is not None
    mine = {row.name: row.place for row in rows if row.name in CLAN}
    seen = {name: place for name, place in mine.items() if place is not None and place <= 6}
    assert told.done == (f"race 1 as far as it was shown: {', '.join(f'{name} {seen[name]}' for name in seen)}",)
    left = [row.place for row in rows[6:] if row.name in CLAN]
    assert told.remarks[0].startswith(f"{len(left)} of our places are not in it")
    assert (await war_now(clan)).races == ()
    assert (await clan.services.reviews.get(SERVER, upload_id)).state is UploadState.JOINED
    await clan.services.live.tell(EDITOR, CHANNEL, "back")
    assert (await war_now(clan)).part is None
    await clan.services.history.undo(EDITOR)
    await clan.services.live.tell(EDITOR, CHANNEL, " ".join(map(str, left)))
    (race,) = (await war_now(clan)).races
    assert (list(race.places), dict(race.who), race.picture) == (sorted(mine.values()), seen, upload_id)


@pytest.mark.parametrize("first", [0, 12])
async def test_two_columns_of_24_players_complete_each_other(clan: Clan, first: int) -> None:
    await clan.players()
    await clan.services.settings.change(EDITOR, clan_tags=("DX",))
    await clan.services.live.start(EDITOR, CHANNEL, ["DX", "CB", "QZ", "ML"], Form.TWENTY_FOUR)
    drawn = Room((*CLAN, *(f"{tag} {name}" for tag in ("CB", "QZ", "ML") for name in THEIRS)), seed=4)
    for number in (1, 2, 3):
        rows = drawn.race().rows
        columns = (rows[first:][:12], rows[12 - first :][:12])
        assert {sum(row.name in CLAN for row in column) for column in columns} <= {2, 3, 4}
        told, _ = await show(clan, columns[0])
        assert told is not None
        assert told.remarks
        told, upload_id = await show(clan, columns[1])
        assert told is not None
        assert (told.raced, told.remarks, told.problem) == (True, (), None)
        war = await war_now(clan)
        assert (len(war.races), war.part, war.races[-1].picture) == (number, None, upload_id)
        assert dict(war.races[-1].who) == {row.name: row.place for row in rows if row.name in CLAN}
    typed = drawn.race().rows
    await clan.services.live.tell(EDITOR, CHANNEL, ours(typed))
    for column in (typed[:12], typed[12:]):
        told, _ = await show(clan, column)
        assert told is not None
        assert told.done[0].startswith("the picture agrees with race 4 as far as it shows it")
    race = (await war_now(clan)).races[3]
    assert dict(race.who) == {row.name: row.place for row in typed if row.name in CLAN}


async def test_parts_of_two_races_are_not_put_together(clan: Clan) -> None:
    await begin(clan)
    drawn = room()
    first, second = drawn.race().rows, drawn.race().rows
    await show(clan, first[:6])
    told, _ = await show(clan, second[:6])
    assert told is not None
    assert not told.raced
    part = (await war_now(clan)).part
    assert dict(part.who) == {row.name: row.place for row in second[:6] if row.name in CLAN}
    told = await clan.services.live.tell(EDITOR, CHANNEL, "1 2 3 4 5 6" if 12 in part.places else "7 8 9 10 11 12")
    assert told is not None
    assert "of it was shown" in told.done[0]
    told, _ = await show(clan, tuple(row for row in second if row.name not in CLAN))
    assert told is not None
    assert "None of our 6 places can be seen" in str(told.problem)


async def test_a_table_checks_the_totals(clan: Clan) -> None:
    await begin(clan)
    for places in (*[MIDDLE] * 10, "7 8 9 10 11 12", "6 8 9 10 11 12"):  # 450 + 21 + 22
        await clan.services.live.tell(EDITOR, CHANNEL, places)
    review = await clan.upload(table())
    told = await clan.services.live_pictures.take(SERVER, review.upload_id)
    assert told is not None
    assert told.done == ("the picture agrees: 493 points",)
    assert (await clan.services.reviews.get(SERVER, review.upload_id)).state is UploadState.JOINED
    other = await clan.upload(table(ours=(110, 95, 88, 76, 64, 62)))
    told = await clan.services.live_pictures.take(SERVER, other.upload_id)
    assert told is not None
    assert told.done == (
        "the picture says 495 points for us, and 493 were told in 12 races: look through them",
    )  # fmt: skip


async def test_without_a_live_war_a_picture_is_a_review(clan: Clan) -> None:
    await clan.players()
    review = await clan.upload(race_reading(tagged(room().race().rows)))
    assert await clan.services.live_pictures.take(SERVER, review.upload_id) is None
    assert (await clan.services.reviews.get(SERVER, review.upload_id)).state is UploadState.REVIEW


async def ours_kept(database: Database, war_id: WarId) -> list[tuple[Any, ...]]:
    """What our players did race by race, as the records have it."""
    async with database.acquire() as db:
        rows = await db.fetch(
            """
            select r.race, p.name, r.place, r.points, l.score, l.races
            from race_results r
            join wars w on w.server_id = r.server_id and w.war_id = r.war_id and w.our_side = r.side
            join war_lines l on l.server_id = r.server_id and l.war_id = r.war_id and l.side = r.side
                            and l.position = r.position
            join players p on p.server_id = l.server_id and p.player_id = l.player_id
            where r.server_id = $1 and r.war_id = $2 order by r.race, r.place
            """,
            SERVER,
            war_id,
        )
        theirs = await db.fetch(
            """
            select r.race, r.place, r.points from race_results r
            join wars w on w.server_id = r.server_id and w.war_id = r.war_id and w.our_side <> r.side
            where r.server_id = $1 and r.war_id = $2 order by r.race, r.place
            """,
            SERVER,
            war_id,
        )
    return [tuple(row) for row in (*rows, *theirs)]


@pytest.mark.parametrize("by_picture", [False, True])
async def test_told_live_a_war_is_kept_as_from_its_pictures(clan: Clan, database: Database, by_picture: bool) -> None:
    await clan.players()
    await clan.services.settings.change(EDITOR, clan_tags=("DX",))
    drawn = room()
    races = [drawn.race().rows for _ in range(12)]
    for rows in races:
        review = await clan.upload(race_reading(tagged(rows)))
        await clan.services.several.add_race(EDITOR, review.upload_id)
    finished = await clan.services.several.finish(EDITOR, CHANNEL)
    shown = (await clan.services.reviews.save(EDITOR, finished.upload_id)).war_id
    figures = await everything(clan)
    await clan.services.wars.remove(EDITOR, shown)

    await begin(clan)
    for rows in races:
        if by_picture:
            told, _ = await show(clan, rows)
            assert told is not None
            assert told.raced
        else:
            await clan.services.live.tell(EDITOR, CHANNEL, who(rows))
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    assert await ours_kept(database, ended.war_id) == await ours_kept(database, shown)
    assert await everything(clan) == figures
    assert len(await clan.services.wars.pictures(SERVER, ended.war_id)) == (12 if by_picture else 0)


async def everything(clan: Clan) -> Any:
    """What statistics are made of, less the number and the moment of the war."""
    record = (await clan.services.statistics.scope(SERVER)).record
    wars, lines = record.wars, record.lines
    players = sorted(zip(lines.player.tolist(), lines.score.tolist(), lines.races.tolist(), strict=True))
    return (
        wars.races.tolist(), wars.own.tolist(), wars.theirs.tolist(), wars.room.tolist(), wars.size.tolist(),
        wars.place.tolist(), players,
    )  # fmt: skip
