"""The one grammar of filters: forgiving, exact in what it takes, and plain about what it does not."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filter_words import Words, day_of, parse, written
from bot.services.errors import BadInput
from mkw.filters import Filter
from mkw.metrics import METRICS

TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "names", "said"),
    [
        ("Comet last 10", ("Comet",), "last 10"),
        ("LAST10 Big Comet", ("Big Comet",), "last 10"),
        ("Comet, Big Marlin; Pixel", ("Comet", "Big Marlin", "Pixel"), ""),
        ('"Last 10" vs CB', ("Last 10",), "vs CB"),
        ("“Big Comet” against „Big Clan“", ("Big Comet",), 'vs "Big Clan"'),
        ("since 2026-01-01", (), "since 2026-01-01"),
        ("from 2026/1/1 to 2026/1/31", (), "since 2026-01-01 until 2026-01-31"),
        ("2026-01-01..2026-02", (), "since 2026-01-01 until 2026-02-28"),
        ("2026-01..", (), "since 2026-01-01"),
        ("before 2026-03", (), "until 2026-02-28"),
        ("after 2026-02", (), "since 2026-03-01"),
        ("in february", (), "since 2026-02-01 until 2026-02-28"),
        ("in june", (), "since 2025-06-01 until 2025-06-30"),
        ("in march 2025", (), "since 2025-03-01 until 2025-03-31"),
        ("in 2025", (), "since 2025-01-01 until 2025-12-31"),
        ("last 30 days", (), "since 2026-02-17"),
        ("since 3 months", (), "since 2025-12-18"),
        ("since 2026 vs CB", (), "since 2026-01-01 vs CB"),
        ("past 2 weeks", (), "since 2026-03-05"),
        ("last month", (), "since 2026-02-01 until 2026-02-28"),
        ("this month", (), "since 2026-03-01 until 2026-03-31"),
        ("this week", (), "since 2026-03-16 until 2026-03-22"),
        ("last year", (), "since 2025-01-01 until 2025-12-31"),
        ("season 3", (), "season 3"),
        ('season "Summer Cup"', (), 'season "Summer Cup"'),
        ("vs ΣND", (), "vs ΣND"),
        ("team DX", (), "team DX"),
        ("team last 5", ("team",), "last 5"),
        ("team", ("team",), ""),
        ("team 24p", ("team",), "24p"),
        ("team 2026-01..2026-02", ("team",), "since 2026-01-01 until 2026-02-28"),
        ("status Trials", (), "status trial"),
        ("status allies", (), "status ally"),
        ("24p", (), "24p"),
        ("12 players", ("12 players",), ""),
        ("12players 6v6", (), "12p 6v6"),
        ("min 5 wars", (), "min 5"),
        ("min5 minimum 2.5", (), "min 2.5"),
        ("by win rate min 3", (), "by winrate min 3"),
        ("sorted by average of the last 10 vs CB", (), "by last10 vs CB"),
        ("by average last 10", (), "by average last 10"),
        ("Comet by", ("Comet by",), ""),
        ("M☆lva last 5 24p vs さくら★ since yesterday", ("M☆lva",), "last 5 since 2026-03-17 vs さくら★ 24p"),
    ],
)
def test_what_is_understood(typed: str, names: tuple[str, ...], said: str) -> None:
    words = parse(typed, TODAY)
    assert words.names == names
    assert written(words) == said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("last 0", "last 10"), ("last ten", "last 10"), ("Comet last", "last 10"), ("since tomorrow", "2026-03-31"),
        ("since 2026-13-01", "2026-03-31"), ("since 31.12.2025", "2026-03-31"), ("vs", "vs CB"),
        ("vs , Comet", "vs CB"), ("status boss", "`member`"), ("min many", "min 5"), ("by colour", "`average`"),
        ("since 2026-02-01 until 2026-01-01", "earlier day first"), ("season", "season 3"), ("this evening", "`month`"),
    ],
)  # fmt: skip
def test_what_is_not_understood_says_what_to_type(typed: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(typed, TODAY)
    assert says in str(caught.value)


def test_a_day_at_the_edge_of_the_calendar() -> None:
    assert day_of("9999", TODAY, end=True) == date(9999, 12, 31)
    with pytest.raises(BadInput):
        day_of("0000-01-01", TODAY)


tags = st.text("ABcσß☆さ -", min_size=1, max_size=8).map(str.strip).filter(lambda tag: tag and '"' not in tag)


@given(
    st.builds(
        Filter, last=st.none() | st.integers(1, 100), since=st.none() | st.dates(date(2025, 6, 1), date(2025, 12, 31)),
        until=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)), opponent=st.none() | tags,
        team=st.none() | tags, status=st.sampled_from([None, "member", "ally"]), room=st.sampled_from([None, 12, 24]),
        size=st.none() | st.integers(2, 12), minimum=st.none() | st.integers(0, 500).map(float),
    ),
    st.none() | st.sampled_from(METRICS),
)  # fmt: skip
def test_what_is_written_is_understood_the_same(wanted: Filter, metric: object) -> None:
    """Buttons under pages carry it."""
    words = Words(filter=wanted, metric=metric)  # type: ignore[arg-type]
    again = parse(written(words), TODAY)
    assert (again.filter, again.metric, again.names) == (wanted, metric, ())


@given(st.text(max_size=60))
def test_anything_typed_is_understood_or_answered(typed: str) -> None:
    with contextlib.suppress(BadInput):
        assert all(parse(typed, TODAY).names)
