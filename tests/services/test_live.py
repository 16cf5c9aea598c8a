"""Live wars over the records: told line by line, by two people and two bots at once, kept, taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.services.actors import Actor
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.house import build_services
from bot.services.live import ANSWER_WITHIN, IDLE, EndsEarly
from bot.services.live_telling import LiveState, LiveView, Told
from db.doctor import odd_rows, odd_sums
from db.pool import Database
from mkw.ids import ChannelId, MessageId, TrackId, UserId, WarId
from mkw.live import Form
from mkw.live_said import Back, Fix
from mkw.races import mean_place
from tests.services.conftest import CHANNEL, CLAN, EDITOR, SECOND, SERVER, STRANGER, Clan

MIDDLE, BEST = "1 3 4 7 9 12", "1 2 3 4 5 6"
WHO = ", ".join(f"{name} {place}" for name, place in zip(CLAN, (1, 3, 4, 7, 9, 12), strict=True))
TRACKS = ("mbc", "cc", "ws", "dks", "dh", "sgb", "rws", "af", "dkp", "sp", "shs", "wsh")


async def begin(clan: Clan, form: Form = Form.SIX) -> LiveView:
    await clan.players()
    sides = ["DX", "CB"] if form.sides == 2 else ["DX", "CB", "QZ", "ML"]
    return await clan.services.live.start(EDITOR, CHANNEL, sides, form)


async def tell(clan: Clan, text: str, *, by: Actor = EDITOR, message: int | None = None) -> Told:
    told = await clan.services.live.tell(by, CHANNEL, text, message_id=None if message is None else MessageId(message))
    assert told is not None
    return told


async def whole(clan: Clan, *, who: bool = False) -> None:
    for number, track in enumerate(TRACKS):
        await tell(clan, f"{track} {MIDDLE if number % 2 else BEST}" if not who else f"{track} {WHO}")


async def running(clan: Clan) -> LiveView:
    found = await clan.services.live.running(SERVER, CHANNEL)
    assert found is not None
    return found


async def test_a_war_is_told_and_kept_with_its_races_and_tracks(clan: Clan) -> None:
    await begin(clan)
    await whole(clan, who=True)
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    war = await clan.services.wars.get(SERVER, ended.war_id)
    assert [(side.tag, side.total, len(side.lines)) for side in war.sides] == [("DX", 540, 6), ("CB", 444, 0)]
    assert {line.name: line.score for line in war.our_side.lines}["Comet"] == 180
    assert all(line.player_id is not None for line in war.our_side.lines)
    assert [average.player_name for average in ended.averages] == list(CLAN)
    sheet = await clan.services.wars.sheet(SERVER, ended.war_id)
    assert sheet is not None
    assert sheet.races[5].track == TrackId("rSGB")
    assert [sheet.points_of(race) for race in sheet.races] == [(45, 37)] * 12
    assert (ended.off, ended.untold, war.upload_id) == (None, (), None)


async def test_without_names_sides_are_kept_with_totals_and_places(clan: Clan) -> None:
    await begin(clan)
    await whole(clan)
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    war = await clan.services.wars.get(SERVER, ended.war_id)
    assert [(side.total, side.lines) for side in war.sides] == [(6 * 61 + 6 * 45, ()), (6 * 21 + 6 * 37, ())]
    sheet = await clan.services.wars.sheet(SERVER, ended.war_id)
    assert sheet is not None
    assert [one.place for one in sheet.races[1].results if one.ours] == [1, 3, 4, 7, 9, 12]
    assert (await clan.services.statistics.scope(SERVER)).record.wars.own.tolist() == [636]


async def test_what_is_known_of_who_took_which_place_is_kept_and_lines_add_up(clan: Clan, database: Database) -> None:
    await begin(clan)
    await tell(clan, f"{WHO}\n{WHO}")
    for _ in range(9):
        await tell(clan, MIDDLE)
    await tell(clan, f"{MIDDLE}\nComet 1, Willow 12")
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    assert ended.untold == tuple(range(3, 13))
    war = await clan.services.wars.get(SERVER, ended.war_id)
    lines = [(line.name, line.races, line.score) for line in war.our_side.lines]
    assert lines[0] == ("Comet", 3, 45)
    assert lines[6:] == [("not said", 12, 90)] * 4 + [("not said", 10, 74)]
    assert sum(races for _, races, _ in lines) == 12 * 6
    assert war.our_side.total == 12 * 45 == sum(score for *_, score in lines)
    statistics = clan.services.statistics
    find = clan.services.roster.find
    comet, willow, pixel = [(await find(SERVER, name)).player_id for name in ("Comet", "Willow", "Pixel")]
    found = await statistics.player(SERVER, comet)
    assert (found.races, found.points, found.wins) == (3, 45, 1)
    assert found.differential == pytest.approx(12 * 8 * 3 / 12)  # their part of the team's
    scope = await statistics.scope(SERVER)
    assert [len(await statistics.races_of(scope, one)) for one in (comet, willow, pixel)] == [3, 3, 2]
    assert mean_place(await statistics.races_of(scope)) == 6.0  # the clan's places are all known
    async with database.acquire() as db:
        assert await odd_rows(db) == ()
        assert await odd_sums(db) == ()


async def test_a_substitute_has_a_line_with_their_races(clan: Clan) -> None:
    await begin(clan)
    for _ in range(7):
        await tell(clan, WHO)
    await tell(clan, "sub Willow -> Ghost")
    for _ in range(5):
        await tell(clan, WHO.replace("Willow", "Ghost"))
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    war = await clan.services.wars.get(SERVER, ended.war_id)
    lines = {line.name: line for line in war.our_side.lines}
    assert (lines["Willow"].races, lines["Ghost"].races, lines["Comet"].races) == (7, 5, 12)
    assert (lines["Willow"].score, lines["Ghost"].score, lines["Ghost"].player_id) == (42, 30, None)
    assert war.note == "Ghost for Willow from race 8"


async def test_penalties_notes_and_who_was_away_are_kept(clan: Clan) -> None:
    await begin(clan)
    await tell(clan, "pen 20 theirs repick\nnote close one\ndc Cyn\ndc Comet\n1 3 4 7 9")
    view = await running(clan)
    assert view.war.races == ()  # the third line names nobody, and the rest waits
    await tell(clan, "dc Comet\n1 3 4 7 9")
    ended = await clan.services.live.end(EDITOR, CHANNEL, surely=True)
    war = await clan.services.wars.get(SERVER, ended.war_id)
    assert [side.penalty for side in war.sides] == [0, 20]
    assert war.note == "close one · -20 CB: repick · Comet away in race 1"


async def test_twenty_four_players_close_with_the_others_totals(clan: Clan) -> None:
    await begin(clan, Form.TWENTY_FOUR)
    for _ in range(12):
        await tell(clan, "1 2 3 22 23 24")
    with pytest.raises(BadInput, match="`end CB 430, QZ 430, ML 430`"):
        await clan.services.live.end(EDITOR, CHANNEL)
    with pytest.raises(BadInput, match="XX is none of them"):
        await clan.services.live.end(EDITOR, CHANNEL, totals=[("XX", 400)])
    ended = await clan.services.live.end(EDITOR, CHANNEL, totals=[("QZ", 408), ("CB", 400)])
    war = await clan.services.wars.get(SERVER, ended.war_id)
    assert [(side.tag, side.total) for side in war.sides] == [("DX", 504), ("CB", 400), ("QZ", 408), ("ML", 416)]
    await clan.services.history.undo(EDITOR)
    off = await clan.services.live.end(EDITOR, CHANNEL, totals=[("CB", 400), ("QZ", 408), ("ML", 410)])
    assert off.off == "504 + 1218 = 1722, 1728 expected (144 a race)"


async def test_an_end_is_taken_back_and_done_again(clan: Clan) -> None:
    await begin(clan)
    await whole(clan)
    before = await running(clan)
    ended = await clan.services.live.end(EDITOR, CHANNEL)
    assert await clan.services.live.running(SERVER, CHANNEL) is None
    assert "saved war 1" in (await clan.services.history.undo(EDITOR)).text
    assert (await running(clan)).war == before.war
    assert (await clan.services.wars.get(SERVER, ended.war_id)).removed
    await clan.services.history.redo(EDITOR)
    again = await clan.services.live.view(SERVER, before.live_id)
    assert (again.state, again.war_id) == (LiveState.KEPT, ended.war_id)
    sheet = await clan.services.wars.sheet(SERVER, ended.war_id)
    assert sheet is not None
    assert len(sheet.races[0].results) == 12
    await clan.services.history.undo(EDITOR)
    await tell(clan, "race 12 dkp")
    assert (await clan.services.live.end(EDITOR, CHANNEL)).war_id == ended.war_id + 1


async def test_an_end_is_not_taken_back_where_the_next_war_runs(clan: Clan) -> None:
    await begin(clan)
    await tell(clan, MIDDLE)
    await clan.services.live.end(EDITOR, CHANNEL, surely=True)
    change = (await clan.services.history.newest(SERVER, limit=1))[0].change_id
    await clan.services.live.start(EDITOR, CHANNEL, ["DX", "QZ"])
    with pytest.raises(Conflict, match="A live war runs in this channel already"):
        await clan.services.history.undo(EDITOR, change)


async def test_every_step_is_taken_back(clan: Clan) -> None:
    view = await begin(clan)
    steps = ("sgb", MIDDLE, "pen 20 ours", "race 1 dkp", f"cc {BEST}", "back", "players Comet, Pixel", "pause")
    states = [view.war, *[(await tell(clan, line)).view.war for line in steps]]
    for state in reversed(states[:-1]):
        await clan.services.history.undo(SECOND)
        assert (await running(clan)).war == state
    await clan.services.history.undo(SECOND)  # its beginning
    assert await clan.services.live.running(SERVER, CHANNEL) is None
    for state in states:
        await clan.services.history.redo(SECOND)
        assert (await running(clan)).war == state


async def test_lines_between_talk_are_one_change(clan: Clan) -> None:
    await begin(clan)
    told = await tell(clan, f"ok here it is\nsgb\n{MIDDLE}\nnice\n\n2. dkp {BEST}")
    assert told.done == ("race 1 is on Shy Guy Bazaar", "race 1: rSGB 1 3 4 7 9 12", "race 2: rDKP 1 2 3 4 5 6")
    await clan.services.history.undo(EDITOR)
    assert (await running(clan)).war.races == ()


async def test_what_is_right_before_a_mistake_is_kept(clan: Clan) -> None:
    await begin(clan)
    told = await tell(clan, f"{MIDDLE}\n1 3 3 7 9 12\n{BEST}")
    assert len(told.view.war.races) == 1
    assert told.problem == "`1 3 3 7 9 12`: Place 3 is there twice; every place is taken once. Nothing was added."
    assert len((await running(clan)).war.races) == 1


async def test_a_repick_is_said_and_taken(clan: Clan) -> None:
    await begin(clan)
    await tell(clan, f"sgb {MIDDLE}")
    told = await tell(clan, f"sgb {BEST}")
    assert told.remarks == ("Shy Guy Bazaar was race 1 already: a repick? `pen 20 theirs repick`, or `back`.",)
    assert len(told.view.war.races) == 2


async def test_the_second_of_two_people_sees_that_it_is_there(clan: Clan) -> None:
    await begin(clan)
    first, second = await asyncio.gather(
        clan.services.live.tell(EDITOR, CHANNEL, f"sgb {MIDDLE}"), clan.services.live.tell(SECOND, CHANNEL, MIDDLE)
    )
    assert first is not None
    assert second is not None
    assert len((await running(clan)).war.races) == 1
    assert sorted((bool(first.done), bool(second.done))) in ([False, True], [True, True])
    other = await tell(clan, BEST, by=SECOND if first.raced else EDITOR)
    assert "just now as" in str(other.problem)
    more = await tell(clan, WHO, by=SECOND if first.raced else EDITOR)  # who took which is news
    assert more.view.war.races[0].told
    clan.clock.pass_days(1 / 24 / 60)
    assert len((await tell(clan, MIDDLE, by=SECOND)).view.war.races) == 2


async def test_two_bots_hear_a_message_once(clan: Clan, database: Database, tmp_path: Path) -> None:
    await begin(clan)
    other = build_services(database, clan.reader, tmp_path, now=clan.clock)
    heard = [
        await asyncio.gather(*(
            one.live.tell(EDITOR, CHANNEL, f"{track} {MIDDLE}", message_id=MessageId(number))
            for one in (clan.services, other)
        ))
        for number, track in enumerate(TRACKS, 1)
    ]  # fmt: skip
    assert len((await running(clan)).war.races) == 12
    assert all((one is None) != (two is None) for one, two in heard)
    with pytest.raises(Conflict, match="against CB runs in this channel already"):
        await other.live.start(SECOND, CHANNEL, ["DX", "QZ"])


async def test_a_button_of_an_earlier_race_is_too_late(clan: Clan) -> None:
    await begin(clan)
    await tell(clan, MIDDLE)
    with pytest.raises(Conflict, match="Race 1 is there already"):
        await clan.services.live.tell(EDITOR, CHANNEL, BEST, race=1)
    assert await clan.services.live.tell(EDITOR, CHANNEL, BEST, race=2) is not None


async def test_what_cannot_be_is_said(clan: Clan) -> None:
    live = clan.services.live
    with pytest.raises(NotFound, match="`war start DX CB` begins one"):
        await live.do(EDITOR, CHANNEL, Back())
    assert await live.tell(EDITOR, CHANNEL, MIDDLE) is None  # talk, where nothing runs
    await begin(clan)
    with pytest.raises(BadInput, match="no race to take back"):
        await live.do(EDITOR, CHANNEL, Back())
    with pytest.raises(BadInput, match="No race is told yet"):
        await live.end(EDITOR, CHANNEL)
    await tell(clan, MIDDLE)
    with pytest.raises(EndsEarly, match="1 of 12 races are told: `end now`"):
        await live.end(EDITOR, CHANNEL)
    with pytest.raises(BadInput, match="no race 7 yet"):
        await live.do(EDITOR, CHANNEL, Fix(7, TrackId("CC")))
    for sides in (["DX"], ["DX", "dx"], ["DX", "CB", "QZ"]):
        with pytest.raises(BadInput, match="A war of 6v6"):
            await live.start(EDITOR, ChannelId(77), sides)
    await live.end(EDITOR, CHANNEL, surely=True)
    assert await live.tell(EDITOR, CHANNEL, "gg") is None
    with pytest.raises(Conflict, match="The war is over, and kept as war 1"):
        await live.tell(EDITOR, CHANNEL, MIDDLE)
    clan.clock.pass_days(1)
    assert await live.tell(EDITOR, CHANNEL, MIDDLE) is None


async def test_what_is_idle_is_asked_about_once_and_ends_itself(clan: Clan) -> None:
    view = await begin(clan)
    await tell(clan, MIDDLE)
    live = clan.services.live
    assert await live.idle() == ()
    clan.clock.at += IDLE * 1.1
    assert [one.live_id for one in await live.idle()] == [view.live_id]
    assert await live.idle() == ()  # another bot, or the next look
    await live.goes_on(EDITOR, CHANNEL)
    clan.clock.at += IDLE * 1.1
    (asked,) = await live.idle()
    assert await live.unanswered() == ()
    clan.clock.at += ANSWER_WITHIN * 1.1
    assert [one.live_id for one in await live.unanswered()] == [view.live_id]
    ended = await live.ends_itself(asked)
    assert ended is not None
    assert ended.war_id == WarId(1)
    assert (await clan.services.history.newest(SERVER, limit=1))[0].actor_name == "the bot"
    empty = await live.start(EDITOR, CHANNEL, ["DX", "CB"])
    assert await live.ends_itself(empty) is None
    assert (await live.view(SERVER, empty.live_id)).state is LiveState.THROWN


async def test_what_cannot_be_kept_is_not_thrown_away(clan: Clan) -> None:
    await begin(clan, Form.TWENTY_FOUR)
    await tell(clan, "1 2 3 22 23 24")
    with pytest.raises(BadInput, match="not known yet"):
        await clan.services.live.ends_itself(await running(clan))
    assert [one.live_id for one in await clan.services.live.everywhere()] == [(await running(clan)).live_id]


async def test_players_of_a_line_up_play_from_the_start(clan: Clan) -> None:
    await clan.players()
    view = await clan.services.live.start(EDITOR, CHANNEL, ["DX", "CB"], players=CLAN)
    assert view.war.players == CLAN
    told = await tell(clan, "com 1, pix 3, mar 4, wil 7, jun 9, b 12")
    assert told.view.war.races[0].who[-1] == ("Basalt", 12)


async def test_a_war_like_one_that_is_kept_is_asked_about(clan: Clan) -> None:
    await begin(clan)
    await whole(clan, who=True)
    first = await clan.services.live.end(EDITOR, CHANNEL)
    await clan.services.live.start(EDITOR, CHANNEL, ["DX", "CB"])
    await whole(clan, who=True)
    with pytest.raises(EndsEarly, match=f"looks like war {first.war_id}, which is kept already"):
        await clan.services.live.end(EDITOR, CHANNEL)
    assert (await clan.services.live.end(EDITOR, CHANNEL, surely=True)).war_id == first.war_id + 1


async def test_thrown_away_and_back(clan: Clan) -> None:
    await begin(clan)
    await tell(clan, MIDDLE)
    await clan.services.live.throw_away(SECOND, CHANNEL)
    assert (await clan.services.wars.page(SERVER)).total == 0
    await clan.services.history.undo(EDITOR)
    assert len((await running(clan)).war.races) == 1


async def test_channels_that_are_listened_to(clan: Clan) -> None:
    live = clan.services.live
    assert await live.channels(SERVER) == frozenset()
    await begin(clan)
    assert await live.channels(SERVER) == {CHANNEL}
    assert await live.channels(STRANGER.server_id) == frozenset()
    await live.carded(SERVER, (await running(clan)).live_id, MessageId(9))
    assert (await running(clan)).card_id == MessageId(9)
    assert await live.is_meant(SERVER, CHANNEL, MIDDLE)
    assert not await live.is_meant(SERVER, CHANNEL, "gg")
    assert UserId(1) == EDITOR.user_id
