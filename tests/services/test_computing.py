"""What takes long is computed while nobody holds a connection."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable

import pytest

from bot.services import computing, drafting, joining
from bot.services.computing import ComputeFirst, Remembered, beginning_anew
from db.pool import Database
from mkw.ids import MessageId
from tests.services.conftest import CHANNEL, EDITOR, Clan, table
from tests.services.test_several import two_halves


def test_only_who_can_begin_anew_is_sent_away() -> None:
    doubled = Remembered(lambda number: 2 * number, most=2)
    assert doubled.at_hand(4) == 8, "computed on the spot"


async def test_begins_anew_until_everything_is_at_hand() -> None:
    doubled = Remembered(lambda number: 2 * number, most=10)
    begun = 0

    async def work() -> int:
        nonlocal begun
        begun += 1
        return doubled.at_hand(1) + doubled.at_hand(2)

    assert await beginning_anew(work) == 6
    assert begun == 3
    assert await beginning_anew(work) == 6
    assert begun == 4, "remembered"


async def test_what_is_never_at_hand_is_computed_in_the_end() -> None:
    count = iter(range(1_000))
    same = Remembered(lambda number: number, most=10)

    async def work() -> int:
        return same.at_hand(next(count))

    assert await beginning_anew(work) == computing.MOST_TIMES


async def test_what_cannot_be_computed_is_raised() -> None:
    def fails(_: int) -> int:
        raise ValueError("never")

    failing = Remembered(fails, most=10)

    async def work() -> int:
        return failing.at_hand(1)

    with pytest.raises(ValueError, match="never"):
        await beginning_anew(work)
    with pytest.raises(ComputeFirst):
        await _in_one_go(work)


async def _in_one_go(work: Callable[[], Awaitable[int]]) -> int:
    token = computing._can_begin_anew.set(True)
    try:
        return await work()
    finally:
        computing._can_begin_anew.reset(token)


async def test_use_cases_hold_no_connection_meanwhile(
    clan: Clan, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, bool]] = []

    def watched(remembered: Remembered) -> None:
        function = remembered.function

        def look(*given):
            here = threading.current_thread() is threading.main_thread()
            seen.append((function.__name__, database.use.busy, here))
            return function(*given)

        monkeypatch.setattr(remembered, "function", look)
        remembered._known.clear()

    for remembered in (drafting.settle, joining.propose, joining.joined):
        watched(remembered)
    reviews, several = clan.services.reviews, clan.services.several
    _, second = await two_halves(clan)
    await several.join(EDITOR, second.upload_id)
    first = await clan.upload(table())
    await reviews.set_score(EDITOR, first.upload_id, 1, 77)
    await reviews.link_new(EDITOR, first.upload_id, 2, "Newcomer")
    await reviews.typed(EDITOR, CHANNEL, MessageId(7), "CR: Comet 92, Pixel 85 vs QZ 300")
    await reviews.save(EDITOR, first.upload_id)
    assert {name for name, _, _ in seen} == {"_settle", "_propose", "_joined"}
    assert [one for one in seen if one[1] or one[2]] == []
