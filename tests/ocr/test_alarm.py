from __future__ import annotations

import threading
import time

from ocr.alarm import Alarm


def test_rings_once_after_its_time() -> None:
    rung: list[float] = []
    rang = threading.Event()

    def ring() -> None:
        rung.append(time.monotonic())
        rang.set()

    alarm = Alarm(0.05, ring, name="test")
    start = time.monotonic()
    alarm.set()
    assert rang.wait(10)
    assert rung[0] - start >= 0.05
    time.sleep(0.2)
    assert len(rung) == 1


def test_called_off_or_over_it_does_not_ring() -> None:
    rang = threading.Event()
    alarm = Alarm(0.1, rang.set, name="test")
    alarm.set()
    alarm.call_off()
    with alarm.over():
        pass
    assert not rang.wait(0.4)


def test_set_anew_it_waits_anew_and_rings_every_time() -> None:
    rang = threading.Event()
    alarm = Alarm(0.3, rang.set, name="test")
    for _ in range(4):  # longer in all than it waits
        alarm.set()
        time.sleep(0.1)
        assert not rang.is_set()
    assert rang.wait(10)
    rang.clear()
    alarm.set()
    assert rang.wait(10)


def test_what_it_does_may_set_it() -> None:
    rung = threading.Semaphore(0)

    def again() -> None:
        rung.release()
        alarm.set()

    alarm = Alarm(0.01, again, name="test")
    alarm.set()
    assert rung.acquire(timeout=10)
    assert rung.acquire(timeout=10)


def test_rings_again_where_what_it_did_failed() -> None:
    rung = threading.Semaphore(0)

    def fail() -> None:
        rung.release()
        raise MemoryError

    alarm = Alarm(0.01, fail, name="test")
    for _ in range(2):
        alarm.set()
        assert rung.acquire(timeout=10)
