"""Bulk scans without Discord: what is noted, read, skipped and saved, and whose picture is read first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.bulk import BulkPicture, BulkScan, ScanState
from bot.services.bulk_list import BulkList, Kind, doubts_about
from bot.services.drafting import from_reading
from bot.services.drafts import UploadState
from bot.services.errors import BadInput, Conflict, NotFound, RecordsAway
from bot.services.intake import Incoming
from bot.services.reading_order import ReadingOrder
from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UploadId, UserId
from ocr.reading import Layout, Reading, Status
from tests.services.conftest import (
    CHANNEL,
    EDITOR,
    OTHER_SERVER,
    OUR_SCORES,
    SERVER,
    START,
    STRANGER,
    THEIR_SCORES,
    Clan,
    table,
)

COMMAND = MessageId(9_000)


def war(number: int) -> Reading:
    return table((OUR_SCORES[0] + number, *OUR_SCORES[1:]), (THEIR_SCORES[0] - number, *THEIR_SCORES[1:]))


async def begin(clan: Clan, *numbers: int) -> BulkScan:
    """A scan whose walk is over; picture n is attachment n of message n."""
    scan = await clan.services.bulk.start(EDITOR, CHANNEL, answer_channel_id=ChannelId(12), before=COMMAND)
    pictures = [BulkPicture(MessageId(number), AttachmentId(number)) for number in numbers]
    await clan.services.bulk.walked(scan, pictures, messages=len(numbers), down_to=MessageId(1), is_over=True)
    return await clan.services.bulk.get(*scan.key)


def incoming(scan: BulkScan, number: int, data: bytes | None = None) -> Incoming:
    return Incoming(
        server_id=SERVER, channel_id=CHANNEL, message_id=MessageId(number), attachment_id=AttachmentId(number),
        user_id=UserId(7), user_name="Robin", filename="war.png", sent_at=START + timedelta(minutes=number),
        data=data or b"picture %d" % number, bulk_id=scan.bulk_id,
    )  # fmt: skip


async def read_all(clan: Clan, scan: BulkScan) -> None:
    """As the walker does it."""
    while (picture := await clan.services.bulk.next_picture(scan)) is not None:
        if not await clan.services.bulk.is_known(scan, picture):
            await clan.services.bulk.take(scan, incoming(scan, picture.message_id))
    await clan.services.bulk.end(*scan.key)


async def listing(clan: Clan, scan: BulkScan) -> BulkList:
    return await clan.services.bulk.listing(*scan.key)


def wars(data: bytes) -> Reading:
    return war(int(data.split()[-1]))


async def save_all(clan: Clan, scan: BulkScan) -> list[int]:
    return [saved.war_id async for saved in clan.services.bulk.save_proven(EDITOR, await listing(clan, scan))]


async def test_oldest_first_and_kept_in_that_order(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 30, 10, 20)
    await read_all(clan, scan)
    found = await listing(clan, scan)
    assert [(item.message_id, item.kind) for item in found.items] == [(n, Kind.PROVEN) for n in (10, 20, 30)]
    assert await save_all(clan, scan) == [1, 2, 3]
    kept = (await clan.services.wars.page(SERVER)).wars
    assert [war.played_at for war in reversed(kept)] == [START + timedelta(minutes=n) for n in (10, 20, 30)]
    assert await save_all(clan, scan) == [], "once"
    assert len(await clan.services.history.newest(SERVER, limit=50)) == 6 + 3, "each a change of its own"


async def test_one_running_scan_a_server(clan: Clan) -> None:
    first = await begin(clan)
    with pytest.raises(Conflict, match="Robin's bulk scan"):
        await begin(clan)
    await clan.services.bulk.start(STRANGER, CHANNEL, answer_channel_id=CHANNEL, before=COMMAND)
    assert {scan.server_id for scan in await clan.services.bulk.to_take_up()} == {SERVER, OTHER_SERVER}
    assert await clan.services.bulk.end(*first.key, stopped_by=EDITOR)
    assert not await clan.services.bulk.end(*first.key)
    await begin(clan)


async def test_two_who_begin_at_once(clan: Clan) -> None:
    done = await asyncio.gather(begin(clan), begin(clan), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["BulkScan", "Conflict"]


async def test_servers_do_not_see_each_others_scans(clan: Clan) -> None:
    scan = await begin(clan, 10)
    for look in (clan.services.bulk.get, clan.services.bulk.listing):
        with pytest.raises(NotFound):
            await look(OTHER_SERVER, scan.bulk_id)
    assert not await clan.services.bulk.end(OTHER_SERVER, scan.bulk_id)
    with pytest.raises(NotFound):
        await clan.services.bulk.newest(OTHER_SERVER)


@pytest.mark.parametrize("most", [0, -1, 100_001])
async def test_how_many_messages(clan: Clan, most: int) -> None:
    with pytest.raises(BadInput, match="1 to 100000"):
        await clan.services.bulk.start(EDITOR, CHANNEL, answer_channel_id=CHANNEL, before=COMMAND, most_messages=most)


async def test_the_same_page_of_history_twice_counts_once(clan: Clan) -> None:
    scan = await clan.services.bulk.start(EDITOR, CHANNEL, answer_channel_id=CHANNEL, before=COMMAND)
    page = [BulkPicture(MessageId(8_000), AttachmentId(1))]
    for _ in range(2):
        await clan.services.bulk.walked(scan, page, messages=100, down_to=MessageId(7_950), is_over=False)
    now = await clan.services.bulk.get(*scan.key)
    assert (now.walked, now.walked_to, now.pictures, now.state) == (100, 7_950, 1, ScanState.WALKING)


async def test_a_picture_kept_right_before_a_crash_is_read_once(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10)
    await clan.services.intake.receive(incoming(scan, 10))  # and the plug is pulled
    assert await clan.services.intake.recover() == (), "the scan itself takes it up"
    await read_all(clan, scan)
    assert clan.reader.calls == 1
    assert [item.kind for item in (await listing(clan, scan)).items] == [Kind.PROVEN]


async def test_a_picture_that_was_spooled_before_a_crash_stays_the_scans(clan: Clan, database: object) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10)
    intake = clan.services.intake
    enter = intake._enter

    async def away(*_: object) -> None:
        raise RecordsAway("away")

    intake._enter = away  # type: ignore[assignment,method-assign]
    intake._wait = 0.0
    with pytest.raises(RecordsAway):
        await intake.receive(incoming(scan, 10))
    intake._enter = enter  # type: ignore[method-assign]
    assert await intake.recover() == ()
    again = await intake.receive(incoming(scan, 10))
    assert (again.is_new, again.waits_in_list) == (False, True)


async def test_the_same_war_in_two_pictures_is_asked_about_once(clan: Clan) -> None:
    await clan.players()
    doubted = war(1)
    clan.reader.says = lambda data: doubted if data.endswith(b"10") else war(1)
    scan = await begin(clan, 10, 20)
    await read_all(clan, scan)
    found = await listing(clan, scan)
    assert [item.kind for item in found.items] == [Kind.PROVEN, Kind.SKIPPED]
    assert "the same war as https://discord.com/channels/100/11/10" in found.items[1].why
    assert await save_all(clan, scan) == [1]


async def test_what_is_no_more_proven_when_its_turn_comes_is_left(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10, 20)
    await read_all(clan, scan)
    saving = clan.services.bulk.save_proven(EDITOR, await listing(clan, scan))
    assert (await anext(saving)).war_id == 1
    second = (await listing(clan, scan)).items[1]
    assert second.upload_id is not None
    await clan.services.reviews.discard(EDITOR, second.upload_id)
    assert [saved async for saved in saving] == []
    found = await listing(clan, scan)
    assert [(item.kind, item.why) for item in found.items] == [(Kind.SAVED, ""), (Kind.SKIPPED, "discarded by Robin")]


async def test_a_removed_war_is_not_brought_back(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10)
    await read_all(clan, scan)
    (war_id,) = await save_all(clan, scan)
    await clan.services.wars.remove(EDITOR, war_id)  # type: ignore[arg-type]
    again = await begin(clan, 10)
    await read_all(clan, again)
    for one in (scan, again):
        assert [(item.kind, item.why) for item in (await listing(clan, one)).items] == [
            (Kind.SKIPPED, "was war 1, which was removed")
        ]


async def test_what_people_decided_alone_is_named(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10, 20, 30)
    by_themselves = [incoming(scan, number) for number in (10, 20)]
    for one in by_themselves:
        object.__setattr__(one, "bulk_id", None)
        received = await clan.services.intake.receive(one)
        review = await clan.services.intake.process(SERVER, received.upload_id)
        if one.message_id == 10:
            await clan.services.reviews.discard(EDITOR, review.upload_id)
    await read_all(clan, scan)
    assert [(item.kind, item.why) for item in (await listing(clan, scan)).items] == [
        (Kind.SKIPPED, "discarded by Robin"),
        (Kind.SKIPPED, "waits for somebody to save or discard it"),
        (Kind.PROVEN, ""),
    ]


async def test_it_waits_in_no_channel(clan: Clan) -> None:
    await clan.players()
    clan.reader.says = wars
    scan = await begin(clan, 10)
    await read_all(clan, scan)
    assert await clan.services.reviews.newest_open(SERVER, CHANNEL) is None
    item = (await listing(clan, scan)).items[0]
    assert item.upload_id is not None
    await clan.services.intake.answered(SERVER, item.upload_id, MessageId(77))  # opened
    newest = await clan.services.reviews.newest_open(SERVER, CHANNEL)
    assert newest is not None
    assert (newest.upload_id, newest.state, newest.bulk_id) == (item.upload_id, UploadState.REVIEW, scan.bulk_id)


def test_what_makes_a_reading_doubtful() -> None:
    draft = from_reading(table(), START)
    assert doubts_about(draft, None, Status.PROVEN) == ("which side is ours?",)
    race = from_reading(Reading(Status.PROVEN, Layout.RACE, sides=table().sides, races=12), START)
    assert doubts_about(race, None, Status.PROVEN) == ("the list of one race, not of a war",)


async def test_a_reader_that_is_not_sure_is_never_saved_unseen(clan: Clan) -> None:
    await clan.players()
    sure = war(0)
    clan.reader.says = Reading(Status.DOUBTFUL, sure.layout, sure.sides, races=12)
    scan = await begin(clan, 10)
    await read_all(clan, scan)
    assert [(item.kind, item.why) for item in (await listing(clan, scan)).items] == [
        (Kind.DOUBTFUL, "the reader is not sure of it")
    ]
    assert await save_all(clan, scan) == []


async def test_a_scan_that_is_not_there(clan: Clan) -> None:
    with pytest.raises(NotFound, match="no such bulk scan"):
        await clan.services.bulk.get(SERVER, BulkId(1))


# --- whose picture is read first -----------------------------------------------------------------------------------


class OneReader:
    """One process: pictures queue for it, and each takes a turn of the loop or two."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.done: list[bytes] = []

    async def __call__(self, data: bytes) -> Reading:
        async with self.lock:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.done.append(data)
        return Reading.refused(data.decode())


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=20))
def test_a_single_picture_waits_for_one_of_a_scan_at_most(events: list[tuple[bool, int]]) -> None:
    """Whatever comes when: while single pictures wait, at most the one of a scan that was begun ends before them."""

    async def play() -> None:
        reader = OneReader()
        order = ReadingOrder()
        tasks: list[asyncio.Task[None]] = []
        came: dict[bytes, int] = {}

        async def ask(name: bytes, *, single: bool) -> None:
            came[name] = len(reader.done)
            async with order.turn(SERVER, UploadId(0), later=not single):
                await reader(name)

        for number, (single, turns) in enumerate(events):
            name = b"%s%d" % (b"s" if single else b"b", number)
            tasks.append(asyncio.create_task(ask(name, single=single)))
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        assert sorted(reader.done) == sorted(came)
        for name in (one for one in came if one.startswith(b"s")):
            before = reader.done[came[name] : reader.done.index(name)]
            assert sum(one.startswith(b"b") for one in before) <= 1
        later = [one for one in reader.done if one.startswith(b"b")]
        assert later == sorted(later, key=lambda one: int(one[1:])), "in the order asked for"

    asyncio.run(play())


