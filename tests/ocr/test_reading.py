from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.reading import Check, Layout, Reading, Row, Side, Status

words = st.text(max_size=20)
numbers = st.none() | st.integers(-9999, 9999)
doubts = st.lists(words, max_size=3).map(tuple)
shares = st.floats(0, 1)
rows = st.builds(Row, words, numbers, numbers, numbers, numbers, st.integers(-50, 50), doubts, shares)
sides = st.builds(Side, st.lists(rows, max_size=4).map(tuple), st.none() | words, numbers, st.integers(), doubts)
checks = st.builds(Check, words, numbers, numbers, st.booleans())
stages = st.lists(st.tuples(words, shares), max_size=3).map(tuple)
readings = st.builds(
    Reading,
    st.sampled_from(Status),
    st.sampled_from(Layout),
    st.lists(sides, max_size=3).map(tuple),
    st.none() | words,
    st.none() | words,
    numbers,
    st.lists(checks, max_size=3).map(tuple),
    shares,
    stages,
)


@given(readings)
def test_json_round_trip(reading: Reading) -> None:
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


@given(readings)
def test_pickle_round_trip(reading: Reading) -> None:
    assert pickle.loads(pickle.dumps(reading)) == reading


@pytest.mark.parametrize("data", [{}, {"sides": 3}, {"sides": [{"rows": [{"doubts": []}]}]}])
def test_anything_else_is_told(data: dict) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Reading.from_json(data)
