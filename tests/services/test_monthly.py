"""The monthly report is due once a month, in the server's own time, and for one process alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from bot.services.monthly import Due, Taken, filter_of
from mkw.ids import ChannelId
from tests.services.conftest import CHANNEL, EDITOR, SERVER, STRANGER, Clan

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


async def wanted(clan: Clan) -> None:
    """From 1 March 2026 on."""
    await clan.services.monthly.set_channel(EDITOR, CHANNEL, today=clan.clock().date())


async def test_a_month_is_due_when_it_is_over_where_the_server_lives(clan: Clan) -> None:
    await wanted(clan)
    assert await clan.services.monthly.due() == ()  # February was over before anybody wanted a report
    clan.clock.at = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    assert await clan.services.monthly.due() == ()
    await clan.services.settings.change(EDITOR, time_zone="Asia/Tokyo")
    assert await clan.services.monthly.due() == (Due(SERVER, CHANNEL, MARCH),)
    await clan.services.settings.change(EDITOR, time_zone="America/New_York")
    clan.clock.at = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    assert await clan.services.monthly.due() == ()
    clan.clock.at = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
    assert await clan.services.monthly.due() == (Due(SERVER, CHANNEL, MARCH),)


async def test_one_of_many_posts_it(clan: Clan) -> None:
    await wanted(clan)
    clan.clock.at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    (due,) = await clan.services.monthly.due()
    taken = await asyncio.gather(*(clan.services.monthly.take(due) for _ in range(4)))
    assert sorted(taken, key=str) == [None, None, None, Taken(CHANNEL, again=False)]
    await clan.services.monthly.posted(due)
    clan.clock.pass_days(20)
    assert await clan.services.monthly.due() == ()
    assert await clan.services.monthly.take(due) is None
    clan.clock.at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert await clan.services.monthly.due() == (Due(SERVER, CHANNEL, APRIL),)


async def test_who_died_while_posting_is_followed_by_another_an_hour_later(clan: Clan) -> None:
    await wanted(clan)
    clan.clock.at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    (due,) = await clan.services.monthly.due()
    assert await clan.services.monthly.take(due) == Taken(CHANNEL, again=False)
    clan.clock.at += timedelta(minutes=59)
    assert await clan.services.monthly.due() == ()
    clan.clock.at += timedelta(minutes=2)
    assert await clan.services.monthly.due() == (due,)
    assert await clan.services.monthly.take(due) == Taken(CHANNEL, again=True)


async def test_months_that_nobody_was_there_to_post_are_not_made_up_for(clan: Clan) -> None:
    await wanted(clan)
    clan.clock.at = datetime(2026, 7, 3, tzinfo=UTC)
    assert [due.month for due in await clan.services.monthly.due()] == [date(2026, 6, 1)]


async def test_setting_it_is_a_change_that_can_be_taken_back(clan: Clan) -> None:
    monthly, undo = clan.services.monthly, clan.services.history.undo
    await wanted(clan)
    await monthly.set_channel(EDITOR, ChannelId(77), today=clan.clock().date())
    await monthly.set_channel(EDITOR, ChannelId(77), today=clan.clock().date())  # twice is no error and no change
    assert await monthly.channel(SERVER) == 77
    await undo(EDITOR)
    assert await monthly.channel(SERVER) == CHANNEL
    await monthly.set_channel(EDITOR, None, today=clan.clock().date())
    assert await monthly.channel(SERVER) is None
    await undo(EDITOR)
    assert await monthly.channel(SERVER) == CHANNEL
    await undo(EDITOR)
    assert await monthly.channel(SERVER) is None
    assert await monthly.channel(STRANGER.server_id) is None


def test_a_month_is_its_days() -> None:
    december = filter_of(date(2025, 12, 1))
    assert (december.since, december.until) == (date(2025, 12, 1), date(2025, 12, 31))
    assert filter_of(date(2026, 2, 1)).until == date(2026, 2, 28)