async def one_after_the_other(sent: list[int], *, side_by_side: int = 1) -> tuple[list[int], list[int | None]]:
    """Pictures of these servers come at once: whose were read in which order, and each one's place once all were
    there."""
    order = ReadingOrder(side_by_side)
    read: list[int] = []

    async def one(number: int, server: int) -> None:
        async with order.turn(ServerId(server), UploadId(number)):
            await asyncio.sleep(0)
            read.append(number)

    tasks = [asyncio.create_task(one(number, server)) for number, server in enumerate(sent)]
    await asyncio.sleep(0)
    places = [order.place_of(ServerId(server), UploadId(number)) for number, server in enumerate(sent)]
    await asyncio.gather(*tasks)
    assert order.waiting == 0
    return read, places


@given(st.lists(st.integers(1, 4), min_size=1, max_size=24), st.integers(1, 3))
def test_servers_are_read_by_turns(sent: list[int], side_by_side: int) -> None:
    read, _ = asyncio.run(one_after_the_other(sent, side_by_side=side_by_side))
    assert sorted(read) == list(range(len(sent)))
    for number, server in enumerate(sent):
        before = [sent[one] for one in read[: read.index(number)]]
        own = before.count(server)
        assert own == sent[:number].count(server), "in the order sent"
        for other in set(sent) - {server}:
            assert before.count(other) <= own + 1 + side_by_side, "no other server has more turns, but for those begun"


