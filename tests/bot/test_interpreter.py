from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from bot import interpreter


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    every = sys.getswitchinterval()
    yield
    sys.setswitchinterval(every)
    gc.unfreeze()


class _Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_stays_is_not_looked_at_again() -> None:
    interpreter.settle()
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    assert len(gc.get_objects()) < frozen / 10


def test_what_was_left_of_an_earlier_session_goes() -> None:
    kept = _Circle()
    interpreter.settle()
    known = gc.get_freeze_count()
    del kept
    interpreter.settle()
    assert gc.get_freeze_count() < known + 100
    gc.unfreeze()
    assert not any(isinstance(one, _Circle) for one in gc.get_objects())


def test_threads_give_way_sooner() -> None:
    interpreter.share_fairly()
    assert sys.getswitchinterval() < 0.002
