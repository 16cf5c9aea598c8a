"""Who plays well together, and what a line-up is worth, against numbers computed by hand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.filters import clan_called
from mkw.ids import PlayerId
from mkw.together import OPPONENT_WARS, PAIR_WARS, PLAYER_WARS, chemistry
from tests.mkw.records import A, B, C, D, Kept, record

SIX = [PlayerId(number) for number in range(1, 7)]


def six(scores: dict[int, int], **more: object) -> Kept:
    own = sum(scores.values())
    return Kept(scores, **{"foes": [("CB", 984 - own)], **more})  # type: ignore[arg-type]


def test_an_average_is_drawn_towards_the_clans() -> None:
    # One war: A 132, the others 72 each: 492 by six. The clan's player makes 82.
    model = chemistry(record(six({1: 132, 2: 72, 3: 72, 4: 72, 5: 72, 6: 72})))
    assert model.usual == pytest.approx(82)
    assert model.expected[0] == pytest.approx((132 + PLAYER_WARS * 82) / (1 + PLAYER_WARS))
    assert model.seats == 6


def test_a_pair_is_what_the_team_makes_beyond_its_averages() -> None:
    # A 2v2v2 of three scores: A and B together 20 above what they make apart.
    high, low = Kept({A: 60, B: 60}, [("X", 100)], own=120), Kept({A: 50, C: 50}, [("X", 120)], own=100)
    other = Kept({B: 50, D: 50}, [("X", 120)], own=100)
    model = chemistry(record(*[high] * 4, *[low] * 4, *[other] * 4))
    found = {(pair.first, pair.second): pair for pair in model.pairs()}
    expected = float(model.expected[0] + model.expected[1])
    assert found[A, B].wars == 4
    # 220 points a race of 12 are a room of six players, three a side: the third seat is taken as the average one's.
    missing = 3 - 2
    raw = 120 - expected - missing * model.usual - model.usual_rest
    assert found[A, B].raw == pytest.approx(raw)
    assert found[A, B].together == pytest.approx(raw * 4 / (4 + PAIR_WARS))
    assert found[A, B].together > 0 > found[A, C].together
    assert [pair.wars for pair in model.pairs(5)] == []


def test_a_line_up_is_worth_its_averages_its_pairs_and_the_opponent() -> None:
    wars = [six(dict.fromkeys(range(1, 7), 82)) for _ in range(5)]
    wars += [six(dict.fromkeys(range(1, 7), 72), foes=[("KO", 552)]) for _ in range(5)]
    kept = record(*wars)
    model = chemistry(kept)
    assert model.usual == pytest.approx(77)
    against_ko = model.worth(SIX, clan_called(kept, "ko"))
    anybody = model.worth(SIX)
    # Against KO the six make 432, 30 under the 462 they make on average; five such wars count 5 / (5 + 5).
    assert against_ko.against == pytest.approx(5 * -30 / (5 + OPPONENT_WARS))
    assert anybody.total == pytest.approx(6 * 77)
    assert against_ko.total == pytest.approx(6 * 77 - 15)
    assert against_ko.difference == pytest.approx(2 * against_ko.total - 984)
    assert against_ko.win is not None
    assert anybody.win is not None
    assert 0 < against_ko.win < anybody.win < 0.5


def test_somebody_without_a_war_is_the_average_player() -> None:
    model = chemistry(record(six(dict.fromkeys(range(1, 7), 82))))
    found = model.worth([*SIX[:5], PlayerId(99)])
    assert found.averages[-1] == pytest.approx(model.usual)


def test_the_best_six_are_found() -> None:
    scores = {1: 120, 2: 100, 3: 90, 4: 70, 5: 60, 6: 52}
    others = {1: 110, 2: 100, 3: 95, 4: 75, 7: 40, 8: 30}
    kept = record(*[six(scores), six(others, foes=[("CB", 534)])] * 6)
    model = chemistry(kept)
    found = model.best([PlayerId(number) for number in range(1, 9)], 6)
    assert sorted(found[0].players) == [1, 2, 3, 4, 5, 6]
    assert len(found) == 3
    with pytest.raises(ValueError, match="too many"):
        model.best([PlayerId(number) for number in range(1, 18)], 6)


@given(st.lists(st.lists(st.integers(0, 180), min_size=8, max_size=8), min_size=1, max_size=6), st.integers(2, 6))
def test_no_line_up_is_worth_more_than_the_best(rows: list[list[int]], seats: int) -> None:
    players = [PlayerId(number) for number in range(1, 9)]
    kept = record(
        *(Kept(dict(itertools.islice(enumerate(row, 1), place % 3, 8)), own=500) for place, row in enumerate(rows))
    )
    model = chemistry(kept)
    best = model.best(players, seats, count=1)[0]
    every = [model.worth(some).total for some in itertools.combinations(players, seats)]
    assert best.total == pytest.approx(max(every))


def test_nothing_kept() -> None:
    model = chemistry(record())
    assert model.pairs() == ()
    assert model.worth(SIX).total == 0