async def test_seventy_pictures_of_one_server_hold_up_the_single_one_of_another_by_one_at_most() -> None:
    read, places = await one_after_the_other([1] * 70 + [2])
    assert read.index(70) == 1, "after the one under way"
    assert places[70] == 1
    assert places[0] is None, "it is being read"
    assert places[1] == 2, "the other server's comes before it"
    assert places[69] == 70


async def test_the_places_are_those_in_which_pictures_are_read() -> None:
    read, places = await one_after_the_other([1, 1, 2, 3, 1, 2, 1, 3, 3])
    assert [place for number in read if (place := places[number]) is not None] == list(range(1, 9))


async def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    order = ReadingOrder(1)

    async def one(number: int) -> int:
        async with order.turn(SERVER, UploadId(number)):
            await asyncio.sleep(0.01)
            return number

    tasks = [asyncio.create_task(one(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    tasks[0].cancel()  # under way
    assert await asyncio.wait_for(asyncio.gather(*tasks[2:]), 1) == [2, 3]
    assert (order.waiting, order.is_full) == (0, False)


async def test_a_reader_that_fails_leaves_nobody_waiting() -> None:
    order = ReadingOrder(1)

    async def fail(*, later: bool) -> None:
        async with order.turn(SERVER, UploadId(0), later=later):
            raise ValueError

    for later in (False, True, False, True):
        with pytest.raises(ValueError):
            await asyncio.wait_for(fail(later=later), 1)


async def test_more_readers_let_more_begin_at_once_and_bulk_scans_wait_elsewhere() -> None:
    order = ReadingOrder(1, later_is_ordered=True)
    leave = asyncio.Event()
    begun: list[int] = []

    async def one(number: int, *, later: bool = False) -> None:
        async with order.turn(SERVER, UploadId(number), later=later):
            begun.append(number)
            await leave.wait()

    tasks = [asyncio.create_task(one(number)) for number in range(5)]
    tasks += [asyncio.create_task(one(number, later=True)) for number in (10, 11)]
    await asyncio.sleep(0)
    assert begun == [0, 10, 11], "whoever reads sees to their order"
    order.allow(3)
    await asyncio.sleep(0)
    assert begun[3:] == [1, 2]
    order.allow(1)
    leave.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 1)
    assert (begun[5:], order.waiting, order.is_full) == ([3, 4], 0, False)
