"""The words of a bulk scan: short, whole and within what Discord takes."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bulk_texts import BAR, bar, duration, list_page, progress_embed
from bot.bulk_words import Span, span_of
from bot.services.bulk import BulkScan, ScanState
from bot.services.bulk_list import BulkItem, BulkList, Kind
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput
from mkw.ids import BulkId, ChannelId, MessageId, PlayerId, ServerId, UploadId
from tests.bot.samples import HOSTILE

TODAY = date(2026, 3, 18)
SCAN = BulkScan(
    ServerId(1), BulkId(2), ChannelId(3), ChannelId(3), MessageId(4), "Ada", ScanState.ENDED, None, None, 900,
    MessageId(5), None, None, left=0, results=0, others=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("", Span()),
        ("500", Span(500)),
        ("last 500", Span(500)),
        ("since 2026-01-01", Span(None, date(2026, 1, 1))),
        ("since 3 months", Span(None, date(2025, 12, 18))),
        ("since 10 days", Span(None, date(2026, 3, 8))),
        ("last 30 days", Span(None, date(2026, 2, 17))),
        ("in february", Span(None, date(2026, 2, 1), date(2026, 2, 28))),
        ("since 2026-01-01 500", Span(500, date(2026, 1, 1))),
    ],
)
def test_how_much_is_typed(typed: str, span: Span) -> None:
    assert span_of(typed, TODAY) == span


@given(st.text(max_size=30))
def test_anything_typed_is_a_span_or_has_an_answer(typed: str) -> None:
    with contextlib.suppress(BadInput):
        span = span_of(typed, TODAY)
        assert span.most_messages is None or 1 <= span.most_messages <= 100_000


@given(st.floats(-1, 2))
def test_a_bar_is_always_as_long(share: float) -> None:
    blocks = bar(share).split()[0]
    assert len(blocks) == BAR
    assert set(blocks) <= {"█", "░"}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "about 5 s"), (44, "about 45 s"), (89, "about 90 s"), (100, "about 2 min"), (7_500, "about 2 h 5 min")],
)
def test_time_left(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_progress_says_numbers_and_how_to_stop() -> None:
    text = str(
        progress_embed(
            BulkScan(
                ServerId(1), BulkId(2), ChannelId(3), ChannelId(3), None, "Ada", ScanState.READING, None, None, 900,
                MessageId(5), None, None, left=30, results=6, others=4,
            ),
            seconds_left=60.0,
            prefix="!",
        ).description
    )  # fmt: skip
    assert "10 of 40 pictures · about 60 s left" in text
    assert "25%" in text
    assert "6 results · 4 skipped" in text
    assert "`!bulkscan stop`" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_the_longest_list_fits_and_hostile_names_stay_words(name: str) -> None:
    lines = tuple(DraftLine(f"{name}{n}"[:200], 80, None, PlayerId(n), f"{n}{name}"[:60]) for n in range(12))
    sides = (DraftSide(lines, tag=name[:60]), DraftSide((), tag=name[:60], total=491))
    scan = dataclasses.replace(SCAN, reason=name * 30, stopped_by_name=name * 30, left=7)
    draft = Draft(sides, 0, 12, "table", played_at=datetime(2026, 3, 1, tzinfo=UTC))
    ids = range(10**18, 10**18 + 60)
    items = tuple(
        BulkItem(MessageId(n), kind, name * 60, UploadId(n), draft, answer_id=MessageId(n))
        for n, kind in zip(ids, [Kind.PROVEN, Kind.DOUBTFUL, Kind.SKIPPED] * 20, strict=True)
    )
    found = BulkList(ServerId(10**18), BulkId(2), ChannelId(10**18), items)
    pages = 1
    page = 0
    while page < pages:
        shown = list_page(scan, found, page, prefix="!", note="Saving: 3 of 20 …")
        pages = shown.page.pages
        text = str(shown.page.embed.description)
        assert len(text) <= 4096
        assert "@everyone" not in text
        page += 1
    assert (shown.proven, shown.doubtful) == (20, 20)
