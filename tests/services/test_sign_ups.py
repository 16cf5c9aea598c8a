"""Who can play at a time: places in order, whatever is pressed at the same moment, and one reminder."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from bot.services.actors import Actor
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.sign_ups import Answer, SignUp, SignUpState
from db import sign_ups
from db.pool import Database
from mkw.ids import ChannelId, MessageId, SignUpId, UserId
from mkw.live import Form
from tests.services.conftest import CHANNEL, EDITOR, OTHER_SERVER, SECOND, SERVER, STRANGER, Clan

PEOPLE = tuple(Actor(SERVER, UserId(500 + number), f"Person {number}") for number in range(12))
NAMES = tuple(one.name for one in PEOPLE)


async def posted(clan: Clan, *, minutes: int = 60, **more: object) -> SignUp:
    at = clan.clock() + timedelta(minutes=minutes)
    return await clan.services.sign_ups.post(EDITOR, CHANNEL, at, **more)  # type: ignore[arg-type]


async def say(clan: Clan, sign_up: SignUp, answer: Answer | None, *people: Actor) -> SignUp:
    for one in people:
        await clan.services.sign_ups.answer(one, sign_up.sign_up_id, answer)
    return await clan.services.sign_ups.get(SERVER, sign_up.sign_up_id)


def names(people: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(one.name for one in people)  # type: ignore[attr-defined]


async def test_six_play_and_the_rest_wait_in_order(clan: Clan) -> None:
    asked = await posted(clan)
    after = await say(clan, asked, Answer.CAN, *PEOPLE[:8])
    assert names(after.playing) == NAMES[:6]
    assert names(after.waiting) == NAMES[6:8]
    after = await say(clan, asked, Answer.MAYBE, PEOPLE[8])
    after = await say(clan, asked, Answer.SUBSTITUTE, PEOPLE[9])
    assert names(after.of(Answer.MAYBE)) == NAMES[8:9]
    assert names(after.of(Answer.SUBSTITUTE)) == NAMES[9:10]


async def test_a_place_that_becomes_free_goes_to_the_first_who_waits(clan: Clan) -> None:
    asked = await posted(clan)
    await say(clan, asked, Answer.CAN, *PEOPLE[:8])
    after = await say(clan, asked, None, PEOPLE[2])
    assert names(after.playing) == (*NAMES[:2], *NAMES[3:7])
    assert [one.name for one in after.answers if one.moved_up] == [NAMES[6]]
    after = await say(clan, asked, Answer.MAYBE, PEOPLE[0])
    assert names(after.playing) == (NAMES[1], *NAMES[3:8])
    assert [one.name for one in after.answers if one.moved_up] == list(NAMES[6:8])


async def test_the_same_again_keeps_the_turn_and_another_answer_loses_it(clan: Clan) -> None:
    asked = await posted(clan)
    await say(clan, asked, Answer.CAN, *PEOPLE[:7])
    after = await say(clan, asked, Answer.CAN, PEOPLE[0])
    assert names(after.playing)[0] == NAMES[0]
    await say(clan, asked, Answer.MAYBE, PEOPLE[0])
    after = await say(clan, asked, Answer.CAN, PEOPLE[0])
    assert names(after.waiting) == (NAMES[0],)
    assert not [one for one in after.answers if one.moved_up and one.name == NAMES[0]]


async def test_pressed_at_the_same_moment_six_have_a_place(clan: Clan) -> None:
    """Each press is a transaction of its own, on connections of their own."""
    asked = await posted(clan)
    await asyncio.gather(*(clan.services.sign_ups.answer(one, asked.sign_up_id, Answer.CAN) for one in PEOPLE))
    after = await clan.services.sign_ups.get(SERVER, asked.sign_up_id)
    assert len(after.playing) == len(after.waiting) == 6
    assert set(names((*after.playing, *after.waiting))) == set(NAMES)


@pytest.mark.parametrize("seed", range(4))
async def test_the_last_place_pressed_by_two_and_left_by_one_has_one_in_it(clan: Clan, seed: int) -> None:
    rng = random.Random(seed)
    asked = await posted(clan)
    await say(clan, asked, Answer.CAN, *PEOPLE[:5])
    presses = [(one, Answer.CAN) for one in PEOPLE[5:9]] + [(one, None) for one in PEOPLE[:2]]
    rng.shuffle(presses)
    await asyncio.gather(*(clan.services.sign_ups.answer(one, asked.sign_up_id, answer) for one, answer in presses))
    after = await clan.services.sign_ups.get(SERVER, asked.sign_up_id)
    assert (len(after.playing), len(after.waiting)) == (6, 1)
    assert {*NAMES[2:5]} < set(names(after.playing))


async def test_past_the_use_case_two_transactions_get_two_turns(clan: Clan, database: Database) -> None:
    """Without the lock of the server's row: the sign-up's own row makes the second wait for the first."""
    asked = await posted(clan, size=2)
    await say(clan, asked, Answer.CAN, PEOPLE[0])

    async def put(one: Actor) -> None:
        async with database.transaction() as db:
            await sign_ups.put_answer(
                db, server_id=SERVER, sign_up_id=asked.sign_up_id, user_id=one.user_id, user_name=one.name,
                answer="can",
            )  # fmt: skip
            await asyncio.sleep(0.05)

    await asyncio.gather(put(PEOPLE[1]), put(PEOPLE[2]))
    async with database.acquire() as db:
        turns = [row[0] for row in await db.fetch("select turn from sign_up_answers order by turn")]
    assert turns == [1, 2, 3]
    after = await clan.services.sign_ups.get(SERVER, asked.sign_up_id)
    assert (len(after.playing), len(after.waiting)) == (2, 1)


async def test_names_are_those_of_the_roster_where_somebody_is_linked(clan: Clan) -> None:
    players = await clan.players("Comet")
    await clan.services.links.link(EDITOR, players["Comet"].player_id, PEOPLE[0].user_id)
    after = await say(clan, await posted(clan), Answer.CAN, PEOPLE[0], PEOPLE[1])
    assert names(after.playing) == ("Comet", NAMES[1])


async def test_numbers_count_from_one_in_every_server(clan: Clan) -> None:
    assert [(await posted(clan)).sign_up_id for _ in range(2)] == [1, 2]
    there = await clan.services.sign_ups.post(STRANGER, ChannelId(21), clan.clock() + timedelta(hours=1))
    assert there.sign_up_id == 1
    await clan.services.sign_ups.answer(STRANGER, SignUpId(1), Answer.CAN)
    assert (await clan.services.sign_ups.get(SERVER, SignUpId(1))).answers == ()
    with pytest.raises(NotFound):
        await clan.services.sign_ups.get(OTHER_SERVER, SignUpId(2))


@pytest.mark.parametrize(
    ("minutes", "more", "says"),
    [
        (-5, {}, "That time is past"),
        (60 * 24 * 91, {}, "the next 90 days"),
        (60, {"size": 13}, "2 to 12 players"),
        (60, {"remind": timedelta(days=2)}, "at most a day before"),
        (60, {"opponent": " "}, "A tag needs"),
    ],
)
async def test_what_cannot_be_is_refused(clan: Clan, minutes: int, more: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        await posted(clan, minutes=minutes, **more)
    assert await clan.services.sign_ups.coming(SERVER) == ()


async def test_closed_cancelled_and_over_take_no_answers(clan: Clan) -> None:
    services = clan.services.sign_ups
    asked = [await posted(clan) for _ in range(3)]
    await services.close(EDITOR, asked[0].sign_up_id)
    await services.cancel(EDITOR, asked[1].sign_up_id)
    for one, says in zip(asked, ("is closed", "is cancelled"), strict=False):
        with pytest.raises(Conflict, match=says):
            await services.answer(SECOND, one.sign_up_id, Answer.CAN)
    with pytest.raises(Conflict, match="is cancelled already"):
        await services.close(EDITOR, asked[1].sign_up_id)
    assert [one.sign_up_id for one in await services.coming(SERVER)] == [1, 3]
    clan.clock.at += timedelta(hours=3, minutes=1)
    with pytest.raises(Conflict, match="is over"):
        await services.answer(SECOND, asked[2].sign_up_id, Answer.CAN)
    assert await services.coming(SERVER) == ()


async def test_posting_closing_and_cancelling_are_taken_back(clan: Clan) -> None:
    services, undo = clan.services.sign_ups, clan.services.history.undo
    asked = await posted(clan, opponent="KT")
    await say(clan, asked, Answer.CAN, SECOND)
    await services.close(EDITOR, asked.sign_up_id)
    await services.cancel(EDITOR, asked.sign_up_id)
    texts = [change.text for change in await clan.services.history.newest(SERVER, limit=5)]
    assert texts == ["cancelled sign-up 1", "closed sign-up 1", "posted sign-up 1 for a war against KT"]
    for state in (SignUpState.CLOSED, SignUpState.OPEN, SignUpState.CANCELLED):
        assert (await undo(EDITOR)).sign_up_ids == (1,)
        assert (await services.get(SERVER, asked.sign_up_id)).state is state
    await clan.services.history.redo(EDITOR)
    assert names((await services.get(SERVER, asked.sign_up_id)).playing) == (SECOND.name,)


# --- the reminder -----------------------------------------------------------------------------------------------------


async def test_it_is_due_some_minutes_before_until_it_begins(clan: Clan) -> None:
    services = clan.services.sign_ups
    asked = await posted(clan, minutes=60)
    none = await posted(clan, minutes=60, remind=None)
    soon = await posted(clan, minutes=10)  # the time to remind is past when it is posted
    assert (none.remind_at, soon.remind_at) == (None, None)
    clan.clock.at += timedelta(minutes=44)
    assert await services.due() == ()
    clan.clock.at += timedelta(minutes=1)
    assert await services.due() == ((SERVER, asked.sign_up_id),)
    clan.clock.at += timedelta(minutes=15)
    assert await services.due() == ()
    assert await services.take(SERVER, asked.sign_up_id) is None


async def test_one_of_many_reminds_and_who_died_is_followed(clan: Clan) -> None:
    services = clan.services.sign_ups
    asked = await posted(clan)
    await say(clan, asked, Answer.CAN, SECOND)
    clan.clock.at += timedelta(minutes=50)
    taken = await asyncio.gather(*(services.take(SERVER, asked.sign_up_id) for _ in range(4)))
    (mine,) = [one for one in taken if one is not None]
    assert (names(mine.sign_up.playing), mine.again) == ((SECOND.name,), False)
    assert await services.due() == ()
    clan.clock.at += timedelta(minutes=3)  # nobody said that it is posted
    assert await services.due() == ((SERVER, asked.sign_up_id),)
    again = await services.take(SERVER, asked.sign_up_id)
    assert again is not None
    assert again.again
    await services.reminded(SERVER, asked.sign_up_id)
    clan.clock.at += timedelta(minutes=3)
    assert await services.due() == ()
    assert await services.take(SERVER, asked.sign_up_id) is None


async def test_nobody_is_reminded_of_what_is_cancelled(clan: Clan) -> None:
    asked = await posted(clan)
    clan.clock.at += timedelta(minutes=50)
    await clan.services.sign_ups.cancel(EDITOR, asked.sign_up_id)
    assert await clan.services.sign_ups.due() == ()
    assert await clan.services.sign_ups.take(SERVER, asked.sign_up_id) is None


# --- the war ----------------------------------------------------------------------------------------------------------


async def test_a_war_that_is_begun_near_its_time_is_the_one(clan: Clan) -> None:
    services = clan.services.sign_ups
    later, asked = await posted(clan, minutes=240), await posted(clan, minutes=90)
    assert await services.near(SERVER, CHANNEL) is None
    clan.clock.at += timedelta(minutes=40)
    near = await services.near(SERVER, CHANNEL)
    assert near is not None
    assert near.sign_up_id == asked.sign_up_id
    assert await services.near(SERVER, ChannelId(77)) is None
    clan.clock.at += timedelta(minutes=150)
    near = await services.near(SERVER, CHANNEL)
    assert near is not None
    assert near.sign_up_id == later.sign_up_id


async def test_beginning_the_war_and_taking_that_back(clan: Clan) -> None:
    asked = await posted(clan, minutes=30)
    after = await say(clan, asked, Answer.CAN, *PEOPLE[:7])
    assert after.line_up == NAMES[:6]
    start = clan.services.live.start
    view = await start(
        EDITOR, CHANNEL, ["DX", "KT"], Form.SIX, players=after.line_up, sign_up_id=asked.sign_up_id,
        message_id=MessageId(1),
    )  # fmt: skip
    assert view.war.players == NAMES[:6]
    assert (await clan.services.sign_ups.get(SERVER, asked.sign_up_id)).state is SignUpState.PLAYED
    with pytest.raises(Conflict, match="is played meanwhile; nothing was begun"):
        await start(EDITOR, ChannelId(77), ["DX", "KT"], sign_up_id=asked.sign_up_id)
    assert await clan.services.live.running(SERVER, ChannelId(77)) is None
    await clan.services.history.undo(EDITOR)
    assert (await clan.services.sign_ups.get(SERVER, asked.sign_up_id)).is_open


async def test_a_line_up_has_a_place_for_each_name(clan: Clan) -> None:
    asked = await posted(clan, size=2)
    assert (await say(clan, asked, Answer.CAN, PEOPLE[0])).line_up == ()
    twin = Actor(SERVER, UserId(900), PEOPLE[0].name)
    assert (await say(clan, asked, Answer.CAN, twin)).line_up == ()
