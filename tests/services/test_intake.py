"""From the message to the review: kept first, read once, taken up again."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.drafts import UploadState
from bot.services.errors import NotFound, NotKept, RecordsAway
from bot.services.house import build_services
from bot.services.intake import MOMENT, MOST_ATTEMPTS
from bot.services.reading_order import ReadingOrder
from bot.services.texts import DISCORD_BEGAN
from db.pool import Database
from mkw.ids import MessageId, UploadId
from ocr.pool import TOO_MUCH_MEMORY, ReaderFailed
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CHANNEL, EDITOR, SERVER, START, Clan, StandInReader, table

if TYPE_CHECKING:
    from db.pool import Connection


class Flaky:
    """A database that is away for the next `failures` times somebody asks for a connection."""

    def __init__(self, database: Database, failures: int) -> None:
        self._database, self.failures = database, failures
        self.url = database.url

    def _ask(self) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionRefusedError

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        self._ask()
        async with self._database.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        self._ask()
        async with self._database.transaction() as connection:
            yield connection


def flaky(clan: Clan, database: Database, failures: int, **more: Any) -> tuple[Clan, Flaky]:
    away = Flaky(database, failures)
    services = build_services(away, clan.reader, clan.data_dir, now=clan.clock, **more)  # type: ignore[arg-type]
    return replace(clan, services=services), away


def spooled(clan: Clan) -> list[str]:
    return sorted(path.name for path in (clan.data_dir / "spool").glob("*"))


async def test_the_bytes_come_back_as_they_were_sent(clan: Clan) -> None:
    incoming = clan.picture(b"\x00\xff" * 1000)
    received = await clan.services.intake.receive(incoming)
    assert received.is_new
    assert await clan.services.intake.picture(SERVER, received.upload_id) == incoming.data
    assert spooled(clan) == []


async def test_the_same_attachment_is_taken_once(clan: Clan) -> None:
    incoming = clan.picture()
    results = await asyncio.gather(*(clan.services.intake.receive(incoming) for _ in range(4)))
    assert len({result.upload_id for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert not (await clan.services.intake.receive(incoming)).is_new


async def test_an_empty_file_is_kept_too(clan: Clan) -> None:
    received = await clan.services.intake.receive(clan.picture(b""))
    assert await clan.services.intake.picture(SERVER, received.upload_id) == b""


async def test_processing_twice_at_once_reads_once(clan: Clan) -> None:
    await clan.players()
    received = await clan.services.intake.receive(clan.picture())
    first, second = await asyncio.gather(*(clan.services.intake.process(SERVER, received.upload_id) for _ in range(2)))
    assert clan.reader.calls == 1
    assert first == second
    assert first.state is UploadState.REVIEW
    await clan.services.intake.process(SERVER, received.upload_id)
    assert clan.reader.calls == 1


async def test_a_refusal_is_told_with_its_reason(clan: Clan) -> None:
    review = await clan.upload(Reading.refused("This is a picture of a cat."))
    assert review.state is UploadState.REFUSED
    assert review.reason == "This is a picture of a cat."
    assert review.draft is None
    assert review.obstacles == ()


async def test_a_reading_without_rows_is_a_refusal(clan: Clan) -> None:
    review = await clan.upload(Reading(Status.DOUBTFUL, Layout.TABLE, sides=(Side(rows=()),)))
    assert review.state is UploadState.REFUSED
    assert review.reason


async def test_a_reader_that_raises_leaves_a_sentence(clan: Clan) -> None:
    clan.reader.says = RuntimeError("worker died")
    review = await clan.upload()
    assert review.state is UploadState.FAILED
    assert review.reason is not None
    assert "addwar" in review.reason
    assert "worker died" not in review.reason


async def test_what_the_reader_says_about_a_picture_is_passed_on(clan: Clan) -> None:
    clan.reader.says = ReaderFailed(TOO_MUCH_MEMORY)
    review = await clan.upload()
    assert review.state is UploadState.FAILED
    assert review.reason == f"{TOO_MUCH_MEMORY} The war can be typed with addwar."


async def test_a_picture_that_kills_the_process_is_given_up(clan: Clan, database: Database) -> None:
    received = await clan.services.intake.receive(clan.picture())
    async with database.acquire() as db:  # begun again and again, finished never
        await db.execute("update uploads set attempts = $1", MOST_ATTEMPTS)
    review = await clan.services.intake.process(SERVER, received.upload_id)
    assert review.state is UploadState.FAILED
    assert clan.reader.calls == 0


async def test_a_picture_gone_from_the_disk_is_said(clan: Clan) -> None:
    received = await clan.services.intake.receive(clan.picture())
    for path in (clan.data_dir / "pictures").glob("*/*"):
        path.unlink()
    review = await clan.services.intake.process(SERVER, received.upload_id)
    assert review.state is UploadState.FAILED
    assert "gone" in (review.reason or "")
    assert await clan.services.intake.picture(SERVER, received.upload_id) is None


async def test_names_from_a_picture_that_no_text_column_takes(clan: Clan) -> None:
    rows = (Row(name="A\x00B\ud800C", score=10), Row(name="\u202e\u200b", score=5), Row(name="x" * 500, score=7))
    review = await clan.upload(Reading(Status.DOUBTFUL, Layout.TABLE, (Side(rows=rows, tag="\x07"),), title="\\u0000"))
    assert review.draft is not None
    names = [line.name for line in review.draft.sides[0].lines]
    assert names[0] == "A B C"
    assert names[1] == "?"
    assert len(names[2]) == 200
    assert "no name read" in review.draft.sides[0].lines[1].doubts
    assert review.draft.title == "\\u0000"


async def test_a_database_away_for_a_while_is_waited_for(clan: Clan, database: Database) -> None:
    waiting, away = flaky(clan, database, failures=4, wait_for_records=10.0)
    received = await waiting.services.intake.receive(clan.picture())
    assert received.is_new
    assert away.failures == 0
    assert spooled(clan) == []


async def test_what_waited_too_long_is_taken_up_at_the_next_start(clan: Clan, database: Database) -> None:
    broken, _ = flaky(clan, database, failures=1_000, wait_for_records=0.1)
    incoming = clan.picture(b"not lost")
    with pytest.raises(RecordsAway):
        await broken.services.intake.receive(incoming)
    assert len(spooled(clan)) == 1

    (unanswered,) = await clan.services.intake.recover()

    assert (unanswered.server_id, unanswered.channel_id) == (SERVER, CHANNEL)
    assert unanswered.message_id == incoming.message_id
    assert await clan.services.intake.picture(SERVER, unanswered.upload_id) == b"not lost"
    assert spooled(clan) == []
    assert len(await clan.services.intake.recover()) == 1  # still unread, still one


async def test_a_crash_between_the_row_and_the_note_counts_once(clan: Clan) -> None:
    incoming = clan.picture()
    spool = clan.data_dir / "spool"
    received = await clan.services.intake.receive(incoming)
    note = {
        "server_id": SERVER, "channel_id": CHANNEL, "message_id": incoming.message_id,
        "attachment_id": incoming.attachment_id, "uploader_id": 1, "uploader_name": "Robin", "filename": "war.png",
        "sent_at": incoming.sent_at.isoformat(), "sha256": "0" * 64, "path": "pictures/00/x",
    }  # fmt: skip
    (spool / f"{incoming.message_id}-{incoming.attachment_id}.json").write_text(json.dumps(note))
    (spool / "9-9.json").write_text("{half a no")
    broken = {**note, "message_id": 8, "attachment_id": 8, "sha256": "no sum"}
    (spool / "8-8.json").write_text(json.dumps(broken))
    (spool / "7-7.json").write_text(json.dumps({**note, "message_id": 7, "attachment_id": 7, "server_id": 10**30}))
    found = await clan.services.intake.recover()
    assert [one.upload_id for one in found] == [received.upload_id]
    assert spooled(clan) == ["7-7.bad", "8-8.bad", "9-9.bad"]


async def test_what_has_its_answer_is_not_taken_up(clan: Clan) -> None:
    answered, silent = await clan.upload(), await clan.upload()
    await clan.services.intake.answered(SERVER, answered.upload_id, MessageId(77))
    assert [one.upload_id for one in await clan.services.intake.recover()] == [silent.upload_id]
    found = await clan.services.reviews.by_message(SERVER, MessageId(77))
    assert found is not None
    assert found.upload_id == answered.upload_id
    assert found.answer_id == 77
    with pytest.raises(NotFound):
        await clan.services.intake.answered(SERVER, UploadId(999), MessageId(78))


async def test_the_newest_open_review_of_a_channel(clan: Clan) -> None:
    await clan.players()
    first, second = await clan.upload(), await clan.upload(table(ours=(109, 95, 88, 76, 64, 60)))
    newest: Callable[[], Any] = lambda: clan.services.reviews.newest_open(SERVER, CHANNEL)  # noqa: E731
    assert (await newest()).upload_id == second.upload_id
    await clan.services.reviews.discard(EDITOR, second.upload_id)
    assert (await newest()).upload_id == first.upload_id


async def test_a_reading_begun_by_another_process_is_not_overwritten(clan: Clan, database: Database) -> None:
    await clan.players()
    received = await clan.services.intake.receive(clan.picture())
    gate = asyncio.Event()

    class Slow(StandInReader):
        async def __call__(self, data: bytes) -> Reading:
            await gate.wait()
            return table(ours=(1, 2, 3, 4, 5, 6))

    slow = build_services(database, Slow(), clan.data_dir, now=clan.clock)
    task = asyncio.create_task(slow.intake.process(SERVER, received.upload_id))
    await asyncio.sleep(0.05)
    mine = await clan.services.intake.process(SERVER, received.upload_id)
    gate.set()
    assert await task == mine


async def test_a_full_disk_is_said_and_nothing_is_left_of_it(clan: Clan) -> None:
    incoming = clan.picture(b"x" * 100)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # a write past it really fails
    try:
        with pytest.raises(NotKept, match="Try again"):
            await clan.services.intake.receive(incoming)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in clan.data_dir.rglob("*") if path.is_file()] == []
    assert await clan.services.intake.unknown(SERVER, [incoming.attachment_id]) == {incoming.attachment_id}
    assert (await clan.services.intake.receive(incoming)).is_new
    assert await clan.services.intake.unknown(SERVER, [incoming.attachment_id]) == frozenset()


async def test_what_came_between_two_pictures_is_looked_for_a_day_back(clan: Clan) -> None:
    services = clan.services
    await services.settings.watch(EDITOR, CHANNEL, watched=True)
    (seen,) = await services.intake.seen_up_to()
    assert seen.after == START, "no picture yet: since the channel was chosen"

    def at(moment: datetime) -> MessageId:
        return MessageId(int((moment - DISCORD_BEGAN) / timedelta(milliseconds=1)) << 22)

    await services.intake.receive(replace(clan.picture(b"new"), message_id=at(START + timedelta(hours=1))))
    (seen,) = await services.intake.seen_up_to()
    assert seen.after == START - MOMENT, "the first one may have found the disk full"
    for hours in (72, 50, 1):
        message_id = at(START - timedelta(hours=hours))
        await services.intake.receive(replace(clan.picture(b"%d" % hours), message_id=message_id))
    (seen,) = await services.intake.seen_up_to()
    assert START - timedelta(days=1, seconds=1) < seen.after < START - timedelta(days=1)


async def test_a_picture_that_waits_for_its_turn_has_not_been_begun(clan: Clan, database: Database) -> None:
    """Or a bot that is killed again and again would give up the whole queue."""
    services = build_services(database, clan.reader, clan.data_dir, now=clan.clock, order=ReadingOrder(1))
    received = await services.intake.receive(clan.picture())
    async with services.intake.order.turn(SERVER, UploadId(99)):
        waiting = asyncio.create_task(services.intake.process(SERVER, received.upload_id))
        while not services.intake.order.waiting:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        async with database.acquire() as connection:
            assert await connection.fetchval("select attempts from uploads") == 0
    await waiting
    async with database.acquire() as connection:
        assert await connection.fetchval("select attempts from uploads") == 1


async def test_records_that_go_away_while_it_is_read_by_way_of_them_fail_no_picture(clan: Clan) -> None:
    clan.reader.says = RecordsAway("away")
    received = await clan.services.intake.receive(clan.picture())
    with pytest.raises(RecordsAway):
        await clan.services.intake.process(SERVER, received.upload_id)
    clan.reader.says = table()
    assert (await clan.services.intake.process(SERVER, received.upload_id)).state is UploadState.REVIEW
